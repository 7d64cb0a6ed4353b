"""A parallel system alive: all units of a house in one process, coupled in every step (C-60).

Time passes for all at once, in the same steps, each of which `group_step` works out for all. To
whoever runs, stores or shows it, a system does what one twin does. Every unit has a store of its
own: what a unit has acknowledged is on disk as for a single device. Where a process died between
two stores, the units go on from the latest moment that any of them kept.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from twinverter.core.records import loader
from twinverter.group.orders import Order
from twinverter.group.told import Told
from twinverter.inverter import Inputs
from twinverter.live.clock import Clock
from twinverter.live.group_snapshot import snapshot
from twinverter.live.group_step import Afar, Coupling, Made, step
from twinverter.live.group_sync import Sync
from twinverter.live.group_trouble import Trouble
from twinverter.live.group_unit import Unit
from twinverter.live.life import ROUNDING_S
from twinverter.live.machine import LOOK_S, cut, jumped

load_inputs = loader(Inputs)


class System:
    """The units of one house, which share clock and tick; `on_change` as for a twin."""

    def __init__(self, name: str, units: Sequence[Unit], is_shared: bool) -> None:
        self.name = name
        self.units = tuple(units)
        self.is_shared = is_shared
        self.clock: Clock = units[0].clock
        self.tick_s = units[0].tick_s
        self.store = units[0].store
        self.orders: list[Order] = []
        self.told: list[Told] = []
        # Units in other processes, and the orders of a master among them; see `group_step`.
        self.others: Callable[[], Sequence[Afar]] = lambda: ()
        self.ordered: Callable[[], Sequence[Order] | None] = lambda: None
        self.troubles: Sequence[Trouble] = ()
        self._on_change: Callable[[], object] = lambda: None
        self._sync = Sync()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="group")
        self._worlds: list[Inputs] = []
        for unit in units:
            unit.fellows = [other for other in units if other is not unit]
        self._meet()
        self.save()

    @property
    def on_change(self) -> Callable[[], object]:
        """Return what is called when somebody has done something at any unit."""
        return self._on_change

    @on_change.setter
    def on_change(self, call: Callable[[], object]) -> None:
        self._on_change = call
        for unit in self.units:
            unit.on_change = call

    @property
    def master(self) -> Unit:
        """Return the master; the first unit where none is set to be it, or several are."""
        return next((unit for unit in self.units if unit.is_master), self.units[0])

    @property
    def clock_s(self) -> float:
        """Return the master's own clock."""
        return self.master.clock_s

    @property
    def seq(self) -> int:
        """Return how often anything was stored."""
        return sum(unit.seq for unit in self.units)

    def tick(self) -> None:
        """Let one tick pass at all units; its steps end where any unit's own would."""
        for trouble in self.troubles:
            trouble.look(self._moment_s)
        end_s = self._moment_s + self.tick_s
        while (left_s := end_s - self._moment_s) > ROUNDING_S:
            self._advance(min(left_s, *(unit.life.reach_s() for unit in self.units)))
        self._sync.look(self.units, self._moment_s)

    def touch(self) -> None:
        """Take note that somebody looks on."""
        for unit in self.units:
            unit.touch()

    def snapshot(self) -> dict[str, Any]:
        """Return the newest moment that is on disk at all units, ready for JSON."""
        shown = snapshot(self.units, self.master, self.orders, self.others())
        return {"seq": self.seq, "name": self.name, "speed": self.clock.told()} | shown

    def save_soon(self) -> Future[None]:
        """Begin to store this moment at every unit; `settle` waits for it."""
        futures = [unit.save_soon() for unit in self.units]
        return self._pool.submit(_await_all, futures)

    def settle(self) -> None:
        """Wait for what is being stored; StoreError where it failed at a unit."""
        for unit in self.units:
            unit.settle()

    def save(self) -> None:
        """Store this moment at every unit; it is on disk when this returns."""
        self.save_soon()
        self.settle()

    def close(self) -> None:
        """End the writing."""
        for unit in self.units:
            unit.close()
        self._pool.shutdown()

    @property
    def _moment_s(self) -> float:
        return self.units[0].life.moment_s

    def _meet(self) -> None:
        """Let all units stand at the latest moment, before one bank, and see what they do."""
        latest = max(self.units, key=lambda unit: unit.life.moment_s).life
        bank = latest.machine.state.plant.battery
        for unit in self.units:
            life = unit.life
            life.moment_s = latest.moment_s
            if self.is_shared:
                state = life.machine.state
                plant = state.plant._replace(battery=bank)
                life.machine.state = state._replace(plant=plant)
        self._worlds = [load_inputs(unit.life.begin()) for unit in self.units]
        for unit, done in zip(self.units, self._step(self._worlds, LOOK_S).done, strict=True):
            unit.life.machine.inputs, unit.life.machine.flows = done.inputs, done.flows

    def _advance(self, dt_s: float) -> None:
        lives = [unit.life for unit in self.units]
        rows = [life.begin() for life in lives]
        worlds = [load_inputs(row) for row in rows]
        struck = any(life.machine.struck for life in lives)
        parts_s: tuple[float, ...] = (dt_s,)
        if struck or any(map(jumped, self._worlds, worlds)):
            parts_s = cut(dt_s)
        for part_s in parts_s:
            made = self._step(worlds, part_s)
            for life, world, done in zip(lives, worlds, made.done, strict=True):
                before = life.machine.state
                life.machine.take(*done)
                life.stepped(world.clock_s + part_s, before)
            self._worlds = worlds
            worlds = [world._replace(clock_s=world.clock_s + part_s) for world in worlds]
        for life, row in zip(lives, rows, strict=True):
            life.end(row, dt_s)

    def _step(self, worlds: Sequence[Inputs], dt_s: float) -> Made:
        parts = [unit.part(world) for unit, world in zip(self.units, worlds, strict=True)]
        made = step(Coupling(parts, self.others(), self.is_shared, self.ordered()), dt_s)
        self.orders, self.told = made.orders, made.told
        return made


def _await_all(futures: Sequence[Future[None]]) -> None:
    for future in futures:
        future.exception()
