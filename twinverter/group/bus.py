"""What the units of a group share: mains, backup bus, home, engine, and one bank or none (C-60).

    mains --+-- home                 bank (one for all, or one each)
            +-- unit 1 --+-- loads     |
            +-- unit 2 --+             +-- unit 1, 2, ...

Every unit is stepped on its own, in a world in which its share of the common loads is all there is,
so its own law, losses and meters hold as they stand; what they have in common is put together here.

- Mains: the common supply's voltage follows the power of all units, and each feels it.
- Loads, home, smart load and micro-inverters lie on common buses: each unit carries its share.
  Which way currents take between the units over the buses is not followed: sums per phase hold.
- One bank: in each step a unit sees the part of it that its share is, by resistance and limits;
  then the whole bank is stepped once with the power of all, and all read the same of it.
- A single-phase unit is the same machine with its three legs side by side on its phase.
"""

from twinverter.core.blocks import Phases, total
from twinverter.core.kernel import kernel
from twinverter.inverter import Flows
from twinverter.plant import battery, plant
from twinverter.plant.battery import Source
from twinverter.plant.plant import Terminals
from twinverter.plant.state import BatteryState, PlantState
from twinverter.plant.world import Inputs

__all__ = [
    "BatteryState",
    "Terminals",
    "added",
    "bank_after",
    "bank_limits",
    "joined",
    "legs",
    "own_terminals",
    "own_world",
    "placed",
    "store_readings",
    "terminals",
]


@kernel
def on_phase(phases, phase):
    """Return the value on phase 1, 2 or 3."""
    if phase == 1.0:
        return phases.l1
    return phases.l2 if phase == 2.0 else phases.l3


@kernel
def legs(phases, phase, share):
    """Return a unit's part of a quantity: on its three phases, or a third on its legs."""
    if phase == 0.0:
        return Phases(phases.l1 * share, phases.l2 * share, phases.l3 * share)
    third = on_phase(phases, phase) * share * (1.0 / 3.0)
    return Phases(third, third, third)


@kernel
def felt(phases, phase):
    """Return what a unit's three legs find of a voltage: its phases, or its one on each leg."""
    if phase == 0.0:
        return phases
    value = on_phase(phases, phase)
    return Phases(value, value, value)


@kernel
def added(phases, other):
    """Return the sum phase by phase."""
    return Phases(phases.l1 + other.l1, phases.l2 + other.l2, phases.l3 + other.l3)


@kernel
def own_world(inputs, sun, phase, share, third, charge_max_a, discharge_max_a):
    """Return the world as one unit has it: its sun, its share of what is common.

    `third` is its part of what the micro-inverters offer, the two currents what the management of
    the bank leaves to it.
    """
    return Inputs(
        inputs.clock_s,
        sun.irradiance1_w_m2,
        sun.irradiance2_w_m2,
        sun.cell1_c,
        sun.cell2_c,
        inputs.ambient_c,
        legs(inputs.load_w, phase, share),
        legs(inputs.home_w, phase, share),
        legs(inputs.smart_load_w, phase, share),
        inputs.micro_inverter_w * third,
        felt(inputs.grid_v, phase),
        inputs.grid_hz,
        felt(inputs.grid_angle_rad, phase),
        inputs.phase_order_ok,
        inputs.ct_ok,
        inputs.gen_ready,
        inputs.gen_by_hand,
        inputs.bms_silent,
        inputs.bms_soc,
        inputs.bms_charge_max_v,
        min(inputs.bms_charge_max_a, charge_max_a),
        min(inputs.bms_discharge_max_a, discharge_max_a),
        inputs.bms_force_charge,
        inputs.battery_sensor_ok,
        inputs.drm,
        inputs.forced_island,
        inputs.acknowledged,
    )


@kernel
def on_common_mains(state, grid_w, grid_var):
    """Return the plant's state with the power of all units on the mains in place of its own."""
    return PlantState(
        state.tracker1,
        state.tracker2,
        state.battery,
        state.genset,
        state.sink_c,
        state.leak_a,
        grid_w,
        grid_var,
        state.ld_w,
        state.rlc,
        state.working,
        state.grid_on,
    )


@kernel
def terminals(site, state, inputs, grid_w, grid_var):
    """Return what stands at a unit's terminals, where all units load the mains so."""
    return plant.terminals(site, on_common_mains(state, grid_w, grid_var), inputs)


@kernel
def own_terminals(seen, share):
    """Return the same for a unit with a share of the bank: the smaller, the more it resists."""
    bank = seen.bank
    return Terminals(
        seen.string1,
        seen.string2,
        Source(bank.emf_v, bank.charge_ohm / share, bank.discharge_ohm / share),
        seen.mains_v,
    )


@kernel
def bank_limits(site, state, seen):
    """Return charging and discharging current that the management of a bank allows."""
    _, charge_a, discharge_a = battery.bms_limits(site.battery, state.battery, seen.bank)
    return charge_a, discharge_a


@kernel
def bank_after(site, bank, battery_w, ambient_c, units, dt_s):
    """Return the one bank after a step with the power of all, as each of so many units reads it.

    Each reads its equal part of the current, so that all judge the same level.
    """
    source = battery.source(site.battery, bank)
    after = battery.step(site.battery, bank, source, battery_w, ambient_c, dt_s)
    return BatteryState(
        after.soc,
        after.temp_c,
        after.voltage_v,
        after.current_a / units,
        after.calendar_loss,
        after.cycle_loss,
        after.throughput_ah,
        after.turn_soc,
        after.peak_soc,
        after.depth,
        after.ageing_s,
        after.ageing_ah,
        after.ageing_soc_s,
        after.ageing_c_s,
    )


@kernel
def store_readings(row, bank):
    """Put what is read of the one bank into a row of flows, its part of the current with it."""
    row["battery_v"] = bank.voltage_v
    row["battery_a"] = row["battery_w"] / bank.voltage_v
    row["battery_c"] = bank.temp_c
    row["soc"] = bank.soc
    row["soh"] = battery.soh(bank)


@kernel
def onto(phases, phase):
    """Return what a unit's three legs put on the three phases."""
    if phase == 0.0:
        return phases
    sum_w = total(phases)
    return Phases(
        sum_w if phase == 1.0 else 0.0,
        sum_w if phase == 2.0 else 0.0,
        sum_w if phase == 3.0 else 0.0,
    )


@kernel
def placed(flows, phase):
    """Return a unit's flows as they lie on the three phases of the house."""
    return Flows(
        flows.pv1_w,
        flows.pv1_v,
        flows.pv1_a,
        flows.pv2_w,
        flows.pv2_v,
        flows.pv2_a,
        flows.pv_available_w,
        flows.battery_w,
        flows.battery_v,
        flows.battery_a,
        flows.battery_c,
        flows.soc,
        flows.soh,
        onto(flows.grid_w, phase),
        onto(flows.ld_w, phase),
        onto(flows.inverter_w, phase),
        onto(flows.load_w, phase),
        onto(flows.home_w, phase),
        onto(flows.smart_load_w, phase),
        onto(flows.gen_w, phase),
        flows.micro_inverter_w,
        onto(flows.load_unserved_w, phase),
        onto(flows.home_unserved_w, phase),
        flows.loss_w,
        flows.reactive_var,
        flows.frequency_hz,
        flows.sink_c,
        flows.fuel_l,
        flows.state,
        flows.relays,
        flows.alarms,
        flows.stage,
        flows.reasons,
    )


@kernel
def joined(sum_of, flows, phase):
    """Return flows per phase of the house with those of another unit; see `group/sums.py`."""
    lies = placed(flows, phase)
    return Flows(
        sum_of.pv1_w + lies.pv1_w,
        sum_of.pv1_v,
        sum_of.pv1_a + lies.pv1_a,
        sum_of.pv2_w + lies.pv2_w,
        sum_of.pv2_v,
        sum_of.pv2_a + lies.pv2_a,
        sum_of.pv_available_w + lies.pv_available_w,
        sum_of.battery_w + lies.battery_w,
        sum_of.battery_v,
        sum_of.battery_a + lies.battery_a,
        sum_of.battery_c,
        sum_of.soc,
        sum_of.soh,
        added(sum_of.grid_w, lies.grid_w),
        added(sum_of.ld_w, lies.ld_w),
        added(sum_of.inverter_w, lies.inverter_w),
        added(sum_of.load_w, lies.load_w),
        added(sum_of.home_w, lies.home_w),
        added(sum_of.smart_load_w, lies.smart_load_w),
        added(sum_of.gen_w, lies.gen_w),
        sum_of.micro_inverter_w + lies.micro_inverter_w,
        added(sum_of.load_unserved_w, lies.load_unserved_w),
        added(sum_of.home_unserved_w, lies.home_unserved_w),
        sum_of.loss_w + lies.loss_w,
        sum_of.reactive_var + lies.reactive_var,
        sum_of.frequency_hz,
        sum_of.sink_c,
        sum_of.fuel_l + lies.fuel_l,
        sum_of.state,
        sum_of.relays,
        sum_of.alarms,
        sum_of.stage,
        sum_of.reasons,
    )
