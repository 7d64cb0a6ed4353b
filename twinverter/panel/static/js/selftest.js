// The wiring self-test: begin and end it, how far it is, and a sheet with what it found.

import * as api from './api.js';
import {Dialog, count, folded, section} from './dialog.js';
import {el, icon, setText, tap} from './dom.js';

const VERDICTS = {fine: ['ok', 'Nothing found'], fault: ['stop', 'Fault found'], untested: ['info', 'Not tested in full']};

const ABOUT = 'Gives the machine small orders and looks at what its sensors say: clamps, phases, neutral, strings, battery cables.';

function finding({title, confidence, found, rule, advice, source}) {
  return el('article', {class: 'al f'}, icon('stop'), el('div', {},
    el('h4', {}, title, el('small', {}, ` \u00b7 ${confidence}`)),
    el('p', {}, found),
    el('p', {class: 'do'}, el('b', {}, 'What to do:'), ` ${advice}`),
    el('p', {class: 'c-source'}, `Told by: ${rule}. Source: ${source}.`)));
}

const gap = ({title, why}) => el('li', {}, el('b', {}, `${title}: `), why);

function part({title, how, verdict}) {
  const [sign, words] = VERDICTS[verdict] || ['clock', 'Not tested yet'];
  return el('li', {class: 'c-part'}, icon(sign, 'ico-s'), el('div', {}, el('b', {}, title), el('span', {class: 'c-source'}, words), el('p', {}, `The test ${how}.`)));
}

const figures = (rows) => el('table', {class: 'g-table'}, el('tbody', {}, rows.map(({label, text}) => el('tr', {}, el('th', {scope: 'row'}, label), el('td', {}, text)))));

function outcome({findings, untested, ended}) {
  if (findings.length) return `${count(findings.length, 'fault', 'faults')} found`;
  return ended || untested.length ? 'no fault found in what could be tested' : 'no fault found';
}

class SelfTest {
  constructor(place, store) {
    this.sheet = null;
    this.state = null;
    this.sum = el('small', {role: 'status'});
    this.words = el('p', {class: 'c-words'});
    this.bar = el('progress', {class: 'c-bar', max: '1', 'aria-label': 'Self-test', hidden: true});
    this.faults = el('div');
    this.told = el('p', {class: 'told', role: 'status'});
    this.start = tap('btn', () => this.order('start'), {}, 'Start the self-test');
    this.stop = tap('btn', () => this.order('stop'), {hidden: true}, 'Stop');
    this.more = tap('btn', () => this.open(), {}, 'What it does');
    place.replaceChildren(el('h2', {}, 'Wiring self-test', this.sum), this.words, this.bar, this.faults, this.told,
      el('p', {class: 'c-acts'}, this.start, this.stop, this.more));
    store.on('snapshot', (snapshot, changed) => (!changed || changed.has('selftest')) && this.hear(snapshot.selftest));
    this.read();
  }

  /** Where the device is in its test, from the stream; the end of a test is read in full. */
  hear(now) {
    if (!now) return;
    if (now.running) {
      this.progress(now);
    } else if (this.running || !this.state) {
      this.read();
    }
  }

  progress({running, done, words}) {
    this.running = running;
    this.bar.hidden = !running;
    this.stop.hidden = !running;
    this.start.hidden = running;
    if (running) {
      this.bar.value = done;
      setText(this.sum, 'under way');
      setText(this.words, `${words}.`);
      setText(this.told, '');
    }
  }

  async read() {
    if (this.busy) return;
    this.busy = true;
    try {
      this.show(await api.selfTest());
    } catch {
      // The next snapshot tries again.
    }
    this.busy = false;
  }

  async order(action) {
    try {
      this.show(await api.orderSelfTest(action));
      (action === 'start' ? this.stop : this.start).focus({preventScroll: true});
    } catch (error) {
      setText(this.told, error.text || String(error));
    }
  }

  show(state) {
    this.state = state;
    this.progress(state);
    const {report, owing} = state;
    setText(this.more, report ? 'What was found' : 'What it does');
    if (!state.running) {
      setText(this.sum, report ? outcome(report) : 'not done yet');
      setText(this.words, report ? `Done ${report.clock}, ${Math.round(report.length_s)} s. ${report.ended ? `It ended early: ${report.ended}` : ''}`.trim() : `${ABOUT} Less than two minutes; every setting is put back.`);
      setText(this.told, owing || '');
    }
    const titles = !state.running && report ? report.findings : [];
    this.faults.replaceChildren(...titles.map(({title}) => el('p', {class: 'c-fault'}, icon('stop', 'ico-s'), title)));
    this.draw();
  }

  open() {
    this.sheet = new Dialog('Wiring self-test', () => { this.sheet = null; });
    this.draw();
    this.read();
  }

  draw() {
    if (!this.sheet || !this.state) return;
    const {report, parts} = this.state;
    if (!report) {
      this.sheet.show(ABOUT, el('div', {class: 'c-wide'}, section('What is tested, and how', el('ul', {class: 'c-list'}, parts.map(part)))));
      return;
    }
    const {findings, untested, measured, ended, clock, by} = report;
    const clean = !findings.length && el('div', {class: 'al n'}, icon('ok'), el('div', {}, el('h4', {}, 'No wiring fault was found'), el('p', {}, untested.length ? 'In what could be tested.' : 'All parts were tested.')));
    this.sheet.show(`${clock}, by ${by}. ${outcome(report)}.`,
      el('div', {},
        ended && el('p', {class: 'al w'}, icon('warn'), `It ended early: ${ended}`),
        section('Found', clean, findings.map(finding)),
        untested.length ? section('Not tested', el('ul', {class: 'c-list'}, untested.map(gap))) : null),
      el('div', {},
        section('What was measured', figures(measured)),
        folded('parts', 'What is tested, and how', el('ul', {class: 'c-list'}, report.parts.map(part)))));
  }
}

/** Fill the card of the self-test. */
export function mount(place, store) {
  return new SelfTest(place, store);
}
