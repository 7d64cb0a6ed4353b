// Time without mains: a lane a day, hours without light, how deep the battery went.

import {ofDevice, read} from './api.js';
import {lasting, midnight, periodWords, span, when} from './clock.js';
import {el, svg} from './dom.js';
import {energy, joined, known, percent} from './format.js';
import {Period} from './period.js';
import {patterns} from './stacks.js';
import {empty, fill} from './states.js';
import {table} from './table.js';

const DAY_S = 86_400, HOUR_S = 3600;
const LANE = 20, BAR = 12, LEFT = 34, LEAST_PX = 260, CARD_PX = 32, FOOT = 22;
const NARROW_PX = 600;

const text = (x, y, words, anchor) => svg('text', {x, y, 'text-anchor': anchor, text: words});

/** The days of a month or the one day, as the midnights that begin them. */
function daysOf({period, date}) {
  if (period === 'day') return [midnight(date)];
  const first = midnight(`${date.slice(0, 7)}-01`);
  const next = new Date(first * 1000);
  const count = (Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 1) / 1000 - first) / DAY_S;
  return Array.from({length: count}, (_, place) => first + place * DAY_S);
}

/** A lane for each day, hours across; time after `now_s` is only outlined. */
function lanes(days, outages, now_s, width) {
  const right = width - 8;
  const x = (seconds) => LEFT + (right - LEFT) * seconds / DAY_S;
  const rect = (look, from, to, y) => svg('rect', {class: look, x: x(from).toFixed(1), y, width: Math.max(1, x(to) - x(from)).toFixed(1), height: BAR, rx: 2});
  const lane = (begin_s, place) => {
    const y = place * LANE + 4;
    const known_s = Math.min(DAY_S, Math.max(0, now_s - begin_s));
    const cuts = outages.map(({start_clock_s: from, end_clock_s: to}) => [Math.max(0, from - begin_s), Math.min(DAY_S, (to ?? now_s) - begin_s)]).filter(([from, to]) => to > from);
    return [text(LEFT - 8, y + 10, String(new Date(begin_s * 1000).getUTCDate()), 'end'), rect('o-unknown', 0, DAY_S, y), known_s && rect('o-there', 0, known_s, y),
      ...cuts.map(([from, to]) => rect('k-out', from, to, y))];
  };
  const height = days.length * LANE + FOOT;
  const hours = Array.from({length: 9}, (_, index) => index * 3).filter((hour) => width >= NARROW_PX || hour % 6 === 0)
    .map((hour) => text(x(hour * HOUR_S), height - 6, String(hour), hour === 24 ? 'end' : 'middle'));
  return svg('svg', {class: 'o-lanes', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true'}, days.flatMap(lane).filter(Boolean), hours);
}

const lastingOrNone = (seconds) => (seconds ? lasting(seconds) : 'none');

const facts = (found) => {
  const lowest = found.outages.map((one) => one.lowest_soc).filter(known);
  const rows = [
    ['Outages', String(found.count)], ['Without mains', lastingOrNone(found.outage_s)], ['Without light', lastingOrNone(found.dark_s)],
    ['Not served', joined(energy(found.unserved_wh))], ['Generator ran', lastingOrNone(found.generator_s)],
    ['Lowest charge', lowest.length ? joined(percent(Math.min(...lowest))) : '\u2013'],
  ];
  return el('dl', {class: 'facts'}, rows.map(([name, words]) => el('div', {}, el('dt', {}, name), el('dd', {}, words))));
};

/** Hours without mains by month, for a year and all time. */
function byMonth(by_day_s) {
  const months = new Map();
  for (const [day, seconds] of Object.entries(by_day_s)) months.set(day.slice(0, 7), (months.get(day.slice(0, 7)) || 0) + seconds);
  const rows = [...months].sort().map(([month, seconds]) => [periodWords(`${month}-01`, 'month'), lasting(seconds)]);
  return table('Time without mains by month', ['Month', 'Without mains'], rows);
}

class Outages {
  constructor(place, view, query) {
    patterns();
    this.view = view;
    this.place = el('div');
    this.period = new Period(view, 'month', (wish) => this.read(wish));
    place.append(this.period.root, this.place);
    this.period.read(query);
  }

  turn(query) {
    this.period.read(query);
  }

  async read({period, date}) {
    this.giveUp?.abort();
    this.giveUp = new AbortController();
    const {signal} = this.giveUp;
    const asked = () => read(ofDevice(this.view.name, 'outages'), {period, date}, signal);
    await fill(this.place, 'the outages', asked, (found) => this.draw(found, {period, date}));
    this.view.ready();
  }

  draw(found, wish) {
    const words = periodWords(wish.date, wish.period);
    if (!found.known_s && !found.dark_s) return el('section', {class: 'card'}, empty('clock', `Nothing is known of ${words}`, 'Samples are kept for a limited time; what is older has its sums in the curves.'));
    const isShort = wish.period === 'day' || wish.period === 'month';
    const picture = isShort ? lanes(daysOf(wish), found.outages, this.view.clock_s, Math.max(LEAST_PX, this.place.clientWidth - CARD_PX)) : byMonth(found.by_day_s);
    return [
      el('section', {class: 'card'}, el('h2', {}, `Without mains, ${words}`, el('small', {}, `known for ${lasting(found.known_s)}`)), facts(found)),
      found.count ? el('section', {class: 'card'}, el('h2', {}, isShort ? 'Day by day' : 'Month by month', isShort && el('small', {}, 'hours of the day; hatched is without mains')), picture) : null,
      el('section', {class: 'card'}, el('h2', {}, 'Each of them', el('small', {}, 'newest first')), found.count ? this.list(found) : empty('ok', 'No outage', 'The mains were there as far as it is known.')),
    ];
  }

  list({outages, count}) {
    const rows = outages.map(({start_clock_s: from, end_clock_s: to, lasted_s, dark_s, unserved_wh, lowest_soc}) => [
      to === null ? `${when(from, this.view.clock_s)} to now` : span(from, to, this.view.clock_s),
      lasting(lasted_s), lastingOrNone(dark_s), joined(energy(unserved_wh)), known(lowest_soc) ? joined(percent(lowest_soc)) : null]);
    const more = count > outages.length && el('p', {}, `${count - outages.length} older ones are not listed: choose a shorter period.`);
    return el('div', {}, table('Outages', ['When', 'Lasted', 'Without light', 'Not served', 'Lowest charge'], rows), more);
  }

  close() {
    this.giveUp?.abort();
  }
}

/** The tab of outages. */
export const open = (place, view, query) => new Outages(place, view, query);
