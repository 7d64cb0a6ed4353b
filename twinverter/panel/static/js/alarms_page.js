// Device Info (manual 5.11): who the machine is, and its alarm list. Touching a line opens what it means.

import {openDiagnosis} from './diagnosis.js';
import {classes, el, icon, setAttr, setText, tap} from './dom.js';
import {head} from './figures.js';
import {kindOf, occurrences} from './occurrences.js';
import {whenRead} from './reading.js';

const LINE_PX = 46;
const SIGNS = {fault: 'stop', warning: 'warn', state: 'info'};

class DeviceInfo {
  constructor(ctx) {
    Object.assign(this, {ctx, title: 'Device Info.', lines: [], first: 0, at: -1, onWhy: false, opened: null, trouble: '', room: 1, count: 0});
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
    const items = shown.map((line, index) => el('div', {role: 'listitem'}, this.buttons[index], this.why(line, this.first + index)));
    this.list.replaceChildren(...items);
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
      class: classes('a-line', line.open && `is-${kind}`, index === this.at && !this.onWhy && 'cur'), type: 'button', 'aria-expanded': String(open), 'data-code': line.code,
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

  /** Under an opened line: the way to its causes and its evidence. */
  why(line, index) {
    if (this.opened !== line.seq || line.lost) return null;
    const look = classes('lbtn', 'a-why', this.onWhy && index === this.at && 'cur');
    return tap(look, () => openDiagnosis(line.seq), {'aria-label': `${line.code}: why, and what to check`}, 'Why, and what to check');
  }

  toggle(index) {
    this.onWhy = false;
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
    Object.assign(this, {first, at: -1, onWhy: false, opened: null});
    this.draw();
  }

  onKey(key) {
    if (key === 'esc') return false;
    if (!this.lines.length) return true;
    if (key === 'enter') this.enter();
    else this.step(key === 'down');
    return true;
  }

  enter() {
    if (this.at < 0) return;
    if (this.onWhy) openDiagnosis(this.lines[this.at].seq);
    else this.toggle(this.at);
  }

  /** One stop on: the button under an opened line is a stop of its own. */
  step(down) {
    const {seq, lost} = this.lines[this.at] || {};
    const stays = down ? this.opened === seq && !lost && !this.onWhy && this.at >= 0 : this.onWhy;
    this.onWhy = stays && down;
    if (!stays) this.at = this.at < 0 ? this.first : Math.min(this.lines.length - 1, Math.max(0, this.at + (down ? 1 : -1)));
    if (this.at < this.first || this.at >= this.first + this.room) this.first = Math.floor(this.at / this.room) * this.room;
    this.draw();
    const line = this.lines[this.at];
    this.list.querySelector('.cur')?.scrollIntoView({block: 'nearest'});
    this.ctx.announce(this.onWhy ? 'Why, and what to check' : `${line.code} ${line.name}, ${line.clock}, ${line.open ? 'not cleared' : 'over'}`);
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
