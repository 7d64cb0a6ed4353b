// What is connected at this moment, as far as the measured figures tell.

import {STILL_W, known, sum} from './format.js';

// Below this a line is dead; what is left is pick-up of the wiring (assumed).
const DEAD_V = 20;

const alive = (volts) => Array.isArray(volts) && volts.some((one) => known(one) && one > DEAD_V);
const flows = (snapshot) => snapshot?.flows || {};

export const closed = (snapshot, relay) => (flows(snapshot).relays || []).includes(relay);
export const gridThere = (snapshot) => !snapshot || flows(snapshot).grid_there;
export function generatorThere(snapshot) {
  const {gen_running: running, gen_v: volts} = flows(snapshot);
  return closed(snapshot, 'gen_start') || running === true || alive(volts);
}

/** What hangs on the GEN port and shows itself: `{name, sign, w}` (positive feeds the loads), or null. */
export function auxPort(snapshot) {
  const {micro_inverter_w: micro, smart_load_w: smart, gen_w: gen} = flows(snapshot);
  const works = (relay, watts) => closed(snapshot, relay) || Math.abs(watts) >= STILL_W;
  if (works('micro_inverter', micro)) return {name: 'Micro-inverter', sign: 'sun', w: micro};
  if (works('smart_load', sum(smart))) return {name: 'Smart load', sign: 'plug', w: -sum(smart)};
  return generatorThere(snapshot) ? {name: 'Generator', sign: 'gen', w: sum(gen)} : null;
}
