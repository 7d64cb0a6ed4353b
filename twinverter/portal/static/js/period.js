// Which period a tab shows: day, month, year or all time, and the date inside it, kept in the address.

import {periodWords, stepped} from './clock.js';
import {el, icon, setAttr, setText, tap} from './dom.js';

const PERIODS = [['day', 'Day'], ['month', 'Month'], ['year', 'Year'], ['total', 'Total']];
const DAY = /^\d{4}-\d\d-\d\d$/;
const FIRST = '1970-01-01';

/** The picker: `onPick({period, date, with})` is told at once and after each change. */
export class Period {
  constructor(view, initial, onPick, {periods = PERIODS.map(([key]) => key), compare = false} = {}) {
    Object.assign(this, {view, initial, onPick, keys: periods, compare});
    this.segments = el('div', {class: 'seg', role: 'group', 'aria-label': 'Period'}, PERIODS.filter(([key]) => periods.includes(key)).map(([key, word]) => (
      tap('', () => this.choose({period: key}), {'data-period': key}, word))));
    this.back = tap('btn', () => this.turn(-1), {'aria-label': 'Earlier'}, icon('back'));
    this.on = tap('btn period-on', () => this.turn(1), {'aria-label': 'Later'}, icon('back'));
    this.words = el('span', {class: 'now', role: 'status'});
    this.date = el('input', {class: 'sel', type: 'date', 'aria-label': 'Date', min: FIRST, onchange: () => DAY.test(this.date.value) && this.choose({date: this.date.value})});
    this.root = el('div', {class: 'period'}, this.segments, el('div', {class: 'turn'}, this.back, this.words, this.on), this.date, compare && this.besides());
  }

  besides() {
    this.with = el('input', {class: 'sel', type: 'date', 'aria-label': 'Compare with the period that holds this date', min: FIRST, onchange: () => this.choose({with: DAY.test(this.with.value) ? this.with.value : null})});
    this.clear = tap('btn', () => this.choose({with: null}), {'aria-label': 'Compare with nothing'}, icon('x'));
    this.before = tap('btn', () => this.choose({with: stepped(this.wish.date, this.wish.period, -1)}), {}, 'Compare');
    return el('div', {class: 'beside'}, this.before, this.with, this.clear);
  }

  /** Show what an address asks for. */
  read(query) {
    const asked = query.get('period');
    const date = query.get('date');
    const beside = query.get('with');
    this.wish = {
      period: this.keys.includes(asked) ? asked : this.initial,
      date: DAY.test(date || '') ? date : this.view.today,
      with: this.compare && DAY.test(beside || '') ? beside : null,
    };
    this.show();
    this.onPick(this.wish);
  }

  choose(change) {
    const wish = {...this.wish, ...change};
    // Another period, another thing to compare with.
    if (change.period || (change.date && this.wish.with && !change.with)) wish.with = change.period ? null : this.wish.with;
    this.wish = wish;
    this.view.keep(Object.fromEntries(Object.entries(wish).filter(([, value]) => value)));
    this.show();
    this.onPick(wish);
  }

  turn(by) {
    const date = stepped(this.wish.date, this.wish.period, by);
    if (date && date >= FIRST) this.choose({date});
  }

  show() {
    const {period, date, with: beside} = this.wish;
    for (const button of this.segments.children) setAttr(button, 'aria-pressed', String(button.dataset.period === period));
    setText(this.words, periodWords(date, period));
    this.date.value = date;
    const isAll = period === 'total';
    for (const one of [this.back, this.on]) setAttr(one, 'aria-disabled', isAll && 'true');
    if (!this.compare) return;
    this.with.value = beside || '';
    this.with.hidden = !beside;
    this.clear.hidden = !beside;
    this.before.hidden = isAll || Boolean(beside);
  }
}

