"""One step with the mains on the bus (C-20 to C-28, C-37, C-49 to C-51, C-59)."""

from twinverter.catalog.choices import ZERO_EXPORT_CT
from twinverter.catalog.reasons import GRID_REST, GRID_SUPPORT, LOAD_GRID, LOAD_OVERLOAD
from twinverter.catalog.states import FAULT, ON_GRID, STANDBY
from twinverter.control import auxport, dispatch, output, phases, rights, why
from twinverter.control.auxport import MicroState, SunState
from twinverter.control.gridcode import gridcode
from twinverter.control.outcome import Outcome, charge_ac_w, demand_of, forced_a, nothing
from twinverter.control.response import NO_LIMIT_W
from twinverter.control.shares import NOTHING_W, Charge
from twinverter.control.signals import StageSense
from twinverter.control.stage import charge_from_link, link_for_ac
from twinverter.core.blocks import Phases, held_for, total
from twinverter.core.kernel import kernel
from twinverter.core.lines import Reasons


@kernel
def reactive_loss_w(stage, reactive_var):
    """Return what reactive power heats in the stage: the square part of its loss."""
    return stage.inverter_loss.per_w * reactive_var * reactive_var


@kernel
def with_loss(stage, lost_w):
    """Return the stage with a loss to plan with beside its own consumption."""
    return StageSense(
        stage.tracker_loss,
        stage.battery_loss,
        stage.inverter_loss,
        stage.own_running_w + lost_w,
        stage.own_idle_w + lost_w,
        stage.sink_c,
        stage.ambient_c,
    )


@kernel
def grid_charge(settings, stage, measurements, latches, allowed, answer, bounds, load):
    """Return what the grid may charge: permission, battery power, AC ceiling (C-28, C-46).

    Where grid support wants the machine to draw, that needs nobody's wish.
    """
    asked_to_draw = bounds.feed_max_w < 0.0
    if allowed.grid_charge == 0.0 and latches.forced_charge == 0.0 and not asked_to_draw:
        return Charge(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    port_w = settings.grid.nominal_v * (settings.law.rating.port_a - measurements.safety.stray_a)
    port_room_w = 3.0 * max(0.0, port_w - max(load.l1, load.l2, load.l3))
    # Like the port, support bounds what is drawn on the whole: what the stage feeds adds to it.
    port_room_w = min(port_room_w, bounds.charge_max_w)
    if asked_to_draw:
        wanted_w = charge_from_link(stage, -link_for_ac(stage, bounds.feed_max_w))
        most_w = min(answer.charge_w, -bounds.feed_max_w)
        return Charge(1.0, wanted_w, NO_LIMIT_W, most_w, port_room_w, 0.0)
    voltage_v = measurements.battery.voltage_v
    forced_w = forced_a(settings, latches) * voltage_v
    own_w = settings.battery.grid_charge_a * voltage_v
    if allowed.grid_charge > 0.0 and own_w >= forced_w:
        return Charge(1.0, own_w, NO_LIMIT_W, answer.charge_w, port_room_w, 0.0)
    return Charge(1.0, forced_w, forced_w, answer.charge_w, port_room_w, 1.0)


@kernel
def micro_beside(settings, state, measurements, level, limits, stage, allowed, smart_on, dt_s):
    """Return state, power and reason of micro-inverters that feed beside the mains (C-37)."""
    own_demand = demand_of(measurements.loads, smart_on, 0.0, allowed.at_mains)
    room_w = max(0.0, total(own_demand)) + charge_ac_w(stage, limits)
    if settings.gen_port.mi_export_cutoff == 0.0:
        room_w += allowed.sell_w
    return auxport.micro_on_source(
        settings, state.micro, measurements, measurements.ac.grid_hz, level, room_w,
        settings.law.aux.mi_open_s, dt_s,
    )  # fmt: skip


@kernel
def planned(
    settings, stage, level, slot, latches, limits, allowed, charge, scope, bounds, stopped
):  # fmt: skip
    """Return the plan of this step: a stage that is stopped or has ceased lets the mains pass."""
    if stopped or bounds.ceased > 0.0:
        return dispatch.passed_through(stage, scope)
    may_shave = level.present > 0.0 and latches.wait_restart == 0.0
    return dispatch.on_grid(
        settings, limits, stage, level, slot, allowed, charge, scope, may_shave, bounds.floor_w
    )


@kernel
def reasons_of(
    settings, limits, allowed, charge, latches, level, slot, plan, answer, feed_max_w, bounds,
    sensor_lost, stopped, gen_reason, aux_reason,
):  # fmt: skip
    """Return why each line carries what it carries; grid support has the last word."""
    battery_reason = why.battery(
        settings, limits, allowed, charge, latches, level, slot, plan, False
    )
    grid_reason = why.grid(settings, limits, allowed, plan, sensor_lost, answer, feed_max_w)
    pv_reason = why.pv(limits, allowed, plan)
    supported = settings.support.active > 0.0 and not stopped
    if supported and why.supports(limits, allowed, charge, plan, bounds):
        grid_reason = GRID_SUPPORT
        if plan.shares.spare_link_w > NOTHING_W:
            pv_reason = GRID_SUPPORT
        if bounds.feed_max_w < 0.0 and plan.shares.source_charge_w > NOTHING_W:
            battery_reason = GRID_SUPPORT
    return Reasons(battery_reason, grid_reason, pv_reason, gen_reason, LOAD_GRID, aux_reason)


@kernel
def on_mains(
    settings, state, measurements, level, slot, latches, limits, answer, support, bounds, sensor,
    stopped, gen_reason, dt_s,
):  # fmt: skip
    """Return the outcome while the mains carries the bus, and the state of grid support."""
    stage = measurements.stage
    lost_w = 0.0
    if bounds.given_var != 0.0:
        lost_w = reactive_loss_w(stage, bounds.given_var)
        stage = with_loss(stage, lost_w)
    loads = measurements.loads
    allowed = rights.rights(settings, level, slot, latches, sensor > 0.0, answer)
    smart, smart_on, aux_reason = auxport.smart_load(
        settings, state.smart, state.sun, level, True, dt_s
    )
    micro = MicroState(0.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz)
    mi_w = 0.0
    if auxport.is_micro(settings):
        micro, mi_w, aux_reason = micro_beside(
            settings, state, measurements, level, limits, stage, allowed, smart_on, dt_s
        )
    load = demand_of(loads, smart_on, 0.0, 0.0)
    demand = demand_of(loads, smart_on, mi_w, allowed.at_mains)
    feed_max_w = total(load) - mi_w + answer.sell_w
    most_w = min(feed_max_w, bounds.feed_max_w)
    scope = dispatch.scope_on_grid(settings, limits, stage, allowed, demand, most_w, mi_w, dt_s)
    charge = grid_charge(settings, stage, measurements, latches, allowed, answer, bounds, load)
    plan = planned(
        settings, stage, level, slot, latches, limits, allowed, charge, scope, bounds, stopped
    )
    support, reactive_var = gridcode.after(settings, support, bounds, plan.inverter_w, dt_s)
    inverter = phases.split(settings, demand, plan.inverter_w, limits.phase_w)

    port = Phases(load.l1 - inverter.l1, load.l2 - inverter.l2, load.l3 - inverter.l3)
    code = output.port_code(settings, load, port, measurements.safety.stray_a)
    port_s = held_for(state.output.port_s, code > 0.0, dt_s)
    if code > 0.0 and port_s >= settings.law.grid.over_port_s:
        tripped = output.tripped(settings, state.output, code, 0.0, 0.0, 0.0)
        return nothing(
            settings, state, measurements, FAULT, tripped, LOAD_OVERLOAD, GRID_REST, gen_reason
        ), support
    sensor_lost = sensor == 0.0 and settings.work_mode.work_mode == ZERO_EXPORT_CT
    held_off = plan.shares.spare_link_w > NOTHING_W
    return Outcome(
        STANDBY if plan.idle > 0.0 else ON_GRID,
        inverter,
        plan.pv_w,
        plan.own_w - lost_w,
        1.0,
        smart_on,
        1.0 if mi_w > 0.0 else 0.0,
        measurements.ac.grid_hz,
        smart,
        micro,
        output.carried(state.output, 0.0, 0.0, 0.0, port_s, dt_s),
        SunState(plan.pv_w, 1.0 if held_off else 0.0),
        reasons_of(
            settings, limits, allowed, charge, latches, level, slot, plan, answer, feed_max_w,
            bounds, sensor_lost, stopped, gen_reason, aux_reason,
        ),
        reactive_var,
    ), support  # fmt: skip
