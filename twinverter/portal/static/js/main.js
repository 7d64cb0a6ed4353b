// The start of the portal: who one is, the page behind the address, and the login where it is asked for.

import {me} from './api.js';
import {el, setAttr} from './dom.js';
import {showLogin} from './login.js';
import {sorry} from './states.js';
import {mount as mountTools} from './tools.js';

// The first part of an address and the module that opens its page.
const PAGES = {
  '': () => import('./sites.js'),
  site: () => import('./site.js'),
  device: () => import('./device.js'),
  map: () => import('./map.js'),
  people: () => import('./people.js'),
};
const LINKS = [['#/', 'Sites'], ['#/map', 'Map']];

const byId = (id) => document.getElementById(id);

/** `#/device/inverter-001/curves?period=day` as its parts and its query. */
function routeOf(hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  const [page, ...parts] = path.split('/').map(safe);
  return {page, parts, query: new URLSearchParams(query || '')};
}

/** A part of an address as it was meant; one that nobody could have meant stays as it is. */
function safe(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

class Portal {
  constructor(who) {
    this.who = who;
    this.place = byId('page');
    const links = who.is_operator || who.kind === 'user' ? [...LINKS, ['#/people', who.is_operator ? 'People' : 'Access']] : LINKS;
    byId('nav').replaceChildren(...links.map(([href, words]) => el('a', {href}, words)));
    mountTools(byId('tools'), who);
    addEventListener('hashchange', () => this.go());
    // The address after # names a page: the skip link must not become one.
    document.querySelector('.skip').addEventListener('click', (event) => {
      event.preventDefault();
      this.place.focus();
    });
    this.go();
  }

  /** Open the page of the address; one that stays, with other words in its query, is told so. */
  async go() {
    const route = routeOf(location.hash);
    const turn = {};
    this.turn = turn;
    const key = route.page === 'people' ? route.page : [route.page, route.parts[0]].join('/');
    for (const link of byId('nav').children) setAttr(link, 'aria-current', link.hash === `#/${route.page}` && 'page');
    if (key === this.key && this.page?.turn) {
      this.page.turn(route);
      return;
    }
    this.page?.close?.();
    this.page = null;
    this.key = key;
    document.body.dataset.page = 'opening';
    try {
      const {open} = await (PAGES[route.page] || PAGES[''])();
      if (this.turn === turn) this.page = open(this.place, route, this.context());
      if (this.turn === turn && this.opened) this.arrive();
    } catch (error) {
      console.error(error);
      this.place.replaceChildren(sorry('This page could not be loaded. Load it again.'));
    }
    this.opened = true;
  }

  context() {
    return {
      who: this.who,
      title: (words) => { document.title = `${words} \u00b7 Twinverter`; },
      ready: () => { document.body.dataset.page = 'ready'; },
    };
  }

  /** Another page begins at its top, for the eye and for the keyboard. */
  arrive() {
    scrollTo(0, 0);
    this.place.focus({preventScroll: true});
  }
}

async function boot() {
  addEventListener('portal-login', showLogin);
  try {
    new Portal(await me());
  } catch (error) {
    if (error.status !== 401) byId('page').replaceChildren(sorry(error));
  }
}

boot();
