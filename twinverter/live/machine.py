"""The machine itself between two entries: its record, its state, and how a tick is cut into steps.

A tick is one step of the kernel. Where the world jumps at its beginning (mains, loads, a flag, a
defect), the first second is cut finer, as rule C-05 has it: ten steps of 1 ms, in which protection
acts, then the steps of 100 ms in which power is dispatched. Any cut tells the same story (C-05a);
the finer one shows when each thing happened within the second.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from twinverter.catalog import alarms
from twinverter.catalog.settings import Settings
from twinverter.catalog.states import DARK, OFF, SELFTEST
from twinverter.core.blocks import Phases
from twinverter.core.records import loader
from twinverter.inverter import Flows, Inputs, Site, State, step

load_inputs = loader(Inputs)

# Protection in 1 ms, dispatch in 100 ms (C-05).
FINE_S = (0.001,) * 10 + (0.09,) + (0.1,) * 9
LOOK_S = 1.0
# Below these a change from tick to tick is no jump (assumed).
JUMP_V, JUMP_HZ, JUMP_W = 10.0, 0.2, 500.0
FLAGS = slice(Inputs._fields.index("phase_order_ok"), None)


class Seen(NamedTuple):
    """What of a step makes an event when it differs from the step before."""

    state: float
    alarms: float
    relays: float
    mains: bool
    running: float


class Machine:
    """One device without its memory: settings in, rows of the world through, flows out."""

    def __init__(self, site: Site, settings: Settings, state: State, restarting: bool) -> None:
        self.site = site
        self.settings = settings
        self.state = state
        self.restarting = restarting
        self._sound = site.defects
        self._broken: dict[str, float] = {}
        # Whether the next step is the first with what was broken or mended just now.
        self.struck = False
        self.inputs: Inputs
        self.flows: Flows

    def suffer(self, broken: Mapping[str, float]) -> None:
        """Let exactly this be broken at the site, cause -> value, from the next step on."""
        if broken != self._broken:
            self._broken = dict(broken)
            self.site = self.site._replace(defects=self._sound.but(broken))
            self.struck = True

    def look(self, row: dict[str, float]) -> None:
        """Show what the machine does in this world, without letting time pass."""
        self.inputs = load_inputs(row)
        _, self.flows = step(self.site, self.settings, self.state, self.inputs, LOOK_S)

    def go(self, row: dict[str, float], dt_s: float) -> Iterator[float]:
        """Go on for `dt_s` in the world of `row`; yield the clock at the end of each step."""
        inputs = load_inputs(row)
        parts_s = cut(dt_s) if self.struck or jumped(self.inputs, inputs) else (dt_s,)
        for part_s in parts_s:
            self.take(inputs, *step(self.site, self.settings, self.state, inputs, part_s))
            clock_s = inputs.clock_s + part_s
            yield clock_s
            if part_s < dt_s:
                inputs = inputs._replace(clock_s=clock_s)

    def take(self, inputs: Inputs, state: State, flows: Flows) -> None:
        """Stand where a step in this world has led."""
        self.inputs, self.state, self.flows = inputs, state, flows
        self.struck = False
        if self.restarting and flows.state not in (DARK, OFF, SELFTEST):
            self.restarting = False

    def restart(self) -> None:
        """Begin again with the self-test and the reconnection time, showing F13 (C-62, C-63)."""
        control = self.state.control
        control = control._replace(
            fault=control.fault._replace(selftest_s=0.0),
            grid=control.grid._replace(qualified=0.0, inside_s=0.0),
        )
        self.state = self.state._replace(control=control)
        self.restarting = True

    def hold_battery_c(self, temp_c: float) -> None:
        """Put the battery to a temperature."""
        plant = self.state.plant
        bank = plant.battery._replace(temp_c=temp_c)
        self.state = self.state._replace(plant=plant._replace(battery=bank))

    @property
    def seen(self) -> Seen:
        """Return what of the last step makes events."""
        flows = self.flows
        bits = flows.alarms + (alarms.F13 if self.restarting else 0.0)
        law: Any = self.settings.law
        mains = max(self.inputs.grid_v) >= law.grid.dead_v
        return Seen(flows.state, bits, flows.relays, mains, self.state.plant.genset.running)


def jumped(before: Inputs, after: Inputs) -> bool:
    """Return whether the world differs by more than a murmur."""
    return (
        after[FLAGS] != before[FLAGS]
        or abs(after.grid_hz - before.grid_hz) > JUMP_HZ
        or _moved(before.grid_v, after.grid_v) > JUMP_V
        or _moved(before.load_w, after.load_w) > JUMP_W
    )


def cut(dt_s: float) -> tuple[float, ...]:
    """Return the fine steps of the first second of a tick, and what is left of it."""
    parts_s, left_s = [], dt_s
    for part_s in FINE_S:
        if left_s - part_s < 1e-9:
            break
        parts_s.append(part_s)
        left_s -= part_s
    return (*parts_s, left_s)


def _moved(before: Phases, after: Phases) -> float:
    return max(abs(after.l1 - before.l1), abs(after.l2 - before.l2), abs(after.l3 - before.l3))
