"""A comparison as one page: side by side, what differs and how sure that is, when, and why."""

from importlib.resources import files

import numpy as np

from twinverter.batch.report.markup import card, escape, table
from twinverter.catalog.screens import name_of, place_of, value_text
from twinverter.catalog.settings import find
from twinverter.planner.compare import FIGURES, Comparison, Difference, Figure
from twinverter.scenario.tariff import MONTH_NAMES


def figure_text(figure: Figure, value: float, currency: str, signed: bool = False) -> str:
    """Return a figure with its unit, money in the tariff's currency."""
    digits = 0 if abs(value) >= 100.0 else 1 if abs(value) >= 10.0 else 2
    sign = "+" if signed else ""
    return f"{value:{sign},.{digits}f} {figure.unit or currency}"


def difference_text(figure: Figure, found: Difference, currency: str) -> str:
    """Return a difference with its interval in words."""
    if found.more == found.low == found.high == 0.0:
        return "the same"
    low, high = (
        figure_text(figure, value, currency, signed=True).rsplit(" ", 1)[0]
        for value in (found.low, found.high)
    )
    words = f"{figure_text(figure, found.more, currency, signed=True)} ({low} to {high})"
    return words if found.sure else f"{words}, not sure"


def comparison_html(found: Comparison) -> str:
    """Return a comparison as one HTML page that needs nothing else."""
    style = (files("twinverter.batch.report") / "report.css").read_text(encoding="utf-8")
    names = [way.name for way in found.ways]
    notes = "".join(f"<p>{escape(note)}.</p>" for note in found.notes)
    cards = (
        '<header class="top"><p class="brand">Twinverter</p>'
        f"<h1>{escape(' / '.join(names))}</h1><p>The same {found.days} days</p>{notes}</header>",
        _side_by_side(found, names),
        _differences(found, names),
        _months(found, names),
        _settings(found, names),
        "<footer><p>Intervals: 95 %, circular block bootstrap over days in blocks of a week."
        " A simulation, no measurement.</p></footer>",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{escape(' / '.join(names))} &#183; Twinverter</title>"
        f"<style>{style}</style></head><body><main>{''.join(cards)}</main></body></html>\n"
    )


def _side_by_side(found: Comparison, names: list[str]) -> str:
    currency = found.tariff.currency
    rows = [
        [
            escape(figure.name),
            *(
                escape(figure_text(figure, found.difference(figure, place).total, currency))
                for place in range(len(names))
            ),
        ]
        for figure in FIGURES
    ]
    return card("Side by side", table(["", *map(escape, names)], rows), name="side")


def _differences(found: Comparison, names: list[str]) -> str:
    rows = [
        [
            escape(figure.name),
            *(
                escape(
                    difference_text(figure, found.difference(figure, place), found.tariff.currency)
                )
                for place in range(1, len(names))
            ),
        ]
        for figure in FIGURES
    ]
    furthest = "".join(
        f"<p>{escape(name)}: days furthest apart {escape(_days(found, place))}.</p>"
        for place, name in enumerate(names[1:], start=1)
    )
    head = ["", *(f"{escape(name)}" for name in names[1:])]
    body = table(head, rows) + furthest
    return card(f"Against {escape(names[0])}", body, name="difference", aside="95 % interval")


def _days(found: Comparison, place: int) -> str:
    figure, currency = FIGURES[0], found.tariff.currency
    return "; ".join(
        f"{day} {figure_text(figure, more, currency, signed=True)}"
        for day, more in found.furthest(place)
    )


def _months(found: Comparison, names: list[str]) -> str:
    figure, currency = FIGURES[0], found.tariff.currency
    firsts = np.unique(found.month, return_index=True)[1]
    begins = found.wall_day[firsts].astype("datetime64[D]").astype("datetime64[M]").astype(int)
    rows = []
    for month, begin in enumerate(begins):
        sums = [
            float(found.daily(figure, place)[found.month == month].sum())
            for place in range(len(names))
        ]
        name = f"{MONTH_NAMES[begin % 12]} {1970 + begin // 12}"
        rows.append([name, *(escape(figure_text(figure, value, currency)) for value in sums)])
    aside = "without what a month is billed for as a whole"
    return card(
        "Costs by month", table(["", *map(escape, names)], rows), name="months", aside=aside
    )


def _settings(found: Comparison, names: list[str]) -> str:
    rows = []
    for key, values in found.settings().items():
        row = find(key)
        cells = (escape(value_text(row, value)) for value in values)
        rows.append([f"{escape(place_of(key))}: {escape(name_of(row))}", *cells])
    if not rows:
        return card("Settings", "<p>All are set alike.</p>", name="settings")
    return card("What is set otherwise", table(["", *map(escape, names)], rows), name="settings")
