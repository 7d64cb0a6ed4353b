"""Battery level: the basis of every threshold (rules C-13, C-15), and latches on it.

Source: manual 5.6 (Batt Mode, Shutdown, Low Batt, Restart) and 5.7 (rows of the timetable).
"""

from typing import NamedTuple

from twinverter.catalog.choices import (
    FLOOR_SHUTDOWN,
    LITHIUM,
    NO_BATT,
    USE_BATT_V,
)
from twinverter.catalog.states import FLOAT
from twinverter.core.blocks import clamp, low_pass
from twinverter.core.kernel import kernel

# A level counts as reached this near: what a step that aims at it may miss, far below any display.
NEAR_LEVEL = 1.0e-5


class LevelState(NamedTuple):
    """The filtered voltage and the counted state of charge."""

    filtered_v: float
    counted_soc: float


class Level(NamedTuple):
    """The level and its thresholds, in volts or as state of charge, by the chosen basis.

    `capacity_ws` is the energy between level 0 and 1, or 0 where the basis is voltage.
    """

    lev: float
    soc: float
    volts: float
    present: float
    shutdown: float
    low: float
    restart: float
    hysteresis: float
    base: float
    capacity_ws: float


class Latch(NamedTuple):
    """A flag, and how long the contrary has been wanted."""

    on: float
    timer_s: float


@kernel
def measured(settings, state, measurements, stage_before, stage, dt_s):
    """Return the level state and the level that follow from this step's measurements.

    Counting drifts, so a lead-acid bank is full where its charger has reached float, not before,
    and no longer for sure where it has left it.
    """
    battery = settings.battery
    seen = measurements.battery
    bms = measurements.bms
    corrected_v = seen.voltage_v + seen.current_a * battery.batt_resistance_ohm
    filtered_v = low_pass(state.filtered_v, corrected_v, settings.law.battery.filter_s, dt_s)
    soc = state.counted_soc
    if battery.batt_mode == LITHIUM:
        if bms.silent == 0.0:
            soc = bms.soc
    else:
        high = settings.law.charge.count_high
        if stage != stage_before:
            if stage == FLOAT:
                soc = 1.0
            elif stage_before == FLOAT:
                soc = min(soc, high)
        if battery.batt_capacity_ah > 0.0:
            charge_a = seen.current_a
            if charge_a < 0.0:
                charge_a *= battery.batt_efficiency
            most = 1.0 if stage == FLOAT else max(soc, high)
            soc = clamp(soc - charge_a * dt_s / (battery.batt_capacity_ah * 3600.0), 0.0, most)
    low_floor = settings.installer.on_grid_floor != FLOOR_SHUTDOWN
    state = LevelState(filtered_v, soc)
    if battery.batt_mode == USE_BATT_V:
        base = battery.low_batt_v if low_floor else battery.shutdown_v
        return state, Level(
            filtered_v,
            soc,
            1.0,
            1.0,
            battery.shutdown_v,
            battery.low_batt_v,
            battery.restart_v,
            settings.installer.v_hysteresis_v,
            base,
            0.0,
        )
    base = battery.low_batt_soc if low_floor else battery.shutdown_soc
    return state, Level(
        soc,
        soc,
        0.0,
        0.0 if battery.batt_mode == NO_BATT else 1.0,
        battery.shutdown_soc,
        battery.low_batt_soc,
        battery.restart_soc,
        settings.installer.soc_hysteresis,
        base,
        battery.batt_capacity_ah * 3600.0 * seen.voltage_v,
    )


@kernel
def switched(latch, on_when, off_when, hold_s, dt_s):
    """Return the latch after `on_when` or `off_when` has held for `hold_s` against it."""
    contrary = off_when if latch.on > 0.0 else on_when
    if not contrary:
        return latch if latch.timer_s == 0.0 else Latch(latch.on, 0.0)
    timer_s = latch.timer_s + dt_s
    if timer_s >= hold_s:
        return Latch(1.0 - latch.on, 0.0)
    return Latch(latch.on, timer_s)


@kernel
def power_until(level, lev, threshold, dt_s):
    """Return the power that brings the level to `threshold` just within the step (C-05a)."""
    if level.capacity_ws <= 0.0:
        return 1.0e9
    return max(0.0, (lev - threshold) * level.capacity_ws / dt_s)
