// The view pages of the flows (S02 to S05, S29): solar, inverter, load, grid, generator.

import {big, button, pairs, table} from './figures.js';
import {NONE, STILL_W, joined, lcd, lcdEnergy, lcdWatts, number, oneWay, sum} from './format.js';
import {closed, generatorThere, gridThere} from './there.js';
import {view} from './view.js';

export {battery} from './battery.js';
export {bms, bmsDetails} from './bms.js';
export {head} from './figures.js';

const PHASES = ['L1', 'L2', 'L3'];

// The words of rule C-10's states, as the page of the inverter says them.
const STATES = {
  dark: 'Without power', off: 'Switched off', selftest: 'Self-test', on_grid: 'On the grid', gen: 'On the generator',
  off_grid: 'Off grid', batshut: 'Battery empty', standby: 'Stand-by', fault: 'Fault',
};

const flowsOf = (snapshot) => snapshot?.flows || {};
const energyOf = (snapshot, line) => snapshot?.energy?.[line] || {};
const phases = (list) => (Array.isArray(list) ? list : [NaN, NaN, NaN]);
const dayAndMinute = (snapshot) => (snapshot?.clock || '').slice(0, 16);

/** A frequency in words, nothing where nothing turns. */
const hertz = (hz) => (hz > 0 ? joined(lcd(hz, 'Hz', 2)) : '');

const curveButton = (ctx, line) => button('Energy', () => ctx.go(`curve/${line}`));

export function solar(ctx) {
  const power = big('sun', 'pv');
  const trackers = table(['Voltage', 'Current', 'Power'], ['PV1', 'PV2']);
  const curve = curveButton(ctx, 'solar');
  const sums = pairs('sums', ['Today', 'Total'], {buttons: [curve]});
  return view(ctx, 'Solar', {
    parts: [power.root, trackers.root, sums.root],
    buttons: [curve],
    show(snapshot, sub) {
      const flows = flowsOf(snapshot);
      const {today_wh, total_wh} = energyOf(snapshot, 'pv');
      sub(dayAndMinute(snapshot));
      power.show(lcdWatts(oneWay(flows.pv_w)), snapshot?.dc_on === false ? 'DC switch is off' : 'from two trackers');
      const tracker = (n) => [flows[`pv${n}_v`], flows[`pv${n}_a`], oneWay(flows[`pv${n}_w`])];
      const line = ([volts, amperes, watts]) => [lcd(volts, 'V'), lcd(amperes, 'A', 1), lcdWatts(watts)];
      trackers.show([tracker(1), tracker(2)].map(line));
      sums.show([lcdEnergy(today_wh), lcdEnergy(total_wh)]);
    },
  });
}

/** The current behind watts at a voltage; without a voltage there is none. */
const amperesOf = (watts, volts) => (volts > 0 ? watts / volts : watts === 0 ? 0 : NaN);

export function inverter(ctx) {
  const power = big('wave', 'load');
  const output = table(['Voltage', 'Current', 'Power'], PHASES);
  const heat = pairs('sums', ['DC-T', 'AC-T', 'Losses', 'AC frequency']);
  return view(ctx, 'Inverter', {
    parts: [power.root, output.root, heat.root],
    show(snapshot, sub) {
      const flows = flowsOf(snapshot);
      const volts = phases(flows.load_v);
      const watts = phases(flows.inverter_w);
      sub(STATES[flows.state] || NONE);
      power.show(lcdWatts(sum(watts)), sum(watts) <= -STILL_W ? 'takes from AC' : 'to AC');
      output.show(watts.map((w, n) => [lcd(volts[n], 'V'), lcd(amperesOf(w, volts[n]), 'A', 1), lcdWatts(w)]));
      // One heat sink carries both stages, so both lines read it.
      const sink = lcd(flows.sink_c, '°C', 1);
      heat.show([sink, sink, lcdWatts(flows.loss_w), lcd(flows.frequency_hz, 'Hz', 2)]);
      // Older LCD firmware has no temperatures here.
      for (const cell of heat.cells.slice(0, 2)) cell.hidden = ctx.store.setting('lcd_temps') === false;
    },
  });
}

export function load(ctx) {
  const power = big('house', 'load');
  const output = table(['Voltage', 'Power'], PHASES);
  const curve = curveButton(ctx, 'load');
  const sums = pairs('sums', ['Today', 'Total'], {buttons: [curve]});
  return view(ctx, 'Load', {
    parts: [power.root, output.root, sums.root],
    buttons: [curve],
    show(snapshot, sub) {
      const flows = flowsOf(snapshot);
      const unserved = sum(flows.load_unserved_w);
      const {today_wh, total_wh} = energyOf(snapshot, 'load');
      sub(dayAndMinute(snapshot));
      const words = unserved >= STILL_W ? `${number(unserved)} W more is asked for` : 'on the backup output';
      power.show(lcdWatts(oneWay(sum(flows.load_w))), words);
      output.show(PHASES.map((_, n) => [lcd(phases(flows.load_v)[n], 'V'), lcdWatts(oneWay(phases(flows.load_w)[n]))]));
      sums.show([lcdEnergy(today_wh), lcdEnergy(total_wh)]);
    },
  });
}

/** Stand-by, Normal, Fault: what the grid page says of the mains. */
function gridStatus(snapshot) {
  if (!snapshot) return NONE;
  if (closed(snapshot, 'grid')) return 'Normal';
  return gridThere(snapshot) ? 'Stand-by' : 'Fault';
}

export function grid(ctx) {
  const power = big('grid', 'grid');
  const mains = table(['Voltage', 'CT', 'LD', 'Home'], PHASES);
  const curve = curveButton(ctx, 'grid');
  const sums = pairs('sums', ['BUY today', 'Total', 'SELL today', 'Total'], {buttons: [curve]});
  return view(ctx, 'Grid', {
    parts: [power.root, mains.root, sums.root],
    buttons: [curve],
    show(snapshot, sub) {
      const flows = flowsOf(snapshot);
      const watts = sum(flows.grid_w);
      const there = gridThere(snapshot);
      const [buy, sell] = [energyOf(snapshot, 'buy'), energyOf(snapshot, 'sell')];
      sub(`Status: ${gridStatus(snapshot)}`);
      const way = watts <= -STILL_W ? 'selling' : watts >= STILL_W ? 'buying' : '';
      power.show(lcdWatts(watts), there ? way : 'not there', there ? hertz(flows.grid_hz) : '');
      const meters = ['grid_w', 'ld_w', 'home_w'].map((key) => phases(flows[key]));
      const line = (volts, n) => [lcd(volts, 'V'), ...meters.map((meter) => lcdWatts(meter[n]))];
      mains.show(phases(flows.grid_v).map(line));
      sums.show([buy.today_wh, buy.total_wh, sell.today_wh, sell.total_wh].map(lcdEnergy));
    },
  });
}

export function generator(ctx) {
  const power = big('gen', 'gen');
  const port = table(['Voltage', 'Power'], PHASES);
  const curve = curveButton(ctx, 'generator');
  const sums = pairs('sums', ['Today', 'Total'], {buttons: [curve]});
  return view(ctx, 'Generator', {
    parts: [power.root, port.root, sums.root],
    buttons: [curve],
    show(snapshot, sub) {
      const flows = flowsOf(snapshot);
      const {today_wh, total_wh} = energyOf(snapshot, 'generator');
      const carries = closed(snapshot, 'gen');
      sub(closed(snapshot, 'gen_start') ? 'Start signal on' : 'Start signal off');
      const words = carries ? 'feeds the house' : generatorThere(snapshot) ? 'runs up' : 'not there';
      power.show(lcdWatts(sum(flows.gen_w)), words, hertz(flows.gen_hz));
      port.show(PHASES.map((_, n) => [lcd(phases(flows.gen_v)[n], 'V'), lcdWatts(phases(flows.gen_w)[n])]));
      sums.show([lcdEnergy(today_wh), lcdEnergy(total_wh)]);
    },
  });
}
