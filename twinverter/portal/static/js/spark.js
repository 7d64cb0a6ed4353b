// The day so far as a small curve: mean solar power a quarter of an hour.

import {svg} from './dom.js';
import {known} from './format.js';

const [WIDTH, HEIGHT, FOOT] = [200, 40, 37];
const QUARTERS = 96;
// Small days look small: a curve fills its height from here on.
const LEAST_W = 2000;

const x = (place) => ((place + 0.5) / QUARTERS * WIDTH).toFixed(1);

/** An SVG of the quarters of a day in W; `isLost` dots what should have come since. */
export function spark(quarters, isLost) {
  const values = quarters.map((value) => (known(value) ? Math.max(0, value) : 0));
  const most = Math.max(LEAST_W, ...values);
  const y = (value) => (FOOT - value / most * (FOOT - 3)).toFixed(1);
  const points = values.map((value, place) => `${x(place)} ${y(value)}`).join('L');
  const end = x(Math.max(0, values.length - 1));
  return svg('svg', {class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true'},
    svg('path', {class: 'spark-foot', d: `M0 ${FOOT}H${WIDTH}`}),
    values.length && svg('path', {class: 'spark-area', d: `M0 ${FOOT}L${points}L${end} ${FOOT}Z`}),
    values.length && svg('path', {class: 'spark-line', d: `M${points}`}),
    isLost && svg('path', {class: 'spark-lost', d: `M${end} ${FOOT}h28`}));
}
