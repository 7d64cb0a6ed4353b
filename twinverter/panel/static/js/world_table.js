// How the controls of the world's table are shown: their group, picture and short name here, and the
// words for both ends of a switch. Bounds, steps, units and full labels come from the table itself;
// a control this page does not know yet is shown in the group the table names.

const phase = (number) => ({icon: 'house', name: `Phase L${number}`, tint: 'ink'});

// A slider over all that is allowed would be too coarse around what is usual: these show a part.
const AROUND_HZ = 5;
const BEYOND_V = 25;
const WINDOW_V = ['grid_vol_low', 'grid_vol_high'];

function aroundWindow(setting) {
  const [low_v, high_v] = WINDOW_V.map((key) => Number(setting(key)));
  return [low_v - BEYOND_V, high_v + BEYOND_V];
}

function aroundNominal(setting) {
  const nominal_hz = Number(setting('grid_frequency_hz'));
  return [nominal_hz - AROUND_HZ, nominal_hz + AROUND_HZ];
}

// The modes of the DRM input: buttons side by side, several may be pressed.
const DRM = Array.from({length: 9}, (_, mode) => `drm.${mode}`);
const DRM_SHOWN = Object.fromEntries(DRM.map((key, mode) => [key, {icon: 'wave', name: `DRM${mode}`, small: true}]));

const SHOWN = {
  sun_w_m2: {icon: 'sun', name: 'Sun', tint: 'solar'},
  cloud: {icon: 'cloud', name: 'Cloud'},
  ambient_c: {icon: 'temp', name: 'Outside'},
  load_l1_w: phase(1),
  load_l2_w: phase(2),
  load_l3_w: phase(3),
  home_w: {icon: 'meter', name: 'Home load', tint: 'ink'},
  grid_on: {icon: 'grid', name: 'Grid', on: 'there', off: 'not there'},
  grid_l1_v: {name: 'L1', tint: 'grid', needs: 'grid_on'},
  grid_l2_v: {name: 'L2', tint: 'grid', needs: 'grid_on'},
  grid_l3_v: {name: 'L3', tint: 'grid', needs: 'grid_on'},
  grid_hz: {name: 'Frequency', tint: 'grid', needs: 'grid_on', decimals: 2, window: ['grid_hz_low', 'grid_hz_high', 1], span: aroundNominal},
  gen_ready: {icon: 'gen', name: 'Generator', on: 'can start', off: 'refuses to start'},
  gen_by_hand: {icon: 'hand', name: 'Started by hand', on: 'yes', off: 'no'},
  smart_load_w: {icon: 'plug', name: 'Smart load', tint: 'ink'},
  micro_inverter_w: {icon: 'sun', name: 'Micro-inverter', tint: 'solar'},
  bms_silent: {icon: 'bms', name: 'Battery BMS', on: 'answers', off: 'silent', inverted: true},
  battery_c: {icon: 'temp', name: 'Battery', tint: 'battery'},
  battery_sensor_ok: {icon: 'temp', name: 'Battery sensor off', breaks: true},
  ct_ok: {icon: 'clamp', name: 'Clamps not readable', breaks: true},
  phase_order_ok: {icon: 'auto', name: 'Phases swapped', breaks: true},
  forced_island: {icon: 'lost', name: 'Leave the grid', on: 'told', off: 'not told'},
  ...DRM_SHOWN,
  'appliance.kettle': {icon: 'kettle'},
  'appliance.fridge': {icon: 'fridge'},
  'appliance.pump': {icon: 'pump'},
  'appliance.air_conditioner': {icon: 'air', name: 'Air con.'},
};

const GROUPS = [
  ['Sky', 'sun_w_m2', 'cloud', 'ambient_c'],
  ['House', 'load_l1_w', 'load_l2_w', 'load_l3_w', 'home_w'],
  ['Grid', 'grid_on', 'grid_l1_v', 'grid_l2_v', 'grid_l3_v', 'grid_hz'],
  ['Generator port', 'gen_ready', 'gen_by_hand', 'smart_load_w', 'micro_inverter_w'],
  ['Battery', 'bms_silent', 'battery_c'],
  ['Signals', ...DRM, 'forced_island'],
];
const BREAKS = 'Break something';

/** The three sliders that are moved as one until each phase is asked for. */
export const VOLTS = {
  keys: ['grid_l1_v', 'grid_l2_v', 'grid_l3_v'],
  name: 'Voltage', label: 'Voltage of all phases', tint: 'grid', needs: 'grid_on', window: [...WINDOW_V, 0], span: aroundWindow,
};

export const isAppliance = (row) => row.key.startsWith('appliance.');
export const isDefect = (row) => row.group === 'defects';

function groupOf(row) {
  if (SHOWN[row.key]?.breaks || isDefect(row)) return BREAKS;
  if (isAppliance(row)) return 'House';
  return GROUPS.find((group) => group.includes(row.key, 1))?.[0] || row.group || 'More';
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** The rows of the table by group, each with what this page knows of it: `[title, rows]`. */
export function grouped(table) {
  const order = GROUPS.flat();
  const place = (row) => (order.includes(row.key) ? order.indexOf(row.key) : order.length);
  const groups = new Map([...GROUPS.map(([title]) => [title, []])]);
  for (const row of table.filter((one) => one.kind !== 'moment')) {
    const title = capital(groupOf(row));
    if (!groups.has(title)) groups.set(title, []);
    groups.get(title).push({name: isAppliance(row) ? '' : row.label, tint: '', ...row, ...SHOWN[row.key]});
  }
  for (const rows of groups.values()) rows.sort((one, other) => place(one) - place(other));
  return [...groups].filter(([, rows]) => rows.length).sort(([one], [other]) => (one === BREAKS) - (other === BREAKS));
}
