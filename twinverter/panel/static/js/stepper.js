// Steps that run faster the longer a key or a button is held, and the two buttons that make them.

import {el, icon} from './dom.js';
import {isTime} from './rows.js';

// One step at a time for a while, then bigger ones; a break starts again. All figures assumed.
const BREAK_MS = 600;
const WAIT_MS = 420;
const EVERY_MS = 70;
const PACES = [[40, 100], [15, 10], [0, 1]];
const TIME_PACES = [[40, 30], [15, 5], [0, 1]];

/** Counts steps in one direction; `times(row, direction)` is how many steps the next one takes. */
export class Pace {
  constructor() {
    Object.assign(this, {count: 0, direction: 0, at: 0});
  }

  times(row, direction) {
    const now = performance.now();
    this.count = now - this.at < BREAK_MS && direction === this.direction ? this.count + 1 : 0;
    Object.assign(this, {direction, at: now});
    const paces = isTime(row) ? TIME_PACES : PACES;
    // A step is never longer than a tenth of the way there is.
    const most = isTime(row) ? Infinity : (row.high - row.low) / (row.step || 1) / 10;
    return (paces.find(([from, times]) => this.count >= from && times <= most) || [0, 1])[1];
  }
}

/** The button for one step down (-1) or up (+1); it repeats while it is held. */
export function held(edit, direction) {
  let timer = 0;
  let stepped = false;
  const step = () => {
    // The page may be left while the button is still held.
    if (!button.isConnected) return;
    stepped = true;
    edit.step(direction);
    timer = setTimeout(step, EVERY_MS);
  };
  const stop = () => clearTimeout(timer);
  const button = el('button', {
    class: 's-step', type: 'button', 'aria-label': direction > 0 ? 'higher' : 'lower',
    onpointerdown: () => { stepped = false; timer = setTimeout(step, WAIT_MS); },
    onpointerup: stop, onpointerleave: stop, onpointercancel: stop,
    // The click that ends a long press has done its steps already.
    onclick: () => { if (!stepped) edit.step(direction); stepped = false; },
  }, icon(direction > 0 ? 'plus' : 'minus'));
  return button;
}
