// What is stacked in a chart: sources above the line, charging and selling below, the load across.
// A day has mean powers in W, other periods energies in Wh; the lines are the same.

import {el, svg} from './dom.js';
import {known} from './format.js';

/** Every line: its look, its name, and what gives and takes are called. */
export const LINES = {
  solar: {name: 'Solar'},
  battery: {name: 'Battery', giving: 'giving', taking: 'charging'},
  gen: {name: 'Generator'},
  grid: {name: 'Grid', giving: 'buying', taking: 'selling'},
  load: {name: 'Load'},
};

const up = (values) => values.map((value) => (known(value) ? Math.max(0, value) : null));
const down = (values) => values.map((value) => (known(value) ? Math.min(0, value) : null));
const less = (values) => values.map((value) => (known(value) ? -value : null));

/** Values place by place of several lines; null only where all are. */
function summed(...lines) {
  const there = lines.filter(Boolean);
  if (!there.length) return [];
  return there[0].map((_, place) => {
    const found = there.map((line) => line[place]).filter(known);
    return found.length ? found.reduce((all, one) => all + one, 0) : null;
  });
}

function ofDay(lines) {
  const {battery_w = [], grid_w = [], generator_w = [], load_w = [], soc = []} = lines;
  return {
    above: [['solar', up(summed(lines.solar_w, lines.micro_inverter_w))], ['battery', up(battery_w)], ['gen', up(generator_w)], ['grid', up(grid_w)]],
    below: [['battery', down(battery_w)], ['grid', down(grid_w)]],
    load: up(load_w),
    soc,
  };
}

function ofBars(lines) {
  const of = (key) => lines[key] || [];
  return {
    above: [['solar', summed(lines.solar_wh, lines.micro_inverter_wh)], ['battery', of('discharge_wh')], ['gen', of('generator_wh')], ['grid', of('grid_import_wh')]],
    below: [['battery', less(of('charge_wh'))], ['grid', less(of('grid_export_wh'))]],
    load: summed(lines.load_wh, lines.home_wh, lines.smart_load_wh),
    soc: [],
  };
}

/** A curve of the API as it is stacked. */
export function stackOf(curve) {
  const isDay = curve.period === 'day';
  const stack = isDay ? ofDay(curve.lines) : ofBars(curve.lines);
  return {...stack, isDay, count: curve.labels.length, labels: curve.labels};
}

/** The value of one line at a place, giving positive. */
export function valueAt({above, below, load}, key, place) {
  if (key === 'load') return load[place] ?? null;
  const found = [...above, ...below].filter(([look]) => look === key).map(([, values]) => values[place]).filter(known);
  return found.length ? found.reduce((all, one) => all + one, 0) : null;
}

/** How high and how deep the stacks are. */
export function reach({above, below, load, count}) {
  let [top, low] = [0, 0];
  for (let place = 0; place < count; place += 1) {
    const sum = (lines) => lines.reduce((all, [, values]) => all + (values[place] || 0), 0);
    top = Math.max(top, sum(above), load[place] || 0);
    low = Math.min(low, sum(below));
  }
  return {top, low};
}

/** Whether a line does anything at all. */
export function isSeen({above, below, load}, key) {
  if (key === 'load') return load.some(known);
  return [...above, ...below].some(([look, values]) => look === key && values.some((value) => Math.abs(value || 0) > 1));
}

/** The patterns that keep lines apart where colours do not; once per page, in the body. */
export function patterns() {
  if (document.getElementById('k-patterns')) return;
  const tile = (id, size, turn, ...parts) => svg('pattern',
    {id: `k-${id}`, width: size, height: size, patternUnits: 'userSpaceOnUse', patternTransform: turn ? `rotate(${turn})` : null},
    svg('rect', {width: size, height: size, class: `k-ground-${id}`}), ...parts);
  document.body.append(svg('svg', {class: 'sprite', id: 'k-patterns', 'aria-hidden': 'true'}, svg('defs', {},
    tile('grid', 7, 45, svg('path', {d: 'M0 0V7', class: 'k-hatch'})),
    tile('battery', 6, 0, svg('circle', {cx: 3, cy: 3, r: 1.1, class: 'k-dot'})),
    tile('gen', 8, 0, svg('circle', {cx: 4, cy: 4, r: 2, class: 'k-ring'})),
    tile('out', 6, -45, svg('path', {d: 'M0 0V6', class: 'k-thread'})))));
}

const swatch = (key) => svg('svg', {viewBox: '0 0 18 12', 'aria-hidden': 'true'}, key === 'load'
  ? svg('path', {d: 'M0 6H18', class: 'k-load'}) : svg('rect', {width: 18, height: 12, rx: 2, class: `k-${key}`}));

/** What each look stands for; lines that do nothing are left out. */
export function legend(stack, lines, extra = []) {
  const shown = Object.entries(lines).filter(([key]) => isSeen(stack, key));
  const items = [...shown.map(([key, {name}]) => el('span', {}, swatch(key), name)), ...extra];
  return el('p', {class: 'legend'}, items);
}
