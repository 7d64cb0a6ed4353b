// The LCD: a stack of pages, the table of routes, and what the four keys do to the page on top.

import {el, icon} from './dom.js';
import * as home from './home.js';
import * as views from './views.js';

const IDLE_MS = 60_000;
const lazy = (file, name) => {
  let factory = null;
  return () => factory || import(file).then((module) => (factory = module[name]));
};
const ready = (factory) => () => factory;

// First word of a route: where its page comes from, and its parent when it is opened from outside.
const ROUTES = {
  home: {load: ready(home.page), parent: () => null},
  solar: {load: ready(views.solar), parent: () => 'home'},
  inverter: {load: ready(views.inverter), parent: () => 'home'},
  load: {load: ready(views.load), parent: () => 'home'},
  grid: {load: ready(views.grid), parent: () => 'home'},
  battery: {load: ready(views.battery), parent: () => 'home'},
  generator: {load: ready(views.generator), parent: () => 'home'},
  bms: {load: ready(views.bms), parent: () => 'battery'},
  bmsd: {load: ready(views.bmsDetails), parent: () => 'bms'},
  curve: {load: lazy('./curves.js', 'page'), parent: ([line]) => (line in ROUTES ? line : 'grid')},
  menu: {load: lazy('./setup.js', 'menu'), parent: () => 'home', setup: true},
  set: {load: lazy('./setup.js', 'page'), parent: () => 'menu', setup: true},
  password: {load: lazy('./keypad.js', 'page'), parent: () => 'menu', setup: true},
  info: {load: lazy('./alarms_page.js', 'page'), parent: () => 'menu'},
};

const split = (route) => {
  const [name, ...args] = route.split('/');
  return Object.hasOwn(ROUTES, name) ? {name, args} : {name: 'home', args: []};
};

function missing(ctx) {
  const again = el('button', {class: 'lbtn', onclick: () => ctx.replace(ctx.route)}, 'Try again');
  return {
    title: 'Page not loaded',
    el: el('div', {class: 'scr'}, views.head(ctx, 'Not loaded'),
      el('div', {class: 'void'}, icon('lost'), el('p', {}, 'This page could not be read from the inverter.'), again)),
    onKey: (key) => key === 'enter' && (again.click(), true),
  };
}

export class Lcd {
  constructor(store, api) {
    this.store = store;
    this.api = api;
    this.stack = ['home'];
    this.page = null;
    this.memories = {};
    this.glass = el('div', {class: 'pane'});
    this.voice = el('div', {class: 'vh', role: 'status'});
    const label = 'LCD. Arrow keys, Enter and Escape do what the four keys do.';
    this.root = el('div', {class: 'lcd', tabindex: '0', role: 'group', 'aria-label': label}, this.glass, this.voice);
    this.touchedAt = this.seenAt = performance.now();
    this.root.addEventListener('pointerdown', () => this.touched(), true);
    for (const sign of ['pointermove', 'pointerdown', 'keydown', 'scroll']) {
      addEventListener(sign, () => this.seen(), {capture: true, passive: true});
    }
    store.on('snapshot', () => this.update());
    store.on('settings', () => this.update());
    store.on('link', () => this.update());
    setInterval(() => this.idle(), 1000);
    this.show();
  }

  get route() {
    return this.stack.at(-1);
  }

  /** Open a page on top of this one; a page already in the stack is gone back to. */
  go(route) {
    const at = this.stack.indexOf(route);
    this.stack = at < 0 ? [...this.stack, route] : this.stack.slice(0, at + 1);
    return this.show();
  }

  /** Another page in the place of this one. */
  replace(route) {
    this.stack = [...this.stack.slice(0, -1), route];
    return this.show();
  }

  back() {
    if (this.stack.length > 1) this.stack = this.stack.slice(0, -1);
    return this.show();
  }

  home() {
    this.stack = ['home'];
    return this.show();
  }

  /** Open a page from outside the LCD: Esc then walks up its parents. `setting/PATH` finds its page. */
  async jump(route) {
    let to = route;
    if (route.startsWith('setting/')) {
      const {routeOf} = await import('./setup.js');
      to = routeOf(route.slice(8), this.store) || 'menu';
    }
    this.stack = [to];
    for (let up = to; ;) {
      const {name, args} = split(up);
      up = ROUTES[name].parent(args);
      if (!up) break;
      this.stack.unshift(up);
    }
    this.touched();
    return this.show();
  }

  async show() {
    const route = this.route;
    const {name, args} = split(route);
    const turn = (this.turn = Symbol(route));
    const loaded = ROUTES[name].load();
    // Pages that are here already open at once, so that two fast presses reach two pages.
    const factory = loaded instanceof Promise ? await loaded.catch(() => missing) : loaded;
    if (this.turn !== turn) return;
    const focused = this.root.contains(document.activeElement);
    if (this.page?.dispose) this.page.dispose();
    this.page = factory(this.context(route, args));
    this.root.dataset.page = name;
    this.root.classList.toggle('dense', name !== 'home' && name !== 'curve');
    this.glass.replaceChildren(this.page.el);
    if (focused) this.root.focus({preventScroll: true});
    this.announce(this.page.title || '');
    this.update();
  }

  context(route, args) {
    return {
      route, args, store: this.store, api: this.api,
      // What a page wants to find again when it comes back, such as where its cursor stood.
      memory: (this.memories[route] ||= {}),
      go: (to) => this.go(to),
      back: () => this.back(),
      home: () => this.home(),
      replace: (to) => this.replace(to),
      announce: (words) => this.announce(words),
      // Typing counts as being at the page, too.
      touched: () => this.touched(),
    };
  }

  /** One of the four keys, from the front or from the keyboard: 'esc', 'up', 'down', 'enter'. */
  press(key) {
    this.touched();
    if (this.page?.onKey(key)) return;
    if (key === 'esc') this.back();
  }

  announce(words) {
    this.voice.textContent = words;
  }

  update() {
    const {snapshot, link} = this.store;
    this.root.classList.toggle('stale', link.state === 'lost' || snapshot?.centre?.kind === 'lost');
    if (snapshot && this.page?.update) this.page.update(snapshot);
    this.dim();
  }

  touched() {
    this.touchedAt = performance.now();
    this.seen();
  }

  /** Somebody is at this page: the LCD stays bright here, whatever the device says of its own. */
  seen() {
    this.seenAt = performance.now();
    this.dim();
  }

  dim() {
    const alone = performance.now() - this.seenAt >= IDLE_MS;
    this.root.classList.toggle('dim', alone && Boolean(this.store.snapshot?.dimmed));
  }

  /** An open setup page left alone for a minute is left without saving. */
  idle() {
    this.dim();
    if (performance.now() - this.touchedAt >= IDLE_MS && ROUTES[split(this.route).name].setup) this.home();
  }
}
