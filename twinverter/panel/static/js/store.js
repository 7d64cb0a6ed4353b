// What the page knows: the latest snapshot, the settings, the menu, and who wants to hear of changes.

import * as api from './api.js';
import {Link} from './link.js';

export class Store {
  constructor() {
    this.snapshot = null;
    this.settings = null;
    this.menu = null;
    this.link = {state: 'starting', heardAt: performance.now(), since: Date.now(), age_s: 0};
    this.listeners = new Map();
    this.paths = new Map();
    this.reading = null;
  }

  /** Hear of 'snapshot' (snapshot, changed keys), 'settings', 'menu', 'link' or 'go'; returns the way out. */
  on(key, listener) {
    if (!this.listeners.has(key)) this.listeners.set(key, new Set());
    this.listeners.get(key).add(listener);
    return () => this.listeners.get(key).delete(listener);
  }

  tell(key, ...news) {
    for (const listener of [...(this.listeners.get(key) || [])]) {
      // One broken card must not silence the others.
      try {
        listener(...news);
      } catch (error) {
        console.error(error);
      }
    }
  }

  /** Open the stream and read menu and settings; both are read again until they are there. */
  start() {
    this.link = new Link((message) => this.take(message), (link) => this.tell('link', link));
    this.readMenu();
    this.refreshSettings();
  }

  take(message) {
    if (message.ping !== undefined || message.seq === undefined) return;
    const whole = message.patch === undefined;
    const part = whole ? message : message.patch;
    this.snapshot = whole ? part : {...this.snapshot, ...part, seq: message.seq};
    const changed = new Set(Object.keys(part));
    this.tell('snapshot', this.snapshot, changed);
    if (this.settings && this.snapshot.settings_rev !== this.settings.rev) this.refreshSettings();
  }

  async readMenu() {
    this.menu = await api.menu().catch(() => null);
    if (this.menu) this.tell('menu', this.menu);
    else setTimeout(() => this.readMenu(), 5000);
  }

  /** Read the settings again; calls that come while one runs share it. */
  refreshSettings() {
    this.reading ||= this.readSettings().finally(() => { this.reading = null; });
    return this.reading;
  }

  async readSettings() {
    const read = await api.settings().catch(() => null);
    if (!read) {
      setTimeout(() => this.refreshSettings(), 5000);
      return;
    }
    this.settings = read;
    this.paths = new Map(Object.keys(read.values).map((path) => [path.split('.').pop(), path]));
    this.tell('settings', read);
  }

  /** The value of a setting by its key, with or without its page; undefined while unknown. */
  setting(key) {
    const values = this.settings?.values;
    return values && (key in values ? values[key] : values[this.paths.get(key)]);
  }

  /** Show a page of the LCD from anywhere on this page. */
  go(route) {
    this.tell('go', route);
  }
}
