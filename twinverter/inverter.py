"""The whole device: one pure step from site, settings, state and inputs to state and flows.

`step` measures, lets control decide, lets the plant act, and counts. It is the same function for
the live twin (interpreted), for years and fleets (compiled), and for tests.
"""

from typing import NamedTuple

from twinverter.catalog.states import (
    RELAY_ATS,
    RELAY_BATTERY,
    RELAY_GEN,
    RELAY_GRID,
    RELAY_LOAD,
    RELAY_MI,
    RELAY_PV1,
    RELAY_PV2,
    RELAY_SMART,
    RELAY_START,
)
from twinverter.control import control
from twinverter.control.control import ControlState
from twinverter.control.signals import (
    ALONE,
    HEALTHY,
    AcSense,
    BatterySense,
    BmsSense,
    LoadSense,
    Measurements,
    Peers,
    PvSense,
    SafetySense,
    StageSense,
)
from twinverter.core.blocks import Phases, total
from twinverter.core.converter import Loss
from twinverter.core.kernel import kernel
from twinverter.core.lines import Reasons
from twinverter.plant import battery, genset, plant, sensors
from twinverter.plant.grid import mains_hz
from twinverter.plant.ideal import ideal
from twinverter.plant.pv import string_curve
from twinverter.plant.rlc import RlcState
from twinverter.plant.site import NO_PHASES, Site
from twinverter.plant.state import GensetState, PlantState, TrackerState
from twinverter.plant.tracker import available_w, best_point
from twinverter.plant.world import NO_LIMIT_A, NO_LIMIT_V, UNSAID, Inputs

__all__ = [
    "NO_LIMIT_A",
    "NO_LIMIT_V",
    "UNSAID",
    "Flows",
    "Inputs",
    "Meters",
    "Peers",
    "Site",
    "State",
    "ideal",
    "initial",
    "measure",
    "offered_w",
    "sensed",
    "step",
    "step_heard",
    "step_seen",
]

HOURS_PER_S = 1.0 / 3600.0


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


@kernel
def offered_w(site, inputs):
    """Return what both PV inputs together could give in this world."""
    tracker = site.tracker
    curve1 = string_curve(site.pv1, inputs.irradiance1_w_m2, inputs.cell1_c)
    curve2 = string_curve(site.pv2, inputs.irradiance2_w_m2, inputs.cell2_c)
    return available_w(tracker, best_point(tracker, curve1)) + available_w(
        tracker, best_point(tracker, curve2)
    )


@kernel
def combined_loss(loss, power1_w, power2_w):
    """Return one loss map that gives the sum of two equal converters sharing as these powers do."""
    power_w = power1_w + power2_w
    share = power1_w / power_w if power_w > 0.0 else 1.0
    return Loss(loss.linear, loss.per_w * (share * share + (1.0 - share) * (1.0 - share)))


@kernel
def safety_of(felt):
    """Return the protective sensors' part of what is felt at a site with defects."""
    return SafetySense(
        felt.residual_a,
        felt.insulation_ohm,
        felt.arc,
        felt.peak_a,
        felt.link_v,
        felt.link_a,
        felt.unbalance_v,
        felt.neutral_v,
        felt.bond_open,
        felt.stray_a,
        felt.fan,
        felt.estop,
        felt.memory_unreadable,
        felt.memory_unwritable,
        felt.peers_heard,
        felt.peer_off,
        felt.peer_clash,
    )


@kernel
def measure(site, state, inputs, seen, peers=ALONE):
    """Return what control sees: the plant through its sensors, wires and calibration."""
    was = state.plant
    bank = was.battery
    source = seen.bank
    bridge = site.bridge
    available1_w = available_w(site.tracker, seen.string1.best)
    available2_w = available_w(site.tracker, seen.string2.best)
    charge_v, charge_a, discharge_a = battery.bms_limits(site.battery, bank, source)
    said_soc = inputs.bms_soc
    most_charge_v = inputs.bms_charge_max_v
    most_charge_a = inputs.bms_charge_max_a
    most_discharge_a = inputs.bms_discharge_max_a
    gen_v, gen_hz = genset.terminal(site.genset, was.genset)
    on_port = site.genset.on_grid_port > 0.0
    voltage1_v = plant.input_v(was.tracker1, seen.string1)
    voltage2_v = plant.input_v(was.tracker2, seen.string2)
    current1_a = was.tracker1.current_a
    current2_a = was.tracker2.current_a
    battery_a = bank.current_a
    home_w = inputs.home_w
    ct_w = was.grid_w
    safety = HEALTHY
    if site.defects.any > 0.0:
        felt = sensors.felt(site, was, inputs, seen)
        voltage1_v = felt.voltage1_v
        voltage2_v = felt.voltage2_v
        current1_a = felt.current1_a
        current2_a = felt.current2_a
        battery_a = felt.battery_a
        home_w = felt.home_w
        ct_w = felt.ct_w
        safety = safety_of(felt)
    return Measurements(
        inputs.clock_s,
        PvSense(
            voltage1_v,
            voltage2_v,
            current1_a,
            current2_a,
            available1_w,
            available2_w,
        ),
        BatterySense(
            bank.voltage_v,
            battery_a,
            bank.temp_c,
            inputs.battery_sensor_ok,
            source.emf_v,
            source.charge_ohm,
            source.discharge_ohm,
        ),
        BmsSense(
            inputs.bms_silent,
            said_soc if said_soc >= 0.0 else bank.soc,
            charge_v if charge_v < most_charge_v else most_charge_v,
            charge_a if charge_a < most_charge_a else most_charge_a,
            discharge_a if discharge_a < most_discharge_a else most_discharge_a,
            inputs.bms_force_charge,
            site.defects.bms_fault,
        ),
        AcSense(
            seen.mains_v,
            gen_hz if on_port else mains_hz(site, was, inputs),
            NO_PHASES if on_port else inputs.grid_angle_rad,
            inputs.phase_order_ok,
            0.0 if on_port else gen_v,
            gen_hz,
            was.genset.standing_s,
        ),
        LoadSense(
            inputs.load_w,
            home_w,
            inputs.smart_load_w,
            inputs.micro_inverter_w,
            inputs.ct_ok,
            ct_w,
            was.ld_w,
        ),
        StageSense(
            combined_loss(
                site.tracker.loss,
                available1_w * state.control.limits.input1.on,
                available2_w * state.control.limits.input2.on,
            ),
            Loss(bridge.battery_loss.linear, bridge.battery_loss.per_w),
            Loss(bridge.inverter_loss.linear, bridge.inverter_loss.per_w),
            bridge.own_running_w,
            bridge.own_idle_w,
            was.sink_c,
            inputs.ambient_c,
        ),
        safety,
        peers,
        inputs.drm,
        inputs.forced_island,
        inputs.acknowledged,
    )


def sensed(site, state, inputs):
    """Return what control sees at this moment, for whoever shows it."""
    return measure(site, state, inputs, plant.terminals(site, state.plant, inputs), ALONE)


@kernel
def relays(commands):
    """Return the bit sum of the closed relays."""
    return (
        commands.grid_on * RELAY_GRID
        + (RELAY_LOAD if commands.output_on > 0.0 else 0.0)
        + commands.gen_on * RELAY_GEN
        + commands.smart_on * RELAY_SMART
        + commands.mi_on * RELAY_MI
        + commands.gen_start * RELAY_START
        + commands.battery_on * RELAY_BATTERY
        + commands.pv1_on * RELAY_PV1
        + commands.pv2_on * RELAY_PV2
        + commands.ats_on * RELAY_ATS
    )


@kernel
def unserved_share(unserved_w, load_w):
    """Return the share of the backup load, and so of the step, that found no supply."""
    return min(1.0, unserved_w / load_w) if load_w > 0.0 else 0.0


@kernel
def counted(meters, power, inputs, pv_available_w, was_running, running, dt_s):
    """Return the meters after this step (C-03)."""
    hours = dt_s * HOURS_PER_S
    grid_w = total(power.grid)
    counted_w = grid_w if inputs.ct_ok > 0.0 else total(power.ld)
    gen_w = total(power.gen)
    unserved_w = total(power.load_unserved)
    battery_w = power.battery_w
    return Meters(
        meters.pv_available_wh + pv_available_w * hours,
        meters.pv_wh + (power.pv1.power_w + power.pv2.power_w) * hours,
        meters.load_wh + total(inputs.load_w) * hours,
        meters.home_wh + total(power.home) * hours,
        meters.smart_load_wh + total(power.smart_load) * hours,
        meters.load_unserved_wh + unserved_w * hours,
        meters.home_unserved_wh + total(power.home_unserved) * hours,
        meters.grid_import_wh + max(0.0, grid_w) * hours,
        meters.grid_export_wh + max(0.0, -grid_w) * hours,
        meters.buy_wh + max(0.0, counted_w) * hours,
        meters.sell_wh + max(0.0, -counted_w) * hours,
        meters.generator_wh + max(0.0, gen_w) * hours,
        meters.micro_inverter_wh + power.micro_inverter_w * hours,
        meters.battery_charge_wh + max(0.0, -battery_w) * hours,
        meters.battery_discharge_wh + max(0.0, battery_w) * hours,
        meters.losses_wh + power.loss_w * hours,
        meters.fuel_l + power.fuel_l,
        meters.generator_s + running * dt_s,
        meters.generator_starts + running * (1.0 - was_running),
        meters.unserved_s + dt_s * unserved_share(unserved_w, total(inputs.load_w)),
    )


@kernel
def step(site, settings, state, inputs, dt_s):
    """Return the device's state and flows after one step of `dt_s` seconds."""
    seen = plant.terminals(site, state.plant, inputs)
    return step_heard(site, settings, state, inputs, seen, ALONE, dt_s)


@kernel
def step_seen(site, settings, state, inputs, seen, dt_s):
    """Return the same for whoever knows already what stands at the terminals (`seen`)."""
    return step_heard(site, settings, state, inputs, seen, ALONE, dt_s)


@kernel
def step_heard(site, settings, state, inputs, seen, peers, dt_s):
    """Return the same for one of several units, which hears the others (`peers`)."""
    measurements = measure(site, state, inputs, seen, peers)
    control_state, commands, report = control.step(settings, state.control, measurements, dt_s)
    plant_state, power = plant.step(site, state.plant, inputs, seen, commands, dt_s)
    pv_available_w = measurements.pv.available1_w + measurements.pv.available2_w
    meters = counted(
        state.meters,
        power,
        inputs,
        pv_available_w,
        state.plant.genset.running,
        plant_state.genset.running,
        dt_s,
    )
    bank = plant_state.battery
    return State(control_state, plant_state, meters), Flows(
        power.pv1.power_w,
        power.pv1.voltage_v,
        power.pv1.current_a,
        power.pv2.power_w,
        power.pv2.voltage_v,
        power.pv2.current_a,
        pv_available_w,
        power.battery_w,
        bank.voltage_v,
        bank.current_a,
        bank.temp_c,
        bank.soc,
        battery.soh(bank),
        power.grid,
        power.ld,
        power.inverter,
        inputs.load_w,
        power.home,
        power.smart_load,
        power.gen,
        power.micro_inverter_w,
        power.load_unserved,
        power.home_unserved,
        power.loss_w,
        commands.reactive_var,
        commands.frequency_hz,
        plant_state.sink_c,
        power.fuel_l,
        report.state,
        relays(commands),
        report.alarms,
        report.stage,
        report.reasons,
    )
