"""Which source fed which sink: the energy of every path, step by step.

A wire does not tell where its energy came from, so a rule has to. What the house takes before the
machine comes from the mains as far as the machine does not feed it. Inside the machine losses are
borne by all sources in proportion; the sun charges the battery before it goes on to the AC side;
there every sink takes from every source in proportion (proportional sharing, Bialek 1996).
Every watt of a source arrives somewhere, so the paths close as the balance of the step does.
"""

from typing import TypeAlias

import numpy as np

SUN, BATTERY, GRID, GENERATOR = "sun", "battery", "grid", "generator"
MICRO_INVERTER, LOADS, LOSSES = "micro_inverter", "loads", "losses"

Path: TypeAlias = tuple[str, str]

PATHS: tuple[Path, ...] = tuple(
    (source, sink)
    for source in (SUN, MICRO_INVERTER, BATTERY, GRID, GENERATOR)
    for sink in (LOADS, BATTERY, GRID, LOSSES)
    if source != sink and (source, sink) != (GENERATOR, GRID)
)


def phase_sum(flows: np.ndarray, name: str) -> np.ndarray:
    """Return the sum of a column over the three phases."""
    return flows[f"{name}_l1"] + flows[f"{name}_l2"] + flows[f"{name}_l3"]


def path_powers_w(flows: np.ndarray) -> dict[Path, np.ndarray]:
    """Return (source, sink) -> power in each step of an array of `Flows` records."""
    grid_w, ld_w = phase_sum(flows, "grid_w"), phase_sum(flows, "ld_w")
    charge_w = np.maximum(-flows["battery_w"], 0.0)
    left_w = {
        SUN: flows["pv1_w"] + flows["pv2_w"],
        MICRO_INVERTER: flows["micro_inverter_w"],
        BATTERY: np.maximum(flows["battery_w"], 0.0),
        GRID: np.maximum(ld_w, 0.0),
        GENERATOR: phase_sum(flows, "gen_w"),
    }
    past_w = np.maximum(grid_w, 0.0) - left_w[GRID]
    paths: dict[Path, np.ndarray] = {}

    lost = _share(flows["loss_w"], sum(left_w.values()))
    for source, power_w in left_w.items():
        paths[source, LOSSES] = power_w * lost
        left_w[source] = power_w - paths[source, LOSSES]
    paths[SUN, BATTERY] = np.minimum(left_w[SUN], charge_w)
    left_w[SUN] = left_w[SUN] - paths[SUN, BATTERY]

    ac_w = sum(left_w.values())
    to_battery = _share(charge_w - paths[SUN, BATTERY], ac_w)
    to_grid = _share(np.maximum(-grid_w, 0.0), ac_w)
    for source, power_w in left_w.items():
        rest_w = power_w
        for sink, share in ((BATTERY, to_battery), (GRID, to_grid)):
            if (source, sink) in PATHS and (source, sink) != (SUN, BATTERY):
                paths[source, sink] = power_w * share
                rest_w = rest_w - paths[source, sink]
        paths[source, LOADS] = rest_w
    paths[GRID, LOADS] = paths[GRID, LOADS] + past_w
    return {path: paths[path] for path in PATHS}


def _share(part_w: np.ndarray, whole_w: np.ndarray) -> np.ndarray:
    """Return part over whole, at most 1, and 0 where there is nothing to share."""
    some = whole_w > 0.0
    return np.where(some, np.minimum(part_w / np.where(some, whole_w, 1.0), 1.0), 0.0)
