"""The run as maps: a column per day, a row per hour, the value as strength of a colour."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from twinverter.batch.report import ink
from twinverter.batch.report.markup import card, escape, nice_ceiling
from twinverter.batch.report.months import month_name
from twinverter.batch.run import Run
from twinverter.words import figures

LEAST_DAYS = 4
HOURS_OF_DAY = 24
# Pixels of a field across and down.
WIDE, TALL = 2, 4


class Field(NamedTuple):
    """One map: values by day and hour, missing ones not-a-number, and what they mean."""

    title: str
    words: str
    values: np.ndarray
    most: float
    unit: str
    inks: ink.Inks
    factor: float = 1.0

    def shown(self, value: float) -> str:
        """Return a value of the map in its unit."""
        most = self.most * self.factor
        return f"{figures.plain(value * self.factor, 0 if most >= 20.0 else 1)}\u00a0{self.unit}"


def by_day(hours: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return values of the hour table as rows of hours and columns of days."""
    first = int(hours["clock_s"][0] // figures.HOUR_S)
    before = first % HOURS_OF_DAY
    count = -(-(before + len(hours)) // HOURS_OF_DAY) * HOURS_OF_DAY
    grid = np.full(count, np.nan)
    grid[before : before + len(hours)] = values
    return grid.reshape(-1, HOURS_OF_DAY).T


def maps_card(run: Run) -> str:
    """Return the card of all maps, empty for a run of few days."""
    fields = [field for field in _fields(run.tally.hours) if field.values.shape[1] >= LEAST_DAYS]
    if not fields:
        return ""
    first = figures.moment(float(run.tally.hours["clock_s"][0])).date()
    body = "".join(_map(field, first) for field in fields)
    return card(
        "Hour by hour",
        body,
        aside="A column is a day, midnight at the top. The stronger the colour, the more.",
        name="maps",
    )


def _fields(hours: np.ndarray) -> Iterator[Field]:
    seconds = np.where(hours["seconds"] > 0.0, hours["seconds"], np.nan)

    def mean(name: str, factor: float = figures.HOUR_S) -> np.ndarray:
        return by_day(hours, hours[name] * factor / seconds)

    def in_kw(
        title: str, words: str, names: tuple[str, ...], inks: ink.Inks, always: bool
    ) -> Iterator[Field]:
        values = np.sum([mean(name) for name in names], axis=0)
        highest = float(np.nanmax(values))
        if always or highest > 20.0:
            yield Field(title, words, values, nice_ceiling(highest), "kW", inks, 0.001)

    yield from in_kw("Sun", "what the roof gave", ("pv_wh",), ink.SOLAR, True)
    soc = mean("soc_s", 1.0)
    yield Field("Battery", "how full it was", soc, 1.0, "%", ink.BATTERY, 100.0)
    yield from in_kw("Bought", "what the mains gave", ("grid_import_wh",), ink.GRID, True)
    yield from in_kw("Sold", "what the mains took", ("grid_export_wh",), ink.GRID, False)
    yield from in_kw(
        "Generator", "what the generator gave", ("generator_wh",), ink.GENERATOR, False
    )
    missed = ("unserved_l1_wh", "unserved_l2_wh", "unserved_l3_wh")
    yield from in_kw("Missed", "what the house asked for and did not get", missed, ink.ALARM, False)


def _map(field: Field, first: date) -> str:
    known = np.isfinite(field.values)
    share = np.clip(np.where(known, field.values, 0.0) / field.most, 0.0, 1.0)
    indices = np.where(known, np.round(share * (ink.LEVELS - 1)), ink.UNKNOWN).astype(np.uint8)
    light, dark = ink.ramp(field.inks.light), ink.ramp(field.inks.dark)
    bar = np.arange(ink.LEVELS, dtype=np.uint8)[None, :]
    scale = (
        f'<p class="scale">{escape(field.shown(0.0))}{picture(bar, light, dark, ink.LEVELS, "")}'
        f"{escape(field.shown(field.most))}</p>"
    )
    words = f"{field.title}: {field.words}, by day and hour"
    image = picture(fine(indices, WIDE, TALL), light, dark, ink.UNKNOWN, words)
    data = (
        f' data-first="{first.isoformat()}" data-most="{field.most * field.factor:g}"'
        f' data-unit="{field.unit}" data-wide="{WIDE}"'
    )
    return (
        f'<figure class="map"{data}><header><h3>{field.title}'
        f' <small class="read">{field.words}</small></h3>{scale}</header>'
        f"{frame(image, field.values.shape[1], first)}</figure>"
    )


def frame(image: str, days: int, first: date) -> str:
    """Return a picture of days and hours inside its axes."""
    hours = "".join(
        f'<span style="top:{100.0 * hour / HOURS_OF_DAY:.1f}%">{hour}</span>'
        for hour in (0, 6, 12, 18, 24)
    )
    return (
        f'<div class="chart"><div class="y">{hours}</div><div class="plot">{image}</div>'
        f'<div class="x">{"".join(_dates(days, first))}</div></div>'
    )


def _dates(days: int, first: date) -> Iterator[str]:
    """Yield labels under the columns: months, or dates where there are few days."""
    if days <= 62:
        every = -(-days // 8)
        for day in range(0, days, every):
            when = first + timedelta(days=day)
            at = f"left:{100.0 * (day + 0.5) / days:.2f}%"
            yield f'<span style="{at}">{when.day} {when:%b}</span>'
        return
    begin = 0
    while begin < days:
        when = first + timedelta(days=begin)
        end = min(days, begin + _rest_of_month(when))
        if end - begin > 10 and days <= 800:
            at = f"left:{50.0 * (begin + end) / days:.2f}%"
            yield f'<span style="{at}">{month_name(when)}</span>'
        elif days > 800 and when.month == 1:
            yield f'<span style="left:{100.0 * begin / days:.2f}%">{when.year}</span>'
        begin = end


def _rest_of_month(day: date) -> int:
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return (following - day).days


def fine(indices: np.ndarray, across: int, down: int) -> np.ndarray:
    """Return a picture with every field drawn as several pixels, so that it shrinks smoothly."""
    return np.repeat(np.repeat(indices, across, axis=1), down, axis=0)


def picture(
    indices: np.ndarray,
    light: list[tuple[int, int, int]],
    dark: list[tuple[int, int, int]],
    clear: int,
    words: str,
) -> str:
    """Return an image for both themes."""
    return (
        '<picture><source media="screen and (prefers-color-scheme: dark)" srcset="'
        f'{ink.png(indices, dark, clear)}"/><img alt="{escape(words)}" src="'
        f'{ink.png(indices, light, clear)}"/></picture>'
    )
