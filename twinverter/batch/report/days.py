"""A few days that tell the run: power of every source, the house, the battery, and the story."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from twinverter.batch import flow_file
from twinverter.batch.report.markup import (
    card,
    escape,
    legend,
    line,
    nice_ceiling,
    polygon,
    ticks,
)
from twinverter.batch.run import Columns, Run
from twinverter.batch.story import COLUMNS, Story, day_story, used_w
from twinverter.words import figures

DRAWN_S = 600.0
WHOLE_DAY_S = 23.0 * figures.HOUR_S

UP = (
    ("pv_w", "solar-a", "Sun"),
    ("micro_inverter_w", "mi-a", "Micro-inverters"),
    ("discharge_w", "battery-a", "Battery"),
    ("import_w", "grid-a", "Mains"),
    ("gen_w", "gen-a", "Generator"),
)
DOWN = (("charge_w", "battery-a", "Battery"), ("export_w", "grid-a", "Mains"))
MORE_COLUMNS = ("micro_inverter_w", "pv_available_w")


class Day(NamedTuple):
    """A day that stands for others, and what it stands for."""

    title: str
    midnight_s: float


def chosen_days(hours: np.ndarray) -> list[Day]:
    """Return the days to show: sunniest, dullest, longest without mains, and one between."""
    day = (hours["clock_s"] // figures.DAY_S).astype(np.int64)
    days, where = np.unique(day, return_inverse=True)

    def daily(name: str) -> np.ndarray:
        return np.bincount(where, weights=hours[name])

    whole = daily("seconds") >= WHOLE_DAY_S
    if not whole.any():
        return [Day("The day", float(days[0]) * figures.DAY_S)]
    sun, gone = daily("pv_available_wh"), daily("mains_gone_s")
    bought = daily("grid_import_wh")
    away = ("Longest without mains", gone) if gone.any() else ("Most bought", bought)
    middling = -np.abs(sun - np.median(sun[whole]))
    ranks = [("Sunniest", sun), ("Dullest", -sun), away, ("A middling day", middling)]
    found: list[Day] = []
    left = whole.copy()
    for title, rank in ranks:
        if left.any():
            best = int(np.argmax(np.where(left, rank, -np.inf)))
            left[best] = False
            found.append(Day(title, float(days[best]) * figures.DAY_S))
    return found if len(days) > 1 else [Day("The day", found[0].midnight_s)]


def days_card(run: Run) -> str:
    """Return the card of the chosen days."""
    days = chosen_days(run.tally.hours)
    drawn = [_day(run, day) for day in days]
    entries = [(kind, name) for _, kind, name in UP if any(kind in html for html in drawn)]
    entries += [("line-available", "Sun that was there"), ("line-load", "House")]
    entries += [("line-soc", "Charge of the battery")]
    if len(run.tally.mains_gone.table()) > 1:
        entries.append(("away-a", "No mains"))
    if run.summary["hours_unserved"]:
        entries.append(("dark-a", "No power"))
    title = "A day" if len(days) == 1 else "Days that tell the run"
    aside = "Sources above the line, charging and selling below it; the black line is the house."
    kind = "days" if len(days) > 1 else "days one"
    return card(
        title,
        f'{legend(entries)}<div class="{kind}">{"".join(drawn)}</div>',
        aside=aside,
        name="days",
    )


def _day(run: Run, day: Day) -> str:
    end_s = day.midnight_s + figures.DAY_S
    names = list(dict.fromkeys([*COLUMNS, *MORE_COLUMNS]))
    names.remove("clock_s")
    table = flow_file.rows_between(run.path, day.midnight_s, end_s, names)
    columns = {name: table[name].to_numpy() for name in table.column_names}
    there_wh = float(columns["pv_available_w"].sum()) * run.step_s / figures.HOUR_S
    could = f" The roof could have given {figures.energy(there_wh)}."
    story = day_story(run.house.settings, day.midnight_s, columns, run.step_s)
    aside = f"{figures.day_name(story.day)}. {story.lines[-1].text}{could}"
    return (
        f'<article class="day"><h3>{day.title}</h3><p class="aside">{escape(aside)}</p>'
        f"{day_chart(columns, day.midnight_s, run)}{_told(story)}</article>"
    )


def day_chart(columns: Columns, midnight_s: float, run: Run) -> str:
    """Return the chart of one day: powers, mains, charge of the battery."""
    at, drawn = _drawn(columns, midnight_s, max(DRAWN_S, run.step_s))
    up_w = np.sum([drawn[name] for name, _, _ in UP], axis=0)
    below_w = np.sum([drawn[name] for name, _, _ in DOWN], axis=0).max()
    top = nice_ceiling(max(500.0, float(up_w.max()), float(drawn["available_w"].max())))
    bottom = -nice_ceiling(float(below_w)) if below_w > 20.0 else 0.0

    def place(power_w: Any) -> Any:
        return 100.0 * (top - power_w) / (top - bottom)

    areas = "".join(_areas(at, drawn, UP, 1.0, place)) + "".join(
        _areas(at, drawn, DOWN, -1.0, place)
    )
    house = list(zip(at, place(drawn["house_w"]), strict=True))
    available = list(zip(at, place(drawn["available_w"]), strict=True))
    soc = list(zip(at, 100.0 * (1.0 - drawn["soc"]), strict=True))
    marks = ticks(bottom, top, 5)
    rules = "".join(
        f'<hr class="{"zero" if mark == 0.0 else ""}" style="top:{place(mark):.2f}%"/>'
        for mark in marks
    )
    axis = "".join(f'<span style="top:{place(mark):.2f}%">{_kilo(mark)}</span>' for mark in marks)
    hours = "".join(
        f'<span class="{"first" if hour == 0 else "last" if hour == 24 else ""}"'
        f' style="left:{100.0 * hour / 24.0:.2f}%">{hour}</span>'
        for hour in range(0, 25, 6)
    )
    return (
        f'<figure class="chart" role="img" aria-label="Powers of the day in kilowatts">'
        f'<div class="y">{axis}<span class="kw">kW</span></div>'
        f'<div class="plot power">{rules}{areas}'
        f"{line(available, 'available')}{line(house, 'halo')}{line(house, 'load')}</div>"
        f'<p class="what">mains</p>{_strip(midnight_s, run)}'
        f'<p class="what two"><span>full</span><span>empty</span></p>'
        f'<div class="socbox">{line(soc, "soc")}</div>'
        f'<div class="x">{hours}</div></figure>'
    )


def _drawn(
    columns: Columns, midnight_s: float, every_s: float
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the middles of the drawn intervals in percent of the day, and means over them."""
    second = columns["clock_s"] - midnight_s
    place = (second // every_s).astype(np.int64)
    begin = np.flatnonzero(np.diff(place, prepend=-1))
    count = np.diff(np.append(begin, len(place)))

    def mean(values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values.astype(np.float64), begin) / count

    def phases(name: str) -> np.ndarray:
        return columns[f"{name}_l1"] + columns[f"{name}_l2"] + columns[f"{name}_l3"]

    grid_w, battery_w = phases("grid_w"), columns["battery_w"]
    drawn = {
        "pv_w": columns["pv1_w"] + columns["pv2_w"],
        "available_w": columns["pv_available_w"],
        "micro_inverter_w": columns["micro_inverter_w"],
        "discharge_w": np.maximum(battery_w, 0.0),
        "charge_w": np.maximum(-battery_w, 0.0),
        "import_w": np.maximum(grid_w, 0.0),
        "export_w": np.maximum(-grid_w, 0.0),
        "gen_w": np.maximum(phases("gen_w"), 0.0),
        "house_w": used_w(columns),
        "soc": columns["soc"],
    }
    middles = 100.0 * (place[begin] + 0.5) * every_s / figures.DAY_S
    return middles, {name: mean(values) for name, values in drawn.items()}


def _areas(
    at: np.ndarray,
    drawn: Columns,
    series: tuple[tuple[str, str, str], ...],
    sign: float,
    place: Callable[[np.ndarray], np.ndarray],
) -> Iterator[str]:
    """Yield the stacked areas, the first one nearest to the zero line."""
    base = np.zeros(len(at))
    for name, kind, _ in series:
        over = base + sign * drawn[name]
        if drawn[name].max() > 10.0:
            # From edge to edge of the first and last interval that carries something.
            some = np.flatnonzero(drawn[name] > 1.0)
            part = slice(max(0, some[0] - 1), some[-1] + 2)
            upper = zip(at[part], place(over[part]), strict=True)
            lower = zip(at[part][::-1], place(base[part][::-1]), strict=True)
            yield f'<i class="area {kind}" style="clip-path:{polygon([*upper, *lower])}"></i>'
        base = over


def _strip(midnight_s: float, run: Run) -> str:
    """Return the strip of hours without mains, and within them those without power."""
    marks = []
    for spans, kind in ((run.tally.mains_gone, "away-a"), (run.tally.dark, "dark-a")):
        for span in spans.table():
            start_s = max(0.0, float(span["start_s"]) - midnight_s)
            end_s = min(figures.DAY_S, float(span["end_s"]) - midnight_s)
            if span["code"] and end_s > start_s:
                left, right = (100.0 * at_s / figures.DAY_S for at_s in (start_s, end_s))
                place = f"left:{left:.2f}%;width:{right - left:.2f}%"
                marks.append(f'<i class="{kind}" style="{place}"></i>')
    return f'<div class="strip">{"".join(marks)}</div>'


def _told(story: Story) -> str:
    told = ((time, text.replace(" %", "\u00a0%")) for time, text in story.rows()[:-1])
    rows = "".join(f"<dt>{time}</dt><dd>{escape(text)}</dd>" for time, text in told)
    remark = f'<p class="aside">{story.remark.capitalize()}.</p>' if story.remark else ""
    body = f'<dl class="story">{rows}</dl>{remark}'
    return f"<details><summary>What happened</summary>{body}</details>"


def _kilo(power_w: float) -> str:
    value_kw = power_w / 1000.0
    return figures.plain(value_kw, 0 if value_kw == round(value_kw) else 1)
