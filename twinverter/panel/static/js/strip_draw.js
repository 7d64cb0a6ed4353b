// The drawing of the strip, in real pixels so that text keeps its size: sources above the line,
// charging and selling below, the load as a line, the grid, and the timetable with the battery in it.

import {svg} from './dom.js';
import {known, number} from './format.js';
import {axisOf, gridRuns, runsOf} from './strip_day.js';

const up = (watts) => Math.max(0, watts);
const down = (watts) => Math.min(0, watts);
// From the axis outwards, as stacked: above what feeds the house, below what takes from it.
const ABOVE = [['pv', (p) => p.pv_w], ['battery', (p) => up(p.battery_w)], ['gen', (p) => p.gen_w], ['grid', (p) => up(p.grid_w)]];
const BELOW = [['battery', (p) => down(p.battery_w)], ['grid', (p) => down(p.grid_w)]];

const at = (value) => value.toFixed(1);
const path = (d, classes) => svg('path', {d, class: classes});
const label = (x, y, text, classes = '') => svg('text', {x: at(x), y: at(y), class: classes || null, text});
const box = (x, y, width, height, classes, rx = 0) => svg('rect', {x: at(x), y: at(y), width: at(Math.max(0, width)), height, rx, class: classes});

/** The patterns, once per page: the legend uses them too. */
export function patterns() {
  const tile = (id, size, turn, ...parts) => svg('pattern',
    {id: `d-${id}`, width: size, height: size, patternUnits: 'userSpaceOnUse', patternTransform: turn ? `rotate(${turn})` : null},
    svg('rect', {width: size, height: size, class: `d-ground-${id}`}), ...parts);
  return svg('defs', {},
    tile('grid', 7, 45, path('M0 0V7', 'd-hatch')),
    tile('battery', 6, 0, svg('circle', {cx: 3, cy: 3, r: 1.1, class: 'd-dot'})),
    tile('gen', 8, 0, svg('circle', {cx: 4, cy: 4, r: 2, class: 'd-ring'})),
    tile('out', 6, -45, path('M0 0V6', 'd-warn')));
}

/** Where things lie: scales and lanes for a width and a height. */
export function frameOf(width, height, day) {
  const small = width < 560;
  const left = small ? 32 : 44, right = width - (small ? 8 : 52), top = 18, base = height - 116;
  const axis = axisOf(day);
  return {
    small, left, right, top, base, axis,
    grid: base + 30, slots: base + 50, tall: 52,
    x: (hour) => left + (right - left) * hour / 24,
    y: (watts) => top + (axis.top_w - watts) / (axis.top_w - axis.low_w) * (base - top),
    hourAt: (x) => Math.min(24, Math.max(0, (x - left) / (right - left) * 24)),
  };
}

function axes(frame) {
  const {left, right, top, base, x, y, small, axis} = frame;
  const out = [label(left - 7, top - 8, 'kW', 'd-end')];
  for (let watts = Math.ceil(axis.low_w / axis.step_w) * axis.step_w; watts <= axis.top_w; watts += axis.step_w) {
    if (watts) out.push(path(`M${left} ${at(y(watts))}H${right}`, 'd-rule'));
    out.push(label(left - 7, y(watts) + 4, number(watts / 1000, axis.step_w < 1000 && watts ? 1 : 0), 'd-end'));
  }
  for (let hour = 0; hour <= 24; hour += small ? 6 : 3) {
    out.push(path(`M${at(x(hour))} ${base}v5`, 'd-axis'));
    out.push(label(x(hour), base + 18, String(hour), hour === 24 && small ? 'd-end' : 'd-middle'));
  }
  return out;
}

const lineOf = (run, frame, of) => run.map((point) => `${at(frame.x(point.hour))} ${at(of(point))}`).join('L');

/** One run's stacks: each area from the sum inside it to the sum with it. */
function stacks(run, frame, layers) {
  let inner = () => 0;
  return layers.flatMap(([line, of]) => {
    const below = inner, above = (point) => below(point) + of(point);
    inner = above;
    if (!run.some((point) => Math.abs(of(point)) >= 1)) return [];
    const outer = lineOf(run, frame, (point) => frame.y(above(point)));
    const back = lineOf([...run].reverse(), frame, (point) => frame.y(below(point)));
    return [path(`M${outer}L${back}Z`, `d-${line}`)];
  });
}

function flows(day, frame) {
  const {left, right, y} = frame;
  const runs = runsOf(day);
  return [
    ...runs.flatMap((run) => [...stacks(run, frame, ABOVE), ...stacks(run, frame, BELOW)]),
    ...runs.map((run) => path(`M${lineOf(run, frame, (point) => y(point.load_w))}`, 'd-load')),
    path(`M${left} ${at(y(0))}H${right}`, 'd-axis'),
  ];
}

/** The lane of the grid: grey where it stood, hatched with the word where it did not. */
function gridLane(day, frame) {
  const {x, right, grid, small} = frame;
  const runs = gridRuns(day);
  const out = runs.map((run) => box(x(run.from), grid, x(run.to) - x(run.from), 10, run.there ? 'd-there' : 'd-out', 1));
  if (small) return out;
  out.push(label(right + 7, grid + 9, 'grid'));
  for (const run of runs.filter((one) => !one.there)) {
    const next = runs.find((one) => !one.there && one.from > run.from);
    if ((next ? x(next.from) : right) - x(run.to) > 40) out.push(label(x(run.to) + 5, grid + 9, 'none', 'd-none'));
  }
  return out;
}

/** The pieces of the timetable: their grounds, and apart what is written on them; row `running` holds now. */
function slotLane(slots, frame, now_h, running) {
  const {x, left, right, slots: top, tall, small} = frame;
  if (!slots.length) {
    return {out: [box(left, top, right - left, tall, 'd-slot', 4)], words: [label(left + 10, top + 16, 'Time Of Use is off', 'd-day d-halo')]};
  }
  const out = [], words = [];
  for (const slot of slots) {
    const from = x(slot.from), width = x(slot.to) - from;
    const now = slot.row === running && now_h >= slot.from && now_h < slot.to;
    out.push(box(from + 1, top, width - 2, tall, now ? 'd-slot d-current' : 'd-slot', 4));
    const goal = slot.unit === '%' ? top + tall * (1 - slot.goal / 100) : null;
    if (goal !== null) out.push(path(`M${at(from + 1)} ${at(goal)}H${at(from + width - 1)}`, 'd-goal'));
    const figure = slot.unit === '%' ? `${number(slot.goal)}\u00a0%` : `${number(slot.goal, 1)}\u00a0V`;
    // The figure keeps off its own dashed line: under it when that is high, at the top when low.
    const line = goal !== null && goal < top + 22 ? goal + 16 : top + 15;
    if (width > figure.length * 7 + 8) words.push(label(from + (small ? 5 : 8), line, figure, 'd-goal-text d-halo'));
    const signs = [slot.grid && 'grid', slot.gen && 'gen'].filter(Boolean);
    if (width > 60) {
      signs.forEach((name, place) => words.push(svg('svg', {x: at(from + width - 25 - 22 * place), y: top + tall - 23, width: 19, height: 19, class: `d-sign hue-${name}`},
        svg('use', {href: `#i-${name}`}))));
    }
  }
  return {out, words};
}

/** The battery's level over the slots, dotted where it is yesterday's, and beside them what it is now. */
function charge(day, frame, soc) {
  const {left, right, slots: top, tall, small} = frame;
  const level = (point) => top + tall * (1 - point.soc);
  const out = runsOf(day).map((run) => path(`M${lineOf(run, frame, level)}`, run[0].today ? 'd-charge' : 'd-charge d-past'));
  if (!small) {
    out.push(label(left - 7, top + 15, 'slot', 'd-end'), label(left - 7, top + 31, 'SOC', 'd-end d-soc'));
    if (known(soc)) out.push(label(right + 7, Math.max(top + 10, level({soc}) + 4), `${number(soc * 100)}\u00a0%`, 'd-soc'));
  }
  return out;
}

/** Yesterday lies behind a veil, and each side of now says what it is. */
function veil(day, frame, now_h) {
  const {x, right, left, top, base} = frame;
  const now_x = x(now_h);
  const out = [box(now_x, top - 6, right - now_x, base - top + 6, 'd-veil')];
  if (day.some((point) => !point.today) && right - now_x > 100) out.push(label(right, top - 6, 'yesterday', 'd-day d-end'));
  if (now_x - left > 110) out.push(label(left, top - 6, 'today', 'd-day'));
  return out;
}

function nowLine(frame, now_h, clock) {
  const {x, left, right, top} = frame;
  const now_x = x(now_h), pill_x = Math.min(right - 24, Math.max(left + 24, now_x));
  return [
    path(`M${at(now_x)} ${top - 6}V${frame.slots + frame.tall}`, 'd-now'),
    box(pill_x - 24, top - 18, 48, 18, 'd-pill', 4),
    label(pill_x, top - 5, clock, 'd-pill-text'),
  ];
}

/** Everything of the strip for one moment, back to front. */
export function draw(frame, {day, slots, now_h, clock, soc, running}) {
  const lane = slotLane(slots, frame, now_h, running);
  return [
    ...axes(frame), ...flows(day, frame), ...veil(day, frame, now_h), ...gridLane(day, frame),
    ...lane.out, ...charge(day, frame, soc), ...nowLine(frame, now_h, clock), ...lane.words,
  ];
}
