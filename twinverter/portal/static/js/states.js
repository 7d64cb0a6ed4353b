// What a page is while it has nothing to show, and how fresh what it shows is: tokens.md, section 8.

import {ApiError} from './api.js';
import {el, icon, setText} from './dom.js';
import {ago, since} from './clock.js';

/** The word, the icon and the class of a state of a site or device. */
export const STATES = {
  fault: {word: 'Fault', sign: 'stop', look: 'f'},
  warning: {word: 'Warning', sign: 'warn', look: 'w'},
  silent: {word: 'Silent', sign: 'lost', look: 'out'},
  new: {word: 'New', sign: 'clock', look: 'out'},
  fine: {word: 'Fine', sign: 'ok', look: 'ok'},
};

// What a portal answers that is away, or does not answer at all; it is asked again after this.
const AWAY = [0, 503];
const AGAIN_MS = 10_000;

/** Bars that breathe in the place of what is being read. */
export const loading = (what) => el('div', {class: 'p-loading', 'data-reading': true},
  el('p', {class: 'vh'}, `Reading ${what}.`), el('div', {class: 'sk'}), el('div', {class: 'sk sk-b'}), el('div', {class: 'sk sk-c'}));

/** What is not there, since when, and what would appear here. */
export const empty = (sign, title, words) => el('div', {class: 'empty'}, icon(sign), el('b', {}, title), el('p', {}, words));

/** What could not be read, in the words of who refused it. */
export const sorry = (error) => el('p', {class: 'sorry', role: 'alert'}, icon('warn'), error.text || String(error));

/** A stamp that says how fresh a device's figures are; `show(at_s, isSilent)` writes it. */
export class Stamp {
  constructor() {
    this.words = el('span');
    this.sign = el('span');
    this.root = el('span', {class: 'stamp'}, this.sign, this.words);
  }

  show(at_s, isSilent, every_s) {
    const age_s = Date.now() / 1000 - at_s;
    const isStale = age_s > Math.max(15, 1.5 * every_s);
    const [look, sign, begin] = at_s === null ? ['', 'clock', 'Never heard']
      : isSilent ? ['gone', 'lost', 'No contact since'] : isStale ? ['old', 'clock', 'Last heard'] : ['live', 'ok', 'Heard'];
    this.root.className = `stamp ${look}`;
    if (this.drawn !== sign) this.sign.replaceChildren(icon(sign));
    this.drawn = sign;
    setText(this.words, at_s === null ? begin : `${begin} ${isSilent ? since(at_s) : ago(at_s)}`);
    this.root.title = isSilent ? 'What it delivers is shown as soon as it comes.' : '';
  }
}

/** Say something to a screen reader, once. */
export function say(words) {
  setText(document.getElementById('said'), words);
}

/**
 * Fill a place with what `ask()` brings: bars until it comes, the words of a refusal where it does not.
 * `draw(found)` returns the elements; what was asked before and comes later is dropped, and a portal
 * that is away is asked again. Returns whether the place was filled.
 */
export async function fill(place, what, ask, draw) {
  const turn = {};
  place.turn = turn;
  if (!place.childElementCount) place.replaceChildren(loading(what));
  else place.setAttribute('aria-busy', 'true');
  for (;;) {
    try {
      const found = await ask();
      if (place.turn !== turn) return false;
      place.removeAttribute('aria-busy');
      place.replaceChildren(...[draw(found)].flat().filter(Boolean));
      return true;
    } catch (error) {
      if (place.turn !== turn || error.name === 'AbortError') return false;
      if (!(error instanceof ApiError)) console.error(error);
      place.removeAttribute('aria-busy');
      place.replaceChildren(sorry(error));
      if (!AWAY.includes(error.status)) return false;
      await new Promise((later) => setTimeout(later, AGAIN_MS));
      if (place.turn !== turn || !place.isConnected) return false;
    }
  }
}
