"""Strips of curves over one time, one below the other, as an SVG written by hand.

A picture has columns, each with its own time axis; a column has strips of curves, a strip of bars
for what is on or off, and marks that name a moment in all of them.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, STRIP, BAR = 460, 132, 17
LEFT, RIGHT, TOP, GAP, HEAD, FOOT = 58, 14, 26, 24, 30, 40
PAPER, INK, RULE, MARK = "#FFFFFF", "#1E293B", "#E2E8F0", "#A8201A"
HALO = f'stroke="{PAPER}" stroke-width="3" paint-order="stroke"'
LEVELS = 4
# About the width of a letter, in pixels.
LETTER = 6.4
# A point nearer than this to the line so far is left out, in pixels.
FLAT = 0.4

Point = tuple[float, float]


class Curve(NamedTuple):
    """One line of a strip: a value for each step of the column's time."""

    label: str
    colour: str
    values: Sequence[float]
    dash: str = ""


class Strip(NamedTuple):
    """Curves that share a scale."""

    title: str
    low: float
    high: float
    curves: tuple[Curve, ...]


class Bar(NamedTuple):
    """One thing that is on or off in each step."""

    label: str
    colour: str
    values: Sequence[bool]


class Column(NamedTuple):
    """One stretch of time: the end of each step, in `unit`, and all that is shown over it."""

    title: str
    unit: str
    times: Sequence[float]
    strips: tuple[Strip, ...]
    bars: tuple[Bar, ...]
    marks: tuple[tuple[float, str], ...]


def text(at: Point, words: str, style: str = "") -> str:
    """Return words at a place in pixels."""
    return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" {style}>{escape(words)}</text>'


def ticks(low: float, high: float, about: int = LEVELS) -> list[float]:
    """Return round figures from `low` to `high`, not fewer than wanted."""
    rough = (high - low) / about
    decade = 10.0 ** math.floor(math.log10(rough))
    size = max(part * decade for part in (1.0, 2.0, 5.0) if part * decade <= rough * 1.0001)
    first, last = math.ceil(low / size - 1e-6), math.floor(high / size + 1e-6)
    return [count * size for count in range(first, last + 1)]


def figure(value: float) -> str:
    """Return a figure as an axis shows it."""
    return f"{value:.6g}".replace("-", "\u2212")


def begin(column: Column) -> float:
    """Return when the first step began; it was as long as the second."""
    return column.times[0] - (column.times[1] - column.times[0])


def across(column: Column, at: float) -> float:
    """Return where a moment lies, in pixels from the column's left edge."""
    first = begin(column)
    return LEFT + (at - first) / (column.times[-1] - first) * (WIDTH - LEFT - RIGHT)


def line(column: Column, strip: Strip, curve: Curve, top: float) -> str:
    """Return a curve as it is: level over each step, upright between them."""
    span = strip.high - strip.low
    points: list[str] = []
    x, last_y = across(column, begin(column)), math.inf
    for at, value in zip(column.times, curve.values, strict=True):
        y = top + STRIP - min(1.0, max(0.0, (value - strip.low) / span)) * STRIP
        if abs(y - last_y) > FLAT:
            if points:
                points.append(f"{x:.1f},{last_y:.1f}")
            points.append(f"{x:.1f},{y:.1f}")
            last_y = y
        x = across(column, at)
    points.append(f"{x:.1f},{last_y:.1f}")
    dash = f' stroke-dasharray="{curve.dash}"' if curve.dash else ""
    return (
        f'<polyline points="{" ".join(points)}" fill="none" stroke="{curve.colour}" '
        f'stroke-width="1.8" stroke-linejoin="round"{dash}/>'
    )


def key(curves: Sequence[Curve], top: float) -> Iterator[str]:
    """Yield the names of a strip's curves, from the right, above it."""
    x = float(WIDTH - RIGHT)
    for curve in reversed(curves):
        style = f'text-anchor="end" fill="{curve.colour}" font-weight="600"'
        yield text((x, top - 6), curve.label, style)
        x -= LETTER * len(curve.label) + 14


def strip_of(column: Column, strip: Strip, top: float) -> Iterator[str]:
    """Yield a strip: its levels, its curves and their names."""
    yield text((LEFT, top - 6), strip.title, f'font-weight="600" {HALO}')
    for level in ticks(strip.low, strip.high):
        y = top + STRIP - (level - strip.low) / (strip.high - strip.low) * STRIP
        end = WIDTH - RIGHT
        yield f'<line x1="{LEFT}" x2="{end}" y1="{y:.1f}" y2="{y:.1f}" stroke="{RULE}"/>'
        yield text((LEFT - 6, y + 4), figure(level), 'text-anchor="end"')
    for curve in strip.curves:
        yield line(column, strip, curve, top)
    yield from key(strip.curves, top)


def bar_of(column: Column, bar: Bar, top: float) -> Iterator[str]:
    """Yield a bar: filled while the thing is on."""
    yield text((LEFT - 6, top + BAR - 5), bar.label, 'text-anchor="end"')
    y, height = top + 2, BAR - 5
    room = f'y="{y}" width="{WIDTH - LEFT - RIGHT}" height="{height}"'
    yield f'<rect x="{LEFT}" {room} fill="{RULE}"/>'
    start = None
    times = column.times
    for index, is_on in enumerate([*bar.values, False]):
        if is_on and start is None:
            start = times[index - 1] if index else begin(column)
        elif not is_on and start is not None:
            x, end = across(column, start), across(column, times[index - 1])
            width = f'width="{end - x:.1f}" height="{height}"'
            yield f'<rect x="{x:.1f}" y="{y}" {width} fill="{bar.colour}"/>'
            start = None


def height_of(column: Column) -> float:
    """Return how high a column is, from its title to its time axis."""
    return TOP + len(column.strips) * (STRIP + GAP) + len(column.bars) * BAR + FOOT


def column_of(column: Column) -> Iterator[str]:
    """Yield a column: title, strips, bars, marks through all of them, and the time below."""
    yield text((LEFT, 12), column.title, 'font-weight="700" font-size="12.5"')
    top = TOP + 14.0
    for strip in column.strips:
        yield from strip_of(column, strip, top)
        top += STRIP + GAP
    top -= 6.0
    for bar in column.bars:
        yield from bar_of(column, bar, top)
        top += BAR
    for at, words in column.marks:
        x = across(column, at)
        dash = f'stroke="{MARK}" stroke-dasharray="2 3"'
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP + 14}" y2="{top}" {dash}/>'
        late = x - LEFT > LETTER * len(words)
        anchor = "end" if late else "start"
        style = f'text-anchor="{anchor}" fill="{MARK}" font-size="10" {HALO}'
        yield text((x - 4 if late else x + 4, TOP + 14 + STRIP - 5), words, style)
    for moment in ticks(begin(column), column.times[-1]):
        yield text((across(column, moment), top + 14), figure(moment), 'text-anchor="middle"')
    yield text((WIDTH - RIGHT, top + 28), column.unit, 'text-anchor="end"')


def picture(title: str, columns: Sequence[Column], note: str) -> str:
    """Return the whole picture as SVG."""
    width, height = WIDTH * len(columns), HEAD + max(map(height_of, columns)) + FOOT
    parts = [text((LEFT, 20), title, 'font-weight="700" font-size="15"')]
    for index, column in enumerate(columns):
        body = "\n".join(column_of(column))
        parts.append(f'<g transform="translate({index * WIDTH} {HEAD + 6})">\n{body}\n</g>')
    parts.append(text((LEFT, height - 10), note, 'fill="#475569"'))
    size = f'viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11" '
        f'fill="{INK}" role="img" aria-label="{escape(title)}">\n'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )
