"""The twin: the only owner of settings, state and flows of one living device.

Everything happens in one thread: ticks, entries, buttons, the world's hands. What a call has
acknowledged lies in the store before the call returns; what `snapshot` shows lies there too.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from twinverter.catalog.settings import default_values, find, parse_values
from twinverter.live import codes, events
from twinverter.live.clock import Clock
from twinverter.live.codes import Codes, Locked
from twinverter.live.date import FIELDS, SYNC_KEY, entered_clock_s
from twinverter.live.entries import Values, entered, restarts
from twinverter.live.keeping import BUTTON_KEY, LOCK_KEY, TICK_S, Kept
from twinverter.live.memory import Change, Registers
from twinverter.live.store import Store
from twinverter.live.world import BY_KEY, control_of, taken_value
from twinverter.scenario.house import House

__all__ = ["ACKNOWLEDGE", "BUTTON_KEY", "DC", "LOCK_KEY", "PANEL", "POWER", "TICK_S", "Twin"]

PANEL = "panel"
POWER, DC, ACKNOWLEDGE = "power", "dc", "acknowledge"


class Twin(Kept):
    """One device: ticks, entries, buttons and hands go in, snapshots come out.

    What it remembers, begins with and shows is that of `Kept`; `on_change` is called when somebody
    has done something.
    """

    def __init__(
        self,
        house: House,
        store: Store,
        clock: Clock,
        tick_s: float = TICK_S,
        begin: datetime | None = None,
    ) -> None:
        super().__init__(house, store, clock, tick_s, begin)
        self.on_change: Callable[[], object] = lambda: None
        self._codes = Codes(clock.now)

    # ---- entries ----------------------------------------------------------------------------

    def write(
        self,
        changes: Mapping[str, Any],
        by: str = PANEL,
        code: str = "",
        second: int = 0,
        registers: Registers | None = None,
    ) -> Values:
        """Take entries, all or none; return every value by its path once they are on disk.

        A new time of day begins at `second`. `registers` are stored with the entries, as they are.
        Raises SettingError for what is not allowed, Locked where the lock-out code is needed and
        not given, WrongCode where it is wrong.
        """
        if self.locked:
            self._unlocked(code)
        parsed = parse_values(changes)
        locks = LOCK_KEY in parsed and parsed[LOCK_KEY] != self._values[LOCK_KEY]
        before = self.values
        after = self.entered(changes)
        asked_s = entered_clock_s(after, parsed)
        if locks and not self.locked:
            self._unlocked(code)
        shift_s = 0.0 if after[SYNC_KEY] else self._life.shift_s
        if asked_s is not None:
            shift_s += asked_s + second - self.clock_s
        self.settle()
        self._life.registers = registers or self._life.registers
        self._adopt(before, after, by, shift_s)
        return {find(key).path: value for key, value in self.values.items()}

    def entered(self, changes: Mapping[str, Any]) -> Values:
        """Return what all values would be after these entries; SettingError where not allowed."""
        return entered(self.house.form.site, self.values, changes)

    def set_clock(self, by: str = PANEL, code: str = "", **parts: Any) -> None:
        """Set year, month, day, hour or minute of the device's clock; the errors of `write`."""
        self.write({f"clock_{part}": value for part, value in parts.items()}, by, code)

    def lock(self, code: str, by: str = PANEL) -> None:
        """Lock all changes; WrongCode where the code is not the lock's."""
        self.write({LOCK_KEY: True}, by, code)

    def unlock(self, code: str, by: str = PANEL) -> None:
        """Allow changes again; WrongCode where the code is not the lock's."""
        self.write({LOCK_KEY: False}, by, code)

    def reset(self, code: str, by: str = PANEL) -> None:
        """Put every setting to its default and restart; counters, ID and alarm list stay (C-62).

        Raises Locked while changes are locked, WrongCode where the code is not the reset's.
        """
        if self.locked:
            raise Locked
        self._codes.check(codes.RESET, code)
        before = self.values
        kept = {key: before[key] for key in (*FIELDS, BUTTON_KEY)}
        self._adopt(before, default_values() | kept, by, 0.0, reset=True)

    def _unlocked(self, code: str) -> None:
        """Take the lock-out code; Locked where none is given."""
        if not code:
            raise Locked(self.locked)
        self._codes.check(codes.LOCK, code)

    def _adopt(
        self, before: Values, after: Values, by: str, shift_s: float, reset: bool = False
    ) -> None:
        """Live by values that are allowed; they are on disk when this returns."""
        life, now_s = self._life, self.clock_s
        changes = [
            Change(now_s, by, find(key).path, before[key], value)
            for key, value in after.items()
            if value != before[key]
        ]
        # Where nothing can be stored any more, nothing moves.
        self.settle()
        self._values = after
        life.shift_s = shift_s
        life.govern(after)
        told = [f"{by} put all settings to their defaults"] if reset else events.told(changes)
        for text in told:
            events.say(now_s, text)
        if reset or restarts(before, after):
            life.restart()
        self.settings_rev += len(changes)
        self._entered = changes
        self._done()

    # ---- buttons and the world -------------------------------------------------------------

    def press(self, button: str, by: str = PANEL) -> None:
        """Press the power button, turn the DC switch, or acknowledge; ValueError for another."""
        life = self._life
        if button == POWER:
            before = self.values
            after = before | {BUTTON_KEY: not before[BUTTON_KEY]}
            # Off and on again frees what has given up (C-64).
            life.acknowledged = bool(after[BUTTON_KEY])
            self._adopt(before, after, by, life.shift_s)
        elif button == DC:
            self.settle()
            life.dc_on = not life.dc_on
            self._done(f"{by} turned the DC switch {'on' if life.dc_on else 'off'}")
        elif button == ACKNOWLEDGE:
            life.acknowledged = True
            self._done(f"{by} acknowledged the alarms")
        else:
            raise ValueError(f"button {button}: is none (allowed: {POWER}, {DC}, {ACKNOWLEDGE})")

    def take(self, key: str, value: Any, by: str = PANEL) -> None:
        """Take something of the world over; SettingError where it cannot stand there."""
        self.turn({key: value}, (), by)

    def give_back(self, key: str = "", by: str = PANEL) -> None:
        """Give one control back to the house's own course, or all of them."""
        self.turn({}, (key,) if key else BY_KEY, by)

    def turn(self, take: Mapping[str, Any], back: Iterable[str], by: str = PANEL) -> None:
        """Take controls of the world over and give others back, all or none; SettingError."""
        taken = {key: taken_value(key, value) for key, value in take.items()}
        returned = [control_of(key).key for key in back]
        self.settle()
        self._done(*(f"{by} {deed}" for deed in self._life.turn(taken, returned)))

    def wire(self, source: str, values: Mapping[str, float]) -> None:
        """Let a device outside hold inputs of the world, above hands and course, until it is told
        otherwise; nothing is stored. ValueError where an input cannot be held.
        """
        self._life.wires.put(source, values)

    def unwire(self, source: str) -> None:
        """Give back what a device outside holds."""
        self._life.wires.drop(source)

    def _done(self, *told: str) -> None:
        """Store and show what somebody just did."""
        for text in told:
            events.say(self.clock_s, text)
        self.touch()
        try:
            self.save()
        finally:
            self.on_change()
