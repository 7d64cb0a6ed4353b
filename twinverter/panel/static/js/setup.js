// System Setup (manual 5.4): the tiles, and the way from a tile or a setting to its page.

import {el, icon} from './dom.js';
import {head} from './figures.js';
import {whenRead} from './reading.js';
import {SettingsPage} from './settings_page.js';

// What stands on a tile beside its words; a tile that is not known here shows the tools.
const SIGNS = {
  'Battery Setting': 'bat', 'System Work Mode': 'clock', 'Grid Setting': 'grid', 'Gen Port Use': 'gen', 'Basic Setting': 'gear',
  'Advanced Function': 'tools', 'Li-Batt Info': 'bms', 'Device Info': 'info', Installer: 'hand',
};

// Pages that show and set nothing have routes of their own.
const VIEWS = new Set(['bms', 'info']);

const routeTo = (key) => (VIEWS.has(key) ? key : `set/${key}`);

/** The route of the page on which a setting stands; null where no page of the LCD has it. */
export function routeOf(path, store) {
  const row = store.menu?.rows[path] || Object.values(store.menu?.rows || {}).find((one) => one.key === path);
  const page = row && store.menu.pages.find((one) => one.key === row.page);
  return page?.tile ? routeTo(page.key) : null;
}

function tiles(ctx) {
  const found = ctx.store.menu.tiles.filter((tile) => tile.pages.length);
  const open = (tile) => {
    // Coming back, the cursor stands on the tile again.
    ctx.memory.at = found.indexOf(tile);
    ctx.go(routeTo(tile.pages[0]));
  };
  const buttons = found.map((tile) => el('button', {type: 'button', onclick: () => open(tile)},
    icon(SIGNS[tile.title] || 'tools'), el('span', {}, tile.title)));
  let at = ctx.memory.at ?? -1;
  buttons[at]?.classList.add('cur');
  const step = (by) => {
    buttons[at]?.classList.remove('cur');
    at = at < 0 ? (by > 0 ? 0 : buttons.length - 1) : (at + by + buttons.length) % buttons.length;
    buttons[at].classList.add('cur');
    buttons[at].scrollIntoView({block: 'nearest'});
    ctx.announce(found[at].title);
  };
  return {
    title: 'System Setup',
    el: el('div', {class: 'scr'}, head(ctx, 'System Setup'), el('div', {class: 's-menu'}, buttons)),
    onKey(key) {
      if (key === 'esc') return false;
      if (key === 'enter' && at >= 0) buttons[at].click();
      else step(key === 'up' ? -1 : 1);
      return true;
    },
    update() {},
  };
}

function settings(ctx) {
  const page = ctx.store.menu.pages.find((one) => one.key === ctx.args[0] && one.tile && !VIEWS.has(one.key));
  return page ? new SettingsPage(ctx, page) : tiles(ctx);
}

/** System Setup. */
export const menu = whenRead('System Setup', tiles);

/** A page of settings, `set/KEY` with a page's key from the menu. */
export const page = whenRead('System Setup', settings);
