// The card of alarms: what stands with its advice, and what went lately.

import {ofDevice, read} from './api.js';
import {span, when} from './clock.js';
import {el, icon} from './dom.js';
import {kindOf, occurrences, over} from './occurrences.js';

const KINDS = {fault: ['f', 'stop'], warning: ['w', 'warn'], state: ['h', 'info']};
const LATELY = 2, READ = 60;

function card(kind, sign, title, beside, ...words) {
  return el('article', {class: `al ${kind}`}, icon(sign), el('div', {}, el('h3', {}, `${title} `, el('small', {}, `\u00b7 ${beside}`)), words));
}

function standing({code, name, severity, since_s, message, advice}, now_s) {
  const [kind, sign] = KINDS[kindOf(severity)];
  return card(kind, sign, `${code} ${name}`, `since ${when(since_s, now_s)}`, el('p', {}, message),
    advice && el('p', {class: 'do'}, el('b', {}, 'What to do:'), ` ${advice}`));
}

/** The card; `show(found)` writes what stands, and reads the journal when that has changed. */
export class AlarmCards {
  constructor(name) {
    this.name = name;
    this.count = el('small');
    this.now = el('div');
    this.lately = el('div');
    this.root = el('section', {class: 'card'}, el('h2', {}, 'Alarms', this.count), this.now, this.lately,
      el('a', {class: 'go', href: `#/device/${encodeURIComponent(name)}/alarms`}, 'All alarms, and what stands behind them'));
  }

  show({moment, alarm_counts: {now, month}}) {
    const key = JSON.stringify([moment.alarms, now, month]);
    if (this.key === key) return;
    this.key = key;
    this.count.textContent = `${now || 'none'} now, ${month} this month`;
    const quiet = card('n', 'ok', 'No alarm', 'now', el('p', {}, 'What rises is shown here, and what to do about it.'));
    this.now.replaceChildren(...(moment.alarms.length ? moment.alarms.map((alarm) => standing(alarm, moment.clock_s)) : [quiet]));
    this.reading = this.read(moment);
  }

  async read({alarms, clock_s}) {
    const lines = await read(ofDevice(this.name, 'alarms'), {limit: READ}).catch(() => []);
    const past = over(occurrences(lines, new Set(alarms.map((alarm) => alarm.code)))).slice(0, LATELY);
    this.lately.replaceChildren(...past.map(({code, name, clock_s: from_s, end, lost}) => card('n', 'ok', `${code} ${name}`, 'over',
      el('p', {}, lost ? `Until ${when(end.clock_s, clock_s)}.` : `${span(from_s, end.clock_s, clock_s)}.`))));
  }
}
