// The question for the password, only where the panel was started with one.

import {el, icon} from './dom.js';

let dialog = null;

/** Ask for the password once, however many requests were turned away. */
export function showLogin(api) {
  if (dialog) return;
  const kind = {type: 'password', autocomplete: 'current-password', required: true};
  const field = el('input', {class: 'sel', id: 'password', ...kind});
  const told = el('p', {class: 'told', role: 'alert'});
  const enter = async (event) => {
    event.preventDefault();
    try {
      await api.login(field.value);
      location.reload();
    } catch (error) {
      told.replaceChildren(icon('stop'), error.text);
      field.select();
    }
  };
  dialog = el('dialog', {class: 'login', 'aria-labelledby': 'login-title'},
    el('form', {onsubmit: enter},
      el('h2', {id: 'login-title'}, 'This panel has a password'),
      el('label', {for: 'password'}, 'Password'), field, told,
      el('button', {class: 'btn btn--main', type: 'submit'}, 'Open the panel')));
  // There is nothing to go back to: Escape leaves the question standing.
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
}
