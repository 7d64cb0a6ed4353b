// The installation check: a card with its sum, a sheet with every finding, and a banner for dangers nobody has seen.

import * as api from './api.js';
import {Dialog, count, folded, section} from './dialog.js';
import {el, icon, setText, tap} from './dom.js';

const HASH = '#check';
const FAULTS = ['danger', 'wrong', 'doubtful'];
const NAMES = {danger: ['danger', 'dangers'], wrong: ['wrong', 'wrong'], doubtful: ['doubtful', 'doubtful']};
const LOOKS = {danger: ['f', 'stop'], wrong: ['w', 'warn'], doubtful: ['h', 'info']};
const TITLES = {
  danger: ['Dangerous', 'Switch nothing on before these are put right.'],
  wrong: ['Wrong', 'Against the manual or a rule, or it will not work.'],
  doubtful: ['Doubtful', 'It works, but not as well as it could, or not for sure.'],
};

/** Short lists name all they have, long ones the first of them. */
function named(titles) {
  const most = 3;
  return titles.length > most ? `${titles.slice(0, most).join('; ')}; and ${titles.length - most} more` : titles.join('; ');
}

const sumOf = (counts) => FAULTS.filter((one) => counts[one]).map((one) => count(counts[one], ...NAMES[one])).join(', ');

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function finding({severity, title, found, limit, source, advice}) {
  const [look, sign] = LOOKS[severity];
  return el('article', {class: `al ${look}`}, icon(sign), el('div', {},
    el('h4', {}, capital(title)),
    el('p', {}, el('b', {}, 'Found: '), found),
    el('p', {}, el('b', {}, 'Limit: '), limit, el('span', {class: 'c-source'}, source)),
    advice && el('p', {class: 'do'}, el('b', {}, 'What to do:'), ` ${advice}`)));
}

const line = ({title, found, limit}) => el('li', {}, el('b', {}, `${capital(title)}: `), found, limit && el('span', {class: 'c-source'}, `limit: ${limit}`));

class Check {
  constructor(place, store) {
    this.place = place;
    this.store = store;
    this.sheet = null;
    this.sum = el('small', {role: 'status'});
    this.words = el('p', {class: 'c-words'});
    const open = el('a', {class: 'btn', href: HASH}, 'All findings');
    place.replaceChildren(el('h2', {}, 'Installation check', this.sum), this.words, el('p', {class: 'c-acts'}, open));
    this.names = el('p');
    this.told = el('p', {class: 'told', role: 'status'});
    const see = tap('btn', () => this.see(), {}, 'I have seen them');
    this.banner = el('div', {class: 'c-banner', role: 'region', 'aria-label': 'Dangers in this installation', hidden: true},
      icon('stop'), el('div', {}, this.names, this.told),
      el('p', {class: 'c-acts'}, el('a', {class: 'btn btn--main', href: HASH}, 'Look at them'), see));
    document.querySelector('header.top').after(this.banner);
    store.on('snapshot', (snapshot, changed) => (!changed || changed.has('check')) && this.hear(snapshot.check));
    addEventListener('hashchange', () => this.follow());
    if (store.snapshot) this.hear(store.snapshot.check);
  }

  hear(short) {
    if (!short) return;
    this.place.hidden = false;
    const {counts, unseen} = short;
    setText(this.sum, sumOf(counts) || 'nothing wrong');
    setText(this.words, `${count(counts.fine, 'thing is', 'things are')} fine, ${counts['not told']} were not told. It checks what the house file says and what is set.`);
    setText(this.names, `Before you switch on: ${count(unseen.length, 'danger', 'dangers')} in this installation. ${capital(named(unseen))}.`);
    this.banner.hidden = !unseen.length;
    if (this.sheet && short.rev !== this.rev) this.read();
    if (!this.followed) this.follow();
  }

  /** Open the sheet where the address names it. */
  follow() {
    this.followed = true;
    if (location.hash !== HASH || this.sheet || this.place.hidden) return;
    this.sheet = new Dialog('Installation check', () => {
      this.sheet = null;
      // The same link may be pressed again later.
      if (location.hash === HASH) history.replaceState(null, '', '#twin');
    });
    this.read();
  }

  async read() {
    try {
      this.show(await api.check());
    } catch (error) {
      this.sheet?.show('', el('p', {class: 'sorry'}, icon('warn'), error.text || String(error)));
    }
  }

  async see() {
    try {
      const found = await api.seeDangers();
      setText(this.told, '');
      this.hear(found);
      this.show(found);
    } catch (error) {
      setText(this.told, error.text || String(error));
    }
  }

  show(found) {
    this.rev = found.rev;
    if (!this.sheet) return;
    const of = (severity) => found.findings.filter((one) => one.severity === severity);
    const faults = FAULTS.map((severity) => {
      const [title, words] = TITLES[severity];
      const rows = of(severity);
      return rows.length && section(`${title} (${rows.length})`, el('p', {class: 'g-more'}, words), rows.map(finding));
    });
    const fine = of('fine');
    const untold = of('not told');
    const rest = section('The rest',
      fine.length && folded('fine', `Fine (${fine.length})`, el('ul', {class: 'c-list'}, fine.map(line))),
      untold.length && folded('untold', `Not told (${untold.length})`,
        el('p', {class: 'g-more'}, 'What is not told is not judged. These keys of the house file would tell.'),
        el('ul', {class: 'c-list'}, untold.map(({title, found: keys}) => line({title, found: keys})))),
      found.seen.length && folded('seen', `Dangers seen (${found.seen.length})`,
        el('ul', {class: 'c-list'}, found.seen.map(({clock, by, dangers}) => el('li', {}, el('b', {}, `${clock}, ${by}: `), dangers.join('; '))))));
    const acts = found.unseen.length && el('section', {}, tap('btn', () => this.see(), {}, 'I have seen these dangers'));
    const nothing = !sumOf(found.counts) && el('div', {class: 'al n'}, icon('ok'), el('div', {}, el('h4', {}, 'Nothing wrong was found'), el('p', {}, 'Of what was told.')));
    this.sheet.show('A check of what was told; it replaces no inspection by an electrician.',
      el('div', {class: 'c-wide'}, nothing, faults, acts, rest));
  }
}

/** Fill the card of the check; it stays away where the device has none. */
export function mount(place, store) {
  return new Check(place, store);
}
