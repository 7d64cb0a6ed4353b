"""The whole inverter under test: sun that is all sold, so that what it gives is what it was told.

Its plant loses nothing (`inverter.ideal`), its battery rests and its anti-islanding is still:
what stands at the GRID terminals is then to be what grid support alone gives (`machine`).
"""

from functools import cache
from typing import Any

import numpy as np

from twinverter.batch.situation import quiet_inputs, with_sun
from twinverter.bench.case import Case, Trace
from twinverter.bench.machine import LONG_S, RATED_W, rows, settings_of
from twinverter.bench.support import NOMINAL_HZ
from twinverter.catalog import installed
from twinverter.catalog.row import Value
from twinverter.catalog.states import RELAY_GRID
from twinverter.core.blocks import total
from twinverter.core.records import build
from twinverter.inverter import Inputs, Site, ideal, initial, step

SOC, AMBIENT_C = 0.5, 25.0
SELLS_ALL_SUN: dict[str, Value] = {
    "batt_mode": "lithium",
    "work_mode": "selling_first",
    "max_sell_power_w": RATED_W,
    "max_solar_power_w": 10400.0,
    "max_charge_a": 0.0,
    "max_discharge_a": 0.0,
}
STILL = {"islanding_gain_per_hz": 0.0, "islanding_swing": 0.0}
# Steps until the trackers have found their point.
BEGINNING = 5


@cache
def _site() -> Site:
    return ideal(build(Site, installed.site_defaults()))


@cache
def lit(sun_w: float) -> Inputs:
    """Return inputs under which the strings offer a power."""
    return with_sun(_site(), quiet_inputs(0.0, NOMINAL_HZ), sun_w)


def fits(case: Case) -> bool:
    """Return whether the whole inverter can be put through a case: with sun, and awake."""
    return not case.storage and case.course.wish[0] > 0.0


def trace(case: Case) -> Trace:
    """Return what the whole inverter gives at its GRID terminals over a case with sun."""
    settings: Any = settings_of(case.support, STILL, **SELLS_ALL_SUN)
    site, steps = _site(), case.course.steps
    active, reactive = np.zeros(steps), np.zeros(steps)
    connected, resting = np.zeros(steps, bool), np.zeros(steps, bool)
    state = initial(site, settings, SOC, AMBIENT_C)
    clock_s = 0.0
    for row, (voltage_v, angle_rad, frequency_hz, wish_w) in enumerate(rows(case.course)):
        inputs = lit(wish_w)._replace(
            grid_v=voltage_v, grid_angle_rad=angle_rad, grid_hz=frequency_hz
        )
        for dt_s in (*([LONG_S / 1000.0] * BEGINNING if row == 0 else []), case.dt_s):
            state, flows = step(site, settings, state, inputs._replace(clock_s=clock_s), dt_s)
            clock_s += dt_s
        active[row] = -total(flows.grid_w) / RATED_W
        reactive[row] = flows.reactive_var / RATED_W
        connected[row] = bool(int(flows.relays) & int(RELAY_GRID))
        resting[row] = state.control.grid.ride.ceased > 0.0
    return Trace(active, reactive, connected, resting)
