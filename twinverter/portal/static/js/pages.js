// The panel's pages as they stood at a moment: read from the history, chosen by a date and a slider.

import {ofDevice, read} from './api.js';
import {isoDay, midnight, secondsOf, timeOf} from './clock.js';
import {el, icon, setText, tap} from './dom.js';
import {known, number} from './format.js';
import {empty, fill} from './states.js';
import {figured, table} from './table.js';

const DAY_S = 86_400, STEP_S = 300, WAIT_MS = 200;
const LEVELS = {now: 'the newest figures', samples: 'as they were sampled', hour: 'means of the hour: its samples are gone'};

class Pages {
  constructor(place, view, query) {
    this.view = view;
    this.date = el('input', {class: 'sel', type: 'date', 'aria-label': 'Date', onchange: () => this.date.value && this.pick(midnight(this.date.value) + Number(this.slider.value))});
    this.slider = el('input', {type: 'range', min: 0, max: DAY_S - STEP_S, step: STEP_S, 'aria-label': 'Time of day', oninput: () => this.slide()});
    this.time = el('output');
    this.newest = tap('btn', () => this.pick(null), {}, icon('clock'), 'Newest');
    this.title = el('p', {class: 'moment', role: 'status'});
    this.place = el('div');
    place.append(el('div', {class: 'period'}, this.date, el('label', {class: 'slide'}, 'Time', this.slider, this.time), this.newest), this.title, this.place);
    this.turn(query);
  }

  turn(query) {
    const at_s = Number(query.get('at'));
    this.show(query.has('at') && Number.isFinite(at_s) ? at_s : null);
  }

  slide() {
    this.time.textContent = timeOf(Number(this.slider.value));
    this.slider.setAttribute('aria-valuetext', this.time.textContent);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.pick(midnight(this.date.value || this.view.today) + Number(this.slider.value)), WAIT_MS);
  }

  pick(at_s) {
    this.view.keep(at_s === null ? {} : {at: at_s});
    this.show(at_s);
  }

  async show(at_s) {
    const shown_s = at_s ?? this.view.clock_s;
    this.date.value = isoDay(shown_s);
    this.slider.value = shown_s % DAY_S;
    this.time.textContent = timeOf(shown_s);
    this.giveUp?.abort();
    this.giveUp = new AbortController();
    await fill(this.place, 'the pages', () => this.ask(at_s), (found) => this.draw(found));
    this.view.ready();
  }

  /** The figures of a moment, null where nothing is known of it. */
  async ask(at_s) {
    try {
      return await read(ofDevice(this.view.name, 'figures'), {at: at_s}, this.giveUp.signal);
    } catch (error) {
      if (error.status !== 404) throw error;
      return null;
    }
  }

  draw(found) {
    if (!found) {
      setText(this.title, '');
      return empty('clock', 'Nothing is known of this moment', 'Choose another time; what was delivered appears by page.');
    }
    setText(this.title, `${isoDay(found.clock_s)} ${secondsOf(found.clock_s)}, ${LEVELS[found.level] || found.level}.`);
    const sheets = found.pages.map(({title, rows}) => ({title, rows: rows.filter((row) => known(row.value))})).filter(({rows}) => rows.length);
    return el('div', {class: 'sheets'}, sheets.map(({title, rows}) => el('section', {class: 'card'}, el('h2', {}, title),
      table(title, ['Figure', 'Value'], rows.map(({label, value, unit, decimals}) => [label, figured({n: number(value, decimals), u: unit})])))));
  }

  close() {
    clearTimeout(this.timer);
    this.giveUp?.abort();
  }
}

/** The tab of the panel's pages. */
export const open = (place, view, query) => new Pages(place, view, query);
