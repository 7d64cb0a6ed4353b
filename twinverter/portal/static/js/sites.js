// All sites: sums on top, what needs somebody first, filters and a search.

import {readRows} from './api.js';
import {longStamp} from './clock.js';
import {el, icon, setAttr, setText, tap} from './dom.js';
import {flowsOf, together, way} from './flows.js';
import {energy} from './format.js';
import {Watch} from './live.js';
import {SiteRow, ofSite} from './site_row.js';
import {STATES, empty, fill, say} from './states.js';

const HEADS = ['', 'Site', 'State', 'Solar today', 'Solar now', 'Battery', 'Solar today', 'Heard'];
const FILTERS = ['fault', 'warning', 'silent', 'new', 'fine'];
// Sums and small curves are read again while the stream keeps the rows alive.
const AGAIN_MS = 30_000;
// What a change needs to be in the list, and how many rows are drawn at once.
const SOON_MS = 1500, ROOM = 200;
// So long a word is typed before it is searched for.
const TYPED_MS = 200;

class Sites {
  constructor(place, context) {
    Object.assign(this, {context, rows: new Map(), codes: new Map(), shown: [], filter: 'all', words: '', room: ROOM});
    this.count = el('h1');
    this.clock = el('p');
    this.facts = el('dl', {class: 'facts'});
    this.chips = el('div', {class: 'filters', role: 'group', 'aria-label': 'Show only'});
    this.search = el('input', {class: 'sel search', type: 'search', placeholder: 'Search', 'aria-label': 'Search for a site or its state',
      oninput: () => { clearTimeout(this.typed); this.typed = setTimeout(() => this.narrow(this.filter, this.search.value), TYPED_MS); }});
    this.list = el('ul', {class: 'site-list', onkeydown: (event) => this.step(event)});
    this.none = el('div');
    this.more = tap('btn more', () => this.further(), {hidden: true});
    this.box = el('div', {class: 'sites'}, el('div', {class: 'site hd', 'aria-hidden': 'true'}, HEADS.map((words) => el('span', {}, words))), this.list, this.none, this.more);
    this.body = el('div');
    place.replaceChildren(this.body);
    this.first();
  }

  async first() {
    const isThere = await fill(this.body, 'the sites', () => this.ask(), (found) => {
      this.show(found);
      return [el('div', {class: 'ph'}, el('div', {}, this.count, this.clock), this.facts),
        el('div', {class: 'bar'}, this.chips, this.search), this.box];
    });
    if (!isThere || this.over) return;
    this.watch = new Watch('', (news) => this.hear(news), () => this.again());
    this.timers = [setInterval(() => this.tick(), 1000), setInterval(() => document.hidden || this.again(), AGAIN_MS)];
    this.context.ready();
  }

  /** Ask for as many sites as there is room for; what was asked before is given up. */
  ask() {
    this.giveUp?.abort();
    this.giveUp = new AbortController();
    const query = {state: this.filter === 'all' ? null : this.filter, search: this.words.trim() || null};
    return readRows('sites', 'sites', query, this.room, this.giveUp.signal);
  }

  async again() {
    try {
      this.show(await this.ask());
    } catch {
      // The rows stay and grow old visibly; the next turn asks again.
    }
  }

  show(found) {
    const all = Object.values(found.counts).reduce((sum, one) => sum + one, 0);
    setText(this.count, all === 1 ? '1 site' : `${all} sites`);
    setText(this.clock, longStamp(found.clock));
    this.sums(found.sums);
    this.sites = found.sites.map((site) => ({site, line: ofSite(site)}));
    this.byDevice = new Map(this.sites.flatMap((one) => one.site.devices.map((device) => [device.name, {one, device}])));
    // Whether a device that is heard and is not here belongs to a new site.
    this.isWhole = found.sites.length === all && found.sites.every((site) => site.devices.length === site.device_count);
    this.counts(found.counts, all);
    this.draw(found, all);
  }

  draw({total, next}, all) {
    this.shown = this.sites.map(({site, line}) => this.row(site.id, line));
    this.order(this.shown.map((row) => row.item));
    this.more.hidden = !next;
    setText(this.more, `Show more: ${total - this.shown.length} are left`);
    const told = all ? empty('list', 'No site fits', 'Choose All, or search for other words.')
      : empty('house', 'No site yet', 'An operator makes a site; it appears here with its inverters.');
    this.none.replaceChildren(...(total ? [] : [told]));
    this.total = total;
  }

  row(id, line) {
    if (!this.rows.has(id)) this.rows.set(id, new SiteRow());
    const row = this.rows.get(id);
    row.show(line);
    return row;
  }

  /** Put rows in their order; who stands on one keeps standing on it. */
  order(items) {
    const {children} = this.list;
    if (items.length === children.length && items.every((item, place) => item === children[place])) return;
    const at = document.activeElement;
    this.list.replaceChildren(...items);
    if (this.list.contains(at)) at.focus({preventScroll: true});
  }

  sums(sums) {
    const word = way(sums.grid_w, ', buying', ', selling');
    const facts = [['Solar now', together(sums.solar_w)], ['Load now', together(sums.load_w)], [`Grid${word}`, together(sums.grid_w)],
      ['Stored', energy(sums.stored_wh)], ['Solar today', energy(sums.solar_today_wh)]];
    this.facts.replaceChildren(...facts.map(([name, {n, u}]) => el('div', {}, el('dt', {}, name), el('dd', {}, n, el('small', {}, u)))));
  }

  counts(counts, all) {
    const key = JSON.stringify([all, counts]);
    if (this.counted === key) return;
    this.counted = key;
    const chip = (state, sign, word, count) => tap('chip', () => this.narrow(state, this.words),
      {'data-filter': state, 'aria-pressed': String(state === this.filter)}, sign && icon(sign), `${word} `, el('b', {}, String(count)));
    const shown = FILTERS.filter((state) => state !== 'new' || counts.new);
    const at = document.activeElement?.dataset?.filter;
    this.chips.replaceChildren(chip('all', null, 'All', all), ...shown.map((state) => chip(state, STATES[state].sign, STATES[state].word, counts[state] || 0)));
    // Who stands on a filter keeps standing on it.
    if (at) this.chips.querySelector(`[data-filter="${at}"]`)?.focus();
  }

  async narrow(filter, words) {
    Object.assign(this, {filter, words, room: ROOM});
    for (const chip of this.chips.children) setAttr(chip, 'aria-pressed', String(chip.dataset.filter === filter));
    await this.again();
    say(`${this.total} sites fit.`);
  }

  async further() {
    const last = this.shown.at(-1);
    this.room += ROOM;
    await this.again();
    last.item.nextElementSibling?.firstElementChild.focus();
  }

  /** Arrow keys walk the rows. */
  step(event) {
    const by = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (!by) return;
    const links = this.shown.map((row) => row.root);
    links[links.indexOf(document.activeElement) + by]?.focus();
    event.preventDefault();
  }

  hear(news) {
    let isOther = false;
    for (const {device: name, heard_at_s, moment} of news) {
      const known = this.byDevice.get(name);
      isOther = this.isOther(name, moment, known?.device) || isOther;
      if (!known) continue;
      const {one, device} = known;
      Object.assign(device, flowsOf(moment), {heard_at_s});
      one.line = ofSite(one.site);
      const row = this.rows.get(one.site.id);
      if (row && this.shown.includes(row)) row.show(one.line);
    }
    // What stands, or who was silent, is told by the list: read it once for all of them.
    if (isOther) {
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.again(), SOON_MS);
    }
  }

  /** Whether the list has to say anew how a device is. */
  isOther(name, moment, device) {
    const codes = moment.alarms.map((alarm) => alarm.code).join();
    const before = this.codes.get(name);
    this.codes.set(name, codes);
    const isUnknown = device ? device.state === 'silent' || device.state === 'new' : this.isWhole;
    return isUnknown || (before !== undefined && before !== codes);
  }

  tick() {
    for (const row of this.shown) row.tick();
  }

  close() {
    this.over = true;
    this.giveUp?.abort();
    this.watch?.close();
    clearTimeout(this.soon);
    clearTimeout(this.typed);
    this.timers?.forEach(clearInterval);
  }
}

/** The list of all sites. */
export function open(place, route, context) {
  context.title('Sites');
  return new Sites(place, context);
}
