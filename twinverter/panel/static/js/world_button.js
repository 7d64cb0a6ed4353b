// The buttons of the world's card: a switch with a word for either end, and buttons that stay pressed.
// Each shows what a snapshot says unless the reader's hands hold it just now.

import {el, icon, setAttr, setText} from './dom.js';
import {joined, power} from './format.js';
import {Mark} from './world_mark.js';

/** An appliance's own name, what it takes and where: from the table's `Kettle, 2000 W on L1`. */
function appliance({label, name}) {
  const [own, watts, place] = /^(.*), (\d+) W on (L\d)$/.exec(label)?.slice(1) || [label];
  return [el('b', {}, name || own), place && el('small', {}, `${joined(power(Number(watts)))} \u00b7 ${place}`)];
}

export class Switch {
  constructor(row, hands) {
    Object.assign(this, {row, hands});
    this.name = el('span', {class: 'w-name'}, row.name);
    this.mark = new Mark(row, this.name, () => this.giveBack());
    this.state = el('span', {class: 'w-state'});
    this.button = el('button', {
      class: 'w-switch', type: 'button', role: 'switch', 'aria-checked': 'false', 'data-key': row.key, title: row.label, onclick: () => this.turn(),
    }, this.name, this.state, el('span', {class: 'w-pill'}));
    this.el = el('div', {class: 'w-row'}, this.mark.el, this.button);
  }

  turn() {
    const on = !this.on;
    this.paint(on, true);
    this.hands.take({[this.row.key]: Number(on !== Boolean(this.row.inverted))});
  }

  giveBack() {
    this.paint(this.on, false);
    this.hands.giveBack([this.row.key]);
    this.button.focus({preventScroll: true});
  }

  show(world) {
    const place = world[this.row.key];
    if (!place || this.hands.holds(this.row.key)) return;
    this.paint(Boolean(place.value) !== Boolean(this.row.inverted), place.taken);
  }

  paint(on, taken) {
    this.on = on;
    setAttr(this.button, 'aria-checked', String(on));
    setText(this.state, (on ? this.row.on : this.row.off) ?? (on ? 'on' : 'off'));
    this.mark.show(taken);
  }
}

/** A button that stays pressed: an appliance that runs, a thing that is broken, a contact closed. */
export class Press {
  constructor(row, hands) {
    Object.assign(this, {row, hands});
    const chip = row.breaks || row.small;
    const words = chip ? [row.name] : appliance(row);
    this.el = el('button', {
      class: chip ? 'w-chip' : 'w-app', type: 'button', 'aria-pressed': 'false', 'data-key': row.key, title: row.label, onclick: () => this.turn(),
    }, icon(row.icon || 'plug'), words);
  }

  /** Released, the thing goes back to the house, unless it is the house that holds it pressed. */
  turn() {
    const {key, breaks} = this.row;
    const down = !this.down;
    if (!down && this.taken) this.hands.giveBack([key]);
    else this.hands.take({[key]: Number(down !== Boolean(breaks))});
    this.paint(down, down);
  }

  show(world) {
    const place = world[this.row.key];
    if (!place || this.hands.holds(this.row.key)) return;
    this.paint(Boolean(place.value) !== Boolean(this.row.breaks), place.taken);
  }

  paint(down, taken) {
    Object.assign(this, {down, taken});
    setAttr(this.el, 'aria-pressed', String(down));
  }
}
