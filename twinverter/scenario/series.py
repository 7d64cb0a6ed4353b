"""Measured series: rows as a file holds them, made regular, with their gaps judged.

A gap of at most three hours is left to the reader to fill and count; a longer one is refused, as
are times that go backwards or come twice. A leap year's missing 29 February repeats the 28th.
Dates that a series does not cover take the same calendar day of a year that it does.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from twinverter.scenario.clock import DAY_S, HOUR_S, MINUTE_S, date_of, wall_of, zone
from twinverter.scenario.error import HouseError

GAP_MAX_S = 3.0 * HOUR_S


@dataclass
class Rows:
    """What a file says: the start of each row's interval (UTC), its columns, its place."""

    source: str
    times_s: np.ndarray
    columns: dict[str, np.ndarray]
    lines: np.ndarray
    typical: bool = False
    zone: str = "UTC"
    notes: list[str] = field(default_factory=list)

    def refuse(self, index: int, reason: str, key: str = "", value: object = None) -> HouseError:
        """Return the error that points at one row."""
        line = int(self.lines[index])
        return HouseError(reason, file=self.source, line=line, key=key, value=value)


@dataclass(frozen=True)
class Gap:
    """A run of missing values of one column: first and last place."""

    column: str
    first: int
    last: int


@dataclass(frozen=True)
class Series:
    """Columns of equal intervals without a break.

    `zone` is the clock that its days follow where they stand for days of another year; `typical`
    says that its own year means nothing, so that every year takes it by the calendar.
    """

    source: str
    start_s: float
    interval_s: float
    columns: dict[str, np.ndarray]
    zone: str
    typical: bool

    @property
    def count(self) -> int:
        """Return the number of intervals."""
        return len(next(iter(self.columns.values())))

    @property
    def end_s(self) -> float:
        """Return the moment at which the last interval ends."""
        return self.start_s + self.interval_s * self.count

    def places(self, utc_s: np.ndarray, here: str, same_clock: bool = False) -> np.ndarray:
        """Return the row that stands for each moment; HouseError where none does.

        `here` is the zone in which a day of the run is a day. With `same_clock` the file's
        clock is kept: what happened at 18:00 there happens at 18:00 here.
        """
        direct = np.floor((utc_s - self.start_s) / self.interval_s).astype(np.int64)
        covered = (direct >= 0) & (direct < self.count) & (not (self.typical or same_clock))
        if covered.all():
            return direct
        return np.where(covered, direct, self._by_calendar(utc_s, here, covered))

    def _by_calendar(self, utc_s: np.ndarray, here: str, done: np.ndarray) -> np.ndarray:
        wall_s = zone(here).wall_s(utc_s)
        days, which = np.unique(np.floor(wall_s / DAY_S), return_inverse=True)
        found = np.full(len(utc_s), -1, dtype=np.int64)
        first, last = self._years()
        for turn in range(last - first + 1):
            wanted_s = np.array([_day_in(day, first, last, turn) for day in days])
            there_s = wanted_s[which] + wall_s % DAY_S
            there_utc_s = zone(self.zone).utc_s(there_s)
            place = np.floor((there_utc_s - self.start_s) / self.interval_s).astype(np.int64)
            fits = (found < 0) & (place >= 0) & (place < self.count)
            found[fits] = place[fits]
            if (done | (found >= 0)).all():
                return found
        missing = date_of(float(wall_s[np.argmin(done | (found >= 0))]))
        reason = f"covers {self.span}; the run needs {missing}"
        raise HouseError(reason, file=self.source)

    @property
    def span(self) -> str:
        """Return first and last day in words."""
        first, last = self._ends()
        return f"{first} to {last}"

    def _ends(self) -> tuple[date, date]:
        walls_s = zone(self.zone).wall_s(np.array([self.start_s, self.end_s - 1.0]))
        return date_of(float(walls_s[0])), date_of(float(walls_s[1]))

    def _years(self) -> tuple[int, int]:
        first, last = self._ends()
        return first.year, last.year


def _day_in(day: float, first: int, last: int, turn: int) -> float:
    """Return the same calendar day (its midnight) in a year from `first` to `last`.

    Turn 0 is the run's own year where it is among them; years beyond go round.
    """
    here = date_of(day * DAY_S)
    year = first + (here.year - first + turn) % (last - first + 1)
    try:
        return wall_of(date(year, here.month, here.day))
    except ValueError:
        return wall_of(date(year, 2, 28))


def regular(rows: Rows) -> tuple[Series, list[Gap]]:
    """Return the rows on a grid of equal intervals, and the short gaps that are left in it."""
    if len(rows.times_s) < 2:
        raise HouseError("holds fewer than two rows of data", file=rows.source)
    steps_s = np.diff(rows.times_s)
    backwards = np.flatnonzero(steps_s <= 0)
    if len(backwards):
        index = int(backwards[0]) + 1
        twice = steps_s[index - 1] == 0
        raise rows.refuse(index, "time comes twice" if twice else "time goes backwards")
    lengths_s, counts = np.unique(steps_s, return_counts=True)
    interval_s = float(lengths_s[np.argmax(counts)])
    if HOUR_S % interval_s or (interval_s % MINUTE_S and MINUTE_S % interval_s):
        reason = f"rows are {interval_s:g} s apart, which is no equal part of an hour or a minute"
        raise HouseError(reason, file=rows.source)
    uneven = np.flatnonzero(steps_s % interval_s)
    if len(uneven):
        index = int(uneven[0]) + 1
        reason = f"comes {steps_s[index - 1]:g} s after the row before, the others {interval_s:g} s"
        raise rows.refuse(index, reason)
    places = np.round((rows.times_s - rows.times_s[0]) / interval_s).astype(np.int64)
    columns = {name: _placed(values, places) for name, values in rows.columns.items()}
    made = Series(rows.source, float(rows.times_s[0]), interval_s, columns, rows.zone, rows.typical)
    _repeat_leap_days(rows, made, places)
    return made, _gaps(rows, made, places)


def _placed(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    placed = np.full(int(places[-1]) + 1, np.nan)
    placed[places] = values
    return placed


def _repeat_leap_days(rows: Rows, made: Series, places: np.ndarray) -> None:
    per_day = round(DAY_S / made.interval_s)
    for row in np.flatnonzero(np.diff(places) == per_day + 1):
        first = int(places[row]) + 1
        noon = date_of(made.start_s + first * made.interval_s + DAY_S / 2.0)
        if (noon.month, noon.day) == (2, 29) and first >= per_day:
            for values in made.columns.values():
                values[first : first + per_day] = values[first - per_day : first]
            rows.notes.append(f"{rows.source}: {noon} is missing and repeats 28 February")


def _gaps(rows: Rows, made: Series, places: np.ndarray) -> list[Gap]:
    gaps = []
    for name, values in made.columns.items():
        missing = np.concatenate(([False], np.isnan(values), [False]))
        changes = np.flatnonzero(np.diff(missing.astype(np.int8)))
        for first, end in zip(changes[::2], changes[1::2], strict=True):
            if (end - first) * made.interval_s > GAP_MAX_S or first == 0 or end == made.count:
                before = int(np.searchsorted(places, first, side="right")) - 1
                hours = (end - first) * made.interval_s / HOUR_S
                reason = f"{name} is missing for {hours:.4g} h from here on, 3 h at most are filled"
                if first == 0 or end == made.count:
                    reason = f"{name} is missing at the {'end' if first else 'beginning'}"
                raise rows.refuse(before, reason)
            gaps.append(Gap(name, int(first), int(end) - 1))
    return gaps


def fill_linearly(series: Series, gaps: list[Gap]) -> None:
    """Fill gaps on the straight line between the values beside them."""
    for gap in gaps:
        values = series.columns[gap.column]
        beside = np.array([gap.first - 1, gap.last + 1])
        inside = np.arange(gap.first, gap.last + 1)
        values[inside] = np.interp(inside, beside, values[beside])


def told(series: Series, gaps: list[Gap]) -> list[str]:
    """Return one sentence that counts what was filled, none where nothing was."""
    if not gaps:
        return []
    filled = sum(gap.last - gap.first + 1 for gap in gaps)
    runs = len({(gap.first, gap.last) for gap in gaps})
    where = "one short gap" if runs == 1 else f"{runs} short gaps"
    return [f"{series.source}: {filled} missing values filled in {where}"]
