// What was entered on a page and not saved yet, what the inverter says to it, and what was agreed to.
// Entries of one tile of System Setup are held together, from page to page, until the tick.

import {clockParts} from './format.js';

const CLOCK = /^basic\.clock_(year|month|day|hour|minute)$/;

/** The part of the running clock that a row shows and sets ('year'); empty for every other row. */
export const clockPart = (path) => CLOCK.exec(path)?.[1] || '';

/** The entries of one tile; `code` is the lock's where somebody gave it for them. */
export class Entries {
  constructor(tile, store, api) {
    Object.assign(this, {tile, store, api, code: '', refused: null});
    this.held = new Map();
    this.agreed = new Set();
    this.seen = {key: '{}', view: null};
  }

  /** What is in force; the clock's rows show the clock itself. */
  stored(path) {
    const part = clockPart(path);
    return part ? clockParts(this.store.snapshot?.clock)?.[part] : this.store.settings?.values[path];
  }

  value(path) {
    return this.held.has(path) ? this.held.get(path) : this.stored(path);
  }

  /** Hold a value; the one in force again means that nothing is held. */
  hold(path, value) {
    if (value === this.stored(path)) this.held.delete(path);
    else this.held.set(path, value);
  }

  changes(candidate = {}) {
    return {...Object.fromEntries(this.held), ...candidate};
  }

  /** How the page looks with these entries: {greyed, hidden, in_force, offered, confirm, errors}; the last known one. */
  get view() {
    const {greyed = {}, hidden = {}, in_force = {}} = this.store.settings || {};
    return {confirm: [], errors: {}, offered: {}, ...(this.seen.view || {greyed, hidden, in_force})};
  }

  /** Sentences that somebody has to agree to before the entries can be saved. */
  get questions() {
    return this.view.confirm.filter((sentence) => !this.agreed.has(sentence));
  }

  agree(sentences) {
    for (const sentence of sentences) this.agreed.add(sentence);
  }

  /** Ask what the entries and a candidate would do; false where a later question overtook this one. */
  async look(candidate = {}) {
    const changes = this.changes(candidate);
    const key = JSON.stringify(changes);
    this.wanted = key;
    if (key === this.seen.key) return true;
    // Without contact the page stays as it was: the tick will say what is wrong.
    const view = key === '{}' ? null : await this.api.preview(changes).catch(() => this.seen.view);
    if (this.wanted !== key) return false;
    this.seen = {key, view};
    return true;
  }

  /** Other settings moved: what was seen is out of date, what equals the value in force is no entry. */
  refresh() {
    for (const [path, value] of this.held) this.hold(path, value);
    this.seen = this.held.size ? {key: '', view: this.seen.view} : {key: '{}', view: null};
  }

  /** Save all entries together or none of them; an ApiError says why not. */
  async save() {
    await this.api.saveSettings(this.changes(), this.code);
    this.held.clear();
    this.refresh();
    await this.store.refreshSettings();
  }
}
