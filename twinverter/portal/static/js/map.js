// All sites on a map that asks nobody: coasts and borders of Natural Earth, a net of degrees, and a mark
// for each site with its state and its name. The same as a list stands below.

import {readRows} from './api.js';
import {classes, el, icon, setText, svg, tap} from './dom.js';
import {Watch} from './live.js';
import {MINUS} from './format.js';
import {ofSite} from './site_row.js';
import {STATES, empty, fill} from './states.js';

// A unit of land.svg is a twentieth of a degree.
const UNITS = 20;
const LAND = new URL('../land.svg', import.meta.url).pathname;
const MOST_SCALE = 2000, STEP = 1.6, EDGE = 1.25, LEAST_SPAN_DEG = 2, MOVE = 0.15;
const NETS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30];
const NET_PX = 90;
const AGAIN_MS = 30_000;
const LABEL = {width: 150, height: 26};

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Degrees with their side of the world: `6.5° N`. */
function degrees(value, [more, less]) {
  const size = Number(Math.abs(value).toFixed(1));
  return size ? `${size}\u00b0 ${value > 0 ? more : less}` : '0\u00b0';
}

class Plot {
  constructor() {
    const use = (part, look) => svg('use', {href: `${LAND}#${part}`, class: look});
    this.land = svg('g', {}, use('land', 'map-land'), use('borders', 'map-borders'));
    this.net = svg('g');
    this.sea = svg('rect', {class: 'map-sea', width: '100%', height: '100%'});
    this.picture = svg('svg', {class: 'map-plot', 'aria-hidden': 'true'}, this.sea, this.land, this.net);
    this.pins = el('div', {class: 'map-pins'});
    this.keys = el('div', {class: 'map-keys'},
      tap('btn', () => this.zoom(STEP), {'aria-label': 'Nearer'}, icon('plus')), tap('btn', () => this.zoom(1 / STEP), {'aria-label': 'Farther'}, icon('minus')),
      tap('btn', () => this.fit(), {'aria-label': 'All sites'}, icon('house')));
    this.root = el('div', {class: 'map', tabindex: '0', role: 'application', 'aria-label': 'Map of the sites. Arrow keys move it, plus and minus zoom, 0 shows all sites; the same sites stand in the list below.',
      onkeydown: (event) => this.key(event), onpointerdown: (event) => this.grab(event), onpointermove: (event) => this.drag(event),
      onpointerup: () => { this.held = null; }, onpointercancel: () => { this.held = null; }, ondblclick: () => this.zoom(STEP)}, this.picture, this.pins, this.keys);
    this.watch = new ResizeObserver(() => (this.scale ? this.draw() : this.fit()));
    this.watch.observe(this.picture);
    this.sites = [];
  }

  show(sites) {
    const isFirst = !this.sites.length;
    this.sites = sites;
    this.marks = sites.map((site) => {
      const {word, sign, look} = STATES[site.state];
      return el('a', {class: classes('map-pin', look), href: ofSite(site).href}, icon(sign), el('b', {class: 'vh'}, `${word}: `), el('span', {}, site.name));
    });
    this.pins.replaceChildren(...this.marks);
    if (isFirst) this.fit();
    else this.draw();
  }

  get size() {
    return {width: this.picture.clientWidth, height: this.picture.clientHeight};
  }

  /** A degree of longitude is shorter by the cosine of the latitude in the middle. */
  get squeeze() {
    return Math.cos(clamp(this.latitude, -75, 75) * Math.PI / 180);
  }

  fit() {
    const {width, height} = this.size;
    if (!width || !this.sites.length) return;
    const [latitudes, longitudes] = ['latitude_deg', 'longitude_deg'].map((key) => this.sites.map((site) => site[key]));
    const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
    const span = (values) => Math.max(LEAST_SPAN_DEG, (Math.max(...values) - Math.min(...values)) * EDGE);
    Object.assign(this, {latitude: middle(latitudes), longitude: middle(longitudes)});
    this.scale = Math.min(width / span(longitudes) / this.squeeze, height / span(latitudes), MOST_SCALE);
    this.draw();
  }

  zoom(by) {
    this.scale = clamp(this.scale * by, this.size.width / 360, MOST_SCALE);
    this.draw();
  }

  move(right_px, down_px) {
    this.longitude = clamp(this.longitude + right_px / this.scale / this.squeeze, -180, 180);
    this.latitude = clamp(this.latitude - down_px / this.scale, -80, 85);
    this.draw();
  }

  key(event) {
    const {width, height} = this.size;
    const moves = {ArrowLeft: [-width, 0], ArrowRight: [width, 0], ArrowUp: [0, -height], ArrowDown: [0, height]};
    if (event.target !== this.root) return;
    if (moves[event.key]) this.move(moves[event.key][0] * MOVE, moves[event.key][1] * MOVE);
    else if (event.key === '+' || event.key === '=') this.zoom(STEP);
    else if (event.key === '-') this.zoom(1 / STEP);
    else if (event.key === '0') this.fit();
    else return;
    event.preventDefault();
  }

  grab(event) {
    if (!event.target.closest('a, button')) this.held = event;
  }

  drag(event) {
    if (!this.held || !event.buttons) return;
    this.move(this.held.clientX - event.clientX, this.held.clientY - event.clientY);
    this.held = event;
  }

  x(longitude_deg) {
    return this.size.width / 2 + (longitude_deg - this.longitude) * this.scale * this.squeeze;
  }

  y(latitude_deg) {
    return this.size.height / 2 - (latitude_deg - this.latitude) * this.scale;
  }

  draw() {
    const {width, height} = this.size;
    if (!width || !this.scale) return;
    this.picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const unit = this.scale / UNITS;
    this.land.setAttribute('transform', `translate(${width / 2} ${height / 2}) scale(${unit * this.squeeze} ${unit}) translate(${-this.longitude * UNITS} ${this.latitude * UNITS})`);
    this.net.replaceChildren(...this.netLines(width, height));
    this.place(width, height);
  }

  netLines(width, height) {
    const step = NETS.find((one) => one * this.scale >= NET_PX) || NETS.at(-1);
    const every = (low, high) => Array.from({length: Math.max(0, Math.floor(high / step) - Math.ceil(low / step) + 1)}, (_, index) => (Math.ceil(low / step) + index) * step);
    const [half_x, half_y] = [width / 2 / this.scale / this.squeeze, height / 2 / this.scale];
    const line = (d) => svg('path', {class: 'map-lines', d});
    const words = (x, y, text) => svg('text', {class: 'map-degrees', x, y, text: text.replace('-', MINUS)});
    return [
      ...every(this.longitude - half_x, this.longitude + half_x).flatMap((at) => [line(`M${this.x(at).toFixed(1)} 0V${height}`), words(this.x(at) + 4, height - 6, degrees(at, 'EW'))]),
      ...every(this.latitude - half_y, this.latitude + half_y).flatMap((at) => [line(`M0 ${this.y(at).toFixed(1)}H${width}`), words(6, this.y(at) - 4, degrees(at, 'NS'))]),
    ];
  }

  /** Put the marks where they lie; of names that would cover each other the first in the list stays,
   *  and a name that nobody needs now does not cover another mark. */
  place(width, height) {
    const taken = [];
    const spots = this.sites.map((site) => [this.x(site.longitude_deg), this.y(site.latitude_deg)]);
    spots.forEach(([x, y], index) => {
      const mark = this.marks[index];
      mark.hidden = x < 0 || y < 0 || x > width || y > height;
      mark.style.setProperty('transform', `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`);
      const covers = (at) => ([a, b]) => Math.abs(b - y) < LABEL.height && a - x > -LABEL.width * at && a - x < LABEL.width;
      const isCalm = this.sites[index].state === 'fine' || this.sites[index].state === 'new';
      const isMute = x + LABEL.width > width || taken.some(covers(1)) || (isCalm && spots.some((spot, other) => other !== index && covers(0)(spot)));
      mark.classList.toggle('is-mute', isMute);
      if (!mark.hidden && !isMute) taken.push([x, y]);
    });
  }
}

class SiteMap {
  constructor(place, context) {
    this.context = context;
    this.plot = new Plot();
    this.list = el('ul', {class: 'map-list'});
    this.unplaced = el('small');
    this.body = el('div');
    place.replaceChildren(el('div', {class: 'ph'}, el('h1', {}, 'Map')), this.body);
    this.first();
  }

  async first() {
    const isThere = await fill(this.body, 'the sites', () => readRows('sites', 'sites'), (found) => {
      this.show(found);
      if (!this.placed.length) return empty('house', 'No site has a place on the map yet', 'An owner gives a site its latitude and longitude; a device that knows its own brings them along.');
      return [this.plot.root, el('p', {class: 'map-foot'}, 'Coasts and borders: Natural Earth 1:50m, public domain.'),
        el('section', {class: 'card'}, el('h2', {}, 'The same as a list', this.unplaced), this.list)];
    });
    if (!isThere || this.over) return;
    this.watch = new Watch('', () => null, () => this.again());
    this.timer = setInterval(() => document.hidden || this.again(), AGAIN_MS);
    this.context.ready();
  }

  async again() {
    const found = await readRows('sites', 'sites').catch(() => null);
    if (found && !this.over) this.show(found);
  }

  show({sites}) {
    const key = JSON.stringify(sites.map(({id, state, name, latitude_deg, longitude_deg}) => [id, state, name, latitude_deg, longitude_deg]));
    if (this.key === key) return;
    this.key = key;
    this.placed = sites.filter((site) => site.latitude_deg !== null && site.longitude_deg !== null);
    const rest = sites.length - this.placed.length;
    setText(this.unplaced, rest ? `${rest} without a place on the map` : '');
    this.plot.show(this.placed);
    this.list.replaceChildren(...sites.map((site) => el('li', {class: classes('site-mark', STATES[site.state].look)},
      el('a', {href: ofSite(site).href}, icon(STATES[site.state].sign), el('span', {class: 'vh'}, `${STATES[site.state].word}: `), [site.name, site.place].filter(Boolean).join(', ')))));
  }

  close() {
    this.over = true;
    this.watch?.close();
    clearInterval(this.timer);
    this.plot.watch.disconnect();
  }
}

/** The map of all sites. */
export function open(place, route, context) {
  context.title('Map');
  return new SiteMap(place, context);
}
