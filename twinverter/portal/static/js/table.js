// Tables: a head, rows of cells, a caption for who cannot see the place it stands in.

import {el} from './dom.js';
import {NONE} from './format.js';

/** A figure with its unit set smaller. */
export const figured = ({n, u}) => [n, u && el('span', {class: 'u'}, u)].filter(Boolean);

/** A table: `heads` are words, `rows` lists of cells (words, elements or lists of them). */
export function table(caption, heads, rows, look = 'plain') {
  const cell = (one, place) => el(place ? 'td' : 'th', place ? {} : {scope: 'row'}, one === null || one === undefined ? NONE : one);
  return el('div', {class: 'p-scroll', tabindex: '0', role: 'region', 'aria-label': caption}, el('table', {class: look},
    el('caption', {class: 'vh'}, caption),
    el('thead', {}, el('tr', {}, heads.map((words) => el('th', {scope: 'col'}, words)))),
    el('tbody', {}, rows.map((row) => el('tr', {}, row.map(cell))))));
}

/** The same in figures: a table that opens below a picture, made when it is opened first. */
export function figures(caption, make) {
  const place = el('div');
  const box = el('details', {class: 'p-figures', ontoggle: () => box.open && !place.childElementCount && place.append(make())},
    el('summary', {}, caption), place);
  return box;
}
