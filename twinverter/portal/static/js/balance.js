// The energy balance of a period: what came in, what went out, and what of it nobody counted.

import {ofDevice, read} from './api.js';
import {lasting, periodWords} from './clock.js';
import {el, svg} from './dom.js';
import {energy, joined, percent} from './format.js';
import {Period} from './period.js';
import {patterns} from './stacks.js';
import {empty, fill} from './states.js';

const HEIGHT = 30;
// The pattern behind a line of the balance.
const LOOKS = {
  solar_wh: 'k-solar', micro_inverter_wh: 'k-solar', grid_import_wh: 'k-grid', grid_export_wh: 'k-grid', generator_wh: 'k-gen',
  discharge_wh: 'k-battery', charge_wh: 'k-battery', load_wh: 'k-load-fill', home_wh: 'k-home', smart_load_wh: 'k-home', losses_wh: 'k-heat', missing: 'b-missing',
};
const MISSING = {key: 'missing', label: 'Not explained'};

const box = (look, x, width) => svg('rect', {class: look, x: `${x.toFixed(3)}%`, y: 0, width: `${Math.max(0, width).toFixed(3)}%`, height: HEIGHT});

/** One side as a bar of the common length, and its parts as a list. */
function side(title, parts, whole_wh) {
  const shown = parts.filter(({wh}) => Math.abs(wh) >= 0.5);
  let x = 0;
  const boxes = shown.map(({key, wh}) => {
    const width = wh / whole_wh * 100;
    x += width;
    return box(LOOKS[key], x - width, width);
  });
  const mark = (key) => svg('svg', {viewBox: '0 0 18 12', width: 18, height: 12, 'aria-hidden': 'true'}, svg('rect', {width: 18, height: 12, rx: 2, class: LOOKS[key]}));
  return el('section', {class: 'b-side'},
    el('h3', {}, title, el('span', {}, joined(energy(whole_wh)))),
    svg('svg', {class: 'b-whole', 'aria-hidden': 'true'}, boxes),
    el('dl', {class: 'b-list'}, shown.map(({key, label, wh}) => el('div', {}, mark(key), el('dt', {}, label),
      el('dd', {}, joined(energy(wh))), el('dd', {class: 'share'}, joined(percent(wh / whole_wh)))))));
}

/** What the battery kept, and what is not explained, as sentences. */
function sentences({stored_wh, unexplained_wh, unexplained_share, counted_s}) {
  const size = el('b', {}, joined(energy(Math.abs(stored_wh))));
  const kept = stored_wh >= 0 ? ['The battery took ', size, ' more than it gave.'] : ['The battery gave ', size, ' more than it took.'];
  const share = joined(percent(Math.abs(unexplained_share)));
  const missing = Math.abs(unexplained_wh) < 50
    ? ['Both sides close: ', el('b', {}, `${Math.round(Math.abs(unexplained_wh))}\u00a0Wh`), ' are not explained.']
    : [el('b', {}, joined(energy(Math.abs(unexplained_wh)))), ` (${share}) are not explained: ${unexplained_wh > 0 ? 'they came in and nothing counted them going out.' : 'they went out and nothing counted them coming in.'}`];
  return el('p', {class: 'legend'}, el('span', {}, kept), el('span', {}, missing), el('span', {}, `Counted over ${lasting(counted_s)}.`));
}

class Balance {
  constructor(place, view, query) {
    patterns();
    this.view = view;
    this.title = el('span');
    this.place = el('div');
    this.period = new Period(view, 'month', (wish) => this.read(wish));
    place.append(this.period.root, el('section', {class: 'card'}, el('h2', {}, this.title, el('small', {}, 'what came in has gone out, or is named')), this.place));
    this.period.read(query);
  }

  turn(query) {
    this.period.read(query);
  }

  async read({period, date}) {
    this.giveUp?.abort();
    this.giveUp = new AbortController();
    const {signal} = this.giveUp;
    this.title.textContent = `Balance, ${periodWords(date, period)}`;
    await fill(this.place, 'the balance', () => read(ofDevice(this.view.name, 'balance'), {period, date}, signal), (found) => this.draw(found));
    this.view.ready();
  }

  draw(found) {
    const {came_in: came, went_out: went, unexplained_wh: missing_wh, counted_s} = found;
    if (!counted_s) return empty('clock', 'Nothing was counted in this period', 'What is delivered for it is set against each other here.');
    const sum = (parts) => parts.reduce((all, {wh}) => all + wh, 0);
    const whole_wh = Math.max(sum(came), sum(went), 1);
    const missing = {...MISSING, wh: Math.abs(missing_wh)};
    return [side('Came in', missing_wh < 0 ? [...came, missing] : came, whole_wh),
      side('Went out', missing_wh > 0 ? [...went, missing] : went, whole_wh), sentences(found)];
  }

  close() {
    this.giveUp?.abort();
  }
}

/** The tab of the energy balance. */
export const open = (place, view, query) => new Balance(place, view, query);
