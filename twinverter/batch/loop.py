"""The compiled loops: one device through every row of inputs, or a fleet of them.

State, settings and site are loaded once; a fleet runs device outer and time inner, so that one
device's record stays in the fastest memory.
"""

from numba import prange

from twinverter.catalog.settings import Settings
from twinverter.core.blocks import Phases, total
from twinverter.core.kernel import kernel
from twinverter.core.records import loader, storer
from twinverter.inverter import Flows, Inputs, Site, State, step

load_site = loader(Site)
load_settings = loader(Settings)
load_state = loader(State)
load_inputs = loader(Inputs)
store_state = storer(State)
store_flows = storer(Flows)


@kernel
def balance_error(flows):
    """Return how far sources and sinks are apart, relative to the larger of both."""
    sources_w = (
        flows.pv1_w
        + flows.pv2_w
        + flows.battery_w
        + total(flows.grid_w)
        + total(flows.gen_w)
        + flows.micro_inverter_w
        + total(flows.load_unserved_w)
        + total(flows.home_unserved_w)
    )
    sinks_w = total(flows.load_w) + total(flows.home_w) + total(flows.smart_load_w) + flows.loss_w
    return abs(sources_w - sinks_w) / max(1.0, abs(sources_w), abs(sinks_w))


def run(site, settings, state, inputs, flows, dt_s):
    """Carry one device through all rows of `inputs`, one row of `flows` each.

    `state` is changed in place; returns the largest balance error of any step.
    """
    where = site[0]
    rules = settings[0]
    now = load_state(state[0])
    worst = 0.0
    for row in range(inputs.shape[0]):
        now, flow = step(where, rules, now, load_inputs(inputs[row]), dt_s)
        store_flows(flows[row], flow)
        worst = max(worst, balance_error(flow))
    store_state(state[0], now)
    return worst


@kernel
def with_load(inputs, scale):
    """Return the world with its backup and home loads multiplied."""
    load = inputs.load_w
    home = inputs.home_w
    return Inputs(
        inputs.clock_s,
        inputs.irradiance1_w_m2,
        inputs.irradiance2_w_m2,
        inputs.cell1_c,
        inputs.cell2_c,
        inputs.ambient_c,
        Phases(load.l1 * scale, load.l2 * scale, load.l3 * scale),
        Phases(home.l1 * scale, home.l2 * scale, home.l3 * scale),
        inputs.smart_load_w,
        inputs.micro_inverter_w,
        inputs.grid_v,
        inputs.grid_hz,
        inputs.grid_angle_rad,
        inputs.phase_order_ok,
        inputs.ct_ok,
        inputs.gen_ready,
        inputs.gen_by_hand,
        inputs.bms_silent,
        inputs.bms_soc,
        inputs.bms_charge_max_v,
        inputs.bms_charge_max_a,
        inputs.bms_discharge_max_a,
        inputs.bms_force_charge,
        inputs.battery_sensor_ok,
        inputs.drm,
        inputs.forced_island,
        inputs.acknowledged,
    )


def fleet(sites, settings, states, inputs, load_scale, worst, dt_s):
    """Carry many devices through the same world; states and their meters are the result.

    `load_scale` multiplies each device's loads; `worst` gets its largest balance error.
    """
    for device in prange(states.shape[0]):
        where = sites[device]
        rules = settings[device]
        now = load_state(states[device])
        scale = load_scale[device]
        error = 0.0
        for row in range(inputs.shape[0]):
            seen = with_load(load_inputs(inputs[row]), scale)
            now, flow = step(where, rules, now, seen, dt_s)
            error = max(error, balance_error(flow))
        store_state(states[device], now)
        worst[device] = error
