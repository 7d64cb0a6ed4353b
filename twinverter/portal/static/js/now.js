// What flows now, the day so far, what is wrong and what to do, energies, and what was set otherwise.

import {ofDevice, read} from './api.js';
import {AlarmCards} from './alarm_cards.js';
import {MONTHS, secondsOf} from './clock.js';
import {DayChart} from './day_chart.js';
import {el, icon, setText} from './dom.js';
import {batteryWords, flowsOf, gridWords, loadWords, solarWords} from './flows.js';
import {NONE, energy, joined, known, oneWay, percent, power} from './format.js';
import {legend, LINES} from './stacks.js';
import {empty, fill} from './states.js';
import {figured, table} from './table.js';

const CURVE_MS = 300_000;
const SUMS = [['Solar', 'solar_wh'], ['Load', 'load_wh'], ['Bought', 'grid_import_wh'], ['Sold', 'grid_export_wh'], ['Generator', 'generator_wh'], ['Unserved', 'unserved_wh']];
const ALWAYS = 4;
// The lines that have a reason: icon and hue.
const REASONED = {
  pv: ['sun', 'hue-solar'], battery: ['bat', 'hue-battery'], grid: ['grid', 'hue-grid'], generator: ['gen', 'hue-gen'], load: ['house', 'hue-load'],
};

/** One of the four: icon and name, the figure, the words beneath. */
class Flow {
  constructor(key, sign, name) {
    this.name = el('span', {}, name);
    this.figure = el('dd');
    this.words = el('p');
    this.last = '';
    this.root = el('div', {class: `hue-${key}`}, el('dt', {}, icon(sign), this.name), this.figure, this.words);
  }

  /** Write a figure; one that is old stands as the last one in words. */
  show(watts, words, label, isOld) {
    const pair = power(watts, this.last);
    this.last = pair.u;
    setText(this.name, label);
    const text = isOld ? NONE : joined(pair);
    if (this.text !== text) this.figure.replaceChildren(...(isOld ? [NONE] : [pair.n, el('small', {}, pair.u)]));
    this.text = text;
    setText(this.words, isOld ? `last ${joined(pair)}` : words);
  }
}

/** A value as printed, its unit apart so that it can be set smaller. */
function parted(words, unit) {
  const isLast = unit && words.endsWith(` ${unit}`);
  return {n: isLast ? words.slice(0, -unit.length - 1) : words, u: isLast ? unit : ''};
}

class Now {
  constructor(place, view) {
    this.view = view;
    this.clock = el('small');
    this.flows = {
      solar: new Flow('solar', 'sun', 'Solar'), battery: new Flow('battery', 'bat', 'Battery'),
      grid: new Flow('grid', 'grid', 'Grid'), load: new Flow('load', 'house', 'Load'),
    };
    this.why = el('ul', {class: 'why-list'});
    this.chart = new DayChart('Power today', true);
    this.today = el('div');
    this.alarms = new AlarmCards(view.name);
    this.energy = el('section', {class: 'card'});
    this.differing = el('section', {class: 'card'});
    this.nothing = el('div', {class: 'card'}, empty('clock', 'This inverter has not reported yet', 'Give its courier the portal\u2019s address and a token. Its figures appear here with the first delivery.'));
    this.columns = el('div', {class: 'one'},
      el('div', {},
        el('section', {class: 'card'}, el('h2', {}, 'Now', this.clock), el('dl', {class: 'flowrow'}, Object.values(this.flows).map((flow) => flow.root)), this.why),
        el('section', {class: 'card'}, el('h2', {}, 'Today', el('small', {}, 'sources above the line, charging and selling below')), this.today),
        this.differing),
      el('div', {}, this.alarms.root, this.energy));
    place.append(this.nothing, this.columns);
    this.read();
    this.timer = setInterval(() => document.hidden || this.read(), CURVE_MS);
  }

  async read() {
    const asked = () => read(ofDevice(this.view.name, 'curve'), {period: 'day', date: this.view.today});
    await fill(this.today, 'the day', asked, (curve) => {
      this.chart.show(curve, {now_s: this.view.clock_s});
      return curve.labels.length ? [this.chart.root, legend(this.chart.stack, LINES)] : empty('clock', 'Nothing of today yet', 'The first minutes appear here when they are delivered.');
    });
    await this.alarms.reading;
    this.view.ready();
  }

  hear(found, isOld) {
    this.nothing.hidden = Boolean(found.moment);
    this.columns.hidden = !found.moment;
    if (!found.moment) return;
    const {moment} = found;
    setText(this.clock, secondsOf(moment.clock_s));
    this.flow(moment, isOld);
    this.reasons(isOld ? null : moment.reasons);
    this.alarms.show(found);
    this.sums(found);
    this.settings(found);
  }

  flow({figures, clock_s}, isOld) {
    const flows = flowsOf({figures});
    this.flows.solar.show(oneWay(flows.solar_w), solarWords(figures), 'Solar', isOld);
    this.flows.battery.show(flows.battery_w, batteryWords(figures), known(flows.soc) ? `Battery ${joined(percent(flows.soc))}` : 'Battery', isOld);
    this.flows.grid.show(flows.grid_w, gridWords(figures), 'Grid', isOld);
    this.flows.load.show(oneWay(flows.load_w), loadWords(figures), 'Load', isOld);
    this.chart.mark(clock_s);
  }

  reasons(reasons) {
    const lines = Object.entries(reasons || {});
    const key = JSON.stringify(lines);
    if (this.reasoned === key) return;
    this.reasoned = key;
    this.why.replaceChildren(...lines.map(([line, words]) => el('li', {}, icon(...(REASONED[line] || ['info', ''])), el('p', {}, words))));
  }

  sums({energy: {today, month, total}, moment}) {
    const key = JSON.stringify([today, month, total]);
    if (this.summed === key) return;
    this.summed = key;
    const shown = SUMS.filter(([, sum], place) => place < ALWAYS || total[sum] > 0);
    const name = MONTHS[new Date(moment.clock_s * 1000).getUTCMonth()];
    const rows = shown.map(([words, sum]) => [words, ...[today, month, total].map((part) => figured(energy(part[sum])))]);
    this.energy.replaceChildren(el('h2', {}, 'Energy'), table('Energy of today, of the month and ever', ['', 'Today', name, 'Total'], rows));
  }

  settings({differing, about}) {
    const key = JSON.stringify(differing);
    if (this.set === key) return;
    this.set = key;
    const rows = differing.map(({label, value_text, unit}) => [label, figured(parted(value_text, unit))]);
    const panel = about?.versions?.panel;
    const isAddress = /^https?:\/\//.test(panel || '');
    this.differing.replaceChildren(
      el('h2', {}, 'Settings that differ from the default', el('small', {}, String(differing.length))),
      differing.length ? table('Settings that differ from the default', ['Setting', 'Value'], rows) : el('p', {}, 'All settings are as delivered, or none were reported yet.'),
      ...[isAddress && el('a', {class: 'go', href: panel, rel: 'noreferrer'}, 'Open its panel')].filter(Boolean));
  }

  close() {
    clearInterval(this.timer);
    this.chart.close();
  }
}

/** The first tab of an inverter. */
export const open = (place, view) => new Now(place, view);
