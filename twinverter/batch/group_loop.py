"""The compiled loop of a group: time outer, units inner, one coupling per tick.

A tick has three parts: every unit tells what it could give, the orders are worked out, every unit
makes its step with them. States, flows and what the units tell are arrays of records; site,
settings and badge are read only. A step is a pure function, so of units of one kind that stand
alike to the last bit one is stepped and the others follow it.
"""

from typing import NamedTuple

from twinverter.batch.loop import balance_error, load_inputs, load_state, store_flows, store_state
from twinverter.core.blocks import Phases, total
from twinverter.core.kernel import kernel
from twinverter.core.records import loader, storer
from twinverter.group import bus, orders
from twinverter.group import sums as sums_of
from twinverter.group.bus import BatteryState, Terminals
from twinverter.group.heard import counted, heard, heard_calmly, is_calm
from twinverter.group.told import Told, told
from twinverter.inverter import Flows, Meters, measure, step_heard


class Sun(NamedTuple):
    """What the sun does to the strings of one unit."""

    irradiance1_w_m2: float
    irradiance2_w_m2: float
    cell1_c: float
    cell2_c: float


load_sun = loader(Sun)
load_seen = loader(Terminals)
store_seen = storer(Terminals)
store_told = storer(Told)
load_flows = loader(Flows)
load_meters = loader(Meters)
store_meters = storer(Meters)
load_bank = loader(BatteryState, "plant_battery")
store_bank = storer(BatteryState, "plant_battery")
WHOLE_A = 1.0e9


@kernel
def on_mains(states, badges, phase):
    """Return what all units gave to the mains in the last step, as a unit on `phase` feels it."""
    l1 = l2 = l3 = var = 0.0
    for unit in range(states.shape[0]):
        its = badges[unit]["phase"]
        if its == phase:
            l1 += states[unit]["plant_grid_w_l1"]
            l2 += states[unit]["plant_grid_w_l2"]
            l3 += states[unit]["plant_grid_w_l3"]
            var += states[unit]["plant_grid_var"]
    if phase == 0.0:
        return Phases(l1, l2, l3), var
    sum_w = l1 + l2 + l3
    return Phases(sum_w, sum_w, sum_w), 3.0 * var


@kernel
def demand_of(inputs, phase, at_mains):
    """Return what a set of units has to carry together, the home with it where the clamps say."""
    load_w = total(bus.legs(inputs.load_w, phase, 1.0))
    return load_w + (total(bus.legs(inputs.home_w, phase, 1.0)) if at_mains > 0.0 else 0.0)


@kernel
def twin_of(kinds, bits, unit):
    """Return the last unit before this one that is of its kind and stands as it does (-1: none)."""
    for back in range(1, unit + 1):
        other = unit - back
        if kinds[other] == kinds[unit]:
            apart = 0
            for place in range(bits.shape[1]):
                apart |= bits[other, place] ^ bits[unit, place]
            return other if apart == 0 else -1
    return -1


@kernel
def tell(
    sites, settings, states, bits, badges, kinds, twins, suns, sun_of, inputs, row, seen, says, dt_s
):
    """Let every unit tell what it could give; keep what stands at its terminals, and its twin."""
    grid_w, grid_var = on_mains(states, badges, 0.0)
    for unit in range(states.shape[0]):
        twin = twin_of(kinds, bits, unit)
        twins[unit] = twin
        if twin >= 0:
            says[unit] = says[twin]
            seen[unit] = seen[twin]
            continue
        phase = badges[unit]["phase"]
        where = sites[unit]
        now = load_state(states[unit])
        sun = load_sun(suns[sun_of[unit], row])
        world = bus.own_world(inputs, sun, phase, 1.0, 1.0, WHOLE_A, WHOLE_A)
        if phase > 0.0:
            grid_w, grid_var = on_mains(states, badges, phase)
        found = bus.terminals(where, now.plant, world, grid_w, grid_var)
        store_seen(seen[unit], found)
        finds = measure(where, now, world, found)
        store_told(says[unit], told(settings[unit], now.control, finds, dt_s))


@kernel
def order(badges, says, ordered, inputs, shared, charge_w, discharge_w):
    """Work out what every unit is to carry, and its part of the one bank."""
    at_mains = 0.0
    for unit in range(badges.shape[0]):
        if badges[unit]["master"] > 0.0:
            at_mains = says[unit]["at_mains"]
    demand_w = (
        demand_of(inputs, 0.0, at_mains),
        demand_of(inputs, 1.0, at_mains),
        demand_of(inputs, 2.0, at_mains),
        demand_of(inputs, 3.0, at_mains),
    )
    if badges[0]["phase"] == 0.0:
        orders.share_out(badges, says, ordered, 0.0, demand_w[0])
    else:
        for phase in range(1, 4):
            orders.share_out(badges, says, ordered, float(phase), demand_w[phase])
    if shared > 0.0:
        orders.share_bank(badges, says, ordered, demand_w, charge_w, discharge_w)


@kernel
def alike(ordered, unit, other):
    """Return whether two units carry the same to the last bit."""
    same = ordered[unit]["demand"] == ordered[other]["demand"]
    return same and ordered[unit]["bank"] == ordered[other]["bank"]


@kernel
def add_up(sites, badges, flows, figures, sums, sum_figures, row, master):
    """Put the flows of the whole group into its row; what is no sum is the master's."""
    units = flows.shape[0]
    if badges[0]["phase"] > 0.0:
        sum_of = bus.placed(load_flows(flows[0, row]), badges[0]["phase"])
        for unit in range(1, units):
            sum_of = bus.joined(sum_of, load_flows(flows[unit, row]), badges[unit]["phase"])
        store_flows(sums[row], sum_of)
    else:
        for figure in range(figures.shape[2]):
            sum_figures[row, figure] = figures[0, row, figure]
        for unit in range(1, units):
            for figure in range(figures.shape[2]):
                sum_figures[row, figure] += figures[unit, row, figure]
    if units > 1:
        sums_of.store_masters(sums[row], load_flows(flows[master, row]))
        shown = 0
        charge_ah = whole_ah = 0.0
        for unit in range(units):
            shown |= int(flows[unit, row]["alarms"])
            capacity_ah = sites[unit].battery.capacity_ah
            whole_ah += capacity_ah
            charge_ah += capacity_ah * flows[unit, row]["soc"]
        sums[row]["alarms"] = float(shown)
        sums[row]["soc"] = charge_ah / whole_ah


def run(
    sites, settings, states, bits, badges, kinds, twins, loss, suns, sun_of, inputs, shared, seen,
    says, ordered, flows, figures, sums, sum_figures, meters, worst, dt_s,
):  # fmt: skip
    """Carry a group through all rows of `inputs`.

    `flows` has a row per unit and step, `sums` one per step; `states` and `meters`, the group's,
    are changed in place. `worst` gets the largest balance error of each unit, its last that of the
    group. `suns` has a row per different roof; `sun_of` says which is whose. `kinds` is
    equal for units alike in site, settings, roof and sensors. `bits` and `figures` are the same
    memory as `states` and `flows`, in whole numbers and in figures. `loss` is the share of
    frames lost at each unit's plug. `shared`: one bank.
    """
    units = states.shape[0]
    master = 0
    calm = is_calm(badges, loss, shared)
    for unit in range(units):
        if badges[unit]["master"] > 0.0:
            master = unit
    kept = load_meters(meters[0])
    for row in range(inputs.shape[0]):
        world = load_inputs(inputs[row])
        tell(
            sites, settings, states, bits, badges, kinds, twins, suns, sun_of, world, row, seen,
            says, dt_s,
        )  # fmt: skip
        charge_a, discharge_a = WHOLE_A, WHOLE_A
        charge_w = discharge_w = 0.0
        if shared > 0.0:
            stands = load_seen(seen[0])
            charge_a, discharge_a = bus.bank_limits(sites[0], load_state(states[0]).plant, stands)
            charge_w = charge_a * stands.bank.emf_v
            discharge_w = discharge_a * stands.bank.emf_v
        order(badges, says, ordered, world, shared, charge_w, discharge_w)
        starting, resting = counted(says)
        was_running = states[0]["plant_genset_running"]
        before = load_bank(states[0])
        battery_w = 0.0
        for unit in range(units):
            twin = twins[unit]
            if twin >= 0 and calm and starting + resting == 0.0 and alike(ordered, unit, twin):
                states[unit] = states[twin]
                flows[unit, row] = flows[twin, row]
                worst[unit] = max(worst[unit], worst[twin])
                battery_w += flows[twin, row]["battery_w"]
                continue
            share = ordered[unit]["demand"]
            stands = load_seen(seen[unit])
            part_a, given_a = WHOLE_A, WHOLE_A
            if shared > 0.0:
                part = ordered[unit]["bank"]
                stands = bus.own_terminals(stands, part)
                part_a, given_a = charge_a * part, discharge_a * part
            phase = badges[unit]["phase"]
            sun = load_sun(suns[sun_of[unit], row])
            mi_share = share if phase == 0.0 else share * (1.0 / 3.0)
            own = bus.own_world(world, sun, phase, share, mi_share, part_a, given_a)
            if calm:
                hears = heard_calmly(says, unit, starting, resting)
            else:
                hears = heard(badges, says, loss, unit, shared)
            now, flow = step_heard(
                sites[unit], settings[unit], load_state(states[unit]), own, stands, hears, dt_s
            )
            store_state(states[unit], now)
            store_flows(flows[unit, row], flow)
            worst[unit] = max(worst[unit], balance_error(flow))
            battery_w += flow.battery_w
        if shared > 0.0:
            bank = bus.bank_after(sites[0], before, battery_w, world.ambient_c, units, dt_s)
            for unit in range(units):
                store_bank(states[unit], bank)
                bus.store_readings(flows[unit, row], bank)
        add_up(sites, badges, flows, figures, sums, sum_figures, row, master)
        sum_of = load_flows(sums[row])
        worst[units] = max(worst[units], balance_error(sum_of))
        running = states[0]["plant_genset_running"]
        kept = sums_of.metered(kept, sum_of, world, was_running, running, dt_s)
    store_meters(meters[0], kept)
