// The question who one is, where the portal asks for it.

import {post} from './api.js';
import {el, icon} from './dom.js';

let dialog = null;

/** Ask for name and password once, however many requests were turned away. */
export function showLogin() {
  if (dialog) return;
  const name = el('input', {class: 'sel', id: 'login-name', autocomplete: 'username', required: true, maxlength: 40});
  const password = el('input', {class: 'sel', id: 'login-password', type: 'password', autocomplete: 'current-password', required: true, maxlength: 200});
  const told = el('p', {class: 'told', role: 'alert'});
  const enter = async (event) => {
    event.preventDefault();
    try {
      await post('login', {name: name.value, password: password.value});
      location.reload();
    } catch (error) {
      told.replaceChildren(icon('stop'), error.text || String(error));
      password.select();
    }
  };
  dialog = el('dialog', {class: 'login', 'aria-labelledby': 'login-title'},
    el('form', {onsubmit: enter},
      el('h2', {id: 'login-title'}, 'Who is there?'),
      el('label', {for: 'login-name'}, 'Name'), name,
      el('label', {for: 'login-password'}, 'Password'), password, told,
      el('button', {class: 'btn btn--main', type: 'submit'}, 'Open the portal')));
  // There is nothing to go back to: Escape leaves the question standing.
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
}
