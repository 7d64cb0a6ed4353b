"""Charging a lead-acid bank in stages, and the voltage a battery is charged to (C-38 to C-40).

Bulk holds the current, absorption holds the voltage until the current tails off, float keeps a
full battery full; equalisation follows an absorption every so many days. Lithium banks follow
the voltage of their own management and stay in bulk. Source: manual 5.6 and 2.3.
"""

from typing import NamedTuple

from twinverter.catalog.choices import GEL, LITHIUM
from twinverter.catalog.states import ABSORB, BULK, EQUALIZE, FLOAT
from twinverter.core.blocks import clamp, held_for
from twinverter.core.kernel import kernel

CELLS = 24.0


class ChargerState(NamedTuple):
    """The stage and its timers."""

    stage: float
    stage_s: float
    tail_s: float
    low_s: float
    since_equalization_s: float
    equalized_s: float


@kernel
def known_c(settings, sense):
    """Return the battery temperature by its management or the sensor, the reference without."""
    charge = settings.law.charge
    if settings.battery.batt_mode == LITHIUM:
        return sense.temp_c
    readable = charge.sensor_low_c <= sense.temp_c <= charge.sensor_high_c
    if settings.installer.battery_temp_sensor > 0.0 and sense.sensor_ok > 0.0 and readable:
        return sense.temp_c
    return charge.reference_c


@kernel
def compensated_v(settings, sense, voltage_25_v):
    """Return a set-point moved by temperature, clamped to what the battery port may carry."""
    law = settings.law
    per_k = settings.battery.tempco_v_per_k_cell * CELLS
    temp_c = clamp(known_c(settings, sense), law.charge.comp_low_c, law.charge.comp_high_c)
    moved_v = voltage_25_v + per_k * (temp_c - law.charge.reference_c)
    return clamp(moved_v, law.battery.low_v, law.battery.high_v)


@kernel
def set_point_v(settings, state, measurements):
    """Return the voltage that no charging may pass now."""
    battery = settings.battery
    if battery.batt_mode == LITHIUM:
        return measurements.bms.charge_v
    stage_v = battery.absorption_v
    if state.stage == FLOAT:
        stage_v = battery.float_v
    elif state.stage == EQUALIZE:
        stage_v = battery.equalization_v
    return compensated_v(settings, measurements.battery, stage_v)


@kernel
def step(settings, state, measurements, soc, dt_s):
    """Return the charger's state after this step."""
    battery = settings.battery
    if battery.batt_mode == LITHIUM:
        return state
    law = settings.law.charge
    seen = measurements.battery
    charge_a = -seen.current_a
    charging = charge_a > 0.0
    since_s = state.since_equalization_s + dt_s
    stage_s = state.stage_s + (dt_s if charging else 0.0)
    if state.stage == BULK:
        absorb_v = compensated_v(settings, seen, battery.absorption_v)
        if charging and seen.voltage_v >= absorb_v - law.reach_v:
            return ChargerState(ABSORB, 0.0, 0.0, 0.0, since_s, 0.0)
        return ChargerState(BULK, stage_s, 0.0, 0.0, since_s, 0.0)
    if state.stage == ABSORB:
        # Only at the held voltage does a small current mean a full bank, and not a weak source.
        absorb_v = compensated_v(settings, seen, battery.absorption_v)
        held = charging and seen.voltage_v >= absorb_v - law.held_v
        small = held and charge_a <= settings.installer.absorption_tail * battery.batt_capacity_ah
        tail_s = held_for(state.tail_s, small, dt_s)
        held_s = state.stage_s + (dt_s if held else 0.0)
        due = (
            battery.equalization_interval_s > 0.0
            and battery.lead_acid_type != GEL
            and since_s >= battery.equalization_interval_s
        )
        if tail_s >= law.tail_s or held_s >= settings.installer.absorption_max_s:
            return ChargerState(EQUALIZE if due else FLOAT, 0.0, 0.0, 0.0, since_s, 0.0)
        return _back_to_bulk(settings, seen, soc, ABSORB, held_s, tail_s, since_s, 0.0, state, dt_s)
    if state.stage == EQUALIZE:
        high_v = compensated_v(settings, seen, battery.equalization_v)
        reached = charging and seen.voltage_v >= high_v - law.held_v
        equalized_s = state.equalized_s + (dt_s if reached else 0.0)
        tried_s = state.stage_s + dt_s
        if equalized_s >= battery.equalization_s:
            return ChargerState(FLOAT, 0.0, 0.0, 0.0, 0.0, 0.0)
        if tried_s >= law.give_up_factor * battery.equalization_s:
            return ChargerState(FLOAT, 0.0, 0.0, 0.0, since_s, 0.0)
        return _back_to_bulk(
            settings, seen, soc, EQUALIZE, tried_s, 0.0, since_s, equalized_s, state, dt_s
        )
    return _back_to_bulk(settings, seen, soc, FLOAT, stage_s, 0.0, since_s, 0.0, state, dt_s)


@kernel
def _back_to_bulk(settings, seen, soc, stage, stage_s, tail_s, since_s, equalized_s, state, dt_s):
    """Return the state with the way back to bulk judged."""
    law = settings.law.charge
    float_v = compensated_v(settings, seen, settings.battery.float_v)
    emptied = soc < law.rebulk_soc
    # A bank charged fast meets absorption long before 90 %, so there only a discharge counts.
    drained = emptied and seen.current_a > 0.0
    fallen = seen.voltage_v < float_v - law.rebulk_drop_v
    low_s = held_for(state.low_s, fallen or drained, dt_s)
    if low_s >= law.rebulk_s or (stage == FLOAT and emptied):
        return ChargerState(BULK, 0.0, 0.0, 0.0, since_s, 0.0)
    return ChargerState(stage, stage_s, tail_s, low_s, since_s, equalized_s)
