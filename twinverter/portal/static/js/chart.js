// The frame of a chart over time: axes in real pixels so that text keeps its size, and a cursor that
// reads it by mouse, by touch and by arrow keys.

import {el, setAttr, svg} from './dom.js';
import {number} from './format.js';
import {patterns} from './stacks.js';

const STEPS = [1, 2, 5, 10];
const RULES = 4.5;
const NARROW = 560;

export const at = (value) => value.toFixed(1);
export const path = (d, look) => svg('path', {d, class: look});
export const label = (x, y, text, look = '') => svg('text', {x: at(x), y: at(y), class: look || null, text});

/** Even marks around a range, zero among them, half a step of room at most. */
function marksOf(low, high, least) {
  const span = Math.max(high - low, least);
  const power = 10 ** Math.floor(Math.log10(span / RULES));
  const step = STEPS.find((one) => span / (one * power) <= RULES) * power;
  const [from, to] = [Math.floor(low / step * 2 + 1e-9) / 2, Math.max(0.5, Math.ceil(high / step * 2 - 1e-9) / 2)];
  const marks = [];
  for (let mark = Math.ceil(from); mark <= to; mark += 1) marks.push(mark * step);
  return {marks, low: from * step, high: to * step, step};
}

/** Unbroken runs of known values, as lists of places. */
export function runsOf(values) {
  const runs = [];
  values.forEach((value, place) => {
    if (value === null || value === undefined) return;
    if (place && values[place - 1] !== null && values[place - 1] !== undefined && runs.length) runs.at(-1).push(place);
    else runs.push([place]);
  });
  return runs;
}

/**
 * A chart: `scale()` returns {low, high, least, size, unit} in the unit drawn, `draw(frame)` the parts,
 * `words(place)` what stands at a place, null for the whole; `page` is how far Page Up and Down go.
 */
export class Chart {
  constructor(name, isSmall) {
    patterns();
    this.count = 0;
    this.picked = null;
    this.drawing = svg('g');
    this.cursor = path('', 'k-cursor');
    this.picture = svg('svg', {class: 'k-chart', 'aria-hidden': 'true'}, this.drawing, this.cursor);
    this.reading = el('p', {class: 'k-reading'});
    this.plot = el('div', {
      class: 'k-plot', tabindex: '0', role: 'slider', 'aria-valuemin': 0, 'aria-label': `${name}. Arrow keys read it.`,
      onpointermove: (event) => this.point(event), onpointerdown: (event) => this.point(event),
      onpointerleave: (event) => event.pointerType === 'mouse' && this.pick(null), onblur: () => this.pick(null), onkeydown: (event) => this.key(event),
    }, this.picture);
    this.root = el('div', {class: isSmall ? 'k-figure k-small' : 'k-figure'}, this.reading, this.plot);
    this.watch = new ResizeObserver(() => this.paint());
    this.watch.observe(this.plot);
  }

  paint() {
    const width = this.plot.clientWidth, height = this.picture.clientHeight;
    if (!width || !height || !this.count) return;
    const small = width < NARROW;
    const scale = this.scale();
    const {marks, low, high, step} = marksOf(scale.low, scale.high, scale.least);
    const left = Math.max(34, 12 + 7 * Math.max(...marks.map((mark) => number(mark, step < 1 ? 1 : 0).length)));
    const [right, top, base] = [width - 10, 24, height - 26];
    this.frame = {
      small, left, right, top, base, width, height, size: scale.size,
      x: (place) => left + (right - left) * (place + 0.5) / this.count,
      y: (value) => base - (base - top) * (value / scale.size - low) / (high - low),
      room: (right - left) / this.count,
    };
    this.picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const rules = marks.flatMap((mark) => {
      const y = base - (base - top) * (mark - low) / (high - low);
      return [path(`M${left} ${at(y)}H${right}`, mark ? 'k-rule' : 'k-axis'), label(left - 7, y + 4, number(mark, step < 1 ? 1 : 0), 'k-end')];
    });
    this.drawing.replaceChildren(label(left - 7, top - 11, scale.unit, 'k-end'), ...rules, ...this.draw(this.frame));
    this.tell();
  }

  point(event) {
    if (!this.frame) return;
    const {left, right} = this.frame;
    const place = Math.floor((event.clientX - this.plot.getBoundingClientRect().left - left) / (right - left) * this.count);
    this.pick(Math.min(this.count - 1, Math.max(0, place)));
  }

  key(event) {
    const by = {ArrowLeft: -1, ArrowRight: 1, PageUp: -this.page, PageDown: this.page}[event.key];
    if (event.key === 'Escape' && this.picked !== null) this.pick(null);
    else if (event.key === 'Home') this.pick(0);
    else if (event.key === 'End') this.pick(this.last);
    else if (by) this.pick(Math.min(this.count - 1, Math.max(0, (this.picked ?? this.last) + by)));
    else return;
    event.preventDefault();
  }

  pick(place) {
    if (place === this.picked) return;
    this.picked = place;
    this.tell();
  }

  /** The line above the drawing: the place under the cursor, or the whole. */
  tell() {
    if (!this.frame) return;
    const {x, top, base} = this.frame;
    const isOpen = this.picked !== null;
    this.cursor.setAttribute('d', isOpen ? `M${at(x(this.picked))} ${top - 4}V${base}` : '');
    this.reading.replaceChildren(...this.words(this.picked));
    setAttr(this.plot, 'aria-valuemax', this.count - 1);
    setAttr(this.plot, 'aria-valuenow', this.picked ?? this.last);
    setAttr(this.plot, 'aria-valuetext', this.reading.textContent);
  }

  close() {
    this.watch.disconnect();
  }
}
