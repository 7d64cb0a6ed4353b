"""What the menu and the law's figures ask of grid support, worked out once for the kernel.

The kernel tests `active` and `ride` first: with both at 0.0 nothing of grid support is reckoned.
"""

import math
from typing import Any, NamedTuple

# What the machine does on the mains, as IEEE 1547-2018, 4.10 and 6.4 name it.
OPERATIONS = ("tripped", "entering_service", "continuous", "mandatory", "ceased")
TRIPPED, ENTERING_SERVICE, CONTINUOUS, MANDATORY, CEASED = (float(n) for n in range(5))

NO_Q, CONSTANT_PF, VOLT_VAR, WATT_VAR, CONSTANT_Q = 0.0, 1.0, 2.0, 3.0, 4.0


class Support(NamedTuple):
    """Which functions are on, and the figures that follow from settings alone.

    `q_per_p` is the reactive power per watt of the fixed power factor, negative where it absorbs;
    `q_per_p_max` the most at any power, 0 for no such limit. The four `ride_` flags say on which sides trip levels
    replace the plain window. `service_per_s` is the ramp after connecting as share of the rating.
    """

    active: float
    ride: float
    q_mode: float
    q_per_p: float
    q_per_p_max: float
    volt_watt: float
    freq_watt: float
    service_per_s: float
    wait_s: float
    ride_high_v: float
    ride_low_v: float
    ride_high_hz: float
    ride_low_hz: float


def per_watt(power_factor: float) -> float:
    """Return reactive power per active power at a power factor, without sign."""
    size = min(1.0, abs(power_factor))
    return math.sqrt(1.0 - size * size) / size


def kernel_support(grid: Any, law: Any) -> Support:
    """Return the derived record of grid settings and law, both as the kernel reads them."""
    asked, ride = law.support, law.ride
    curve = (grid.qv_q1, grid.qv_q2, grid.qv_q3, grid.qv_q4)
    volt_watt = grid.vw_enable and 0.0 < grid.vw_vstart_v < grid.vw_vstop_v
    freq_watt = grid.fw_enable and 0.0 < grid.fw_fstart_hz < grid.fw_fstop_hz
    q_mode, q_per_p = NO_Q, 0.0
    if grid.qv_enable and any(curve):
        q_mode = VOLT_VAR
    elif asked.qp_on:
        q_mode = WATT_VAR
    elif asked.const_q_on:
        q_mode = CONSTANT_Q
    elif abs(grid.power_factor) < 1.0:
        # Leading, the menu's minus, is under-excited: the machine absorbs as it feeds.
        q_mode = CONSTANT_PF
        q_per_p = math.copysign(per_watt(grid.power_factor), grid.power_factor)
    per_s = 1.0 / asked.service_ramp_s if asked.service_ramp_s else grid.soft_start_ramp_per_s
    ceases = ride.cease_low > 0.0 or ride.cease_high > 0.0
    active = (
        q_mode != NO_Q
        or volt_watt
        or freq_watt
        or any((asked.vw_charge_high, asked.droop_over_k, asked.droop_under_k, asked.limit_on))
        or any((per_s, grid.normal_ramp_per_s))
        or ceases
    )
    sides = _sides(grid)
    rides = (
        any(sides)
        or ceases
        or any((ride.mean_high, ride.rocof_hz_per_s, ride.jump_rad, ride.line_volts))
        or ride.permit == 0.0
    )
    return Support(
        float(active),
        float(rides),
        q_mode,
        q_per_p,
        per_watt(asked.pf_min) if asked.pf_min > 0.0 else 0.0,
        float(bool(volt_watt)),
        float(bool(freq_watt)),
        per_s,
        grid.reconnection_time_s + ride.random_s * ride.random_share,
        *sides,
    )


def _sides(grid: Any) -> tuple[float, float, float, float]:
    volts, hertz = bool(grid.vrt_enable), bool(grid.frt_enable)
    high_v = volts and any((grid.vrt_hv1_v, grid.vrt_hv2_v))
    low_v = volts and any((grid.vrt_lv1_v, grid.vrt_lv2_v, grid.vrt_lv3_v))
    high_hz = hertz and any((grid.frt_hf1_hz, grid.frt_hf2_hz))
    low_hz = hertz and any((grid.frt_lf1_hz, grid.frt_lf2_hz))
    return float(high_v), float(low_v), float(high_hz), float(low_hz)
