// The cursor of the four keys: which target of a page Up and Down stand on, and Enter presses.

/** `targets` returns the page's targets in order; hidden and dead ones are passed over. */
export class Cursor {
  constructor(targets) {
    this.targets = targets;
    this.current = null;
  }

  open() {
    const alive = (target) => !target.hidden && target.getAttribute('aria-disabled') !== 'true';
    return this.targets().filter((target) => target.isConnected && alive(target));
  }

  /** Step by +1 or -1; false at either end, where the page may turn or the cursor may wrap. */
  step(by) {
    const open = this.open();
    const at = open.indexOf(this.current);
    const next = at < 0 ? (by > 0 ? 0 : -1) : at + by;
    if (next < 0 || next >= open.length) return false;
    this.place(open[next]);
    return true;
  }

  /** Step by +1 or -1, round and round. */
  wrap(by) {
    const open = this.open();
    if (!this.step(by) && open.length) this.place(open[by > 0 ? 0 : open.length - 1]);
    return open.length > 0;
  }

  place(target) {
    if (this.current) this.current.classList.remove('cur');
    this.current = target;
    if (target) {
      target.classList.add('cur');
      target.scrollIntoView({block: 'nearest'});
    }
  }

  /** Press the target under the cursor; false where there is none. */
  press() {
    if (!this.current || !this.open().includes(this.current)) return false;
    this.current.click();
    return true;
  }

  /** What a screen reader should say of the target under the cursor. */
  get words() {
    return this.current ? this.current.getAttribute('aria-label') || this.current.textContent : '';
  }
}
