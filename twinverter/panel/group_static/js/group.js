// The page of a parallel system: a card per unit, drawn once and then only written where it differs.

import {el, icon, setAttr, setText, tap} from './dom.js';
import {joined, longClock, number, percent, power} from './format.js';
import {follow, send} from './line.js';

const LAMPS = [['dc', 'DC'], ['ac', 'AC'], ['normal', 'Normal'], ['alarm', 'Alarm']];
const LINES = [
  ['pv_w', 'Solar', () => ''],
  ['battery_w', 'Battery', (watts) => (watts > 5 ? 'discharging' : watts < -5 ? 'charging' : 'rests')],
  ['grid_w', 'Grid', (watts) => (watts > 5 ? 'buying' : watts < -5 ? 'selling' : 'rests')],
  ['gen_w', 'Generator', () => ''],
  ['load_w', 'Load', () => ''],
  ['inverter_w', 'Inverter', (watts) => (watts > 5 ? 'gives' : watts < -5 ? 'takes' : 'rests')],
];
const STATES = {
  dark: 'dark', off: 'off', selftest: 'tests itself', on_grid: 'on the grid', gen: 'on the generator',
  off_grid: 'alone', batshut: 'battery empty', standby: 'stands by', fault: 'stopped',
};
const at = (id) => document.getElementById(id);
const cards = new Map();

function figures() {
  const fields = {};
  const list = el('dl', {class: 'lines'}, LINES.map(([key, label]) => {
    const value = el('span');
    const word = el('small');
    fields[key] = {value, word};
    return el('div', {}, el('dt', {text: label}), el('dd', {}, value, word));
  }));
  const write = (shown) => LINES.forEach(([key, , told]) => {
    setText(fields[key].value, joined(power(shown[key])));
    setText(fields[key].word, told(shown[key]));
  });
  return {list, write};
}

class Card {
  constructor(address) {
    this.address = address;
    this.shown = null;
    this.role = el('small');
    this.state = el('span', {class: 'stamp state'});
    this.codes = el('ul', {class: 'codes', 'aria-label': 'Alarms of this unit'});
    this.lamps = LAMPS.map(([key, label]) => el('li', {'data-lamp': key}, el('i', {'aria-hidden': 'true'}), el('span', {text: label}), el('span', {class: 'vh'})));
    this.figures = figures();
    this.share = el('meter', {min: 0, max: 1, 'aria-label': 'Share of the load'});
    this.percent = el('b');
    this.charge = el('p', {class: 'bank'});
    this.power = tap('btn', () => this.press('power_on'), {});
    this.cable = tap('btn', () => this.press('cable_in'), {});
    this.panel = el('a', {class: 'btn'}, 'Its panel');
    this.told = el('p', {class: 'told', role: 'alert'});
    this.root = el('article', {class: 'card unit', 'data-unit': address},
      el('h2', {}, `Unit ${address}`, this.role, this.state),
      this.codes, el('ul', {class: 'lamps', 'aria-label': 'Lamps'}, this.lamps), this.figures.list,
      el('div', {class: 'share'}, el('span', {text: 'Share'}), this.share, this.percent),
      this.charge, el('div', {class: 'hands'}, this.power, this.cable, this.panel), this.told);
  }

  async press(what) {
    const now = what === 'power_on' ? this.shown.power_on : this.shown.loss < 1;
    try {
      await send(`/api/units/${this.address}`, {[what]: !now});
      this.told.replaceChildren();
    } catch (error) {
      this.told.replaceChildren(icon('stop'), error.message);
    }
  }

  write(shown, port) {
    this.shown = shown;
    setText(this.role, shown.phase ? `${shown.role}, phase ${shown.phase}` : shown.role);
    const wrong = shown.centre.kind === 'fault';
    setText(this.state, wrong ? `${shown.centre.code} ${shown.centre.message}` : STATES[shown.state] ?? shown.state);
    setAttr(this.state, 'class', `stamp state ${wrong ? 'gone' : shown.lamps.normal ? 'live' : ''}`);
    const rest = shown.alarms.filter((code) => !(wrong && code === shown.centre.code));
    if (this.codes.textContent !== rest.join('')) this.codes.replaceChildren(...rest.map((code) => el('li', {class: 'stamp old', text: code})));
    LAMPS.forEach(([key], place) => {
      setAttr(this.lamps[place], 'data-lit', shown.lamps[key] ? '' : null);
      setText(this.lamps[place].lastChild, shown.lamps[key] ? ' lit' : ' dark');
    });
    this.figures.write(shown);
    setAttr(this.share, 'value', shown.share);
    setText(this.percent, joined(percent(shown.share)));
    setText(this.charge, `Battery ${joined(percent(shown.soc))}, ${number(shown.battery_v, 2)}\u00a0V`);
    setText(this.power, shown.power_on ? 'Switch off' : 'Switch on');
    setText(this.cable, shown.loss < 1 ? 'Pull the cable' : 'Put the cable in');
    setAttr(this.panel, 'href', port ? `${location.protocol}//${location.hostname}:${port}/` : null);
  }
}

const sum = figures();
const charge = el('small');
at('sum').append(el('h2', {}, 'All together', charge), sum.list);

function alarmLines(alarms) {
  if (!alarms.length) return [el('h2', {}, 'Alarms'), el('p', {class: 'empty'}, icon('ok'), el('b', {text: 'Nothing is wrong'}), 'A code of any unit would stand here.')];
  return [el('h2', {}, 'Alarms'), ...alarms.map((one) => el('div', {class: `al ${one.severity === 'warning' ? 'w' : 'f'}`},
    icon(one.severity === 'warning' ? 'warn' : 'stop'),
    el('div', {}, el('h3', {}, `Unit ${one.address}: ${one.code} ${one.name} `, el('small', {text: `since ${one.since}`})),
      el('p', {text: one.message}), el('p', {class: 'do'}, el('b', {text: 'What to do: '}), one.advice))))];
}

function heardLines(heard) {
  return [el('h2', {}, 'Heard on the parallel bus'), el('ul', {class: 'heard'}, heard.map((one) => {
    const silent = one.loss >= 1;
    const told = silent ? 'not heard' : one.fault ? 'has a fault' : one.on ? 'on' : 'off';
    const lost = !silent && one.loss > 0 ? `, ${joined(percent(one.loss))} of its frames lost` : '';
    return el('li', {}, el('b', {text: `Unit ${one.address}`}), ` ${one.role}, ${told}${lost}`);
  }))];
}

let standing = null;

function show(group) {
  setText(at('title'), group.name);
  setText(at('clock'), longClock(group.clock));
  sum.write(group.sum);
  setText(charge, `${group.units.length} units, battery ${joined(percent(group.sum.soc))}`);
  for (const shown of group.units) {
    if (!cards.has(shown.address)) {
      cards.set(shown.address, new Card(shown.address));
      at('units').append(cards.get(shown.address).root);
    }
    cards.get(shown.address).write(shown, group.panels[shown.address]);
  }
  for (const [address, card] of cards) {
    if (group.units.some((shown) => shown.address === address)) continue;
    card.root.remove();
    cards.delete(address);
  }
  at('heard').hidden = !group.heard.length;
  const others = JSON.stringify(group.heard.map((one) => [one.address, one.role, one.loss, one.on, one.fault]));
  if (others !== at('heard').dataset.of) at('heard').replaceChildren(...heardLines(group.heard));
  at('heard').dataset.of = others;
  const key = JSON.stringify(group.alarms);
  if (key !== standing) at('alarms').replaceChildren(...alarmLines(group.alarms));
  standing = key;
}

follow(show, at('link'));
