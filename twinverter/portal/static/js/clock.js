// Dates and times in words. A device's own clock comes in seconds since 1970 of that clock; what the
// server says in UTC is shown in the time of this computer.

import {wallTime} from './format.js';

const DAY_S = 86_400;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August',
  'September', 'October', 'November', 'December'];

const two = (value) => String(value).padStart(2, '0');
const at = (clock_s) => new Date(clock_s * 1000);

/** `2026-06-17` of a device's clock. */
export const isoDay = (clock_s) => at(clock_s).toISOString().slice(0, 10);

/** `13:35` of a device's clock. */
export const timeOf = (clock_s) => at(clock_s).toISOString().slice(11, 16);

/** `13:35:20` of a device's clock. */
export const secondsOf = (clock_s) => at(clock_s).toISOString().slice(11, 19);

/** The seconds since 1970 of a device's clock at the midnight that begins an ISO day. */
export const midnight = (day) => Date.parse(`${day}T00:00:00Z`) / 1000;

/** `17 June` and the year where it is another one than `now_s`. */
function dayWords(clock_s, now_s = clock_s) {
  const then = at(clock_s);
  const words = `${then.getUTCDate()} ${MONTHS[then.getUTCMonth()]}`;
  return then.getUTCFullYear() === at(now_s).getUTCFullYear() ? words : `${words} ${then.getUTCFullYear()}`;
}

/** The time of day where it was today, else the day with it: `13:35` or `4 June, 13:35`. */
export function when(clock_s, now_s) {
  const same = Math.floor(clock_s / DAY_S) === Math.floor(now_s / DAY_S);
  return same ? timeOf(clock_s) : `${dayWords(clock_s, now_s)}, ${timeOf(clock_s)}`;
}

/** A span of time, the day once where both ends lie on one: `4 June, 13:10 to 15:40`. */
export function span(from_s, to_s, now_s) {
  const end = isoDay(from_s) === isoDay(to_s) ? timeOf(to_s) : when(to_s, now_s);
  return `${when(from_s, now_s)} to ${end}`;
}

/** `Tuesday 27 April, 13:34` of a stamp `2026-04-27 13:34`, `` without one. */
export function longStamp(stamp) {
  const then = new Date(`${stamp.replace(' ', 'T')}Z`);
  if (Number.isNaN(then.getTime())) return '';
  return `${WEEKDAYS[then.getUTCDay()]} ${then.getUTCDate()} ${MONTHS[then.getUTCMonth()]}, ${stamp.slice(11, 16)}`;
}

/** A length of time: `40 s`, `35 min`, `3 h 20 min`, `2 d 4 h`. */
export function lasting(seconds) {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${hours / 24} d`;
}

/** How long ago a server time was, in the words of a narrow column: `3 s ago`, `11:48`, `4 June`. */
export function ago(at_s, now_s = Date.now() / 1000) {
  const age_s = Math.max(0, now_s - at_s);
  if (age_s < 90) return `${Math.round(age_s)} s ago`;
  if (age_s < 3600) return `${Math.round(age_s / 60)} min ago`;
  return since(at_s, now_s);
}

/** A server time as this computer's date and time, `2026-06-17 13:35`. */
export function localStamp(at_s) {
  const then = new Date(at_s * 1000);
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())} ${wallTime(at_s * 1000)}`;
}

/** Since when, of a server time: `11:48` where it was lately, else the day. */
export const since = (at_s, now_s = Date.now() / 1000) => (now_s - at_s < DAY_S / 2 ? wallTime(at_s * 1000) : localDay(at_s));

function localDay(at_s) {
  const then = new Date(at_s * 1000);
  return `${then.getDate()} ${MONTHS[then.getMonth()]}`;
}

/** The ISO day of a period's neighbour: `by` -1 or +1 days, months or years on; null for all time. */
export function stepped(day, period, by) {
  const then = at(midnight(day));
  if (period === 'day') return isoDay(midnight(day) + by * DAY_S);
  if (period === 'total') return null;
  const months = period === 'month' ? by : 12 * by;
  return new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + months, 1)).toISOString().slice(0, 10);
}

/** A period in words: `17 June 2026`, `June 2026`, `2026`, `All time`. */
export function periodWords(day, period) {
  const then = at(midnight(day));
  const year = then.getUTCFullYear();
  if (period === 'day') return `${then.getUTCDate()} ${MONTHS[then.getUTCMonth()]} ${year}`;
  if (period === 'month') return `${MONTHS[then.getUTCMonth()]} ${year}`;
  return period === 'year' ? String(year) : 'All time';
}
