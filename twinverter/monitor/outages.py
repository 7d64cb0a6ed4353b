"""Outages of the mains as a history saw them, and how long the house went dark.

A sample, or a minute of a fast tick, belongs to an outage where no phase reached the voltage below
which the law calls a line dead; so outages are known to the tick. The dark time is what the device
counted itself. Samples are kept for a limited time: what is older has its dark time, and no list.
"""

from datetime import date
from typing import NamedTuple

from twinverter.catalog.law import LAW
from twinverter.monitor.balance import sums_of
from twinverter.monitor.curves import Span, clock_of, day_of, span
from twinverter.monitor.history import History
from twinverter.monitor.levels import DAY_S, LEVEL, SAMPLES

DEAD_V = next(row.value for row in LAW if (row.group, row.key) == ("grid", "dead_v"))
PERCENT = 100.0


class Outage(NamedTuple):
    """One time without mains by the device's clock; `is_open` where it lasts to the last sample."""

    start_s: float
    end_s: float
    dark_s: float
    unserved_wh: float
    lowest_soc: float | None
    is_open: bool


class Supply(NamedTuple):
    """A period as the house lived it: outages in order of time, and what they add up to.

    `listed_s` is the time of which samples tell; `dark_s` counts over all that is known.
    """

    outages: list[Outage]
    listed_s: float
    outage_s: float
    dark_s: float
    unserved_wh: float
    generator_s: float


def supply(history: History, device: str, period: str, day: date) -> Supply:
    """Return the period that holds a day; HistoryError, KeyError."""
    within = span(period, day)
    sums = sums_of(history, device, period, within)
    listed_s, outages = _listed(history, device, within)
    return Supply(
        outages,
        listed_s,
        sum(one.end_s - one.start_s for one in outages),
        sums["unserved_s"],
        sums["unserved_wh"],
        sums["generator_s"],
    )


def _listed(history: History, device: str, within: Span) -> tuple[float, list[Outage]]:
    """Return the time of which it is known whether there were mains, and the outages in it."""
    level = "minute" if LEVEL["minute"] in history.plan.stored else SAMPLES
    runs = history.outages(device, level, within.start_s, within.end_s, DEAD_V)
    last_s = max((run["end_s"] for run in runs), default=0.0)
    outages = [
        Outage(
            run["start_s"],
            run["end_s"],
            run["unserved_s"],
            run["unserved_wh"],
            None if run["lowest"] is None else run["lowest"] / PERCENT,
            run["end_s"] >= last_s,
        )
        for run in runs
        if run["is_out"]
    ]
    return sum(run["span_s"] for run in runs if run["is_out"] is not None), outages


def per_day(outages: list[Outage], within: Span) -> dict[date, float]:
    """Return the seconds without mains by day, an outage shared out at midnight."""
    found: dict[date, float] = {}
    for one in outages:
        begin_s = max(one.start_s, within.start_s)
        end_s = min(one.end_s, within.end_s)
        while begin_s < end_s:
            day = day_of(begin_s)
            until_s = min(end_s, clock_of(day) + DAY_S)
            found[day] = found.get(day, 0.0) + until_s - begin_s
            begin_s = until_s
    return found
