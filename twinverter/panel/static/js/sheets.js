// How the rows of a page stand on the LCD: columns, groups under the tick that opens them, the table
// of time of use. Everything is read off the rows; only where a column begins is set by hand.

import {el} from './dom.js';
import {cellOf, fieldOf} from './field.js';
import {isTime, isTyped, slotAt, written} from './rows.js';

// Rows that begin the second column where the printed page says so; others are cut in the middle.
const SECOND_COLUMN = new Set(['grid_charge_start_soc_pct', 'grid_charge_start_v', 'fw_enable', 'frt_enable', 'clock_year']);
// Rows that share one line of the printed page.
const ONE_LINE = [['clock_year', 'clock_month', 'clock_day'], ['clock_hour', 'clock_minute']];

/** Two neighbours that belong to one point: the same figure in their keys, one opened by one tick. */
function paired(first, second) {
  const digit = (row) => /_(?:[a-z]*)(\d)(?:_|$)/.exec(row.key)?.[1];
  const both = isTyped(first) && second && isTyped(second) && first.depends_on === second.depends_on;
  return both && /^\w+_enable=1$/.test(first.depends_on) && (digit(first) ? digit(first) === digit(second) : !digit(second));
}

/** About how many lines a field takes: tall options one each, others share a line under their caption. */
const sizeOf = ({row, tall}) => (row.kind !== 'choice' ? 1 : tall ? row.choices.length : 1.5);

/** Cut the shown fields into two columns of about the same length. */
function columnsOf(fields) {
  const byHand = fields.findIndex(({row}) => SECOND_COLUMN.has(row.key));
  if (byHand > 0) return [fields.slice(0, byHand), fields.slice(byHand)];
  const whole = fields.reduce((sum, field) => sum + sizeOf(field), 0);
  let [best, at, before] = [Infinity, fields.length, 0];
  fields.forEach((field, index) => {
    before += sizeOf(field);
    const uneven = Math.abs(whole - 2 * before);
    if (uneven < best) [best, at] = [uneven, index + 1];
  });
  return [fields.slice(0, at), fields.slice(at)];
}

/** The fields of a column, those that stand side by side together. */
function linesOf(fields) {
  const found = [];
  for (let at = 0; at < fields.length; at += found.at(-1).length) {
    const together = ONE_LINE.find(([first]) => first === fields[at].row.key);
    const size = together ? together.length : paired(fields[at].row, fields[at + 1]?.row) ? 2 : 1;
    found.push(fields.slice(at, at + size));
  }
  return found;
}

/** A form: all fields are made once, and stand in columns that are cut anew when rows come and go. */
export class Form {
  constructor(rows, edit) {
    this.fields = rows.map((row, index) => fieldOf(row, edit, index === 0 || row.choices?.length > 3));
    this.el = el('div', {class: 's-form'});
    this.cut = '';
  }

  arrange(hidden) {
    const shown = this.fields.filter((field) => !hidden[field.row.path]);
    const cut = shown.map((field) => field.row.key).join();
    if (cut === this.cut) return;
    this.cut = cut;
    const columns = columnsOf(shown).filter((fields) => fields.length);
    this.el.classList.toggle('s-single', columns.length < 2);
    this.el.replaceChildren(...columns.map((fields) => el('div', {class: 's-col'}, linesOf(fields).map((line) => this.line(line)))));
  }

  /** One line of a column: a field, or the fields of one point or one date side by side. */
  line(fields) {
    if (fields.length < 2) return fields[0].el;
    const [first, second] = fields.map(({row}) => row);
    // `HV2 time` beside `HV2` needs no words of its own, as printed.
    const echo = second.label.startsWith(`${first.label} `) ? ' s-echo' : '';
    const date = ONE_LINE.some(([key]) => key === first.key) ? ' s-trio' : '';
    return el('div', {class: `s-pair${echo}${date}`}, fields.map((field) => field.el));
  }

  /** The fields in the order of the cursor. */
  order(hidden) {
    return this.fields.filter((field) => !hidden[field.row.path]);
  }

  update() {}
}

const short = (time) => time.replace(/^0/, '');
const titleOf = (row) => row.label.replace(/ \(row \d\)$/, '').replace(/ (Charge|V|%)$/, '');

/** The six slots: one line a row of the table, the end of each repeated from the next one's start. */
export class Timetable {
  constructor(rows, edit) {
    this.edit = edit;
    this.slots = [];
    for (const row of rows) (this.slots[row.table.row - 1] ||= []).push(row);
    this.ends = this.slots.map(() => ({end: el('span', {class: 's-end'}), tag: el('span', {class: 's-tag'}, 'now')}));
    this.cells = this.slots.map((slot, index) => slot.map((row) => cellOf(row, edit, isTime(row) ? this.tail(index) : null)));
    this.fields = this.cells.flat();
    this.columns = this.slots[0];
    this.lines = this.cells.map((cells) => el('div', {class: 's-tr', role: 'row'}, cells.map((cell) => {
      cell.el.setAttribute('role', 'cell');
      return cell.el;
    })));
    this.heads = this.columns.map((row) => el('div', {class: `s-th s-th-${row.kind}`, role: 'columnheader'}, titleOf(row), row.unit && el('i', {}, ` ${row.unit}`)));
    this.el = el('div', {class: 's-tou', role: 'table', 'aria-label': 'Time of use'},
      el('div', {class: 's-tr s-thead', role: 'row'}, this.heads), this.lines);
  }

  tail(index) {
    const {end, tag} = this.ends[index];
    return el('span', {class: 's-tail'}, el('span', {class: 's-to'}, '–'), end, tag);
  }

  arrange(hidden) {
    this.columns.forEach((row, index) => { this.heads[index].hidden = Boolean(hidden[row.path]); });
    for (const cell of this.fields) cell.el.hidden = Boolean(hidden[cell.row.path]);
  }

  order(hidden) {
    return this.fields.filter((field) => !hidden[field.row.path]);
  }

  /** The ends of the slots, and the mark of the one that runs. */
  update(snapshot) {
    const times = this.slots.map((slot) => written(slot.find(isTime), this.edit.valueOf(slot.find(isTime))));
    if (times.some((time) => !/^\d\d:\d\d$/.test(time))) return;
    times.forEach((_, index) => {
      this.ends[index].end.textContent = short(times[(index + 1) % times.length]);
    });
    const now = this.running(snapshot) ? slotAt(times, minuteOf(snapshot.clock)) : -1;
    this.lines.forEach((line, index) => line.classList.toggle('is-now', index === now));
  }

  /** Whether a slot runs: not on a day that is left out, nor while what is held turns the table off. */
  running(snapshot) {
    const {store} = this.edit.page.ctx;
    const dayOff = snapshot?.tou_row === 0 && store.setting('tou_enable') === true;
    return Boolean(snapshot?.clock) && !dayOff && !this.edit.view.greyed[this.slots[0].find(isTime).path];
  }
}

/** Minutes since midnight of the LCD clock `MM/DD/YYYY HH:MM:SS`. */
const minuteOf = (clock) => Number(clock.slice(11, 13)) * 60 + Number(clock.slice(14, 16));

/** The parts of a page: a tick that stands in the head, forms, and the table. */
export function sheetOf(rows, edit) {
  const slots = rows.filter((row) => row.table);
  const others = rows.filter((row) => !row.table);
  if (!slots.length) return {head: null, body: new Form(others, edit)};
  return {head: fieldOf(others[0], edit), body: new Timetable(slots, edit)};
}
