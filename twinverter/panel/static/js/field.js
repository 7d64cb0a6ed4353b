// The fields of a settings page: tick, radio, number, time, action, and the box of an open one.
// A field draws what its page tells it (`draw(view)`) and reports touches; it decides nothing.

import {el, icon, setAttr} from './dom.js';
import {clockPart} from './entries.js';
import {Bar, Figure} from './figure_bar.js';
import {neighbour, withUnit} from './rows.js';
import {held} from './stepper.js';

const same = (a, b) => a === b || (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) < 1e-9);

/** Whether a value is not the one of the factory; actions and the running clock have none. */
export const differs = (row, value) => Boolean(row.stored) && !clockPart(row.path) && value !== undefined && !same(value, row.default);

/** The base: one element with the row's path, its state as classes, and the marks beside its value. */
class Field {
  constructor(row, edit, box) {
    Object.assign(this, {row, edit, el: box});
    box.dataset.path = row.path;
    this.mark = el('span', {class: 's-mark', 'aria-hidden': 'true'});
  }

  /** `view`: {value, open, text, bad, grey, ruled, entered, cursor}; see SettingsPage.viewOf. */
  draw(view) {
    const {classList} = this.el;
    for (const state of ['open', 'bad', 'entered']) classList.toggle(`is-${state}`, Boolean(view[state]));
    classList.toggle('greyed', Boolean(view.grey));
    // The figure of a grid code is nobody's own.
    const own = !view.ruled && differs(this.row, view.value);
    classList.toggle('is-own', own);
    this.show(view);
    for (const target of this.targets) {
      target.classList.toggle('cur', view.cursor && target === this.target);
      setAttr(target, 'aria-disabled', view.grey ? 'true' : null);
      setAttr(target, 'aria-invalid', view.bad ? 'true' : null);
    }
    const notes = [view.entered && 'not saved yet', own && `factory value ${withUnit(this.row, this.row.default)}`, view.grey && `greyed: ${view.grey}`];
    setAttr(this.targets[0], 'aria-description', notes.filter(Boolean).join('; ') || null);
  }

  /** What a screen reader hears when the cursor of the keys comes by. */
  spoken(view) {
    return `${this.row.name}, ${withUnit(this.row, view.value)}${view.grey ? ', greyed' : ''}`;
  }

  get target() {
    return this.targets[0];
  }
}

const tick = () => el('span', {class: 'tick'}, icon('tick'));

/** A tick; `cell` leaves its label to the head of the table. */
export class SwitchField extends Field {
  constructor(row, edit, cell = false) {
    const box = tick();
    const button = el('button', {class: cell ? 's-cell s-mid' : 's-opt', role: 'checkbox', type: 'button', 'aria-label': cell ? row.name : undefined},
      box, !cell && el('span', {class: 's-name'}, row.label));
    super(row, edit, el('div', {class: 's-line'}, button));
    Object.assign(this, {targets: [button], box});
    button.append(this.mark);
    button.addEventListener('click', () => edit.touched(this));
  }

  show({value}) {
    this.box.classList.toggle('on', Boolean(value));
    setAttr(this.target, 'aria-checked', String(Boolean(value)));
  }
}

/** A press that asks for a code first; drawn as the box that the machine draws. */
export class ActionField extends Field {
  constructor(row, edit) {
    const button = el('button', {class: 's-opt', type: 'button'}, tick(), el('span', {class: 's-name'}, row.label));
    super(row, edit, el('div', {class: 's-line'}, button));
    this.targets = [button];
    button.addEventListener('click', () => edit.touched(this));
  }

  show() {}

  spoken(view) {
    return `${this.row.name}${view.grey ? ', greyed' : ''}`;
  }
}

/** Radios. `tall` puts one under the other, as the first choice of a page stands. */
export class ChoiceField extends Field {
  constructor(row, edit, tall = false) {
    const label = `s-label-${row.key}`;
    const options = row.choices.map((choice) => el('button', {
      class: 's-opt', type: 'button', role: 'radio', 'aria-disabled': choice.refused ? 'true' : undefined,
      onclick: () => edit.touched(this, choice),
    }, el('span', {class: 'radio'}), el('span', {class: 's-name'}, choice.label)));
    // A label that only lists the choices would say everything twice.
    const listed = row.label.includes(' / ') || row.label === edit.page.page.title;
    super(row, edit, el('div', {class: `s-line s-group${tall ? ' s-tall' : ''}`, role: 'radiogroup', 'aria-labelledby': listed ? undefined : label, 'aria-label': listed ? row.name : undefined},
      !listed && el('span', {class: 's-caption', id: label}, row.label), el('div', {class: 's-options'}, options)));
    Object.assign(this, {targets: options, tall});
  }

  show({value, grey}) {
    this.row.choices.forEach((choice, index) => {
      const on = choice.value === value;
      const option = this.targets[index];
      option.classList.toggle('is-on', on);
      if (on) option.append(this.mark);
      option.firstChild.classList.toggle('on', on);
      option.classList.toggle('greyed', Boolean(choice.refused || grey));
      setAttr(option, 'aria-checked', String(on));
    });
  }

  draw(view) {
    super.draw(view);
    this.row.choices.forEach((choice, index) => choice.refused && setAttr(this.targets[index], 'aria-disabled', 'true'));
  }

  get target() {
    return this.targets.find((option) => option.classList.contains('is-on')) || this.targets[0];
  }

  step(value, direction) {
    return neighbour(this.row, value, direction);
  }
}

/** A number or a time; open it is a box with lower, figure, higher and the bar. */
export class TypedField extends Field {
  constructor(row, edit) {
    const figure = new Figure(row);
    const button = el('button', {class: 's-field', type: 'button', onclick: () => edit.touched(this)}, el('span', {class: 's-name'}, row.label));
    super(row, edit, el('div', {class: 's-line'}, button));
    button.append(this.mark, figure.el);
    Object.assign(this, {targets: [button], figure});
  }

  /** Made when the field is opened for the first time: most never are. */
  makeBox() {
    const {row, edit} = this;
    this.boxFigure = new Figure(row);
    this.bar = new Bar(row, edit);
    const pad = el('button', {class: 's-pad', type: 'button', 'aria-label': `${row.name}: keypad`, onclick: () => edit.page.pads.openNumber()}, this.boxFigure.el);
    this.box = el('div', {class: 's-edit', role: 'group', 'aria-label': row.name},
      el('div', {class: 's-row'}, el('span', {class: 's-name'}, row.label), held(edit, -1), pad, held(edit, 1)), this.bar.el);
    this.el.append(this.box);
  }

  show(view) {
    if (view.open && !this.box) this.makeBox();
    this.targets[0].hidden = Boolean(view.open);
    if (this.box) this.box.hidden = !view.open;
    (view.open ? this.boxFigure : this.figure).show(view);
    if (view.open) this.bar.show(view);
  }
}

/** A number or a time in a table; `tail` is what stands beside it in the cell (the end of a slot). */
export class CellField extends Field {
  constructor(row, edit, tail = null) {
    const figure = new Figure(row);
    const button = el('button', {class: `s-cell${tail ? ' s-slot' : ''}`, type: 'button', 'aria-label': row.name, onclick: () => edit.touched(this)}, figure.el, tail);
    super(row, edit, el('div', {class: 's-line'}, button));
    figure.el.prepend(this.mark);
    Object.assign(this, {targets: [button], figure});
  }

  show(view) {
    this.figure.show(view);
    setAttr(this.target, 'aria-label', this.spoken(view));
  }
}

/** The field of a row on a form. */
export function fieldOf(row, edit, tall = false) {
  if (row.kind === 'switch') return new SwitchField(row, edit);
  if (row.kind === 'choice') return new ChoiceField(row, edit, tall);
  if (row.kind === 'action') return new ActionField(row, edit);
  return new TypedField(row, edit);
}

/** The field of a row in a table. */
export const cellOf = (row, edit, tail) => (row.kind === 'switch' ? new SwitchField(row, edit, true) : new CellField(row, edit, tail));
