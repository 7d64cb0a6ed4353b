// Curves of a day, a month, a year and all time, with another one beside them, and the same in figures.

import {ofDevice, read} from './api.js';
import {BarChart} from './bar_chart.js';
import {periodWords} from './clock.js';
import {DayChart} from './day_chart.js';
import {el, svg} from './dom.js';
import {energy, known, percent, power} from './format.js';
import {Period} from './period.js';
import {LINES, legend, valueAt} from './stacks.js';
import {empty, fill} from './states.js';
import {figured, figures, table} from './table.js';

const NOTES = {
  day: 'mean power; sources above the line, charging and selling below',
  month: 'energy a day; sources above the line, charging and selling below, the load as a mark',
  year: 'energy a month; sources above the line, charging and selling below, the load as a mark',
  total: 'energy a year; sources above the line, charging and selling below, the load as a mark',
};
// What is not in the picture, of periods other than a day.
const OTHERS = [['Losses', 'losses_wh'], ['Unserved', 'unserved_wh']];
const besideMark = (look) => svg('svg', {viewBox: '0 0 18 12', 'aria-hidden': 'true'}, svg('path', {d: 'M0 6H18', class: look}));

class Curves {
  constructor(place, view, query) {
    this.view = view;
    this.title = el('span');
    this.note = el('small');
    this.place = el('div');
    this.period = new Period(view, 'day', (wish) => this.read(wish), {compare: true});
    place.append(this.period.root, el('section', {class: 'card'}, el('h2', {}, this.title, this.note), this.place));
    this.period.read(query);
  }

  turn(query) {
    this.period.read(query);
  }

  async read(wish) {
    this.giveUp?.abort();
    this.giveUp = new AbortController();
    const {signal} = this.giveUp;
    this.title.textContent = periodWords(wish.date, wish.period);
    this.note.textContent = NOTES[wish.period];
    await fill(this.place, 'the curve', () => read(ofDevice(this.view.name, 'curve'), wish, signal), (curve) => this.draw(curve, wish));
    this.view.ready();
  }

  draw(curve, wish) {
    this.chart?.close();
    this.chart = null;
    if (!Object.values(curve.lines).some((line) => line.some(known))) {
      return empty('clock', `Nothing is known of ${periodWords(wish.date, wish.period)}`, 'What was delivered for it would appear here.');
    }
    const isDay = curve.period === 'day';
    this.chart = isDay ? new DayChart('Power over the day') : new BarChart('Energy over the period');
    this.chart.show(curve, {now_s: wish.date === this.view.today ? this.view.clock_s : null});
    const beside = curve.compare && el('span', {}, besideMark(isDay ? 'k-beside' : 'k-ghost'), periodWords(wish.with, wish.period));
    return [this.chart.root, legend(this.chart.stack, LINES, beside ? [beside] : []), figures('The same in figures', () => this.figures(curve))];
  }

  figures(curve) {
    const {stack} = this.chart;
    const pair = curve.period === 'day' ? power : energy;
    const heads = Object.values(LINES).map(({name}) => name);
    const cells = (place) => Object.keys(LINES).map((key) => figured(pair(valueAt(stack, key, place))));
    const rows = stack.labels.map((words, place) => [words, ...cells(place), ...this.rest(curve, place)]);
    const more = curve.period === 'day' ? ['Charge'] : OTHERS.map(([words]) => words);
    return table('The curve in figures', ['', ...heads, ...more], rows);
  }

  rest(curve, place) {
    if (curve.period === 'day') return [figured(percent(this.chart.stack.soc[place] ?? NaN))];
    return OTHERS.map(([, key]) => figured(energy(curve.lines[key]?.[place] ?? NaN)));
  }

  close() {
    this.giveUp?.abort();
    this.chart?.close();
  }
}

/** The tab of curves. */
export const open = (place, view, query) => new Curves(place, view, query);
