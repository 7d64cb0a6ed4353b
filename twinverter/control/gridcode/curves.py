"""The shapes grid support is written in: straight lines between points, and first-order lags.

A response time is the time to 90 % of a step (IEEE 1547-2018, 3.1, open loop response time). A
lag decays exactly over the step, so that any step length tells the same story.
"""

import math

from twinverter.core.kernel import kernel

# A first-order lag has 90 % of a step behind it after this many time constants.
LAGS_TO_90 = math.log(10.0)


@kernel
def lagged(last, value, response_s, dt_s):
    """Return a first-order lag after a step in which `value` stood; no time, no lag."""
    if response_s <= 0.0 or last == value:
        return value
    return value + (last - value) * math.exp(-LAGS_TO_90 * dt_s / response_s)


@kernel
def followed(last, value, time_constant_s, dt_s):
    """Return the same lag, given by its time constant."""
    return lagged(last, value, time_constant_s * LAGS_TO_90, dt_s)


@kernel
def between(x, x1, y1, x2, y2):
    """Return the straight line through two points, held at their values outside of them."""
    if x <= x1:
        return y1
    if x >= x2:
        return y2
    return y1 + (y2 - y1) * (x - x1) / (x2 - x1)


@kernel
def through_three(x, x1, y1, x2, y2, x3, y3):
    """Return the line through three rising points, flat outside; `x` on a jump takes the right."""
    if x < x2:
        return between(x, x1, y1, x2, y2)
    return between(x, x2, y2, x3, y3)


@kernel
def volt_var(grid, voltage_v):
    """Return the reactive power of Q(V) as share of the rating at a voltage (C-50)."""
    if voltage_v < grid.qv_v2:
        return between(voltage_v, grid.qv_v1, grid.qv_q1, grid.qv_v2, grid.qv_q2)
    return through_three(
        voltage_v, grid.qv_v2, grid.qv_q2, grid.qv_v3, grid.qv_q3, grid.qv_v4, grid.qv_q4
    )


@kernel
def watt_var(asked, power):
    """Return the reactive power of watt-var at an active one, both as shares of the rating."""
    if power >= asked.qp_p1:
        return through_three(
            power,
            asked.qp_p1,
            asked.qp_q1,
            asked.qp_p2,
            asked.qp_q2,
            asked.qp_p3,
            asked.qp_q3,
        )
    if power > -asked.qp_charge_p1:
        return between(power, -asked.qp_charge_p1, asked.qp_charge_q1, asked.qp_p1, asked.qp_q1)
    return through_three(
        -power,
        asked.qp_charge_p1,
        asked.qp_charge_q1,
        asked.qp_charge_p2,
        asked.qp_charge_q2,
        asked.qp_charge_p3,
        asked.qp_charge_q3,
    )
