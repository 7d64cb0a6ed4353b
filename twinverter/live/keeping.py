"""A life that is kept: what of it lies in the store, and what may be shown for that reason."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from twinverter.catalog.settings import default_values
from twinverter.inverter import Flows, State, sensed
from twinverter.live import pins
from twinverter.live.clock import Clock
from twinverter.live.course import Course
from twinverter.live.date import clock_values
from twinverter.live.entries import Values
from twinverter.live.life import Life, born
from twinverter.live.memory import Change, Device, Energies, Memory, Moment
from twinverter.live.snapshot import Scene, snapshot
from twinverter.live.store import Store
from twinverter.live.writer import Writer
from twinverter.scenario.house import House

TICK_S, FIVE_S = 1.0, 300.0
# Without a touch for so long the screen dims, where Auto Dim is on (time assumed).
DIM_S = 60.0
LOCK_KEY, BUTTON_KEY, DIM_KEY = "lock_out_all_changes", "power_button", "auto_dim"


class Kept:
    """One device's life from its store and into it; nobody sets anything here.

    A store without a memory is a new device: it begins at `begin` on the house's wall clock. `seq`
    counts what was stored, `tells` gives what others add to every snapshot, by key.
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
        self.tells: dict[str, Callable[[], Any]] = {}
        self.seq = 0
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

    def touch(self) -> None:
        """Take note that somebody is at the panel."""
        self._touch_s = self.clock.now()

    # ---- stored and shown --------------------------------------------------------------------

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
