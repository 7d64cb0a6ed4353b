// The keypads of a settings page: which one stands over the list, and what its code opens.

import {CodePad, NumberPad, typing} from './keypad.js';
import {isTyped} from './rows.js';

export class Pads {
  constructor(page) {
    Object.assign(this, {page, top: null});
    this.quiet = typing((character) => {
      page.ctx.touched?.();
      return (this.top?.type ? this.top : page.edit).type(character);
    });
  }

  /** The keypad of the open field. */
  openNumber() {
    const {edit} = this.page;
    if (isTyped(edit.open.field.row)) this.show(new NumberPad(edit, edit.open.field));
  }

  show(pad) {
    this.hide();
    this.top = pad;
    const {main} = this.page;
    main.append(pad.el);
    main.classList.add('has-pad');
    main.scrollTop = 0;
    this.page.takeFocus();
    this.page.draw();
  }

  hide() {
    this.top?.el.remove();
    this.top = null;
    this.page.main.classList.remove('has-pad');
  }

  /** PassWork; `send` asks the inverter, `done` goes on when it took the code. */
  ask(purpose, send, done) {
    const leave = () => {
      this.hide();
      this.page.draw();
    };
    const taken = (code) => {
      if (this.page.gone) return;
      leave();
      done(code);
    };
    this.show(new CodePad({purpose, send, cancel: leave, done: taken}));
  }

  /** The code for changes while the lock is on: it goes with the entries. */
  unlockFirst(then) {
    const {ctx, entries} = this.page;
    this.ask('change', (code) => ctx.api.saveSettings({}, code), (code) => {
      entries.code = code;
      then();
    });
  }

  /** The code that locks, unlocks or resets. */
  askCode(purpose) {
    const {ctx} = this.page;
    this.ask(purpose, (code) => ctx.api.code(purpose, code), async () => {
      await ctx.store.refreshSettings();
      if (purpose === 'reset') ctx.back();
    });
  }

  dispose() {
    this.quiet();
  }
}
