// A list by the page: rows as they come, and a button for those that are older or further on.

import {read} from './api.js';
import {el, tap} from './dom.js';
import {fill, sorry} from './states.js';

const LIMIT = 100;

/**
 * `on(row)` is the query that goes on from a row, `draw(rows)` shows all that were read, and `more` are
 * the words of the button; `refresh()` reads from the begin.
 */
export class Paged {
  constructor(what, path, on, more, draw) {
    Object.assign(this, {what, path, on, draw, rows: []});
    this.list = el('div');
    this.more = tap('btn', () => this.further(), {hidden: true}, more);
    this.root = el('div', {}, this.list, this.more);
  }

  refresh() {
    return fill(this.list, this.what, () => this.ask({}), (found) => this.take([], found));
  }

  ask(query) {
    return read(this.path, {limit: LIMIT, ...query});
  }

  take(before, found) {
    this.rows = [...before, ...found];
    this.more.hidden = found.length < LIMIT;
    return this.draw(this.rows);
  }

  async further() {
    const {rows} = this;
    const shown = await this.ask(this.on(rows.at(-1))).then((found) => this.take(rows, found)).catch(sorry);
    this.list.replaceChildren(shown);
  }
}
