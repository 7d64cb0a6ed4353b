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

from twinverter.core.blocks import Phases
from twinverter.core.kernel import kernel
from twinverter.inverter import State
from twinverter.plant import battery
from twinverter.plant.state import BatteryState, PlantState
from twinverter.plant.world import Inputs

__all__ = [
    "BatteryState",
    "added",
    "bank_after",
    "bank_limits",
    "legs",
    "own_world",
    "store_readings",
    "with_bank",
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
def common(inputs, phase, share):
    """Return a unit's part of load, home and smart load, and the mains as its three legs find it.

    The phase is asked once for all of them: this is on the way of every step.
    """
    if phase == 0.0:
        load_w, home_w, smart_w = inputs.load_w, inputs.home_w, inputs.smart_load_w
        return (
            Phases(load_w.l1 * share, load_w.l2 * share, load_w.l3 * share),
            Phases(home_w.l1 * share, home_w.l2 * share, home_w.l3 * share),
            Phases(smart_w.l1 * share, smart_w.l2 * share, smart_w.l3 * share),
            inputs.grid_v,
            inputs.grid_angle_rad,
        )
    return (
        legs(inputs.load_w, phase, share),
        legs(inputs.home_w, phase, share),
        legs(inputs.smart_load_w, phase, share),
        felt(inputs.grid_v, phase),
        felt(inputs.grid_angle_rad, phase),
    )


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
    load_w, home_w, smart_load_w, grid_v, grid_angle_rad = common(inputs, phase, share)
    return Inputs(
        inputs.clock_s,
        sun.irradiance1_w_m2,
        sun.irradiance2_w_m2,
        sun.cell1_c,
        sun.cell2_c,
        inputs.ambient_c,
        load_w,
        home_w,
        smart_load_w,
        inputs.micro_inverter_w * third,
        grid_v,
        inputs.grid_hz,
        grid_angle_rad,
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
def bank_limits(site, state, seen):
    """Return charging and discharging current that the management of a bank allows."""
    _, charge_a, discharge_a = battery.bms_limits(site.battery, state.battery, seen.bank)
    return charge_a, discharge_a


@kernel
def with_bank(state, bank):
    """Return a unit's state with this bank in place of what its own step made of it."""
    plant = state.plant
    return State(
        state.control,
        PlantState(
            plant.tracker1,
            plant.tracker2,
            bank,
            plant.genset,
            plant.sink_c,
            plant.leak_a,
            plant.grid_w,
            plant.grid_var,
            plant.ld_w,
            plant.rlc,
            plant.working,
            plant.grid_on,
        ),
        state.meters,
    )


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
