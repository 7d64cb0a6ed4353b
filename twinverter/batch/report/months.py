"""Month by month: where the energy came from, what the house wanted, how long it was dark."""

from typing import Any

import numpy as np

from twinverter.batch.report.markup import (
    card,
    escape,
    figure_of,
    legend,
    nice_ceiling,
    table,
    ticks,
)
from twinverter.batch.run import Run
from twinverter.words import figures

SOURCES = (
    ("pv_wh", "solar-a", "Sun"),
    ("micro_inverter_wh", "mi-a", "Micro-inverters"),
    ("grid_import_wh", "grid-a", "Bought"),
    ("generator_wh", "gen-a", "Generator"),
)
Sums = dict[str, float]


def monthly_sums(hours: np.ndarray) -> list[tuple[Any, Sums]]:
    """Return (month, column -> sum) of every calendar month of the run."""
    months = hours["clock_s"].astype("datetime64[s]").astype("datetime64[M]")
    found = []
    for month in np.unique(months):
        part = hours[months == month]
        found.append((month.item(), {name: float(part[name].sum()) for name in part.dtype.names}))
    return found


def months_card(run: Run) -> str:
    """Return the card, empty for a run within two months."""
    sums = monthly_sums(run.tally.hours)
    if len(sums) < 3:
        return ""
    sources = [row for row in SOURCES if any(month[row[0]] > 0.0 for _, month in sums)]
    body = legend([(kind, name) for _, kind, name in sources] + [("line-load", "House wanted")])
    body += _bars(sums, sources) + _table(sums)
    aside = "Bars are what the sources gave: it fed the house, was sold, or was lost on the way."
    return card("Month by month", body, aside=aside, name="months")


def _bars(sums: list[tuple[Any, Sums]], sources: list[tuple[str, str, str]]) -> str:
    wanted = [month["load_wh"] + month["home_wh"] for _, month in sums]
    totals = [sum(month[name] for name, _, _ in sources) for _, month in sums]
    top = nice_ceiling(max([*wanted, *totals]))
    width = 100.0 / len(sums)
    bars, names = [], []
    for place, (when, month) in enumerate(sums):
        inside, level = [], 0.0
        for name, kind, _ in sources:
            height = 100.0 * month[name] / top
            inside.append(
                f'<i class="bar {kind}" style="bottom:{level:.2f}%;height:{height:.2f}%"></i>'
            )
            level += height
        mark = f'<i class="load-mark" style="bottom:{100.0 * wanted[place] / top:.2f}%"></i>'
        left = f"left:{(place + 0.15) * width:.2f}%;width:{0.7 * width:.2f}%"
        bars.append(f'<div class="month" style="{left}">{"".join(inside)}{mark}</div>')
        middle = f"left:{(place + 0.5) * width:.2f}%"
        names.append(f'<span style="{middle}">{month_name(when)}</span>')
    marks = ticks(0.0, top, 4)
    rules = "".join(f'<hr style="top:{100.0 - 100.0 * mark / top:.2f}%"/>' for mark in marks)
    axis = "".join(
        f'<span style="top:{100.0 - 100.0 * mark / top:.2f}%">{figures.plain(mark / 1000.0)}</span>'
        for mark in marks
    )
    return (
        f'<figure class="chart" aria-hidden="true"><div class="y">{axis}</div>'
        f'<div class="plot bars">{rules}{"".join(bars)}</div><div class="x">{"".join(names)}</div>'
        "</figure>"
    )


def _table(sums: list[tuple[Any, Sums]]) -> str:
    head = "kWh|Sun|Bought|Sold|Generator|House got|Missed|Mains away|Dark".split("|")
    rows = []
    for when, month in sums:
        missed = sum(month[f"unserved_{phase}_wh"] for phase in ("l1", "l2", "l3"))
        got = month["load_wh"] - missed + month["home_wh"] - month["home_unserved_wh"]
        energies = (
            month["pv_wh"],
            month["grid_import_wh"],
            month["grid_export_wh"],
            month["generator_wh"],
            got + month["smart_load_wh"],
            missed,
        )
        cells = [figures.plain(wh / 1000.0, 0 if wh > 99.5e3 else 1) for wh in energies]
        times = [figure_of(figures.hours(month[name])) for name in ("mains_gone_s", "unserved_s")]
        rows.append([f"{when:%b %Y}", *map(escape, cells), *times])
    return f"<details><summary>The figures of each month</summary>{table(head, rows)}</details>"


def month_name(when: Any) -> str:
    """Return a month's name, one letter of it where there is no room for three."""
    name = f"{when:%b}"
    return f'<span class="w">{name}</span><span class="n">{name[0]}</span>'
