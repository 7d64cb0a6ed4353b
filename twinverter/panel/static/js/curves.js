// The energy curves (manual 5.3): one line over a day, a month, a year, or all years.
// Up and Down step the period, Enter goes from Day to Month, Year and Total, CANCEL leaves.

import {Chart} from './curve_chart.js';
import {el, icon, setAttr, setText} from './dom.js';
import {head} from './figures.js';
import {clockParts, NONE, energy, joined, known} from './format.js';

const PERIODS = [['day', 'Day'], ['month', 'Month'], ['year', 'Year'], ['total', 'Total']];
// Title, its short form for a narrow LCD, and the words for up and down.
const LINES = {
  solar: ['Solar Power Production', 'Solar', '', ''],
  load: ['Load Power Consumption', 'Load', '', ''],
  grid: ['Grid Power', 'Grid', 'BUY', 'SELL'],
  battery: ['Battery Power', 'Battery', 'Discharge', 'Charge'],
  generator: ['Generator Power', 'Generator', '', ''],
};
const NEWS_MS = 5000;
const FIRST_YEAR = 2000;

const two = (value) => String(value).padStart(2, '0');
const dateOf = ({year, month, day}) => new Date(Date.UTC(year, month - 1, day));
const iso = (date) => date.toISOString().slice(0, 10);

/** The same period, one earlier or later; the day falls on the last of a shorter month. */
function moved(date, period, by) {
  const [year, month] = [date.getUTCFullYear() + (period === 'year' ? by : 0), date.getUTCMonth() + (period === 'month' ? by : 0)];
  if (period === 'day') return new Date(date.getTime() + by * 86_400_000);
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(date.getUTCDate(), last)));
}

const startOf = (date, period) => iso(date).slice(0, {day: 10, month: 7, year: 4, total: 0}[period]);

function written(date, period, curve) {
  const [year, month, day] = [date.getUTCFullYear(), two(date.getUTCMonth() + 1), two(date.getUTCDate())];
  if (period === 'total') return curve ? [...new Set([curve.labels[0], curve.labels.at(-1)])].join(' to ') : '';
  return {day: `${month}/${day}/${year}`, month: `${month}/${year}`, year: String(year)}[period];
}

class Curves {
  constructor(ctx) {
    this.ctx = ctx;
    this.line = Object.hasOwn(LINES, ctx.args[0]) ? ctx.args[0] : 'solar';
    Object.assign(this, {period: 'day', date: null, curve: null, picked: null, trouble: '', readAt: 0});
    [this.name, this.brief, this.up, this.down] = LINES[this.line];
    this.title = `${this.name}, curve`;
    this.build();
  }

  get today() {
    return dateOf(clockParts(this.ctx.store.snapshot.clock));
  }

  build() {
    const {ctx} = this;
    this.chart = new Chart(this.line, (place) => this.pick(place));
    this.head = head(ctx, this.name, '');
    [this.heading, this.when] = [this.head.querySelector('h3'), this.head.querySelector('.sub')];
    this.sums = el('p', {class: 'c-sums'});
    this.sorry = el('p', {class: 'c-sorry', role: 'status'});
    const step = (name, label, by) => el('button', {type: 'button', 'aria-label': label, onclick: () => this.step(by)}, icon(name));
    this.edges = [step('up', 'Earlier', -1), step('down', 'Later', 1)];
    this.tabs = PERIODS.map(([period, name]) => el('button', {class: 'lbtn', type: 'button', onclick: () => this.show(period)}, name));
    this.frame = el('div', {class: 'c-frame'}, this.chart.root, this.sums, this.sorry);
    this.el = el('div', {class: 'scr'},
      el('div', {class: 'pg has-rail'}, el('div', {class: 'body'}, this.head, this.frame), el('div', {class: 'rail c-rail'}, this.edges)),
      el('div', {class: 'tabs'}, el('button', {class: 'lbtn cancel', type: 'button', onclick: () => ctx.back()}, 'CANCEL'), this.tabs));
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.frame);
  }

  /** Another period around the same date. */
  show(period) {
    this.period = period;
    this.curve = null;
    if (this.date) this.read();
    this.ctx.announce(PERIODS.find(([key]) => key === period)[1]);
  }

  get atEnd() {
    return !this.date || this.period === 'total' || startOf(this.date, this.period) >= startOf(this.today, this.period);
  }

  step(by) {
    if (!this.date || this.period === 'total' || (by > 0 && this.atEnd)) return;
    const next = moved(this.date, this.period, by);
    if (next.getUTCFullYear() < FIRST_YEAR) return;
    this.date = by > 0 && next > this.today ? this.today : next;
    this.read();
    this.ctx.announce(written(this.date, this.period, this.curve));
  }

  async read() {
    const asked = (this.asked = `${this.period} ${iso(this.date)}`);
    this.readAt = performance.now();
    this.draw();
    try {
      const curve = await this.ctx.api.curve(this.line, this.period, iso(this.date));
      if (this.asked !== asked) return;
      Object.assign(this, {curve, trouble: ''});
    } catch (error) {
      if (this.asked !== asked) return;
      Object.assign(this, {curve: null, trouble: error.text || String(error)});
    }
    this.draw();
  }

  pick(place) {
    const known_here = place !== null && this.curve && known(this.curve.up[place]);
    this.picked = known_here ? place : null;
    this.draw();
  }

  draw() {
    const {curve, period} = this;
    const name = PERIODS.find(([key]) => key === period)[1];
    const narrow = this.frame.clientWidth < 460;
    setText(this.heading, `${narrow ? this.brief : this.name}: ${name}`);
    setText(this.when, this.date ? written(this.date, period, curve) : NONE);
    this.tabs.forEach((tab, index) => {
      const on = PERIODS[index][0] === period;
      tab.classList.toggle('on', on);
      setAttr(tab, 'aria-pressed', String(on));
    });
    setAttr(this.edges[0], 'aria-disabled', period === 'total' && 'true');
    setAttr(this.edges[1], 'aria-disabled', this.atEnd && 'true');
    const shown = curve?.period === period;
    this.chart.root.classList.toggle('c-old', !shown);
    if (shown) this.chart.draw(curve, this.picked);
    setText(this.sums, shown ? this.summed(curve) : '');
    const empty = shown && !curve.up.some(known);
    setText(this.sorry, this.trouble || (empty ? 'Nothing was recorded here.' : ''));
  }

  summed({up_wh: up, down_wh: down, line}) {
    const kwh = (words, wh) => `${words ? `${words} ` : ''}${joined(energy(wh))}`;
    return LINES[line][3] ? `${kwh(this.up, up)}   ${kwh(this.down, down)}` : kwh('', up);
  }

  onKey(key) {
    if (key === 'esc') return false;
    if (key === 'enter') {
      const at = PERIODS.findIndex(([period]) => period === this.period);
      this.show(PERIODS[(at + 1) % PERIODS.length][0]);
    } else this.step(key === 'up' ? -1 : 1);
    return true;
  }

  /** The running period grows: it is read again when the store has a new point, not more often. */
  update(snapshot) {
    if (!this.date) {
      this.date = this.today;
      this.read();
    }
    const fresh = snapshot.strip_seq !== this.seen;
    this.seen = snapshot.strip_seq;
    if (fresh && this.atEnd && this.curve && performance.now() - this.readAt > NEWS_MS) this.read();
  }

  dispose() {
    this.watch.disconnect();
  }
}

export const page = (ctx) => new Curves(ctx);
