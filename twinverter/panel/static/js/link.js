// The stream of snapshots: opens it, opens it again when it breaks, and knows how old the news is.

import {streamUrl} from './api.js';

const STALE_MS = 15_000;
const LOST_MS = 60_000;
const RETRY_MS = 10_000;
const FIRST_RETRY_MS = 1_000;

/** A link calls `onMessage(message)` for each message and `onState(link)` once a second. */
export class Link {
  constructor(onMessage, onState) {
    this.onMessage = onMessage;
    this.onState = onState;
    this.state = 'starting';
    this.heardAt = performance.now();
    this.since = Date.now();
    this.retryMs = FIRST_RETRY_MS;
    this.open();
    this.look();
    setInterval(() => this.look(), 1000);
    // A laptop that slept, or a phone that comes back, should not wait for the next try.
    addEventListener('online', () => this.reopen());
    document.addEventListener('visibilitychange', () => document.hidden || this.reopen());
  }

  /** Seconds since the last message, a ping included. */
  get age_s() {
    return (performance.now() - this.heardAt) / 1000;
  }

  /** A socket can look open while nothing comes through it, not even a ping; then it is given up. */
  get deaf() {
    return this.socket && performance.now() - Math.max(this.heardAt, this.openedAt) > STALE_MS;
  }

  open() {
    const socket = new WebSocket(streamUrl());
    this.socket = socket;
    this.openedAt = performance.now();
    socket.addEventListener('message', (event) => {
      if (this.socket !== socket) return;
      this.heard();
      this.onMessage(JSON.parse(event.data));
    });
    socket.addEventListener('close', () => this.socket === socket && this.retry());
  }

  heard() {
    this.heardAt = performance.now();
    this.since = Date.now();
    this.retryMs = FIRST_RETRY_MS;
    this.look();
  }

  retry() {
    this.socket = null;
    this.timer = setTimeout(() => this.open(), this.retryMs);
    this.retryMs = Math.min(RETRY_MS, this.retryMs * 2);
    this.look();
  }

  reopen() {
    if (this.socket && !this.deaf) return;
    clearTimeout(this.timer);
    const old = this.socket;
    this.socket = null;
    if (old) old.close();
    this.open();
  }

  look() {
    const age_ms = performance.now() - this.heardAt;
    if (age_ms >= LOST_MS) this.state = 'lost';
    else if (age_ms >= STALE_MS) this.state = 'stale';
    else if (this.state !== 'starting' || this.socket?.readyState === WebSocket.OPEN) this.state = 'live';
    if (this.deaf) this.reopen();
    this.onState(this);
  }
}
