// The frame of a view page, and what the four keys do on it.

import {Cursor} from './cursor.js';
import {el} from './dom.js';
import {head} from './figures.js';
import {generatorThere} from './there.js';

// Up and Down turn through the view pages in this order.
const ORDER = ['solar', 'inverter', 'load', 'grid', 'battery', 'generator'];

/**
 * A view page: Enter presses its main button, Up and Down its other buttons and then the neighbouring pages.
 * `parts` are the elements under the head, `show(snapshot, sub)` writes them; `sub` writes the head's second word.
 */
export function view(ctx, title, {parts, buttons = [], show}) {
  const top = head(ctx, title);
  const sub = top.querySelector('.sub');
  const cursor = new Cursor(() => (buttons.length > 1 ? buttons : []));
  const turn = (by) => {
    const runs = generatorThere(ctx.store.snapshot) || ctx.route === 'generator';
    const open = ORDER.filter((name) => name !== 'generator' || runs);
    const at = open.indexOf(ctx.route);
    ctx.replace(open[(at + by + open.length) % open.length]);
  };
  const page = {
    title,
    el: el('div', {class: 'scr'}, top, ...parts),
    update: (snapshot) => show(snapshot, (words) => { sub.textContent = words; }),
    onKey(key) {
      if (key === 'esc') return false;
      if (key === 'enter') {
        const main = buttons.find((one) => one.getAttribute('aria-disabled') !== 'true');
        if (!cursor.press() && main) main.click();
      } else if (cursor.step(key === 'down' ? 1 : -1)) ctx.announce(cursor.words);
      else turn(key === 'down' ? 1 : -1);
      return true;
    },
  };
  page.update(ctx.store.snapshot);
  return page;
}
