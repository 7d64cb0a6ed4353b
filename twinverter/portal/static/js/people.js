// Access: one's password, tokens, and for operators the people, the sites and the audit log.

import {patch, post, read, remove} from './api.js';
import {localStamp} from './clock.js';
import {el, setAttr, tap} from './dom.js';
import {choice, field, form, sure, tick} from './form.js';
import {Paged} from './paged.js';
import {empty, sorry} from './states.js';
import {table} from './table.js';

const MOST_DAYS = 3660;
// So many sites are offered while a name is typed.
const OFFERED = 20;

/** Operators' list of everybody who may log in. */
function users(place, context) {
  const list = new Paged('the people', 'users', (last) => ({after: last.name}), 'More people', (found) => table('People', ['Name', 'Mail', 'Rights', 'Since', ''], found.map((one) => line(one, refresh, context, list.root)), 'plain wordy'));
  const refresh = () => list.refresh();
  const name = field('Name', {required: true, maxlength: 40, autocomplete: 'off'});
  const password = field('Password', {type: 'password', required: true, maxlength: 200, autocomplete: 'new-password'});
  const mail = field('Mail', {type: 'email', maxlength: 254});
  const operator = tick('Operator: sees everything');
  place.append(el('section', {class: 'card'}, el('h2', {}, 'People'), list.root),
    el('section', {class: 'card'}, el('h2', {}, 'Add somebody'), form([name, password, mail, operator], 'Add', async (told) => {
      const wish = {name: name.read(), password: password.input.value, mail: mail.read(), is_operator: operator.read()};
      if (await told.follow(post('users', wish), `${wish.name} may log in now; make them a member of a site on its page.`)) refresh();
    })));
  return refresh();
}

function line({id, name, mail, is_operator, is_disabled, made_at_s}, refresh, context, list) {
  const act = async (doing) => {
    await doing.catch((error) => list.append(sorry(error)));
    refresh();
  };
  const own = name === context.who.name;
  const acts = own ? 'you' : el('span', {class: 'acts'},
    tap('btn', () => act(patch(`users/${id}`, {is_disabled: !is_disabled})), {}, is_disabled ? 'Let in again' : 'Shut out'),
    sure('Remove', 'Really remove?', () => act(remove(`users/${id}`))));
  return [name, mail || null, [is_operator ? 'operator' : 'member', is_disabled && ', shut out'], localStamp(made_at_s), acts];
}

/** Tokens: of devices, and of programs that act as oneself. */
function tokens(place, context) {
  const list = new Paged('the tokens', 'tokens', (last) => ({before: last.id}), 'Older tokens', (found) => (found.length
    ? table('Tokens', ['For', 'Label', 'Made', 'Ends', 'Used last', ''], found.map((one) => tokenLine(one, refresh, list.root)), 'plain wordy')
    : empty('lock', 'No token yet', 'A device delivers with one, a program asks with one.')));
  const refresh = () => list.refresh();
  const kinds = [...(context.who.installs ? [['device', 'A device']] : []), ...(context.who.kind === 'user' ? [['api', 'A program, as me']] : [])];
  place.append(el('section', {class: 'card'}, el('h2', {}, 'Tokens'), list.root));
  if (kinds.length) place.append(tokenForm(kinds, refresh));
  return refresh();
}

/** A search, and a choice among the sites that it finds; `onMany()` is told where one is of use. */
function siteChoice(onMany) {
  const site = choice('Its site', []);
  const search = field('Find a site', {type: 'search', maxlength: 120});
  const offer = async () => {
    const {sites, next} = await read('sites', {search: search.read() || null, limit: OFFERED}).catch(() => ({sites: [], next: null}));
    if (next) onMany();
    site.input.replaceChildren(...sites.map(({id, name}) => el('option', {value: String(id)}, name)));
  };
  search.input.addEventListener('input', offer);
  offer();
  return [search, site];
}

function tokenForm(kinds, refresh) {
  const kind = choice('For', kinds, kinds[0][0]);
  let isMany = false;
  const [search, site] = siteChoice(() => { isMany = true; aim(); });
  const label = field('Label', {maxlength: 120});
  const days = field('Ends after days (empty: a device never, a program in a year)', {type: 'number', min: 1, max: MOST_DAYS});
  const secret = el('div', {role: 'status'});
  const aim = () => {
    site.root.hidden = kind.read() !== 'device';
    search.root.hidden = site.root.hidden || !isMany;
  };
  kind.input.addEventListener('change', aim);
  aim();
  const send = async (told) => {
    const wish = {kind: kind.read(), label: label.read()};
    if (wish.kind === 'device') wish.site_id = Number(site.read());
    if (days.read()) wish.days = Number(days.read());
    const made = post('tokens', wish);
    if (!await told.follow(made, 'Made. It is shown this once:')) return;
    secret.replaceChildren(el('code', {class: 'secret'}, (await made).secret));
    refresh();
  };
  return el('section', {class: 'card'}, el('h2', {}, 'Make a token'), form([kind, search, site, label, days], 'Make it', send), secret);
}

function tokenLine({id, kind, label, user, site, made_at_s, ends_at_s, used_at_s, revoked_at_s, is_good}, refresh, list) {
  const revoke = async () => {
    await remove(`tokens/${id}`).catch((error) => list.append(sorry(error)));
    refresh();
  };
  const state = revoked_at_s ? `revoked ${localStamp(revoked_at_s)}` : is_good ? sure('Revoke', 'Really revoke?', revoke) : 'ended';
  return [kind === 'device' ? `device at ${site}` : `program of ${user}`, label || null, localStamp(made_at_s), ends_at_s ? localStamp(ends_at_s) : 'never', used_at_s ? localStamp(used_at_s) : 'never', state];
}

/** The audit log, a page at a time. */
async function audit(place) {
  const list = new Paged('the audit log', 'audit', (last) => ({before: last.id}), 'Older rows', (rows) => table('Audit log', ['When', 'Who', 'From', 'What', 'About', 'Outcome'],
    rows.map(({at_s, who, address, what, target, detail, outcome}) => [
      localStamp(at_s), who || null, address, what, [target, target && detail && ': ', detail].filter(Boolean), outcome]), 'plain wordy'));
  place.append(el('section', {class: 'card'}, el('h2', {}, 'Audit log', el('small', {}, 'newest first')), list.root));
  await list.refresh();
}

/** New sites, and one's own password. */
async function password(place) {
  const old = field('The password now', {type: 'password', required: true, maxlength: 200, autocomplete: 'current-password'});
  const next = field('The new one', {type: 'password', required: true, maxlength: 200, autocomplete: 'new-password'});
  place.append(el('section', {class: 'card'}, el('h2', {}, 'Your password'), form([old, next], 'Change it', async (told) => {
    const wish = {old: old.input.value, new: next.input.value};
    if (await told.follow(post('password', wish), 'Changed. All other logins of yours have ended.')) location.reload();
  })));
}

async function sites(place) {
  const name = field('Name', {required: true, maxlength: 40});
  const where = field('Place', {maxlength: 120});
  place.append(el('section', {class: 'card'}, el('h2', {}, 'New site'), form([name, where], 'Make it', async (told) => {
    const made = post('sites', {name: name.read(), place: where.read()});
    if (await told.follow(made, 'Made.')) location.hash = `#/site/${(await made).id}`;
  })));
}

// Key, word, who may, and what fills it.
const TABS = [
  ['tokens', 'Tokens', () => true, tokens],
  ['users', 'People', (who) => who.is_operator && who.kind === 'user', users],
  ['sites', 'New site', (who) => who.is_operator, sites],
  ['audit', 'Audit log', (who) => who.is_operator, audit],
  ['password', 'Password', (who) => who.kind === 'user', password],
];

class People {
  constructor(place, route, context) {
    this.context = context;
    this.open = TABS.filter(([, , may]) => may(context.who));
    this.tabs = el('nav', {class: 'tabs', 'aria-label': 'Of access'}, this.open.map(([key, word]) => el('a', {href: `#/people/${key}`, 'data-tab': key}, word)));
    this.body = el('div', {class: 'tab'});
    place.replaceChildren(el('div', {class: 'ph'}, el('h1', {}, context.who.is_operator ? 'People and access' : 'Access')), this.tabs, this.body);
    this.turn(route);
  }

  async turn({parts}) {
    const [key, , , show] = this.open.find(([one]) => one === parts[0]) || this.open[0];
    for (const link of this.tabs.children) setAttr(link, 'aria-current', link.dataset.tab === key && 'page');
    this.body.replaceChildren();
    await show(this.body, this.context);
    this.context.ready();
  }
}

/** People and access; its tabs are the first part of the address. */
export function open(place, route, context) {
  context.title('Access');
  return new People(place, route, context);
}
