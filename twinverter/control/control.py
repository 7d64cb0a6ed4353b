"""The law as a whole: measurements in, commands and reasons out, in its own order."""

from typing import NamedTuple

from twinverter.catalog.reasons import (
    GRID_DEMAND_RESPONSE,
    GRID_FORCED_ISLAND,
    GRID_RECONNECTING,
    GRID_REST,
    GRID_SUPPORT,
)
from twinverter.control import (
    alarm,
    alone,
    bond,
    charger,
    clamps,
    engine,
    generator,
    islanding,
    latches,
    level,
    limits,
    mains,
    outcome,
    protection,
    response,
    schedule,
    transfer,
)
from twinverter.control.gridcode import gridcode
from twinverter.control.signals import Commands
from twinverter.control.state import Carrier, ControlState, acknowledged, initial
from twinverter.core.blocks import total
from twinverter.core.kernel import kernel
from twinverter.core.lines import Reasons

__all__ = ["ControlState", "Report", "initial", "step"]


class Report(NamedTuple):
    """What the machine shows: state, alarms as a bit sum, charge stage, reasons."""

    state: float
    alarms: float
    stage: float
    reasons: Reasons


@kernel
def is_dark(settings, measurements, lev):
    """Return whether nothing feeds the machine: mains, generator, sun or battery (C-10)."""
    ac = measurements.ac
    pv = measurements.pv
    if max(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3, ac.gen_v) >= settings.law.grid.dead_v:
        return False
    if max(pv.voltage1_v, pv.voltage2_v) >= settings.law.pv.start_v:
        return False
    low_v = settings.law.battery.low_v
    return lev.present == 0.0 or lev.soc <= 0.0 or measurements.battery.voltage_v <= low_v


@kernel
def changed_over(settings, carrier, source, dt_s):
    """Return the carrier, and the share of the step for which an island's output is on."""
    if source:
        return Carrier(1.0, 0.0), 1.0
    gap_s = carrier.gap_s
    if carrier.source > 0.0:
        gap_s = settings.installer.transfer_time_s
    passed_s = min(gap_s, dt_s)
    return Carrier(0.0, gap_s - passed_s), 1.0 - passed_s / dt_s


@kernel
def step(settings, state, measurements, dt_s):
    """Return the law's state, its commands and its report for one step."""
    law = settings.law
    if measurements.acknowledged > 0.0:
        state = acknowledged(state)
    answer = response.demanded(settings, measurements)
    charger_state = charger.step(
        settings, state.charger, measurements, state.level.counted_soc, dt_s
    )
    level_state, lev = level.measured(
        settings, state.level, measurements, state.charger.stage, charger_state.stage, dt_s
    )
    slot = schedule.slot_at(settings.time_of_use, lev, measurements.clock_s)
    on_port = settings.gen_port.gen_on_grid_port > 0.0
    held = state.grid.qualified > 0.0 and not on_port
    island = islanding.watched(settings, state.island, measurements.ac, held, dt_s)
    lost = held and islanding.is_proved(settings, island)
    watch = transfer.watch_grid(settings, state.grid, measurements.ac, lost, dt_s)
    withheld = settings.advanced.drm > 0.0 and response.is_active(measurements.drm, 0)
    if withheld:
        watch = transfer.withheld(watch)
    fault = alarm.step(settings, state.fault, measurements, state.limits.guard.silent_s, dt_s)
    button = settings.button.power_button > 0.0
    dark = is_dark(settings, measurements, lev)
    alive = button and fault.selftest_s >= law.overload.selftest_s and not dark
    begun = alive and state.fault.selftest_s < law.overload.selftest_s

    on_mains = watch.qualified > 0.0 and not on_port and answer.island == 0.0
    gen_state, gen = generator.step(
        settings, state.generator, measurements, lev, slot, on_mains, alive, dt_s
    )
    carries = gen.ready > 0.0 and not (on_mains and settings.installer.gen_with_grid == 0.0)
    if on_mains and carries and gen.relay == 0.0:
        carries = False
    on_mains = on_mains and not carries
    # The earth bond of the output opens before the grid relay closes (C-56).
    closes = alive and (on_mains or (carries and on_port))
    waits = closes and not bond.may_close(settings, state.ats_live_s, dt_s)
    if waits:
        on_mains = False
        carries = False
    source = on_mains or carries
    carrier, on_share = changed_over(settings, state.carrier, source, dt_s)

    guard = protection.step(
        settings, state.protection, measurements, state.output, fault.sensor_s, alive, begun,
        not source, on_mains, dt_s,
    )  # fmt: skip
    resting = protection.rests(guard)
    limit_state, limit = limits.step(
        settings, state.limits, charger_state, state.latches, measurements, lev, source,
        guard.strings.tripped > 0.0, resting, dt_s,
    )  # fmt: skip
    decided = latches.step(
        settings,
        state.latches,
        measurements,
        lev,
        slot,
        charger_state.stage,
        limit.pv_available_w,
        not source,
        source or limit.pv_available_w > 0.0,
        dt_s,
    )
    stopped = limit_state.stage.stopped > 0.0 or resting
    broken = alarm.is_stopped(fault, limit_state)
    ceased = 1.0 if stopped else watch.ride.ceased
    support, bounds = gridcode.before(
        settings, state.support, measurements, ceased, on_mains, limit.ac_w, dt_s
    )
    grid_reason = GRID_REST
    if not on_mains:
        grid_reason = GRID_RECONNECTING if waits else outcome.grid_reason_of(settings, watch)
        if answer.island > 0.0 and (watch.qualified > 0.0 or (withheld and watch.outside_s == 0.0)):
            forced = measurements.forced_island > 0.0
            grid_reason = GRID_FORCED_ISLAND if forced else GRID_DEMAND_RESPONSE

    trusted = clamps.trusted(settings, guard.clamps, measurements.loads.ct_ok)
    sensor = 1.0 if fault.sensor_s < law.grid.sensor_s and trusted else 0.0
    waiting = outcome.waits(settings, state.output, source, dt_s)
    if alive and not broken and guard.trip > 0.0:
        asked = outcome.tripped(settings, state, measurements, guard.trip, grid_reason, gen.reason)
    elif not alive or broken or waiting or (stopped and not on_mains):
        asked = outcome.stopped(
            settings, state, measurements, dark, alive, grid_reason, gen.reason, dt_s
        )
    elif on_mains:
        asked, support = mains.on_mains(
            settings,
            state,
            measurements,
            lev,
            slot,
            decided,
            limit,
            answer,
            support,
            bounds,
            sensor,
            stopped,
            gen.reason,
            dt_s,
        )
    elif carries:
        asked = engine.on_generator(
            settings, state, measurements, lev, slot, decided, limit, gen, grid_reason, dt_s
        )
    else:
        asked = alone.alone(
            settings,
            state,
            measurements,
            lev,
            decided,
            limit,
            on_share,
            grid_reason,
            gen.reason,
            dt_s,
        )

    works = alive and not broken
    mains_on = on_mains and works and asked.output_on > 0.0
    relay_on = mains_on or (carries and on_port and asked.output_on > 0.0)
    if on_mains and not mains_on:
        support = gridcode.rested(settings, support, measurements.ac)
    inverter, pv_w, reactive_var = asked.inverter, asked.pv_w, asked.reactive_var
    if mains_on:
        reactive_var += islanding.pushed_var(
            settings, island, measurements.clock_s, total(inverter), dt_s
        )
        if guard.clamps.stage >= clamps.RUNNING:
            inverter, pv_w = clamps.lowered(
                settings, guard.clamps, measurements.stage, inverter, pv_w
            )
    ats_live_s = bond.step(settings, state.ats_live_s, relay_on, waits and works, dt_s)
    commands = Commands(
        asked.state,
        limit_state.input1.on if pv_w > 0.0 else 0.0,
        limit_state.input2.on if pv_w > 0.0 else 0.0,
        pv_w,
        lev.present,
        asked.own_w,
        inverter,
        reactive_var,
        0.0 if source else 1.0,
        asked.output_on,
        1.0 if relay_on else 0.0,
        1.0 if carries and not on_port and asked.output_on > 0.0 else 0.0,
        asked.smart_on,
        asked.mi_on,
        gen.relay,
        bond.ats_on(settings, ats_live_s),
        asked.frequency_hz,
    )
    throttled = (
        settings.grid.vw_enable > 0.0
        and support.volt_watt < 1.0
        and asked.reasons.grid == GRID_SUPPORT
    )
    shown = alarm.bits(
        settings, fault, guard, measurements, asked.state, watch, asked, gen, limit_state,
        decided, throttled,
    )  # fmt: skip
    return (
        ControlState(
            level_state,
            charger_state,
            limit_state,
            decided,
            watch,
            gen_state,
            asked.sun,
            asked.smart,
            asked.micro,
            asked.output,
            fault,
            carrier,
            guard,
            island,
            ats_live_s,
            support,
        ),
        commands,
        Report(asked.state, shown, charger_state.stage, asked.reasons),
    )
