// A month, a year or all time as energies: a bar a slot, sources above the line, charging and selling
// below, the load as a mark across. Beside it another period may stand, its outline dashed.

import {at, Chart, label, path} from './chart.js';
import {el, svg} from './dom.js';
import {energy, joined, known} from './format.js';
import {LINES, isSeen, reach, stackOf, valueAt} from './stacks.js';

const MOST_BAR = 46, FILLED = 0.7, ROOM_LABEL = 30;

const strong = (pair) => el('b', {}, joined(pair));

export class BarChart extends Chart {
  /** Draw a period; `compare` in the curve is drawn beside it. */
  show(curve) {
    this.stack = stackOf(curve);
    this.beside = curve.compare ? stackOf(curve.compare) : null;
    Object.assign(this, {curve, count: this.stack.count, picked: null, page: 5});
    this.paint();
  }

  get last() {
    return Math.max(0, this.stack.load.findLastIndex(known));
  }

  scale() {
    const all = [this.stack, this.beside].filter(Boolean).map(reach);
    const [low, top] = [Math.min(...all.map((one) => one.low)), Math.max(...all.map((one) => one.top))];
    const size = top - low >= 1e7 ? 1e6 : 1e3;
    return {low: low / size, high: top / size, least: 1, size, unit: size === 1e6 ? 'MWh' : 'kWh'};
  }

  draw(frame) {
    const width = Math.min(MOST_BAR, frame.room * FILLED);
    const places = Array.from({length: this.count}, (_, place) => place);
    return [...this.names(frame), ...places.flatMap((place) => [...this.stacked(frame, place, width, this.stack.above), ...this.stacked(frame, place, width, this.stack.below)]),
      ...this.other(frame, width), ...places.flatMap((place) => this.load(frame, place, width))];
  }

  names({x, base, room}) {
    const every = Math.max(1, Math.ceil(ROOM_LABEL / room));
    return this.stack.labels.map((words, place) => (place % every ? null : label(x(place), base + 19, words, 'k-middle'))).filter(Boolean);
  }

  stacked(frame, place, width, lines) {
    let inner = 0;
    return lines.flatMap(([key, values]) => {
      const value = values[place];
      if (!known(value) || Math.abs(value) < 1) return [];
      const [from, to] = [frame.y(inner), frame.y(inner + value)];
      inner += value;
      return [svg('rect', {class: `k-${key}`, x: at(frame.x(place) - width / 2), y: at(Math.min(from, to)), width: at(width), height: at(Math.abs(to - from))})];
    });
  }

  load(frame, place, width) {
    const value = this.stack.load[place];
    if (!known(value)) return [];
    const x = frame.x(place);
    return [path(`M${at(x - width / 2 - 2)} ${at(frame.y(value))}h${at(width + 4)}`, 'k-load')];
  }

  /** The other period: how high its sources and how deep its sinks reached. */
  other(frame, width) {
    if (!this.beside) return [];
    const ghosts = [];
    for (let place = 0; place < Math.min(this.count, this.beside.count); place += 1) {
      const sum = (lines) => lines.reduce((all, [, values]) => all + (values[place] || 0), 0);
      const [top, low] = [frame.y(sum(this.beside.above)), frame.y(sum(this.beside.below))];
      if (low > top) ghosts.push(svg('rect', {class: 'k-ghost', x: at(frame.x(place) - width / 2 - 2), y: at(top), width: at(width + 4), height: at(low - top)}));
    }
    return ghosts;
  }

  words(place) {
    return place === null ? this.whole() : [`${this.stack.labels[place]}: `, ...this.told(this.stack, place), '.', ...this.besideWords(place)];
  }

  told(stack, place) {
    const parts = Object.keys(LINES).filter((key) => isSeen(stack, key)).flatMap((key) => this.part(stack, key, place));
    return parts.length ? [parts[0].replace(', ', ''), ...parts.slice(1)] : ['nothing is known'];
  }

  part(stack, key, place) {
    const {name, giving, taking} = LINES[key];
    if (!giving) {
      const value = valueAt(stack, key, place);
      return known(value) ? [`, ${name.toLowerCase()} `, strong(energy(value))] : [];
    }
    const of = (lines) => lines.find(([look]) => look === key)[1][place];
    const [up, down] = [of(stack.above), of(stack.below)];
    return known(up) || known(down) ? [`, ${name.toLowerCase()} ${giving} `, strong(energy(up)), ` and ${taking} `, strong(energy(-down))] : [];
  }

  besideWords(place) {
    return this.beside && place < this.beside.count ? [' Beside it: ', ...this.told(this.beside, place), '.'] : [];
  }

  whole() {
    const total = ({above, below, load}, words) => {
      const sum = (values) => values.reduce((all, one) => all + (one || 0), 0);
      const of = (lines, key) => sum(lines.find(([look]) => look === key)[1]);
      return [words, strong(energy(of(above, 'solar'))), ', load ', strong(energy(sum(load))), ', bought ', strong(energy(of(above, 'grid'))), ', sold ', strong(energy(-of(below, 'grid'))), '.'];
    };
    if (!this.beside) return total(this.stack, 'Solar ');
    const isKnown = this.beside.load.some(known);
    return [...total(this.stack, 'Solar '), ...(isKnown ? total(this.beside, ' Beside it: solar ') : [' Beside it nothing is known.'])];
  }
}
