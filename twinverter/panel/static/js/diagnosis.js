// The sheet of one alarm: likely causes in order, what to check, the evidence, the service report.

import * as api from './api.js';
import {el, icon, setText, tap} from './dom.js';
import {evidenceChart} from './evidence_chart.js';
import {kindOf} from './occurrences.js';

const SIGNS = {fault: 'stop', warning: 'warn', state: 'info'};
const VERDICTS = {
  likely: 'The readings speak for it', open: 'Possible', unlikely: 'The readings speak against it',
};
// Readings go on for a minute after an alarm; until then the sheet is read again.
const AGAIN_MS = 5000;
const NARROW = '(max-width: 719px)';

function cause({cause: name, verdict, because, but, check}) {
  return el('li', {class: `g-cause is-${verdict}`},
    el('h4', {}, name), el('p', {class: 'g-verdict'}, icon(verdict === 'likely' ? 'ok' : verdict === 'open' ? 'info' : 'x', 'ico-s'), VERDICTS[verdict]),
    because && el('p', {}, because),
    but && el('p', {}, el('b', {}, 'Against it: '), but),
    el('p', {class: 'do'}, el('b', {}, 'Check first: '), check));
}

/** When an alarm rose and went; the day once where both lie on one. */
function since({clock, over}) {
  if (!over) return `Since ${clock}, not cleared`;
  const [day, time] = over.split(' ');
  return `${clock}, over at ${clock.startsWith(day) ? time : over}`;
}

const section = (title, ...parts) => el('section', {}, el('h3', {}, title), parts);

function figures(rows) {
  const line = ({label, before, now, after}) => el('tr', {}, el('th', {scope: 'row'}, label), [before, now, after].map((words) => el('td', {}, words)));
  const heads = ['Before', 'At the alarm', 'After'].map((words) => el('th', {scope: 'col'}, words));
  return el('table', {class: 'g-table'}, el('thead', {}, el('tr', {}, el('td'), heads)), el('tbody', {}, rows.map(line)));
}

function evidence({curves, table, complete}) {
  if (!table.length) return section('Before and after', el('p', {}, 'No readings were kept of this alarm.'));
  const narrow = matchMedia(NARROW).matches;
  return section('Before and after',
    !complete && el('p', {class: 'g-more'}, 'Readings go on for a minute after the alarm.'),
    el('div', {class: 'g-curves'}, curves.map((curve) => evidenceChart(curve, narrow))),
    el('details', {}, el('summary', {}, 'The same in figures'), figures(table)));
}

/** Copy a text: by the clipboard where the page may, else by selecting it. */
async function copy(pre, told) {
  try {
    await navigator.clipboard.writeText(pre.textContent);
    setText(told, 'Copied.');
  } catch {
    getSelection().selectAllChildren(pre);
    setText(told, document.execCommand('copy') ? 'Copied.' : 'Marked: copy it with the keyboard.');
  }
}

function report(text) {
  const pre = el('pre', {tabindex: '0', 'aria-label': 'Service report'}, text);
  const told = el('span', {role: 'status'});
  return section('Service report',
    el('p', {}, 'What a dealer or service centre asks for. Fill in what only you know.'), pre,
    el('p', {class: 'g-acts'}, tap('btn', () => copy(pre, told), {}, icon('list', 'ico-s'), 'Copy the report'), told));
}

class Sheet {
  constructor(seq) {
    this.seq = seq;
    this.body = el('div', {class: 'g-body'});
    this.title = el('h2', {id: 'g-title'}, 'Reading the alarm');
    this.since = el('p', {class: 'g-since'});
    this.sign = el('span');
    const close = tap('btn', () => this.root.close(), {'aria-label': 'Close'}, icon('x'));
    // It takes the focus, so that keys pressed here never reach the LCD behind it.
    this.frame = el('div', {class: 'g-frame', tabindex: '-1'},
      el('header', {}, this.sign, el('div', {}, this.title, this.since), close), this.body);
    this.root = el('dialog', {class: 'g-sheet', 'aria-labelledby': 'g-title'}, this.frame);
    // A press beside the sheet closes it, one inside does not reach the dialog itself.
    this.root.addEventListener('click', (event) => event.target === this.root && this.root.close());
    this.root.addEventListener('close', () => this.end());
    this.asker = document.activeElement;
    document.body.append(this.root);
    this.root.showModal();
    this.frame.focus();
    this.read();
  }

  async read() {
    try {
      this.show(await api.diagnosis(this.seq));
    } catch (error) {
      this.body.replaceChildren(el('p', {class: 'sorry'}, icon('warn'), error.text || String(error)));
    }
  }

  show(found) {
    if (!this.root.open) return;
    const text = JSON.stringify(found);
    if (text !== this.text) this.draw(found);
    this.text = text;
    if (!found.complete || !found.over) this.timer = setTimeout(() => this.read(), AGAIN_MS);
  }

  draw(found) {
    const kind = kindOf(found.severity);
    const opened = this.root.querySelector('details')?.open;
    this.root.dataset.kind = kind;
    this.sign.replaceChildren(icon(SIGNS[kind]));
    setText(this.title, `${found.code} ${found.name}`);
    setText(this.since, since(found));
    this.body.replaceChildren(
      el('div', {class: 'g-words'}, el('p', {class: 'g-lead'}, found.message),
        section('Likely causes', el('ol', {class: 'g-causes'}, found.causes.map(cause))),
        section('Step by step', el('ol', {class: 'g-steps'}, found.help.map((step) => el('li', {}, step))))),
      el('div', {class: 'g-proof'}, evidence(found), report(found.report)));
    const details = this.root.querySelector('details');
    if (details && opened) details.open = true;
  }

  end() {
    clearTimeout(this.timer);
    this.root.remove();
    // The page may have drawn its line anew meanwhile.
    if (this.asker?.isConnected) this.asker.focus({preventScroll: true});
    else document.querySelector('.lcd')?.focus({preventScroll: true});
  }
}

/** Open the sheet of an alarm by the number of its line in the journal. */
export const openDiagnosis = (seq) => new Sheet(seq);
