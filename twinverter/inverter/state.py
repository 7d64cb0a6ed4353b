"""What the whole device carries from step to step, what it shows of one, and how it begins."""

from typing import NamedTuple

from twinverter.control import control
from twinverter.control.control import ControlState
from twinverter.core.blocks import Phases
from twinverter.core.lines import Reasons
from twinverter.plant import battery
from twinverter.plant.rlc import RlcState
from twinverter.plant.site import NO_PHASES, Site
from twinverter.plant.state import GensetState, PlantState, TrackerState


class Meters(NamedTuple):
    """Energies and counters since the start; none of them ever runs backwards.

    `grid_import_wh` and `grid_export_wh` are what passed the mains; `buy_wh` and `sell_wh` are what
    the machine counts: at the mains with valid clamps or meter, else at its GRID terminals (C-03).
    """

    pv_available_wh: float
    pv_wh: float
    load_wh: float
    home_wh: float
    smart_load_wh: float
    load_unserved_wh: float
    home_unserved_wh: float
    grid_import_wh: float
    grid_export_wh: float
    buy_wh: float
    sell_wh: float
    generator_wh: float
    micro_inverter_wh: float
    battery_charge_wh: float
    battery_discharge_wh: float
    losses_wh: float
    fuel_l: float
    generator_s: float
    generator_starts: float
    unserved_s: float


class State(NamedTuple):
    """Everything that carries over from step to step."""

    control: ControlState
    plant: PlantState
    meters: Meters


class Flows(NamedTuple):
    """Power on every line in one step; sources positive towards the loads.

    pv + battery + grid + gen + micro_inverter + unserved == load + home + smart_load + loss.
    `grid_w` is at the mains, `ld_w` at the GRID terminals, loads are demands, `load_unserved_w`
    and `home_unserved_w` are what of them found no supply. `battery_v`, `battery_a`, `soc`,
    `battery_c`, `soh` and `sink_c` are those at the end of the step. `reactive_var` is what the
    inverter injects in all phases together.
    """

    pv1_w: float
    pv1_v: float
    pv1_a: float
    pv2_w: float
    pv2_v: float
    pv2_a: float
    pv_available_w: float
    battery_w: float
    battery_v: float
    battery_a: float
    battery_c: float
    soc: float
    soh: float
    grid_w: Phases
    ld_w: Phases
    inverter_w: Phases
    load_w: Phases
    home_w: Phases
    smart_load_w: Phases
    gen_w: Phases
    micro_inverter_w: float
    load_unserved_w: Phases
    home_unserved_w: Phases
    loss_w: float
    reactive_var: float
    frequency_hz: float
    sink_c: float
    fuel_l: float
    state: float
    relays: float
    alarms: float
    stage: float
    reasons: Reasons


def initial(site: Site, settings, soc: float, ambient_c: float) -> State:
    """Return the state of a machine that has long been running on a healthy mains at `soc`."""
    bank = battery.rested(site.battery, soc, ambient_c)
    source = battery.source(site.battery, bank)
    _, charge_a, discharge_a = battery.bms_limits(site.battery, bank, source)
    dark = TrackerState(0.0, 0.0, 0.0)
    return State(
        control.initial(settings, bank.voltage_v, soc, charge_a, discharge_a),
        PlantState(
            dark,
            dark,
            bank,
            GensetState(0.0, 0.0, 0.0, 0.0),
            ambient_c,
            0.0,
            NO_PHASES,
            0.0,
            NO_PHASES,
            RlcState(settings.grid.nominal_v, settings.grid.grid_frequency_hz),
            1.0,
            1.0,
        ),
        Meters(*(0.0 for _ in Meters._fields)),
    )
