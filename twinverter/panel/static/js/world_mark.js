// The picture of a row of the world, which turns into the way back while the row is in the reader's
// hands; the name of the row then carries a word too.

import {el, icon, setAttr} from './dom.js';

const WORD = 'yours';

export class Mark {
  constructor(row, name, onBack) {
    this.name = name;
    this.picture = row.icon ? icon(row.icon) : el('span');
    const words = `Give ${row.name} back to the house`;
    this.back = el('button', {class: 'w-back', type: 'button', 'aria-label': words, title: words, hidden: true, onclick: onBack}, icon('auto'));
    this.el = el('span', {class: 'w-mark'}, this.picture, this.back);
  }

  show(taken) {
    this.back.hidden = !taken;
    this.picture.toggleAttribute('hidden', taken);
    setAttr(this.name, 'data-mark', taken ? WORD : null);
  }
}
