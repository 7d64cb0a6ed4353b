// Device Info (manual 5.11): who the machine is, and its alarm list. Touching a line opens what it means.

import {el, icon, setAttr, setText} from './dom.js';
import {head} from './figures.js';
import {whenRead} from './reading.js';

const LINE_PX = 46;
const SIGNS = {fault: 'stop', warning: 'warn', state: 'info'};

/** The kind of a severity of the table: fault, warning or state. */
const kindOf = (severity = '') => (severity.startsWith('fault') ? 'fault' : severity.startsWith('warn') ? 'warning' : 'state');

/**
 * The journal, newest first, as one line per occurrence: an entry that an alarm went closes the line
 * of the entry that it rose. `standing` are the codes of the alarms on now.
 */
export function occurrences(entries, standing) {
  const over = new Map();
  const seen = new Set();
  const lines = [];
  for (const entry of entries) {
    if (!entry.raised) {
      over.set(entry.code, entry);
      continue;
    }
    const end = over.get(entry.code);
    over.delete(entry.code);
    const open = !end && !seen.has(entry.code) && standing.has(entry.code);
    seen.add(entry.code);
    lines.push({...entry, end, open});
  }
  return lines;
}

class DeviceInfo {
  constructor(ctx) {
    Object.assign(this, {ctx, title: 'Device Info.', lines: [], first: 0, at: -1, opened: null, trouble: '', room: 1, count: 0});
    this.build();
    this.read();
  }

  /** The figures of the page's own rows, in their order; the list of alarms is drawn below. */
  facts() {
    const {menu} = this.ctx.store;
    const page = menu.pages.find((one) => one.key === 'info');
    return page.rows.map((path) => menu.rows[path]).filter((row) => row.kind === 'info');
  }

  build() {
    const facts = this.facts();
    // A row whose value is its own label is only a mark: it stands in the head, as printed.
    const mark = facts.find((row) => row.default === row.label);
    this.list = el('div', {class: 'a-list', role: 'list', 'aria-label': 'Alarms'});
    this.text = el('span');
    this.lead = el('b');
    const turn = (name, label, by) => el('button', {class: 's-step', type: 'button', 'aria-label': label, onclick: () => this.turn(by)}, icon(name));
    this.turns = [turn('up', 'Newer alarms', -1), turn('down', 'Older alarms', 1)];
    this.foot = el('div', {class: 'foot', role: 'status'}, icon('info'), el('p', {}, this.text, this.lead), el('div', {class: 's-tools'}, this.turns));
    this.el = el('div', {class: 'scr'}, head(this.ctx, 'Device Info.', mark?.default || ''),
      el('dl', {class: 'a-facts'}, facts.filter((row) => row !== mark).map((row) => el('div', {}, el('dt', {}, row.label), el('dd', {}, String(row.default ?? '– –'))))),
      this.list, this.foot);
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.list);
  }

  async read() {
    this.seq = this.ctx.store.snapshot?.journal_seq;
    try {
      this.entries = await this.ctx.api.journal();
      this.trouble = '';
    } catch (error) {
      this.trouble = error.text || String(error);
    }
    this.arrange();
  }

  arrange() {
    const standing = new Set((this.ctx.store.snapshot?.alarms || []).map((alarm) => alarm.code));
    this.lines = occurrences(this.entries || [], standing);
    this.first = Math.max(0, Math.min(this.first, this.lines.length - 1));
    this.fit();
  }

  /** As many lines as there is room for; the rest is one page further. */
  fit() {
    this.room = Math.max(2, Math.floor((this.list.clientHeight - 2) / LINE_PX));
    this.draw();
  }

  draw() {
    const shown = this.lines.slice(this.first, this.first + this.room);
    this.buttons = shown.map((line, index) => this.line(line, this.first + index));
    this.list.replaceChildren(...this.buttons.map((button) => el('div', {role: 'listitem'}, button)));
    if (!this.lines.length) this.list.append(el('div', {class: 'void'}, icon('ok'), el('p', {}, this.trouble || 'No alarm yet. What rises is kept here with its time.')));
    this.say();
  }

  say() {
    const open = this.lines.filter((line) => line.open).length;
    setText(this.text, this.lines.length ? 'Touch a line for its help. ' : 'The list is empty. ');
    setText(this.lead, open ? `${open} not cleared, ${this.lines.length} in the list.` : `All cleared, ${this.lines.length} in the list.`);
    setAttr(this.turns[0], 'aria-disabled', this.first === 0 && 'true');
    setAttr(this.turns[1], 'aria-disabled', this.first + this.room >= this.lines.length && 'true');
    this.foot.lastChild.hidden = this.lines.length <= this.room;
  }

  line(line, index) {
    const kind = kindOf(line.severity);
    const open = this.opened === line.seq;
    return el('button', {
      class: `a-line${line.open ? ` is-${kind}` : ''}${index === this.at ? ' cur' : ''}`, type: 'button', 'aria-expanded': String(open), 'data-code': line.code,
      onclick: () => this.toggle(index),
    }, icon(line.open ? SIGNS[kind] : 'ok'), el('span', {class: 'a-code'}, line.code),
    el('span', {class: 'a-name'}, line.name, open && this.help(line)),
    el('span', {class: 'a-when'}, line.clock, el('span', {class: 'vh'}, line.open ? ', not cleared' : ', over')));
  }

  /** What it means, what to do, and when it was over. */
  help(line) {
    const {advice} = line;
    return el('small', {}, `${line.message || ''} `, advice && el('b', {}, 'What to do: '), advice && `${advice} `,
      line.open ? '' : line.end && `Over since ${line.end.clock}.`);
  }

  toggle(index) {
    this.at = index;
    const {seq} = this.lines[index];
    this.opened = this.opened === seq ? null : seq;
    const focused = this.list.contains(document.activeElement);
    this.draw();
    const button = this.buttons[index - this.first];
    if (focused) button.focus({preventScroll: true});
    button.scrollIntoView({block: 'nearest'});
  }

  turn(by) {
    const first = this.first + by * this.room;
    if (first < 0 || first >= this.lines.length) return;
    Object.assign(this, {first, at: -1, opened: null});
    this.draw();
  }

  onKey(key) {
    if (key === 'esc') return false;
    if (key === 'enter') {
      if (this.at >= 0) this.toggle(this.at);
      return true;
    }
    const next = Math.min(this.lines.length - 1, Math.max(0, this.at + (key === 'down' ? 1 : -1)));
    if (!this.lines.length) return true;
    this.at = this.at < 0 ? this.first : next;
    if (this.at < this.first || this.at >= this.first + this.room) this.first = Math.floor(this.at / this.room) * this.room;
    this.draw();
    const line = this.lines[this.at];
    this.ctx.announce(`${line.code} ${line.name}, ${line.clock}, ${line.open ? 'not cleared' : 'over'}`);
    return true;
  }

  update(snapshot) {
    if (snapshot.journal_seq !== this.seq) this.read();
    const codes = (snapshot.alarms || []).map((alarm) => alarm.code).join();
    if (codes !== this.codes) {
      this.codes = codes;
      this.arrange();
    }
  }

  dispose() {
    this.watch.disconnect();
  }
}

/** Device Info. */
export const page = whenRead('Device Info.', (ctx) => new DeviceInfo(ctx));
