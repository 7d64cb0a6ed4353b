// The foot line of a settings page: refused with its reason, asked again, greyed with the sentence why,
// or what the field under the cursor is and between which bounds it lies.

import {el, icon} from './dom.js';
import {boundsText, isTyped, withUnit} from './rows.js';
import {differs} from './field.js';
import {padSign} from './keypad.js';
import {held} from './stepper.js';

/** What the foot should say: {kind, sign, lead, text, tools}; `kind` is no, ask or empty. */
export function footOf(page) {
  const {trouble, open, ask, entries} = page.edit;
  if (trouble) return refused(trouble.text);
  if (ask) return {kind: 'ask', sign: 'warn', lead: '', text: `${ask.sentences.join(' ')} Enter once more.`, tools: 'answer'};
  if (page.busy) return {kind: '', sign: 'clock', lead: '', text: 'Saving.'};
  if (open && entries.questions.length) {
    return {kind: 'ask', sign: 'warn', lead: '', text: `${entries.questions.join(' ')} Enter asks once more.`, tools: toolsOf(page)};
  }
  const field = open?.field || page.current;
  return field ? about(page, field) : general(page);
}

/** `Max A Charge not taken: 200 A is above ...`: the part before the colon is set in bold. */
function refused(text) {
  const at = text.indexOf(':') + 1;
  return {kind: 'no', sign: 'stop', lead: text.slice(0, at), text: text.slice(at)};
}

/** A cell of the table has no room for its own steps: they stand in the foot while it is open. */
const toolsOf = ({edit, pads}) => (!pads.top && edit.open?.field.row.table && isTyped(edit.open.field.row) ? 'steps' : '');

function about(page, field) {
  const {row} = field;
  const grey = page.edit.view.greyed[row.path];
  if (grey) return {kind: '', sign: 'info', lead: `${row.name} is grey:`, text: ` ${grey}.`};
  const factory = differs(row, page.edit.valueOf(row)) ? ` Factory value ${withUnit(row, row.default)}.` : '';
  const bounds = boundsText(row);
  const parts = [bounds, row.meaning, row.note, factory].map((part) => (part || '').trim()).filter(Boolean);
  return {kind: '', sign: '', lead: `${row.name}:`, text: ` ${parts.join(' ')}`, tools: toolsOf(page)};
}

/** In a table the whole column is meant. */
const columnOf = (row) => (row.table ? row.name.replace(/ \(row \d\)$/, '') : row.name);

function general(page) {
  const {size} = page.entries.held;
  if (size) return {kind: '', sign: 'info', lead: size === 1 ? '1 entry' : `${size} entries`, text: ' not saved yet. The tick saves, the cross leaves without saving.'};
  if (page.locked) return {kind: '', sign: 'lock', lead: 'Lock out all changes', text: ' is on: a change asks for the code first.'};
  // Where the tick that opens the page is not there, the page says why.
  const [first] = page.fields;
  const missing = first.row.kind === 'switch' && page.edit.view.hidden[first.row.path];
  if (missing) return {kind: '', sign: 'info', lead: '', text: missing};
  const grey = page.list?.find((field) => page.edit.view.greyed[field.row.path]);
  if (grey) return {kind: '', sign: 'info', lead: `${columnOf(grey.row)} is grey:`, text: ` ${page.edit.view.greyed[grey.row.path]}.`};
  return {kind: '', sign: '', lead: '', text: 'Touch a field, or step to it with Up and Down.'};
}

const padButton = (page) => el('button', {class: 's-step', type: 'button', 'aria-label': 'Keypad', onclick: () => page.pads.openNumber()}, padSign());

export class Foot {
  constructor(page) {
    this.page = page;
    this.sign = el('span', {class: 's-sign'});
    this.lead = el('b');
    this.text = el('span');
    this.tools = el('div', {class: 's-tools'});
    this.el = el('div', {class: 'foot'}, this.sign, el('p', {class: 's-say', onclick: () => this.el.classList.toggle('is-all')}, this.lead, this.text), this.tools);
    this.key = '';
  }

  show({kind, sign, lead, text, tools = ''}) {
    const key = JSON.stringify([kind, sign, lead, text, tools]);
    if (key === this.key) return;
    this.key = key;
    this.el.className = `foot ${kind}`.trim();
    // Refusals and questions are spoken; what a field means is there to be read.
    this.el.setAttribute('aria-live', kind ? 'polite' : 'off');
    this.sign.replaceChildren(...(sign ? [icon(sign)] : []));
    this.lead.textContent = lead;
    this.text.textContent = text;
    if (this.shown === tools) return;
    this.shown = tools;
    this.tools.replaceChildren(...this.make(tools));
  }

  make(tools) {
    const {page} = this;
    const button = (name, label, press) => el('button', {class: 's-step', type: 'button', 'aria-label': label, onclick: press}, icon(name));
    if (tools === 'answer') return [button('x', 'Take it back', () => page.edit.takeBack()), button('tick', 'Yes, keep it', () => page.edit.agree())];
    if (tools === 'steps') return [held(page.edit, -1), held(page.edit, 1), padButton(page)];
    return [];
  }
}
