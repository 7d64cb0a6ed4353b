// The front of the machine: lamps, LCD, four keys, power button, DC switch, terminals.

import {el, icon, setAttr, svg, tap} from './dom.js';
import {Lcd} from './lcd.js';

const LAMPS = [['dc', 'DC'], ['ac', 'AC'], ['normal', 'Normal'], ['alarm', 'Alarm']];
const KEYS = [['esc', 'Esc', null], ['up', 'Up', 'up'], ['down', 'Down', 'down'], ['enter', 'Enter', 'enter']];
const KEYBOARD = {Escape: 'esc', ArrowUp: 'up', ArrowDown: 'down', Enter: 'enter'};

const CALLOUTS = [
  ['lamps', 'Four lamps',
    'DC, AC and Normal are round and green, Alarm is a red diamond: shape and place tell them apart without colour.'],
  ['screen', 'LCD, touch screen',
    'Every gauge, field and tick can be touched. In a narrow window it turns upright rather than shrink its text.'],
  ['keys', 'Esc, Up, Down, Enter',
    'Do on every page what touch does. On a keyboard: Escape, the arrows and Return, while the device has the focus.'],
  ['power', 'ON/OFF button', 'On the left side of the case. It latches: pressed in is on.'],
  ['dc', 'DC switch', 'Takes the panels off, not the battery. The word beside the knob says where it stands.'],
  ['ports', 'Terminals',
    'In the order of the connection chapter: panels, battery, generator, load, grid, communication.'],
];

export class Device {
  constructor(root, callouts, store, api) {
    this.root = root;
    this.store = store;
    this.api = api;
    this.lcd = new Lcd(store, api);
    this.root.tabIndex = -1;
    this.build(callouts);
    store.on('snapshot', (snapshot) => this.update(snapshot));
    document.addEventListener('keydown', (event) => this.keyboard(event));
  }

  build(callouts) {
    this.lamps = LAMPS.map(([key, name]) => el('span', {class: `led ${key}`, role: 'img'}, el('i'), name));
    this.tab = el('span', {class: 'power'});
    this.power = tap('power-hit', () => this.press('power'), {'aria-label': 'ON/OFF button', 'aria-pressed': 'true'});
    this.knob = tap('knob', () => this.press('dc'), {'aria-label': 'DC switch', 'aria-pressed': 'true'});
    this.words = [el('li', {class: 'on'}, 'DC ON'), el('li', {}, 'DC OFF')];
    this.refused = el('p', {class: 'refused', role: 'alert'});
    this.root.append(
      this.tab,
      el('div', {class: 'case'},
        [1, 2, 3, 4].map((corner) => el('i', {class: `screw s${corner}`})),
        this.glass(),
        el('div', {class: 'space', 'aria-hidden': 'true'}, ribs()),
        this.plate(),
        this.refused),
      el('span', {class: 'power-tag', 'aria-hidden': 'true'}, icon('power')),
      this.power,
      cables(),
      ...CALLOUTS.map(([key], index) => el('b', {class: `pin at-${key}`, 'aria-hidden': 'true'}, String(index + 1))),
    );
    callouts.append(...CALLOUTS.map(([, name, words]) => el('li', {}, el('h3', {}, name), el('p', {}, words))));
    this.update({});
  }

  glass() {
    const keys = KEYS.map(([key, name, sign]) => (
      tap('key', () => this.lcd.press(key), {'data-key': key}, sign && icon(sign, 'ico-s'), name)));
    return el('div', {class: 'glass'},
      el('div', {class: 'leds', role: 'group', 'aria-label': 'Lamps'}, this.lamps),
      el('div', {class: 'screen'}, this.lcd.root),
      el('div', {class: 'keys', role: 'group', 'aria-label': 'Keys'}, keys));
  }

  plate() {
    const type = el('div', {class: 'type'}, 'JSO8048104 · 8 kW hybrid', el('span', {}, ', three-phase · IP65'));
    return el('div', {class: 'plate'},
      el('div', {}, el('div', {class: 'name'}, 'TWINVERTER'), type),
      el('div', {class: 'dcs'}, el('ol', {'aria-hidden': 'true'}, this.words), this.knob));
  }

  async press(button) {
    this.refused.textContent = '';
    this.lcd.touched();
    try {
      await this.api.press(button);
    } catch (error) {
      this.refused.textContent = error.text || String(error);
    }
  }

  update(snapshot) {
    LAMPS.forEach(([key, name], index) => {
      const lit = Boolean(snapshot.lamps?.[key]);
      this.lamps[index].classList.toggle('on', lit);
      setAttr(this.lamps[index], 'aria-label', `${name}: ${lit ? 'lit' : 'dark'}`);
    });
    // Before the first snapshot both stand where they stand on a running machine.
    const {power_on: on = true, dc_on: closed = true} = snapshot;
    this.tab.classList.toggle('off', !on);
    setAttr(this.power, 'aria-pressed', String(on));
    setAttr(this.knob, 'aria-pressed', String(closed));
    this.words[0].classList.toggle('on', closed);
    this.words[1].classList.toggle('on', !closed);
  }

  /** Escape, arrows and Return are the four keys while the device, or nothing at all, has the focus. */
  keyboard(event) {
    const key = KEYBOARD[event.key];
    const at = event.target;
    if (!key || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (at !== document.body && !this.root.contains(at)) return;
    // A focused button is pressed by the browser itself.
    if (key === 'enter' && at.closest('button, a')) return;
    event.preventDefault();
    // From here on the cursor of the page counts, not the button that was touched last.
    if (this.lcd.root.contains(at) && at !== this.lcd.root) this.lcd.root.focus({preventScroll: true});
    this.lcd.press(key);
  }
}

/** The ribs pressed into the lower half of the case. */
function ribs() {
  const rows = Array.from({length: 10}, (_, row) => `M14 ${15 + 30 * row}h432`).join('');
  return svg('svg', {viewBox: '0 0 460 300', fill: 'none', stroke: 'currentColor'}, svg('path', {d: rows}));
}

// Terminals along the bottom: name, where its label stands, and its cables as [x, width, kind].
const PORTS = [
  ['PV 1, PV 2', 78, [[62, 11, 'dark'], [94, 11, 'dark']]],
  ['BATT', 188, [[170, 17, 'dark'], [206, 17, 'plus']]],
  ['GEN', 292, [[292, 14, 'grey']]],
  ['LOAD', 372, [[372, 14, 'grey']]],
  ['GRID', 452, [[452, 14, 'grey']]],
  ['COM', 520, [[520, 6, 'data']]],
];

function cables() {
  const parts = PORTS.flatMap(([name, label, wires]) => {
    const [left, right] = [wires[0][0] - wires[0][1], wires.at(-1)[0] + wires.at(-1)[1]];
    return [
      ...wires.map(([x, width, kind]) => svg('path', {class: `wire ${kind}`, d: `M${x} 0v88`, 'stroke-width': width})),
      svg('rect', {class: 'gland', x: left, y: 0, width: right - left, height: 17, rx: 3.5}),
      svg('text', {x: label, y: 112}, document.createTextNode(name)),
    ];
  });
  return svg('svg', {class: 'cables', viewBox: '0 0 564 126', 'aria-hidden': 'true'}, parts);
}
