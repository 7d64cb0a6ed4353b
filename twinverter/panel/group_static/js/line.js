// The line to the system: its stream of moments, what is sent to it, and the password it may ask for.

import {setAttr, setText} from './dom.js';
import {wallTime} from './format.js';

const AGAIN_MS = 2000;
const at = (id) => document.getElementById(id);

/** Send a body; the answer, or an Error with the refusal's own words. */
export async function send(path, body) {
  let reply;
  try {
    reply = await fetch(path, {
      method: 'POST', credentials: 'same-origin', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body),
    });
  } catch {
    throw new Error('No contact with the inverters. Nothing was changed.');
  }
  const answer = await reply.json().catch(() => null);
  if (reply.ok) return answer;
  if (reply.status === 401 && path !== '/api/login') askPassword();
  throw new Error(answer?.error?.text ?? `The answer was ${reply.status}.`);
}

let lostAt = null;

/** Show every moment as it comes, and in `stamp` whether there is contact. */
export function follow(show, stamp) {
  let moment = {};
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/stream`);
  socket.addEventListener('message', (event) => {
    const news = JSON.parse(event.data);
    if (news.ping) return;
    moment = news.patch ? {...moment, ...news.patch, seq: news.seq} : news;
    lostAt = null;
    setText(stamp, 'In contact');
    setAttr(stamp, 'class', 'stamp live');
    show(moment);
  });
  socket.addEventListener('close', async () => {
    lostAt ??= Date.now();
    setText(stamp, `No contact since ${wallTime(lostAt)}`);
    setAttr(stamp, 'class', 'stamp gone');
    const reply = await fetch('/api/group', {credentials: 'same-origin'}).catch(() => null);
    if (reply?.status === 401) askPassword();
    else setTimeout(() => follow(show, stamp), AGAIN_MS);
  });
}

function askPassword() {
  if (!at('login').open) at('login').showModal();
}

at('login').addEventListener('cancel', (event) => event.preventDefault());
at('login-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    await send('/api/login', {password: at('password').value});
    location.reload();
  } catch (error) {
    setText(at('login-told'), error.message);
    at('password').select();
  }
});
