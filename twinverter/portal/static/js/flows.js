// The lines of a moment from its telemetry, and the words beside them: who gives, who takes.

import {known, number, power, STILL_W} from './format.js';

/** Figures of the sum of some keys, null where none of them was measured. */
function summed(figures, ...keys) {
  const found = keys.map((key) => figures[key]).filter(known);
  return found.length ? found.reduce((all, one) => all + one, 0) : null;
}

/** Powers in W, positive where they feed the loads, and the battery's charge 0 to 1. */
export function flowsOf({figures}) {
  const soc = figures.battery_soc;
  return {
    solar_w: summed(figures, 'pv1_power', 'pv2_power'),
    battery_w: summed(figures, 'battery_power'),
    grid_w: summed(figures, 'grid_power_total'),
    generator_w: summed(figures, 'gen_power_total'),
    load_w: summed(figures, 'load_power_total'),
    soc: known(soc) ? soc / 100 : null,
  };
}

/** The word of a two-way line: `giving` above, `taking` below, `still` at rest. */
export function way(watts, giving, taking, still = '') {
  if (!known(watts) || Math.abs(watts) < STILL_W) return still;
  return watts > 0 ? giving : taking;
}

/** Many houses together: no decimals from 100 kW on. */
export function together(watts) {
  if (!known(watts) || Math.abs(watts) < 1e5) return power(watts);
  return {n: number(watts / 1e3), u: 'kW'};
}

const volts = (value) => `${number(value)}\u00a0V`;

/** What stands under solar: the voltage of the strings that have one. */
export function solarWords(figures) {
  const strings = ['pv1_voltage', 'pv2_voltage'].map((key) => figures[key]).filter((value) => value > 0);
  if (!strings.length) return 'no sun on the strings';
  return `${strings.length === 1 ? '1 string' : `${strings.length} strings`}, ${strings.map(volts).join(' and ')}`;
}

export function batteryWords(figures) {
  const words = way(figures.battery_power, 'giving', 'charging', 'at rest');
  return known(figures.battery_voltage) ? `${words}, ${number(figures.battery_voltage, 1)}\u00a0V` : words;
}

export function gridWords(figures) {
  const phases = ['a', 'b', 'c'].map((phase) => figures[`grid_voltage_${phase}`]).filter(known);
  if (phases.length && Math.max(...phases) < 50) return 'not there';
  const words = [way(figures.grid_power_total, 'buying', 'selling', 'at rest')];
  if (phases.length) words.push(`${volts(phases[0])} ${number(figures.grid_frequency, 2)}\u00a0Hz`);
  return words.join(', ');
}

/** Which phase carries most of the load. */
export function loadWords(figures) {
  const phases = ['a', 'b', 'c'].map((phase) => figures[`load_power_${phase}`]);
  if (!phases.every(known)) return '';
  const most = phases.indexOf(Math.max(...phases));
  const {n, u} = power(phases[most]);
  return phases[most] < STILL_W ? 'nothing is on' : `most on L${most + 1}, ${n}\u00a0${u}`;
}
