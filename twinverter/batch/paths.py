"""Which source fed which sink: the energy of every path, step by step.

A wire does not tell where its energy came from, so a rule has to. Losses are borne by all sources
in proportion. On the DC side the sun charges the battery before it goes on to the AC side; on the
AC side every sink takes from every source in proportion (proportional sharing, Bialek 1996).
Every watt of a source arrives somewhere, so the paths close as the balance of the step does.
"""

import numpy as np

SUN, BATTERY, GRID, GENERATOR = "sun", "battery", "grid", "generator"
MICRO_INVERTER, LOADS, LOSSES = "micro_inverter", "loads", "losses"

PATHS = tuple(
    (source, sink)
    for source in (SUN, MICRO_INVERTER, BATTERY, GRID, GENERATOR)
    for sink in (LOADS, BATTERY, GRID, LOSSES)
    if source != sink and (source, sink) != (GENERATOR, GRID)
)


def phase_sum(flows: np.ndarray, name: str) -> np.ndarray:
    """Return the sum of a column over the three phases."""
    return flows[f"{name}_l1"] + flows[f"{name}_l2"] + flows[f"{name}_l3"]


def sources_w(flows: np.ndarray) -> dict[str, np.ndarray]:
    """Return what each source gives in each step."""
    return {
        SUN: np.maximum(flows["pv1_w"] + flows["pv2_w"], 0.0),
        MICRO_INVERTER: np.maximum(flows["micro_inverter_w"], 0.0),
        BATTERY: np.maximum(flows["battery_w"], 0.0),
        GRID: np.maximum(phase_sum(flows, "grid_w"), 0.0),
        GENERATOR: np.maximum(phase_sum(flows, "gen_w"), 0.0),
    }


def path_powers_w(flows: np.ndarray) -> dict[tuple[str, str], np.ndarray]:
    """Return (source, sink) -> power in each step of an array of `Flows` records."""
    given = sources_w(flows)
    all_w = sum(given.values())
    charge_w = np.maximum(-flows["battery_w"], 0.0)
    lost = _share(flows["loss_w"], all_w)
    paths = {(source, LOSSES): power_w * lost for source, power_w in given.items()}
    left = {source: power_w * (1.0 - lost) for source, power_w in given.items()}

    paths[SUN, BATTERY] = np.minimum(left[SUN], charge_w)
    left[SUN] = left[SUN] - paths[SUN, BATTERY]
    ac_w = sum(left.values())
    to_battery = _share(charge_w - paths[SUN, BATTERY], ac_w)
    to_grid = _share(np.maximum(-phase_sum(flows, "grid_w"), 0.0), ac_w)
    for source in (MICRO_INVERTER, GRID, GENERATOR):
        paths[source, BATTERY] = left[source] * to_battery
    for source in (SUN, MICRO_INVERTER, BATTERY):
        paths[source, GRID] = left[source] * to_grid
    for source, power_w in left.items():
        elsewhere = [paths.get((source, sink), 0.0) for sink in (BATTERY, GRID)]
        if source == SUN:
            elsewhere = elsewhere[1:]
        paths[source, LOADS] = power_w - sum(elsewhere)
    return {path: paths[path] for path in PATHS}


def _share(part_w: np.ndarray, whole_w: np.ndarray) -> np.ndarray:
    """Return part over whole, at most 1, and 0 where there is nothing to share."""
    safe_w = np.where(whole_w > 0.0, whole_w, 1.0)
    return np.where(whole_w > 0.0, np.minimum(part_w / safe_w, 1.0), 0.0)
