// Elements without markup strings: nothing here is ever parsed as HTML.

const SVG = 'http://www.w3.org/2000/svg';

function dress(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'text') node.textContent = value;
    else if (name === 'style') for (const [key, to] of Object.entries(value)) node.style.setProperty(key, to);
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  return node;
}

/** An HTML element: `el('button', {class: 'btn', onclick: fn}, 'Save', icon('tick'))`. */
export function el(tag, props = {}, ...children) {
  const node = dress(document.createElement(tag), props);
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

/** An SVG element, made the same way. */
export function svg(tag, props = {}, ...children) {
  const node = dress(document.createElementNS(SVG, tag), props);
  node.append(...children.flat().filter(Boolean));
  return node;
}

/** A button of this class; `props` adds to it, `onclick` is what it does. */
export function tap(look, onclick, props, ...children) {
  return el('button', {type: 'button', class: look, onclick, ...props}, ...children);
}

/** Class names that hold, as one string. */
export const classes = (...names) => names.filter(Boolean).join(' ');

/** An icon of the sprite in index.html; decoration, so a word or a label stands beside it. */
export function icon(name, look = '') {
  return svg('svg', {class: classes('ico', look), 'aria-hidden': 'true'}, svg('use', {href: `#i-${name}`}));
}

/** Show another icon in an element that `icon` made. */
export function setIcon(node, name) {
  const use = node.firstElementChild;
  if (use.getAttribute('href') !== `#i-${name}`) use.setAttribute('href', `#i-${name}`);
}

/** Write text only where it differs, so that a quiet page stays quiet for screen readers too. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Set or remove an attribute, only where it differs. */
export function setAttr(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}
