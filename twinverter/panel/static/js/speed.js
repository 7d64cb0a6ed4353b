// How fast the twin lives: pause, one step, and five speeds; what was asked for and what is held.

import * as api from './api.js';
import {el, icon, setAttr, setIcon} from './dom.js';
import {number} from './format.js';

const SPEEDS = [1, 10, 60, 600];
const SHORT_OF = 0.97; // held below this share of what was asked is said in words
const SETTLE_MS = 700;

const clockTime = (clock) => (clock || '').slice(11);
const times = (speed) => `${number(speed, speed < 9.95 && Math.abs(speed - Math.round(speed)) > 0.05 ? 1 : 0)}×`;

class Speed {
  constructor(place, store) {
    this.store = store;
    this.pauseIcon = icon('pause');
    this.pause = el('button', {class: 'btn', type: 'button', onclick: () => this.turn()}, this.pauseIcon);
    this.step = el('button', {class: 'btn', type: 'button', 'aria-label': 'One step', title: 'One step', onclick: () => this.one()}, icon('step'));
    this.fast = el('button', {type: 'button', onclick: () => this.ask(this.fastest)}, 'fastest');
    this.choices = SPEEDS.map((speed) => el('button', {type: 'button', onclick: () => this.ask(speed)}, times(speed)));
    this.held = el('p', {class: 'speed-held'});
    this.voice = el('p', {class: 'vh', role: 'status'});
    place.replaceChildren(this.held, this.pause, this.step,
      el('div', {class: 'seg', role: 'group', 'aria-label': 'Speed'}, this.choices, this.fast), this.voice);
    store.on('snapshot', (snapshot) => this.show(snapshot));
    if (store.snapshot) this.show(store.snapshot);
  }

  get fastest() {
    return Math.max(1, Math.floor(this.store.snapshot?.speed.fastest || SPEEDS.at(-1)));
  }

  turn() {
    if (this.store.snapshot) this.send({paused: !this.paused});
  }

  /** One tick; a running twin is held first. */
  one() {
    this.send({paused: true, step: true});
  }

  ask(speed) {
    this.asked = speed;
    this.send(this.paused ? {speed, paused: false} : {speed});
  }

  /** Send a wish and show it at once; snapshots still on their way are left out for a moment. */
  async send(wish) {
    this.wish = {...this.wish, ...wish};
    this.voice.textContent = '';
    this.until = Infinity;
    if (this.store.snapshot) this.paint(this.store.snapshot.speed);
    try {
      await api.speed(wish);
    } catch (error) {
      this.voice.textContent = error.text || error.message;
      this.wish = {};
    }
    this.until = performance.now() + SETTLE_MS;
  }

  show(snapshot) {
    if (this.until && performance.now() > this.until) {
      this.until = 0;
      this.wish = {};
    }
    this.paint(snapshot.speed);
  }

  paint(speed) {
    const asked = this.wish?.speed ?? speed.asked;
    this.paused = this.wish?.paused ?? speed.paused;
    setIcon(this.pauseIcon, this.paused ? 'play' : 'pause');
    setAttr(this.pause, 'aria-label', this.paused ? 'Go on' : 'Pause');
    setAttr(this.pause, 'title', this.paused ? 'Go on' : 'Pause');
    this.choices.forEach((button, place) => setAttr(button, 'aria-pressed', String(SPEEDS[place] === asked)));
    // The fastest is measured again and again; what was asked for as such stays chosen.
    const fast = asked === this.asked ? !SPEEDS.includes(asked) : asked > SPEEDS.at(-1);
    setAttr(this.fast, 'aria-pressed', String(fast));
    setAttr(this.fast, 'title', `About ${times(this.fastest)} on this computer`);
    this.tell(asked, speed);
  }

  tell(asked, {held}) {
    const short = !this.paused && held < asked * SHORT_OF;
    const [above, below, figure] = this.paused
      ? ['Paused at ', '', clockTime(this.store.snapshot.clock)]
      : [`Asked ${times(asked)}, `, 'held ', times(held)];
    this.held.classList.toggle('speed-short', short);
    if (above + below + figure === this.held.textContent) return;
    this.held.replaceChildren(el('span', {class: 'nb'}, above), el('span', {class: 'nb'}, below, el('b', {}, figure)));
  }
}

/** Fill the speed control in the head of the lane. */
export function mount(place, store) {
  return new Speed(place, store);
}
