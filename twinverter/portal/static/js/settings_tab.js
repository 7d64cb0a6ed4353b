// Who changed which setting, when, from what to what and by which wire; and how all of them stand.

import {ofDevice, read} from './api.js';
import {el, tap} from './dom.js';
import {empty, fill, sorry} from './states.js';
import {table} from './table.js';

const LIMIT = 200;
const WIRES = {panel: 'Panel', modbus: 'Modbus', rtu: 'Modbus RTU', solarman: 'Solarman', mqtt: 'MQTT', bms: 'BMS', sunspec: 'SunSpec', api: 'API', 'self-test': 'Self-test', master: 'Master'};

const change = ({clock, by, wire, label, page, before_text, after_text}) => [
  el('span', {class: 'nb'}, clock), el('span', {}, label, page && el('small', {}, ` \u00b7 ${page}`)), before_text || null, after_text || null, by, WIRES[wire] || wire];

class Settings {
  constructor(place, view) {
    Object.assign(this, {view, lines: []});
    this.list = el('div');
    this.more = tap('btn', () => this.older(), {hidden: true}, 'Older changes');
    this.search = el('input', {class: 'sel search', type: 'search', placeholder: 'Search', 'aria-label': 'Search for a setting', oninput: () => this.narrow()});
    this.all = el('div');
    place.append(el('section', {class: 'card'}, el('h2', {}, 'Changes', el('small', {}, 'newest first')), this.list, this.more),
      el('section', {class: 'card'}, el('h2', {}, 'All settings', el('small', {}, 'as they were reported last')), this.search, this.all));
    this.read();
  }

  async read() {
    const name = this.view.name;
    await Promise.all([
      fill(this.list, 'the changes', () => this.ask(), (found) => this.draw(found)),
      fill(this.all, 'the settings', () => read(ofDevice(name, 'settings')), (found) => this.settings(found)),
    ]);
    this.view.ready();
  }

  ask(before = null) {
    return read(ofDevice(this.view.name, 'changes'), {limit: LIMIT, before});
  }

  async older() {
    try {
      const found = await this.ask(this.lines.at(-1).clock_s);
      this.list.replaceChildren(this.draw([...this.lines, ...found], found.length));
    } catch (error) {
      this.more.before(sorry(error));
    }
  }

  draw(found, last = found.length) {
    this.lines = found;
    this.more.hidden = last < LIMIT;
    if (!found.length) return empty('list', 'Nobody has changed a setting yet', 'Each change is kept here: who, when, from what to what, and by which wire.');
    return table('Changes of settings', ['When', 'Setting', 'From', 'To', 'By', 'Wire'], found.map(change), 'plain wordy');
  }

  settings(found) {
    if (!found.length) return empty('gear', 'No settings were reported yet', 'They appear here by page, as the panel shows them.');
    const pages = grouped(found);
    this.pages = [...pages].map(([page, rows]) => {
      const differs = rows.filter((row) => row.differs).length;
      const lines = rows.map(({label, value_text, default_text, differs: isOther}) => [label, value_text, isOther ? `${default_text || 'nothing'} as delivered` : 'as delivered']);
      const box = el('details', {class: 'p-figures'}, el('summary', {}, `${page}${differs ? `, ${differs} otherwise than delivered` : ''}`), table(page, ['Setting', 'Value', ''], lines, 'plain wordy'));
      return {box, rows: rows.map((row) => `${page} ${row.label} ${row.value_text}`.toLowerCase())};
    });
    return this.pages.map(({box}) => box);
  }

  /** Open the pages that hold what is searched for, row by row. */
  narrow() {
    const words = this.search.value.trim().toLowerCase();
    for (const {box, rows} of this.pages || []) {
      const lines = box.querySelectorAll('tbody tr');
      rows.forEach((row, place) => { lines[place].hidden = Boolean(words) && !row.includes(words); });
      box.hidden = rows.every((row) => words && !row.includes(words));
      box.open = Boolean(words) && !box.hidden;
    }
  }
}

/** Rows by page, in the order in which pages come first. */
function grouped(rows) {
  const pages = new Map();
  for (const row of rows) pages.set(row.page, [...(pages.get(row.page) || []), row]);
  return pages;
}

/** The tab of settings. */
export const open = (place, view) => new Settings(place, view);
