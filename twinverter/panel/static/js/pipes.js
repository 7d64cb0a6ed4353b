// The pipes of the home page, drawn twice: for the flat LCD and for the upright one.
// Dots run from the source to the sink; a chevron on the pipe says the same without moving.

import {classes, setAttr, svg} from './dom.js';
import {STILL_W, known} from './format.js';

// Per line: the way from its gauge to the centre (load: from the centre), and the chevron's place and look.
const WIDE = {
  box: '0 0 800 480',
  pv: ['M224 161h38q26 0 26 26v15q0 26 26 26h20', 288, 194, 'down'],
  battery: ['M224 372h38q26 0 26-26v-58q0-26 26-26h20', 288, 316, 'up'],
  grid: ['M576 161h-38q-26 0-26 26v15q0 26-26 26h-20', 512, 194, 'down'],
  load: ['M466 262h20q26 0 26 26v58q0 26 26 26h38', 512, 316, 'down'],
  gen: ['M400 408v-96', 400, 394, 'up'],
};
const TALL = {
  box: '0 0 400 564',
  pv: ['M100 236v26q0 22 22 22h24', 100, 254, 'down'],
  battery: ['M100 362v-24q0-22 22-22h24', 100, 348, 'up'],
  grid: ['M300 236v26q0 22-22 22h-24', 300, 254, 'down'],
  load: ['M254 316h24q22 0 22 22v24', 300, 346, 'down'],
  gen: ['M200 538V356', 200, 448, 'up'],
};
const TURNED = {up: 'down', down: 'up'};

// Two gaps between dots take 2.6 s at rest and 0.8 s at 8 kW.
const SLOW_S = 2.6;
const FAST_S = 0.8;
const FULL_W = 8000;
// Twenty pictures a second are smooth at this pace, and spare a machine that draws without a GPU.
const PICTURES_HZ = 20;

const chevron = (x, y, look) => (look === 'down' ? `M${x - 7} ${y - 4}l7 8 7-8` : `M${x - 7} ${y + 4}l7-8 7 8`);

class Pipe {
  constructor(key, [path, x, y, look]) {
    this.key = key;
    this.chevrons = {fwd: chevron(x, y, look), rev: chevron(x, y, TURNED[look])};
    this.chev = svg('path', {class: 'chev', d: this.chevrons.fwd});
    this.root = svg('g', {class: `flow l-${key}`, 'data-flow': key},
      svg('path', {class: 'pipe', d: path}), svg('path', {class: 'run', d: path}), this.chev);
  }

  show(w, {still, gone, hidden}) {
    const on = !still && !gone && known(w) && Math.abs(w) >= STILL_W;
    const back = w < 0;
    const share = Math.min(1, Math.abs(w) / FULL_W);
    const look = classes('flow', `l-${this.key}`, on && 'on', back && 'rev', gone && 'gone', hidden && 'hid');
    setAttr(this.root, 'class', look);
    if (on) {
      const round_s = (SLOW_S - (SLOW_S - FAST_S) * share).toFixed(1);
      this.root.style.setProperty('--dur', `${round_s}s`);
      this.root.style.setProperty('--pictures', Math.round(round_s * PICTURES_HZ));
    }
    setAttr(this.chev, 'd', back ? this.chevrons.rev : this.chevrons.fwd);
  }
}

export class Pipes {
  constructor() {
    this.drawings = [WIDE, TALL].map((plan, index) => {
      const pipes = Object.entries(plan).filter(([key]) => key !== 'box').map(([key, way]) => new Pipe(key, way));
      const frame = {class: `flows ${index ? 'tall' : 'wide'}`, viewBox: plan.box, 'aria-hidden': 'true'};
      const root = svg('svg', frame, pipes.map((pipe) => pipe.root));
      return {root, pipes};
    });
    this.roots = this.drawings.map((drawing) => drawing.root);
  }

  /** Show each line's watts; `states` says per line what stands still, is gone or hidden. */
  show(watts, states) {
    for (const {pipes} of this.drawings) for (const pipe of pipes) pipe.show(watts[pipe.key], states[pipe.key] || {});
  }
}
