"""A list of outages in a CSV: a start column, and an end or a length."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from twinverter.scenario.clock import date_of, zone
from twinverter.scenario.csvfile import column, moments, numbers, read_table, seconds_of
from twinverter.scenario.error import HouseError


@dataclass(frozen=True)
class EventMap:
    """Where a list of events is and how to read it; one of `end` and `duration` is a column."""

    path: Path
    start: str
    end: str | None
    duration: str | None
    duration_unit_s: float
    time_format: str | None
    zone: str
    here: str
    where: Mapping[str, str]


def listed_events(wanted: EventMap, key: str) -> tuple[np.ndarray, date, date]:
    """Return rows of start and end by the house's wall clock, and first and last day covered.

    A list covers whole months, from that of its first event to that of its last one.
    HouseError names file and line of an event that ends before it starts.
    """
    source = wanted.path.name
    texts = [wanted.start, *([wanted.end] if wanted.end else []), *wanted.where]
    cells = read_table(wanted.path, f"{key}.file", texts)
    starts_s = _walls_s(cells, wanted.start, wanted, f"{key}.start")
    if wanted.end is not None:
        ends_s = _walls_s(cells, wanted.end, wanted, f"{key}.end")
    else:
        lengths = numbers(cells, str(wanted.duration), source, f"{key}.duration")
        ends_s = starts_s + lengths * wanted.duration_unit_s
    kept = np.ones(len(cells), dtype=bool)
    for name, text in wanted.where.items():
        kept &= (column(cells, name, source, f"{key}.where") == text).to_numpy(dtype=bool)
    if not kept.any():
        raise HouseError("holds no such event", file=source, key=f"{key}.where")
    wrong = np.flatnonzero(kept & ~(ends_s >= starts_s))
    if len(wrong):
        known = np.isfinite(ends_s[wrong[0]])
        reason = "outage ends before it starts" if known else "outage has no length"
        raise HouseError(reason, file=source, line=int(wrong[0]) + 2)
    walls_s = np.column_stack((starts_s, ends_s))[kept]
    walls_s = walls_s[np.argsort(walls_s[:, 0], kind="stable")]
    return walls_s, *_months(walls_s)


def _walls_s(cells: Any, name: str, wanted: EventMap, key: str) -> np.ndarray:
    times = moments(cells, name, wanted.time_format, wanted.path.name, key)
    times_s = seconds_of(times)
    if times.dt.tz is None and wanted.zone == wanted.here:
        return times_s
    utc_s = times_s if times.dt.tz is not None else zone(wanted.zone).utc_s(times_s)
    return zone(wanted.here).wall_s(utc_s)


def _months(walls_s: np.ndarray) -> tuple[date, date]:
    first, last = date_of(float(walls_s[0, 0])), date_of(float(walls_s[-1, 0]))
    after = (last.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first.replace(day=1), after - timedelta(days=1)
