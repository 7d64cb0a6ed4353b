"""The days of a month as a drawing: what the sun gave, what the house used, hours without mains.

Black and grey alone, so that it prints: bars for the sun, a line for the use, hatched bars below
for the time without mains. A day of which nothing is known stays empty.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape

from twinverter.monitor.month import Month
from twinverter.words.figures import DAY_S

# In the drawing's own units, which are points on an A4 page.
WIDE, LEFT, RIGHT, HIGH, OUT_HIGH, GAP, FOOT = 480.0, 42.0, 4.0, 120.0, 36.0, 16.0, 16.0
HEAD = 16.0
USED = ("load_wh", "home_wh")
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
LINES_WANTED = 3.0
KILO = 1000.0


def chart(month: Month) -> str:
    """Return the drawing as SVG text."""
    days = month.days
    solar = days.lines["solar_wh"]
    used = [
        None if any(part is None for part in parts) else sum(part or 0.0 for part in parts)
        for parts in zip(*(days.lines[name] for name in USED), strict=True)
    ]
    count = len(days.labels)
    step_x = (WIDE - LEFT - RIGHT) / count
    most_kwh = max((one for one in (*solar, *used) if one is not None), default=0.0) / KILO
    mark_kwh, top_kwh = scale(most_kwh)
    height = HEAD + HIGH + GAP + OUT_HIGH + FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {height:g}" role="img"'
        f' aria-label="{escape(spoken(month))}" font-family="Libertinus Serif, serif"'
        ' font-size="9">',
        '<defs><pattern id="h" width="4" height="4" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path d="M0 0V4" stroke="#000" stroke-width="1.4"/>'
        "</pattern></defs>",
        *_marks(mark_kwh, top_kwh),
        *_bars(solar, step_x, top_kwh),
        *_line(used, step_x, top_kwh),
        *_outages(month.outage_s, month.first, count, step_x),
        *_days(days.labels, step_x, height),
        "</svg>",
    ]
    return "".join(parts)


def spoken(month: Month) -> str:
    """Return what the drawing shows, for who cannot see it."""
    return f"Sun and use by day, and hours without mains, {month.first:%B %Y}"


def scale(most: float) -> tuple[float, float]:
    """Return an even step and the mark at or above a value that is drawn highest."""
    wanted = max(most, 1e-9) / LINES_WANTED
    power = 1.0
    while power > wanted:
        power /= 10.0
    while power * 10.0 <= wanted:
        power *= 10.0
    step = next(one for one in STEPS if one * power >= wanted) * power
    count = 1
    while count * step < most:
        count += 1
    return step, count * step


def _y(value_kwh: float, top_kwh: float) -> float:
    return HEAD + HIGH * (1.0 - value_kwh / top_kwh)


def _marks(step_kwh: float, top_kwh: float) -> list[str]:
    parts = [f'<text x="{LEFT - 6:g}" y="9" text-anchor="end">kWh</text>']
    for place in range(round(top_kwh / step_kwh) + 1):
        y = _y(place * step_kwh, top_kwh)
        parts.append(
            f'<path d="M{LEFT:g} {y:.1f}H{WIDE - RIGHT:g}" stroke="#bbb" stroke-width=".5"/>'
            f'<text x="{LEFT - 6:g}" y="{y + 3:.1f}" text-anchor="end">{place * step_kwh:g}</text>'
        )
    return parts


def _bars(solar_wh: Sequence[float | None], step_x: float, top_kwh: float) -> list[str]:
    return [
        f'<rect x="{LEFT + place * step_x + 1:.1f}" y="{_y(value / KILO, top_kwh):.1f}"'
        f' width="{step_x - 2:.1f}" height="{HIGH * value / KILO / top_kwh:.1f}" fill="#999"/>'
        for place, value in enumerate(solar_wh)
        if value is not None
    ]


def _line(used_wh: Sequence[float | None], step_x: float, top_kwh: float) -> list[str]:
    path, pen = [], "M"
    for place, value in enumerate(used_wh):
        if value is None:
            pen = "M"
            continue
        x, y = LEFT + (place + 0.5) * step_x, _y(value / KILO, top_kwh)
        path.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return [f'<path d="{"".join(path)}" fill="none" stroke="#000" stroke-width="1.4"/>']


def _outages(outage_s: Mapping[date, float], first: date, count: int, step_x: float) -> list[str]:
    base = HEAD + HIGH + GAP + OUT_HIGH
    parts = [
        f'<path d="M{LEFT:g} {base:g}H{WIDE - RIGHT:g}" stroke="#000" stroke-width=".7"/>',
        f'<text x="{LEFT - 6:g}" y="{base - OUT_HIGH + 7:g}" text-anchor="end">24 h</text>',
        f'<text x="{LEFT - 6:g}" y="{base + 3:g}" text-anchor="end">0 h</text>',
    ]
    for day, value_s in outage_s.items():
        place = (day - first).days
        if 0 <= place < count:
            high = OUT_HIGH * min(1.0, value_s / DAY_S)
            parts.append(
                f'<rect x="{LEFT + place * step_x + 1:.1f}" y="{base - high:.1f}"'
                f' width="{step_x - 2:.1f}" height="{high:.1f}" fill="url(#h)" stroke="#000"'
                ' stroke-width=".4"/>'
            )
    return parts


def _days(labels: Sequence[str], step_x: float, height: float) -> list[str]:
    return [
        f'<text x="{LEFT + (place + 0.5) * step_x:.1f}" y="{height - 4:g}"'
        f' text-anchor="middle">{label}</text>'
        for place, label in enumerate(labels)
        if place == 0 or (place + 1) % 5 == 0
    ]
