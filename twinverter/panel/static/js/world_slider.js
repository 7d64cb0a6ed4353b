// The sliders of the world's card, one alone or the three phases moved as one. Each shows what a
// snapshot says unless the reader's hands hold it just now.

import {el, icon, setAttr, setText} from './dom.js';
import {ABSENT, joined, number, power} from './format.js';
import {Mark} from './world_mark.js';

const UNITS = {'W/m2': 'W/m²', degC: '°C', ohm: 'Ω', share: ''};
const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'];
const CLOSE = 0.45; // marks nearer than this share of the track have their figures outside

let count = 0;

/** A figure of the world with its unit; `last` keeps W and kW from fluttering. */
function figure(row, value, last) {
  if (row.unit === 'W') return power(value, last);
  return {n: number(value, row.decimals || 0), u: UNITS[row.unit] ?? row.unit};
}

export class Slider {
  /** `row.keys` are moved as one; `opener` takes the place of the label where there is one. */
  constructor(row, hands, opener = null) {
    Object.assign(this, {row, hands, keys: row.keys || [row.key], unit: '', from: row.low, to: row.high});
    const id = `world-${count += 1}`;
    this.name = opener ? el('span', {class: 'w-name'}, opener) : el('label', {class: 'w-name', for: id}, row.name);
    this.mark = new Mark(row, this.name, () => this.giveBack());
    this.input = el('input', {
      id, type: 'range', min: row.low, max: row.high, step: row.step, 'data-key': this.keys.join(' '), title: row.label,
      'aria-label': row.label.includes(row.name) ? row.label : null,
      oninput: () => this.move(), onchange: () => hands.letGo(this.keys),
      onpointerdown: () => hands.grip(this.keys),
      onpointerup: () => hands.letGo(this.keys),
      onpointercancel: () => hands.letGo(this.keys),
      onkeydown: (event) => KEYS.includes(event.key) && hands.grip(this.keys),
      onkeyup: () => hands.letGo(this.keys),
      onblur: () => hands.letGo(this.keys),
    });
    this.unitText = el('span', {class: 'u'});
    this.figure = document.createTextNode('');
    this.output = el('output', {for: id}, this.figure, this.unitText);
    this.el = el('div', {class: `w-row ${row.tint && `w-${row.tint}`}`}, this.mark.el, this.name, this.input, this.output);
    if (row.window) this.el.append(this.marks());
  }

  /** Two marks where the grid settings in force have their bounds. */
  marks() {
    this.bounds = [el('span'), el('span')];
    this.frame = el('div', {class: 'w-window', 'aria-hidden': 'true'}, this.bounds);
    return this.frame;
  }

  move() {
    const value = Number(this.input.value);
    this.paint([value], true, true);
    this.hands.take(Object.fromEntries(this.keys.map((key) => [key, value])));
  }

  giveBack() {
    this.mark.show(false);
    this.hands.giveBack(this.keys);
    this.input.focus({preventScroll: true});
  }

  show(world) {
    if (this.keys.some((key) => this.hands.holds(key))) return;
    const places = this.keys.map((key) => world[key]).filter(Boolean);
    const there = !this.row.needs || Boolean(world[this.row.needs]?.value);
    this.input.disabled = !there;
    this.paint(places.map((place) => place.value), places.some((place) => place.taken), there);
  }

  paint(values, taken, there) {
    const low = Math.min(...values), high = Math.max(...values);
    const mean = values.reduce((all, value) => all + value, 0) / values.length;
    const {n, u} = figure(this.row, mean, this.unit);
    this.unit = u;
    const share = Math.min(1, Math.max(0, (mean - this.from) / (this.to - this.from)));
    // Phases that differ show their span; a grid that is not there has no figure.
    const text = !there ? ABSENT : high - low >= 1 ? `${number(low)}\u2013${number(high)}` : n;
    if (this.figure.data !== text) this.figure.data = text;
    setText(this.unitText, there ? u : '');
    if (Number(this.input.value) !== mean) this.input.value = mean;
    this.input.style.setProperty('--p', `${(share * 100).toFixed(2)}%`);
    setAttr(this.input, 'aria-valuetext', there ? joined({n: text, u}) : 'not there');
    this.mark.show(taken);
    this.el.classList.toggle('w-taken', taken);
    if (this.frame) this.frame.classList.toggle('w-past', there && (low < this.lowest || high > this.highest));
  }

  /** Fit bounds and marks to the grid settings in force. */
  fit(setting) {
    const {low, high} = this.row;
    const [from, to] = (this.row.span?.(setting) || []).map((bound) => Math.min(high, Math.max(low, bound)));
    if (Number.isFinite(from)) {
      Object.assign(this, {from, to});
      Object.assign(this.input, {min: from, max: to});
    }
    if (!this.frame) return;
    const [lowKey, highKey, decimals] = this.row.window;
    [this.lowest, this.highest] = [setting(lowKey), setting(highKey)];
    [this.lowest, this.highest].forEach((bound, place) => {
      const mark = this.bounds[place];
      const share = (bound - this.from) / (this.to - this.from);
      mark.hidden = !(share >= 0 && share <= 1);
      setText(mark, number(bound, Number.isInteger(bound) ? decimals : Math.max(1, decimals)));
      mark.style.setProperty('--at', `${(share * 100).toFixed(2)}%`);
    });
    this.frame.classList.toggle('w-close', (this.highest - this.lowest) / (this.to - this.from) < CLOSE);
  }
}

/** One slider for all phases; the button in its label opens a slider for each. */
export class Phases {
  constructor(joint, rows, hands) {
    const id = `world-${count += 1}`;
    this.each = rows.map((row) => new Slider(row, hands));
    this.list = el('div', {class: 'w-each', id, hidden: true}, this.each.map((slider) => slider.el));
    this.opener = el('button', {
      class: 'w-opener', type: 'button', 'aria-expanded': 'false', 'aria-controls': id, title: 'Each phase', onclick: () => this.turn(),
    }, joint.name, el('span', {class: 'vh'}, 'of each phase'), icon('down'));
    const {low, high, step, unit} = rows[0];
    this.joint = new Slider({low, high, step, unit, ...joint}, hands, this.opener);
    this.el = el('div', {}, this.joint.el, this.list);
  }

  turn() {
    this.list.hidden = !this.list.hidden;
    this.opener.setAttribute('aria-expanded', String(!this.list.hidden));
  }

  show(world) {
    this.joint.show(world);
    for (const slider of this.each) slider.show(world);
  }

  fit(setting) {
    this.joint.fit(setting);
  }
}
