// One inverter: its head, its lamps and its tabs; each tab is a module of its own.

import {ofDevice, read} from './api.js';
import {isoDay} from './clock.js';
import {classes, el, setAttr} from './dom.js';
import {Watch} from './live.js';
import {Stamp, fill, loading} from './states.js';

// The last part of an address, the word on the tab, and the module that fills it.
const TABS = [
  ['now', 'Now', () => import('./now.js')],
  ['curves', 'Curves', () => import('./curves_tab.js')],
  ['balance', 'Balance', () => import('./balance.js')],
  ['outages', 'Outages', () => import('./outages.js')],
  ['alarms', 'Alarms', () => import('./alarms_tab.js')],
  ['settings', 'Settings', () => import('./settings_tab.js')],
  ['pages', 'Pages', () => import('./pages.js')],
  ['export', 'Export', () => import('./export.js')],
];
const LAMPS = [['dc', 'DC'], ['ac', 'AC'], ['normal', 'Normal'], ['alarm', 'Alarm']];
// What stands still on the page is read again while the stream keeps the rest alive.
const AGAIN_MS = 60_000;
const SILENT_S = 60, MISSED = 3;

class Lamps {
  constructor() {
    this.lamps = LAMPS.map(([key, word]) => el('span', {class: classes('led', key === 'alarm' && 'alarm')}, el('i'), word, el('span', {class: 'vh'})));
    this.root = el('div', {class: 'ledline', 'aria-label': 'Lamps', role: 'group'}, this.lamps);
  }

  show(lamps) {
    this.root.hidden = !lamps;
    LAMPS.forEach(([key], place) => {
      const isLit = Boolean(lamps?.[key]);
      this.lamps[place].classList.toggle('on', isLit);
      this.lamps[place].lastChild.textContent = isLit ? ' lit' : ' dark';
    });
  }
}

class Device {
  constructor(place, route, context) {
    Object.assign(this, {place, context, name: route.parts[0]});
    this.route = route;
    this.stamp = new Stamp();
    this.lamps = new Lamps();
    this.first();
  }

  async first() {
    const body = el('div');
    this.place.replaceChildren(this.crumb(), body);
    const isThere = await fill(body, 'the inverter', () => this.ask(), (found) => this.take(found));
    if (!isThere || this.over) return;
    this.build();
    this.watch = new Watch(this.name, (news) => this.hear(news), () => this.again());
    this.timers = [setInterval(() => this.age(), 1000), setInterval(() => document.hidden || this.again(), AGAIN_MS)];
    this.turn(this.route);
  }

  ask() {
    return read(ofDevice(this.name));
  }

  async again() {
    try {
      const found = await this.ask();
      if (this.over) return;
      this.take(found);
      this.tell();
    } catch {
      // What is shown stays and grows old visibly; the next turn asks again.
    }
  }

  take(found) {
    this.found = found;
  }

  crumb() {
    const site = this.found?.site;
    return el('nav', {class: 'crumb', 'aria-label': 'Where this is'}, el('a', {href: '#/'}, 'All sites'),
      site && el('a', {href: `#/site/${site.id}`}, `${site.name}: site and reports`));
  }

  build() {
    const {title, site, about} = this.found;
    const isSame = title === site.name;
    const words = [isSame ? '' : site.name, site.place, about?.model, about?.serial, about?.versions?.MAIN && `MAIN ${about.versions.MAIN}`];
    this.tabs = el('nav', {class: 'tabs', 'aria-label': 'Of this inverter', onkeydown: (event) => this.step(event)}, TABS.map(([key, word]) => el('a', {href: this.link(key), 'data-tab': key}, word)));
    this.body = el('div', {class: 'tab'});
    this.place.replaceChildren(this.crumb(),
      el('div', {class: 'ph'},
        el('div', {}, el('h1', {}, title), el('p', {}, words.filter(Boolean).join(' \u00b7 '))),
        this.stamp.root, this.lamps.root),
      this.tabs, this.body);
    this.tell();
  }

  link(tab) {
    return `#/device/${encodeURIComponent(this.name)}/${tab}`;
  }

  /** Arrow keys walk the tabs, as tabs are walked. */
  step(event) {
    const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!by) return;
    const links = [...this.tabs.children];
    links[links.indexOf(document.activeElement) + by]?.focus();
    event.preventDefault();
  }

  /** Open the tab of an address, or tell the one that is open which words its query has now. */
  async turn(route) {
    this.route = route;
    if (!this.tabs) return;
    const [key, word, load] = TABS.find(([one]) => one === route.parts[1]) || TABS[0];
    this.context.title(`${this.found.title}, ${word}`);
    for (const link of this.tabs.children) setAttr(link, 'aria-current', link.dataset.tab === key && 'page');
    if (this.tab?.key === key) {
      this.tab.turn?.(route.query);
      return;
    }
    this.tabs.querySelector('[aria-current]').scrollIntoView({block: 'nearest', inline: 'nearest'});
    this.tab?.close?.();
    this.tab = {key};
    document.body.dataset.page = 'opening';
    this.body.replaceChildren(loading(word.toLowerCase()));
    const {open} = await load();
    if (this.tab.key !== key || this.over) return;
    this.body.replaceChildren();
    this.tab = Object.assign(open(this.body, this.view(key), route.query), {key});
    this.tab.hear?.(this.found, this.isSilent);
  }

  /** What a tab needs of the page around it. */
  view(key) {
    const clock_s = this.found.moment?.clock_s ?? Date.now() / 1000;
    return {
      name: this.name,
      found: this.found,
      clock_s,
      today: isoDay(clock_s),
      ready: this.context.ready,
      /** Keep a choice in the address, so that it can be sent and gone back to. */
      keep: (query) => {
        const words = new URLSearchParams(query).toString();
        history.replaceState(null, '', words ? `${this.link(key)}?${words}` : this.link(key));
      },
    };
  }

  hear([{heard_at_s, moment}]) {
    const codes = (state) => state.moment?.alarms.map((alarm) => alarm.code).join();
    const before = codes(this.found);
    const isSilent = this.found.state === 'silent';
    Object.assign(this.found, {heard_at_s, moment});
    this.tell();
    // State and counts are the portal's to say: they are asked for when what stands has changed.
    if (before !== codes(this.found) || isSilent) this.again();
  }

  tell() {
    this.lamps.show(this.found.moment?.lamps);
    this.age();
    this.tab?.hear?.(this.found, this.isSilent);
  }

  age() {
    const {heard_at_s, every_s, state} = this.found;
    const age_s = Date.now() / 1000 - heard_at_s;
    const before = this.isSilent;
    this.isSilent = heard_at_s !== null && (state === 'silent' || age_s > Math.max(SILENT_S, MISSED * every_s));
    this.stamp.show(heard_at_s, this.isSilent, every_s);
    if (before === false && this.isSilent) this.tab?.hear?.(this.found, true);
  }

  close() {
    this.over = true;
    this.watch?.close();
    this.timers?.forEach(clearInterval);
    this.tab?.close?.();
  }
}

/** One inverter by its name. */
export function open(place, route, context) {
  context.title('Inverter');
  return new Device(place, route, context);
}
