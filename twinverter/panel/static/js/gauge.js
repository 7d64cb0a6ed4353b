// One round gauge of the home page: 270 degrees, green to red, with its figure and words.
// One-way gauges fill from the left end; two-way ones grow from the top, right for giving, left for taking.

import {el, icon, setAttr, setIcon, setText, svg, tap} from './dom.js';
import {ABSENT, NONE, STILL_W, kilowatts, known} from './format.js';

const SIZE = 178;
const MID = SIZE / 2;
const RADIUS = 79;
const SWEEP = 270;
const START_DEG = 135;

// Where the colour starts to turn, where it is red, and where the mark for it stands.
const CALM = 0.5;
const HOT = 0.9;

function point(turn, radius) {
  const angle = ((START_DEG + SWEEP * turn) * Math.PI) / 180;
  return `${(MID + radius * Math.cos(angle)).toFixed(2)} ${(MID + radius * Math.sin(angle)).toFixed(2)}`;
}

const spoke = (turn) => `M${point(turn, RADIUS - 7)}L${point(turn, RADIUS + 8)}`;
const ARC = `M${point(0, RADIUS)}A${RADIUS} ${RADIUS} 0 1 1 ${point(1, RADIUS)}`;

/** The dashes that draw `share` (-1..1) of the arc. */
function dashes(share, twoWay) {
  const length = Math.abs(share) * (twoWay ? SWEEP / 2 : SWEEP);
  if (!twoWay) return `${length.toFixed(1)} 600`;
  const gap = share >= 0 ? SWEEP / 2 : SWEEP / 2 - length;
  return `0 ${gap.toFixed(1)} ${length.toFixed(1)} 600`;
}

export class Gauge {
  constructor({key, name, sign, taking = '', resting = '', giving = '', twoWay = false}, onclick) {
    Object.assign(this, {name, sign, twoWay, words: {taking, resting, giving}});
    this.arc = svg('path', {class: 'val', pathLength: SWEEP, d: ARC, 'stroke-dasharray': dashes(0, twoWay)});
    this.sign18 = icon(sign);
    this.side = el('span');
    this.figure = document.createTextNode(NONE);
    this.unit = el('i');
    this.num = el('span', {class: 'g-num'}, this.figure, this.unit);
    this.sub = el('span', {class: 'g-sub'});
    this.root = tap(`gauge g-${key}`, onclick, {},
      svg('svg', {class: 'arc', viewBox: `0 0 ${SIZE} ${SIZE}`, 'aria-hidden': 'true'},
        svg('circle', {class: 'disc', cx: MID, cy: MID, r: 68}),
        svg('path', {class: 'track', d: ARC}),
        this.arc,
        svg('path', {class: 'lim', d: twoWay ? spoke((1 - HOT) / 2) + spoke((1 + HOT) / 2) : spoke(HOT)}),
        twoWay && svg('path', {class: 'zero', d: spoke(0.5)})),
      el('span', {class: 'g-top'}, this.sign18, this.side),
      this.num, this.sub,
      el('span', {class: 'g-name'}, name));
  }

  /** Show watts against the limit; `beside` stands next to the icon, `old` and `absent` say why not. */
  show({w, limit_w: limit = NaN}, {beside = '', old = false, absent = false} = {}) {
    const share = known(w) && limit > 0 ? Math.max(-1, Math.min(1, w / limit)) : 0;
    const near = !old && !absent && Math.abs(share) >= HOT;
    const heat = Math.max(0, Math.min(1, (Math.abs(share) - CALM) / (HOT - CALM)));
    const {n, u} = absent ? {n: ABSENT, u: ''} : kilowatts(w);
    const way = this.way(w);
    const word = old ? 'old' : absent ? 'not there' : near ? 'near limit' : way;
    setAttr(this.arc, 'stroke-dasharray', dashes(absent ? 0 : share, this.twoWay));
    this.root.style.setProperty('--t', heat.toFixed(3));
    this.root.classList.toggle('near', near);
    setIcon(this.sign18, near && !beside ? 'warn' : this.sign);
    setText(this.side, beside);
    if (this.figure.data !== n) this.figure.data = n;
    setText(this.unit, u);
    this.num.classList.toggle('long', n.length > 5);
    setText(this.sub, word);
    const said = absent ? 'not there' : `${n} ${u} ${way}`;
    const parts = [`${this.name} ${said}`.trim(), beside, near && 'near limit', old && 'old'];
    setAttr(this.root, 'aria-label', parts.filter(Boolean).join(', '));
  }

  way(w) {
    if (!known(w)) return '';
    if (Math.abs(w) < STILL_W) return this.words.resting;
    return w < 0 ? this.words.taking : this.words.giving;
  }
}
