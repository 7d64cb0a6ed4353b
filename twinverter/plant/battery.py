"""A battery bank: voltage, resistance, charge, heat, ageing, and the limits of its management.

Electrically it is a source behind a resistance. The source voltage follows a measured curve over
state of charge; the resistance rises with the cold (a parabola through measurements at 10, 25 and
40 degC), towards empty on discharge and, in lead-acid, towards full on charge, where it stands
for gassing and lets the current of a held voltage fade. Every step takes both from its start, so
a limit worked out from the same state is met to the last digit. Charge is counted; what charging
loses, what self-discharge takes and what does not fit into a full bank become heat.

Resistance is taken not to age, and capacity not to depend on temperature or current; how
capacity fades with time and use is in `plant/ageing.py`.
"""

import math
from typing import NamedTuple

from twinverter.core.kernel import kernel
from twinverter.plant.ageing import HOUR_S, REFERENCE_C, aged
from twinverter.plant.state import BatteryState

OCV_STEPS = 20
HOURS_PER_S = 1.0 / HOUR_S
SOH_LEAST = 0.01  # a dead bank keeps this much, so that nothing divides by zero (assumed)


class Source(NamedTuple):
    """The bank as a source in one step: its voltage, and the resistance of either direction."""

    emf_v: float
    charge_ohm: float
    discharge_ohm: float


@kernel
def rested(battery, soc, temp_c):
    """Return the state of a new bank that has rested at this charge and temperature."""
    voltage_v = open_circuit_v(battery, soc)
    return BatteryState(
        soc, temp_c, voltage_v, 0.0, 0.0, 0.0, 0.0, soc, soc, 0.0, 0.0, 0.0, 0.0, 0.0
    )  # fmt: skip


@kernel
def soh(state):
    """Return what is left of the new capacity, as a ratio."""
    left = 1.0 - state.calendar_loss - state.cycle_loss
    return left if left > SOH_LEAST else SOH_LEAST


@kernel
def open_circuit_v(battery, soc):
    """Return the voltage of the bank at rest, for a SOC of 0 to 1."""
    place = soc * OCV_STEPS
    index = int(place)
    if index >= OCV_STEPS:
        return battery.ocv_v[OCV_STEPS]
    low_v = battery.ocv_v[index]
    return low_v + (place - index) * (battery.ocv_v[index + 1] - low_v)


@kernel
def resistances_ohm(battery, soc, temp_c):
    """Return the resistances that the bank's current meets: charging, discharging."""
    cold = battery.resistance_cold_per_k * (REFERENCE_C - temp_c)
    middle_ohm = battery.resistance_ohm * (1.0 + cold + cold * cold)
    half_soc = battery.resistance_full_soc
    full = half_soc / (half_soc + 1.0 - soc)
    empty = (1.0 - soc) * (1.0 - soc)
    return (
        middle_ohm * (1.0 + (battery.resistance_full_factor - 1.0) * full),
        middle_ohm * (1.0 + (battery.resistance_empty_factor - 1.0) * empty * empty),
    )


@kernel
def resistance_ohm(battery, soc, temp_c, charging):
    """Return the resistance that the bank's current meets; `charging` picks the direction."""
    charge_ohm, discharge_ohm = resistances_ohm(battery, soc, temp_c)
    return charge_ohm if charging else discharge_ohm


@kernel
def source_a(emf_v, source_ohm, power_w):
    """Return the current at which a source gives `power_w` at its terminals (negative: takes).

    Asked for more than it can give, it gives the current of its maximum power.
    """
    square_v2 = emf_v * emf_v - 4.0 * source_ohm * power_w
    if square_v2 <= 0.0:
        return emf_v / (2.0 * source_ohm)
    return 2.0 * power_w / (emf_v + math.sqrt(square_v2))


@kernel
def current_a(battery, soc, temp_c, power_w):
    """Return the current, positive out of the bank, that carries `power_w` at its terminals."""
    if power_w == 0.0:
        return 0.0
    bank_ohm = resistance_ohm(battery, soc, temp_c, power_w < 0.0)
    return source_a(open_circuit_v(battery, soc), bank_ohm, power_w)


@kernel
def source(battery, state):
    """Return the bank as a source: what a voltage loop finds at its terminals.

    The terminals reach `held_v` at the current `(emf_v - held_v) / ohm`.
    """
    charge_ohm, discharge_ohm = resistances_ohm(battery, state.soc, state.temp_c)
    return Source(open_circuit_v(battery, state.soc), charge_ohm, discharge_ohm)


@kernel
def reaching_w(battery, state, target_soc, dt_s):
    """Return the power that brings the bank to `target_soc` just at the end of the step.

    Beyond what the bank can give it is the bank's maximum power, which will not get there.
    """
    emf_v = open_circuit_v(battery, state.soc)
    capacity_as = battery.capacity_ah * HOUR_S * soh(state)
    out_a = (state.soc - target_soc) * capacity_as / dt_s
    out_a -= battery.self_discharge_per_s * state.soc * capacity_as
    if out_a < 0.0:
        out_a /= battery.coulomb_efficiency
    bank_ohm = resistance_ohm(battery, state.soc, state.temp_c, out_a < 0.0)
    if 2.0 * bank_ohm * out_a > emf_v:
        return emf_v * emf_v / (4.0 * bank_ohm)
    return (emf_v - bank_ohm * out_a) * out_a


@kernel
def step(battery, state, source, power_w, ambient_c, dt_s):
    """Return the state after carrying `power_w` at the terminals, positive out of the bank.

    `source` is the bank at the start of the step. Charge that does not fit into a full bank becomes
    heat. A bank asked for more than it holds stops at empty, and what was drawn beyond is missing
    from its account: cap power before. Capacity that fades takes its share of the charge with it;
    SOC stays.
    """
    soc = state.soc
    emf_v = source.emf_v
    capacity_as = battery.capacity_ah * HOUR_S * soh(state)
    leak_a = battery.self_discharge_per_s * soc * capacity_as
    out_a = 0.0
    voltage_v = emf_v
    lost_a = leak_a
    heat_w = leak_a * emf_v
    if power_w != 0.0:
        bank_ohm = source.charge_ohm if power_w < 0.0 else source.discharge_ohm
        out_a = source_a(emf_v, bank_ohm, power_w)
        voltage_v = emf_v - bank_ohm * out_a
        if power_w < 0.0:
            lost_a += (battery.coulomb_efficiency - 1.0) * out_a
        heat_w = bank_ohm * out_a * out_a + lost_a * emf_v
    soc -= (out_a + lost_a) * (dt_s / capacity_as)
    if soc > 1.0:
        heat_w += (soc - 1.0) * capacity_as * emf_v / dt_s
        soc = 1.0
    elif soc < 0.0:
        soc = 0.0
    # Backward Euler; the quotient is the same in every step.
    temp_c = state.temp_c
    loss_w_per_k = battery.heat_loss_w_per_k
    temp_c += (heat_w + loss_w_per_k * (ambient_c - temp_c)) * (
        dt_s / (battery.heat_capacity_j_per_k + loss_w_per_k * dt_s)
    )
    peak_soc = state.peak_soc
    if (soc > peak_soc) if peak_soc >= state.turn_soc else (soc < peak_soc):
        peak_soc = soc
    moved_ah = abs(out_a) * dt_s * HOURS_PER_S
    after = BatteryState(
        soc,
        temp_c,
        voltage_v,
        out_a,
        state.calendar_loss,
        state.cycle_loss,
        state.throughput_ah + moved_ah,
        state.turn_soc,
        peak_soc,
        state.depth,
        state.ageing_s + dt_s,
        state.ageing_ah + moved_ah,
        state.ageing_soc_s + soc * dt_s,
        state.ageing_c_s + temp_c * dt_s,
    )
    return aged(battery, after) if after.ageing_s >= HOUR_S else after


@kernel
def bms_limits(battery, state, source):
    """Return charge voltage, charge current and discharge current that a lithium bank allows.

    The currents fade without a jump: over the last charge by a square root, so that full is
    reached in finite time, over the first charge and at the edges of the temperature window
    linearly, and so that the terminals stay between discharge and charge voltage.
    """
    soc = state.soc
    temp_c = state.temp_c
    charge_a = 0.0
    if soc < 1.0 and battery.bms_cold_c < temp_c < battery.bms_hot_c:
        charge_a = battery.bms_charge_a
        if soc > battery.bms_taper_soc:
            charge_a *= math.sqrt((1.0 - soc) / (1.0 - battery.bms_taper_soc))
        if temp_c < battery.bms_cool_c:
            charge_a *= (temp_c - battery.bms_cold_c) / (battery.bms_cool_c - battery.bms_cold_c)
    discharge_a = 0.0
    if soc > 0.0 and temp_c < battery.bms_hot_c:
        discharge_a = battery.bms_discharge_a
        if soc < battery.bms_low_soc:
            discharge_a *= soc / battery.bms_low_soc
    if battery.bms_warm_c < temp_c < battery.bms_hot_c:
        cooler = (battery.bms_hot_c - temp_c) / (battery.bms_hot_c - battery.bms_warm_c)
        charge_a *= cooler
        discharge_a *= cooler
    above_v = source.emf_v - battery.bms_discharge_v
    if above_v < discharge_a * source.discharge_ohm:
        discharge_a = above_v / source.discharge_ohm if above_v > 0.0 else 0.0
    below_v = battery.bms_charge_v - source.emf_v
    if below_v < charge_a * source.charge_ohm:
        charge_a = below_v / source.charge_ohm if below_v > 0.0 else 0.0
    return battery.bms_charge_v, charge_a, discharge_a
