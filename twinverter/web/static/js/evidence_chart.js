// One curve of the evidence around an alarm: lines before and after it, the alarm in the middle.

import {el, svg} from './dom.js';
import {MINUS, known, number} from './format.js';

const [WIDE, NARROW, HEIGHT] = [504, 336, 132];
const [LEFT, TOP, BOTTOM, END] = [46, 10, 108, 24];
// Lines of one picture differ by their dashes; none of them is a colour that means something.
const DASHES = ['', '7 4', '2 4'];
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200];
const MOST_TICKS = 6;
const ROOM = 0.12;

const text = (x, y, words, props = {}) => svg('text', {x, y, ...props}, document.createTextNode(words));

/** A curve as it is drawn: kW from 1000 W on. */
function scaled(curve) {
  const most = Math.max(...curve.lines.flatMap((line) => line.values).map(Math.abs));
  if (curve.unit !== 'W' || most < 1000) return curve;
  const kilo = (line) => ({...line, values: line.values.map((value) => value / 1000)});
  return {...curve, unit: 'kW', decimals: 2, lines: curve.lines.map(kilo), limits: curve.limits.map(kilo)};
}

/** What tells labels apart: `Grid voltage L1` is L1 beside L2, `PV1 voltage` is PV1 beside PV2. */
function apart(labels) {
  const same = (words) => new Set(words).size === 1;
  const lists = labels.map((label) => label.split(' '));
  while (lists.every((words) => words.length > 1) && same(lists.map((words) => words[0]))) lists.forEach((words) => words.shift());
  while (lists.every((words) => words.length > 1) && same(lists.map((words) => words.at(-1)))) lists.forEach((words) => words.pop());
  return lists.map((words) => words.join(' '));
}

/** Where a tick of the time stands, by how far from the alarm. */
function timeWords(seconds) {
  if (!seconds) return 'alarm';
  const size = Math.abs(seconds);
  const words = size >= 120 ? `${number(size / 60)} min` : `${number(size)} s`;
  return seconds < 0 ? MINUS + words : words;
}

/** Where the times are marked: even steps, the alarm among them. */
function ticks(from, to) {
  const step = STEPS_S.find((one) => (to - from) / one <= MOST_TICKS) || STEPS_S.at(-1);
  const first = Math.ceil(from / step);
  return Array.from({length: Math.floor(to / step) - first + 1}, (_, index) => (first + index) * step);
}

/** The lowest and highest value drawn: all lines, and the limits that lie near them. */
function bounds({lines, limits}) {
  const values = lines.flatMap((line) => line.values).filter(known);
  let [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || Math.max(1, Math.abs(high) * 0.1);
  const near = limits.flatMap((limit) => limit.values.slice(-1)).filter((value) => value > low - span / 2 && value < high + span / 2);
  [low, high] = [Math.min(low, ...near), Math.max(high, ...near)];
  const room = (high - low || span) * ROOM;
  return {low: low - room, high: high + room, near};
}

/** A value of a curve in words: a flag, which has no unit, is yes or no. */
const said = ({unit, decimals}, value) => (unit ? number(value, decimals) : value > 0.5 ? 'yes' : 'no');

/** The words of a curve for who cannot see it. */
function words(curve, at) {
  const {title, unit, lines, times_s: times} = curve;
  const told = lines.map(({label, values}) => `${label} ${said(curve, values[0])}, ${said(curve, values[at])} at the alarm, ${said(curve, values.at(-1))} at the end`);
  return `${title}${unit && ` in ${unit}`}, ${timeWords(times[0])} to ${timeWords(times.at(-1))}: ${told.join('; ')}`;
}

function drawn(curve, width) {
  const right = width - END;
  const {times_s: times, lines, limits} = curve;
  const [from, to] = [times[0], Math.max(times.at(-1), 1)];
  const {low, high, near} = bounds(curve);
  const x = (seconds) => LEFT + (right - LEFT) * (seconds - from) / (to - from);
  const y = (value) => BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low);
  const path = (values) => `M${values.map((value, place) => `${x(times[place]).toFixed(1)} ${y(value).toFixed(1)}`).join('L')}`;
  const at = times.findLastIndex((seconds) => seconds <= 0.001);
  const level = (value) => [svg('path', {class: 'e-grid', d: `M${LEFT} ${y(value).toFixed(1)}H${right}`}), text(LEFT - 6, y(value) + 4, said(curve, value), {'text-anchor': 'end'})];
  const values = lines.flatMap((line) => line.values);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  return svg('svg', {class: 'e-chart', viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': words(curve, at)},
    ...level(lowest), ...(y(lowest) - y(highest) > 14 ? level(highest) : []),
    ...limits.filter((limit) => near.includes(limit.values.at(-1))).map((limit) => svg('path', {class: 'e-limit', d: path(limit.values)})),
    svg('path', {class: 'e-alarm', d: `M${x(0).toFixed(1)} ${TOP - 6}V${BOTTOM}`}),
    ...lines.map((line, index) => svg('path', {class: 'e-line', d: path(line.values), 'stroke-dasharray': DASHES[index]})),
    ...ticks(from, to).map((seconds) => text(x(seconds), BOTTOM + 17, timeWords(seconds), {'text-anchor': 'middle', class: seconds ? '' : 'e-now'})));
}

/** What a dash stands for. */
const sample = (index) => svg('svg', {class: 'e-sample', viewBox: '0 0 26 8', 'aria-hidden': 'true'}, svg('path', {class: 'e-line', d: 'M1 4H25', 'stroke-dasharray': DASHES[index]}));

const limitSample = () => svg('svg', {class: 'e-sample', viewBox: '0 0 26 8', 'aria-hidden': 'true'}, svg('path', {class: 'e-limit', d: 'M1 4H25'}));

/** A figure with one curve and its legend, drawn for a `narrow` screen or a wide one. */
export function evidenceChart(found, narrow) {
  const curve = scaled(found);
  const {title, unit, decimals, lines, limits} = curve;
  const {near} = bounds(curve);
  const names = apart(lines.map((line) => line.label));
  const shown = limits.filter((limit) => near.includes(limit.values.at(-1)));
  return el('figure', {class: 'e-figure'},
    el('figcaption', {}, el('b', {}, title), unit && ` in ${unit}`),
    drawn(curve, narrow ? NARROW : WIDE),
    (lines.length > 1 || shown.length > 0) && el('p', {class: 'e-legend'},
      lines.length > 1 && names.map((name, index) => el('span', {}, sample(index), name)),
      shown.map((limit) => el('span', {}, limitSample(), `${limit.label} ${number(limit.values.at(-1), decimals)} ${unit}`))));
}
