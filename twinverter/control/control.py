"""The law as a whole: measurements in, commands and reasons out, in its own order."""

from typing import NamedTuple

from twinverter.catalog.choices import LITHIUM
from twinverter.catalog.reasons import GRID_DEMAND_RESPONSE, GRID_FORCED_ISLAND, GRID_REST
from twinverter.catalog.states import BULK, FLOAT
from twinverter.control import (
    alarm,
    alone,
    charger,
    engine,
    generator,
    latches,
    level,
    limits,
    mains,
    outcome,
    response,
    schedule,
    transfer,
)
from twinverter.control.alarm import FaultState
from twinverter.control.auxport import MicroState, SmartState, SunState
from twinverter.control.charger import ChargerState
from twinverter.control.generator import GeneratorState
from twinverter.control.guards import BatteryGuard, InputState, StageGuard
from twinverter.control.latches import Latches
from twinverter.control.level import Latch, LevelState
from twinverter.control.limits import LimitState
from twinverter.control.output import OutputState
from twinverter.control.signals import Commands
from twinverter.control.transfer import GridWatch
from twinverter.core.kernel import kernel
from twinverter.core.lines import Reasons

# A machine that has long been running: every start timer has passed.
LONG_S = 1.0e6


class Carrier(NamedTuple):
    """Whether a source carried the bus in the last step, and the rest of the change-over gap."""

    source: float
    gap_s: float


class ControlState(NamedTuple):
    """Everything the law remembers from step to step."""

    level: LevelState
    charger: ChargerState
    limits: LimitState
    latches: Latches
    grid: GridWatch
    generator: GeneratorState
    sun: SunState
    smart: SmartState
    micro: MicroState
    output: OutputState
    fault: FaultState
    carrier: Carrier


class Report(NamedTuple):
    """What the machine shows: state, alarms as a bit sum, charge stage, reasons."""

    state: float
    alarms: float
    stage: float
    reasons: Reasons


def initial(settings, battery_v, soc, bms_charge_a, bms_discharge_a):
    """Return the state of a machine that has long been running on a healthy mains."""
    off = Latch(0.0, 0.0)
    full = soc >= 1.0 and settings.battery.batt_mode != LITHIUM
    awake = InputState(0.0, 0.0, LONG_S)
    return ControlState(
        LevelState(battery_v, soc),
        ChargerState(FLOAT if full else BULK, 0.0, 0.0, 0.0, 0.0, 0.0),
        LimitState(
            awake,
            awake,
            BatteryGuard(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, bms_charge_a, bms_discharge_a),
            StageGuard(0.0, 0.0, 0.0, 0.0),
        ),
        latches.initial(),
        GridWatch(1.0, 0.0, 0.0, LONG_S, 0.0, 0.0),
        GeneratorState(
            off, off, latches.NO_LEVEL, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        ),
        SunState(0.0, 0.0),
        SmartState(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        MicroState(0.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz),
        OutputState(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        FaultState(settings.law.overload.selftest_s, off, 0.0, 0.0),
        Carrier(1.0, 0.0),
    )


@kernel
def acknowledged(state):
    """Return the state after somebody has switched off and on what had latched (C-64)."""
    gen = state.generator
    out = state.output
    return ControlState(
        state.level,
        state.charger,
        state.limits,
        state.latches,
        state.grid,
        GeneratorState(
            gen.wish,
            gen.charge,
            gen.wish_target,
            gen.requested,
            gen.good_s,
            gen.lost_s,
            gen.try_s,
            gen.pause_s,
            0.0,
            0.0,
            gen.run_today_s,
            gen.day,
            gen.rest_s,
            gen.run_on_s,
        ),
        state.sun,
        state.smart,
        state.micro,
        OutputState(
            out.heat,
            out.phase_heat,
            out.shortage_s,
            out.port_s,
            out.tripped,
            out.off_s,
            0.0,
            out.hour_s,
            0.0,
        ),
        state.fault,
        state.carrier,
    )


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
    watch = transfer.watch_grid(settings, state.grid, measurements.ac, dt_s)
    fault = alarm.step(settings, state.fault, measurements, state.limits.guard.silent_s, dt_s)
    button = settings.button.power_button > 0.0
    dark = is_dark(settings, measurements, lev)
    alive = button and fault.selftest_s >= law.overload.selftest_s and not dark

    on_port = settings.gen_port.gen_on_grid_port > 0.0
    on_mains = watch.qualified > 0.0 and not on_port and answer.island == 0.0
    gen_state, gen = generator.step(
        settings, state.generator, measurements, lev, slot, on_mains, alive, dt_s
    )
    carries = gen.ready > 0.0 and not (on_mains and settings.installer.gen_with_grid == 0.0)
    if on_mains and carries and gen.relay == 0.0:
        carries = False
    on_mains = on_mains and not carries
    source = on_mains or carries
    carrier, on_share = changed_over(settings, state.carrier, source, dt_s)

    limit_state, limit = limits.step(
        settings, state.limits, charger_state, state.latches, measurements, lev, source, dt_s
    )
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
    stopped = limit_state.stage.stopped > 0.0
    broken = limit_state.stage.sink_stopped > 0.0 or fault.bms_stop.on > 0.0
    grid_reason = GRID_REST
    if not on_mains:
        grid_reason = outcome.grid_reason_of(settings, watch)
        if answer.island > 0.0 and watch.qualified > 0.0:
            forced = measurements.forced_island > 0.0
            grid_reason = GRID_FORCED_ISLAND if forced else GRID_DEMAND_RESPONSE

    sensor = 1.0 if fault.sensor_s < law.grid.sensor_s else 0.0
    waiting = state.output.tripped > 0.0 and source and not outcome.ends_with_source(state.output)
    if not alive or broken or waiting or (stopped and not on_mains):
        asked = outcome.stopped(
            settings, state, measurements, dark, alive, waiting, grid_reason, gen.reason, dt_s
        )
    elif on_mains:
        asked = mains.on_mains(
            settings,
            state,
            measurements,
            lev,
            slot,
            decided,
            limit,
            answer,
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
    commands = Commands(
        asked.state,
        limit_state.input1.on if asked.pv_w > 0.0 else 0.0,
        limit_state.input2.on if asked.pv_w > 0.0 else 0.0,
        asked.pv_w,
        lev.present,
        asked.own_w,
        asked.inverter,
        0.0 if source else 1.0,
        asked.output_on,
        1.0 if mains_on or (carries and on_port) else 0.0,
        1.0 if carries and not on_port and asked.output_on > 0.0 else 0.0,
        asked.smart_on,
        asked.mi_on,
        gen.relay,
        asked.frequency_hz,
    )
    shown = alarm.bits(
        settings, fault, measurements, asked.state, watch, asked, gen, limit_state, decided
    )
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
        ),
        commands,
        Report(asked.state, shown, charger_state.stage, asked.reasons),
    )
