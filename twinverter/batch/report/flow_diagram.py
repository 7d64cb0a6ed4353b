"""Where the energy went: a Sankey diagram of all paths of a run.

Left the sources, right the sinks, the battery between them. Widths are energies on one scale, and
what enters a node leaves it: what the battery keeps or loses in its cells is shown as such.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from twinverter.batch.paths import (
    BATTERY,
    GENERATOR,
    GRID,
    LOADS,
    LOSSES,
    MICRO_INVERTER,
    PATHS,
    SUN,
)
from twinverter.batch.report.markup import card, escape, figure_of, polygon
from twinverter.words import figures

SOLD, CELLS, STORE = "sold", "cells", "store"
LEFT = (GRID, GENERATOR, SUN, MICRO_INVERTER, STORE)
RIGHT = (LOADS, SOLD, LOSSES, CELLS)
NAMES = {
    SUN: "Sun",
    MICRO_INVERTER: "Micro-inverters",
    GRID: "Bought",
    GENERATOR: "Generator",
    STORE: "Stock of the battery",
    LOADS: "House",
    SOLD: "Sold",
    LOSSES: "Lost as heat",
    CELLS: "Battery cells",
}
SWATCHES = {
    SUN: "solar-a",
    MICRO_INVERTER: "mi-a",
    GRID: "grid-a",
    GENERATOR: "gen-a",
    BATTERY: "battery-a",
    STORE: "battery-a",
}
GAP = 7.0  # percent of the height between two nodes
ROOM = 11.5  # and what the words beside a node take
MIDDLE = 0.5
SMALLEST = 0.1  # percent of the height; thinner bands are not drawn


class Node(NamedTuple):
    """A node's place: top and height in percent, and its energy."""

    name: str
    top: float
    height: float
    energy_wh: float


def links_of(summary: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    """Return (from, to) -> energy of all paths, the battery's own balance among them."""
    links: dict[tuple[str, str], float] = {}
    for source, sink in PATHS:
        to = SOLD if sink == GRID else sink
        links[source, to] = summary["paths"][f"{source}_to_{sink}_wh"]
    taken, given = _through_battery(links)
    links[BATTERY, CELLS] = max(0.0, taken - given)
    links[STORE, BATTERY] = max(0.0, given - taken)
    return links


def flow_diagram(summary: Mapping[str, Any]) -> str:
    """Return the card with the diagram."""
    links = links_of(summary)
    whole_wh = sum(wh for (source, _), wh in links.items() if source != BATTERY)
    if whole_wh <= 0.0:
        return card("Where the energy went", "<p>No energy flowed.</p>", name="flow")
    links = {path: wh for path, wh in links.items() if wh > 0.0}
    shown = [
        sum(any(path[end] == name for path in links) for name in names)
        for end, names in enumerate((LEFT, RIGHT))
    ]
    scale = (100.0 - GAP * (max(shown) - 1)) / whole_wh
    left, right = _column(links, LEFT, 0, scale), _column(links, RIGHT, 1, scale)
    battery = _battery(links, left, right, scale)
    nodes = {node.name: node for node in [*left, *right, *battery]}
    ribbons = "".join(_ribbons(links, nodes, scale))
    marks = "".join(_mark(node, "left:0") for node in left)
    marks += "".join(_mark(node, "right:0") for node in right)
    marks += "".join(_mark(node, f"left:calc({100 * MIDDLE:g}% - 5px)") for node in battery)
    labels = "".join(_battery_label(node, summary) for node in battery)
    ends = [*left, *right]
    said = ", ".join(f"{NAMES[node.name]} {figures.energy(node.energy_wh)}" for node in ends)
    body = (
        f'<figure class="sankey" role="img" aria-label="{escape(said)}">'
        f'<div class="names left">{_labels(left)}</div>'
        f'<div class="plot">{ribbons}{marks}{labels}</div>'
        f'<div class="names">{_labels(right)}</div></figure>'
    )
    aside = (
        "All energy of the run on one scale. Inside the inverter the sun charges the battery first;"
        " loads take from what is there in proportion."
    )
    return card("Where the energy went", body, aside=aside, name="flow")


def _column(
    links: Mapping[tuple[str, str], float], names: tuple[str, ...], end: int, scale: float
) -> list[Node]:
    """Return the nodes of one side from top to bottom; `end` says which end of a link is theirs."""
    nodes, top = [], 0.0
    for name in names:
        energy_wh = sum(wh for path, wh in links.items() if path[end] == name)
        if energy_wh > 0.0:
            nodes.append(Node(name, top, energy_wh * scale, energy_wh))
            top += energy_wh * scale + GAP
    return nodes


def _through_battery(links: Mapping[tuple[str, str], float]) -> tuple[float, float]:
    """Return what went into the battery and what came out."""
    taken = sum(wh for (_, to), wh in links.items() if to == BATTERY)
    return taken, sum(wh for (source, _), wh in links.items() if source == BATTERY)


def _battery(
    links: Mapping[tuple[str, str], float], left: list[Node], right: list[Node], scale: float
) -> list[Node]:
    """Return the node in the middle: under the direct flows, above the sun's way to the losses."""
    energy_wh = max(_through_battery(links))
    if energy_wh <= 0.0:
        return []
    bottom = 97.0
    sun = next((node for node in left if node.name == SUN), None)
    losses = next((node for node in right if node.name == LOSSES), None)
    if sun and losses:
        leaves = sun.top + sun.height - links.get((SUN, LOSSES), 0.0) * scale
        bottom = min(bottom, 0.5 * (leaves + losses.top) - 1.5)
    height = energy_wh * scale
    return [Node(BATTERY, max(0.0, bottom - height), height, energy_wh)]


def _ribbons(
    links: Mapping[tuple[str, str], float], nodes: Mapping[str, Node], scale: float
) -> list[str]:
    """Return the bands, each as wide as its energy where it leaves and where it arrives."""
    order = [LOADS, SOLD, BATTERY, LOSSES, CELLS]
    leaves = {name: node.top for name, node in nodes.items()}
    arrives = dict(leaves)
    ribbons = []
    for source, to in sorted(links, key=lambda path: (_place(path[0]), order.index(path[1]))):
        width = links[source, to] * scale
        begin, end = leaves[source], arrives[to]
        leaves[source] += width
        arrives[to] += width
        if width < SMALLEST:
            continue
        first = MIDDLE if source == BATTERY else 0.0
        last = MIDDLE if to == BATTERY else 1.0
        ribbons.append(
            f'<i class="ribbon {SWATCHES[source]}" style="clip-path:'
            f'{_band(100.0 * first, begin, 100.0 * last, end, width)}"></i>'
        )
    return ribbons


def _place(name: str) -> int:
    return [*LEFT, BATTERY].index(name)


def _band(x0: float, y0: float, x1: float, y1: float, width: float) -> str:
    """Return a band that leaves and arrives level, as a clip path."""
    along = np.linspace(0.0, 1.0, 25)
    bend = along * along * (3.0 - 2.0 * along)
    xs, ys = x0 + (x1 - x0) * along, y0 + (y1 - y0) * bend
    upper = list(zip(xs, ys, strict=True))
    return polygon([*upper, *((x, y + width) for x, y in reversed(upper))])


def _mark(node: Node, place: str) -> str:
    return f'<i class="node" style="{place};top:{node.top:.2f}%;height:{node.height:.2f}%"></i>'


def _labels(nodes: list[Node]) -> str:
    """Return the words beside a column of nodes, moved apart where nodes are thin."""
    tops = [node.top + node.height / 2.0 for node in nodes]
    for place in range(1, len(tops)):
        tops[place] = max(tops[place], tops[place - 1] + ROOM)
    limit = 100.0 - ROOM / 2.0
    for place in reversed(range(len(tops))):
        tops[place] = min(tops[place], limit)
        limit = tops[place] - ROOM
    return "".join(
        f'<p style="top:{top:.2f}%"><span class="name">{NAMES[node.name]}</span>'
        f"<b>{figure_of(figures.energy(node.energy_wh))}</b></p>"
        for node, top in zip(nodes, tops, strict=True)
    )


def _battery_label(node: Node, summary: Mapping[str, Any]) -> str:
    top = node.top + node.height / 2.0 - 6.0
    taken, given = (
        escape(figures.energy(summary[f"battery_{name}_wh"])) for name in ("charge", "discharge")
    )
    return (
        f'<p class="mid" style="left:{100 * MIDDLE:g}%;top:{top:.2f}%"><span class="name">Battery'
        f"</span>in {taken}<br/>out {given}</p>"
    )
