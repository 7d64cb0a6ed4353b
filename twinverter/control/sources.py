"""One step with each source on the bus: mains, generator, the machine itself, or nobody."""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.catalog.choices import NO_BATT, SMART_LOAD_OUTPUT, ZERO_EXPORT_CT
from twinverter.catalog.reasons import (
    BATT_ABSENT,
    BATT_EMPTY,
    BATT_IDLE,
    GRID_ABSENT,
    GRID_IS_GENERATOR,
    GRID_OUTSIDE_WINDOW,
    GRID_RECONNECTING,
    GRID_REST,
    LOAD_GENERATOR,
    LOAD_GRID,
    LOAD_INVERTER,
    LOAD_OFF,
    LOAD_OVERLOAD,
    LOAD_SHORTAGE,
    LOAD_SHUT_DOWN,
    PV_DARK,
    PV_NO_USE,
    SMART_DROPPED,
)
from twinverter.catalog.states import (
    BATSHUT,
    DARK,
    FAULT,
    GEN,
    OFF,
    OFF_GRID,
    ON_GRID,
    SELFTEST,
    STANDBY,
)
from twinverter.control import auxport, dispatch, island, output, phases, rights, why
from twinverter.control.auxport import MicroState, SmartState, SunState
from twinverter.control.level import power_until
from twinverter.control.output import OutputState
from twinverter.control.response import NO_LIMIT_W
from twinverter.control.shares import NOTHING_W, Charge
from twinverter.control.stage import ac_from_link, link_for_charge
from twinverter.core.blocks import Phases, held_for, total
from twinverter.core.kernel import kernel
from twinverter.core.lines import Reasons

DEAD = Phases(0.0, 0.0, 0.0)


class Outcome(NamedTuple):
    """What one step asks of the stage and the relays, what it remembers, and why.

    `output_on` is the share of the step for which the backup output is on.
    """

    state: float
    inverter: Phases
    pv_w: float
    own_w: float
    output_on: float
    smart_on: float
    mi_on: float
    frequency_hz: float
    smart: SmartState
    micro: MicroState
    output: OutputState
    sun: SunState
    reasons: Reasons


@kernel
def demand_of(loads, smart_on, mi_w, with_home):
    """Return the demand per phase at the GRID terminals, or at the mains with the home load."""
    mi_third_w = mi_w * (1.0 / 3.0)
    home = with_home > 0.0
    return Phases(
        loads.load_w.l1
        + loads.smart_w.l1 * smart_on
        - mi_third_w
        + (loads.home_w.l1 if home else 0.0),
        loads.load_w.l2
        + loads.smart_w.l2 * smart_on
        - mi_third_w
        + (loads.home_w.l2 if home else 0.0),
        loads.load_w.l3
        + loads.smart_w.l3 * smart_on
        - mi_third_w
        + (loads.home_w.l3 if home else 0.0),
    )


@kernel
def charge_ac_w(stage, limits):
    """Return the AC power that would fill the charge limit."""
    return -ac_from_link(stage, -link_for_charge(stage, limits.charge_w))


@kernel
def forced_a(settings, latches):
    """Return the current of a charge that nobody has to allow: asked for, or to revive a bank."""
    if latches.wake.on > 0.0:
        return settings.installer.active_battery_a
    return settings.law.bms.force_charge_a if latches.forced_charge > 0.0 else 0.0


@kernel
def grid_charge(settings, measurements, latches, allowed, answer, load):
    """Return what the grid may charge: permission, battery power, AC ceiling (C-28, C-46)."""
    if allowed.grid_charge == 0.0 and latches.forced_charge == 0.0:
        return Charge(0.0, 0.0, 0.0, 0.0, 0.0)
    voltage_v = measurements.battery.voltage_v
    battery_w = total_w = forced_a(settings, latches) * voltage_v
    if allowed.grid_charge > 0.0:
        battery_w = max(battery_w, settings.battery.grid_charge_a * voltage_v)
        total_w = NO_LIMIT_W
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
        settings, state.smart, state.sun, level, True, False, dt_s
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
            why.grid(limits, allowed, plan, sensor_lost, answer.active > 0.0),
            why.pv(limits, allowed, plan),
            gen_reason,
            LOAD_GRID,
            aux_reason,
        ),
    )


@kernel
def on_generator(
    settings, state, measurements, level, slot, latches, limits, gen, grid_reason, dt_s
):
    """Return the outcome while a generator carries the bus."""
    stage = measurements.stage
    loads = measurements.loads
    allowed = rights.on_generator(settings, latches)
    on_port = settings.gen_port.gen_on_grid_port > 0.0
    source_hz = measurements.ac.grid_hz if on_port else measurements.ac.gen_hz
    smart, smart_on, aux_reason = auxport.smart_load(
        settings, state.smart, state.sun, level, False, False, dt_s
    )
    micro = MicroState(0.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz)
    mi_w = 0.0
    if auxport.is_micro(settings):
        room_w = total(demand_of(loads, smart_on, 0.0, 0.0)) + charge_ac_w(stage, limits)
        # An engine must not be driven, not for a moment.
        micro, mi_w, aux_reason = auxport.micro_on_source(
            settings, state.micro, measurements, source_hz, level, room_w, 0.0, dt_s
        )
    demand = demand_of(loads, smart_on, mi_w, 0.0)
    scope = dispatch.scope_on_generator(settings, limits, stage, demand, mi_w, dt_s)
    voltage_v = measurements.battery.voltage_v
    battery_w = total_w = forced_a(settings, latches) * voltage_v
    if gen.charge > 0.0:
        battery_w = max(battery_w, gen.charge_a * voltage_v)
        total_w = max(total_w, power_until(level, gen.stop, level.lev, dt_s))
    wanted = 1.0 if battery_w > 0.0 else 0.0
    charge = Charge(wanted, battery_w, total_w, limits.ac_w, NO_LIMIT_W)
    may_shave = level.present > 0.0 and latches.wait_restart == 0.0
    plan = dispatch.on_generator(settings, limits, stage, level, allowed, charge, scope, may_shave)
    inverter = phases.split(settings, demand, plan.inverter_w, limits.phase_w)
    held_off = plan.shares.spare_link_w > NOTHING_W
    return Outcome(
        GEN,
        inverter,
        plan.pv_w,
        plan.own_w,
        1.0,
        smart_on,
        1.0 if mi_w > 0.0 else 0.0,
        source_hz,
        smart,
        micro,
        output.carried(state.output, 0.0, 0.0, 0.0, 0.0, dt_s),
        SunState(plan.pv_w, 1.0 if held_off else 0.0),
        Reasons(
            why.battery(settings, limits, allowed, charge, latches, level, slot, plan, True),
            GRID_IS_GENERATOR if on_port else grid_reason,
            why.pv(limits, allowed, plan),
            why.generator(gen, plan),
            LOAD_GENERATOR,
            aux_reason,
        ),
    )


@kernel
def served_share(settings, level, battery_w, dt_s):
    """Return the share of the step after which the battery has passed Shutdown (C-05a, C-43).

    The threshold is judged after its persistence, so that long the battery may go below it.
    """
    if level.capacity_ws <= 0.0 or battery_w <= 0.0:
        return 1.0
    past_w = battery_w * min(1.0, settings.law.battery.hold_s / dt_s)
    until_w = max(0.0, (level.lev - level.shutdown) * level.capacity_ws / dt_s) + past_w
    return min(1.0, until_w / battery_w)


@kernel
def alone(
    settings, state, measurements, level, latches, limits, on_share, grid_reason, gen_reason, dt_s
):
    """Return the outcome while the machine alone carries the bus, or has to switch it off.

    `on_share` is the part of the step left after the change of sources (C-55).
    """
    stage = measurements.stage
    loads = measurements.loads
    if latches.wait_restart > 0.0:
        return charging_only(
            settings, state, measurements, BATSHUT, limits, LOAD_SHUT_DOWN, grid_reason, gen_reason
        )
    if level.present == 0.0 and settings.installer.offgrid_no_battery == 0.0:
        return charging_only(
            settings, state, measurements, OFF_GRID, limits, LOAD_OFF, grid_reason, gen_reason
        )
    waiting = state.output
    if waiting.tripped > 0.0:
        waiting = output.waiting(settings, waiting, dt_s)
        if waiting.tripped > 0.0:
            why_off = LOAD_SHORTAGE if waiting.tripped == alarms.F56 else LOAD_OVERLOAD
            return nothing(
                settings, state, measurements, FAULT, waiting, why_off, grid_reason, gen_reason
            )

    smart, smart_on, aux_reason = auxport.smart_load(
        settings, state.smart, state.sun, level, False, False, dt_s
    )
    micro = MicroState(0.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz)
    mi_w = 0.0
    frequency_hz = settings.grid.grid_frequency_hz
    if auxport.is_micro(settings):
        load_w = total(loads.load_w)
        micro, mi_w, frequency_hz, aux_reason = auxport.micro_in_island(
            settings, state.micro, measurements, level, load_w, charge_ac_w(stage, limits), dt_s
        )
    demand = demand_of(loads, smart_on, mi_w, 0.0)
    balance = island.balanced(limits, stage, total(demand))
    if smart_on > 0.0:
        short = balance.battery_w > limits.discharge_w + NOTHING_W
        if short or output.beyond(settings, demand, limits):
            smart, smart_on, aux_reason = auxport.smart_load(
                settings, state.smart, state.sun, level, False, True, dt_s
            )
            demand = demand_of(loads, smart_on, mi_w, 0.0)
            balance = island.balanced(limits, stage, total(demand))

    carried = demand_of(loads, smart_on, 0.0, 0.0)
    code, heat, phase_heat = output.overload_code(
        settings, waiting, carried, limits.derate, limits.ac_w, dt_s
    )
    falls_short, shortage_s = output.shortage(settings, waiting, limits, balance.battery_w, dt_s)
    if code == 0.0 and falls_short:
        code = alarms.F56
    if code > 0.0:
        tripped = output.tripped(settings, waiting, code, heat, phase_heat, shortage_s)
        why_off = LOAD_SHORTAGE if code == alarms.F56 else LOAD_OVERLOAD
        return nothing(
            settings, state, measurements, FAULT, tripped, why_off, grid_reason, gen_reason
        )
    share = on_share * served_share(settings, level, balance.battery_w, dt_s)
    own_w = stage.own_running_w
    if level.present == 0.0:
        own_w, sun_share = island.sun_alone(limits, stage, total(demand))
        share = min(share, sun_share)
    if share < 1.0:
        demand = Phases(demand.l1 * share, demand.l2 * share, demand.l3 * share)
        balance = island.balanced(limits, stage, total(demand))
    held_off = balance.spare_link_w > NOTHING_W
    return Outcome(
        OFF_GRID,
        demand,
        balance.pv_w,
        own_w,
        share,
        smart_on,
        1.0 if mi_w > 0.0 else 0.0,
        frequency_hz,
        smart,
        micro,
        output.carried(waiting, heat, phase_heat, shortage_s, 0.0, dt_s),
        SunState(balance.pv_w, 1.0 if held_off else 0.0),
        Reasons(
            why.island_battery(limits, balance),
            grid_reason,
            PV_NO_USE if held_off else limits.pv_reason,
            gen_reason,
            LOAD_INVERTER,
            aux_reason,
        ),
    )


@kernel
def charging_only(
    settings, state, measurements, code, limits, load_reason, grid_reason, gen_reason
):
    """Return the outcome with the output off while sun may still charge the battery (C-43)."""
    stage = measurements.stage
    balance = island.balanced(limits, stage, 0.0)
    own_w = stage.own_running_w if limits.pv_w > 0.0 else stage.own_idle_w
    if code == OFF_GRID:
        own_w, _ = island.sun_alone(limits, stage, 0.0)
    held_off = balance.spare_link_w > NOTHING_W
    battery_reason = BATT_EMPTY if code == BATSHUT else BATT_ABSENT
    return Outcome(
        code,
        DEAD,
        balance.pv_w,
        own_w,
        0.0,
        0.0,
        0.0,
        0.0,
        auxport.smart_dropped(settings, state.smart),
        MicroState(1.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz),
        state.output,
        SunState(balance.pv_w, 1.0 if held_off else 0.0),
        Reasons(
            battery_reason,
            grid_reason,
            PV_NO_USE if held_off else limits.pv_reason,
            gen_reason,
            load_reason,
            SMART_DROPPED if settings.gen_port.gen_port_mode == SMART_LOAD_OUTPUT else 0.0,
        ),
    )


@kernel
def nothing(
    settings, state, measurements, code, output_state, load_reason, grid_reason, gen_reason
):
    """Return the outcome of a machine that converts nothing and passes nothing (C-65)."""
    smart_port = settings.gen_port.gen_port_mode == SMART_LOAD_OUTPUT
    idles = code != DARK and settings.battery.batt_mode != NO_BATT
    return Outcome(
        code,
        DEAD,
        0.0,
        measurements.stage.own_idle_w if idles else 0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        auxport.smart_dropped(settings, state.smart),
        MicroState(1.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz),
        output_state,
        SunState(0.0, 0.0),
        Reasons(
            BATT_IDLE,
            grid_reason,
            PV_DARK
            if measurements.pv.available1_w + measurements.pv.available2_w <= 0.0
            else PV_NO_USE,
            gen_reason,
            load_reason,
            SMART_DROPPED if smart_port else 0.0,
        ),
    )


@kernel
def ends_with_source(output_state):
    """Return whether a mains or generator ends what switched the output off: a shortage only."""
    return output_state.tripped == alarms.F56


@kernel
def stopped(settings, state, measurements, dark, alive, waiting, grid_reason, gen_reason, dt_s):
    """Return the outcome of a machine that is off, in self-test, broken or waiting for a retry."""
    if dark or not alive:
        code = OFF
        if dark:
            code = DARK
        elif settings.button.power_button > 0.0:
            code = SELFTEST
        fresh = OutputState(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        return nothing(
            settings, state, measurements, code, fresh, LOAD_OFF, grid_reason, gen_reason
        )
    output_state = state.output
    reason = LOAD_OFF
    if waiting:
        output_state = output.waiting(settings, output_state, dt_s)
        reason = LOAD_OVERLOAD
    return nothing(
        settings, state, measurements, FAULT, output_state, reason, grid_reason, gen_reason
    )


@kernel
def grid_reason_of(settings, watch):
    """Return why the mains does not carry the bus."""
    if watch.code == alarms.F35 and watch.inside_s <= 0.0:
        return GRID_ABSENT
    if watch.inside_s > 0.0:
        return GRID_RECONNECTING
    return GRID_OUTSIDE_WINDOW if watch.qualified == 0.0 else 0.0
