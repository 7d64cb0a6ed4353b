"""What control may see and what it may ask for."""

from typing import NamedTuple

from twinverter.core.blocks import Phases
from twinverter.core.converter import Loss


class PvSense(NamedTuple):
    """Both PV inputs: voltage at the terminals, and the power the trackers find there."""

    voltage1_v: float
    voltage2_v: float
    available1_w: float
    available2_w: float


class BatterySense(NamedTuple):
    """The battery terminals, the external temperature sensor, and the bank as a source.

    `source_v` and the two resistances are what the fast voltage loop finds at the terminals.
    """

    voltage_v: float
    current_a: float
    temp_c: float
    sensor_ok: float
    source_v: float
    charge_ohm: float
    discharge_ohm: float


class BmsSense(NamedTuple):
    """The last word of the battery's own management; `silent` says that none came."""

    silent: float
    soc: float
    charge_v: float
    charge_a: float
    discharge_a: float
    force_charge: float


class AcSense(NamedTuple):
    """Mains at the GRID terminals and generator at the GEN terminals.

    `gen_standing_s` is how long the generator's voltage has stood, seen between the steps too.
    """

    grid_v: Phases
    grid_hz: float
    order_ok: float
    gen_v: float
    gen_hz: float
    gen_standing_s: float


class LoadSense(NamedTuple):
    """Demands: backup loads, home loads before the meter, smart load; micro-inverter offer."""

    load_w: Phases
    home_w: Phases
    smart_w: Phases
    mi_w: float
    ct_ok: float


class StageSense(NamedTuple):
    """The power stage's own calibration, its temperature and that of the room."""

    tracker_loss: Loss
    battery_loss: Loss
    inverter_loss: Loss
    own_running_w: float
    own_idle_w: float
    sink_c: float
    ambient_c: float


class Measurements(NamedTuple):
    """Everything control sees in one step."""

    clock_s: float
    pv: PvSense
    battery: BatterySense
    bms: BmsSense
    ac: AcSense
    loads: LoadSense
    stage: StageSense
    drm: float
    forced_island: float
    acknowledged: float


class Commands(NamedTuple):
    """Everything control asks of the plant for one step. Flags are 1.0 or 0.0."""

    state: float
    pv1_on: float
    pv2_on: float
    pv_w: float
    battery_on: float
    own_w: float
    inverter_w: Phases
    forming: float
    output_on: float
    grid_on: float
    gen_on: float
    smart_on: float
    mi_on: float
    gen_start: float
    frequency_hz: float
