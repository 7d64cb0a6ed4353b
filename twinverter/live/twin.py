"""The twin: the only owner of settings, state and flows of one living device.

Everything happens in one thread: ticks, entries, buttons, the world's hands. What a call has
acknowledged lies in the store before the call returns; what `snapshot` shows lies there too.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from twinverter.catalog.settings import default_values, find, parse_values
from twinverter.inverter import Flows, State, sensed
from twinverter.live import codes, events, pins
from twinverter.live.clock import Clock
from twinverter.live.codes import Codes, Locked
from twinverter.live.course import Course
from twinverter.live.date import FIELDS, SYNC_KEY, clock_values, entered_clock_s
from twinverter.live.entries import Values, entered, restarts
from twinverter.live.life import Life, born
from twinverter.live.memory import Change, Device, Energies, Memory, Moment, Registers
from twinverter.live.snapshot import Scene, snapshot
from twinverter.live.store import Store
from twinverter.live.world import BY_KEY, control_of, taken_value
from twinverter.live.writer import Writer
from twinverter.scenario.house import House

TICK_S, FIVE_S = 1.0, 300.0
# Without a touch for so long the screen dims, where Auto Dim is on (time assumed).
DIM_S = 60.0
LOCK_KEY, BUTTON_KEY, DIM_KEY = "lock_out_all_changes", "power_button", "auto_dim"
PANEL = "panel"
POWER, DC, ACKNOWLEDGE = "power", "dc", "acknowledge"


class Twin:
    """One device: ticks, entries, buttons and hands go in, snapshots come out.

    A store without a memory is a new device: it begins at `begin` on the house's wall clock.
    `on_change` is called when somebody has done something, `seq` counts what was stored, `tells`
    gives what others add to every snapshot, by key.
    """

    def __init__(
        self,
        house: House,
        store: Store,
        clock: Clock,
        tick_s: float = TICK_S,
        begin: datetime | None = None,
    ) -> None:
        self.house = house
        self.clock = clock
        self.tick_s = tick_s
        self.store = store
        self.on_change: Callable[[], object] = lambda: None
        self.tells: dict[str, Callable[[], Any]] = {}
        self.seq = 0
        self._codes = Codes(clock.now)
        self._writer = Writer(store)
        self._touch_s = clock.now()
        course = self._course()
        memory = store.load()
        self.remembers = memory is not None
        memory = memory or born(house, course, begin)
        self._values: Values = default_values() | memory.settings
        self._life = self._lived(course, memory)
        self.settings_rev = max((change.seq for change in store.changes(1)), default=0)
        self._journal_seq = max((entry.seq for entry in store.journal(1)), default=0)
        # What was entered and is not stored yet, None for nothing; a new device enters itself.
        self._entered: list[Change] | None = None if self.remembers else []
        self.save()

    @property
    def clock_s(self) -> float:
        """Return the device's own clock: local seconds since 1970."""
        return self._life.clock_s

    @property
    def values(self) -> Values:
        """Return the stored value of every setting by its bare key, the clock's as they are now."""
        return self._values | clock_values(self.clock_s)

    @property
    def locked(self) -> bool:
        """Return whether all changes are locked (C-61)."""
        return bool(self._values[LOCK_KEY])

    @property
    def state(self) -> State:
        """Return the state of this moment, stored or not."""
        return self._life.machine.state

    @property
    def flows(self) -> Flows:
        """Return the flows of this moment, stored or not."""
        return self._life.machine.flows

    @property
    def measured(self) -> Any:
        """Return what control sees at this moment, stored or not."""
        machine = self._life.machine
        return sensed(machine.site, machine.state, machine.inputs)

    @property
    def scene(self) -> Scene:
        """Return the newest moment that is on disk, as records; a newer one is another object."""
        return self._writer.scene

    @property
    def shown(self) -> dict[str, Any]:
        """Return that same moment as plain data."""
        return self._writer.shown

    def tick(self, dt_s: float = 0.0) -> None:
        """Let time pass, one tick where no length is given; nothing is stored by it."""
        self._life.tick(dt_s or self.tick_s)

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

    def touch(self) -> None:
        """Take note that somebody is at the panel."""
        self._touch_s = self.clock.now()

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

    def _done(self, *told: str) -> None:
        """Store and show what somebody just did."""
        for text in told:
            events.say(self.clock_s, text)
        self.touch()
        try:
            self.save()
        finally:
            self.on_change()

    # ---- store and snapshot -----------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """Return the newest moment that is on disk, ready for JSON, and the speed of now."""
        told = {key: tell() for key, tell in self.tells.items()}
        return self.shown | {"speed": self.clock.told()} | told

    def save_soon(self) -> Future[None]:
        """Begin to store this moment; `settle` waits for it."""
        self.settle()
        life, scene = self._life, self._scene()
        alarms, (entered, self._entered) = life.watch.take(), (self._entered, None)
        moment = Moment(
            life.clock_s,
            life.moment_s,
            life.sampler.count,
            Device(
                bool(self._values[BUTTON_KEY]), life.dc_on, self.locked, dict(life.watch.standing)
            ),
            dict(life.hands.taken),
            alarms,
            life.sampler.take(),
            {} if entered is None else self._values,
            entered or (),
            life.registers,
            life.recorder.take(),
        )
        self.seq += 1
        self._journal_seq += len(alarms)
        return self._writer.begin(life.machine.state, moment, scene, self._show(scene))

    def settle(self) -> None:
        """Wait for what is being stored; from then on it is shown. StoreError where it failed."""
        self._writer.settle()

    def save(self) -> None:
        """Store this moment; it is on disk and shown when this returns."""
        self.save_soon()
        self.settle()

    def close(self) -> None:
        """End the writing."""
        self._writer.close()

    def _course(self) -> Course:
        """Return the course of the device's world."""
        return Course(self.house, self.tick_s)

    def _lived(self, course: Course, memory: Memory) -> Life:
        """Return the device's life from where it left off."""
        return Life(self.house, course, memory, self._values, self._filed)

    def _filed(self, day: int) -> Energies:
        """Return what is filed under a day, whatever is on its way to the store included."""
        self.settle()
        return self.store.filed(day)

    def _scene(self) -> Scene:
        life, machine = self._life, self._life.machine
        return Scene(
            life.clock_s,
            machine.site,
            machine.settings,
            self.values,
            machine.state,
            machine.inputs,
            machine.flows,
            dict(life.watch.standing),
            life.sampler.today(life.clock_s),
            life.registers,
        )

    def _show(self, scene: Scene) -> dict[str, Any]:
        life, machine = self._life, self._life.machine
        idle_s = self.clock.now() - self._touch_s
        battery_c = machine.state.plant.battery.temp_c
        course, moment_s = life.course, life.moment_s
        world = life.hands.shown(course.at(moment_s), battery_c, course.broken(moment_s))
        return snapshot(scene) | {
            "seq": self.seq,
            "power_on": bool(scene.values[BUTTON_KEY]),
            "dc_on": life.dc_on,
            "locked": self.locked,
            "dimmed": bool(scene.values[DIM_KEY]) and idle_s >= DIM_S,
            "world": world,
            "wires": life.wires.shown(),
            "pins": pins.shown(scene, world),
            "settings_rev": self.settings_rev,
            "journal_seq": self._journal_seq,
            "strip_seq": int(life.clock_s // FIVE_S),
        }
