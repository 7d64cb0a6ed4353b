// A sheet of paper over the page: a title, a close button, a body; it gives the focus back where it came from.

import {el, icon, tap} from './dom.js';

export class Dialog {
  /** `onClose` is called once when it has gone, however it was closed. */
  constructor(title, onClose = () => {}) {
    this.body = el('div', {class: 'g-body c-body'});
    this.title = el('h2', {id: 'c-title'}, title);
    this.beside = el('p', {class: 'g-since'});
    const close = tap('btn', () => this.root.close(), {'aria-label': 'Close'}, icon('x'));
    // It takes the focus, so that keys pressed here never reach the LCD behind it.
    this.frame = el('div', {class: 'g-frame', tabindex: '-1'},
      el('header', {}, icon('tools'), el('div', {}, this.title, this.beside), close), this.body);
    this.root = el('dialog', {class: 'g-sheet', 'aria-labelledby': 'c-title'}, this.frame);
    this.root.addEventListener('click', (event) => event.target === this.root && this.root.close());
    this.root.addEventListener('close', () => this.end(onClose));
    this.asker = document.activeElement;
    document.body.append(this.root);
    this.root.showModal();
    this.frame.focus();
  }

  show(beside, ...parts) {
    // What somebody has unfolded stays so.
    const open = new Set([...this.body.querySelectorAll('details[open]')].map((one) => one.dataset.key));
    this.beside.textContent = beside;
    this.body.replaceChildren(...parts.flat().filter(Boolean));
    for (const one of this.body.querySelectorAll('details')) if (open.has(one.dataset.key)) one.open = true;
    // What had the focus may be gone: keys must not go to the LCD behind the sheet.
    if (!this.root.contains(document.activeElement)) this.frame.focus({preventScroll: true});
  }

  end(onClose) {
    this.root.remove();
    if (this.asker?.isConnected) this.asker.focus({preventScroll: true});
    onClose();
  }
}

/** A titled part of a sheet; nothing without parts. */
export const section = (title, ...parts) => (parts.flat().some(Boolean) ? el('section', {}, el('h3', {}, title), ...parts) : null);

/** A part that is folded until somebody wants it. */
export const folded = (key, title, ...parts) => el('details', {'data-key': key}, el('summary', {}, title), ...parts);

/** A number of things with their name. */
export const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;
