"""Decisions that remember (C-15, C-28, C-42 to C-44).

Floors and targets, restart after a shutdown, low battery, dusk, and the recovery of a dead bank.
"""

from typing import NamedTuple

from twinverter.catalog.choices import LATER, LITHIUM
from twinverter.catalog.states import BULK, FLOAT
from twinverter.control.level import NEAR_LEVEL, Latch, switched
from twinverter.core.blocks import held_for
from twinverter.core.kernel import kernel

# No level, in volts or as state of charge, is ever this: the latch starts afresh.
NO_LEVEL = -1.0


class WakeState(NamedTuple):
    """Recovery charge of an over-discharged battery: running, its time, pause and tries."""

    on: float
    time_s: float
    pause_s: float
    tries: float


class Latches(NamedTuple):
    """All latches on the battery level, with the levels they were judged against."""

    discharge: Latch
    row: float
    floor: float
    grid_charge: Latch
    goal: float
    shutdown_s: float
    wait_restart: float
    low: Latch
    sun: float
    sun_gone_s: float
    forced_charge: float
    wake: WakeState


@kernel
def initial():
    """Return latches that judge everything afresh in their first step."""
    off = Latch(0.0, 0.0)
    wake = WakeState(0.0, 0.0, 0.0, 0.0)
    return Latches(off, 0.0, NO_LEVEL, off, NO_LEVEL, 0.0, 0.0, off, 0.0, 0.0, 0.0, wake)


@kernel
def grid_goal(settings, level, slot):
    """Return the level at which grid charging ends; above every level for full (C-28)."""
    if slot.row > 0.0:
        return slot.target
    later = settings.installer.firmware == LATER
    if later or settings.installer.grid_charge_start_active > 0.0:
        if level.volts > 0.0:
            return settings.battery.grid_charge_start_v
        return settings.battery.grid_charge_start_soc
    return 1.0e3 if level.volts > 0.0 else 1.0


@kernel
def grid_charge_latch(settings, latches, level, slot, stage, goal, dt_s):
    """Return the latch of grid charging."""
    until_full = slot.row == 0.0 and goal >= 1.0
    lead_acid = settings.battery.batt_mode != LITHIUM
    near = goal if until_full else goal - NEAR_LEVEL
    reached = level.lev >= near or (until_full and lead_acid and stage == FLOAT)
    if goal != latches.goal or slot.row != latches.row:
        return Latch(0.0 if reached else 1.0, 0.0)
    again = level.lev < goal - level.hysteresis and not reached
    if until_full and lead_acid and stage == BULK:
        again = not reached
    return switched(latches.grid_charge, again, reached, settings.law.battery.hold_s, dt_s)


@kernel
def woken(settings, wake, measurements, level, powered, dt_s):
    """Return the recovery charge's state (C-44): all zero while there is nothing to recover."""
    law = settings.law.battery
    voltage_v = measurements.battery.voltage_v
    lithium = settings.battery.batt_mode == LITHIUM
    silent = lithium and measurements.bms.silent > 0.0
    lost = voltage_v < law.low_v or (silent and level.soc <= 0.0)
    begun = wake.on > 0.0 or wake.time_s > 0.0 or wake.tries > 0.0
    answered = lithium and not silent and voltage_v >= law.low_v
    if (
        settings.battery.active_battery == 0.0
        or level.present == 0.0
        or voltage_v >= law.wake_v
        or answered
        or not (lost or begun)
    ):
        return WakeState(0.0, 0.0, 0.0, 0.0)
    pause_s = max(0.0, wake.pause_s - dt_s)
    if pause_s > 0.0 or wake.tries >= law.wake_tries or not powered:
        return WakeState(0.0, wake.time_s, pause_s, wake.tries)
    time_s = wake.time_s + (dt_s if wake.on > 0.0 else 0.0)
    if time_s >= law.wake_s:
        return WakeState(0.0, 0.0, law.wake_pause_s, wake.tries + 1.0)
    return WakeState(1.0, time_s, 0.0, wake.tries)


@kernel
def step(settings, latches, measurements, level, slot, stage, pv_w, island, powered, dt_s):
    """Return all latches after this step; `island` says the machine alone carries the bus."""
    law = settings.law
    hold_s = law.battery.hold_s
    floor = slot.target
    # Another row is another order, even where it names the same level.
    if floor != latches.floor or slot.row != latches.row:
        discharge = Latch(1.0 if level.lev > floor else 0.0, 0.0)
    else:
        full = 1.0e3 if level.volts > 0.0 else 1.0
        resume = min(floor + level.hysteresis, full)
        discharge = switched(
            latches.discharge, level.lev >= resume, level.lev <= floor + NEAR_LEVEL, hold_s, dt_s
        )
    goal = grid_goal(settings, level, slot)
    grid_charge = grid_charge_latch(settings, latches, level, slot, stage, goal, dt_s)

    empty = island and level.present > 0.0 and level.lev < level.shutdown
    shutdown_s = held_for(latches.shutdown_s, empty, dt_s)
    wait_restart = latches.wait_restart
    if shutdown_s >= hold_s and empty:
        wait_restart = 1.0
    elif level.lev >= level.restart or level.present == 0.0:
        wait_restart = 0.0

    # On grid the same level is the floor, and a bank that rests there is not low.
    below = law.battery.warn_v if level.volts > 0.0 else law.battery.warn_soc
    low = switched(
        latches.low,
        level.present > 0.0 and level.lev < level.low - below,
        level.present == 0.0 or level.lev >= level.low + level.hysteresis,
        hold_s,
        dt_s,
    )
    sun_gone_s = held_for(latches.sun_gone_s, pv_w < law.pv.gone_w, dt_s)
    sun = latches.sun
    if pv_w >= law.pv.present_w:
        sun = 1.0
    elif sun_gone_s >= law.pv.gone_s:
        sun = 0.0
    wake = woken(settings, latches.wake, measurements, level, powered, dt_s)
    bms = measurements.bms
    asked = settings.battery.batt_mode == LITHIUM and bms.silent == 0.0 and bms.force_charge > 0.0
    return Latches(
        discharge,
        slot.row,
        floor,
        grid_charge,
        goal,
        shutdown_s,
        wait_restart,
        low,
        sun,
        sun_gone_s,
        1.0 if asked or wake.on > 0.0 else 0.0,
        wake,
    )
