"""The mains: when they are there, their voltage on each phase without this house, their frequency.

Outages come from a list of events, or are drawn per local day from hours off a day, a mean length
and weights of the hours. Drawn outages begin at random and may overlap; their rate and length are
those of a coverage process (Hall 1988) whose gaps and clumps have the wanted means. A step counts
as an outage when at least half of it lies in one, so borders are exact to the step.
"""

from calendar import isleap
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np

from twinverter.scenario.chance import draws
from twinverter.scenario.clock import DAY_S, HOUR_S, date_of, wall_of, zone
from twinverter.scenario.loads import Watts, on_share
from twinverter.scenario.steps import Steps

# Outages longer than this many mean lengths are rarer than one in ten to the seventeenth.
LENGTHS_BACK = 40.0
# Tenths of hours of a day, days over which a cause may reach, rounds of halving an interval.
TENTHS, DAYS_FOLDED, ROUNDS = 240, 10, 40


class Outages(Protocol):
    """Something that takes the mains away."""

    def spans_s(self, steps: Steps) -> np.ndarray:
        """Return rows of start and end (UTC) that touch the steps; they may overlap."""
        ...


class NoOutages:
    """Mains that never fail."""

    def spans_s(self, steps: Steps) -> np.ndarray:
        """Return no rows."""
        return np.zeros((0, 2))


@dataclass(frozen=True)
class ListedOutages:
    """Events by the wall clock of their place, and the days that the list covers.

    Without `first` and `last` the list is all there is. With them, other days take the same
    calendar day of a year that the list covers, and none where it covers no such day.
    """

    walls_s: np.ndarray
    here: str
    first: date | None = None
    last: date | None = None

    def spans_s(self, steps: Steps) -> np.ndarray:
        """Return the events that touch the steps."""
        clock = zone(self.here)
        if self.first is None or self.last is None:
            return clock.utc_s(self.walls_s.ravel()).reshape(-1, 2)
        walls_s = clock.wall_s(np.array([steps.start_s, steps.end_s]))
        found = [np.zeros((0, 2))]
        for day in range(int(walls_s[0] // DAY_S), int(walls_s[1] // DAY_S) + 1):
            there = self._listed(date_of(day * DAY_S))
            if there is None:
                continue
            start_s = wall_of(there)
            cut_s = np.clip(self.walls_s, start_s, start_s + DAY_S)
            cut_s = cut_s[cut_s[:, 1] > cut_s[:, 0]]
            found.append(cut_s + (day * DAY_S - start_s))
        rows_s = np.concatenate(found)
        return clock.utc_s(rows_s.ravel()).reshape(-1, 2)

    def _listed(self, day: date) -> date | None:
        """Return the covered day that stands for `day`."""
        assert self.first is not None and self.last is not None
        span = self.last.year - self.first.year + 1
        for turn in range(span):
            year = self.first.year + (day.year - self.first.year + turn) % span
            leap = (day.month, day.day) == (2, 29) and not isleap(year)
            there = date(year, 2, 28) if leap else date(year, day.month, day.day)
            if self.first <= there <= self.last:
                return there
        return None


@dataclass(frozen=True)
class DrawnOutages:
    """Outages by chance: a rate per hour of the day and a mean length, both of single causes."""

    rates_per_h: np.ndarray
    length_s: float
    seed: int
    here: str

    def spans_s(self, steps: Steps) -> np.ndarray:
        """Return the outages that may touch the steps."""
        clock = zone(self.here)
        walls_s = clock.wall_s(np.array([steps.start_s, steps.end_s]))
        back = int(np.ceil(LENGTHS_BACK * self.length_s / DAY_S))
        days = range(int(walls_s[0] // DAY_S) - back, int(walls_s[1] // DAY_S) + 1)
        rows_s = np.concatenate([self._day(day) for day in days])
        return clock.utc_s(rows_s.ravel()).reshape(-1, 2)

    def _day(self, day: int) -> np.ndarray:
        chance = draws(self.seed, "outages", day)
        per_hour = chance.poisson(self.rates_per_h)
        hours = np.repeat(np.arange(24.0), per_hour)
        starts_s = day * DAY_S + (hours + chance.random(len(hours))) * HOUR_S
        return np.column_stack((starts_s, starts_s + chance.exponential(self.length_s, len(hours))))


def drawn_outages(
    hours_per_day: float, mean_s: float, weights: np.ndarray, seed: int, here: str
) -> DrawnOutages:
    """Return outages that add up to `hours_per_day` and last `mean_s` as the house feels them."""
    shape = weights / weights.mean()
    off = hours_per_day / 24.0
    # Causes that overlap are felt as one outage, so a cause is at most as long as what is felt.
    low_s, high_s = 0.0, mean_s
    for _ in range(ROUNDS):
        length_s = 0.5 * (low_s + high_s)
        rate_per_h = _rate_per_h(off, length_s, shape)
        if _felt_s(off, rate_per_h * shape, length_s) < mean_s:
            low_s = length_s
        else:
            high_s = length_s
    return DrawnOutages(rate_per_h * shape, length_s, seed, here)


def _covers(rates_per_h: np.ndarray, length_s: float) -> np.ndarray:
    """Return how many causes last at each tenth of an hour of the day, on average."""
    # How long ago a cause began falls off exponentially; days before fold into one day.
    ago_h = (np.arange(DAYS_FOLDED * TENTHS) + 0.5) / 10.0
    lasting = np.exp(-ago_h * HOUR_S / length_s).reshape(-1, TENTHS).sum(axis=0) / 10.0
    rates = np.repeat(rates_per_h, TENTHS // 24)
    return np.real(np.fft.ifft(np.fft.fft(rates) * np.fft.fft(lasting)))


def _rate_per_h(off: float, length_s: float, shape: np.ndarray) -> float:
    """Return the mean rate at which causes of `length_s` take the mains for a share `off`."""
    covers = _covers(shape, length_s)
    low_per_h, high_per_h = 0.0, -100.0 * np.log1p(-off) * HOUR_S / length_s
    for _ in range(ROUNDS):
        rate_per_h = 0.5 * (low_per_h + high_per_h)
        if np.mean(1.0 - np.exp(-rate_per_h * covers)) < off:
            low_per_h = rate_per_h
        else:
            high_per_h = rate_per_h
    return float(rate_per_h)


def _felt_s(off: float, rates_per_h: np.ndarray, length_s: float) -> float:
    """Return the mean length of an outage, which begins where no other cause lasts."""
    free = np.exp(-_covers(rates_per_h, length_s))
    begins_per_h = np.mean(np.repeat(rates_per_h, TENTHS // 24) * free)
    return float(off / begins_per_h * HOUR_S)


@dataclass(frozen=True)
class Mains:
    """The supply: outages, voltage per phase by the hour of the day, a slow wander, frequency.

    `sag_hours` and `sags_v` say how far the voltage falls at which hour; between them it runs in
    straight lines, round midnight too. The wander of voltage and frequency is drawn per hour.
    """

    outages: Outages
    voltages_v: tuple[float, float, float]
    frequency_hz: float
    seed: int
    here: str
    sag_hours: np.ndarray = field(default_factory=lambda: np.zeros(1))
    sags_v: np.ndarray = field(default_factory=lambda: np.zeros(1))
    wander_v: float = 0.0
    wander_hz: float = 0.0

    def there(self, steps: Steps) -> np.ndarray:
        """Return 1.0 for steps with mains, 0.0 for outages."""
        spans_s = self.outages.spans_s(steps)
        near = (spans_s[:, 1] > steps.start_s) & (spans_s[:, 0] < steps.end_s)
        spans_s = merged(spans_s[near])
        return np.where(on_share(steps, spans_s) >= 0.5 - 1e-9, 0.0, 1.0)

    def supply(self, steps: Steps) -> tuple[Watts, np.ndarray]:
        """Return the voltage of each phase and the frequency, all 0 in an outage."""
        there = self.there(steps)
        walls_s = zone(self.here).wall_s(steps.middles_s)
        hours = walls_s % DAY_S / HOUR_S
        sag_v = np.interp(hours, self.sag_hours, self.sags_v, period=24.0)
        on_phase = []
        for phase, voltage_v in enumerate(self.voltages_v):
            level_v = voltage_v - sag_v + self._wander(walls_s, f"L{phase + 1}", self.wander_v)
            on_phase.append(np.maximum(level_v, 0.0) * there)
        frequency_hz = self.frequency_hz + self._wander(walls_s, "frequency", self.wander_hz)
        return (on_phase[0], on_phase[1], on_phase[2]), frequency_hz * there

    def _wander(self, walls_s: np.ndarray, subject: str, spread: float) -> np.ndarray:
        if not spread:
            return np.zeros(len(walls_s))
        first, last = int(walls_s[0] // DAY_S), int(walls_s[-1] // DAY_S) + 1
        days = range(min(first, last), last + 1)
        levels = [draws(self.seed, subject, day).normal(scale=spread, size=24) for day in days]
        hours = walls_s / HOUR_S - days[0] * 24.0
        return np.interp(hours, np.arange(24.0 * len(days)), np.concatenate(levels))


def merged(spans_s: np.ndarray) -> np.ndarray:
    """Return the same stretches without overlaps, in order."""
    if not len(spans_s):
        return spans_s
    spans_s = spans_s[np.argsort(spans_s[:, 0], kind="stable")]
    reach_s = np.maximum.accumulate(spans_s[:, 1])
    opens = np.concatenate(([True], spans_s[1:, 0] > reach_s[:-1]))
    ends = np.concatenate((np.flatnonzero(opens)[1:] - 1, [len(spans_s) - 1]))
    return np.column_stack((spans_s[opens, 0], reach_s[ends]))
