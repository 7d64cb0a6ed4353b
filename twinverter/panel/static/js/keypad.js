// The keypads: the numeric one of an open field, and PassWork (manual 5.5), on which a code is typed.
// Digits come by touch, from a keyboard, or with the four keys.

import {el, icon, setText, svg} from './dom.js';
import {Bar, Figure} from './figure_bar.js';
import {head} from './figures.js';
import {isTime} from './rows.js';

const CODE_LENGTH = 4;
const PURPOSES = {
  lock: ['Lock out all changes', 'No setting can be changed while the lock is on. Reading stays possible.'],
  unlock: ['Lock out all changes', 'The lock is taken off, and settings can be changed again.'],
  reset: ['Factory Reset', 'Every setting goes back to its factory value. Counters and the alarm list stay.'],
  change: ['Changes are locked', 'The code opens this page for changes. The lock itself stays on.'],
};

/** Nine dots, the sign of a keypad. */
export const padSign = () => svg('svg', {class: 'ico', viewBox: '0 0 24 24', 'aria-hidden': 'true'},
  svg('path', {class: 'k-dots', d: 'M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01M6 18h.01M12 18h.01M18 18h.01'}));

const eraseSign = () => svg('svg', {class: 'ico', viewBox: '0 0 24 24', 'aria-hidden': 'true'},
  svg('path', {d: 'M8.5 6H20v12H8.5L3.5 12zM11 9.5l5 5M16 9.5l-5 5'}));

const CHARACTERS = {',': '.', '−': '-', Backspace: 'erase', Delete: 'erase'};

/** Hand the characters of the keyboard to `take(character)`; returns the way out. */
export function typing(take) {
  const listen = (event) => {
    const at = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (at.closest?.('input, select, textarea, dialog')) return;
    const character = CHARACTERS[event.key] || event.key;
    if (!/^(?:\d|[.:-]|erase)$/.test(character)) return;
    if (take(character)) event.preventDefault();
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}

const key = (label, press, name = '') => el('button', {class: `k-key${/^\d$/.test(label) ? '' : ' k-other'}`, type: 'button', onclick: press, 'aria-label': name || undefined}, label);

/** 1 to 9 in three rows, as printed; `side` are the keys of the fourth column. */
const digits = (press, side = []) => [1, 4, 7].flatMap((first, row) => [
  ...[0, 1, 2].map((more) => key(String(first + more), () => press(String(first + more)))), side[row],
]).filter(Boolean);

/** The keypad of the open number or time of a page. */
export class NumberPad {
  constructor(edit, field) {
    const {row} = field;
    this.figure = new Figure(row);
    this.bar = new Bar(row, edit);
    const press = (character) => edit.type(character);
    const blank = () => el('span', {class: 'k-blank'});
    const erase = key('', () => press('erase'), 'Erase');
    erase.append(eraseSign());
    const minus = row.low < 0 ? key('−', () => press('-'), 'minus') : blank();
    const point = isTime(row) ? key(':', () => press(':'), 'colon') : row.decimals ? key('.', () => press('.'), 'point') : blank();
    this.el = el('div', {class: 'k-pad', role: 'group', 'aria-label': `${row.name}, keypad`},
      el('div', {class: 'k-shown'}, el('span', {class: 's-name'}, row.name), this.figure.el), this.bar.el,
      el('div', {class: 'k-keys k-four'}, digits(press, [erase, minus, point]),
        key('CANCEL', () => edit.close()), key('0', () => press('0')),
        el('button', {class: 'k-key k-ok', type: 'button', onclick: () => edit.accept()}, 'OK')));
  }

  draw(view) {
    if (!view) return;
    this.el.classList.toggle('is-bad', view.bad);
    this.figure.show(view);
    this.bar.show(view);
  }
}

/** PassWork: four digits; `send(code)` asks the inverter, `done(code)` and `cancel()` go on from there. */
export class CodePad {
  constructor({purpose, send, done, cancel}) {
    Object.assign(this, {send, done, cancel, code: '', turning: null, busy: false});
    const [title, words] = PURPOSES[purpose];
    this.cells = Array.from({length: CODE_LENGTH}, () => el('span', {class: 'k-cell'}));
    this.shown = el('div', {class: 'k-code', role: 'img'}, this.cells.flatMap((cell, index) => (index ? [el('i', {}, '–'), cell] : [cell])));
    this.words = el('p', {class: 'k-words', role: 'status'}, words);
    this.ok = el('button', {class: 'k-key k-ok', type: 'button', onclick: () => this.submit()}, 'OK');
    this.el = el('div', {class: 'k-pad k-pass', role: 'group', 'aria-label': `PassWork, ${title}`},
      el('div', {class: 'k-side'}, el('h4', {}, title), el('div', {class: 'k-shown'}, el('span', {class: 's-name'}, 'PassWork'), this.shown), this.words),
      el('div', {class: 'k-keys'}, digits((digit) => this.type(digit)),
        key('CANCEL', () => this.cancel()), key('0', () => this.type('0')), this.ok));
    this.show();
  }

  show() {
    this.cells.forEach((cell, index) => {
      const at = index === this.code.length;
      setText(cell, index < this.code.length ? '•' : at && this.turning !== null ? String(this.turning) : 'X');
      cell.classList.toggle('is-at', at);
      cell.classList.toggle('is-empty', index >= this.code.length && !(at && this.turning !== null));
    });
    this.shown.setAttribute('aria-label', `${this.code.length} of ${CODE_LENGTH} digits`);
    this.ok.setAttribute('aria-disabled', String(this.code.length < CODE_LENGTH || this.busy));
  }

  type(character) {
    if (this.busy) return true;
    if (character === 'erase') this.code = this.code.slice(0, -1);
    else if (/^\d$/.test(character) && this.code.length < CODE_LENGTH) this.code += character;
    else return false;
    this.turning = null;
    this.show();
    return true;
  }

  /** Up and Down turn the digit, Enter takes it and at last presses OK; Esc goes back digit by digit. */
  onKey(name) {
    const full = this.code.length === CODE_LENGTH;
    if (name === 'up' || name === 'down') {
      if (full) return true;
      const by = name === 'up' ? 1 : -1;
      this.turning = this.turning === null ? (by > 0 ? 0 : 9) : (this.turning + by + 10) % 10;
      this.show();
    } else if (name === 'enter') {
      if (full) this.submit();
      else if (this.turning !== null) this.type(String(this.turning));
    } else if (this.code || this.turning !== null) this.type('erase');
    else this.cancel();
    return true;
  }

  async submit() {
    if (this.code.length < CODE_LENGTH || this.busy) return;
    const {code} = this;
    this.busy = true;
    this.show();
    try {
      await this.send(code);
      this.done(code);
    } catch (error) {
      this.busy = false;
      this.refuse(error.text || String(error));
    }
  }

  refuse(text) {
    this.code = '';
    this.words.replaceChildren(icon('stop'), text);
    this.words.classList.add('is-no');
    this.show();
  }
}

/** The page of its own that a route can open: `password/lock`, `password/unlock`, `password/reset`. */
export function page(ctx) {
  const purpose = ['lock', 'reset'].includes(ctx.args[0]) ? ctx.args[0] : 'unlock';
  let gone = false;
  const pad = new CodePad({
    purpose,
    send: (code) => ctx.api.code(purpose, code),
    done: async () => {
      await ctx.store.refreshSettings();
      if (!gone) ctx.back();
    },
    cancel: () => ctx.back(),
  });
  const quiet = typing((character) => pad.type(character));
  return {
    title: `PassWork, ${PURPOSES[purpose][0]}`,
    el: el('div', {class: 'scr'}, head(ctx, 'PassWork'), el('div', {class: 's-main has-pad'}, pad.el)),
    onKey: (name) => pad.onKey(name),
    update() {},
    dispose() {
      gone = true;
      quiet();
    },
  };
}

