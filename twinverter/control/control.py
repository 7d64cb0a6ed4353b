"""The law as a whole: measurements in, commands and reasons out, in its own order."""

from typing import NamedTuple

from twinverter.catalog.reasons import GRID_SUPPORT
from twinverter.control import (
    alarm,
    alone,
    bond,
    bus,
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
)
from twinverter.control.gridcode import gridcode
from twinverter.control.signals import Commands
from twinverter.control.state import ControlState, acknowledged, initial
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
def fed(settings, test, island, measurements, asked, on_mains, dt_s):
    """Return what the stage feeds: inverter, sun and reactive power, its two tests included.

    On the mains the machine looks whether it is still there (C-53) and whether its clamps are.
    """
    inverter, pv_w, reactive_var = asked.inverter, asked.pv_w, asked.reactive_var
    if on_mains:
        reactive_var += islanding.pushed_var(
            settings, island, measurements.clock_s, total(inverter), dt_s
        )
        if test.stage >= clamps.RUNNING:
            inverter, pv_w = clamps.lowered(settings, test, measurements.stage, inverter, pv_w)
    return inverter, pv_w, reactive_var


@kernel
def step(settings, state, measurements, dt_s):
    """Return the law's state, its commands and its report for one step."""
    law = settings.law
    if measurements.acknowledged > 0.0:
        state = acknowledged(state)
    on_port = settings.gen_port.gen_on_grid_port > 0.0
    answer = response.demanded(settings, measurements)
    charger_state = charger.step(
        settings, state.charger, measurements, state.level.counted_soc, dt_s
    )
    level_state, lev = level.measured(
        settings, state.level, measurements, state.charger.stage, charger_state.stage, dt_s
    )
    slot = schedule.slot_at(settings.time_of_use, lev, measurements.clock_s)
    island, watch, withheld = bus.watched(settings, state, measurements, dt_s)
    fault = alarm.step(settings, state.fault, measurements, state.limits.guard.silent_s, dt_s)
    dark = bus.is_dark(settings, measurements, lev)
    selftest_s = law.overload.selftest_s
    alive = settings.button.power_button > 0.0 and fault.selftest_s >= selftest_s and not dark
    begun = alive and state.fault.selftest_s < selftest_s

    may_mains = watch.qualified > 0.0 and not on_port and answer.island == 0.0
    gen_state, gen = generator.step(
        settings, state.generator, measurements, lev, slot, may_mains, alive, dt_s
    )
    on_mains, carries, waits = bus.taken(settings, state.ats_live_s, gen, may_mains, alive, dt_s)
    source = on_mains or carries
    carrier, on_share = bus.changed_over(settings, state.carrier, source, dt_s)
    grid_reason = bus.mains_reason(settings, measurements, answer, watch, withheld, on_mains, waits)

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
        settings, state.latches, measurements, lev, slot, charger_state.stage,
        limit.pv_available_w, not source, source or limit.pv_available_w > 0.0, dt_s,
    )  # fmt: skip
    stopped = limit_state.stage.stopped > 0.0 or resting
    broken = alarm.is_stopped(fault, limit_state)
    ceased = 1.0 if stopped else watch.ride.ceased
    support, bounds = gridcode.before(
        settings, state.support, measurements, ceased, on_mains, limit.ac_w, dt_s
    )

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
            settings, state, measurements, lev, slot, decided, limit, answer, support, bounds,
            sensor, stopped, gen.reason, dt_s,
        )  # fmt: skip
    elif carries:
        asked = engine.on_generator(
            settings, state, measurements, lev, slot, decided, limit, gen, grid_reason, dt_s
        )
    else:
        asked = alone.alone(
            settings, state, measurements, lev, decided, limit, on_share, grid_reason, gen.reason,
            dt_s,
        )  # fmt: skip

    works = alive and not broken
    mains_on = on_mains and works and asked.output_on > 0.0
    relay_on = mains_on or (carries and on_port and asked.output_on > 0.0)
    if on_mains and not mains_on:
        support = gridcode.rested(settings, support, measurements.ac)
    inverter, pv_w, reactive_var = fed(
        settings, guard.clamps, island, measurements, asked, mains_on, dt_s
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
