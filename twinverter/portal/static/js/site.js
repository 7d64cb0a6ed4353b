// One site: its inverters, the report of a month, who gets it, who may see it, and what it is called.

import {address, patch, put, read, readRows, remove} from './api.js';
import {choice, field, form, sure} from './form.js';
import {el, setText, tap} from './dom.js';
import {Paged} from './paged.js';
import {SiteRow, ofDevice} from './site_row.js';
import {empty, fill, sorry} from './states.js';
import {table} from './table.js';

const ROLES = [['reader', 'Reader'], ['owner', 'Owner'], ['installer', 'Installer']];
const MANAGES = ['owner', 'installer', 'operator'];

class Site {
  constructor(place, route, context) {
    Object.assign(this, {context, id: Number(route.parts[0]), place});
    this.body = el('div');
    place.replaceChildren(el('nav', {class: 'crumb', 'aria-label': 'Where this is'}, el('a', {href: '#/'}, 'All sites')), this.body);
    this.first();
  }

  get path() {
    return `sites/${this.id}`;
  }

  async first() {
    await fill(this.body, 'the site', () => this.ask(), (site) => (site ? this.build(site) : empty('house', 'There is no such site', 'It is gone, or it is not for you to see.')));
    this.context.ready();
  }

  async ask() {
    try {
      return await read(this.path);
    } catch (error) {
      if (error.status === 404 || error.status === 422) return null;
      throw error;
    }
  }

  /** The first inverters, and a button for the others. */
  inverters({devices, device_count: count}) {
    const list = el('ul', {class: 'site-list'});
    const more = tap('btn more', () => further(), {hidden: count <= devices.length}, `Show all ${count} inverters`);
    const draw = (lines) => list.replaceChildren(...lines.map((device) => {
      const row = new SiteRow();
      row.show(ofDevice(device));
      return row.item;
    }));
    const further = async () => {
      await readRows(`${this.path}/devices`, 'devices').then((found) => draw(found.devices)).catch((error) => list.after(sorry(error)));
      more.hidden = true;
    };
    draw(devices);
    return [list, more];
  }

  build(site) {
    this.role = site.role;
    this.context.title(site.name);
    const manages = MANAGES.includes(this.role);
    return [
      el('div', {class: 'ph'}, el('div', {}, el('h1', {}, site.name), el('p', {}, [site.place, site.timezone].filter(Boolean).join(' \u00b7 ')))),
      site.note && el('p', {class: 'note card'}, site.note),
      el('div', {class: 'sites'}, site.device_count ? this.inverters(site) : empty('plug', 'No inverter yet', 'Make a token for a device under Access, and give it to the inverter\u2019s courier.')),
      this.report(site), manages && this.members(), manages && this.data(site),
    ].filter(Boolean);
  }

  report(site) {
    const clock_s = Math.max(0, ...site.devices.map((device) => device.clock_s || 0)) || Date.now() / 1000;
    const month = field('Month', {type: 'month', value: new Date(clock_s * 1000).toISOString().slice(0, 7), required: true});
    const links = ['html', 'pdf'].map((format) => el('a', {class: 'btn', target: '_blank', rel: 'noopener'}, format === 'html' ? 'Open as a page' : 'Open as PDF'));
    const aim = () => ['html', 'pdf'].forEach((format, place) => links[place].setAttribute('href', address(`${this.path}/report`, {month: month.read(), format})));
    month.input.addEventListener('input', aim);
    aim();
    const box = el('section', {class: 'card spaced'}, el('h2', {}, 'Report of a month'), el('div', {class: 'form'}, month.root, links));
    if (MANAGES.includes(this.role)) box.append(this.subscriptions());
    return box;
  }

  subscriptions() {
    const place = el('div');
    const mail = field('Send each month\u2019s report to', {type: 'email', required: true, maxlength: 254});
    const path = `${this.path}/subscriptions`;
    const refresh = () => fill(place, 'who gets it', () => read(path), ({mails}) => (mails.length
      ? table('Who gets the report', ['Address', ''], mails.map((one) => [one, sure('Send no more', 'Really no more?', async () => { await remove(path, {mail: one}).catch((error) => place.append(sorry(error))); refresh(); })]))
      : el('p', {}, 'Nobody gets it by mail yet.')));
    refresh();
    return el('div', {}, place, form([mail], 'Send it', async (told) => {
      if (await told.follow(put(path, {mail: mail.read()}), 'It is sent from the next month on.')) refresh();
    }));
  }

  members() {
    const path = `${this.path}/members`;
    const name = field('Name', {required: true, maxlength: 40});
    const role = choice('Role', ROLES, 'reader');
    const list = new Paged('the members', path, (last) => ({after: last.name}), 'More members', (found) => (found.length
      ? table('Who sees this site', ['Name', 'Role', ''], found.map((one) => [one.name, one.role, sure('Take away', 'Really take it away?', async () => { await remove(`${path}/${one.user_id}`).catch((error) => list.root.append(sorry(error))); refresh(); })]))
      : el('p', {}, 'Only operators see this site so far.')));
    const refresh = () => list.refresh();
    refresh();
    return el('section', {class: 'card'}, el('h2', {}, 'Who sees this site', el('small', {}, 'readers look; owners manage; installers also add inverters')), list.root,
      form([name, role], 'Let them in', async (told) => {
        if (await told.follow(put(path, {name: name.read(), role: role.read()}), `${name.read()} is ${role.read()} here now.`)) refresh();
      }));
  }

  data(site) {
    const number = (words, value, most) => field(words, {type: 'number', step: 'any', min: -most, max: most, value: value ?? ''});
    const fields = {
      name: field('Name', {value: site.name, required: true, maxlength: 40}), place: field('Place', {value: site.place, maxlength: 120}),
      latitude_deg: number('Latitude in degrees', site.latitude_deg, 90), longitude_deg: number('Longitude in degrees', site.longitude_deg, 180),
      note: field('Note', {value: site.note, maxlength: 400, wide: true}, 'textarea'),
    };
    const degrees = (words) => (words === '' ? null : Number(words));
    return el('section', {class: 'card'}, el('h2', {}, 'What is known of it'), form(Object.values(fields), 'Save', async (told) => {
      const change = Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, key.endsWith('_deg') ? degrees(one.read()) : one.read()]));
      if (!await told.follow(patch(this.path, change), 'Saved.')) return;
      setText(this.body.querySelector('h1'), change.name);
    }));
  }
}

/** One site by its number. */
export function open(place, route, context) {
  context.title('Site');
  return new Site(place, route, context);
}
