"""One step with the mains on the bus (C-20 to C-28, C-37, C-59)."""

from twinverter.catalog.choices import ZERO_EXPORT_CT
from twinverter.catalog.reasons import GRID_REST, LOAD_GRID, LOAD_OVERLOAD
from twinverter.catalog.states import FAULT, ON_GRID, STANDBY
from twinverter.control import auxport, dispatch, output, phases, rights, why
from twinverter.control.auxport import MicroState, SunState
from twinverter.control.outcome import Outcome, charge_ac_w, demand_of, forced_a, nothing
from twinverter.control.response import NO_LIMIT_W
from twinverter.control.shares import NOTHING_W, Charge
from twinverter.core.blocks import Phases, held_for, total
from twinverter.core.kernel import kernel
from twinverter.core.lines import Reasons


@kernel
def grid_charge(settings, measurements, latches, allowed, answer, load):
    """Return what the grid may charge: permission, battery power, AC ceiling (C-28, C-46)."""
    if allowed.grid_charge == 0.0 and latches.forced_charge == 0.0:
        return Charge(0.0, 0.0, 0.0, 0.0, 0.0)
    voltage_v = measurements.battery.voltage_v
    battery_w = total_w = forced_a(settings, latches) * voltage_v
    own_w = settings.battery.grid_charge_a * voltage_v
    if allowed.grid_charge > 0.0 and own_w >= battery_w:
        battery_w, total_w = own_w, NO_LIMIT_W
    port_w = settings.law.rating.port_a * settings.grid.nominal_v
    port_room_w = 3.0 * max(0.0, port_w - max(load.l1, load.l2, load.l3))
    return Charge(1.0, battery_w, total_w, answer.charge_w, port_room_w)


@kernel
def on_mains(
    settings,
    state,
    measurements,
    level,
    slot,
    latches,
    limits,
    answer,
    sensor,
    stopped,
    gen_reason,
    dt_s,
):
    """Return the outcome while the mains carries the bus."""
    stage = measurements.stage
    loads = measurements.loads
    nominal_hz = settings.grid.grid_frequency_hz
    allowed = rights.rights(settings, level, slot, latches, sensor > 0.0, answer)
    smart, smart_on, aux_reason = auxport.smart_load(
        settings, state.smart, state.sun, level, True, dt_s
    )
    micro = MicroState(0.0, 0.0, 0.0, 0.0, 0.0, nominal_hz)
    mi_w = 0.0
    if auxport.is_micro(settings):
        own_demand = demand_of(loads, smart_on, 0.0, allowed.at_mains)
        room_w = max(0.0, total(own_demand)) + charge_ac_w(stage, limits)
        if settings.gen_port.mi_export_cutoff == 0.0:
            room_w += allowed.sell_w
        patience_s = settings.law.aux.mi_open_s
        micro, mi_w, aux_reason = auxport.micro_on_source(
            settings,
            state.micro,
            measurements,
            measurements.ac.grid_hz,
            level,
            room_w,
            patience_s,
            dt_s,
        )
    load = demand_of(loads, smart_on, 0.0, 0.0)
    demand = demand_of(loads, smart_on, mi_w, allowed.at_mains)
    feed_max_w = total(load) - mi_w + answer.sell_w
    scope = dispatch.scope_on_grid(settings, limits, stage, allowed, demand, feed_max_w, mi_w, dt_s)
    charge = grid_charge(settings, measurements, latches, allowed, answer, load)
    may_shave = level.present > 0.0 and latches.wait_restart == 0.0
    if stopped:
        plan = dispatch.passed_through(stage, scope)
    else:
        plan = dispatch.on_grid(
            settings, limits, stage, level, slot, allowed, charge, scope, may_shave
        )
    inverter = phases.split(settings, demand, plan.inverter_w, limits.phase_w)
    port = Phases(load.l1 - inverter.l1, load.l2 - inverter.l2, load.l3 - inverter.l3)
    code = output.port_code(settings, load, port)
    port_s = held_for(state.output.port_s, code > 0.0, dt_s)
    if code > 0.0 and port_s >= settings.law.grid.over_port_s:
        tripped = output.tripped(settings, state.output, code, 0.0, 0.0, 0.0)
        return nothing(
            settings, state, measurements, FAULT, tripped, LOAD_OVERLOAD, GRID_REST, gen_reason
        )
    sensor_lost = sensor == 0.0 and settings.work_mode.work_mode == ZERO_EXPORT_CT
    held_off = plan.shares.spare_link_w > NOTHING_W
    return Outcome(
        STANDBY if plan.idle > 0.0 else ON_GRID,
        inverter,
        plan.pv_w,
        plan.own_w,
        1.0,
        smart_on,
        1.0 if mi_w > 0.0 else 0.0,
        measurements.ac.grid_hz,
        smart,
        micro,
        output.carried(state.output, 0.0, 0.0, 0.0, port_s, dt_s),
        SunState(plan.pv_w, 1.0 if held_off else 0.0),
        Reasons(
            why.battery(settings, limits, allowed, charge, latches, level, slot, plan, False),
            why.grid(settings, limits, allowed, plan, sensor_lost, answer, feed_max_w),
            why.pv(limits, allowed, plan),
            gen_reason,
            LOAD_GRID,
            aux_reason,
        ),
    )
