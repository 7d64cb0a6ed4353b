"""What the meters count in a step, and which relays it closed (C-03)."""

from twinverter.catalog.states import (
    RELAY_ATS,
    RELAY_BATTERY,
    RELAY_GEN,
    RELAY_GRID,
    RELAY_LOAD,
    RELAY_MI,
    RELAY_PV1,
    RELAY_PV2,
    RELAY_SMART,
    RELAY_START,
)
from twinverter.core.blocks import total
from twinverter.core.kernel import kernel
from twinverter.inverter.state import Meters

HOURS_PER_S = 1.0 / 3600.0


@kernel
def unserved_share(unserved_w, load_w):
    """Return the share of the backup load, and so of the step, that found no supply."""
    return min(1.0, unserved_w / load_w) if load_w > 0.0 else 0.0


@kernel
def counted(meters, power, inputs, pv_available_w, was_running, running, dt_s):
    """Return the meters after this step (C-03)."""
    hours = dt_s * HOURS_PER_S
    grid_w = total(power.grid)
    counted_w = grid_w if inputs.ct_ok > 0.0 else total(power.ld)
    gen_w = total(power.gen)
    unserved_w = total(power.load_unserved)
    battery_w = power.battery_w
    return Meters(
        meters.pv_available_wh + pv_available_w * hours,
        meters.pv_wh + (power.pv1.power_w + power.pv2.power_w) * hours,
        meters.load_wh + total(inputs.load_w) * hours,
        meters.home_wh + total(power.home) * hours,
        meters.smart_load_wh + total(power.smart_load) * hours,
        meters.load_unserved_wh + unserved_w * hours,
        meters.home_unserved_wh + total(power.home_unserved) * hours,
        meters.grid_import_wh + max(0.0, grid_w) * hours,
        meters.grid_export_wh + max(0.0, -grid_w) * hours,
        meters.buy_wh + max(0.0, counted_w) * hours,
        meters.sell_wh + max(0.0, -counted_w) * hours,
        meters.generator_wh + max(0.0, gen_w) * hours,
        meters.micro_inverter_wh + power.micro_inverter_w * hours,
        meters.battery_charge_wh + max(0.0, -battery_w) * hours,
        meters.battery_discharge_wh + max(0.0, battery_w) * hours,
        meters.losses_wh + power.loss_w * hours,
        meters.fuel_l + power.fuel_l,
        meters.generator_s + running * dt_s,
        meters.generator_starts + running * (1.0 - was_running),
        meters.unserved_s + dt_s * unserved_share(unserved_w, total(inputs.load_w)),
    )


@kernel
def relays(commands):
    """Return the bit sum of the closed relays."""
    return (
        commands.grid_on * RELAY_GRID
        + (RELAY_LOAD if commands.output_on > 0.0 else 0.0)
        + commands.gen_on * RELAY_GEN
        + commands.smart_on * RELAY_SMART
        + commands.mi_on * RELAY_MI
        + commands.gen_start * RELAY_START
        + commands.battery_on * RELAY_BATTERY
        + commands.pv1_on * RELAY_PV1
        + commands.pv2_on * RELAY_PV2
        + commands.ats_on * RELAY_ATS
    )
