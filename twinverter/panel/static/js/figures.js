// The building blocks of the view pages: heads, figures with units, tables, sums.

import {classes, el, icon, setText, tap} from './dom.js';
import {NONE} from './format.js';

const HARD = '\u00a0';

/** A figure with its unit set smaller; `show({n, u})` writes both. */
export function figure(tag = 'span', props = {}) {
  const number = document.createTextNode(NONE);
  const unit = el('i');
  const root = el(tag, props, number, unit);
  const show = ({n, u}) => {
    if (number.data !== n) number.data = n;
    setText(unit, u ? HARD + u : '');
  };
  return {root, show};
}

/** The head of an LCD page: back button, title, and a second word at the right. */
export function head(ctx, title, sub = '') {
  const back = tap('sq', () => ctx.back(), {'aria-label': 'Back'}, icon('back'));
  return el('div', {class: 'head'}, back, el('h3', {}, title), el('span', {class: 'sub'}, sub));
}

/** The big figure of a page with its icon and words; `show(pair, words, end)`. */
export function big(sign, line) {
  const number = figure('span', {class: 'n'});
  const words = el('span');
  const end = el('span', {class: 'w end'});
  const root = el('div', {class: 'big'}, number.root, el('span', {class: 'w'}, icon(sign, `l-${line}`), words), end);
  return {
    root,
    show(pair, said, ending = '') {
      number.show(pair);
      setText(words, said);
      setText(end, ending);
    },
  };
}

/** A table of named rows and columns; `show(list of lists of pairs)`. */
export function table(columns, rows) {
  const figures = rows.map(() => columns.map(() => figure('td')));
  const heads = columns.map((name) => el('th', {scope: 'col'}, name));
  const line = (name, row) => el('tr', {}, el('th', {scope: 'row'}, name), figures[row].map((one) => one.root));
  return {
    root: el('table', {class: 'tbl'}, el('thead', {}, el('tr', {}, el('td'), heads)), el('tbody', {}, rows.map(line))),
    show(values) {
      values.forEach((line, row) => line.forEach((pair, column) => figures[row][column].show(pair)));
    },
  };
}

/** Names and figures in a list, look `sums` or `kv`, with buttons; `show([pairs])` in the order of the names. */
export function pairs(look, names, {cells: more = [], buttons = []} = {}) {
  const figures = names.map(() => figure('dd'));
  const cells = names.map((name, index) => el('div', {}, el('dt', {}, name), figures[index].root));
  return {
    root: el('div', {class: look},
      el('dl', {}, cells, more), buttons.length > 0 && el('div', {class: 'acts'}, buttons)),
    cells,
    show: (values) => values.forEach((pair, index) => figures[index].show(pair)),
  };
}

/** A button of a view page. */
export const button = (words, onclick, look = '') => tap(classes('lbtn', look), onclick, {}, words);
