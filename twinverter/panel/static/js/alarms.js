// Alarms that stand now, with what to do, and those that were over lately.

import * as api from './api.js';
import {openDiagnosis} from './diagnosis.js';
import {el, icon, setText, tap} from './dom.js';
import {longClock} from './format.js';
import {occurrences, over} from './occurrences.js';

const LATELY = 2; // entries of the past shown here; the whole journal is on the Device Info page
const KINDS = {fault: ['f', 'stop'], warning: ['w', 'warn'], state: ['h', 'info']};
const DAY_S = 86400;

const two = (value) => String(value).padStart(2, '0');

/** A reading of the device's clock in seconds, as the LCD writes it. */
function lcdClock(clock_s) {
  const at = new Date(clock_s * 1000);
  const day = `${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())}/${at.getUTCFullYear()}`;
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

const sameDay = (one_s, other_s) => Math.floor(one_s / DAY_S) === Math.floor(other_s / DAY_S);

/** The time of day where it was today, else the day with it. */
function when(clock_s, now_s) {
  const clock = lcdClock(clock_s);
  return sameDay(clock_s, now_s) ? clock.slice(11, 16) : longClock(clock);
}

/** The time without the day where both ends lie on one day. */
function span({clock_s: from, end: {clock_s: to}, lost}, now_s) {
  const end = !lost && sameDay(from, to) ? lcdClock(to).slice(11, 16) : when(to, now_s);
  return lost ? `until ${end}` : `${when(from, now_s)} to ${end}`;
}

/** The button that opens the sheet of an alarm, where the journal holds it. */
function why(line) {
  if (!line || line.lost) return null;
  return tap('btn al-why', () => openDiagnosis(line.seq), {'aria-label': `${line.code}${line.end ? ', over' : ''}: why, and what to check`}, 'Why, and what to check');
}

function card(kind, sign, title, beside, words) {
  return el('article', {class: `al ${kind}`}, icon(sign),
    el('div', {}, el('h3', {}, `${title} `, el('small', {}, `\u00b7 ${beside}`)), words));
}

function standing(alarm, line, now_s) {
  const [kind, sign] = KINDS[alarm.severity.split(' ')[0]] || KINDS.state;
  return card(kind, sign, `${alarm.code} ${alarm.name}`, `since ${when(alarm.since_s, now_s)}`, [
    el('p', {}, alarm.message),
    alarm.advice && el('p', {class: 'do'}, el('b', {}, 'What to do:'), ` ${alarm.advice}`),
    why(line),
  ]);
}

class Alarms {
  constructor(place, store) {
    this.store = store;
    this.entries = [];
    this.count = el('small', {role: 'status'});
    this.now = el('div');
    this.lately = el('div');
    this.quiet = el('div', {class: 'al n'}, icon('ok'), el('div', {}, el('h3', {}, 'No alarm'), el('p', {}, 'What rises is shown here, and what to do about it.')));
    this.again = el('button', {class: 'btn', type: 'button', hidden: true, onclick: () => this.startAgain()}, 'Start again what gave up');
    this.refused = el('p', {class: 'told', role: 'status'});
    const all = el('a', {class: 'more', href: '#lcd/info'}, 'All alarms on the LCD');
    place.replaceChildren(el('h2', {}, 'Alarms', this.count), this.now, this.again, this.refused, this.quiet, this.lately, all);
    store.on('snapshot', (snapshot) => this.hear(snapshot));
    if (store.snapshot) this.hear(store.snapshot);
  }

  hear(snapshot) {
    const {alarms} = snapshot;
    if (snapshot.journal_seq !== this.seq) this.read();
    const key = JSON.stringify(alarms) + Math.floor(snapshot.clock_s / DAY_S);
    if (key === this.key) return;
    this.key = key;
    setText(this.count, alarms.length ? `${alarms.length} now` : 'none now');
    // Off and on again helps what has given up; a grid that is not there comes back by itself.
    this.again.hidden = !alarms.some((alarm) => alarm.severity === 'fault');
    this.show();
  }

  async startAgain() {
    try {
      await api.press('acknowledge');
      setText(this.refused, '');
    } catch (error) {
      setText(this.refused, error.text || error.message);
    }
  }

  async read() {
    if (this.busy) return;
    this.busy = true;
    const seq = this.store.snapshot.journal_seq;
    try {
      this.entries = await api.journal();
      this.seq = seq;
      this.show();
    } catch {
      // The last list stays; the next snapshot tries again.
    }
    this.busy = false;
  }

  show() {
    const {alarms, clock_s: now_s} = this.store.snapshot;
    const lines = occurrences(this.entries, new Set(alarms.map((alarm) => alarm.code)));
    const past = over(lines).slice(0, LATELY);
    const lineOf = (code) => lines.find((line) => line.open && line.code === code);
    this.quiet.hidden = alarms.length > 0 || past.length > 0;
    this.now.replaceChildren(...alarms.map((alarm) => standing(alarm, lineOf(alarm.code), now_s)));
    this.lately.replaceChildren(...past.map((line) => (
      card('n', 'ok', `${line.code} ${line.name}`, 'over', [el('p', {}, `${span(line, now_s)}.`), why(line)]))));
  }
}

/** Fill the card of alarms. */
export function mount(place, store) {
  return new Alarms(place, store);
}
