"""A group of units through days to years: the sum of them as one run, and each for itself.

The group's flows go to `flows.parquet` as those of one device would, so report, story and summary
read them alike; a short row of every unit and step goes to `units.parquet`.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from twinverter.batch import group_loop
from twinverter.batch.flow_file import FlowWriter
from twinverter.batch.run import Run
from twinverter.batch.spans import Spans
from twinverter.batch.summary import summary_of
from twinverter.batch.tally import Tally
from twinverter.batch.unit_run import UNIT_SCHEMA, UnitRun, units_table, unlikeness
from twinverter.catalog.settings import Settings
from twinverter.core.kernel import compiled
from twinverter.core.records import at_rest, dtype, readable
from twinverter.group import member
from twinverter.group.orders import Order
from twinverter.group.terminals import Sky, Stands
from twinverter.group.told import Badge, Told
from twinverter.inverter import Flows, Inputs, Meters, Site, State, initial
from twinverter.scenario.group import Group, Now, phase_number, settings_of
from twinverter.scenario.house import House
from twinverter.scenario.steps import Steps

UNITS_FILE = "units.parquet"
ROWS_MOST = 60000
INTERPRETED_ROWS = 600


@dataclass
class GroupRun(Run):
    """A group carried through its days: the run of its sum, and every unit.

    `unlike` is the largest distance of a unit's AC power from the mean of all, per rated power, in
    any step without sun in which all work: with sun each gives its own first.
    """

    units: tuple[UnitRun, ...] = ()
    unlike: float = 0.0
    units_path: Path = field(default_factory=Path)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Return energies, times and counts of the group, with each unit's own."""
        units = [unit.summary(self.step_s) for unit in self.units]
        parallel = {"units": units, "unlike": self.unlike}
        return summary_of(self) | {"parallel": parallel}


class Coupled:
    """The units of a group on their way: their records, their loop, and what has been counted."""

    def __init__(self, house: House, group: Group, step_s: float, interpreted: bool) -> None:
        self.house, self.group, self.step_s = house, group, step_s
        self.stepping_seconds = 0.0
        self.worst = np.zeros(len(group.units) + 1)
        self.meters = at_rest(Meters(*(0.0 for _ in Meters._fields)))
        self.states = np.empty(0, dtype(State))
        self._interpreted = interpreted
        loop: Any = group_loop.run_on_own_banks
        if group.shared and len(group.units) > 1:
            loop = group_loop.run_on_one_bank
        self._loop = loop if interpreted else compiled(loop)
        kinds = (Sky, Stands, Told, Order)
        self._course = np.zeros(len(group.units), group_loop.COURSE)
        self._tick = [np.zeros(len(group.units), dtype(kind)) for kind in kinds]
        self._flows = np.empty((0, len(group.units)), dtype(Flows))
        self._sums = np.empty(0, dtype(Flows))

    def be(self, now: tuple[Now, ...]) -> None:
        """Let the units be this from the next rows on."""
        group, count = self.group, len(self.group.units)
        shared = group.shared and count > 1
        sites, settings, badges = [], [], []
        for unit, its in zip(group.units, now, strict=True):
            site = member.member_site(unit.site, count)
            sites.append(site._replace(defects=site.defects.but(its.defects)))
            phase = phase_number(its.values)
            typed = settings_of(its.values, self.house.settings)
            made = member.member_settings(typed, count, unit.master, shared, phase > 0.0)
            settings.append(made)
            badges.append(member.badge_of(its.values, unit.gain, phase))
        self._badges = np.concatenate([at_rest(badge) for badge in badges])
        silent = [0.0 if its.values["parallel_enable"] else 1.0 for its in now]
        self._loss = np.maximum([its.loss for its in now], silent)
        self.records = sites, settings
        self.whose = self._belongings(sites, settings, badges)
        self._sites, self._settings = self._at_hand(sites), self._at_hand(settings)

    def _belongings(
        self, sites: list[Site], settings: list[Settings], badges: list[Badge]
    ) -> np.ndarray:
        """Return which site, settings and roof are whose; equal ones are one, the first of them.

        What is read in every tick then lies together, however many units have it.
        """
        whose = np.zeros(len(sites), group_loop.WHOSE)
        whose["site"] = [sites.index(site) for site in sites]
        whose["settings"] = [settings.index(one) for one in settings]
        whose["roof"] = [unit.roof for unit in self.group.units]
        phases = [badge.phase for badge in badges]
        below = list(zip(whose["site"], whose["roof"], phases, strict=True))
        whose["under"] = [below.index(one) for one in below]
        gains = [badge.gain for badge in badges]
        kinds = list(zip(below, whose["settings"], gains, strict=True))
        for place, kind in enumerate(kinds):
            before = [other for other in range(place) if kinds[other] == kind]
            whose[place]["kin"] = before[-1] if before else -1
        return whose

    def step(self, inputs: np.ndarray, suns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return flows of every unit, and their sums; the next call writes over them."""
        if not len(self.states):
            ambient_c = float(inputs["ambient_c"][0])
            pairs = zip(*self.records, strict=True)
            soc = self.house.initial_soc
            first = [at_rest(initial(site, typed, soc, ambient_c)) for site, typed in pairs]
            self.states = np.concatenate(first)
            # No rows: the compiler works here, outside the time that is measured.
            states, meters = self.states.copy(), self.meters.copy()
            self._through(inputs[:0], suns[:, :0], self._flows, self._sums, states, meters)
        rows = len(inputs)
        if len(self._sums) < rows:
            # One room for the flows of all parts; zeros written, so that memory is really there.
            self._flows = np.empty((rows, len(self.states)), dtype(Flows))
            self._sums = np.empty(rows, dtype(Flows))
            self._flows.view(np.uint8)[:] = 0
            self._sums.view(np.uint8)[:] = 0
        flows, sums = self._flows[:rows], self._sums[:rows]
        began = time.perf_counter()
        self._through(inputs, suns, flows, sums, self.states, self.meters)
        self.stepping_seconds += time.perf_counter() - began
        return flows.T, sums

    def _through(
        self,
        inputs: np.ndarray,
        suns: np.ndarray,
        flows: np.ndarray,
        sums: np.ndarray,
        states: np.ndarray,
        meters: np.ndarray,
    ) -> None:
        if self._interpreted:
            inputs = inputs.astype(dtype(Inputs))
        # One layout for all parts: the loop is compiled once.
        suns = np.ascontiguousarray(suns)
        self._loop(
            self._sites, self._settings, states, self._badges, self.whose, self._course,
            self._loss, suns, inputs, *self._tick, flows, sums, meters, self.worst,
            self.step_s,
        )  # fmt: skip

    def _at_hand(self, records: list[Any]) -> Any:
        if self._interpreted:
            return records
        return np.concatenate([readable(record) for record in records])


def parts_of(
    house: House, group: Group, steps: Steps, parts: list[Steps]
) -> Iterator[tuple[np.ndarray, np.ndarray, tuple[Now, ...]]]:
    """Yield inputs, the suns of all roofs, and what the units are, cut where one changes."""
    course = iter(group.stretches(steps))
    left, now = next(course)
    for part in parts:
        inputs = house.world.inputs(part)
        suns = np.zeros((len(group.roofs), part.count), dtype(group_loop.Sun))
        for roof, planes in enumerate(group.roofs):
            rows = inputs if roof == 0 else house.world.sun(part, planes)
            for name in suns.dtype.names or ():
                suns[roof][name] = rows[name]
        first = 0
        while first < part.count:
            if not left:
                left, now = next(course)
            count = min(left, part.count - first)
            yield inputs[first : first + count], suns[:, first : first + count], now
            first, left = first + count, left - count


def simulate_group(
    house: House,
    start: date | datetime | None = None,
    days: float | None = None,
    step_s: float = 60.0,
    out: str | Path | None = None,
    interpreted: bool = False,
    progress: Any = None,
) -> GroupRun:
    """Return the run of a house's group; arguments and errors are those of `simulate`."""
    group = house.group
    assert group is not None
    most = (INTERPRETED_ROWS if interpreted else ROWS_MOST) // len(group.units)
    steps, parts = house.steps(start, days, step_s), house.parts(start, days, step_s, most)
    folder = tempfile.TemporaryDirectory(prefix="twinverter-") if out is None else None
    place = Path(folder.name if folder else str(out))
    place.mkdir(parents=True, exist_ok=True)
    dead_v: float = house.settings.law.grid.dead_v  # type: ignore[attr-defined]
    tally, alarms = Tally(step_s, dead_v), [Spans() for _ in group.units]
    coupled = Coupled(house, group, step_s, interpreted)
    unlike, soh, now = 0.0, 1.0, None
    rated_w: float = house.settings.law.rating.ac_rated_w  # type: ignore[attr-defined]
    path, units_path = place / "flows.parquet", place / UNITS_FILE
    with FlowWriter(path) as writer, pq.ParquetWriter(units_path, UNIT_SCHEMA) as own:
        try:
            for inputs, suns, its in parts_of(house, group, steps, parts):
                if its is not now:
                    coupled.be(its)
                    now = its
                flows, sums = coupled.step(inputs, suns)
                writer.write(inputs["clock_s"], sums)
                own.write_table(units_table(group, inputs["clock_s"], flows))
                tally.add(inputs, sums)
                soh = float(sums["soh"][-1])
                unlike = max(unlike, unlikeness(flows) / rated_w)
                for spans, rows in zip(alarms, flows, strict=True):
                    spans.add(inputs["clock_s"], rows["alarms"].astype(np.int64), step_s)
                if progress is not None:
                    progress(tally.steps / steps.count)
        except KeyboardInterrupt:
            if not tally.steps:
                raise
    units = tuple(
        UnitRun(
            unit.address,
            unit.master,
            unit.phase,
            _meters(state, "meters_"),
            float(state["plant_battery_soc"]),
            float(error),
            spans,
        )
        for unit, state, error, spans in zip(
            group.units, coupled.states, coupled.worst[:-1], alarms, strict=True
        )
    )
    return GroupRun(
        house=house,
        step_s=step_s,
        planned=steps.count,
        steps=tally.steps,
        meters=_meters(coupled.meters[0], ""),
        soh=soh,
        soc_start=house.initial_soc,
        soc_end=float(sums["soc"][-1]),
        balance_error=float(coupled.worst.max()),
        stepping_seconds=coupled.stepping_seconds,
        tally=tally,
        path=path,
        folder=folder,
        units=units,
        unlike=unlike,
        units_path=units_path,
    )


def _meters(row: np.ndarray, prefix: str) -> Meters:
    return Meters(*(float(row[f"{prefix}{name}"]) for name in Meters._fields))
