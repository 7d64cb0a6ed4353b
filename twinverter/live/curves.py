"""The curves of the panel (day, month, year, total) and the strip of the last day.

A day is a curve of mean powers at 1 min while these are kept, at 5 min after; a month is a bar a
day, a year a bar a month, total a bar a year. Means are energy by the time that was counted, so a
slot in which the device stood still, or through which the clock went twice, stays honest.
"""

import sqlite3
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from twinverter.live import filing
from twinverter.live.memory import DAY_S, MINUTE_S, Curve, Energies
from twinverter.live.sampler import EPOCH_ORDINAL

SECONDS_PER_HOUR = 3600.0


class Line(NamedTuple):
    """Which energies of the store a curve shows, up and down."""

    up: str
    down: str = ""


# fmt: off
LINES = {
    "solar":          Line("solar_wh"),
    "load":           Line("load_wh"),
    "home":           Line("home_wh"),
    "smart_load":     Line("smart_load_wh"),
    "buy":            Line("buy_wh"),
    "sell":           Line("sell_wh"),
    "grid":           Line("buy_wh", "sell_wh"),
    "charge":         Line("charge_wh"),
    "discharge":      Line("discharge_wh"),
    "battery":        Line("discharge_wh", "charge_wh"),
    "generator":      Line("generator_wh"),
    "micro_inverter": Line("micro_inverter_wh"),
}
# fmt: on


def curve(database: sqlite3.Connection, line: str, period: str, day: date) -> Curve:
    """Return the curve of `line` over the period that holds `day`; KeyError on unknown names."""
    shown = LINES[line]
    if period == "day":
        return _day(database, line, shown, day)
    return _BARS[period](database, line, shown, day)


def strip(database: sqlite3.Connection, until_clock_s: float, hours: float) -> list[dict]:
    """Return mean powers of the five minutes of the last `hours`, oldest first.

    A point has `clock_s` (its begin), `pv_w`, `battery_w`, `grid_w`, `load_w`, `home_w`, `gen_w`
    (sources and demands as everywhere), `soc`, and `grid_there`, the share of its time in which
    the mains stood. Five minutes of which nothing was counted have no point.
    """
    start_s = until_clock_s - hours * SECONDS_PER_HOUR
    points = []
    for slot_s, span_s, grid_s, soc, energy in filing.slots(
        database, "fives", start_s, until_clock_s
    ):
        per_hour = SECONDS_PER_HOUR / span_s
        points.append(
            {
                "clock_s": slot_s,
                "pv_w": round(energy.solar_wh * per_hour, 1),
                "battery_w": round((energy.discharge_wh - energy.charge_wh) * per_hour, 1),
                "grid_w": round((energy.buy_wh - energy.sell_wh) * per_hour, 1),
                "load_w": round(energy.load_wh * per_hour, 1),
                "home_w": round(energy.home_wh * per_hour, 1),
                "gen_w": round(energy.generator_wh * per_hour, 1),
                "soc": round(soc, 4),
                "grid_there": round(grid_s / span_s, 3),
            }
        )
    return points


def _day(database: sqlite3.Connection, line: str, shown: Line, day: date) -> Curve:
    start_s = (day.toordinal() - EPOCH_ORDINAL) * DAY_S
    found = filing.slots(database, "minutes", start_s, start_s + DAY_S)
    step_s = MINUTE_S
    fives = filing.slots(database, "fives", start_s, start_s + DAY_S)
    if fives and (not found or found[0][0] >= fives[0][0] + filing.FIVE_S):
        found, step_s = fives, float(filing.FIVE_S)
    count = int(DAY_S / step_s)
    up: list[float | None] = [None] * count
    down: list[float | None] = [None] * count if shown.down else []
    soc: list[float | None] = [None] * count if line == "battery" else []
    for slot_s, span_s, _, soc_end, energy in found:
        place = int((slot_s - start_s) / step_s)
        up[place] = _mean_w(energy, shown.up, span_s)
        if shown.down:
            down[place] = _mean_w(energy, shown.down, span_s)
        if soc:
            soc[place] = round(soc_end, 4)
    labels = [f"{int(s // 3600):02}:{int(s // 60) % 60:02}" for s in _steps(count, step_s)]
    counted = filing.days(database, day.toordinal(), day.toordinal())
    energy_up_wh, energy_down_wh = _sums(counted, shown)
    return Curve(
        line, "day", day.isoformat(), "W", step_s, labels, up, down, soc,
        energy_up_wh, energy_down_wh,
    )  # fmt: skip


def _steps(count: int, step_s: float) -> list[float]:
    return [place * step_s for place in range(count)]


def _mean_w(energy: Energies, name: str, span_s: float) -> float:
    return round(getattr(energy, name) * SECONDS_PER_HOUR / span_s, 1)


def _sums(counted: Sequence[tuple[int, Energies]], shown: Line) -> tuple[float, float]:
    up_wh = sum(getattr(energy, shown.up) for _, energy in counted)
    down_wh = sum(getattr(energy, shown.down) for _, energy in counted) if shown.down else 0.0
    return up_wh, down_wh


def _bars(
    line: str,
    shown: Line,
    period: str,
    start: date,
    labels: list[str],
    counted: Sequence[tuple[int, Energies]],
    label_of: Callable[[date], str],
) -> Curve:
    """Return the curve whose places are sums of days under the label of each."""
    places = {label: place for place, label in enumerate(labels)}
    up: list[float | None] = [None] * len(labels)
    down: list[float | None] = [None] * len(labels) if shown.down else []
    for day, energy in counted:
        place = places[label_of(date.fromordinal(day))]
        up[place] = (up[place] or 0.0) + getattr(energy, shown.up)
        if shown.down:
            down[place] = (down[place] or 0.0) + getattr(energy, shown.down)
    up_wh, down_wh = _sums(counted, shown)
    return Curve(
        line, period, start.isoformat(), "Wh", 0.0, labels, up, down, [], up_wh, down_wh
    )  # fmt: skip


def _month(database: sqlite3.Connection, line: str, shown: Line, day: date) -> Curve:
    start = day.replace(day=1)
    last = monthrange(day.year, day.month)[1]
    counted = filing.days(database, start.toordinal(), start.toordinal() + last - 1)
    labels = [str(number) for number in range(1, last + 1)]
    return _bars(line, shown, "month", start, labels, counted, lambda one: str(one.day))


def _year(database: sqlite3.Connection, line: str, shown: Line, day: date) -> Curve:
    start, end = date(day.year, 1, 1), date(day.year, 12, 31)
    counted = filing.days(database, start.toordinal(), end.toordinal())
    labels = [str(number) for number in range(1, 13)]
    return _bars(line, shown, "year", start, labels, counted, lambda one: str(one.month))


def _total(database: sqlite3.Connection, line: str, shown: Line, day: date) -> Curve:
    counted = filing.days(database, date.min.toordinal(), date.max.toordinal())
    years = sorted({date.fromordinal(number).year for number, _ in counted} | {day.year})
    labels = [str(year) for year in years]
    start = date(years[0], 1, 1)
    return _bars(line, shown, "total", start, labels, counted, lambda one: str(one.year))


_BARS = {"month": _month, "year": _year, "total": _total}
