// The requests of the panel, one function each. A refusal comes as an ApiError with its own words.

/** What the server would not take: `text` is for people, `error` is all it said, `status` the code. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error.text);
    this.status = status;
    this.error = error;
    this.text = error.text;
  }
}

const LOST = {text: 'No contact with the inverter. Nothing was changed.'};

async function ask(path, options = {}) {
  let reply;
  try {
    reply = await fetch(path, {credentials: 'same-origin', ...options});
  } catch {
    throw new ApiError(0, LOST);
  }
  const body = await reply.json().catch(() => null);
  if (reply.ok) return body;
  const error = body && body.error ? body.error : {text: `The inverter answered ${reply.status}.`};
  if (reply.status === 401) dispatchEvent(new CustomEvent('panel-login'));
  throw new ApiError(reply.status, error);
}

const send = (path, body) => ask(path, {
  method: 'POST',
  headers: {'Content-Type': 'application/json'},
  body: JSON.stringify(body),
});

export const menu = () => ask('/api/menu');
export const settings = () => ask('/api/settings');
export const journal = () => ask('/api/journal');

/** What stands behind an alarm, by the number of its line in the journal. */
export const diagnosis = (seq) => ask(`/api/alarms/${seq}/diagnosis`);
export const strip = () => ask('/api/strip');

/** One curve: line, period (day, month, year, total) and any date inside it, `2021-04-27`. */
export const curve = (line, period, date) => ask(`/api/curve?${new URLSearchParams({line, period, date})}`);

/** Save settings together or not at all; `code` only where changes are locked. */
export function saveSettings(changed, code = '') {
  return send('/api/settings', code ? {changes: changed, code} : {changes: changed});
}

/** What a page being edited would look like; nothing is stored. */
export const preview = (changed) => send('/api/preview', {changes: changed});

/** Press "power", "dc" or "acknowledge". */
export const press = (button) => send('/api/press', {button});

/** Purpose "lock", "unlock" or "reset". */
export const code = (purpose, digits) => send('/api/code', {purpose, code: digits});
export const takeWorld = (values) => send('/api/world', {take: values});

/** Give back a list of keys, or "all". */
export const giveBack = (keys) => send('/api/world', {give_back: keys});

/** Any of `speed`, `paused`, `step`. */
export const speed = (wish) => send('/api/speed', wish);
export const check = () => ask('/api/check');
export const seeDangers = () => send('/api/check/seen', {});
export const selfTest = () => ask('/api/selftest');

/** Action "start" or "stop". */
export const orderSelfTest = (action) => send('/api/selftest', {action});
export const suggested = () => ask('/api/suggest');

/** Action "start", "stop", "apply" or "undo". */
export const orderSuggested = (action) => send('/api/suggest', {action});
export const login = (password) => send('/api/login', {password});

/** The address of the stream of snapshots. */
export const streamUrl = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/stream`;
