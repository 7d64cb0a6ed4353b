"""Small pieces of HTML that every part of the report uses."""

import re
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

__all__ = [
    "card",
    "escape",
    "figure_of",
    "legend",
    "line",
    "nice_ceiling",
    "polygon",
    "table",
    "ticks",
    "unit",
]

Points = Iterable[tuple[float, float]]


def card(title: str, body: str, *, name: str, aside: str = "", kind: str = "card") -> str:
    """Return one card of the page; its name is the fragment that leads to it."""
    note = f'<p class="aside">{aside}</p>' if aside else ""
    head = f"<header><h2>{title}</h2>{note}</header>"
    return f'<section class="{kind}" id="{name}">{head}{body}</section>'


def figure_of(text: str) -> str:
    """Return a figure with its units set back; figure and unit are parted by a no-break space."""
    return re.sub("\u00a0(\\S+)", lambda match: unit(match[1]), escape(text))


def unit(text: str) -> str:
    """Return a unit, already escaped, as it stands beside its figure."""
    return f'<span class="u">\u00a0{text}</span>'


def polygon(points: Points) -> str:
    """Return a clip path; coordinates in percent of the box it clips."""
    return "polygon(" + ",".join(f"{_short(x)}% {_short(y)}%" for x, y in points) + ")"


def line(points: Points, kind: str) -> str:
    """Return a line over the whole box of its parent; coordinates in percent."""
    path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
    return (
        '<svg class="over" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">'
        f'<polyline class="{kind}" points="{path}" vector-effect="non-scaling-stroke"/></svg>'
    )


def legend(entries: Sequence[tuple[str, str]]) -> str:
    """Return a legend of (class of the swatch, words)."""
    shown = "".join(f'<li><i class="sw {kind}"></i>{escape(words)}</li>' for kind, words in entries)
    return f'<ul class="legend">{shown}</ul>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """Return a table of ready cells; the first column is the row's head."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        "<tr>"
        + f'<th scope="row">{cells[0]}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells[1:])
        + "</tr>"
        for cells in rows
    )
    return (
        f'<div class="scroll"><table class="{kind}"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def nice_ceiling(value: float) -> float:
    """Return the next of 1, 2, 3, 4, 5, 6, 8, 10 times a power of ten."""
    if value <= 0.0:
        return 1.0
    size = 10.0 ** np.floor(np.log10(value))
    for factor in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0):
        if factor * size >= value * (1.0 - 1e-9):
            return float(factor * size)
    return float(10.0 * size)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values from `low` to `high`, zero among them where it lies between."""
    raw = (high - low) / most
    size = 10.0 ** np.floor(np.log10(raw))
    step = next(factor * size for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * size >= raw)
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return [float(place * step) for place in np.arange(first, last + 1)]


def _short(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
