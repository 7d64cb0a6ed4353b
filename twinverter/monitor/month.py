"""What a month was like for a device: its energies, its supply, its best and worst day.

Everything is read from the history; a month of which only a part is known says so by `counted_s`.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from twinverter.monitor.balance import Balance, balance, sums_of
from twinverter.monitor.curves import Curve, curve, span
from twinverter.monitor.history import History
from twinverter.monitor.outages import Supply, per_day, supply

# What is set beside other months: sums by name, and two figures of the supply.
COMPARED = (
    "solar_wh", "load_wh", "home_wh", "grid_import_wh", "grid_export_wh", "generator_wh",
    "generator_s", "unserved_s",
)  # fmt: skip
MONTH = "month"


class Other(NamedTuple):
    """Another month beside it; `sums` are in Wh and s, with `span_s`, the time that was counted."""

    first: date
    sums: dict[str, float]


class Month(NamedTuple):
    """A month of a device. `days` are its energies by day, `outage_s` its time without mains.

    `best` and `worst` are the days with the most and the least sun among those between the
    first and the last known, which may be cut off.
    """

    device: str
    first: date
    sums: dict[str, float]
    balance: Balance
    supply: Supply
    days: Curve
    outage_s: dict[date, float]
    best: tuple[date, float] | None
    worst: tuple[date, float] | None
    others: list[Other]


def month(history: History, device: str, day: date) -> Month:
    """Return the month that holds a day; HistoryError for a device that is not known."""
    first = day.replace(day=1)
    within = span(MONTH, first)
    sums = sums_of(history, device, MONTH, within)
    lived = supply(history, device, MONTH, first)
    days = curve(history, device, MONTH, first)
    ranked = _ranked(days.lines["solar_wh"], first)
    return Month(
        device,
        first,
        sums,
        balance(sums),
        lived,
        days,
        per_day(lived.outages, within),
        ranked[-1] if ranked else None,
        ranked[0] if ranked else None,
        [_other(history, device, one) for one in (before(first), a_year_before(first))],
    )


def before(first: date) -> date:
    """Return the first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def a_year_before(first: date) -> date:
    """Return the first day of the same month of the year before."""
    return first.replace(year=first.year - 1)


def _other(history: History, device: str, first: date) -> Other:
    return Other(first, sums_of(history, device, MONTH, span(MONTH, first)))


def _ranked(values: Sequence[float | None], first: date) -> list[tuple[date, float]]:
    """Return the days that are known, the dullest first; the first and last may be cut off."""
    known = [
        (first + timedelta(days=place), value)
        for place, value in enumerate(values)
        if value is not None
    ]
    return sorted(known[1:-1] or known, key=lambda one: one[1])
