// What can be broken, behind one button: a button for each defect, and for those with a figure a
// slider while they stand. Pressed, a defect goes to its usual value; released, back to the house.

import {el, icon, setAttr, setText} from './dom.js';
import {Slider} from './world_slider.js';

const AROUND = 4; // a slider shows so many times the usual value: all that is allowed is too coarse
const PLACES = 200;

/** Bounds of the slider of a defect, no wider than what is allowed. */
function bounds({low, high, usual}) {
  const most = Math.min(high, AROUND * usual);
  return {low, high: most, step: (most - low) / PLACES};
}

const decimals = ({usual}) => (usual < 1 ? 2 : usual < 100 ? 1 : 0);

class Defect {
  constructor(row, hands) {
    Object.assign(this, {row, hands});
    this.button = el('button', {
      class: 'w-chip', type: 'button', 'aria-pressed': 'false', 'data-key': row.key, title: row.told, onclick: () => this.turn(),
    }, icon('tools'), row.label);
    this.el = el('div', {}, this.button);
    if (row.kind !== 'slider') return;
    this.slider = new Slider({...row, ...bounds(row), name: 'How much', tint: 'ink', decimals: decimals(row)}, hands);
    this.slider.el.hidden = true;
    this.el.append(this.slider.el);
  }

  /** A defect of the house's own is mended by holding it at what a sound site has. */
  turn() {
    const {key, sound, usual} = this.row;
    const down = !this.down;
    if (!down && this.taken) this.hands.giveBack([key]);
    else this.hands.take({[key]: down ? usual : sound});
    this.paint(down, down);
  }

  show(world) {
    const place = world[this.row.key];
    if (!place) return;
    this.slider?.show(world);
    if (!this.hands.holds(this.row.key)) this.paint(Number(place.value) !== this.row.sound, place.taken);
  }

  paint(down, taken) {
    Object.assign(this, {down, taken});
    setAttr(this.button, 'aria-pressed', String(down));
    if (this.slider) this.slider.el.hidden = !down;
  }
}

/** All defects of the table, closed until they are asked for; the button tells how many stand. */
export class Defects {
  constructor(rows, hands) {
    this.all = rows.map((row) => new Defect(row, hands));
    this.list = el('div', {class: 'w-defects', id: 'world-defects', hidden: true}, this.all.map((one) => one.el));
    this.count = el('small');
    this.opener = el('button', {
      class: 'w-opener', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'world-defects', onclick: () => this.turn(),
    }, 'More that can break', this.count, icon('down'));
    this.el = el('div', {}, this.opener, this.list);
  }

  turn() {
    this.list.hidden = !this.list.hidden;
    this.opener.setAttribute('aria-expanded', String(!this.list.hidden));
  }

  show(world) {
    for (const one of this.all) one.show(world);
    const standing = this.all.filter((one) => one.down).length;
    setText(this.count, standing ? `${standing} broken` : '');
  }
}
