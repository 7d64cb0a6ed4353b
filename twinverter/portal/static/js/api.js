// The requests of the portal. A refusal comes as an ApiError with its own words.

/** What the server would not do: `text` is for people, `status` the code. */
export class ApiError extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
    this.text = text;
  }
}

const LOST = 'No contact with the portal. It is asked again every 10 s.';
// What the portal gives in one page at most.
const MOST_ROWS = 500;
const ROOT = '/api/v1/';

// What writes by cookie carry; known once somebody is logged in.
let csrf = null;

async function ask(path, options = {}) {
  let reply;
  try {
    reply = await fetch(ROOT + path, {credentials: 'same-origin', ...options});
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, LOST);
  }
  const body = await reply.json().catch(() => null);
  if (reply.ok) return body;
  if (reply.status === 401) dispatchEvent(new CustomEvent('portal-login'));
  throw new ApiError(reply.status, body?.error?.text || `The portal answered ${reply.status}.`);
}

/** Read from an address; `query` names what is not null, `signal` gives up. */
export function read(path, query = {}, signal = undefined) {
  const asked = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const words = new URLSearchParams(asked).toString();
  return ask(words ? `${path}?${words}` : path, {signal});
}

/**
 * Read a list page by page until so many rows of `key` are there, or all; what comes twice because it
 * moved meanwhile stands once. `next` stays where the list would go on.
 */
export async function readRows(path, key, query = {}, most = Infinity, signal = undefined) {
  const ask = (after) => read(path, {...query, limit: Math.min(MOST_ROWS, most), after}, signal);
  const found = await ask(null);
  const rows = new Map(found[key].map((row) => [row.id ?? row.name, row]));
  while (found.next && rows.size < most) {
    const page = await ask(found.next);
    for (const row of page[key]) rows.set(row.id ?? row.name, row);
    found.next = page.next;
  }
  found[key] = [...rows.values()];
  return found;
}

function write(method, path, body) {
  const headers = {'Content-Type': 'application/json'};
  if (csrf) headers['X-CSRF'] = csrf;
  return ask(path, {method, headers, body: JSON.stringify(body ?? {})});
}

export const post = (path, body) => write('POST', path, body);
export const put = (path, body) => write('PUT', path, body);
export const patch = (path, body) => write('PATCH', path, body);
export const remove = (path, body) => write('DELETE', path, body);

/** Who one is; from here on writes carry what they need. */
export async function me() {
  const found = await read('me');
  csrf = found.csrf;
  return found;
}

/** The path of a device, or of something below it. */
export const ofDevice = (name, ...below) => ['devices', encodeURIComponent(name), ...below].join('/');

/** The address of something to take away by a plain link. */
export const address = (path, query) => `${ROOT}${path}?${new URLSearchParams(query)}`;

/** The address of the stream of moments, of one device or of all. */
export function streamUrl(device = '') {
  const query = device ? `?${new URLSearchParams({devices: device})}` : '';
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${ROOT}stream${query}`;
}
