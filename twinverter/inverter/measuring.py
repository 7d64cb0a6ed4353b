"""What control sees: the plant through its sensors, wires and calibration.

A sound site shows what is there. At one with defects the sensors show what they feel of it
(`plant/sensors.py`), and control hears of nothing else.
"""

from twinverter.control.signals import (
    ALONE,
    HEALTHY,
    AcSense,
    BatterySense,
    BmsSense,
    LoadSense,
    Measurements,
    PvSense,
    SafetySense,
    StageSense,
)
from twinverter.core.converter import Loss
from twinverter.core.kernel import kernel
from twinverter.plant import battery, genset, plant, sensors
from twinverter.plant.grid import mains_hz
from twinverter.plant.pv import string_curve
from twinverter.plant.site import NO_PHASES
from twinverter.plant.tracker import available_w, best_point


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
def pv_sense(site, was, seen):
    """Return both PV inputs of a sound site."""
    return PvSense(
        plant.input_v(was.tracker1, seen.string1),
        plant.input_v(was.tracker2, seen.string2),
        was.tracker1.current_a,
        was.tracker2.current_a,
        available_w(site.tracker, seen.string1.best),
        available_w(site.tracker, seen.string2.best),
    )


@kernel
def battery_sense(bank, inputs, source, current_a):
    """Return the battery's terminals, at which this current is read."""
    return BatterySense(
        bank.voltage_v,
        current_a,
        bank.temp_c,
        inputs.battery_sensor_ok,
        source.emf_v,
        source.charge_ohm,
        source.discharge_ohm,
    )


@kernel
def bms_sense(site, bank, inputs, source):
    """Return the word of the battery's management, with what is put on it from outside."""
    charge_v, charge_a, discharge_a = battery.bms_limits(site.battery, bank, source)
    said_soc = inputs.bms_soc
    most_charge_v = inputs.bms_charge_max_v
    most_charge_a = inputs.bms_charge_max_a
    most_discharge_a = inputs.bms_discharge_max_a
    return BmsSense(
        inputs.bms_silent,
        said_soc if said_soc >= 0.0 else bank.soc,
        charge_v if charge_v < most_charge_v else most_charge_v,
        charge_a if charge_a < most_charge_a else most_charge_a,
        discharge_a if discharge_a < most_discharge_a else most_discharge_a,
        inputs.bms_force_charge,
        site.defects.bms_fault,
    )


@kernel
def ac_sense(site, was, inputs, seen):
    """Return mains and generator; an engine on the GRID terminals is seen there alone."""
    gen_v, gen_hz = genset.terminal(site.genset, was.genset)
    on_port = site.genset.on_grid_port > 0.0
    return AcSense(
        seen.mains_v,
        gen_hz if on_port else mains_hz(site, was, inputs),
        NO_PHASES if on_port else inputs.grid_angle_rad,
        inputs.phase_order_ok,
        0.0 if on_port else gen_v,
        gen_hz,
        was.genset.standing_s,
    )


@kernel
def load_sense(inputs, home_w, ct_w, ld_w):
    """Return the demands, and what was read at mains and GRID terminals in the last step."""
    return LoadSense(
        inputs.load_w,
        home_w,
        inputs.smart_load_w,
        inputs.micro_inverter_w,
        inputs.ct_ok,
        ct_w,
        ld_w,
    )


@kernel
def stage_sense(site, inputs, pv, held, sink_c):
    """Return the stage's calibration; `held` is what the law remembers of its PV inputs."""
    bridge = site.bridge
    return StageSense(
        combined_loss(
            site.tracker.loss,
            pv.available1_w * held.input1.on,
            pv.available2_w * held.input2.on,
        ),
        Loss(bridge.battery_loss.linear, bridge.battery_loss.per_w),
        Loss(bridge.inverter_loss.linear, bridge.inverter_loss.per_w),
        bridge.own_running_w,
        bridge.own_idle_w,
        sink_c,
        inputs.ambient_c,
    )


@kernel
def measure(site, state, inputs, seen, peers=ALONE):
    """Return what control sees of plant and world; `seen` stands at the terminals."""
    was = state.plant
    bank = was.battery
    pv = pv_sense(site, was, seen)
    terminals = battery_sense(bank, inputs, seen.bank, bank.current_a)
    loads = load_sense(inputs, inputs.home_w, was.grid_w, was.ld_w)
    safety = HEALTHY
    if site.defects.any > 0.0:
        felt = sensors.felt(site, was, inputs, seen)
        pv = PvSense(
            felt.voltage1_v,
            felt.voltage2_v,
            felt.current1_a,
            felt.current2_a,
            pv.available1_w,
            pv.available2_w,
        )
        terminals = battery_sense(bank, inputs, seen.bank, felt.battery_a)
        loads = load_sense(inputs, felt.home_w, felt.ct_w, was.ld_w)
        safety = safety_of(felt)
    return Measurements(
        inputs.clock_s,
        pv,
        terminals,
        bms_sense(site, bank, inputs, seen.bank),
        ac_sense(site, was, inputs, seen),
        loads,
        stage_sense(site, inputs, pv, state.control.limits, was.sink_c),
        safety,
        peers,
        inputs.drm,
        inputs.forced_island,
        inputs.acknowledged,
    )


def sensed(site, state, inputs):
    """Return what control sees at this moment, for whoever shows it."""
    return measure(site, state, inputs, plant.terminals(site, state.plant, inputs), ALONE)
