"""What a whole group shows that is no sum of its units, and the meters of that sum."""

from twinverter.core.kernel import kernel
from twinverter.inverter import counted
from twinverter.plant.plant import Power
from twinverter.plant.pv import Point


@kernel
def store_masters(row, flows):
    """Put what is no sum into the group's row of flows: what the master's own flows say."""
    row["pv1_v"] = flows.pv1_v
    row["pv2_v"] = flows.pv2_v
    row["battery_v"] = flows.battery_v
    row["battery_c"] = flows.battery_c
    row["soh"] = flows.soh
    row["frequency_hz"] = flows.frequency_hz
    row["sink_c"] = flows.sink_c
    row["state"] = flows.state
    row["relays"] = flows.relays
    row["stage"] = flows.stage
    row["reasons_battery"] = flows.reasons.battery
    row["reasons_grid"] = flows.reasons.grid
    row["reasons_pv"] = flows.reasons.pv
    row["reasons_generator"] = flows.reasons.generator
    row["reasons_load"] = flows.reasons.load
    row["reasons_aux"] = flows.reasons.aux


@kernel
def metered(meters, flows, inputs, was_running, running, dt_s):
    """Return the meters of the whole group, which count what its units have in sum."""
    power = Power(
        Point(flows.pv1_w, 0.0, 0.0, 0.0),
        Point(flows.pv2_w, 0.0, 0.0, 0.0),
        flows.battery_w,
        flows.inverter_w,
        flows.smart_load_w,
        flows.gen_w,
        flows.micro_inverter_w,
        flows.ld_w,
        flows.grid_w,
        flows.home_w,
        flows.load_unserved_w,
        flows.home_unserved_w,
        flows.loss_w,
        flows.fuel_l,
    )
    return counted(meters, power, inputs, flows.pv_available_w, was_running, running, dt_s)
