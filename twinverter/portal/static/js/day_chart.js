// A day as power: sources above the line, charging and selling below, the load as a line. Beside it
// another day may be drawn, its sun and its load dashed.

import {at, Chart, label, path, runsOf} from './chart.js';
import {timeOf} from './clock.js';
import {el, svg} from './dom.js';
import {STILL_W, energy, joined, known, percent, power} from './format.js';
import {LINES, isSeen, reach, stackOf, valueAt} from './stacks.js';

const DAY_S = 86_400, HOUR_S = 3600;

const strong = (pair) => el('b', {}, joined(pair));

/** The area between two edges over a run of places. */
function area(run, frame, inner, outer, look) {
  const edge = (values, places) => places.map((place) => `${at(frame.x(place))} ${at(frame.y(values[place]))}`).join('L');
  return path(`M${edge(outer, run)}L${edge(inner, [...run].reverse())}Z`, look);
}

const line = (values, frame, look) => runsOf(values).map((run) => path(`M${run.map((place) => `${at(frame.x(place))} ${at(frame.y(values[place]))}`).join('L')}`, look));

export class DayChart extends Chart {
  constructor(name, isSmall = false) {
    super(name, isSmall);
    this.now_s = null;
  }

  /** Draw a day; `now_s` marks where it has come to by the device's clock. */
  show(curve, {now_s = null} = {}) {
    this.stack = stackOf(curve);
    this.beside = curve.compare ? stackOf(curve.compare) : null;
    Object.assign(this, {curve, now_s, count: this.stack.count, picked: null});
    this.page = curve.step_s ? Math.round(HOUR_S / curve.step_s) : 1;
    this.paint();
  }

  /** Move the mark of now. */
  mark(clock_s) {
    const before = this.now_s;
    this.now_s = clock_s;
    if (before !== null && Math.floor(before / 60) !== Math.floor(clock_s / 60)) this.paint();
  }

  get last() {
    return Math.max(0, this.stack.load.findLastIndex(known));
  }

  scale() {
    const all = [this.stack, this.beside].filter(Boolean).map(reach);
    return {low: Math.min(...all.map(({low}) => low)) / 1000, high: Math.max(...all.map(({top}) => top)) / 1000, least: 1, size: 1000, unit: 'kW'};
  }

  draw(frame) {
    return [...this.hours(frame), ...this.side(frame, this.stack.above), ...this.side(frame, this.stack.below),
      ...this.other(frame), ...line(this.stack.load, frame, 'k-load'), ...this.now(frame)];
  }

  hours({left, right, base, small}) {
    const x = (hour) => left + (right - left) * hour / 24;
    return Array.from({length: small ? 5 : 9}, (_, index) => index * (small ? 6 : 3)).flatMap((hour) => [
      path(`M${at(x(hour))} ${base}v5`, 'k-axis'), label(x(hour), base + 19, String(hour), hour === 24 ? 'k-end' : 'k-middle')]);
  }

  side(frame, lines) {
    const inner = new Array(this.count).fill(0);
    return lines.flatMap(([key, values]) => {
      if (!isSeen({above: [[key, values]], below: [], load: []}, key)) return [];
      const before = [...inner];
      const outer = values.map((value, place) => before[place] + (value || 0));
      values.forEach((value, place) => { inner[place] += value || 0; });
      return runsOf(values).map((run) => area(run, frame, before, outer, `k-${key}`));
    });
  }

  other(frame) {
    if (!this.beside) return [];
    const [, solar] = this.beside.above[0];
    return [...line(solar, frame, 'k-beside hue-solar'), ...line(this.beside.load, frame, 'k-beside')];
  }

  now({left, right, top, base}) {
    const begin_s = this.curve.start_clock_s;
    if (this.now_s === null || this.now_s < begin_s || this.now_s >= begin_s + DAY_S) return [];
    const x = left + (right - left) * (this.now_s - begin_s) / DAY_S;
    const pill = Math.min(right - 24, Math.max(left + 24, x));
    return [path(`M${at(x)} ${top - 8}V${base}`, 'k-now'),
      svg('rect', {class: 'k-pill', x: at(pill - 24), y: 0, width: 48, height: 18, rx: 4}),
      label(pill, 13, timeOf(this.now_s), 'k-pill-text')];
  }

  words(place) {
    return place === null ? this.whole() : this.moment(place);
  }

  moment(place) {
    const parts = Object.entries(LINES).filter(([key]) => isSeen(this.stack, key)).flatMap(([key, {name, giving, taking}]) => {
      const watts = valueAt(this.stack, key, place);
      if (!known(watts)) return [];
      const word = !giving || Math.abs(watts) < STILL_W ? '' : ` ${watts > 0 ? giving : taking}`;
      const soc = this.stack.soc[place];
      const charge = key === 'battery' && known(soc) ? [' at ', strong(percent(soc))] : [];
      return [`, ${name.toLowerCase()} `, strong(power(Math.abs(watts))), word, ...charge];
    });
    if (!parts.length) return [`${this.stack.labels[place]}: nothing is known.`];
    parts[0] = parts[0].replace(', ', '');
    return [`${this.stack.labels[place]}: `, ...parts, '.', ...this.besideWords(place)];
  }

  besideWords(place) {
    if (!this.beside) return [];
    const [solar, load] = [valueAt(this.beside, 'solar', place), valueAt(this.beside, 'load', place)];
    return known(solar) || known(load) ? [' The other day: solar ', strong(power(solar)), ', load ', strong(power(load)), '.'] : [];
  }

  whole() {
    const sum = (values) => values.reduce((all, one) => all + (one || 0), 0) * this.curve.step_s / HOUR_S;
    const {above, below, load} = this.stack;
    const of = (lines, key) => sum(lines.find(([look]) => look === key)[1]);
    return ['Solar ', strong(energy(of(above, 'solar'))), ', load ', strong(energy(sum(load))), ', bought ', strong(energy(of(above, 'grid'))),
      ', sold ', strong(energy(-of(below, 'grid'))), '.'];
  }
}
