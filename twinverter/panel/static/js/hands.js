// The reader's hands on the world: sends what they move, seldom enough, and says which values are
// theirs just now, so that a snapshot on its way does not pull a control from under the finger.

import * as api from './api.js';

const PAUSE_MS = 120; // between two posts while a slider moves
const SETTLE_MS = 700; // snapshots already on their way when the answer came still show the old world
const BACK = Symbol('given back to the house');

export class Hands {
  /** `onSettled()` asks for the world to be shown again, `onAnswer(text)` brings a refusal or ''. */
  constructor(onSettled, onAnswer) {
    this.onSettled = onSettled;
    this.onAnswer = onAnswer;
    this.gripped = new Set();
    this.waiting = new Map();
    this.until = new Map();
    this.busy = false;
  }

  /** Hold keys while a finger or a key is down on their control. */
  grip(keys) {
    for (const key of keys) this.gripped.add(key);
  }

  letGo(keys) {
    for (const key of keys) this.gripped.delete(key);
    this.settle(keys);
  }

  /** Whether a snapshot must leave this key alone. */
  holds(key) {
    return this.gripped.has(key) || this.waiting.has(key) || performance.now() < (this.until.get(key) || 0);
  }

  take(values) {
    for (const [key, value] of Object.entries(values)) this.waiting.set(key, value);
    this.send();
  }

  giveBack(keys) {
    for (const key of keys) this.waiting.set(key, BACK);
    this.send();
  }

  /** Post what waits, one post at a time; what comes meanwhile goes with the next. */
  async send() {
    if (this.busy || !this.waiting.size) return;
    this.busy = true;
    const wishes = [...this.waiting];
    this.waiting.clear();
    // While the answer is open nobody else may move these controls.
    for (const [key] of wishes) this.until.set(key, Infinity);
    const back = wishes.filter(([, value]) => value === BACK).map(([key]) => key);
    const taken = wishes.filter(([, value]) => value !== BACK);
    await this.post(taken, back);
    this.settle(wishes.map(([key]) => key));
    setTimeout(() => {
      this.busy = false;
      this.send();
    }, PAUSE_MS);
  }

  async post(taken, back) {
    try {
      if (taken.length) await api.takeWorld(Object.fromEntries(taken));
      if (back.length) await api.giveBack(back);
      this.onAnswer('');
    } catch (error) {
      this.onAnswer(error.text || error.message);
    }
  }

  settle(keys) {
    const until = performance.now() + SETTLE_MS;
    for (const key of keys) this.until.set(key, until);
    setTimeout(() => this.onSettled(), SETTLE_MS + 10);
  }
}
