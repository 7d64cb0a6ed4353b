// A page of settings: field list, the four icons of the edge, the foot, and the four keys, which do
// what the manual says of them in 4.2. Entries are held until the tick, then taken together or not at all.

import {el, icon, setAttr} from './dom.js';
import {Editing} from './editing.js';
import {Entries, clockPart} from './entries.js';
import {head} from './figures.js';
import {Foot, footOf} from './foot.js';
import {Pads} from './pads.js';
import {sheetOf} from './sheets.js';

// Entries on their way from one page of a tile to the next one.
let carried = null;

export class SettingsPage {
  constructor(ctx, page) {
    Object.assign(this, {ctx, page, cursor: null, busy: false, gone: false});
    const {menu} = ctx.store;
    this.title = page.tile === page.title ? page.title : `${page.tile}, ${page.title}`;
    this.edit = new Editing(this, carried?.tile === page.tile ? carried : new Entries(page.tile, ctx.store, ctx.api));
    carried = null;
    this.pages = menu.tiles.find((tile) => tile.title === page.tile).pages;
    const rows = page.rows.map((path) => menu.rows[path]).filter((row) => !menu.hidden[row.path]);
    this.hasClock = rows.some((row) => clockPart(row.path));
    this.sheet = sheetOf(rows, this.edit);
    this.fields = [this.sheet.head, ...this.sheet.body.fields].filter(Boolean);
    this.build();
    this.pads = new Pads(this);
    this.off = ctx.store.on('settings', () => this.changedOutside());
    this.draw();
    this.edit.lookNow();
  }

  get entries() {
    return this.edit.entries;
  }

  build() {
    const {page, ctx} = this;
    const edge = (name, label, press) => {
      const button = el('button', {type: 'button', 'aria-label': label, onclick: () => this.pressEdge(button)}, icon(name));
      button.press = press;
      return button;
    };
    this.edges = [edge('up', 'Page up', () => this.turn(-1)), edge('down', 'Page down', () => this.turn(1)),
      edge('x', 'Leave without saving', () => ctx.back()), edge('tick', 'Save and leave', () => this.save())];
    this.yes = this.edges[3];
    this.yes.classList.add('yes');
    const at = this.pages.indexOf(page.key);
    this.edges[0].disabled = at <= 0;
    this.edges[1].disabled = at >= this.pages.length - 1;
    this.foot = new Foot(this);
    this.main = el('div', {class: 's-main'}, this.sheet.body.el);
    const top = head(ctx, page.tile, page.tile === page.title ? '' : page.title);
    if (this.sheet.head) top.insertBefore(this.sheet.head.el, top.lastChild);
    this.el = el('div', {class: 'scr'}, el('div', {class: 'pg has-rail'},
      el('div', {class: 'body'}, top, this.main, this.foot.el),
      el('div', {class: 'rail', role: 'group', 'aria-label': 'Page'}, this.edges)));
  }

  // ---- what the page shows ----

  get lockOn() {
    return Boolean(this.ctx.store.snapshot?.locked);
  }

  /** Whether a change needs the code first: the lock is on and no code opened this page yet. */
  get locked() {
    return this.lockOn && !this.entries.code;
  }

  /** The field under the cursor, or none while it stands on an icon of the edge. */
  get current() {
    return this.list?.find((field) => field.targets.includes(this.cursor));
  }

  viewOf(field) {
    const {row} = field;
    const open = this.edit.open?.field === field ? this.edit.open : null;
    return {
      value: this.edit.valueOf(row), open: Boolean(open), text: open?.text, bad: this.edit.isBad(field),
      grey: this.edit.view.greyed[row.path] || '', ruled: row.path in this.edit.view.in_force, entered: this.entries.held.has(row.path),
      cursor: field.targets.includes(this.cursor), limit: row.confirm_above && this.entries.value(row.confirm_above),
    };
  }

  draw() {
    const {hidden} = this.edit.view;
    this.sheet.body.arrange(hidden);
    this.list = [this.sheet.head, ...this.sheet.body.order(hidden)].filter(Boolean);
    for (const field of this.fields) field.draw(this.viewOf(field));
    this.sheet.body.update(this.ctx.store.snapshot);
    setAttr(this.yes, 'aria-disabled', (this.edit.trouble?.path || this.busy) && 'true');
    for (const edge of this.edges) edge.classList.toggle('cur', edge === this.cursor);
    if (this.edit.open) this.pads.top?.draw?.(this.viewOf(this.edit.open.field));
    this.foot.show(footOf(this));
  }

  update(snapshot) {
    if (!snapshot.locked) this.entries.code = '';
    const now = `${snapshot.locked} ${this.hasClock ? snapshot.clock.slice(0, 16) : ''}`;
    if (now !== this.shown) this.draw();
    else this.sheet.body.update(snapshot);
    this.shown = now;
  }

  changedOutside() {
    this.entries.refresh();
    this.edit.look();
    this.draw();
  }

  // ---- the four keys ----

  onKey(key) {
    if (this.pads.top?.onKey) return this.pads.top.onKey(key);
    if (this.edit.ask && key !== 'enter') this.edit.takeBack();
    else if (key === 'enter') return this.enter();
    else if (key === 'esc' && this.edit.open) this.edit.close();
    else if (key === 'esc') return false;
    else if (this.edit.open) this.edit.step(key === 'up' ? 1 : -1);
    else this.move(key === 'up' ? -1 : 1);
    return true;
  }

  enter() {
    if (this.edit.ask) this.edit.agree();
    else if (this.edit.open) this.edit.accept();
    else if (this.edges.includes(this.cursor)) this.pressEdge(this.cursor);
    else if (this.current) this.edit.activate(this.current);
    else this.move(1);
    return true;
  }

  /** Step the cursor through fields, then the icons of the edge, round and round. */
  move(by) {
    const stops = [...this.list.map((field) => field.target), ...this.edges.filter((edge) => !edge.disabled)];
    const at = stops.indexOf(this.current ? this.current.target : this.cursor);
    this.cursor = stops[at < 0 ? (by > 0 ? 0 : stops.length - 1) : (at + by + stops.length) % stops.length];
    this.edit.refusal = null;
    this.draw();
    this.cursor.scrollIntoView({block: 'nearest'});
    this.ctx.announce(this.current ? this.current.spoken(this.viewOf(this.current)) : this.cursor.getAttribute('aria-label'));
  }

  /** The LCD has the focus, so that the next key goes to the page and not to the button touched last. */
  takeFocus() {
    const lcd = this.el.closest('.lcd');
    if (lcd?.contains(document.activeElement)) lcd.focus({preventScroll: true});
  }

  // ---- the icons of the edge ----

  pressEdge(button) {
    if (button.getAttribute('aria-disabled') === 'true') return;
    this.cursor = button;
    if (this.edit.ask) this.edit.takeBack();
    button.press();
  }

  turn(by) {
    if (this.edit.open && !this.edit.accept()) return;
    this.leaveFor(this.pages[this.pages.indexOf(this.page.key) + by]);
  }

  /** Another page of the same tile, with the entries of this one and what was refused of them. */
  leaveFor(key, refusal = null) {
    carried = this.entries;
    this.entries.refused = refusal;
    this.ctx.replace(`set/${key}`);
  }

  /** The tick: everything held is checked and taken together, or nothing is. */
  async save() {
    if (this.edit.open && !this.edit.accept()) return;
    if (!this.entries.held.size) {
      this.ctx.back();
      return;
    }
    await this.entries.look();
    // What no field is to blame for, such as a lost line, may be tried again.
    if (this.edit.trouble?.path || this.edit.ask) this.draw();
    else if (this.entries.questions.length) {
      this.edit.question({then: () => this.save()});
      this.draw();
    } else await this.send();
  }

  async send() {
    this.busy = true;
    this.edit.refusal = null;
    this.draw();
    try {
      await this.entries.save();
      if (!this.gone) this.ctx.back();
    } catch (error) {
      this.busy = false;
      if (error.status === 423 && !this.entries.code) this.pads.unlockFirst(() => this.save());
      else this.refuse(error);
    }
  }

  /** Show what was refused, on the page of the tile where it stands. */
  refuse(error) {
    const path = error.error?.key;
    const refusal = {path, text: error.text || String(error)};
    const page = this.ctx.store.menu.rows[path]?.page;
    if (page && page !== this.page.key && this.pages.includes(page)) {
      this.leaveFor(page, refusal);
      return;
    }
    this.edit.refusal = refusal;
    const field = this.fields.find((one) => one.row.path === path);
    if (field) this.cursor = field.target;
    this.draw();
    field?.el.scrollIntoView({block: 'nearest'});
  }

  dispose() {
    this.gone = true;
    // The next page of the tile is made at once and has taken the entries by then; else they are dropped.
    queueMicrotask(() => { carried = null; });
    clearTimeout(this.edit.timer);
    this.pads.dispose();
    this.off();
  }
}
