// The wires that are open: what each speaks and where, what came by, and who asked last.

import {el, setAttr, setText} from './dom.js';
import {number} from './format.js';

/** `1 request`, `2 requests`. */
const counted = (count, word) => `${number(count)} ${word}${count === 1 ? '' : 's'}`;

function cameBy({requests, errors, last_client: client}) {
  const failed = errors ? `, ${counted(errors, 'error')}` : '';
  return requests || errors ? `${counted(requests, 'request')}${failed}, last from ${client}` : 'nobody has asked yet';
}

class Ports {
  constructor(place, store) {
    this.place = place;
    this.count = el('small');
    this.list = el('ul');
    this.lines = [];
    place.replaceChildren(el('h2', {}, 'Wires', this.count), this.list);
    store.on('snapshot', (snapshot) => this.show(snapshot.ports || []));
    this.show(store.snapshot?.ports || []);
  }

  show(ports) {
    setAttr(this.place, 'hidden', ports.length ? null : '');
    setText(this.count, `${ports.length} open`);
    while (this.lines.length < ports.length) this.addLine();
    while (this.lines.length > ports.length) this.lines.pop().root.remove();
    ports.forEach((port, index) => {
      const {root, name, where, came} = this.lines[index];
      setText(name, port.name);
      setText(where, `${port.where} \u00b7 ${port.state}`);
      setText(came, cameBy(port));
      root.classList.toggle('bad', port.errors > 0);
    });
  }

  addLine() {
    const [name, where, came] = [el('b'), el('span'), el('p')];
    const root = el('li', {class: 'wire'}, el('div', {}, name, where), came);
    this.lines.push({root, name, where, came});
    this.list.append(root);
  }
}

/** Fill the card of the wires; it is there only while one is open. */
export function mount(place, store) {
  return new Ports(place, store);
}
