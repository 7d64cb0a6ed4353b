// Suggested settings: begin and stop a search, how far it is, what to turn page by page, apply it, undo it.

import * as api from './api.js';
import {Dialog, count, section} from './dialog.js';
import {el, setText, tap} from './dom.js';

const ABOUT = 'Looks for the settings that make this house cheapest to run: its own law, weather and prices, years it has not seen. The device goes on meanwhile.';

function change({label, before_text: before, after_text: after, brings}) {
  return el('li', {class: 's-change'}, el('b', {}, label),
    el('span', {class: 's-turn'}, el('del', {}, before), el('span', {'aria-label': 'to'}, '\u2192'), el('ins', {}, after)),
    brings && el('small', {}, `alone: ${brings}`));
}

/** The changes of each page of the LCD, in the order of its menu. */
function pages(changes) {
  const found = new Map();
  for (const one of changes) found.set(one.page, [...(found.get(one.page) || []), one]);
  return [...found].map(([page, rows]) => section(page, el('ul', {class: 's-list'}, rows.map(change))));
}

const ways = (head, lines) => el('div', {class: 's-scroll'}, el('table', {class: 'g-table s-ways'},
  el('thead', {}, el('tr', {}, head.map((one) => el('th', {scope: 'col'}, one)))),
  el('tbody', {}, lines.map(([name, ...cells]) => el('tr', {}, el('th', {scope: 'row'}, name), cells.map((cell) => el('td', {}, cell)))))));

class Suggest {
  constructor(place, store) {
    this.place = place;
    this.sheet = null;
    this.state = null;
    this.sum = el('small', {role: 'status'});
    this.words = el('p', {class: 'c-words'}, ABOUT);
    this.bar = el('progress', {class: 'c-bar', max: '1', 'aria-label': 'Search', hidden: true});
    this.told = el('p', {class: 'told', role: 'status'});
    this.start = tap('btn', () => this.order('start'), {}, 'Suggest settings');
    this.stop = tap('btn', () => this.order('stop'), {hidden: true}, 'Take the best so far');
    this.look = tap('btn btn--main', () => this.open(), {hidden: true}, 'What to turn');
    this.undo = tap('btn', () => this.order('undo'), {hidden: true}, 'Undo');
    place.replaceChildren(el('h2', {}, 'Suggested settings', this.sum), this.words, this.bar, this.told,
      el('p', {class: 'c-acts'}, this.start, this.stop, this.look, this.undo));
    store.on('snapshot', (snapshot, changed) => (!changed || changed.has('suggest')) && this.hear(snapshot.suggest));
    store.on('settings', () => this.state && this.read());
    if (store.snapshot) this.hear(store.snapshot.suggest);
  }

  /** How far the search is, from the stream; its end is read in full. */
  hear(now) {
    if (!now) return;
    this.place.hidden = false;
    if (now.running) this.progress(now);
    else if (!this.state || this.running) this.read();
  }

  progress({running, share, words}) {
    this.running = running;
    this.bar.hidden = !running;
    this.stop.hidden = !running;
    this.start.hidden = running;
    if (!running) return;
    this.look.hidden = true;
    this.undo.hidden = true;
    this.bar.value = share;
    setText(this.sum, `${Math.round(100 * share)} %`);
    setText(this.words, `${words}.`);
    setText(this.told, '');
  }

  async read() {
    if (this.busy) return;
    this.busy = true;
    try {
      this.show(await api.suggested());
    } catch {
      // The next snapshot tries again.
    }
    this.busy = false;
  }

  async order(action) {
    try {
      this.show(await api.orderSuggested(action));
      if (action === 'apply') this.sheet?.root.close();
      const next = {start: this.stop, stop: this.start, apply: this.undo, undo: this.look}[action];
      if (!next.hidden) next.focus({preventScroll: true});
    } catch (error) {
      const words = error.text || String(error);
      setText(this.told, words);
      if (this.sheet) setText(this.refused, words);
    }
  }

  show(state) {
    this.state = state;
    this.progress(state);
    if (state.running) return;
    const {found, applied, stale, said, error} = state;
    const turns = found ? found.changes.length : 0;
    this.look.hidden = !turns || applied;
    this.undo.hidden = !applied;
    setText(this.start, found || applied ? 'Search again' : 'Suggest settings');
    setText(this.sum, applied ? 'applied' : turns ? count(turns, 'change', 'changes') : found ? 'nothing to turn' : '');
    setText(this.words, found ? found.headline : ABOUT);
    const old = stale.length ? `Changed since the search began: ${stale.join(', ')}. Search again.` : '';
    setText(this.told, said || error || old);
    this.draw();
  }

  open() {
    this.refused = el('p', {class: 'told', role: 'status'});
    this.sheet = new Dialog('What to turn', () => { this.sheet = null; });
    this.draw();
  }

  draw() {
    if (!this.sheet || !this.state?.found) return;
    const {headline, head, lines, changes, stopped, tried} = this.state.found;
    const beside = `${tried.toLocaleString('en')} settings tried${stopped ? ', stopped early' : ''}`;
    const acts = section('Apply', el('p', {class: 'g-more'}, 'All of them are written at once; Undo puts back what stood before.'),
      this.refused, el('p', {class: 'c-acts'}, tap('btn btn--main', () => this.order('apply'), {}, 'Apply')));
    this.sheet.show(beside, el('div', {class: 'c-wide'}, el('p', {class: 's-lead'}, headline), pages(changes), section('A year', ways(head, lines)), acts));
  }
}

/** Fill the card of suggested settings; it stays away where nobody searches. */
export function mount(place, store) {
  return new Suggest(place, store);
}
