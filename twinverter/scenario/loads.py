"""Demands per phase: measured by a meter, or modelled from a list of appliances.

A modelled appliance is a list of times at which it is on, drawn per local day; what a step sees
is the exact mean over it, so that energies do not depend on the step. Habits follow the wall
clock. Inrush and reactive power are not modelled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import numpy as np

from twinverter.scenario.chance import draws
from twinverter.scenario.clock import DAY_S, EPOCH, HOUR_S, zone
from twinverter.scenario.series import Rows, Series, fill_linearly, regular, told
from twinverter.scenario.steps import Steps, mean_over

PHASES = 3
# What a power or an energy per row is in W and Wh.
POWER_UNITS = {"W": 1.0, "kW": 1000.0}
ENERGY_UNITS = {"Wh": 1.0, "kWh": 1000.0}
# A meter at rest may read a little below zero; below this it is no load (assumed).
REST_OFFSET_W = -5.0
# A cycle and a use differ from their mean by up to this share (assumed).
JITTER = 0.2

Watts = tuple[np.ndarray, np.ndarray, np.ndarray]


class Load(Protocol):
    """Something that draws power on three phases."""

    def watts(self, steps: Steps) -> Watts:
        """Return the mean power in each step, per phase."""
        ...

    def check(self, steps: Steps) -> None:
        """Raise HouseError where the load is not known in all of `steps`."""
        ...


class NoLoad:
    """Nothing connected."""

    def watts(self, steps: Steps) -> Watts:
        """Return zeros."""
        none = np.zeros(steps.count)
        return none, none, none

    def check(self, steps: Steps) -> None:
        """Nothing is known everywhere."""


@dataclass(frozen=True)
class MeasuredLoad:
    """Columns of a series on phases; a weight is the part of a column that lies on a phase."""

    series: Series
    weights: tuple[dict[str, float], dict[str, float], dict[str, float]]
    here: str
    same_clock: bool

    def watts(self, steps: Steps) -> Watts:
        """Return the mean power in each step, per phase."""
        interval_s = self.series.interval_s
        given = steps.around(interval_s, self.series.start_s % interval_s)
        rows = self.series.places(given.starts_s, self.here, self.same_clock)
        on_phase = []
        for weights in self.weights:
            values = np.zeros(given.count)
            for column, weight in weights.items():
                values += weight * self.series.columns[column][rows]
            on_phase.append(np.maximum(mean_over(steps, given, values), 0.0))
        return on_phase[0], on_phase[1], on_phase[2]

    def check(self, steps: Steps) -> None:
        """Raise HouseError where the file does not cover the steps."""
        self.series.places(steps.starts_s, self.here, self.same_clock)


@dataclass(frozen=True)
class Appliance:
    """One consumer: when it may be on, and how it is on then.

    `windows_s` are wall clock times after midnight, an end beyond 24 h reaching into the next
    day. Without `uses_per_day` it is on through a window, in cycles where `duty` is below 1; with
    it, it is on for `use_s` so many times a day, somewhere in its windows.
    """

    name: str
    shares: tuple[float, float, float]
    power_w: float
    windows_s: tuple[tuple[float, float], ...]
    duty: float
    cycle_s: float
    probability: float
    spread_s: float
    uses_per_day: float
    use_s: float
    months: frozenset[int]
    weekdays: frozenset[int]


@dataclass(frozen=True)
class ModelledLoad:
    """Appliances of one place, with the seed of their habits."""

    appliances: tuple[Appliance, ...]
    seed: int
    here: str

    def watts(self, steps: Steps) -> Watts:
        """Return the mean power in each step, per phase."""
        clock = zone(self.here)
        walls_s = clock.wall_s(np.array([steps.start_s, steps.end_s]))
        # A window opened yesterday may reach into today, one of today into tomorrow's small hours.
        first, last = int(walls_s[0] // DAY_S) - 2, int(walls_s[1] // DAY_S) + 1
        sums = [np.zeros(steps.count) for _ in range(PHASES)]
        for appliance in self.appliances:
            on_s = [times for day in range(first, last) for times in self._day(appliance, day)]
            rows_s = np.concatenate([np.zeros((0, 2)), *on_s])
            spans_s = clock.utc_s(rows_s.ravel()).reshape(-1, 2)
            share = on_share(steps, spans_s)
            for phase, part in enumerate(appliance.shares):
                if part:
                    sums[phase] += appliance.power_w * part * share
        return sums[0], sums[1], sums[2]

    def check(self, steps: Steps) -> None:
        """A model is known everywhere."""

    def _day(self, appliance: Appliance, day: int) -> Iterable[np.ndarray]:
        """Yield arrays of (on, off) wall clock times of one day."""
        date = EPOCH + timedelta(days=day)
        if date.month not in appliance.months or date.weekday() not in appliance.weekdays:
            return
        chance = draws(self.seed, appliance.name, day)
        midnight_s = day * DAY_S
        if appliance.uses_per_day:
            yield midnight_s + _uses(appliance, chance)
            return
        for start_s, end_s in appliance.windows_s:
            used = chance.random() < appliance.probability
            early_s, late_s = chance.normal(scale=appliance.spread_s, size=2)
            phase, jitter = chance.random(), chance.random(int(2 * DAY_S / appliance.cycle_s) + 2)
            if used:
                on_s = start_s + early_s, max(end_s + late_s, start_s + early_s)
                yield midnight_s + _cycles(appliance, on_s, phase, jitter)


def _uses(appliance: Appliance, chance: np.random.Generator) -> np.ndarray:
    lengths_s = np.array([end_s - start_s for start_s, end_s in appliance.windows_s])
    count = chance.poisson(appliance.uses_per_day)
    if chance.random() >= appliance.probability:
        count = 0
    window = chance.choice(len(lengths_s), size=count, p=lengths_s / lengths_s.sum())
    starts_s = np.array([start_s for start_s, _ in appliance.windows_s])[window]
    starts_s = starts_s + chance.random(count) * lengths_s[window]
    used_s = appliance.use_s * (1.0 + JITTER * (2.0 * chance.random(count) - 1.0))
    return np.column_stack((starts_s, starts_s + used_s))


def _cycles(
    appliance: Appliance, on_s: tuple[float, float], phase: float, jitter: np.ndarray
) -> np.ndarray:
    if appliance.duty >= 1.0:
        return np.array([on_s])
    count = int((on_s[1] - on_s[0]) / appliance.cycle_s) + 2
    starts_s = on_s[0] + (np.arange(count) - phase) * appliance.cycle_s
    lengths_s = appliance.duty * appliance.cycle_s * (1.0 + JITTER * (2.0 * jitter[:count] - 1.0))
    ends_s = starts_s + np.minimum(lengths_s, appliance.cycle_s)
    return np.clip(np.column_stack((starts_s, ends_s)), *on_s)


def on_share(steps: Steps, spans_s: np.ndarray) -> np.ndarray:
    """Return how much of each step lies in spans (rows of start and end); overlaps count twice."""
    if not len(spans_s):
        return np.zeros(steps.count)
    times_s = spans_s.ravel() - steps.start_s
    change = np.tile([1.0, -1.0], len(spans_s))
    order = np.argsort(times_s, kind="stable")
    times_s, level = times_s[order], np.cumsum(change[order])
    on_s = np.concatenate(([0.0], np.cumsum(level[:-1] * np.diff(times_s))))
    return np.diff(np.interp(steps.edges_s - steps.start_s, times_s, on_s)) / steps.step_s


def measured_load(
    rows: Rows,
    unit: str,
    weights: tuple[dict[str, float], dict[str, float], dict[str, float]],
    here: str,
    same_clock: bool,
) -> tuple[MeasuredLoad, list[str]]:
    """Return a meter's rows as a load, and notes on them; HouseError names file and line."""
    factor = POWER_UNITS.get(unit) or ENERGY_UNITS[unit]
    if unit in ENERGY_UNITS and len(rows.times_s) > 1:
        factor *= HOUR_S / float(np.median(np.diff(rows.times_s)))
    small = 0
    for name, values in rows.columns.items():
        values_w = values * factor
        if (values_w < REST_OFFSET_W).any():
            index = int(np.argmax(values_w < REST_OFFSET_W))
            raise rows.refuse(index, "negative load", name, float(values[index]))
        small += int(np.sum(values_w < 0.0))
        rows.columns[name] = np.where(values_w < 0.0, 0.0, values_w)
    series, gaps = regular(rows)
    fill_linearly(series, gaps)
    notes = rows.notes + told(series, gaps)
    if small:
        notes.append(f"{series.source}: {small} small negative values set to 0")
    return MeasuredLoad(series, weights, here, same_clock), notes
