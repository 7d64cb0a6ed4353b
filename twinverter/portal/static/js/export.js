// Data to take away: rows of a level as CSV or Parquet, for a span of days.

import {address, ofDevice, read} from './api.js';
import {el} from './dom.js';
import {fill} from './states.js';

const LEVELS = [['samples', 'Samples, as delivered'], ['minute', 'Minutes'], ['quarter', 'Quarters of an hour'], ['hour', 'Hours'],
  ['day', 'Days'], ['month', 'Months'], ['year', 'Years'], ['total', 'All time']];
const FORMATS = [['csv', 'CSV, for spreadsheets'], ['parquet', 'Parquet, for programs']];
const MOST_DAYS = 40_000;

const choice = (options, chosen) => el('select', {class: 'sel'}, options.map(([value, words]) => el('option', {value, selected: value === chosen}, words)));

class Export {
  constructor(place, view) {
    this.view = view;
    this.level = choice(LEVELS, 'day');
    this.format = choice(FORMATS, 'csv');
    this.start = el('input', {class: 'sel', type: 'date'});
    this.days = el('input', {class: 'sel', type: 'number', min: 1, max: MOST_DAYS, placeholder: 'to the last'});
    this.figures = el('div', {class: 'wide'});
    this.link = el('a', {class: 'btn btn--main', download: true}, 'Take it away');
    const field = (words, input) => el('label', {}, words, input);
    const form = el('form', {class: 'form', onchange: () => this.aim(), oninput: () => this.aim(), onsubmit: (event) => event.preventDefault()},
      field('Rows', this.level), field('As', this.format), field('From the day (empty: the first)', this.start), field('Days', this.days),
      this.figures, this.link);
    place.append(el('section', {class: 'card'}, el('h2', {}, 'Export'),
      el('p', {}, 'Each row holds its energies in Wh, times in s, and of each figure the least, the mean and the most. Times are those of the inverter\u2019s clock.'), form));
    this.first();
  }

  async first() {
    await fill(this.figures, 'what there is', () => this.ask(), ({pages}) => this.choices(pages));
    this.aim();
    this.view.ready();
  }

  /** The figures there are; before the first delivery there are none. */
  ask() {
    return read(ofDevice(this.view.name, 'figures')).catch((error) => {
      if (error.status !== 404) throw error;
      return {pages: []};
    });
  }

  choices(pages) {
    this.boxes = pages.map((page) => ({box: el('input', {type: 'checkbox', checked: true}), page}));
    return el('fieldset', {class: 'field picks'}, el('legend', {}, 'Figures, beside the energies'),
      this.boxes.map(({box, page}) => el('label', {class: 'check'}, box, page.title)));
  }

  /** Let the link lead to what is chosen. */
  aim() {
    const query = {level: this.level.value, format: this.format.value};
    if (this.start.value) query.start = this.start.value;
    if (Number(this.days.value) >= 1) query.days = Math.min(MOST_DAYS, Math.floor(Number(this.days.value)));
    const boxes = this.boxes || [];
    if (boxes.some(({box}) => !box.checked)) query.figures = boxes.filter(({box}) => box.checked).flatMap(({page}) => page.rows.map((row) => row.key)).join(',');
    this.link.setAttribute('href', address(ofDevice(this.view.name, 'export'), query));
  }
}

/** The tab of exports. */
export const open = (place, view) => new Export(place, view);
