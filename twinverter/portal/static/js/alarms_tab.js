// The journal of alarms; what stands behind one opens in its place.

import {ofDevice, read} from './api.js';
import {lasting, when} from './clock.js';
import {classes, el, icon, setAttr, tap} from './dom.js';
import {evidenceChart} from './evidence_chart.js';
import {kindOf, occurrences} from './occurrences.js';
import {empty, fill, loading, sorry} from './states.js';
import {figures, table} from './table.js';

const LIMIT = 200;
const LOOKS = {fault: ['f', 'stop'], warning: ['w', 'warn'], state: ['h', 'info']};
const VERDICTS = {likely: ['ok', 'The readings speak for it'], open: ['info', 'Possible'], unlikely: ['x', 'The readings speak against it']};

const section = (title, ...parts) => el('section', {}, el('h3', {}, title), parts);

function cause({cause: name, verdict, because, but, check}) {
  const [sign, words] = VERDICTS[verdict] || VERDICTS.open;
  return el('li', {class: classes('g-cause', verdict in VERDICTS && `is-${verdict}`)}, el('h4', {}, name), el('p', {class: 'g-verdict'}, icon(sign, 'ico-s'), words),
    because && el('p', {}, because), but && el('p', {}, el('b', {}, 'Against it: '), but), el('p', {class: 'do'}, el('b', {}, 'Check first: '), check));
}

function evidence({curves, table: rows}, isNarrow) {
  if (!curves.length) return section('Before and after', el('p', {}, 'No readings were kept of this alarm.'));
  const lines = rows.map(({label, before, now, after}) => [label, before, now, after]);
  return section('Before and after', el('div', {class: 'g-curves'}, curves.map((curve) => evidenceChart(curve, isNarrow))),
    figures('The same in figures', () => table('Figures before, at and after the alarm', ['', 'Before', 'At the alarm', 'After'], lines)));
}

/** What a device's own panel says of an alarm, as it delivered it. */
function diagnosis(told) {
  const isNarrow = matchMedia('(max-width: 719px)').matches;
  return el('div', {class: 'g-body'},
    el('div', {}, section('Likely causes', el('ol', {class: 'g-causes'}, told.causes.map(cause))),
      section('Step by step', el('ol', {class: 'g-steps'}, told.help.map((step) => el('li', {}, step))))),
    el('div', {}, evidence(told, isNarrow), section('Service report', el('pre', {tabindex: '0', 'aria-label': 'Service report'}, told.report))));
}

/** One occurrence: a line, and below it what it means once it is opened. */
class Line {
  constructor(line, view) {
    Object.assign(this, {line, view});
    const {code, name, severity, open: isOpen, end} = line;
    const [look, sign] = LOOKS[kindOf(severity)];
    const lasted = end && !line.lost ? `, ${lasting(end.clock_s - line.clock_s)}` : '';
    this.case = el('div', {class: 'a-case', hidden: true, id: `case-${line.life}-${line.seq}`});
    this.button = tap(classes('a-row', isOpen ? look : 'n'), () => this.toggle(), {'aria-expanded': 'false', 'aria-controls': this.case.id},
      icon(isOpen ? sign : 'ok'), el('span', {class: 'code'}, el('b', {}, code)), el('span', {class: 'name'}, name),
      el('span', {class: 'when'}, isOpen ? `since ${when(line.clock_s, view.clock_s)}` : line.lost ? `until ${when(end.clock_s, view.clock_s)}` : `${when(line.clock_s, view.clock_s)}${lasted}`,
        el('span', {class: 'vh'}, isOpen ? ', not cleared' : ', over')), icon('down', 'turn'));
    this.root = el('li', {}, this.button, this.case);
  }

  toggle() {
    const isOpen = this.case.hidden;
    this.case.hidden = !isOpen;
    setAttr(this.button, 'aria-expanded', String(isOpen));
    if (isOpen && !this.case.childElementCount) this.read();
  }

  async read() {
    const {message, advice, has_diagnosis, life, seq, lost} = this.line;
    const words = [el('p', {}, message), advice && el('p', {class: 'do'}, el('b', {}, 'What to do:'), ` ${advice}`)].filter(Boolean);
    if (!has_diagnosis || lost) {
      this.case.replaceChildren(...words, el('p', {class: 'g-more'}, 'No diagnosis of it was delivered.'));
      return;
    }
    this.case.replaceChildren(...words, loading('what stands behind it'));
    try {
      this.case.replaceChildren(...words, diagnosis(await read(ofDevice(this.view.name, 'alarms', encodeURIComponent(life), seq))));
    } catch (error) {
      this.case.replaceChildren(...words, sorry(error));
    }
  }
}

class Alarms {
  constructor(place, view) {
    Object.assign(this, {view, entries: []});
    this.list = el('div');
    this.more = tap('btn', () => this.older(), {hidden: true}, 'Older alarms');
    place.append(el('section', {class: 'card'}, el('h2', {}, 'Alarms', el('small', {}, 'newest first; a line opens what stands behind it')), this.list, this.more));
    this.read();
  }

  async read() {
    await fill(this.list, 'the alarms', () => this.ask(), (found) => this.draw(found));
    this.view.ready();
  }

  ask(before = null) {
    return read(ofDevice(this.view.name, 'alarms'), {limit: LIMIT, before});
  }

  async older() {
    try {
      const found = await this.ask(this.entries.at(-1).clock_s);
      this.list.replaceChildren(this.draw([...this.entries, ...found], found.length));
    } catch (error) {
      this.more.before(sorry(error));
    }
  }

  draw(found, last = found.length) {
    this.entries = found;
    this.more.hidden = last < LIMIT;
    const standing = new Set((this.view.found.moment?.alarms || []).map((alarm) => alarm.code));
    const lines = occurrences(found, standing).sort((one, other) => other.clock_s - one.clock_s);
    if (!lines.length) return empty('ok', 'No alarm yet', 'What rises is kept here with its time, its causes and what to check.');
    return el('ul', {class: 'a-list'}, lines.map((line) => new Line(line, this.view).root));
  }
}

/** The tab of alarms. */
export const open = (place, view) => new Alarms(place, view);
