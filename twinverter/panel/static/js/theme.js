// Light or dark: for the page and for the LCD apart, each as chosen or as the system has it.
// `early.js` sets the same before the first paint; here it is chosen, kept and followed.

import {el, icon} from './dom.js';

const CHOICES = [['light', 'Light'], ['dark', 'Dark'], ['system', 'System']];
const SYSTEM_DARK = matchMedia('(prefers-color-scheme: dark)');

// The page follows the system and the LCD is a dark lamp until somebody says otherwise.
const WHAT = [
  {name: 'theme', title: 'Page', initial: 'system'},
  {name: 'lcd', title: 'LCD', initial: 'dark'},
];

function chosen({name, initial}) {
  try {
    const kept = localStorage.getItem(`twinverter.${name}`);
    return CHOICES.some(([value]) => value === kept) ? kept : initial;
  } catch {
    return initial;
  }
}

function keep({name}, value) {
  try {
    localStorage.setItem(`twinverter.${name}`, value);
  } catch {
    // Storage is closed to this page: the choice lasts as long as the page.
  }
}

function apply({name}, value) {
  const {dataset} = document.documentElement;
  if (value !== 'system') dataset[name] = value;
  else if (name === 'theme') delete dataset.theme;
  else dataset[name] = SYSTEM_DARK.matches ? 'dark' : 'light';
}

class Look {
  constructor(place) {
    this.values = Object.fromEntries(WHAT.map((what) => [what.name, chosen(what)]));
    this.button = el('button', {
      class: 'btn', type: 'button', 'aria-label': 'Light or dark', title: 'Light or dark',
      'aria-expanded': 'false', 'aria-controls': 'look-card', onclick: () => this.open(this.card.hidden),
    }, icon('moon'));
    this.card = el('div', {class: 'look-card', id: 'look-card', hidden: true}, WHAT.map((what) => this.group(what)));
    this.root = el('div', {class: 'look'}, this.button, this.card);
    place.replaceChildren(this.root);
    this.root.addEventListener('keydown', (event) => this.key(event));
    this.root.addEventListener('focusout', (event) => this.leave(event));
    document.addEventListener('pointerdown', (event) => this.root.contains(event.target) || this.open(false));
    SYSTEM_DARK.addEventListener('change', () => this.applyAll());
    this.applyAll();
  }

  group(what) {
    const option = ([value, text]) => el('label', {},
      el('input', {type: 'radio', name: `look-${what.name}`, value, checked: this.values[what.name] === value, onchange: () => this.choose(what, value)}),
      el('span', {}, text));
    return el('fieldset', {}, el('legend', {}, what.title), el('div', {class: 'look-three'}, CHOICES.map(option)));
  }

  choose(what, value) {
    this.values[what.name] = value;
    keep(what, value);
    apply(what, value);
  }

  applyAll() {
    for (const what of WHAT) apply(what, this.values[what.name]);
  }

  open(wanted) {
    this.card.hidden = !wanted;
    this.button.setAttribute('aria-expanded', String(wanted));
    if (wanted) this.card.querySelector('input:checked').focus({preventScroll: true});
  }

  key(event) {
    if (event.key !== 'Escape' || this.card.hidden) return;
    // This Escape closes the card; the device must not hear it.
    event.stopPropagation();
    this.open(false);
    this.button.focus();
  }

  leave({relatedTarget}) {
    if (relatedTarget && !this.root.contains(relatedTarget)) this.open(false);
  }
}

/** Fill the corner of the top bar where light and dark are chosen. */
export function mount(place) {
  return new Look(place);
}
