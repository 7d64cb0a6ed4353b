// Why each line carries what it carries: the reasons of the moment as sentences, the figure in
// bold, and the setting behind each one press away.

import {el, icon, setAttr, setIcon, setText} from './dom.js';
import {joined, known, oneWay, power, STILL_W, sum} from './format.js';

// Line of a reason: its picture, its colour, and how its figure is said where the sentence has none.
const LINES = {
  pv: {icon: 'sun', tint: 'pv', watts: (flows) => oneWay(flows.pv_w), says: () => ['Solar gives ', '. ']},
  battery: {
    icon: 'bat', tint: 'battery', watts: (flows) => flows.battery_w,
    says: (watts) => [watts > 0 ? 'The battery gives ' : 'The battery takes ', '. '],
  },
  grid: {icon: 'grid', tint: 'grid', watts: (flows) => sum(flows.grid_w), says: (watts) => ['', watts > 0 ? ' is bought. ' : ' is sold. ']},
  generator: {icon: 'gen', tint: 'gen', watts: (flows) => sum(flows.gen_w), says: () => ['The generator gives ', '. ']},
  load: {icon: 'house', tint: 'load', watts: (flows) => sum(flows.load_w), says: () => ['The house gets ', '. ']},
};
const AUX = {
  smart: {icon: 'plug', tint: 'load', watts: (flows) => sum(flows.smart_load_w), says: () => ['The smart load takes ', '. ']},
  mi: {icon: 'sun', tint: 'pv', watts: (flows) => flows.micro_inverter_w, says: () => ['The micro-inverter gives ', '. ']},
  heat: {icon: 'temp', tint: 'load', watts: () => NaN},
};
const lineOf = (reason) => LINES[reason.line] || AUX[reason.key.split('_')[0]] || AUX.heat;

const SAME = ['The battery', 'The generator', 'The smart load', 'The micro-inverter'];
const ORDER = Object.keys(LINES);
const rank = (reason) => (ORDER.includes(reason.line) ? ORDER.indexOf(reason.line) : ORDER.length);

// A figure with its unit, a range, a figure after a comparison; times of day count as figures too.
const FIGURE = /([\u2212-]?\d[\d\u202f]*(?:\.\d+)?(?:[-\u2013]\d+(?:\.\d+)?)?[\u00a0 ](?:kWh|kW|W|Ah|A|V|Hz|%|\u00b0C|degC|min|s|h)(?![\p{L}\d])|\b\d{1,2}:\d\d(?::\d\d)?\b)/u;
const WATTS = /(\d[\d\u202f]*(?:\.\d+)?)[\u00a0 ](k?)W(?!h)/gu;

/** A figure of a sentence as this page writes it: kW from 1000 W on, degrees, and no break inside. */
function written(text) {
  const watts = /^([\u2212-]?)(\d[\d\u202f]*(?:\.\d+)?)[\u00a0 ]W$/u.exec(text);
  if (watts) return joined(power((watts[1] ? -1 : 1) * Number(watts[2].replaceAll('\u202f', ''))));
  return text.replace('degC', '°C').replace(/ /gu, '\u00a0').replace('-', '\u2013');
}

/** The nodes of a sentence: its figures in bold. */
export function sentence(text) {
  return text.split(FIGURE).map((piece, place) => (place % 2 ? el('b', {}, written(piece)) : piece)).filter((piece) => piece !== '');
}

/** Whether a sentence names this power already, to the few watts by which figures are rounded. */
function names(text, watts) {
  const figures = [...text.matchAll(WATTS)].map(([, n, kilo]) => Number(n.replaceAll('\u202f', '')) * (kilo ? 1000 : 1));
  return figures.some((figure) => Math.abs(figure - Math.abs(watts)) <= Math.max(STILL_W, 0.01 * figure));
}

/** What a reason says now: its own sentence, after a short one with the figure where it has none. */
function words(reason, flows) {
  const {watts, says} = lineOf(reason);
  const now_w = watts(flows);
  if (!known(now_w) || Math.abs(now_w) < STILL_W || names(reason.text, now_w)) return reason.text;
  const [before, after] = says(now_w);
  const lead = `${before}${joined(power(Math.abs(now_w)))}${after}`;
  // "The battery gives 532 W. The battery supplies …" would name it twice.
  const same = SAME.find((name) => reason.text.startsWith(name) && lead.startsWith(name));
  return same ? `${reason.text} It${lead.slice(same.length).trimEnd()}` : `${lead}${reason.text}`;
}

class Row {
  constructor() {
    this.picture = icon('info');
    this.says = el('p');
    this.link = el('a');
    this.section = el('span');
    this.source = el('div', {class: 'why-from'}, this.link, this.section);
    this.el = el('li', {}, this.picture, el('div', {}, this.says, this.source));
  }

  show(reason, flows) {
    const line = lineOf(reason);
    setIcon(this.picture, line.icon);
    setAttr(this.picture, 'class', `ico hue-${line.tint}`);
    this.say(words(reason, flows), reason.section && `Manual ${reason.section}`, !reason.label);
    this.source.hidden = !reason.label;
    if (!reason.label) return;
    setText(this.link, reason.label);
    setAttr(this.link, 'href', `#lcd/setting/${reason.setting}`);
  }

  /** The sentence; the place in the manual follows it where no link does. */
  say(text, section, alone) {
    setText(this.section, section);
    const key = alone ? text + section : text;
    if (key === this.said) return;
    this.said = key;
    this.says.replaceChildren(...sentence(text), ...(alone && section ? [' ', el('small', {}, section)] : []));
  }
}

class Why {
  constructor(place, store) {
    this.store = store;
    this.time = el('small');
    this.list = el('ul', {class: 'why'});
    this.rows = new Map();
    this.waiting = el('div', {}, el('div', {class: 'sk'}), el('div', {class: 'sk'}), el('p', {class: 'vh'}, 'Reading the reasons.'));
    place.replaceChildren(el('h2', {}, 'Why', this.time), this.waiting, this.list);
    store.on('snapshot', () => this.show());
    store.on('link', () => this.show());
    this.show();
  }

  show() {
    const {snapshot, link} = this.store;
    this.waiting.hidden = Boolean(snapshot);
    if (!snapshot) return;
    const old = link.state === 'lost';
    this.list.classList.toggle('why-old', old);
    setText(this.time, old ? `as of ${snapshot.clock.slice(11)}` : snapshot.clock.slice(11));
    const reasons = snapshot.reasons.filter((reason) => reason.text).sort((one, other) => rank(one) - rank(other));
    // A row stays the same element while its line has a reason, so that a link keeps the focus.
    for (const [line, row] of this.rows) if (!reasons.some((reason) => reason.line === line)) this.drop(line, row);
    reasons.forEach((reason, place) => this.row(reason.line, place).show(reason, snapshot.flows));
  }

  row(line, place) {
    if (!this.rows.has(line)) this.rows.set(line, new Row());
    const row = this.rows.get(line);
    if (this.list.children[place] !== row.el) this.list.insertBefore(row.el, this.list.children[place] || null);
    return row;
  }

  drop(line, row) {
    row.el.remove();
    this.rows.delete(line);
  }
}

/** Fill the card of reasons. */
export function mount(place, store) {
  return new Why(place, store);
}
