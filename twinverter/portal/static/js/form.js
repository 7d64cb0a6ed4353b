// Forms: fields with their words, a button that is a verb, and what became of it in words.

import {classes, el, icon} from './dom.js';

/** An input with its words; `read()` is what stands in it. */
export function field(words, props = {}, kind = 'input') {
  const input = el(kind, {class: 'sel', ...props});
  if (props.value !== undefined) input.value = props.value;
  return {root: el('label', {class: classes(props.wide && 'wide')}, words, input), input, read: () => input.value.trim()};
}

/** A choice among [value, words]. */
export function choice(words, options, chosen) {
  const input = el('select', {class: 'sel'}, options.map(([value, text]) => el('option', {value, selected: value === chosen}, text)));
  return {root: el('label', {}, words, input), input, read: () => input.value};
}

/** A tick. */
export function tick(words, checked = false) {
  const input = el('input', {type: 'checkbox', checked});
  return {root: el('label', {class: 'check'}, input, words), input, read: () => input.checked};
}

/** A line that says what became of something. */
class Told {
  constructor() {
    this.root = el('p', {class: 'told', role: 'status'});
  }

  done(words) {
    this.root.classList.add('is-done');
    this.root.replaceChildren(icon('ok', 'ico-s'), words);
  }

  refused(error) {
    this.root.classList.remove('is-done');
    this.root.replaceChildren(icon('stop', 'ico-s'), error.text || String(error));
  }

  /** Do something and say what became of it; true where it was done. */
  async follow(doing, words) {
    try {
      await doing;
      this.done(words);
      return true;
    } catch (error) {
      this.refused(error);
      return false;
    }
  }
}

/** A form of fields; `send(told)` is called when its button is pressed. */
export function form(fields, verb, send, look = '') {
  const told = new Told();
  const button = el('button', {class: classes('btn', look), type: 'submit'}, verb);
  return el('form', {class: 'form', onsubmit: async (event) => {
    event.preventDefault();
    button.disabled = true;
    await send(told);
    button.disabled = false;
  }}, fields.map((one) => one.root), button, told.root);
}

/** A button that asks once more before it does what cannot be taken back. */
export function sure(verb, words, act) {
  const button = el('button', {class: 'btn', type: 'button', onclick: () => {
    if (button.dataset.asked) act();
    else button.replaceChildren(words);
    button.dataset.asked = 'true';
  }, onblur: () => {
    delete button.dataset.asked;
    button.replaceChildren(verb);
  }}, verb);
  return button;
}
