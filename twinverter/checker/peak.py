"""The peak of the backup load per phase and in all.

Told figures come first, then the highest row of a meter's file. Of a list of appliances, those that
are on through a window count with their whole power in it, and of those used now and then the
largest on each phase (assumed: people do not use two of them at once).
"""

from typing import NamedTuple

import numpy as np

from twinverter.scenario.clock import DAY_S
from twinverter.scenario.house import House
from twinverter.scenario.loads import Appliance, MeasuredLoad, ModelledLoad

QUARTER_S = 900.0


class Peak(NamedTuple):
    """Watts on L1, L2, L3 and in all, and where they come from; `told` without a load is False."""

    phases_w: tuple[float, float, float]
    total_w: float
    origin: str
    known: bool


NO_PEAK = Peak((0.0, 0.0, 0.0), 0.0, "", False)


def peak_of(house: House) -> Peak:
    """Return the peak of a house's backup load."""
    told = house.form.site.wiring.load_peak_w
    load = house.world.load
    if told is not None:
        return _peak(np.array(told)[:, None], "as told")
    if isinstance(load, MeasuredLoad):
        rows = [
            sum((weight * load.series.columns[name] for name, weight in weights.items()), 0.0)
            for weights in load.weights
        ]
        return _peak(np.array(np.broadcast_arrays(*rows)), f"highest row of {load.series.source}")
    if isinstance(load, ModelledLoad):
        return _peak(_of_appliances(load.appliances), "appliances that may run together")
    return NO_PEAK


def _peak(watts: np.ndarray, origin: str) -> Peak:
    """Return the peak of phases by moments."""
    highest = np.atleast_2d(watts).max(axis=1)
    phases_w = (float(highest[0]), float(highest[1]), float(highest[2]))
    return Peak(phases_w, float(watts.sum(axis=0).max()), origin, True)


def _of_appliances(appliances: tuple[Appliance, ...]) -> np.ndarray:
    moments_s = np.arange(0.0, DAY_S, QUARTER_S) + 0.5 * QUARTER_S
    steady, largest = np.zeros((3, len(moments_s))), np.zeros((3, len(moments_s)))
    for one in appliances:
        on = np.zeros(len(moments_s), dtype=bool)
        for start_s, end_s in one.windows_s:
            for shift_s in (0.0, DAY_S):
                on |= (moments_s + shift_s >= start_s) & (moments_s + shift_s < end_s)
        watts = np.outer(one.shares, on * one.power_w)
        if one.uses_per_day > 0.0:
            largest = np.maximum(largest, watts)
        else:
            steady += watts
    return steady + largest
