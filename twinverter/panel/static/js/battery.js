// The battery page (S06): charge with the three thresholds, current, stage, and the way to the BMS.

import {el, icon, setText} from './dom.js';
import {big, button, pairs} from './figures.js';
import {NONE, clockParts, known, lcd, lcdWatts, number, percent} from './format.js';
import {written} from './rows.js';
import {view} from './view.js';

const MODE = 'battery.batt_mode';
const STAGES = {bulk: 'Bulk', absorb: 'Absorption', float: 'Float', equalize: 'Equalisation'};

// Thresholds drawn on the bar: setting and short word; they are volts where the mode is Use Batt V.
const MARKS = [['shutdown_soc_pct', 'off'], ['low_batt_soc_pct', 'low'], ['restart_soc_pct', 'back']];

// Below this current no time is foretold; further ahead than this it would be a guess.
const IDLE_A = 1;
const FAR_H = 24;

const word = (amperes) => (amperes > IDLE_A / 2 ? 'Discharge' : amperes < -IDLE_A / 2 ? 'Charge' : 'Stand-by');

/** When the charge reaches full or shutdown at this current: `, full at about 14:30`, or nothing. */
function outlook(ctx, snapshot) {
  const {battery_a: amperes, soc} = snapshot.flows || {};
  const capacity_ah = ctx.store.setting('batt_capacity_ah');
  const floor = ctx.store.setting('shutdown_soc_pct') / 100;
  const at = clockParts(snapshot.clock);
  if (!at || !known(capacity_ah) || !known(soc) || !(Math.abs(amperes) > IDLE_A)) return '';
  const hours = (amperes < 0 ? 1 - soc : soc - floor) * capacity_ah / Math.abs(amperes);
  if (!(hours > 0) || hours > FAR_H) return '';
  const minutes = Math.round((at.hour * 60 + at.minute + hours * 60) / 10) * 10 % 1440;
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return amperes < 0 ? `, full at about ${clock}` : `, at ${Math.round(floor * 100)} % at about ${clock}`;
}

function chargeBar() {
  const fill = el('span', {class: 'fill'});
  const marks = MARKS.map(([, name]) => {
    const label = el('span', {}, name);
    return {root: el('em', {}, label), label};
  });
  const root = el('div', {class: 'soc', role: 'img'}, fill, marks.map((mark) => mark.root));
  return {
    root: el('div', {class: 'socbox'}, root),
    show(ctx, soc) {
      fill.style.width = known(soc) ? `${Math.round(soc * 100)}%` : '0';
      const inVolts = ctx.store.setting(MODE) === 'use_batt_v';
      const said = MARKS.map(([key, name], index) => {
        const at = ctx.store.setting(key);
        const {root: mark, label} = marks[index];
        mark.hidden = inVolts || !known(at);
        mark.style.left = `${at}%`;
        setText(label, `${name} ${at}`);
        return mark.hidden ? '' : `, ${name} at ${at} %`;
      });
      root.setAttribute('aria-label', `Charge ${known(soc) ? number(soc * 100) : NONE} %${said.join('')}`);
    },
  };
}

export function battery(ctx) {
  const charge = big('bat', 'battery');
  const bar = chargeBar();
  const cells = pairs('kv', ['U', 'I', 'Power', 'Temp']);
  const bms = button('Li-BMS', () => bms.getAttribute('aria-disabled') === 'true' || ctx.go('bms'));
  const curve = button('Energy', () => ctx.go('curve/battery'));
  const sums = pairs('sums', ['Stage', 'Limit from BMS', 'Charged today', 'Given today'], {buttons: [curve, bms]});
  const why = el('span');
  const foot = el('div', {class: 'foot'}, icon('info'), why);
  return view(ctx, 'Batt', {
    parts: [charge.root, bar.root, cells.root, sums.root, foot],
    buttons: [bms, curve],
    show(snapshot, sub) {
      const flows = snapshot?.flows || {};
      const mode = ctx.store.setting(MODE);
      const lithium = mode === undefined || mode === 'lithium';
      const amperes = flows.battery_a;
      sub(snapshot ? word(amperes) : NONE);
      const doing = amperes < -IDLE_A / 2 ? 'charging' : amperes > IDLE_A / 2 ? 'discharging' : 'resting';
      charge.show(percent(flows.soc), snapshot ? `${doing}${outlook(ctx, snapshot)}` : '');
      bar.show(ctx, flows.soc);
      const [volts, degrees] = [lcd(flows.battery_v, 'V', 2), lcd(flows.battery_c, '°C', 1)];
      cells.show([volts, lcd(amperes, 'A', 2), lcdWatts(flows.battery_w), degrees]);
      sums.show([
        {n: STAGES[flows.stage] || NONE, u: ''},
        lcd(snapshot?.bms?.bms_charge_limit_a, 'A'),
        ...['charge', 'discharge'].map((line) => lcd(snapshot?.energy?.[line]?.today_wh / 1000, 'kWh', 1)),
      ]);
      sums.cells[1].hidden = !lithium;
      bms.setAttribute('aria-disabled', String(!lithium));
      bms.classList.toggle('greyed', !lithium);
      foot.hidden = lithium;
      const row = ctx.store.menu?.rows[MODE];
      setText(why, row ? `Li-BMS is grey: ${row.name} is ${written(row, mode)} (${row.place}).` : '');
    },
  });
}
