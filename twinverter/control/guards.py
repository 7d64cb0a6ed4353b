"""Latches that rest PV inputs, battery and stage, and a silent BMS (C-06, C-07, C-09, C-46).

What rests acts at once; its code (F01, F55, F56) follows when the cause has lasted its own time.
"""

from typing import NamedTuple

from twinverter.catalog.choices import LITHIUM
from twinverter.control import charger
from twinverter.core.blocks import held_for, latch
from twinverter.core.kernel import kernel

# Why a PV input is blocked: too high now, too high before; perhaps, and surely, turned round.
OVER, WAS_OVER, PERHAPS_REVERSED, REVERSED = 1.0, 2.0, 3.0, 4.0
# How far a battery is below its port's range: it rests, and its code stands.
LOW, TOLD_LOW = 1.0, 2.0


class InputState(NamedTuple):
    """One PV input: connected or not, why it is blocked (0: free), and its timer.

    The timer counts towards the next change: start, over-voltage, polarity, and their ends.
    """

    on: float
    blocked: float
    start_s: float


class BatteryGuard(NamedTuple):
    """Latches that rest the battery, and how the management's limits are followed.

    `low_s` counts towards the next change of `low`.
    """

    cold: float
    hot: float
    hot_s: float
    high: float
    low: float
    low_s: float
    silent_s: float
    heard: float
    followed_charge_a: float
    followed_discharge_a: float


class StageGuard(NamedTuple):
    """Latches that stop the power stage by temperature."""

    stopped: float
    sink_stopped: float
    sink_hot_s: float
    sink_stopped_s: float


@kernel
def is_flagged(settings, measurements):
    """Return whether the battery has a fault of its own, or units differ over it (F46)."""
    told = settings.battery.batt_mode == LITHIUM and measurements.bms.fault > 0.0
    return told or measurements.peers.differ > 0.0


@kernel
def stage_guard(settings, guard, stage, dt_s):
    """Return the latches that stop the power stage: room too hot or cold, heat sink too hot."""
    heat = settings.law.heat
    ambient_c = stage.ambient_c
    mild = heat.stop_low_c <= ambient_c <= heat.derate_to_c and stage.sink_c < heat.sink_stop_c
    if mild and guard.stopped + guard.sink_stopped + guard.sink_hot_s == 0.0:
        return guard
    stopped = latch(
        guard.stopped,
        ambient_c > heat.derate_to_c or ambient_c < heat.stop_low_c,
        heat.stop_low_c + heat.stop_clear_k <= ambient_c <= heat.derate_to_c - heat.stop_clear_k,
    )
    if guard.sink_stopped > 0.0:
        stopped_s = guard.sink_stopped_s + dt_s
        cool = stage.sink_c <= heat.sink_clear_c and stopped_s >= heat.sink_clear_s
        return StageGuard(stopped, 0.0 if cool else 1.0, 0.0, stopped_s)
    hot_s = held_for(guard.sink_hot_s, stage.sink_c >= heat.sink_stop_c, dt_s)
    return StageGuard(stopped, 1.0 if hot_s >= heat.sink_stop_s else 0.0, hot_s, 0.0)


@kernel
def pv_input(settings, state, voltage_v, dt_s):
    """Return a PV input's state: on after the start voltage has held, off below it or above all."""
    law = settings.law.pv
    if voltage_v < law.start_v:
        if state.blocked == REVERSED or voltage_v < -settings.law.protect.reversed_v:
            return reversed_input(settings, state, voltage_v, dt_s)
        return InputState(0.0, 0.0, 0.0)
    if state.on > 0.0 and voltage_v <= settings.installer.pv_max_v:
        return state
    if state.blocked > 0.0 or voltage_v > settings.installer.pv_max_v:
        return blocked_input(settings, state, voltage_v, dt_s)
    start_s = state.start_s + dt_s
    return InputState(1.0 if start_s >= law.start_s else 0.0, 0.0, start_s)


@kernel
def reversed_input(settings, state, voltage_v, dt_s):
    """Return the state of an input whose string stands, or stood, the wrong way round (F01).

    In the dark nobody can tell, so the block stays until the right polarity is seen.
    """
    law = settings.law.protect
    if state.blocked == REVERSED:
        upright_s = held_for(state.start_s, voltage_v > law.reversed_v, dt_s)
        if upright_s >= law.upright_s and upright_s > 0.0:
            return InputState(0.0, 0.0, 0.0)
        return InputState(0.0, REVERSED, upright_s)
    reversed_s = state.start_s + dt_s if state.blocked == PERHAPS_REVERSED else dt_s
    if reversed_s >= law.reversed_s:
        return InputState(0.0, REVERSED, 0.0)
    return InputState(0.0, PERHAPS_REVERSED, reversed_s)


@kernel
def blocked_input(settings, state, voltage_v, dt_s):
    """Return the state of an input that is, or was, blocked by its voltage (F55, F01)."""
    if state.blocked == REVERSED:
        return reversed_input(settings, state, voltage_v, dt_s)
    if voltage_v > settings.installer.pv_max_v:
        over_s = state.start_s + dt_s if state.blocked == OVER else dt_s
        return InputState(0.0, OVER, over_s)
    if voltage_v >= settings.law.pv.over_clear_v:
        if state.blocked == WAS_OVER:
            return InputState(0.0, WAS_OVER, 0.0)
        return state
    if not is_over(settings, state):
        return InputState(0.0, 0.0, 0.0)
    clear_s = state.start_s + dt_s if state.blocked == WAS_OVER else dt_s
    if clear_s >= settings.law.protect.pv_over_clear_s:
        return InputState(1.0, 0.0, clear_s)
    return InputState(0.0, WAS_OVER, clear_s)


@kernel
def is_over(settings, state):
    """Return whether the over-voltage of an input has lasted long enough for its code."""
    if state.blocked == WAS_OVER:
        return True
    return state.blocked == OVER and state.start_s >= settings.law.protect.pv_over_s


@kernel
def lowered(settings, guard, voltage_v, dt_s):
    """Return how far a battery is below its port's range, and the time towards the next change."""
    law = settings.law
    back = voltage_v >= law.battery.low_clear_v
    if guard.low == TOLD_LOW:
        low_s = held_for(guard.low_s, back, dt_s)
        if back and low_s >= law.protect.battery_low_clear_s:
            return 0.0, 0.0
        return TOLD_LOW, low_s
    if back:
        return 0.0, 0.0
    low = voltage_v <= law.battery.low_v
    if guard.low == 0.0 and not low:
        return 0.0, 0.0
    low_s = held_for(guard.low_s, low, dt_s)
    if low and low_s >= law.protect.battery_low_s:
        return TOLD_LOW, 0.0
    return LOW, low_s


@kernel
def battery_guard(settings, guard, measurements, share, dt_s):
    """Return the battery's latches and the followed limits of its management.

    `share` is what a silent management had left of them until now.
    """
    law = settings.law
    seen = measurements.battery
    bms = measurements.bms
    coldest_c = settings.installer.min_charge_temp_c
    temp_c = charger.known_c(settings, seen)
    cold = latch(guard.cold, temp_c <= coldest_c, temp_c > coldest_c + law.battery.cold_clear_k)
    hot_s = held_for(guard.hot_s, temp_c > law.battery.hot_c, dt_s)
    hot = latch(
        guard.hot, hot_s > 0.0 and hot_s >= law.battery.hot_s, temp_c < law.battery.hot_clear_c
    )
    high = latch(
        guard.high,
        seen.voltage_v > law.battery.high_v,
        seen.voltage_v < law.battery.high_clear_v,
    )
    low = guard.low
    low_s = guard.low_s
    if low > 0.0 or seen.voltage_v <= law.battery.low_v:
        low, low_s = lowered(settings, guard, seen.voltage_v, dt_s)
    if settings.battery.batt_mode != LITHIUM:
        return BatteryGuard(cold, hot, hot_s, high, low, low_s, 0.0, 1.0, 0.0, 0.0)
    silent_s = 0.0
    heard = guard.heard
    charge_a = guard.followed_charge_a
    discharge_a = guard.followed_discharge_a
    if bms.silent > 0.0:
        silent_s = guard.silent_s + dt_s
    else:
        heard = 1.0
        rise_a = law.bms.rise_per_s * law.rating.battery_a * dt_s
        charge_a = min(bms.charge_a, charge_a * share + rise_a)
        discharge_a = min(bms.discharge_a, discharge_a * share + rise_a)
    return BatteryGuard(cold, hot, hot_s, high, low, low_s, silent_s, heard, charge_a, discharge_a)


@kernel
def silence_share(settings, guard, on_grid):
    """Return the share of the last limits that a silent management leaves on grid (C-46)."""
    if guard.heard == 0.0:
        return 0.0
    if guard.silent_s <= 0.0 or not on_grid:
        return 1.0
    warn_s = settings.law.bms.warn_s
    limit_s = settings.installer.bms_timeout_s
    if guard.silent_s >= limit_s:
        return 0.0
    if guard.silent_s <= warn_s:
        return 1.0
    return (limit_s - guard.silent_s) / (limit_s - warn_s)
