"""The generator: when it is asked for, its start sequence and its running time (C-29 to C-33).

Source: manual 5.6 (Gen Charge, Gen Signal, Max Run Time, Down Time), 5.7 (Gen ticks), 5.9, 6.
"""

from typing import NamedTuple

from twinverter.catalog.choices import GENERATOR_INPUT
from twinverter.catalog.reasons import (
    GEN_BY_HAND,
    GEN_FAILED,
    GEN_FORCED,
    GEN_NOT_NEEDED,
    GEN_RESTING,
    GEN_RUNS_LOW,
    GEN_RUNS_ROW,
    GEN_STOPPED_LEVEL,
    GEN_TIME_USED,
)
from twinverter.control import starting
from twinverter.control.level import NEAR_LEVEL, Latch, switched
from twinverter.control.schedule import day_of
from twinverter.core.kernel import kernel


class GeneratorState(NamedTuple):
    """The request, the start sequence and the day's running time.

    `good_s` is how long the voltage has been good, `ready` says it may carry load.
    """

    wish: Latch
    charge: Latch
    wish_target: float
    requested: float
    good_s: float
    lost_s: float
    try_s: float
    pause_s: float
    tries: float
    failed: float
    run_today_s: float
    day: float
    rest_s: float
    run_on_s: float


class Generator(NamedTuple):
    """What the generator may do in this step.

    `ready` says that it may carry the bus, `charge` that it may charge the battery,
    `relay` is the start contact GS, `fault` says it failed.
    """

    ready: float
    charge: float
    charge_a: float
    relay: float
    fault: float
    reason: float
    stop: float


@kernel
def menu_start(settings, level):
    """Return the start level as the menu has it: the grid's fields on the grid port (C-33)."""
    battery = settings.battery
    volts = level.volts > 0.0
    if settings.gen_port.gen_on_grid_port > 0.0:
        return battery.grid_charge_start_v if volts else battery.grid_charge_start_soc
    return battery.gen_start_v if volts else battery.gen_start_soc


@kernel
def thresholds(settings, level, slot):
    """Return the levels at which the generator is asked for and at which it has done its work."""
    start = menu_start(settings, level)
    if slot.row > 0.0:
        return (
            max(start, slot.target - level.hysteresis),
            max(slot.target, start + level.hysteresis),
        )
    port = settings.gen_port
    stop = port.gen_stop_v if level.volts > 0.0 else port.gen_stop_soc
    return start, max(stop, start + level.hysteresis)


@kernel
def permitted(settings, slot):
    """Return whether generator charging is permitted now: port, tick of the page and of the row."""
    if settings.gen_port.gen_on_grid_port > 0.0:
        ticked = settings.battery.grid_charge > 0.0
        row = slot.grid_charge
    else:
        ticked = (
            settings.gen_port.gen_port_mode == GENERATOR_INPUT and settings.battery.gen_charge > 0.0
        )
        row = slot.gen_charge
    return ticked and (slot.row == 0.0 or row > 0.0)


@kernel
def is_quiet(settings, state, measurements, level, start, stop):
    """Return whether nothing is under way and no latch would move: the state stays as it is."""
    near = stop - NEAR_LEVEL
    if stop != state.wish_target or day_of(measurements.clock_s) != state.day:
        return False
    if measurements.ac.gen_v > 0.0 or settings.gen_port.gen_on_grid_port > 0.0:
        return False
    if settings.battery.gen_force > 0.0 or state.requested > 0.0 or state.good_s > 0.0:
        return False
    timers_s = state.run_on_s + state.rest_s + state.pause_s + state.lost_s + state.wish.timer_s
    if timers_s + state.tries + state.failed > 0.0:
        return False
    if (level.lev >= near) if state.wish.on > 0.0 else (level.lev <= start):
        return False
    return level.lev < near if state.charge.on > 0.0 else level.lev >= stop - level.hysteresis


@kernel
def latched(settings, state, level, wanted, start, stop, dt_s):
    """Return the latches of request and charge, and whether the engine is wished for (C-29)."""
    wish = state.wish
    charge = state.charge
    if stop != state.wish_target:
        wish = Latch(1.0 if level.lev <= start else 0.0, 0.0)
        charge = Latch(1.0 if level.lev < stop else 0.0, 0.0)
    else:
        hold_s = settings.law.battery.hold_s
        wish = switched(wish, level.lev <= start, level.lev >= stop - NEAR_LEVEL, hold_s, dt_s)
    wished = wanted and wish.on > 0.0
    below = level.lev < stop - level.hysteresis or wished
    charge = switched(charge, below, level.lev >= stop - NEAR_LEVEL, 0.0, dt_s)
    return wish, charge, wished


@kernel
def step(settings, state, measurements, level, slot, grid_qualified, alive, dt_s):
    """Return the generator's state and what it may do in this step."""
    battery = settings.battery
    law = settings.law.gen
    on_port = settings.gen_port.gen_on_grid_port > 0.0
    charge_a = battery.grid_charge_a if on_port else battery.gen_charge_a
    start, stop = thresholds(settings, level, slot)
    may = level.present > 0.0 and permitted(settings, slot)
    beside = on_port or settings.installer.gen_with_grid > 0.0
    wanted = may and (beside or not grid_qualified)
    begun = wanted and state.wish.on > 0.0
    if not begun and is_quiet(settings, state, measurements, level, start, stop):
        charges = 1.0 if may and state.charge.on > 0.0 else 0.0
        return state, Generator(0.0, charges, charge_a, 0.0, 0.0, GEN_NOT_NEEDED, stop)

    wish, charge, wished = latched(settings, state, level, wanted, start, stop, dt_s)
    good, ready, good_s, lost_s = starting.voltage(settings, state, measurements, on_port, dt_s)
    day = day_of(measurements.clock_s)
    run_today_s = state.run_today_s if day == state.day else 0.0
    time_left = battery.gen_max_run_s >= law.no_limit_s or run_today_s < battery.gen_max_run_s
    rest_s = max(0.0, state.rest_s - dt_s)
    pause_s = max(0.0, state.pause_s - dt_s)
    signal = (battery.grid_signal if on_port else battery.gen_signal) > 0.0
    has_port = on_port or settings.gen_port.gen_port_mode == GENERATOR_INPUT
    forced = battery.gen_force > 0.0 and has_port
    asked = (wished and time_left and rest_s <= 0.0) or forced
    requested = asked and alive and state.failed == 0.0 and signal

    run_on_s = starting.run_on_left_s(settings, state, wished, requested, time_left, dt_s)
    if starting.rests(settings) and state.requested > 0.0 and not requested:
        rest_s = battery.gen_down_s
    tries, try_s, pause_s, failed = starting.tried(settings, state, requested, good, pause_s, dt_s)
    trouble = failed > 0.0 or lost_s >= law.lost_s or (requested and tries > 0.0)

    relay = (requested and pause_s <= 0.0) or run_on_s > 0.0
    if relay and run_on_s <= 0.0 and not forced:
        run_today_s += dt_s
    # The contact opens in this step: what still turns is judged by its voltage in the next one.
    released = state.requested > 0.0 and not relay
    usable = ready and run_on_s <= 0.0 and not released
    starts = wished and alive and signal
    reason = _reason(
        forced and requested,
        usable and not requested and alive and not grid_qualified,
        trouble,
        run_on_s > 0.0 or (starts and not time_left),
        starts and rest_s > 0.0,
        requested,
        slot.row > 0.0 and slot.target - level.hysteresis > menu_start(settings, level),
        wanted and state.requested > 0.0 and wish.on == 0.0,
    )
    return GeneratorState(
        wish, charge, stop, 1.0 if requested else 0.0, good_s, lost_s, try_s, pause_s, tries,
        failed, run_today_s, day, rest_s, run_on_s,
    ), Generator(
        1.0 if usable else 0.0,
        1.0 if may and charge.on > 0.0 else 0.0,
        charge_a,
        1.0 if relay else 0.0,
        1.0 if trouble else 0.0,
        reason,
        stop,
    )  # fmt: skip


@kernel
def _reason(forced, by_hand, failed, time_used, resting, running, by_row, done):
    """Return the reason of the generator line."""
    if forced:
        return GEN_FORCED
    if by_hand:
        return GEN_BY_HAND
    if failed:
        return GEN_FAILED
    if time_used:
        return GEN_TIME_USED
    if resting:
        return GEN_RESTING
    if running:
        return GEN_RUNS_ROW if by_row else GEN_RUNS_LOW
    if done:
        return GEN_STOPPED_LEVEL
    return GEN_NOT_NEEDED
