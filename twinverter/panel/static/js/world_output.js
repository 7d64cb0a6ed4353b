// The outputs of the device's signal pins: what it puts out, to be read and not to be moved.

import {el, icon, setText} from './dom.js';

const ICONS = {gen_start: 'gen', ats: 'plug'};

function told({value, unit}) {
  if (typeof value === 'boolean') return value ? 'closed' : 'open';
  return `${value}\u00a0${unit}`;
}

export class Outputs {
  constructor() {
    this.lines = new Map();
    this.el = el('div', {class: 'grp', role: 'group', 'aria-label': 'Outputs', hidden: true}, el('h3', {}, 'Outputs'));
  }

  show(pins) {
    for (const pin of Object.values(pins)) if (pin.direction === 'out') setText(this.place(pin), told(pin));
    this.el.hidden = this.lines.size === 0;
  }

  place({key, label}) {
    if (!this.lines.has(key)) {
      const state = el('span', {class: 'w-state'});
      this.lines.set(key, state);
      this.el.append(el('div', {class: 'w-out', 'data-pin': key}, icon(ICONS[key] || 'link'), el('span', {}, label), state));
    }
    return this.lines.get(key);
  }
}
