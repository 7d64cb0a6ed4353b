// The drawing of one curve: a day as a line over 24 hours, the other periods as bars. What feeds the
// loads or is a load rises, what is given away (sold, charged) falls below the axis.

import {svg} from './dom.js';
import {MINUS, known, number} from './format.js';

const PLAIN = {solar: 'plain', load: 'line', grid: 'hatch', battery: 'dots', generator: 'rings'};
const STEPS = [1, 2, 2.5, 5, 10];
const LINES_WANTED = 3.5;

/** The unit a curve is drawn in, and what one of it is in W or Wh. */
export function scaleOf({unit, up, down}) {
  if (unit === 'W') return {unit: 'kW', size: 1e3, decimals: 2};
  const most = Math.max(0, ...up.filter(known), ...down.filter(known).map(Math.abs));
  return most >= 1e7 ? {unit: 'MWh', size: 1e6, decimals: 2} : {unit: 'kWh', size: 1e3, decimals: 1};
}

/** Even marks from below the lowest to above the highest value, zero among them. */
export function marks(low, high) {
  const span = Math.max(high - low, 1e-9) / LINES_WANTED;
  const power = 10 ** Math.floor(Math.log10(span));
  const step = STEPS.find((one) => one * power >= span) * power;
  const [first, last] = [Math.floor(low / step + 1e-9), Math.max(1, Math.ceil(high / step - 1e-9))];
  return Array.from({length: last - first + 1}, (_, index) => Number(((first + index) * step).toPrecision(6)));
}

const text = (x, y, words, props = {}) => svg('text', {x, y, ...props}, document.createTextNode(words));

/** Patterns keep the lines apart where colours do not. */
function patterns() {
  const hatch = (id, turn) => svg('pattern', {id, width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: `rotate(${turn})`},
    svg('rect', {width: 7, height: 7, class: 'c-wash'}), svg('path', {d: 'M0 0V7', class: 'c-thread'}));
  const dots = (id, open) => svg('pattern', {id, width: 8, height: 8, patternUnits: 'userSpaceOnUse'},
    svg('rect', {width: 8, height: 8, class: 'c-wash'}), svg('circle', {cx: 4, cy: 4, r: open ? 2 : 1.5, class: open ? 'c-ring' : 'c-dot'}));
  return svg('defs', {}, hatch('c-hatch', 45), hatch('c-hatch-down', -45), dots('c-dots', false), dots('c-dots-down', true), dots('c-rings', true));
}

const fillOf = (line, down) => {
  const plain = PLAIN[line] || 'plain';
  if (plain === 'plain' || plain === 'line') return 'currentColor';
  return `url(#c-${plain}${down ? '-down' : ''})`;
};

/** Unbroken runs of known values, as lists of [place, value]. */
function runs(values) {
  const found = [];
  values.forEach((value, place) => {
    if (!known(value)) return;
    if (!place || !known(values[place - 1])) found.push([]);
    found.at(-1).push([place, value]);
  });
  return found;
}

export class Chart {
  constructor(line, onPick) {
    Object.assign(this, {line, curve: null, picked: null});
    this.root = svg('svg', {class: `c-chart c-${line}`, role: 'img'});
    const pick = (event) => onPick(this.placeAt(event.clientX));
    this.root.addEventListener('pointerdown', pick);
    this.root.addEventListener('pointermove', (event) => (event.buttons || event.pointerType === 'mouse') && pick(event));
    this.root.addEventListener('pointerleave', () => onPick(null));
  }

  get count() {
    return this.curve?.labels.length || 0;
  }

  /** The place of the last value, which is marked while nothing else is. */
  get last() {
    return this.curve ? this.curve.up.findLastIndex(known) : -1;
  }

  placeAt(clientX) {
    if (!this.count) return null;
    const at = (clientX - this.root.getBoundingClientRect().left - this.left) / (this.right - this.left);
    const place = Math.floor(at * this.count);
    return place < 0 || place >= this.count ? null : place;
  }

  draw(curve, picked) {
    Object.assign(this, {curve, picked});
    const {width, height} = this.root.getBoundingClientRect();
    if (!width || !height) return;
    Object.assign(this, {left: 44, right: width - 10, top: 26, bottom: height - 24});
    this.scale = scaleOf(curve);
    const {size} = this.scale;
    const high = Math.max(0, ...curve.up.filter(known)) / size;
    const low = -Math.max(0, ...curve.down.filter(known).map(Math.abs)) / size;
    this.marks = marks(low, high || (low ? 0 : 1));
    this.root.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.root.replaceChildren(patterns(), ...this.axes(), ...(curve.period === 'day' ? this.day() : this.bars()), ...this.label());
    this.root.setAttribute('aria-label', this.words());
  }

  x(place) {
    return this.left + (this.right - this.left) * place / this.count;
  }

  y(value) {
    const [low, high] = [this.marks[0], this.marks.at(-1)];
    return this.bottom - (this.bottom - this.top) * (value - low) / (high - low);
  }

  axes() {
    const rows = this.marks.flatMap((mark) => [
      svg('path', {class: mark === 0 ? 'c-axis' : 'c-line', d: `M${this.left} ${this.y(mark).toFixed(1)}H${this.right}`}),
      text(this.left - 8, this.y(mark) + 4, String(mark).replace('-', MINUS), {'text-anchor': 'end'}),
    ]);
    return [text(this.left - 8, this.top - 12, this.scale.unit, {'text-anchor': 'end'}), ...rows, ...this.places()];
  }

  places() {
    const {curve, bottom} = this;
    const wide = this.right - this.left;
    if (curve.period === 'day') {
      const every = wide < 400 ? 6 : 4;
      return Array.from({length: 24 / every + 1}, (_, index) => index * every).map((hour) => text(
        this.x(hour / 24 * this.count), bottom + 17, hour === 24 ? '24 h' : String(hour), {'text-anchor': hour === 24 ? 'end' : 'middle'}));
    }
    const every = curve.period === 'month' ? 5 : Math.max(1, Math.ceil(this.count * 44 / wide));
    return curve.labels.map((label, place) => (place === 0 || (place + 1) % every === 0 || every === 1
      ? text(this.x(place + .5), bottom + 17, label, {'text-anchor': 'middle', class: place === this.marked ? 'c-strong' : ''}) : null)).filter(Boolean);
  }

  get marked() {
    return this.picked ?? this.last;
  }

  day() {
    const {size} = this.scale;
    const side = (values, sign) => runs(values).flatMap((run) => {
      const points = run.map(([place, value]) => `${this.x(place + .5).toFixed(1)} ${this.y(sign * Math.abs(value) / size).toFixed(1)}`);
      const [from, to] = [this.x(run[0][0] + .5).toFixed(1), this.x(run.at(-1)[0] + .5).toFixed(1)];
      const area = PLAIN[this.line] !== 'line' && svg('path', {class: 'c-area', fill: fillOf(this.line, sign < 0), d: `M${from} ${this.y(0).toFixed(1)}L${points.join('L')}L${to} ${this.y(0).toFixed(1)}Z`});
      return [area, svg('path', {class: 'c-curve', d: `M${points.join('L')}`})].filter(Boolean);
    });
    return [...side(this.curve.up, 1), ...side(this.curve.down, -1), ...this.charge()];
  }

  /** The charge of the battery as a dotted line over the whole height, 0 to 100 %. */
  charge() {
    const height = this.bottom - this.top;
    return runs(this.curve.soc).map((run) => svg('path', {
      class: 'c-charge', d: `M${run.map(([place, soc]) => `${this.x(place + .5).toFixed(1)} ${(this.bottom - height * soc).toFixed(1)}`).join('L')}`,
    }));
  }

  bars() {
    const {size} = this.scale;
    const room = (this.right - this.left) / this.count;
    const width = Math.min(46, room * .7);
    const bar = (place, value, sign) => {
      const [top, foot] = [this.y(Math.max(0, sign * value / size)), this.y(Math.min(0, sign * value / size))];
      return svg('rect', {
        class: `c-bar${place === this.marked ? ' c-now' : ''}`, fill: fillOf(this.line, sign < 0), x: (this.x(place + .5) - width / 2).toFixed(1),
        y: top.toFixed(1), width: width.toFixed(1), height: Math.max(0, foot - top).toFixed(1), rx: Math.min(3, width / 4),
      });
    };
    return this.curve.labels.flatMap((_, place) => [
      known(this.curve.up[place]) && bar(place, Math.abs(this.curve.up[place]), 1),
      known(this.curve.down[place]) && bar(place, Math.abs(this.curve.down[place]), -1),
    ].filter(Boolean));
  }

  /** The figure at the marked place: the larger side, with its sign. */
  figure(place) {
    const [up, down] = [this.curve.up[place], this.curve.down[place]];
    const value = Math.abs(down || 0) > (up || 0) ? -Math.abs(down) : up;
    return known(value) ? value : null;
  }

  label() {
    const place = this.marked;
    const value = place >= 0 ? this.figure(place) : null;
    if (value === null) return [];
    const {size, unit, decimals} = this.scale;
    const soc = this.curve.soc[place];
    const words = `${number(value / size, decimals)} ${unit}${known(soc) ? `, ${Math.round(soc * 100)} %` : ''}`;
    const [x, y] = [this.x(place + .5), this.y(value / size)];
    const right = x > this.right - 110;
    const above = Math.max(14, value < 0 ? Math.min(this.bottom - 6, y + 18) : y - 9);
    const day = this.curve.period === 'day';
    const dot = day ? svg('circle', {class: 'c-point', cx: x, cy: y, r: 5}) : null;
    return [dot, text(day ? x + (right ? -9 : 9) : Math.min(x, this.right - 34), above, words, {class: 'c-figure', 'text-anchor': day ? (right ? 'end' : 'start') : 'middle'})];
  }

  words() {
    const place = this.marked;
    const value = place >= 0 ? this.figure(place) : null;
    if (value === null) return 'Nothing recorded';
    return `${this.curve.labels[place]}: ${number(value / this.scale.size, this.scale.decimals)} ${this.scale.unit}`;
  }
}
