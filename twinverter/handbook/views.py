"""The machine as drawn: front and underside with the callouts, and its outline with measures.

Positions are ours; the manual's pictures are lost. Lines and numbers only, so that a copier keeps
them.
"""

from twinverter.catalog.machine import DEPTH_MM, HEIGHT_MM, WIDTH_MM

STYLE = (
    "<style>.l{fill:none;stroke:#1a1f1d;stroke-width:1.4}.f{fill:#eceeeb;stroke:#1a1f1d;"
    "stroke-width:1.4}.t{font:11px sans-serif;fill:#1a1f1d}.n{font:bold 11px sans-serif;"
    "fill:#1a1f1d;text-anchor:middle}.b{fill:#fff;stroke:#1a1f1d;stroke-width:1.2}"
    ".m{text-anchor:middle}</style>"
)
# Callout -> where on the front, in millimetres of the case from its upper left corner.
ON_FRONT = {1: (211.0, 92.0), 2: (211.0, 215.0), 3: (211.0, 372.0)}
ON_LEFT = {14: (0.0, 440.0), 15: (0.0, 520.0)}
# Callout -> where on the underside, in shares of its width and of its depth.
ON_BELOW = {
    16: (0.11, 0.30), 4: (0.30, 0.28), 17: (0.30, 0.72), 20: (0.11, 0.76), 5: (0.45, 0.26),
    6: (0.53, 0.26), 7: (0.61, 0.26), 8: (0.69, 0.26), 10: (0.77, 0.26), 19: (0.88, 0.26),
    9: (0.48, 0.72), 11: (0.64, 0.72), 12: (0.77, 0.72), 13: (0.90, 0.72),
}  # fmt: skip
SCALE = 0.62
TOP = 20.0


def front_view() -> str:
    """Return front and underside with every callout that lies there."""
    left, gap = 60.0, 56.0
    width, height, depth = WIDTH_MM * SCALE, HEIGHT_MM * SCALE, DEPTH_MM * SCALE
    case = (
        f'<rect class="l" x="{left}" y="{TOP}" width="{width:g}" height="{height:g}" rx="14"/>'
        + _box("f", left + 101 * SCALE, TOP + 130 * SCALE, 220 * SCALE, 170 * SCALE, 4)
        + "".join(
            f'<circle class="b" cx="{left + (136 + 50 * place) * SCALE:g}" '
            f'cy="{TOP + 92 * SCALE:g}" r="4"/>'
            f'<rect class="l" x="{left + (112 + 52 * place) * SCALE:g}" '
            f'y="{TOP + 352 * SCALE:g}" width="24" height="13" rx="3"/>'
            for place in range(4)
        )
        + _box("f", left - 9, TOP + 425 * SCALE, 9, 20, 2)
        + _box("f", left - 9, TOP + 500 * SCALE, 9, 26, 2)
    )
    front = {number: (left + x * SCALE, TOP + y * SCALE) for number, (x, y) in ON_FRONT.items()}
    front[1] = (left + 70 * SCALE, TOP + 92 * SCALE)
    front[3] = (left + 70 * SCALE, TOP + 362 * SCALE)
    sides = {number: (left - 28, TOP + y * SCALE + 2) for number, (_, y) in ON_LEFT.items()}
    under_left, under_width = left + width + gap, 440.0
    under = _box("l", under_left, TOP + 60, under_width, depth + 40, 10)
    below = {
        number: (under_left + x * under_width, TOP + 60 + y * (depth + 40))
        for number, (x, y) in ON_BELOW.items()
    }
    holes = "".join(
        f'<rect class="f" x="{x - 17:g}" y="{y + 12:g}" width="34" height="20" rx="3"/>'
        for x, y in below.values()
    )
    words = (
        f'<text class="t m" x="{left + width / 2:g}" y="{TOP + height + 22:g}">Front and left side'
        f'</text><text class="t m" x="{under_left + under_width / 2:g}" '
        f'y="{TOP + 60 + depth + 62:g}">Underside</text>'
    )
    balls = "".join(_ball(number, *place) for number, place in (front | sides | below).items())
    total = under_left + under_width + 20
    return _svg(total, TOP + height + 36, case + under + holes + words + balls)


def outline() -> str:
    """Return the case from the front and from the side, with its measures."""
    scale, left = 0.42, 50.0
    width, height, depth = (size * scale for size in (WIDTH_MM, HEIGHT_MM, DEPTH_MM))
    side = left + width + 110
    drawn = (
        _box("l", left, TOP, width, height, 10)
        + _box("l", side, TOP, depth, height, 6)
        + _across(left, left + width, TOP + height + 18, f"{WIDTH_MM} mm")
        + _across(side, side + depth, TOP + height + 18, f"{DEPTH_MM} mm")
        + _down(left + width + 22, TOP, TOP + height, f"{HEIGHT_MM} mm")
    )
    return _svg(side + depth + 40, TOP + height + 46, drawn)


def numbers_drawn() -> set[int]:
    """Return the callouts that the front view shows."""
    return {*ON_FRONT, *ON_LEFT, *ON_BELOW}


def _svg(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">'
        f"{STYLE}{body}</svg>"
    )


def _box(kind: str, x: float, y: float, width: float, height: float, radius: float) -> str:
    return (
        f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'rx="{radius:g}"/>'
    )


def _ball(number: int, x: float, y: float) -> str:
    return (
        f'<circle class="b" cx="{x:g}" cy="{y:g}" r="10"/>'
        f'<text class="n" x="{x:g}" y="{y + 4:g}">{number}</text>'
    )


def _across(start: float, end: float, y: float, words: str) -> str:
    return (
        f'<path class="l" d="M{start:g} {y:g}H{end:g}M{start:g} {y - 5:g}v10'
        f'M{end:g} {y - 5:g}v10"/>'
        f'<text class="t m" x="{(start + end) / 2:g}" y="{y + 16:g}">{words}</text>'
    )


def _down(x: float, start: float, end: float, words: str) -> str:
    return (
        f'<path class="l" d="M{x:g} {start:g}V{end:g}M{x - 5:g} {start:g}h10'
        f'M{x - 5:g} {end:g}h10"/>'
        f'<text class="t" x="{x + 8:g}" y="{(start + end) / 2:g}">{words}</text>'
    )
