// The figure of a number or a time with caret and unit, and the bar on which it stands between its bounds.

import {el, setText} from './dom.js';
import {isTime, share, unitOf, valueAt, withUnit, written} from './rows.js';

/** Figure, caret and unit of a typed field. */
export class Figure {
  constructor(row) {
    this.row = row;
    this.digits = el('span', {class: 's-digits'});
    const unit = unitOf(row);
    this.el = el('span', {class: 's-val'}, this.digits, el('span', {class: 's-caret'}), unit && el('i', {}, unit));
  }

  show({value, text, open}) {
    setText(this.digits, text ?? written(this.row, value));
    this.el.classList.toggle('has-caret', Boolean(open));
  }
}

/** The bar between the bounds, with the mark above which the machine asks again. */
export class Bar {
  constructor(row, edit) {
    Object.assign(this, {row, edit});
    this.note = el('span', {class: 's-note'});
    this.asks = el('em');
    this.line = el('div', {class: 's-span'}, el('span', {class: 's-fill'}), this.note, el('span', {class: 's-knob'}));
    this.track = el('div', {class: 's-bar', 'aria-hidden': 'true'}, this.line);
    this.el = el('div', {}, this.track, el('div', {class: 's-ends'},
      el('span', {}, isTime(row) ? '00:00' : withUnit(row, row.low)), this.asks,
      el('span', {}, isTime(row) ? '23:59' : withUnit(row, row.high))));
    this.track.addEventListener('pointerdown', (event) => {
      this.track.setPointerCapture(event.pointerId);
      this.slide(event);
    });
    this.track.addEventListener('pointermove', (event) => this.track.hasPointerCapture(event.pointerId) && this.slide(event));
  }

  slide(event) {
    const box = this.line.getBoundingClientRect();
    this.edit.setOpen(valueAt(this.row, (event.clientX - box.left) / box.width));
  }

  show({value, limit}) {
    const place = (at) => `${(share(this.row, at) * 100).toFixed(1)}%`;
    this.line.style.setProperty('--at', place(value));
    const asks = typeof limit === 'number' && limit < this.row.high;
    this.note.hidden = !asks;
    if (asks) this.line.style.setProperty('--note', place(limit));
    setText(this.asks, asks ? `above ${withUnit(this.row, limit)}: asks again` : '');
  }
}
