// The start of the panel: the store, the device, the cards around it, and the views behind the hash.

import * as api from './api.js';
import {Device} from './device.js';
import {el, icon} from './dom.js';
import {wallTime} from './format.js';
import {showLogin} from './login.js';
import {Store} from './store.js';

// The cards beside the device: the module, and the element it fills.
const CARDS = ['theme', 'world', 'why', 'alarms', 'check', 'selftest', 'suggest', 'strip', 'speed', 'ports'];

const byId = (id) => document.getElementById(id);

async function mountCard(name, store) {
  const place = byId(name);
  try {
    (await import(`./${name}.js`)).mount(place, store);
  } catch (error) {
    console.error(error);
    const words = 'This part of the page could not be loaded. Load the page again.';
    place.append(el('p', {class: 'sorry'}, icon('warn'), words));
  }
}

/** The words of the stamp in the top bar: live, stale, lost. */
function stampOf(link) {
  const seconds = Math.round(link.age_s);
  if (link.state === 'starting') return ['', 'clock', 'Connecting'];
  if (link.state === 'live') return ['live', 'ok', `Heard ${seconds} s ago`];
  if (link.state === 'stale') return ['old', 'clock', `Last heard ${seconds} s ago`];
  return ['gone', 'lost', `No contact since ${wallTime(link.since)}`];
}

function showLink(place, link) {
  const [kind, sign, words] = stampOf(link);
  document.documentElement.dataset.link = link.state;
  const key = `${kind} ${words}`;
  if (place.dataset.key === key) return;
  // The age counts on for the eye; a screen reader hears only the change of state.
  place.setAttribute('aria-live', place.dataset.kind === kind ? 'off' : 'polite');
  Object.assign(place.dataset, {key, kind});
  place.className = `stamp ${kind}`;
  place.title = link.state === 'lost' ? 'Trying again every 10 s.' : '';
  place.replaceChildren(icon(sign), words);
}

/** Show what the hash names: #twin, #front, or a page of the LCD as #lcd/ROUTE. */
function showHash(store) {
  const hash = location.hash.slice(1);
  const view = hash === 'front' ? 'front' : 'twin';
  if (hash.startsWith('lcd/')) {
    store.go(hash.slice(4));
    // The same link may be pressed again later: the hash goes back to the view.
    history.replaceState(null, '', '#twin');
  }
  document.documentElement.dataset.view = view;
  for (const link of document.querySelectorAll('.nav a')) {
    if (link.hash === `#${view}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function boot() {
  const store = new Store();
  const stamp = byId('link');
  const device = new Device(byId('device'), byId('callouts'), store, api);
  store.on('link', (link) => showLink(stamp, link));
  store.on('go', (route) => {
    device.lcd.jump(route);
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    device.root.scrollIntoView({block: 'nearest', behavior: still ? 'auto' : 'smooth'});
    device.lcd.root.focus({preventScroll: true});
  });
  for (const name of CARDS) mountCard(name, store);
  addEventListener('hashchange', () => showHash(store));
  addEventListener('panel-login', () => showLogin(api));
  showHash(store);
  store.start();
}

boot();
