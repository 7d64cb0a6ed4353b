"""Evidence: what the machine measured before and after each alarm, frozen when the alarm rises.

A ring holds the last steps as the records they are: every step of the last seconds, then one a
second, then one a minute, so that a trip of milliseconds and a slow warming both have their story
and memory stays bounded. An alarm takes what is there and goes on for a minute of the device.
Figures are those of `catalog/evidence.py`, as control saw them in that step.
"""

import json
import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from twinverter.catalog.evidence import FIGURES, PHASES
from twinverter.catalog.settings import Settings
from twinverter.catalog.states import RELAY_GRID, RELAY_LOAD, RELAY_START
from twinverter.core.blocks import Phases
from twinverter.inverter import Flows, Inputs, Site, State, sensed
from twinverter.live.machine import Machine
from twinverter.live.memory import Evidence

# How many steps, seconds and minutes the ring holds: 1.5 min one by one, half an hour coarsely.
STEPS, SECONDS, MINUTES = 60, 90, 30
SECOND_S, MINUTE_S = 1.0, 60.0
# After an alarm: how long it goes on, and for how long every step of that is kept.
AFTER_S, DENSE_S = 60.0, 3.0
# A case under way is written again when it has grown by this much.
GROWN_S = 10.0
HAIR_S = 1e-6
KEYS = tuple(figure.key for figure in FIGURES)


class Step(NamedTuple):
    """One step as it went: when it ended, and the records it was made of."""

    at_s: float
    site: Site
    settings: Settings
    state: State
    inputs: Inputs
    flows: Flows


class Ring:
    """The last steps, the older the fewer."""

    def __init__(self) -> None:
        self._steps: deque[Step] = deque(maxlen=STEPS)
        self._seconds: deque[Step] = deque(maxlen=SECONDS)
        self._minutes: deque[Step] = deque(maxlen=MINUTES)
        self._next_second_s = self._next_minute_s = 0.0

    def add(self, step: Step) -> None:
        """Take one step more."""
        self._steps.append(step)
        if step.at_s >= self._next_second_s - HAIR_S:
            self._seconds.append(step)
            self._next_second_s = step.at_s + SECOND_S
            if step.at_s >= self._next_minute_s - HAIR_S:
                self._minutes.append(step)
                self._next_minute_s = step.at_s + MINUTE_S

    def __iter__(self) -> Iterator[Step]:
        """Yield what is there in the order of time, each step once."""
        last_s = float("-inf")
        for step in sorted((*self._minutes, *self._seconds, *self._steps), key=lambda s: s.at_s):
            if step.at_s > last_s:
                last_s = step.at_s
                yield step


class _Case:
    """An alarm whose evidence still grows."""

    def __init__(
        self,
        code: str,
        clock_s: float,
        at_s: float,
        lamps: Mapping[str, int],
        standing: Sequence[str],
    ) -> None:
        self.code, self.clock_s, self.at_s = code, clock_s, at_s
        self.lamps, self.standing = dict(lamps), tuple(standing)
        self.rows: list[tuple[float, ...]] = []
        self.times_s: list[float] = []
        self.closed = False
        self._told_s = float("-inf")

    def add(self, step: Step) -> None:
        """Take a step after the alarm, every one of the first seconds, then one a second."""
        late_s = step.at_s - self.at_s
        if late_s > AFTER_S + HAIR_S:
            self.closed = True
        elif late_s <= DENSE_S or late_s - self.times_s[-1] >= SECOND_S - HAIR_S:
            self.take(step, read(step))

    def take(self, step: Step, row: tuple[float, ...]) -> None:
        """Keep the figures of a step."""
        self.times_s.append(step.at_s - self.at_s)
        self.rows.append(row)

    @property
    def is_due(self) -> bool:
        """Return whether there is enough that is new to be written."""
        return self.closed or self.times_s[-1] - self._told_s >= GROWN_S

    def evidence(self) -> Evidence:
        """Return what there is by now."""
        self._told_s = self.times_s[-1]
        columns = dict(zip(KEYS, zip(*self.rows, strict=True), strict=True))
        return Evidence(
            self.code,
            self.clock_s,
            tuple(self.times_s),
            columns,
            self.lamps,
            self.standing,
            self.closed,
        )


class Recorder:
    """Watches every step of a machine and keeps what belongs to an alarm."""

    def __init__(self) -> None:
        self._at_s = 0.0
        self._ring = Ring()
        self._cases: list[_Case] = []

    def note(self, clock_s: float, machine: Machine, before: State) -> None:
        """Take the step that the machine has just made from the state `before`."""
        inputs = machine.inputs
        # The step's own length: the device's clock may have been set in between.
        self._at_s += clock_s - inputs.clock_s
        step = Step(self._at_s, machine.site, machine.settings, before, inputs, machine.flows)
        self._ring.add(step)
        for case in self._cases:
            case.add(step)

    def freeze(
        self,
        codes: Sequence[str],
        clock_s: float,
        lamps: Mapping[str, int],
        standing: Sequence[str],
    ) -> None:
        """Keep what led to alarms that rose in the last step, and go on for each."""
        before = [(step, read(step)) for step in self._ring]
        for code in codes:
            for case in self._cases:
                # A code that comes again begins anew; two stories of it do not overlap.
                case.closed = case.closed or case.code == code
            case = _Case(code, clock_s, self._at_s, lamps, standing)
            for step, row in before:
                case.take(step, row)
            if before:
                self._cases.append(case)

    def take(self) -> tuple[Evidence, ...]:
        """Return the evidence that is new or has grown since the last call."""
        due = tuple(case.evidence() for case in self._cases if case.is_due)
        self._cases = [case for case in self._cases if not case.closed]
        return due


def read(step: Step) -> tuple[float, ...]:
    """Return the figures of a step in the order of the table."""
    figures = _measured(step) | _set(step)
    return tuple(figures[key] for key in KEYS)


def _measured(step: Step) -> dict[str, float]:
    seen, flows = sensed(step.site, step.state, step.inputs), step.flows
    loads, pv, battery, safety = seen.loads, seen.pv, seen.battery, seen.safety
    outer: Phases = loads.ct_w if loads.ct_ok > 0.0 else loads.ld_w
    figures = {
        "grid_hz": seen.ac.grid_hz,
        "home_w": sum(loads.home_w),
        "unserved_w": sum(flows.load_unserved_w),
        "pv1_v": pv.voltage1_v,
        "pv1_a": pv.current1_a,
        "pv2_v": pv.voltage2_v,
        "pv2_a": pv.current2_a,
        "pv_w": pv.voltage1_v * pv.current1_a + pv.voltage2_v * pv.current2_a,
        "battery_v": battery.voltage_v,
        "battery_a": battery.current_a,
        "battery_w": battery.voltage_v * battery.current_a,
        "battery_c": battery.temp_c,
        "soc": seen.bms.soc,
        "bms_silent": seen.bms.silent,
        "bms_fault": seen.bms.fault,
        "bms_discharge_a": seen.bms.discharge_a,
        "bms_charge_a": seen.bms.charge_a,
        "gen_v": seen.ac.gen_v,
        "gen_hz": seen.ac.gen_hz,
        "gen_w": sum(flows.gen_w),
        "gen_asked": _bit(flows.relays, RELAY_START),
        "sink_c": seen.stage.sink_c,
        "ambient_c": seen.stage.ambient_c,
        "order_ok": seen.ac.order_ok,
        "ct_ok": loads.ct_ok,
        "drm0": _bit(seen.drm, 1.0),
        "on_grid": _bit(flows.relays, RELAY_GRID),
        "output_on": _bit(flows.relays, RELAY_LOAD),
    }
    figures |= {name: getattr(safety, name) for name in safety._fields if name in KEYS}
    for key, phases in (
        ("grid_v", seen.ac.grid_v),
        ("grid_w", outer),
        ("ld_w", loads.ld_w),
        ("ct_w", loads.ct_w),
        ("load_w", loads.load_w),
        ("inverter_w", flows.inverter_w),
    ):
        figures |= {f"{key}_{name}": value for name, value in zip(PHASES, phases, strict=True)}
    return figures


def _set(step: Step) -> dict[str, float]:
    settings, law = step.settings, step.settings.law
    grid, battery = settings.grid, settings.battery
    rating: Any = law.rating
    return {
        "low_limit_v": grid.grid_low_v,
        "high_limit_v": grid.grid_high_v,
        "low_limit_hz": grid.grid_low_hz,
        "high_limit_hz": grid.grid_high_hz,
        "nominal_v": grid.nominal_v,
        "nominal_hz": grid.grid_frequency_hz,
        "charge_limit_a": battery.max_charge_a,
        "discharge_limit_a": battery.max_discharge_a,
        "gen_rated_w": settings.gen_port.gen_rated_w,
        "gen_on_grid_port": settings.gen_port.gen_on_grid_port,
        "rated_w": rating.ac_rated_w,
    }


def _bit(bits: float, bit: float) -> float:
    return 1.0 if int(bits) & int(bit) else 0.0


def packed(evidence: Evidence) -> bytes:
    """Return evidence as the store keeps it: a figure that stood still is one number."""
    figures = {key: _short(column) for key, column in evidence.figures.items()}
    kept = {
        "times_s": [round(at_s, 3) for at_s in evidence.times_s],
        "figures": figures,
        "lamps": evidence.lamps,
        "standing": evidence.standing,
        "complete": evidence.complete,
    }
    return zlib.compress(json.dumps(kept, separators=(",", ":")).encode())


def unpacked(code: str, clock_s: float, blob: bytes) -> Evidence:
    """Return what `packed` has kept; ValueError where it is not that."""
    try:
        kept = json.loads(zlib.decompress(blob))
        times_s, figures = kept["times_s"], kept["figures"]
        columns = {key: _long(figures[key], len(times_s)) for key in KEYS if key in figures}
        return Evidence(
            code,
            clock_s,
            tuple(times_s),
            columns,
            kept["lamps"],
            tuple(kept["standing"]),
            kept["complete"],
        )
    except (zlib.error, KeyError, TypeError) as error:
        raise ValueError("the evidence of an alarm is damaged") from error


def _short(column: Sequence[float]) -> float | list[float]:
    rounded = [float(f"{value:.5g}") for value in column]
    return rounded[0] if len(set(rounded)) == 1 else rounded


def _long(kept: float | list[float], count: int) -> tuple[float, ...]:
    return tuple(kept) if isinstance(kept, list) else (kept,) * count
