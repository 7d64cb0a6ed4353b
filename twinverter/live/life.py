"""A life: one machine in its world, second by second, with everything that time changes.

The clocks: `moment_s` is the moment on the house's own course (UTC), `clock_s` what the device's
own clock shows, which somebody may have set.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from twinverter.catalog.orders import ordered
from twinverter.catalog.row import Value
from twinverter.catalog.settings import Settings, kernel_settings
from twinverter.inverter import State, initial
from twinverter.live import sampler
from twinverter.live.course import Course
from twinverter.live.evidence import Recorder
from twinverter.live.hands import Hands, Row
from twinverter.live.machine import Machine
from twinverter.live.memory import Device, Energies, Memory
from twinverter.live.snapshot import lamps
from twinverter.live.watch import Watch
from twinverter.live.wires import Wires
from twinverter.live.world import BY_KEY, MOMENT
from twinverter.scenario.house import House

MINUTE_S, ROUNDING_S = 60.0, 1e-6


class Life:
    """One device's time: its machine, course, hands, minutes and alarms."""

    def __init__(
        self,
        house: House,
        course: Course,
        memory: Memory,
        values: Mapping[str, Value],
        filed: Callable[[int], Energies],
    ) -> None:
        self.course = course
        self.moment_s = memory.course_s
        self.shift_s = memory.clock_s - course.wall_s(memory.course_s)
        self.dc_on = memory.device.dc_on
        self.acknowledged = False
        self._law = house.settings.law
        self.registers = memory.registers
        settings = self._settings(values)
        restarting = "F13" in memory.device.alarms
        self.machine = Machine(house.site, settings, memory.state, restarting)
        self._strings = len(house.form.site.pv)
        self.hands = Hands(memory.world, settings, self._strings)
        self.wires = Wires()
        soc = memory.state.plant.battery.soc
        self.sampler = sampler.Sampler(memory.count, memory.state.meters, soc, filed)
        self.machine.suffer(self._broken())
        self.machine.look(self._row())
        self.watch = Watch(self.machine.seen, memory.device.alarms)
        self.recorder = Recorder()

    @property
    def clock_s(self) -> float:
        """Return the device's own clock: local seconds since 1970."""
        return self.course.wall_s(self.moment_s) + self.shift_s

    def tick(self, dt_s: float) -> None:
        """Let `dt_s` pass; the borders of minutes and of the course's rows are step borders.

        The timetable's slots begin on whole minutes, so no step reaches over the begin of one.
        """
        end_s = self.moment_s + dt_s
        while (left_s := end_s - self.moment_s) > ROUNDING_S:
            self._advance(min(left_s, self.reach_s()))

    def reach_s(self) -> float:
        """Return how long a step from now may be: up to the next of those borders."""
        minute_s = MINUTE_S - self.clock_s % MINUTE_S
        if minute_s < ROUNDING_S:
            minute_s = MINUTE_S
        return min(minute_s, self.course.left_s(self.moment_s))

    def govern(self, values: Mapping[str, Value]) -> None:
        """Let the machine follow these settings from now on."""
        self.machine.settings = self._settings(values)
        self.hands = Hands(self.hands.taken, self.machine.settings, self._strings)

    def _settings(self, values: Mapping[str, Value]) -> Settings:
        """Return the kernel's record of these values, under what registers order."""
        return kernel_settings(values, ordered(self._law, self.registers.held))

    def turn(self, take: Mapping[str, float], back: Iterable[str]) -> list[str]:
        """Take controls of the world over and give others back; return what was done, in words."""
        told, taken = [], self.hands.taken
        for key, value in take.items():
            if BY_KEY[key].kind == MOMENT:
                self.acknowledged = True
                told.append("acknowledged the alarms")
            else:
                taken[key] = value
                told.append(f"holds {key} at {value:g}")
        for key in back:
            if key in taken:
                del taken[key]
                told.append(f"gave back {key}")
        return told

    def restart(self) -> None:
        """Let the machine begin again, showing F13."""
        self.machine.restart()
        self._note(self.clock_s)

    def _advance(self, dt_s: float) -> None:
        row, before = self.begin(), self.machine.state
        for clock_s in self.machine.go(row, dt_s):
            self.stepped(clock_s, before)
            before = self.machine.state
        self.end(row, dt_s)

    def begin(self) -> Row:
        """Return the world of a step that begins now, the machine being as hands have put it."""
        machine, row = self.machine, self._row()
        machine.suffer(self._broken())
        self.acknowledged = False
        if "battery_c" in self.hands.taken:
            machine.hold_battery_c(self.hands.taken["battery_c"])
        return row

    def stepped(self, clock_s: float, before: State) -> None:
        """Write down a part of a step that ends at `clock_s` and began from `before`."""
        self.recorder.note(clock_s, self.machine, before)
        self._note(clock_s)

    def end(self, row: Row, dt_s: float) -> None:
        """Count a step of this world that is over."""
        self.moment_s += dt_s
        state, seen = self.machine.state, self.machine.seen
        self.sampler.tick(row["clock_s"], dt_s, state.meters, state.plant.battery.soc, seen.mains)

    def _note(self, clock_s: float) -> None:
        """Write down what is new, and keep the evidence of alarms that rose."""
        machine, watch = self.machine, self.watch
        if raised := watch.note(clock_s, machine.seen):
            shown = lamps(
                machine.site,
                machine.settings,
                machine.state,
                machine.inputs,
                machine.flows,
                watch.standing,
            )
            self.recorder.freeze(raised, clock_s, shown, list(watch.standing))

    def _broken(self) -> dict[str, float]:
        """Return cause -> value of what is broken at this moment, by the house or by hands."""
        return self.hands.broken(self.course.broken(self.moment_s))

    def _row(self) -> Row:
        """Return the world of this moment with all that hands and wires hold of it."""
        row = self.wires.applied(self.hands.applied(self.course.at(self.moment_s)))
        row["clock_s"] = self.clock_s
        if not self.dc_on:
            row["irradiance1_w_m2"] = row["irradiance2_w_m2"] = 0.0
        if self.acknowledged:
            row["acknowledged"] = 1.0
        if self.registers.forced_off_grid:
            row["forced_island"] = 1.0
        return row


def born(house: House, course: Course, begin: datetime | None) -> Memory:
    """Return the memory of a device switched on for the first time, at `begin` on its wall clock.

    Without one it begins with the house's own days.
    """
    start_s = course.start_s if begin is None else course.moment_s(begin)
    ambient_c = course.at(start_s)["ambient_c"]
    state = initial(house.site, house.settings, house.initial_soc, ambient_c)
    clock_s = course.wall_s(start_s)
    count = sampler.fresh(clock_s, state.meters)
    return Memory(dict(house.values), state, clock_s, start_s, count, Device(), {})
