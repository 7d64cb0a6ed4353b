// Alarms that stand now, with what to do, and those that were over lately.

import * as api from './api.js';
import {el, icon, setText} from './dom.js';
import {longClock} from './format.js';

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
function span({from, to}, now_s) {
  const end = from !== null && sameDay(from, to) ? lcdClock(to).slice(11, 16) : when(to, now_s);
  return from === null ? `until ${end}` : `${when(from, now_s)} to ${end}`;
}

/** What rose and went again, newest first: `{code, name, from, to}` from a journal, newest first. */
export function overSpans(journal) {
  const ends = journal.filter((entry) => !entry.raised);
  return ends.map((end) => {
    const start = journal.find((entry) => entry.raised && entry.code === end.code && entry.seq < end.seq);
    return {code: end.code, name: end.name, from: start ? start.clock_s : null, to: end.clock_s};
  });
}

function card(kind, sign, title, beside, words) {
  return el('article', {class: `al ${kind}`}, icon(sign),
    el('div', {}, el('h3', {}, `${title} `, el('small', {}, `\u00b7 ${beside}`)), words));
}

function standing(alarm, now_s) {
  const [kind, sign] = KINDS[alarm.severity.split(' ')[0]] || KINDS.state;
  return card(kind, sign, `${alarm.code} ${alarm.name}`, `since ${when(alarm.since_s, now_s)}`, [
    el('p', {}, alarm.message),
    alarm.advice && el('p', {class: 'do'}, el('b', {}, 'What to do:'), ` ${alarm.advice}`),
  ]);
}

class Alarms {
  constructor(place, store) {
    this.store = store;
    this.past = [];
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
    this.now.replaceChildren(...alarms.map((alarm) => standing(alarm, snapshot.clock_s)));
    // Off and on again helps what has given up; a grid that is not there comes back by itself.
    this.again.hidden = !alarms.some((alarm) => alarm.severity === 'fault');
    this.showPast();
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
      this.past = overSpans(await api.journal());
      this.seq = seq;
      this.showPast();
    } catch {
      // The last list stays; the next snapshot tries again.
    }
    this.busy = false;
  }

  showPast() {
    const {alarms, clock_s: now_s} = this.store.snapshot;
    this.quiet.hidden = alarms.length > 0 || this.past.length > 0;
    this.lately.replaceChildren(...this.past.slice(0, LATELY).map((one) => (
      card('n', 'ok', `${one.code} ${one.name}`, 'over', el('p', {}, `${span(one, now_s)}.`)))));
  }
}

/** Fill the card of alarms. */
export function mount(place, store) {
  return new Alarms(place, store);
}
