// The pages of the lithium battery's own computer (S07 sum, S08 details).

import {el, icon, setAttr} from './dom.js';
import {button, figure, head, pairs} from './figures.js';
import {NONE, lcd, number} from './format.js';

/** Both pages share the frame: head, something, and the two tabs at the bottom; Up and Down change the tab. */
function frame(ctx, title, body, tabs, show) {
  const top = head(ctx, 'Li-BMS');
  const sub = top.querySelector('.sub');
  const other = tabs.find((tab) => !tab.classList.contains('on'));
  const page = {
    title,
    el: el('div', {class: 'scr'}, top, body,
      el('div', {class: 'tabs', role: 'group', 'aria-label': 'Pages of the BMS'}, tabs)),
    update: (snapshot) => show(snapshot, (words) => { sub.textContent = words; }),
    onKey: (key) => key !== 'esc' && (other.click(), true),
  };
  page.update(ctx.store.snapshot);
  return page;
}

function tab(words, on, onclick) {
  const made = button(words, onclick, on ? 'on' : '');
  if (on) made.setAttribute('aria-current', 'page');
  return made;
}

/** Whether the battery answers, in words; a battery without such a computer never does. */
function heard(bms) {
  if (!bms) return NONE;
  return bms.speaks ? 'answers' : 'silent';
}

export function bms(ctx) {
  const names = ['Mean Voltage', 'Charging Voltage', 'Total Current', 'Discharging Voltage', 'Mean Temp',
    'Charging current', 'Total SOC', 'Discharging current', 'Dump Energy'];
  const ticked = el('span', {class: 'tick', role: 'img'}, icon('tick'));
  const force = el('div', {}, el('dt', {}, 'Request Force Charge'), el('dd', {}, ticked));
  const sums = pairs('kv close', names, {cells: [force]});
  const tabs = [tab('Sum Data', true, () => ctx.go('bms')), tab('Details Data', false, () => ctx.go('bmsd'))];
  return frame(ctx, 'Li-BMS, sum', sums.root, tabs, (snapshot, sub) => {
    const of = snapshot?.bms || {};
    sub(heard(snapshot?.bms));
    sums.show([
      lcd(of.bms_voltage_v, 'V', 2), lcd(of.bms_charge_v, 'V', 1), lcd(of.bms_current_a, 'A', 2),
      lcd(of.bms_discharge_v, 'V', 1), lcd(of.bms_temp_c, '°C', 1), lcd(of.bms_charge_limit_a, 'A'),
      lcd(of.bms_soc_pct, '%'), lcd(of.bms_discharge_limit_a, 'A'), lcd(of.dump_energy_ah, 'Ah'),
    ]);
    ticked.classList.toggle('on', Boolean(of.bms_force_charge));
    setAttr(ticked, 'aria-label', of.bms_force_charge ? 'yes' : 'no');
  });
}

// Columns of the details page: name, figure of a pack, and whether a narrow LCD leaves it out.
const COLUMNS = [
  ['Volt', (pack) => number(pack.bms_voltage_v, 2)], ['Curr', (pack) => number(pack.bms_current_a, 2)],
  ['Temp', (pack) => number(pack.bms_temp_c, 1)], ['SOC', (pack) => number(pack.bms_soc_pct, 1)],
  ['Energy', (pack) => number(pack.dump_energy_ah, 1), 'wide'],
  ['Charge V', (pack) => number(pack.bms_charge_v, 1), 'wide'],
  ['A', (pack) => number(pack.bms_charge_limit_a, 1), 'wide'], ['Fault', (pack) => pack.fault || '0|0|0'],
];
const MOST_PACKS = 15;

/** The packs that answer; a battery that is one bank is its own only pack. */
const packsOf = (bms) => (bms?.speaks ? bms.packs || [bms] : []).slice(0, MOST_PACKS);

export function bmsDetails(ctx) {
  const rows = el('tbody');
  const heads = COLUMNS.map(([name, , only]) => el('th', {scope: 'col', class: only}, name));
  const packs = el('table', {class: 'tbl tight'}, el('thead', {}, el('tr', {}, el('td'), heads)), rows);
  const tabs = [tab('Sum Data', false, () => ctx.go('bms')), tab('Details Data', true, () => ctx.go('bmsd'))];
  const lines = [];
  const addLine = () => {
    const cells = COLUMNS.map(([, , only]) => figure('td', {class: only}));
    lines.push(cells);
    rows.append(el('tr', {}, el('th', {scope: 'row'}, String(lines.length)), cells.map((cell) => cell.root)));
  };
  const body = el('div', {class: 'roll', tabindex: '0', role: 'group', 'aria-label': 'Packs'}, packs);
  return frame(ctx, 'Li-BMS, details', body, tabs, (snapshot, sub) => {
    const list = packsOf(snapshot?.bms);
    sub(list.length ? `${list.length} of ${MOST_PACKS} packs` : heard(snapshot?.bms));
    // One empty line keeps the frame of the page where no pack answers.
    while (lines.length < Math.max(1, list.length)) addLine();
    while (lines.length > Math.max(1, list.length)) {
      lines.pop();
      rows.lastElementChild.remove();
    }
    lines.forEach((cells, index) => cells.forEach((cell, column) => {
      const silent = column === COLUMNS.length - 1 && snapshot ? 'silent' : NONE;
      cell.show({n: list[index] ? COLUMNS[column][1](list[index]) : silent, u: ''});
    }));
  });
}
