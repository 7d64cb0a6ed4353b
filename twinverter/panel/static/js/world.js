// The world around the machine, made from the table in /api/menu: what is moved here is taken over
// from the house's own course and stays so until it is given back, one by one or all.

import {el, icon, setText} from './dom.js';
import {Hands} from './hands.js';
import {Press, Switch} from './world_button.js';
import {Defects} from './world_defect.js';
import {Outputs} from './world_output.js';
import {Phases, Slider} from './world_slider.js';
import {grouped, isAppliance, isDefect, VOLTS} from './world_table.js';

class World {
  constructor(place, store) {
    this.store = store;
    this.controls = [];
    this.hands = new Hands(() => this.show(), (text) => this.refuse(text));
    this.hint = el('small', {}, 'change it, and watch');
    this.all = el('button', {class: 'w-all', type: 'button', hidden: true, onclick: () => this.giveAllBack()});
    this.body = el('div', {}, Array.from({length: 5}, () => el('div', {class: 'sk'})), el('p', {class: 'vh'}, 'Reading the controls of the world.'));
    this.words = el('span');
    this.refusal = el('p', {class: 'w-refusal', role: 'status', hidden: true}, icon('stop'), this.words);
    this.title = el('h2', {class: 'w-head', tabindex: '-1'}, 'The world', this.hint, this.all);
    place.replaceChildren(this.title, this.body, this.refusal);
    store.on('menu', (menu) => this.build(menu));
    store.on('snapshot', () => this.show());
    store.on('settings', () => this.fit());
    if (store.menu) this.build(store.menu);
  }

  build(menu) {
    this.controls = [];
    const outputs = new Outputs();
    this.body.replaceChildren(...grouped(menu.world).map(([title, rows]) => this.group(title, rows)), outputs.el);
    this.outputs = outputs;
    this.fit();
    this.show();
  }

  group(title, rows) {
    const lines = [], apps = [], chips = [], contacts = [];
    const defects = rows.filter(isDefect);
    for (const row of rows) {
      if (isDefect(row)) continue;
      if (row.breaks) chips.push(this.add(new Press(row, this.hands)));
      else if (row.small) contacts.push(this.add(new Press(row, this.hands)));
      else if (isAppliance(row)) apps.push(this.add(new Press(row, this.hands)));
      else if (row.kind === 'switch') lines.push(this.add(new Switch(row, this.hands)));
      else if (row.key === VOLTS.keys[0]) lines.push(this.add(new Phases(VOLTS, rows.filter(({key}) => VOLTS.keys.includes(key)), this.hands)));
      else if (!VOLTS.keys.includes(row.key)) lines.push(this.add(new Slider(row, this.hands)));
    }
    return el('div', {class: 'grp', role: 'group', 'aria-label': title}, el('h3', {}, title),
      contacts.length > 0 && el('div', {class: 'w-three'}, contacts), lines,
      apps.length > 0 && el('div', {class: 'w-two'}, apps), chips.length > 0 && el('div', {class: 'w-two'}, chips),
      defects.length > 0 && this.add(new Defects(defects, this.hands)));
  }

  add(control) {
    this.controls.push(control);
    return control.el;
  }

  get taken() {
    const world = this.store.snapshot?.world || {};
    return Object.keys(world).filter((key) => world[key].taken);
  }

  show() {
    const world = this.store.snapshot?.world;
    if (!world) return;
    for (const control of this.controls) control.show(world);
    this.outputs?.show(this.store.snapshot.pins || {});
    const count = this.taken.length;
    const focused = document.activeElement === this.all;
    this.all.hidden = !count;
    this.hint.hidden = count > 0;
    setText(this.all, `Give all ${count} back`);
    // The button goes when its work is done; the focus stays in the card.
    if (focused && !count) this.title.focus({preventScroll: true});
  }

  fit() {
    for (const control of this.controls) control.fit?.((key) => this.store.setting(key));
  }

  giveAllBack() {
    this.hands.giveBack(this.taken);
  }

  refuse(text) {
    setText(this.words, text);
    this.refusal.hidden = !text;
  }
}

/** Fill the card of the world. */
export function mount(place, store) {
  return new World(place, store);
}
