"""What is really installed: modules, cells, power stage, feeder, engine.

A `Site` says what is there, `Settings` what somebody typed in; the two may disagree.
Units are in the names; figures of a house come from its file, defaults with their origin from
`catalog/installed.py`.
"""

from typing import NamedTuple

from twinverter.core.blocks import Phases
from twinverter.core.converter import Loss
from twinverter.plant.defects import Defects
from twinverter.plant.rlc import Rlc


class PvString(NamedTuple):
    """One string of equal modules on one tracker, by the De Soto single-diode model (2006).

    Reference values are per module at 1000 W/m2 and 25 degC; `modules` is the count in series.
    """

    modules: float
    light_current_ref_a: float
    saturation_current_ref_a: float
    series_ohm: float
    shunt_ref_ohm: float
    ideality_ref_v: float
    alpha_isc_a_per_k: float
    band_gap_ref_ev: float
    band_gap_slope_per_k: float


class Tracker(NamedTuple):
    """What a PV input can do, and the loss of its boost stage."""

    start_v: float
    track_low_v: float
    track_high_v: float
    current_max_a: float
    efficiency: float
    loss: Loss


class Ageing(NamedTuple):
    """How a bank loses capacity with time and use, by a power law (see `plant/battery.py`).

    `order` 2 is a square-root law, 1 a straight line. The rates are the loss of the first second
    and of the first full equivalent cycle, at 25 degC and before their shapes over SOC and depth.
    """

    order: float
    calendar_rate: float
    calendar_activation_k: float
    calendar_soc_cubic: float
    calendar_soc_base: float
    cycle_rate: float
    cycle_current_h: float
    cycle_depth_cubic: float
    cycle_depth_base: float
    cycle_depth_exponent: float


class Battery(NamedTuple):
    """One battery bank with its management system.

    `ocv_v` is the bank's open-circuit voltage at 21 equal steps of state of charge, 0 to 1.
    `resistance_ohm` is the whole bank's, half full at 25 degC. The management charges less below
    `bms_cool_c` and not at all at `bms_cold_c`, rests the bank from `bms_warm_c` to `bms_hot_c`,
    and lets the current fade over the last `1 - bms_taper_soc` and the first `bms_low_soc`.
    """

    lithium: float
    capacity_ah: float
    ocv_v: tuple[
        float, float, float, float, float, float, float, float, float, float, float,
        float, float, float, float, float, float, float, float, float, float,
    ]  # fmt: skip
    resistance_ohm: float
    resistance_empty_factor: float
    resistance_full_factor: float
    resistance_full_soc: float
    resistance_cold_per_k: float
    coulomb_efficiency: float
    self_discharge_per_s: float
    heat_capacity_j_per_k: float
    heat_loss_w_per_k: float
    bms_charge_v: float
    bms_discharge_v: float
    bms_charge_a: float
    bms_discharge_a: float
    bms_taper_soc: float
    bms_low_soc: float
    bms_cold_c: float
    bms_cool_c: float
    bms_warm_c: float
    bms_hot_c: float
    ageing: Ageing


class Bridge(NamedTuple):
    """The power stage between DC link, battery and AC, its own consumption and its heat.

    `fixed_w` is the part of `own_running_w` that the running stage itself burns at any power, and
    so counts in a measured conversion efficiency; the rest feeds the machine's electronics.
    """

    inverter_loss: Loss
    battery_loss: Loss
    own_running_w: float
    own_idle_w: float
    fixed_w: float
    heat_capacity_j_per_k: float
    heat_loss_w_per_k: float


class Feeder(NamedTuple):
    """The public supply as seen at the house: impedance per phase to the stiff network."""

    resistance_ohm: float
    reactance_ohm: float


class Genset(NamedTuple):
    """A generator set on the GEN terminals (or on the grid port)."""

    rated_w: float
    no_load_v: float
    droop_v_per_w: float
    no_load_hz: float
    droop_hz_per_w: float
    crank_s: float
    fuel_idle_l_per_s: float
    fuel_l_per_ws: float
    load_min_w: float
    on_grid_port: float


class MicroInverters(NamedTuple):
    """Micro-inverters on the GEN port: where they begin to give less and where they stop."""

    slow_above_hz: float
    stop_hz: float


class Site(NamedTuple):
    """Everything installed at one house."""

    pv1: PvString
    pv2: PvString
    tracker: Tracker
    battery: Battery
    bridge: Bridge
    feeder: Feeder
    genset: Genset
    micro_inverters: MicroInverters
    defects: Defects
    rlc: Rlc


NO_PHASES = Phases(0.0, 0.0, 0.0)
