"""The power of one string as a table over irradiance and cell temperature.

For quick yield estimates over many candidate roofs, string lengths and module types: a table is
built once per string (about a millisecond), then a point costs a few nanoseconds where the exact
curve costs about eighty. The device itself always steps on the exact curve.

Between nodes the power is bilinear. For a string inside its input's window the energy of a year is
within 1e-4 of the exact one and a single value within 3e-4 of rated power; where the edge of the
window cuts through the year, within 5e-4 and 2e-3.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twinverter.core.kernel import compiled
from twinverter.plant.pv import string_curve
from twinverter.plant.site import PvString, Tracker
from twinverter.plant.tracker import NO_LIMITS, available_w, best_point

IRRADIANCE_STEP_W_M2 = 10.0
IRRADIANCE_TOP_W_M2 = 1600.0
CELL_LOW_C = -40.0
CELL_STEP_K = 2.5
CELL_TOP_C = 100.0
SECONDS_PER_HOUR = 3600.0

Floats = NDArray[np.float64]


class MppTable(NamedTuple):
    """Power of one string at equally spaced irradiances (rows) and cell temperatures (columns)."""

    power_w: Floats


def mpp_table(string: PvString, tracker: Tracker = NO_LIMITS) -> MppTable:
    """Return the table of what `tracker` gets out of `string`; by default its maximum power."""
    irradiance_w_m2 = np.arange(0.0, IRRADIANCE_TOP_W_M2 + 1.0, IRRADIANCE_STEP_W_M2)
    cell_c = np.arange(CELL_LOW_C, CELL_TOP_C + 1.0, CELL_STEP_K)
    power_w = np.empty((len(irradiance_w_m2), len(cell_c)))
    compiled(_fill)(string, tracker, irradiance_w_m2, cell_c, power_w)
    return MppTable(power_w)


def table_power(table: MppTable, irradiance_w_m2: ArrayLike, cell_c: ArrayLike) -> Floats:
    """Return the power at each pair of irradiance and cell temperature.

    Both are of one shape or broadcast to one. Values outside the table count as its edge;
    not-a-number raises ValueError.
    """
    irradiance, cell = np.broadcast_arrays(
        np.asarray(irradiance_w_m2, dtype=np.float64), np.asarray(cell_c, dtype=np.float64)
    )
    if np.isnan(irradiance).any() or np.isnan(cell).any():
        raise ValueError("irradiance or cell temperature is not a number")
    power_w = np.empty(irradiance.shape)
    compiled(_look_up)(table.power_w, irradiance.ravel(), cell.ravel(), power_w.ravel())
    return power_w


def annual_energy_wh(
    string: PvString,
    tracker: Tracker,
    irradiance_w_m2: ArrayLike,
    cell_c: ArrayLike,
    step_s: float,
) -> float:
    """Return the energy an input gets out of a string over a series of equal steps."""
    power_w = table_power(mpp_table(string, tracker), irradiance_w_m2, cell_c)
    return float(power_w.sum()) * step_s / SECONDS_PER_HOUR


def _fill(string, tracker, irradiance_w_m2, cell_c, power_w):
    for row in range(len(irradiance_w_m2)):
        for column in range(len(cell_c)):
            curve = string_curve(string, irradiance_w_m2[row], cell_c[column])
            power_w[row, column] = available_w(tracker, best_point(tracker, curve))


def _look_up(table_w, irradiance_w_m2, cell_c, power_w):
    rows = table_w.shape[0] - 1.0
    columns = table_w.shape[1] - 1.0
    for index in range(len(power_w)):
        row = irradiance_w_m2[index] * (1.0 / IRRADIANCE_STEP_W_M2)
        row = max(0.0, min(row, rows))
        column = (cell_c[index] - CELL_LOW_C) * (1.0 / CELL_STEP_K)
        column = max(0.0, min(column, columns))
        # The last node is the end of the last cell, not the start of one more.
        top = min(int(row), int(rows) - 1)
        left = min(int(column), int(columns) - 1)
        down = row - top
        across = column - left
        upper_w = table_w[top, left] + across * (table_w[top, left + 1] - table_w[top, left])
        lower_w = table_w[top + 1, left] + across * (
            table_w[top + 1, left + 1] - table_w[top + 1, left]
        )
        power_w[index] = upper_w + down * (lower_w - upper_w)
