"""Curves of a device over a day, a month, a year or all its time, as a page draws them.

A day shows mean powers: what was counted over the time in which it was counted, so a slot that the
clock went through twice, or in which the device stood still, stays honest. Longer periods show
energies, a bar a slot. Slots of which nothing is known are None. Powers are positive where they
feed the loads; `load_w` is what all loads took.
"""

import math
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from twinverter.monitor.columns import SUMS
from twinverter.monitor.history import History
from twinverter.monitor.levels import DAY_S, HOUR_S, LEVEL, MINUTE_S, SAMPLES

EPOCH = date(1970, 1, 1).toordinal()
PERIODS = ("day", "month", "year", "total")
Values = list[float | None]

# A day is drawn in points of five minutes while these are known, then by what is left of it.
POINT_S = 300
THINNER = ("quarter", "hour")
SOC = "battery_soc"
# fmt: off
POWERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # line              what is added                            what is taken off
    "solar_w":          (("solar_wh",),                          ()),
    "battery_w":        (("discharge_wh",),                      ("charge_wh",)),
    "grid_w":           (("grid_import_wh",),                    ("grid_export_wh",)),
    "generator_w":      (("generator_wh",),                      ()),
    "micro_inverter_w": (("micro_inverter_wh",),                 ()),
    "load_w":           (("load_wh", "home_wh", "smart_load_wh"), ()),
}
# fmt: on
# What a day is drawn of: columns that nobody looks at are not read.
COUNTED = tuple(name for more, less in POWERS.values() for name in (*more, *less))
BARS = tuple(name for name in SUMS if name not in ("buy_wh", "sell_wh"))


class Curve(NamedTuple):
    """The lines of a period by name, a value a slot; `start_s` is its begin by the device's clock.

    `step_s` is 0 where slots differ in length.
    """

    period: str
    start_s: int
    step_s: int
    labels: list[str]
    lines: dict[str, Values]


class Span(NamedTuple):
    """A period on the calendar: begin and end by the device's clock, and the level of its bars."""

    start_s: int
    end_s: int
    bars: str


def span(period: str, day: date) -> Span:
    """Return the period that holds a day; KeyError for a period that is none."""
    first = {
        "day": (day, date.fromordinal(day.toordinal() + 1), "hour"),
        "month": (day.replace(day=1), _next_month(day), "day"),
        "year": (date(day.year, 1, 1), date(day.year + 1, 1, 1), "month"),
        "total": (date.fromordinal(EPOCH), date(9000, 1, 1), "year"),
    }[period]
    return Span(clock_of(first[0]), clock_of(first[1]), first[2])


def clock_of(day: date) -> int:
    """Return the clock at the midnight that begins a day, in s since 1970."""
    return (day.toordinal() - EPOCH) * DAY_S


def day_of(clock_s: float) -> date:
    """Return the date on a clock."""
    return date.fromordinal(int(clock_s // DAY_S) + EPOCH)


def curve(history: History, device: str, period: str, day: date) -> Curve:
    """Return a device's curve over the period that holds a day; HistoryError, KeyError."""
    if period == "day":
        return _day(history, device, day)
    whole = span(period, day)
    rows = history.read(device, whole.bars, whole.start_s, whole.end_s, (), BARS)
    begins = [int(begin_s) for begin_s in rows["start_s"].to_pylist()]
    slots, labels, step_s = _slots(period, day, begins)
    where = {begin_s: place for place, begin_s in enumerate(begins)}
    lines: dict[str, Values] = {}
    for name in BARS:
        found = rows[name].to_pylist()
        lines[name] = [found[where[slot]] if slot in where else None for slot in slots]
    return Curve(period, slots[0] if slots else whole.start_s, step_s, labels, lines)


def _day(history: History, device: str, day: date) -> Curve:
    """Return a day as mean powers, of the finest rows that are still kept."""
    begin_s = clock_of(day)
    fine = LEVEL["minute"] in history.plan.stored
    point_s = max(POINT_S, MINUTE_S * round(history.plan.tick_s / MINUTE_S))
    for level, step_s in (
        ("minute" if fine else SAMPLES, point_s),
        *((name, LEVEL[name].step_s) for name in THINNER),
    ):
        rows = history.read(device, level, begin_s, begin_s + DAY_S, (SOC,), COUNTED)
        if rows.num_rows:
            return _powers(rows, begin_s, step_s, SOC if level == SAMPLES else f"{SOC}_mean")
    return Curve("day", begin_s, point_s, [], {})


def _powers(rows: pa.Table, begin_s: int, step_s: int, soc: str) -> Curve:
    """Return rows of a day as mean powers a slot."""
    count = DAY_S // step_s
    span_s = rows["span_s"].to_numpy()
    middle_s = rows["start_s"].to_numpy() + span_s / 2.0
    place = np.clip(((middle_s - begin_s) // step_s).astype(int), 0, count - 1)
    time_s = np.bincount(place, span_s, count)
    hours = time_s / HOUR_S
    lines = {}
    for line, (more, less) in POWERS.items():
        counted_wh = sum(rows[name].to_numpy() for name in more) - sum(
            (rows[name].to_numpy() for name in less), np.zeros(rows.num_rows)
        )
        lines[line] = _means(np.bincount(place, counted_wh, count), hours, 1)
    soc_pct = rows[soc].to_numpy(zero_copy_only=False).astype(float)
    heard = np.isfinite(soc_pct)
    weight_s = np.bincount(place[heard], span_s[heard], count)
    total = np.bincount(place[heard], soc_pct[heard] / 100.0 * span_s[heard], count)
    lines["soc"] = _means(total, weight_s, 4)
    labels = [f"{at_s // HOUR_S:02d}:{at_s % HOUR_S // MINUTE_S:02d}"
              for at_s in range(0, DAY_S, step_s)]  # fmt: skip
    return Curve("day", begin_s, step_s, labels, lines)


def _means(total: np.ndarray, weight: np.ndarray, decimals: int) -> Values:
    unknown = np.full(len(total), np.nan)
    means = np.divide(total, weight, out=unknown, where=weight > 0.0).round(decimals)
    return [None if math.isnan(one) else one for one in means.tolist()]


def _slots(period: str, day: date, found: Sequence[int]) -> tuple[list[int], list[str], int]:
    """Return the begins of a period's slots, their labels, and their length where it is one."""
    if period == "month":
        count = monthrange(day.year, day.month)[1]
        days = [day.replace(day=number) for number in range(1, count + 1)]
        return [clock_of(one) for one in days], [str(one.day) for one in days], DAY_S
    if period == "year":
        months = [date(day.year, number, 1) for number in range(1, 13)]
        return [clock_of(one) for one in months], [f"{one:%b}" for one in months], 0
    return list(found), [str(day_of(begin_s).year) for begin_s in found], 0


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
