"""What the world does to the house in one step: sun, loads, mains, fuel, and what a wire says."""

from typing import NamedTuple

from twinverter.core.blocks import Phases


class Inputs(NamedTuple):
    """The world at one step, as means over the step. Flags are 1.0 or 0.0.

    `clock_s` is the local wall clock, seconds since 1970-01-01 00:00 local time, at the step's
    start. Loads are demands: what would be drawn if there were voltage. Mains voltages of 0 are
    an outage; `grid_angle_rad` is how far each phase of the mains stands from its place, so that a
    jump of it is a phase jump. What the BMS says is put on the battery from outside: a state of
    charge (`UNSAID`: none), and ceilings; `NO_LIMIT_A` and `NO_LIMIT_V` are none.
    `drm` is a bit sum, bit n for mode n. `acknowledged`: somebody looks, and switches off and on
    again what had given up.
    """

    clock_s: float
    irradiance1_w_m2: float
    irradiance2_w_m2: float
    cell1_c: float
    cell2_c: float
    ambient_c: float
    load_w: Phases
    home_w: Phases
    smart_load_w: Phases
    micro_inverter_w: float
    grid_v: Phases
    grid_hz: float
    grid_angle_rad: Phases
    phase_order_ok: float
    ct_ok: float
    gen_ready: float
    gen_by_hand: float
    bms_silent: float
    bms_soc: float
    bms_charge_max_v: float
    bms_charge_max_a: float
    bms_discharge_max_a: float
    bms_force_charge: float
    battery_sensor_ok: float
    drm: float
    forced_island: float
    acknowledged: float


UNSAID = -1.0
NO_LIMIT_A = 1.0e6
NO_LIMIT_V = 1.0e3
