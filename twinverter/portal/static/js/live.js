// The stream of moments, and the question every 10 s where the stream does not come through.

import {streamUrl} from './api.js';

const ASK_MS = 10_000;
const FIRST_RETRY_MS = 1_000;

/**
 * Watch one device, or all for ''. `onNews(news)` hears each delivery, a burst of them in one frame;
 * `onTurn()` is called where it has to be asked: at once after a gap, and every 10 s without a stream.
 */
export class Watch {
  constructor(device, onNews, onTurn) {
    Object.assign(this, {device, onNews, onTurn, retryMs: FIRST_RETRY_MS, burst: new Map(), over: false});
    this.timer = setInterval(() => this.turn(), ASK_MS);
    this.seen = () => document.hidden || this.turn();
    document.addEventListener('visibilitychange', this.seen);
    this.open();
  }

  get isLive() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  open() {
    const socket = new WebSocket(streamUrl(this.device));
    this.socket = socket;
    socket.addEventListener('open', () => { this.retryMs = FIRST_RETRY_MS; });
    socket.addEventListener('message', (event) => this.hear(JSON.parse(event.data)));
    socket.addEventListener('close', () => this.retry());
  }

  hear(news) {
    if (!news.device) return;
    if (!this.burst.size) requestAnimationFrame(() => this.tell());
    this.burst.set(news.device, news);
  }

  tell() {
    const news = [...this.burst.values()];
    this.burst.clear();
    if (!this.over && news.length) this.onNews(news);
  }

  retry() {
    if (this.over) return;
    this.again = setTimeout(() => this.open(), this.retryMs);
    this.retryMs = Math.min(ASK_MS, this.retryMs * 2);
  }

  turn() {
    if (!this.over && !document.hidden && !this.isLive) this.onTurn();
  }

  close() {
    this.over = true;
    clearInterval(this.timer);
    clearTimeout(this.again);
    document.removeEventListener('visibilitychange', this.seen);
    this.socket.close();
  }
}
