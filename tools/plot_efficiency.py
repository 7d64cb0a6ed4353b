"""Draw the efficiency of the four paths, ours beside measured home storage systems, as an SVG.

    python tools/plot_efficiency.py [MEASURED.csv] [--out docs/pictures/efficiency.svg]

The measured file has the columns id, path (PV2AC, PV2BAT, BAT2AC, AC2BAT), load_pct_nominal and
efficiency_pct; without one only ours is drawn. The committed picture shows the systems S2 to S5
and the inverters INV1 and INV2 of the PerMod database (HTW Berlin, CC BY 4.0).
"""

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path
from xml.sax.saxutils import escape

from twinverter.catalog.installed import site_defaults
from twinverter.catalog.law import kernel_law
from twinverter.core.records import build
from twinverter.plant.bridge import euro_efficiency, path_efficiency
from twinverter.plant.site import Site

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "pictures" / "efficiency.svg"

PANELS = {
    "pv_ac": ("PV2AC", "PV to AC"),
    "pv_battery": ("PV2BAT", "PV to battery"),
    "battery_ac": ("BAT2AC", "battery to AC"),
    "ac_battery": ("AC2BAT", "AC to battery"),
}
OURS, THEIRS, INK, GRID = "#c2410c", "#94a3b8", "#1e293b", "#e2e8f0"
WIDTH, HEIGHT = 400, 270
LEFT, RIGHT, TOP, BOTTOM = 46, 44, 46, 34
LOWEST_PCT, HIGHEST_PCT = 84, 100

Point = tuple[float, float]
Measured = dict[str, dict[str, list[Point]]]


def read_measured(path: Path) -> Measured:
    """Return path -> system -> [(load in % of nominal, efficiency in %)], in rising load."""
    systems: Measured = defaultdict(lambda: defaultdict(list))
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            point = float(line["load_pct_nominal"]), float(line["efficiency_pct"])
            systems[line["path"]][line["id"]].append(point)
    return systems


def ours(site: Site, path: str, rated_w: float) -> list[Point]:
    """Return our curve: (output in % of rated power, efficiency in %)."""
    loads = [*range(3, 20), *range(20, 101, 2)]
    return [(load, 100.0 * path_efficiency(site, path, 0.01 * load * rated_w)) for load in loads]


def place(point: Point) -> Point:
    """Return where a point lies inside its panel, in pixels."""
    load_pct, efficiency_pct = point
    span = (efficiency_pct - LOWEST_PCT) / (HIGHEST_PCT - LOWEST_PCT)
    return (
        LEFT + load_pct / 100.0 * (WIDTH - LEFT - RIGHT),
        HEIGHT - BOTTOM - span * (HEIGHT - TOP - BOTTOM),
    )


def line(points: list[Point], colour: str, width: float) -> str:
    """Return a curve; what lies below the lowest shown efficiency is left out."""
    shown = (place(point) for point in points if point[1] >= LOWEST_PCT)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in shown)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def text(at: Point, words: str, style: str = "") -> str:
    """Return words at a place in pixels."""
    return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" {style}>{escape(words)}</text>'


def axes() -> list[str]:
    """Return grid lines and the figures along both axes of a panel."""
    marks = []
    for level in range(LOWEST_PCT, HIGHEST_PCT + 1, 4):
        (x, y), (end, _) = place((0, level)), place((100, level))
        marks.append(f'<line x1="{x}" x2="{end}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>')
        marks.append(text((x - 6, y + 4), f"{level} %", 'text-anchor="end"'))
    for load in range(0, 101, 25):
        marks.append(text((place((load, 0))[0], HEIGHT - 14), f"{load} %", 'text-anchor="middle"'))
    return marks


def apart(labels: list[tuple[float, str]], gap: float = 11.0) -> list[tuple[float, str]]:
    """Return the labels moved down just so far that none covers the one above."""
    moved: list[tuple[float, str]] = []
    for y, words in sorted(labels):
        moved.append((max(y, moved[-1][0] + gap) if moved else y, words))
    return moved


def panel(title: str, curve: list[Point], systems: dict[str, list[Point]]) -> str:
    """Return one panel: ours on top of the measured systems, each named at its right end."""
    best = max(efficiency for _, efficiency in curve)
    parts = axes()
    parts += [line(points, THEIRS, 1.2) for points in systems.values()]
    parts.append(line(curve, OURS, 2.4))
    ends = [(place(points[-1])[1] + 4, name) for name, points in systems.items()]
    parts += [
        text((WIDTH - RIGHT + 5, y), name, f'fill="{THEIRS}" font-size="10"')
        for y, name in apart(ends)
    ]
    parts.append(text((LEFT, 22), title, f'fill="{INK}" font-weight="bold" font-size="13"'))
    peak = f"ours peaks at {best:.1f} %"
    parts.append(text((LEFT, 37), peak, f'fill="{OURS}"'))
    return "\n".join(parts)


def picture(measured: Measured) -> str:
    """Return the whole picture as SVG."""
    site = build(Site, site_defaults())
    rated_w = kernel_law().rating.ac_rated_w  # type: ignore[attr-defined]
    euro_pct = 100.0 * euro_efficiency(site, rated_w)
    panels = []
    for index, (path, (column, title)) in enumerate(PANELS.items()):
        if path == "pv_ac":
            title += f" (Euro {euro_pct:.1f} %)"
        shift = f"translate({index % 2 * WIDTH} {index // 2 * HEIGHT})"
        body = panel(title, ours(site, path, rated_w), measured.get(column, {}))
        panels.append(f'<g transform="{shift}">\n{body}\n</g>')
    size = f'width="{2 * WIDTH}" height="{2 * HEIGHT + 24}"'
    note = f"output power in % of {rated_w:.0f} W"
    if measured:
        note += "; grey: home storage systems in % of their own, PerMod database, HTW Berlin"
    foot = text((LEFT, 2 * HEIGHT + 12), note)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" '
        f'font-size="11" fill="{INK}">\n<rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join([*panels, foot])
        + "\n</svg>\n"
    )


def main() -> int:
    """Write the picture and say where."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measured", nargs="?", type=Path, help="CSV of measured systems")
    parser.add_argument("--out", type=Path, default=PICTURE, help="the SVG to write")
    options = parser.parse_args()
    if options.measured and not options.measured.is_file():
        print(f"{options.measured}: no such file", file=sys.stderr)
        return 2
    measured = read_measured(options.measured) if options.measured else {}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(picture(measured), encoding="utf-8")
    print(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
