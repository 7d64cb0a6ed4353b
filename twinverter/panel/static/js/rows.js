// What a row of the settings table means on the LCD: how its value is written, read, stepped and
// bounded. Facts come from /api/menu; no setting is known here by its name.

import {MINUS, NONE} from './format.js';

const DAY_MIN = 1440;

export const isNumber = (row) => row.kind === 'number';
export const isTime = (row) => row.kind === 'time';
export const isTyped = (row) => isNumber(row) || isTime(row);
export const unitOf = (row) => (isNumber(row) ? row.unit ?? '' : '');

/** Codes without a unit carry a leading zero on the machine: Lithium Mode 00, Month 04. */
const isCode = (row) => row.whole && !row.unit && row.low >= 0 && row.high > 9 && row.high < 100;

function writtenNumber(row, value) {
  const size = Math.abs(value);
  const plain = size.toFixed(row.decimals);
  // Somebody may have stored a finer figure than the step: it is shown, not rounded away.
  const text = Number(plain) === size ? plain : String(size);
  return (value < 0 ? MINUS : '') + (isCode(row) ? text.padStart(2, '0') : text);
}

/** The choice of a row that holds `value`. */
export const choiceOf = (row, value) => (row.choices || []).find((choice) => choice.value === value);

/** A stored value as the LCD prints it, without its unit. */
export function written(row, value) {
  if (value === undefined || value === null) return NONE;
  if (row.kind === 'switch') return value ? 'on' : 'off';
  if (row.kind === 'choice') return choiceOf(row, value)?.label ?? String(value);
  return isNumber(row) ? writtenNumber(row, value) : String(value);
}

/** The same with its unit, joined by a space that never breaks. */
export function withUnit(row, value) {
  const unit = unitOf(row);
  return unit ? `${written(row, value)}\u00a0${unit}` : written(row, value);
}

/** `0 to 8800 W, steps of 10.` */
export function boundsText(row) {
  if (isTime(row)) return '00:00 to 23:59.';
  if (!isNumber(row)) return '';
  const step = row.step ? `, steps of ${written(row, row.step)}` : '';
  const gap = row.gap ? `, nothing between ${written(row, row.gap[0])} and ${written(row, row.gap[1])}` : '';
  return `${written(row, row.low)} to ${withUnit(row, row.high)}${step}${gap}.`;
}

const minutesOf = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
const two = (value) => String(value).padStart(2, '0');
const timeOf = (minutes) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;

function readTime(text) {
  const digits = text.replace(':', '');
  if (!/^\d{1,4}$/.test(digits)) return {reason: 'that is not a time of day'};
  const [hour, minute] = text.includes(':')
    ? text.split(':').map(Number)
    : [Number(digits.slice(0, digits.length > 2 ? -2 : 2)), Number(digits.length > 2 ? digits.slice(-2) : 0)];
  if (hour === 24 && minute === 0) return {value: '00:00'};
  if (hour > 23 || minute > 59) return {reason: 'a day goes from 00:00 to 23:59'};
  return {value: `${two(hour)}:${two(minute)}`};
}

function readNumber(row, text) {
  const plain = text.replaceAll(MINUS, '-').replace(',', '.');
  const value = plain.trim() === '' ? NaN : Number(plain);
  if (!Number.isFinite(value)) return {reason: 'that is not a number'};
  if (value > row.high) return {value, over: true, reason: `the largest value is ${withUnit(row, row.high)}`};
  if (value < row.low) return {value, reason: `the smallest value is ${withUnit(row, row.low)}`};
  if (row.gap && value > row.gap[0] && value < row.gap[1]) {
    return {value, reason: `nothing between ${written(row, row.gap[0])} and ${written(row, row.gap[1])} is possible`};
  }
  if (row.whole && !Number.isInteger(value)) return {value, reason: 'only whole numbers are possible'};
  return {value};
}

/** What was typed: `{value}`, or `{reason}` where the row cannot hold it (`over`: above the top). */
export const read = (row, text) => (isTime(row) ? readTime(text) : readNumber(row, text));

/** The next value up or down, `times` steps at once; it stays inside the bounds and out of the gap. */
export function stepped(row, value, direction, times = 1) {
  if (isTime(row)) {
    const at = minutesOf(value);
    const next = direction > 0 ? Math.floor(at / times) * times + times : Math.ceil(at / times) * times - times;
    return timeOf((next + DAY_MIN) % DAY_MIN);
  }
  const step = (row.step || 1) * times;
  // A step lands on the grid of the row; the small share forgives what binary fractions lose.
  const place = value / step;
  const next = (direction > 0 ? Math.floor(place + 1e-9) + 1 : Math.ceil(place - 1e-9) - 1) * step;
  let to = Number(Math.min(row.high, Math.max(row.low, next)).toFixed(6));
  if (row.gap && to > row.gap[0] && to < row.gap[1]) to = direction > 0 ? row.gap[1] : row.gap[0];
  return to;
}

/** The neighbour of a choice, refused ones left out; the ends hold. */
export function neighbour(row, value, direction) {
  const open = row.choices.filter((choice) => !choice.refused);
  const at = open.findIndex((choice) => choice.value === value);
  return open[Math.min(open.length - 1, Math.max(0, at + direction))].value;
}

/** Where a value stands between the bounds, 0..1. */
export function share(row, value) {
  const [low, high, at] = isTime(row) ? [0, DAY_MIN - 1, minutesOf(value)] : [row.low, row.high, value];
  return Math.min(1, Math.max(0, (at - low) / (high - low)));
}

/** The value at a place of the bar, on the grid of the row. */
export function valueAt(row, place) {
  const within = Math.min(1, Math.max(0, place));
  if (isTime(row)) return timeOf(Math.round((within * (DAY_MIN - 1)) / 15) * 15 % DAY_MIN);
  const step = row.step || 1;
  const raw = Math.round((row.low + within * (row.high - row.low)) / step) * step;
  const to = Number(Math.min(row.high, Math.max(row.low, raw)).toFixed(6));
  if (!row.gap || to <= row.gap[0] || to >= row.gap[1]) return to;
  return to < (row.gap[0] + row.gap[1]) / 2 ? row.gap[0] : row.gap[1];
}

/** Which of the day's slots a moment lies in: start times, and the clock in minutes. */
export function slotAt(times, clockMin) {
  const starts = times.map(minutesOf);
  if (starts.every((start) => start === starts[0])) return 0;
  return starts.findIndex((start, index) => {
    const length = (starts[(index + 1) % starts.length] - start + DAY_MIN) % DAY_MIN;
    return (clockMin - start + DAY_MIN) % DAY_MIN < length;
  });
}
