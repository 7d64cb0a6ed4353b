// The strip of the last day: read again when the store has more, drawn again when its box changes,
// and readable at any moment of the day by pointer or arrow keys.

import * as api from './api.js';
import {el, setAttr, svg} from './dom.js';
import {energy, joined, known, percent, power, STILL_W} from './format.js';
import {DAY_S, STEP_H, dayOf, pointAt, slotsOf, sumsOf} from './strip_day.js';
import {draw, frameOf, patterns} from './strip_draw.js';

const READ_MS = 1500; // at high speed a new point comes many times a second
const KEY_STEPS_H = {ArrowLeft: -STEP_H, ArrowRight: STEP_H, PageDown: -1, PageUp: 1};
const LEGEND = [['pv', 'Solar'], ['battery', 'Battery'], ['gen', 'Generator'], ['grid', 'Grid'], ['load', 'Load'], ['charge', 'Charge'], ['out', 'No grid']];

const swatch = (name) => svg('svg', {viewBox: '0 0 18 12', 'aria-hidden': 'true'},
  name === 'load' ? svg('path', {d: 'M0 6H18', class: 'd-load'})
    : name === 'charge' ? svg('path', {d: 'M0 9 18 3', class: 'd-charge'})
      : svg('rect', {width: 18, height: 12, rx: 2, class: `d-${name}`}));

const figure = (pair) => el('b', {class: 'nb'}, joined(pair));
const size = (watts) => figure(power(Math.abs(watts)));
const way = (watts, giving, taking) => (Math.abs(watts) < STILL_W ? '' : ` ${watts > 0 ? giving : taking}`);

function timeOf(hour) {
  const minutes = Math.min(1439, Math.floor(hour * 60 + 1e-6));
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** What flowed in the five minutes of a point, as a sentence. */
function momentWords(point, hour) {
  if (!point) return [`${timeOf(hour)}: nothing recorded.`];
  return [
    `${timeOf(point.hour - STEP_H / 2)} ${point.today ? 'today' : 'yesterday'}: solar `, size(point.pv_w),
    ', battery ', size(point.battery_w), `${way(point.battery_w, 'giving', 'charging')} at `, figure(percent(point.soc)),
    ...(point.there ? [', grid ', size(point.grid_w), way(point.grid_w, 'buying', 'selling')] : [', no grid']),
    ...(point.gen_w < STILL_W ? [] : [', generator ', size(point.gen_w)]),
    ', load ', size(point.load_w), '.',
  ];
}

function dayWords(day) {
  if (!day.length) return ['Nothing recorded yet: the first five minutes appear here when they are over.'];
  const sums = sumsOf(day);
  return [
    'In these 24 hours: solar ', figure(energy(sums.pv_wh)), ', load ', figure(energy(sums.load_wh)),
    ', bought ', figure(energy(sums.bought_wh)), ', sold ', figure(energy(sums.sold_wh)), '.',
  ];
}

class Strip {
  constructor(place, store) {
    this.store = store;
    this.points = [];
    this.seq = null;
    this.hour = null;
    this.build(place);
    store.on('snapshot', (snapshot) => this.hear(snapshot));
    store.on('settings', () => this.paint());
    if (store.snapshot) this.hear(store.snapshot);
  }

  build(place) {
    this.drawing = svg('g');
    this.cursor = svg('path', {class: 'd-cursor', d: ''});
    this.picture = svg('svg', {class: 'strip', 'aria-hidden': 'true'}, patterns(), this.drawing, this.cursor);
    this.reading = el('p', {class: 'd-reading'}, 'Reading the last day.');
    this.plot = el('div', {
      class: 'd-plot', tabindex: '0', role: 'slider', 'aria-valuemin': 0, 'aria-valuemax': 1440,
      'aria-label': 'The last day. Arrow keys read it, five minutes a step.',
      onpointermove: (event) => this.point(event), onpointerdown: (event) => this.point(event),
      onpointerleave: () => this.look(null), onblur: () => this.look(null), onkeydown: (event) => this.key(event),
    }, this.picture);
    place.replaceChildren(this.reading, this.plot);
    this.legend = document.getElementById('legend');
    this.legend.replaceChildren(...LEGEND.map(([name, text]) => el('span', {'data-line': name}, swatch(name), text)));
    new ResizeObserver(() => this.paint()).observe(this.plot);
  }

  hear(snapshot) {
    if (snapshot.strip_seq !== this.seq) this.read();
    const minute = Math.floor(snapshot.clock_s / 60);
    if (this.minute === minute) return;
    this.minute = minute;
    this.paint();
  }

  /** Read the points, not oftener than READ_MS; what changes meanwhile is read after it. */
  async read() {
    if (this.busy) return;
    this.busy = true;
    const seq = this.store.snapshot.strip_seq;
    try {
      this.points = await api.strip();
      this.seq = seq;
      this.paint();
    } catch {
      // The last points stay; the next look at the snapshot tries again.
    }
    setTimeout(() => {
      this.busy = false;
      if (this.store.snapshot.strip_seq !== this.seq) this.read();
    }, READ_MS);
  }

  paint() {
    const {snapshot} = this.store;
    const width = this.plot.clientWidth, height = this.picture.clientHeight;
    if (!snapshot || !known(snapshot.clock_s) || !width) return;
    this.now_h = (snapshot.clock_s % DAY_S) / 3600;
    this.day = dayOf(this.points, snapshot.clock_s);
    this.frame = frameOf(width, height, this.day);
    this.picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.drawing.replaceChildren(...draw(this.frame, {
      day: this.day, now_h: this.now_h, clock: timeOf(this.now_h),
      slots: slotsOf((key) => this.store.setting(key)), soc: snapshot.flows?.soc, running: snapshot.tou_row,
    }));
    const seen = {gen: this.day.some((point) => point.gen_w >= 1), out: this.day.some((point) => !point.there)};
    for (const item of this.legend.children) item.hidden = seen[item.dataset.line] === false;
    this.tell();
  }

  point(event) {
    if (this.frame) this.look(this.frame.hourAt(event.clientX - this.plot.getBoundingClientRect().left));
  }

  key(event) {
    const step_h = KEY_STEPS_H[event.key];
    if (!this.frame) return;
    if (event.key === 'Escape' && this.hour !== null) this.look(null);
    else if (event.key === 'Home') this.look(0);
    else if (event.key === 'End') this.look(this.now_h);
    else if (step_h) this.look(Math.min(24 - STEP_H / 2, Math.max(0, (this.hour ?? this.now_h) + step_h)));
    else return;
    event.preventDefault();
  }

  look(hour) {
    if (hour === this.hour) return;
    this.hour = hour;
    this.tell();
  }

  /** The line above the drawing: the moment under the cursor, or the sums of the day. */
  tell() {
    if (!this.frame) return;
    const {x, top, slots, tall} = this.frame;
    const looking = this.hour !== null;
    const point = looking ? pointAt(this.day, this.hour) : null;
    const words = looking ? momentWords(point, this.hour) : dayWords(this.day);
    this.cursor.setAttribute('d', looking ? `M${x(point ? point.hour : this.hour).toFixed(1)} ${top - 6}V${slots + tall}` : '');
    this.reading.replaceChildren(...words);
    setAttr(this.plot, 'aria-valuenow', Math.round((this.hour ?? this.now_h) * 60));
    setAttr(this.plot, 'aria-valuetext', this.reading.textContent);
  }
}

/** Fill the lane of the day: the reading, the drawing, and the legend in the lane's header. */
export function mount(place, store) {
  return new Strip(place, store);
}
