// How figures are written: tokens.md section 7. SI units come in; what comes out is text.
// A missing figure is never a zero: null, undefined and NaN all come out as two dashes.

export const MINUS = '\u2212';
export const NONE = '\u2013 \u2013';
export const ABSENT = '\u2013';
const THIN = '\u202f';
const HARD = '\u00a0';

// Below this a flow counts as none: the home page prints 0.00 kW and no dots run.
export const STILL_W = 5;

export const known = (value) => typeof value === 'number' && Number.isFinite(value);

/** A number with fixed decimals, a true minus, no plus, no "-0", thin gaps from five digits on. */
export function number(value, decimals = 0) {
  if (!known(value)) return NONE;
  const text = Math.abs(value).toFixed(decimals);
  const [whole, part] = text.split('.');
  const gapped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole;
  const sign = value < 0 && Number(text) !== 0 ? MINUS : '';
  return sign + (part === undefined ? gapped : `${gapped}.${part}`);
}

/** A figure and its unit; `{n, u}` so that the unit can be set smaller. */
const pair = (n, u) => ({n, u: n === NONE ? '' : u});

/** One string of a pair, with the space that never breaks. */
export const joined = ({n, u}) => (u ? `${n}${HARD}${u}` : n);

/** Home page: always kW with two decimals, nothing below 5 W. */
export const kilowatts = (watts) => pair(number(known(watts) && Math.abs(watts) < STILL_W ? 0 : watts / 1000, 2), 'kW');

/** LCD detail pages: watts as the machine prints them, no gap in the thousands. */
export const lcdWatts = (watts) => pair(number(watts).replaceAll(THIN, ''), 'W');

/** LCD pages: a figure in another unit. */
export const lcd = (value, unit, decimals = 0) => pair(number(value, decimals).replaceAll(THIN, ''), unit);

/**
 * Beside the LCD: W below 1000, kW from 1000 on, back to W only below 950.
 * `last` is the unit shown before ('W' or 'kW'), so that a figure near 1000 does not flutter.
 */
export function power(watts, last = '') {
  if (!known(watts)) return pair(NONE, '');
  const size = Math.abs(Math.round(watts));
  const kilo = size >= 1000 || (last === 'kW' && size >= 950);
  return kilo ? pair(number(watts / 1000, 2), 'kW') : pair(number(watts), 'W');
}

/** kWh with one decimal, MWh with two from 10 000 kWh on. */
export function energy(wattHours) {
  if (!known(wattHours)) return pair(NONE, '');
  return Math.abs(wattHours) < 1e7 ? pair(number(wattHours / 1e3, 1), 'kWh') : pair(number(wattHours / 1e6, 2), 'MWh');
}

/** LCD pages: MWh with two decimals from 1000 kWh on, as the machine prints its totals. */
export function lcdEnergy(wattHours) {
  if (!known(wattHours)) return pair(NONE, '');
  return Math.abs(wattHours) < 1e6 ? pair(number(wattHours / 1e3, 1), 'kWh') : pair(number(wattHours / 1e6, 2), 'MWh');
}

/** A ratio 0..1 as percent, without decimals. */
export const percent = (ratio) => pair(number(ratio * 100), '%');

/** The sum of a list per phase; NaN where a phase is missing, so that it shows as no value. */
export const sum = (list) => (Array.isArray(list) ? list.reduce((all, one) => all + (known(one) ? one : NaN), 0) : NaN);

/** An offset of a meter below zero on a one-way line (solar, load) shows as nothing. */
export const oneWay = (watts) => (known(watts) ? Math.max(0, watts) : watts);

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September',
  'October', 'November', 'December'];

/** The parts of the LCD clock `MM/DD/YYYY HH:MM:SS`, or null. */
export function clockParts(clock) {
  const match = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d):(\d\d)$/.exec(clock || '');
  if (!match) return null;
  const [month, day, year, hour, minute, second] = match.slice(1).map(Number);
  return {year, month, day, hour, minute, second};
}

/** The LCD clock as written outside the LCD: `Tuesday 27 April, 13:34`. */
export function longClock(clock) {
  const at = clockParts(clock);
  if (!at) return NONE;
  const weekday = DAYS[new Date(Date.UTC(at.year, at.month - 1, at.day)).getUTCDay()];
  const two = (value) => String(value).padStart(2, '0');
  return `${weekday} ${at.day} ${MONTHS[at.month - 1]}, ${two(at.hour)}:${two(at.minute)}`;
}

/** A time of this computer, `11:48`. */
export function wallTime(milliseconds) {
  const at = new Date(milliseconds);
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}
