// Editing on a settings page: opening a field, stepping, typing, taking the value or leaving it, and
// asking again where the inverter wants somebody to be sure. Nothing is saved here.

import {isTyped, read, stepped, withUnit, written} from './rows.js';
import {Pace} from './stepper.js';

const LOOK_MS = 120;
// A figure being typed is not finished: the inverter is asked when the typing rests.
const REST_MS = 600;
const LONGEST = 7;
const LOCK = 'basic.lock_out_all_changes';
const RESET = 'basic.factory_reset';
const CLEAR_ARC = 'advanced.clear_arc_fault';

/** `open`: {field, value, before, text, reason}; `ask`: {path, before, sentences, then}; `refusal`: {path, text}. */
export class Editing {
  constructor(page, entries) {
    Object.assign(this, {page, entries, open: null, ask: null, refusal: entries.refused, pace: new Pace()});
    entries.refused = null;
  }

  get view() {
    return this.entries.view;
  }

  /** What a row shows: what is open, what a grid mode holds, what was entered, what an entry writes beside it, what is stored. */
  valueOf(row) {
    if (this.open?.field.row === row) return this.open.value;
    if (row.path in this.view.in_force) return this.view.in_force[row.path];
    const {held} = this.entries;
    return held.has(row.path) ? held.get(row.path) : this.view.offered[row.path] ?? this.entries.stored(row.path);
  }

  /** The first thing that keeps the page from being saved: {path, text}, or null. */
  get trouble() {
    if (this.open?.reason) return {path: this.open.field.row.path, text: this.open.reason};
    if (this.refusal) return this.refusal;
    const [path, text] = Object.entries(this.view.errors)[0] || [];
    return path ? {path, text} : null;
  }

  isBad(field) {
    const {path} = field.row;
    if (this.open?.field === field && this.open.reason) return true;
    return this.refusal?.path === path || path in this.view.errors;
  }

  /** A field was touched, or one option of it. */
  touched(field, choice) {
    if (this.ask) {
      const same = this.ask.path === field.row.path;
      this.takeBack();
      if (same) return;
    }
    // Going on to another field takes what stands in the open one; only Esc brings the old value back.
    if (this.open?.field === field && isTyped(field.row)) {
      this.page.pads.openNumber();
      return;
    }
    if (this.open && this.open.field !== field && !this.accept()) return;
    this.refusal = null;
    this.page.cursor = field.target;
    this.activate(field, choice);
  }

  /** Open a field, turn a tick, choose an option; greyed ones say why, locked ones ask for the code. */
  activate(field, choice) {
    const {row} = field;
    if (this.view.greyed[row.path]) this.page.draw();
    else if (row.path === LOCK) this.page.pads.askCode(this.page.lockOn ? 'unlock' : 'lock');
    else if (this.page.locked) this.page.pads.unlockFirst(() => this.activate(field, choice));
    else if (row.path === RESET) this.page.pads.askCode('reset');
    else if (row.path === CLEAR_ARC) this.clearArc(row);
    else if (row.kind === 'switch') this.enterValue(row.path, !this.valueOf(row));
    else if (choice) this.choose(row, choice);
    else if (row.kind === 'choice' || isTyped(row)) this.openField(field);
    else this.page.draw();
  }

  /** A latched arc fault is freed as by switching off and on after a look. */
  async clearArc(row) {
    try {
      await this.page.ctx.api.press('acknowledge');
    } catch (error) {
      this.refusal = {path: row.path, text: error.text || error.message};
    }
    this.page.draw();
  }

  choose(row, choice) {
    if (!choice.refused) {
      this.enterValue(row.path, choice.value);
      return;
    }
    const reason = this.page.ctx.store.settings.refused_choices?.[row.path]?.[choice.value] || 'is refused on this machine';
    this.refusal = {path: row.path, text: `${row.name} not taken: ${choice.label} ${reason}. Still ${withUnit(row, this.valueOf(row))}.`};
    this.page.draw();
  }

  openField(field) {
    const value = this.valueOf(field.row);
    this.open = {field, value, before: value};
    this.page.takeFocus();
    this.page.draw();
    field.el.scrollIntoView({block: 'nearest'});
  }

  /** Up and down in an open field: the next value, or the next option. */
  step(direction) {
    const {field, value} = this.open;
    // Options stand under each other: the next lower line is the next choice.
    if (field.row.kind === 'choice') this.setOpen(field.step(value, -direction));
    else this.setOpen(stepped(field.row, value, direction, this.pace.times(field.row, direction)));
  }

  setOpen(value) {
    Object.assign(this.open, {value, text: undefined, reason: ''});
    this.refusal = null;
    this.look();
    this.page.draw();
    this.page.ctx.announce(withUnit(this.open.field.row, value));
  }

  /** A character from the keypad or the keyboard; the first one begins a new figure. */
  type(character) {
    if (!this.open || !isTyped(this.open.field.row)) return false;
    const {row} = this.open.field;
    const erase = character === 'erase';
    const typed = this.open.text ?? (erase ? written(row, this.open.value) : '');
    const text = erase ? typed.slice(0, -1) : typed + character;
    if (text.length > LONGEST) return true;
    const {value, reason, over} = read(row, text);
    // What is too small may still grow: only what is already too large is refused while typing.
    this.open.text = text;
    this.open.reason = over ? this.refusalOf(row, value, reason) : '';
    if (!reason || over) this.open.value = value;
    if (!reason) this.look(REST_MS);
    this.page.draw();
    return true;
  }

  refusalOf(row, value, reason) {
    const figure = typeof value === 'number' ? ` ${withUnit(row, value)}` : '';
    return `${row.name}${figure} not taken: ${reason}. Still ${withUnit(row, this.open.before)}.`;
  }

  /** Close the open field, the old value is back. */
  close() {
    this.open = null;
    this.refusal = null;
    this.page.pads.hide();
    this.page.draw();
    this.lookNow();
  }

  /** Take the value of the open field; false where it cannot be taken. */
  accept() {
    const {field, text} = this.open;
    if (text !== undefined) {
      const {value, reason} = read(field.row, text);
      if (reason) {
        this.open.reason = this.refusalOf(field.row, value, reason);
        this.page.draw();
        return false;
      }
      this.open.value = value;
    }
    const {value} = this.open;
    this.open = null;
    this.page.pads.hide();
    this.enterValue(field.row.path, value);
    return true;
  }

  /** Hold a value, then ask again where the inverter wants somebody to be sure. */
  async enterValue(path, value) {
    const before = this.entries.held.get(path);
    this.entries.hold(path, value);
    this.refusal = null;
    this.page.draw();
    if (!(await this.entries.look()) || this.open || !this.entries.held.has(path)) return;
    if (this.entries.questions.length) this.question({path, before});
    this.page.draw();
  }

  question(ask) {
    this.ask = {...ask, sentences: this.entries.questions};
    this.page.takeFocus();
  }

  agree() {
    const {then, sentences} = this.ask;
    this.entries.agree(sentences);
    this.ask = null;
    this.page.draw();
    if (then) then();
  }

  /** The answer was no: the entry that raised the question is as it was before. */
  takeBack() {
    const {path, before} = this.ask;
    this.ask = null;
    if (path && before === undefined) this.entries.held.delete(path);
    else if (path) this.entries.hold(path, before);
    this.page.draw();
    this.lookNow();
  }

  /** Ask how the page would look, not more often than the inverter should be asked. */
  look(wait_ms = LOOK_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lookNow(), wait_ms);
  }

  async lookNow() {
    clearTimeout(this.timer);
    const {open} = this;
    const candidate = open && !open.reason ? {[open.field.row.path]: open.value} : {};
    if (await this.entries.look(candidate)) this.page.draw();
  }
}
