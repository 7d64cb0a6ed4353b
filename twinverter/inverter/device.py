"""One step of the whole device: measure, let control decide, let the plant act, count."""

from twinverter.control import control
from twinverter.control.signals import ALONE
from twinverter.core.kernel import kernel
from twinverter.inverter.counting import counted, relays
from twinverter.inverter.measuring import measure
from twinverter.inverter.state import Flows, State
from twinverter.plant import battery, plant


@kernel
def shown(inputs, after, power, commands, report, pv_available_w):
    """Return what a step shows: every line, the battery at its end, and what the law says."""
    bank = after.battery
    return Flows(
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
        after.sink_c,
        power.fuel_l,
        report.state,
        relays(commands),
        report.alarms,
        report.stage,
        report.reasons,
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
    flows = shown(inputs, plant_state, power, commands, report, pv_available_w)
    return State(control_state, plant_state, meters), flows
