"""Effective limits of PV, battery and AC stage, computed first in every step (C-06 to C-09, C-46).

Every limit carries the reason that set it; when several bind the smallest counts.
"""

from typing import NamedTuple

from twinverter.catalog.choices import LITHIUM
from twinverter.catalog.reasons import (
    BATT_ABSENT,
    BATT_BMS_LIMIT,
    BATT_BMS_SILENT,
    BATT_CHARGE_LIMIT,
    BATT_CHARGE_STAGE,
    BATT_DISCHARGE_LIMIT,
    BATT_EMPTY,
    BATT_FAULT,
    BATT_FULL,
    BATT_RATING,
    BATT_STAGE_RESTS,
    BATT_TEMPERATURE,
    HEAT_DERATING,
    PV_ALL_USED,
    PV_BLOCKED,
    PV_DARK,
    PV_MAX_SOLAR,
    PV_OVER_VOLTAGE,
)
from twinverter.catalog.states import FLOAT
from twinverter.control import charger
from twinverter.control.guards import (
    OVER,
    WAS_OVER,
    BatteryGuard,
    InputState,
    StageGuard,
    battery_guard,
    is_flagged,
    pv_input,
    silence_share,
    stage_guard,
)
from twinverter.core.kernel import kernel


class LimitState(NamedTuple):
    """What the limits carry from step to step."""

    input1: InputState
    input2: InputState
    guard: BatteryGuard
    stage: StageGuard


class Limits(NamedTuple):
    """What PV, battery and AC stage may carry now, and why not more.

    `full_w` is the charging power that just fills the bank within the step, zero when full.
    """

    pv_w: float
    pv_reason: float
    charge_w: float
    charge_reason: float
    discharge_w: float
    discharge_reason: float
    grace_w: float
    ac_w: float
    phase_w: float
    derate: float
    pv_available_w: float


@kernel
def derating(settings, ambient_c):
    """Return the share of the ratings that heat leaves."""
    heat = settings.law.heat
    if ambient_c <= heat.derate_from_c:
        return 1.0
    span = (ambient_c - heat.derate_from_c) / (heat.derate_to_c - heat.derate_from_c)
    return 1.0 - min(1.0, span) * (1.0 - settings.installer.derate_end)


@kernel
def is_alone(settings, guard, share):
    """Return whether a battery works on without its management, off grid (C-46)."""
    return (
        share == 1.0 and guard.silent_s > 0.0 and guard.silent_s >= settings.installer.bms_timeout_s
    )


@kernel
def charge_limit(settings, guard, charger_state, latches, measurements, level, derate, share, dt_s):
    """Return the largest charging power and its reason."""
    law = settings.law
    seen = measurements.battery
    if level.present == 0.0:
        return 0.0, BATT_ABSENT
    if guard.cold > 0.0 or guard.hot > 0.0:
        return 0.0, BATT_TEMPERATURE
    if guard.high > 0.0:
        return 0.0, BATT_RATING
    lithium = settings.battery.batt_mode == LITHIUM
    if is_flagged(settings, measurements):
        return 0.0, BATT_FAULT
    limit_a = settings.battery.max_charge_a
    reason = BATT_CHARGE_LIMIT
    if law.rating.battery_a * derate < limit_a:
        limit_a = law.rating.battery_a * derate
        reason = BATT_RATING
    if latches.wake.on > 0.0:
        wake_a = min(limit_a, settings.installer.active_battery_a)
        if lithium and guard.silent_s <= 0.0:
            wake_a = min(wake_a, guard.followed_charge_a)
        return wake_a * seen.voltage_v, BATT_EMPTY
    # Below the port's range, and between two tries, a bank is woken gently or not at all.
    if seen.voltage_v < law.battery.low_v or latches.wake.time_s + latches.wake.tries > 0.0:
        return 0.0, BATT_EMPTY
    set_v = charger.set_point_v(settings, charger_state, measurements)
    stage_reason = BATT_CHARGE_STAGE
    if lithium:
        if guard.followed_charge_a * share < limit_a:
            limit_a = guard.followed_charge_a * share
            reason = BATT_BMS_LIMIT if share == 1.0 else BATT_BMS_SILENT
        if is_alone(settings, guard, share) and law.bms.alone_high_v < set_v:
            set_v = law.bms.alone_high_v
            stage_reason = BATT_BMS_SILENT
    # The current at which the terminals meet the set-point: this is how a full bank refuses.
    above_v = set_v - seen.source_v
    if above_v < limit_a * seen.charge_ohm or above_v <= 0.0:
        limit_a = above_v / seen.charge_ohm if above_v > 0.0 else 0.0
        reason = stage_reason
    limit_w = limit_a * (seen.source_v + limit_a * seen.charge_ohm)
    if lithium and level.capacity_ws > 0.0:
        full_w = (1.0 - level.soc) * level.capacity_ws / dt_s
        if full_w < limit_w:
            return full_w, BATT_FULL
    if level.soc >= 1.0 and charger_state.stage == FLOAT:
        return limit_w, BATT_FULL
    if level.soc >= 1.0 and level.volts == 0.0:
        return 0.0, BATT_FULL
    return limit_w, reason


@kernel
def discharge_limit(settings, guard, measurements, level, derate, share):
    """Return the largest discharging power, its reason, and the power of the off-grid grace."""
    law = settings.law
    seen = measurements.battery
    if level.present == 0.0:
        return 0.0, BATT_ABSENT, 0.0
    if guard.hot > 0.0:
        return 0.0, BATT_TEMPERATURE, 0.0
    if guard.low > 0.0:
        return 0.0, BATT_EMPTY, 0.0
    if is_flagged(settings, measurements):
        return 0.0, BATT_FAULT, 0.0
    if is_alone(settings, guard, share) and seen.voltage_v <= law.bms.alone_low_v:
        return 0.0, BATT_BMS_SILENT, 0.0
    limit_a = settings.battery.max_discharge_a
    reason = BATT_DISCHARGE_LIMIT
    if law.rating.battery_a * derate < limit_a:
        limit_a = law.rating.battery_a * derate
        reason = BATT_RATING
    grace_a = law.overload.grace_factor * limit_a
    if settings.battery.batt_mode == LITHIUM:
        bms_a = guard.followed_discharge_a * share
        grace_a = min(grace_a, bms_a)
        if bms_a < limit_a:
            limit_a = bms_a
            reason = BATT_BMS_LIMIT if share == 1.0 else BATT_BMS_SILENT
    return source_w(seen, limit_a), reason, source_w(seen, max(limit_a, grace_a))


@kernel
def source_w(seen, current_a):
    """Return the power of a bank at this current, or at that of its maximum power if lower."""
    if 2.0 * current_a * seen.discharge_ohm > seen.source_v:
        return 0.25 * seen.source_v * seen.source_v / seen.discharge_ohm
    return current_a * (seen.source_v - current_a * seen.discharge_ohm)


@kernel
def pv_limit(settings, inputs1_on, inputs2_on, pv, derate):
    """Return the largest PV power, its reason, and what the connected inputs could give."""
    available_w = pv.available1_w * inputs1_on + pv.available2_w * inputs2_on
    limit_w = available_w
    reason = PV_ALL_USED if limit_w > 0.0 else PV_DARK
    if settings.work_mode.max_solar_power_w < limit_w:
        limit_w = settings.work_mode.max_solar_power_w
        reason = PV_MAX_SOLAR
    rating_w = settings.law.rating.pv_w * derate
    if rating_w < limit_w:
        limit_w = rating_w
        # At full rating the ceiling is the machine's own; only below it heat is to blame.
        reason = HEAT_DERATING if derate < 1.0 else PV_MAX_SOLAR
    return limit_w, reason, available_w


@kernel
def rests_by_voltage(blocked):
    """Return whether a PV input is off because of a voltage above its ceiling."""
    return blocked == OVER or blocked == WAS_OVER


@kernel
def no_pv_reason(input1, input2, available_w):
    """Return why inputs that are blocked, one by one or together, give nothing."""
    if rests_by_voltage(input1.blocked) or rests_by_voltage(input2.blocked):
        return PV_OVER_VOLTAGE
    return PV_BLOCKED if available_w > 0.0 or input1.blocked + input2.blocked > 0.0 else PV_DARK


@kernel
def step(settings, state, charger_state, latches, measurements, level, on_grid, no_pv, rests, dt_s):
    """Return the limit state and the limits of this step.

    Protection rests both PV inputs with `no_pv`, the whole stage with `rests`.
    """
    law = settings.law
    stage = stage_guard(settings, state.stage, measurements.stage, dt_s)
    left = silence_share(settings, state.guard, on_grid)
    guard = battery_guard(settings, state.guard, measurements, left, dt_s)
    pv = measurements.pv
    input1 = pv_input(settings, state.input1, pv.voltage1_v, dt_s)
    input2 = pv_input(settings, state.input2, pv.voltage2_v, dt_s)
    derate = derating(settings, measurements.stage.ambient_c)
    share = silence_share(settings, guard, on_grid)
    on1 = 0.0 if no_pv or rests else input1.on
    on2 = 0.0 if no_pv or rests else input2.on
    pv_w, pv_reason, available_w = pv_limit(settings, on1, on2, pv, derate)
    if available_w <= 0.0 and (no_pv or rests or input1.blocked + input2.blocked > 0.0):
        pv_reason = no_pv_reason(input1, input2, pv.available1_w + pv.available2_w)
    charge_w, charge_reason = charge_limit(
        settings, guard, charger_state, latches, measurements, level, derate, share, dt_s
    )
    discharge_w, discharge_reason, grace_w = discharge_limit(
        settings, guard, measurements, level, derate, share
    )
    cool = measurements.stage.ambient_c <= law.heat.derate_from_c
    if stage.stopped > 0.0:
        pv_reason = HEAT_DERATING if available_w > 0.0 else pv_reason
        charge_reason = discharge_reason = HEAT_DERATING
        pv_w = charge_w = discharge_w = grace_w = 0.0
    elif rests and level.present > 0.0:
        charge_reason = discharge_reason = BATT_STAGE_RESTS
        charge_w = discharge_w = grace_w = 0.0
    rated_w = law.rating.ac_max_w if cool else law.rating.ac_rated_w * derate
    # In a sag the current binds: the same amperes carry less (C-08).
    phase_v = settings.grid.nominal_v
    grid_v = measurements.ac.grid_v
    low_v = min(grid_v.l1, grid_v.l2, grid_v.l3)
    if on_grid and law.grid.dead_v < low_v < phase_v:
        phase_v = low_v
    phase_w = law.rating.phase_a * derate * phase_v
    return LimitState(input1, input2, guard, stage), Limits(
        pv_w,
        pv_reason,
        charge_w,
        charge_reason,
        discharge_w,
        discharge_reason,
        grace_w,
        min(rated_w, 3.0 * phase_w),
        phase_w,
        derate,
        available_w,
    )
