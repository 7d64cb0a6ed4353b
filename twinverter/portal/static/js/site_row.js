// One site of the list: what it is, how it is, its day and its figures.

import {ago} from './clock.js';
import {classes, el, icon, setText} from './dom.js';
import {NONE, energy, joined, known, number, oneWay, percent, power} from './format.js';
import {spark} from './spark.js';
import {STATES} from './states.js';
import {figured} from './table.js';

const MOST = 120;

/** The sum of a figure over devices, null where none tells it. */
function summed(devices, key) {
  const found = devices.map((device) => device[key]).filter(known);
  return found.length ? found.reduce((all, one) => all + one, 0) : null;
}

/** Values place by place of many days. */
function together(days) {
  const longest = Math.max(0, ...days.map((day) => day.length));
  return Array.from({length: longest}, (_, place) => days.reduce((all, day) => all + (day[place] || 0), 0));
}

const cut = (words) => (words.length > MOST ? `${words.slice(0, MOST)}\u2026` : words);

/** What the row of a site, or of one device of it, shows. */
function shown(name, place, state, devices, href) {
  const worst = devices.find((device) => device.state === state) || devices[0];
  const alive = devices.filter((device) => device.state !== 'silent');
  const socs = alive.map((device) => device.soc).filter(known);
  return {
    name, place, state, href, worst,
    headline: worst ? worst.headline : 'No inverter yet',
    detail: worst ? worst.detail : 'An installer gives its inverter a token, then it appears here.',
    solar_w: summed(alive, 'solar_w'),
    soc: socs.length ? socs.reduce((all, one) => all + one, 0) / socs.length : null,
    solar_today_wh: summed(alive, 'solar_today_wh'),
    heard_at_s: Math.max(0, ...devices.map((device) => device.heard_at_s || 0)) || null,
    day: together(devices.map((device) => device.spark)),
  };
}

/** A line of the list for a site: one inverter is opened at once, several by their site. */
export function ofSite(site) {
  const [only] = site.devices;
  const href = site.device_count === 1 ? `#/device/${encodeURIComponent(only.name)}` : `#/site/${site.id}`;
  const count = site.device_count > 1 ? `${site.device_count} inverters` : '';
  const line = shown(site.name, [site.place, count].filter(Boolean).join(' \u00b7 '), site.state, site.devices, href);
  // Of a large site only the first devices are there: its sums are the portal's.
  if (site.device_count > site.devices.length) Object.assign(line, {solar_w: site.sums.solar_w, solar_today_wh: site.sums.solar_today_wh});
  return line;
}

/** A line for one device of a site. */
export const ofDevice = (device) => shown(device.title, device.name, device.state, [device], `#/device/${encodeURIComponent(device.name)}`);

/** Solar never shows the offset of a meter; below it is nothing. */
const solar = (watts) => (known(watts) ? power(oneWay(watts)) : {n: NONE, u: 'kW'});
const charge = (soc) => (known(soc) ? percent(soc) : {n: NONE, u: '%'});
const today = (wattHours) => (known(wattHours) ? energy(wattHours) : {n: NONE, u: 'kWh'});

/** One row; `show(line)` draws what differs, `tick()` lets its age grow. */
export class SiteRow {
  constructor() {
    this.sign = el('span', {class: 'site-sign'});
    this.name = el('b');
    this.place = el('small');
    this.state = el('span', {class: 'st'});
    this.detail = el('small');
    this.day = el('span', {class: 'site-day'});
    this.figures = ['n1', 'n2', 'hide-m'].map((look) => el('span', {class: `num ${look}`}));
    this.heard = el('span', {class: 'u'});
    this.root = el('a', {class: 'site'}, this.sign,
      el('span', {}, this.name, this.place), el('span', {class: 'c-st'}, this.state, this.detail), this.day,
      this.figures, el('span', {class: 'num hide-m'}, this.heard));
    this.item = el('li', {}, this.root);
  }

  show(line) {
    this.line = line;
    const {word, sign, look} = STATES[line.state];
    this.root.className = classes('site', look);
    this.root.setAttribute('href', line.href);
    if (this.drawn !== sign) this.sign.replaceChildren(icon(sign), el('span', {class: 'vh'}, `${word}: `));
    this.drawn = sign;
    setText(this.name, line.name);
    setText(this.place, line.place);
    setText(this.state, line.headline);
    setText(this.detail, cut(line.detail));
    const key = `${line.state}${line.day.join()}`;
    if (this.key !== key) this.day.replaceChildren(spark(line.day, line.state === 'silent'));
    this.key = key;
    this.live(line);
    this.tick();
  }

  /** Write the figures that change from delivery to delivery. */
  live({solar_w, soc, solar_today_wh}) {
    const pairs = [solar(solar_w), charge(soc), today(solar_today_wh)];
    const names = ['Solar now', 'Battery', 'Solar today'];
    pairs.forEach((pair, place) => {
      const words = joined(pair);
      if (this.figures[place].dataset.words === words) return;
      this.figures[place].dataset.words = words;
      this.figures[place].replaceChildren(el('span', {class: 'vh'}, `${names[place]} `), ...figured(pair));
    });
  }

  tick() {
    const {heard_at_s} = this.line;
    setText(this.heard, heard_at_s ? ago(heard_at_s) : number(null));
  }
}
