// The main screen (S01): four gauges, the pipes between them, the centre, and the generator while it is there.

import {Cursor} from './cursor.js';
import {classes, el, icon, setAttr, setIcon, setText, tap} from './dom.js';
import {NONE, clockParts, joined, kilowatts, oneWay, percent} from './format.js';
import {Gauge} from './gauge.js';
import {Pipes} from './pipes.js';
import {auxPort, gridThere} from './there.js';

const GAUGES = [
  {key: 'pv', name: 'Solar', sign: 'sun', route: 'solar'},
  {key: 'grid', name: 'Grid', sign: 'grid', route: 'grid', twoWay: true, taking: 'selling', giving: 'buying'},
  {key: 'battery', name: 'Battery', sign: 'bat', route: 'battery', twoWay: true,
    taking: 'charging', resting: 'resting', giving: 'discharging'},
  {key: 'load', name: 'Load', sign: 'house', route: 'load'},
];
const SIGNS = {on: 'wave', off: 'power', fault: 'warn', lost: 'lost'};

// Several fault codes change every 3 s; a touch this long opens the alarm list.
const TURN_MS = 3000;
const LONG_MS = 600;

/** What the centre shows: `{kind, text, message}`; no contact comes first, several codes come in turn. */
function centreOf(snapshot, lost) {
  if (lost) {
    const at = clockParts(snapshot?.clock);
    const since = at ? ` Values are from ${snapshot.clock.slice(11, 16)}.` : '';
    return {kind: 'lost', text: 'comm.', message: `No contact with the control board.${since}`};
  }
  const centre = snapshot?.centre || {kind: 'off', text: NONE, message: ''};
  if (!centre.code) return centre;
  const fault = centre.kind === 'fault';
  const counts = ({severity}) => (fault ? severity.startsWith('fault') : severity !== 'state');
  const codes = (snapshot.alarms || []).filter(counts);
  const first = {code: centre.code, name: centre.message};
  const {code, name} = codes[Math.floor(Date.now() / TURN_MS) % codes.length] || first;
  return fault ? {kind: 'fault', text: code, message: name} : {...centre, message: `${code} ${name}`, warned: true};
}

/** The watts of each gauge as shown: a one-way line never falls below nothing. */
function shownWatts(meters) {
  const shown = Object.entries(meters).map(([key, {w}]) => [key, key === 'pv' || key === 'load' ? oneWay(w) : w]);
  return Object.fromEntries(shown);
}

class Home {
  constructor(ctx) {
    this.ctx = ctx;
    this.title = 'Main screen';
    this.pipes = new Pipes();
    this.gauges = GAUGES.map((plan) => [plan.key, new Gauge(plan, () => ctx.go(plan.route))]);
    this.build();
    const order = [...this.gauges.map(([, gauge]) => gauge.root), this.core, this.aux, this.setup];
    this.order = order;
    this.cursor = new Cursor(() => order);
    this.cursor.place(order[ctx.memory.at] || null);
    this.timer = setInterval(() => this.turnCode(), 500);
    this.update(ctx.store.snapshot);
  }

  build() {
    this.date = el('span');
    this.time = el('b');
    const lock = {class: 'locked', role: 'img', 'aria-label': 'Changes are locked', hidden: true};
    this.locked = el('span', lock, icon('lock', 'ico-s'));
    this.setup = tap('sq', () => this.ctx.go('menu'), {'aria-label': 'System Setup'}, icon('gear'));
    this.coreSign = icon('wave');
    this.coreText = el('b');
    this.core = tap('core', () => this.ctx.go(this.coreRoute()), {}, this.coreSign, this.coreText);
    this.longTouch();
    this.words = el('span');
    this.message = el('p', {class: 'msg'}, this.words);
    this.auxSign = icon('gen');
    this.auxText = el('span');
    this.aux = tap('genpill', () => this.ctx.go('generator'), {hidden: true}, this.auxSign, this.auxText);
    this.el = el('div', {class: 'home'},
      this.pipes.roots,
      el('div', {class: 'bar'}, this.locked, el('span', {class: 'clock'}, this.date, this.time), this.setup),
      this.gauges.map(([, gauge]) => gauge.root),
      this.core, this.message, this.aux);
  }

  /** A long touch of the centre opens the alarm list, a short one what `coreRoute` says. */
  longTouch() {
    let timer = 0;
    let long = false;
    const stop = () => clearTimeout(timer);
    this.core.addEventListener('pointerdown', () => {
      long = false;
      timer = setTimeout(() => { long = true; this.ctx.go('info'); }, LONG_MS);
    });
    for (const end of ['pointerup', 'pointerleave', 'pointercancel']) this.core.addEventListener(end, stop);
    this.core.addEventListener('click', (event) => long && event.stopImmediatePropagation(), true);
    this.core.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  coreRoute() {
    return this.shown.kind === 'fault' ? 'info' : 'inverter';
  }

  onKey(key) {
    if (key === 'esc') this.cursor.place(null);
    else if (key === 'enter') {
      if (!this.cursor.press()) this.ctx.go('menu');
    } else {
      this.cursor.wrap(key === 'down' ? 1 : -1);
      this.ctx.announce(this.cursor.words);
    }
    return true;
  }

  dispose() {
    this.ctx.memory.at = this.order.indexOf(this.cursor.current);
    clearInterval(this.timer);
  }

  get lost() {
    const {snapshot, link} = this.ctx.store;
    return link.state === 'lost' || snapshot?.centre?.kind === 'lost';
  }

  update(snapshot) {
    const lost = this.lost;
    const absent = !gridThere(snapshot);
    const meters = snapshot?.gauges || {};
    const watts = shownWatts(meters);
    for (const [key, gauge] of this.gauges) {
      const beside = key === 'battery' && snapshot ? joined(percent(snapshot.flows?.soc)) : '';
      const why = {beside, old: lost && Boolean(snapshot), absent: key === 'grid' && absent};
      gauge.show({w: watts[key], limit_w: meters[key]?.limit_w}, why);
    }
    const [date, time] = (snapshot?.clock || '').split(' ');
    setText(this.date, date || '');
    setText(this.time, time || '');
    this.locked.hidden = !snapshot?.locked;
    this.showAux(snapshot, meters, lost, absent);
    this.turnCode();
  }

  showAux(snapshot, meters, lost, absent) {
    const port = auxPort(snapshot);
    this.aux.hidden = !port;
    if (port) {
      setIcon(this.auxSign, port.sign);
      setText(this.auxText, joined(kilowatts(port.w)));
      setAttr(this.aux, 'aria-label', `${port.name} ${joined(kilowatts(port.w))}${lost ? ', old' : ''}`);
    }
    const watts = {...shownWatts(meters), gen: port?.w};
    const still = {still: lost};
    const [grid, gen] = [{...still, gone: absent}, {...still, hidden: !port}];
    this.pipes.show(watts, {pv: still, battery: still, load: still, grid, gen});
  }

  turnCode() {
    const {snapshot} = this.ctx.store;
    const shown = (this.shown = centreOf(snapshot, this.lost));
    const cursor = this.core.classList.contains('cur') && 'cur';
    setAttr(this.core, 'class', classes('core', shown.kind !== 'on' && shown.kind, cursor));
    setIcon(this.coreSign, SIGNS[shown.kind] || 'wave');
    setText(this.coreText, shown.text);
    setText(this.words, shown.message || '');
    setAttr(this.message, 'class', classes('msg', shown.kind === 'fault' && 'bad', shown.warned && 'warned'));
    const what = this.coreRoute() === 'info' ? 'opens the alarms' : 'opens the inverter page';
    setAttr(this.core, 'aria-label', `${[shown.text, shown.message].filter(Boolean).join(': ') || 'Centre'}; ${what}`);
  }
}

export const page = (ctx) => new Home(ctx);
