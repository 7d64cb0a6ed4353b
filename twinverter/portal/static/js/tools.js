// The corner of the top bar: light or dark, and the way out.

import {post} from './api.js';
import {el} from './dom.js';

const CHOICES = [['system', 'System'], ['light', 'Light'], ['dark', 'Dark']];
const KEY = 'twinverter.theme';

function kept() {
  try {
    return localStorage.getItem(KEY) || 'system';
  } catch {
    return 'system';
  }
}

/** Set the theme at once, and keep it where storage is open to this page. */
function choose(value) {
  const {dataset} = document.documentElement;
  if (value === 'system') delete dataset.theme;
  else dataset.theme = value;
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // It lasts as long as the page.
  }
}

async function leave() {
  await post('logout').catch(() => null);
  location.replace('/');
}

/** Fill the corner: `who` is who one is. */
export function mount(place, who) {
  const now = kept();
  const themes = el('select', {class: 'sel', 'aria-label': 'Light or dark', onchange: () => choose(themes.value)},
    CHOICES.map(([value, words]) => el('option', {value, selected: value === now}, words)));
  const out = who.kind === 'user' && el('button', {class: 'btn', type: 'button', onclick: leave}, 'Log out');
  place.replaceChildren(...[who.kind === 'user' && el('span', {class: 'who'}, who.name), themes, out].filter(Boolean));
}
