// A page that needs the menu and the settings waits here until the inverter has told them.

import {el} from './dom.js';
import {head} from './figures.js';
import {NONE} from './format.js';

function waiting(ctx, title, open) {
  const frame = el('div', {class: 'scr'}, head(ctx, title), el('div', {class: 'void'}, NONE));
  let page = null;
  const begin = () => {
    if (page || !ctx.store.menu || !ctx.store.settings) return;
    page = open(ctx);
    frame.replaceWith(page.el);
    if (ctx.store.snapshot) page.update(ctx.store.snapshot);
  };
  const off = [ctx.store.on('menu', begin), ctx.store.on('settings', begin)];
  return {
    title,
    el: frame,
    onKey: (key) => Boolean(page?.onKey(key)),
    update: (snapshot) => page?.update(snapshot),
    dispose() {
      off.forEach((leave) => leave());
      page?.dispose?.();
    },
  };
}

/** The factory `open`, once there is what it reads; until then a frame with dashes. */
export const whenRead = (title, open) => (ctx) => (ctx.store.menu && ctx.store.settings ? open(ctx) : waiting(ctx, title, open));
