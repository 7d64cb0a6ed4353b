"""The compiled loop of a group: time outer, units inner, one coupling per tick.

A tick has three parts: every unit tells what it could give, the orders are worked out, every unit
makes its step with them. States, flows and what the units tell are arrays of records; sites,
settings and badges are read only, and a site or settings that several units have stand there once.
A step is a pure function, so of units of one kind that stand alike one is stepped and the others
follow it.
"""

from typing import NamedTuple

import numpy as np

from twinverter.batch.loop import balance_error, load_inputs, load_state, store_flows, store_state
from twinverter.core.blocks import Phases
from twinverter.core.kernel import kernel
from twinverter.core.records import loader, storer
from twinverter.group import bus, terminals
from twinverter.group import sums as sums_of
from twinverter.group.bus import BatteryState
from twinverter.group.heard import counted, hearing, is_calm
from twinverter.group.orders import order
from twinverter.group.terminals import Sky, Stands
from twinverter.group.told import Told, told
from twinverter.inverter import Flows, Meters, State, measure, step_heard


class Sun(NamedTuple):
    """What the sun does to the strings of one unit."""

    irradiance1_w_m2: float
    irradiance2_w_m2: float
    cell1_c: float
    cell2_c: float


load_sun = loader(Sun)
load_sky = loader(Sky)
store_sky = storer(Sky)
load_stands = loader(Stands)
store_stands = storer(Stands)
store_told = storer(Told)
load_flows = loader(Flows)
load_meters = loader(Meters)
store_meters = storer(Meters)
load_own_meters = loader(Meters, "meters")
load_bank = loader(BatteryState, "plant_battery")
store_bank = storer(BatteryState, "plant_battery")
WHOLE_A = 1.0e9
NOTHING_COUNTED = Meters(*(0.0 for _ in Meters._fields))
# Which row of sites, settings and suns is a unit's; the last unit before it of its kind, alike in
# all of these, phase and sensors (-1: none); the first one of its site, roof and phase.
WHOSE = np.dtype([(name, np.int64) for name in ("site", "settings", "roof", "kin", "under")])
# In this step: whose bank and mains, and whose sky it has; whether it stands as its kin does.
COURSE = np.dtype([(name, np.int64) for name in ("lead", "sky", "follows")])


@kernel
def on_mains(states, badges, phase):
    """Return what all units gave to the mains in the last step, as a unit on `phase` feels it."""
    l1 = l2 = l3 = var = 0.0
    for unit in range(states.shape[0]):
        if badges[unit]["phase"] == phase:
            l1 += states[unit]["plant_grid_w_l1"]
            l2 += states[unit]["plant_grid_w_l2"]
            l3 += states[unit]["plant_grid_w_l3"]
            var += states[unit]["plant_grid_var"]
    return terminals.felt_mains(Phases(l1, l2, l3), var, phase)


@kernel
def has_sky_of(states, unit, other):
    """Return whether the curves of two units' strings were searched alike so far."""
    own = states[unit]
    its = states[other]
    same = own["plant_tracker1_share"] == its["plant_tracker1_share"]
    return same and own["plant_tracker2_share"] == its["plant_tracker2_share"]


@kernel
def tell(
    sites, settings, states, badges, whose, course, suns, world, row, shared, skies, stands, says,
    dt_s,
):  # fmt: skip
    """Let every unit tell what it could give; keep what stands at its terminals, and where."""
    grid_w, grid_var = on_mains(states, badges, 0.0)
    for unit in range(states.shape[0]):
        kin = whose[unit]["kin"]
        if kin >= 0 and course[unit]["follows"] == 0:
            same = load_state(states[unit]) == load_state(states[kin])
            course[unit]["follows"] = 1 if same else 0
        if course[unit]["follows"] > 0:
            says[unit] = says[kin]
            course[unit]["lead"] = course[kin]["lead"]
            course[unit]["sky"] = course[kin]["sky"]
            continue
        site = sites[whose[unit]["site"]]
        phase = badges[unit]["phase"]
        now = load_state(states[unit])
        sun = load_sun(suns[whose[unit]["roof"], row])
        own = bus.own_world(world, sun, phase, 1.0, 1.0, WHOLE_A, WHOLE_A)
        under = whose[unit]["under"]
        sky = under
        if under == unit or not has_sky_of(states, unit, under):
            sky = unit
            store_sky(skies[unit], terminals.offered(site, now.plant, own))
        lead = under
        if under == unit or shared == 0.0 or site.genset.on_grid_port > 0.0:
            lead = unit
            if phase > 0.0:
                grid_w, grid_var = on_mains(states, badges, phase)
            store_stands(stands[unit], terminals.standing(site, now.plant, own, grid_w, grid_var))
        course[unit]["sky"] = sky
        course[unit]["lead"] = lead
        seen = terminals.seen(load_sky(skies[sky]), load_stands(stands[lead]))
        finds = measure(site, now, own, seen)
        store_told(says[unit], told(settings[whose[unit]["settings"]], now.control, finds, dt_s))


@kernel
def allowed_of_bank(sites, states, stands, whose, shared):
    """Return what the one bank allows: charge and discharge current, and the power of each."""
    if shared == 0.0:
        return WHOLE_A, WHOLE_A, 0.0, 0.0
    found = load_stands(stands[0])
    plant = load_state(states[0]).plant
    charge_a, discharge_a = bus.bank_limits(sites[whose[0]["site"]], plant, found)
    return charge_a, discharge_a, charge_a * found.bank.emf_v, discharge_a * found.bank.emf_v


@kernel
def stepped(
    site, rules, state, badge, ordered, world, sun, seen, hears, shared, charge_a, discharge_a, dt_s
):
    """Return state and flows of one unit after its own step with its order.

    Its meters begin at nothing, so that those of the unit need not be at hand meanwhile.
    """
    share = ordered["demand"]
    phase = badge["phase"]
    part_a, given_a = WHOLE_A, WHOLE_A
    if shared > 0.0:
        part = ordered["bank"]
        seen = terminals.own_terminals(seen, part)
        part_a, given_a = charge_a * part, discharge_a * part
    third = share if phase == 0.0 else share * (1.0 / 3.0)
    own = bus.own_world(world, sun, phase, share, third, part_a, given_a)
    state = State(state.control, state.plant, NOTHING_COUNTED)
    return step_heard(site, rules, state, own, seen, hears, dt_s)


@kernel
def begun(badges, course):
    """Let nobody follow anybody yet; return which unit is the master."""
    master = 0
    for unit in range(badges.shape[0]):
        course[unit]["follows"] = 0
        if badges[unit]["master"] > 0.0:
            master = unit
    return master


@kernel
def follow(states, flows, worst, row, unit, kin):
    """Let a unit be where its kin has gone."""
    states[unit] = states[kin]
    flows[row, unit] = flows[row, kin]
    worst[unit] = max(worst[unit], worst[kin])


@kernel
def keep(state, flows, now, flow):
    """Put where a unit's step has led into its rows, its meters going on from where they were."""
    metered = sums_of.counted_on(load_own_meters(state), now.meters)
    store_state(state, State(now.control, now.plant, metered))
    store_flows(flows, flow)


@kernel
def read_bank(states, flows, row, bank):
    """Let every unit stand before the one bank and read it."""
    for unit in range(states.shape[0]):
        store_bank(states[unit], bank)
        bus.store_readings(flows[row, unit], bank)


@kernel
def summed(sites, badges, whose, flows, sums, row, master):
    """Put the flows of the whole group into its row and return them; no sum is the master's."""
    units = badges.shape[0]
    if badges[0]["phase"] == 0.0:
        sums[row] = flows[row, 0]
        for unit in range(1, units):
            sums_of.add(sums[row], flows[row, unit])
        sum_of = load_flows(sums[row])
    else:
        sum_of = sums_of.placed(load_flows(flows[row, 0]), badges[0]["phase"])
        for unit in range(1, units):
            sum_of = sums_of.joined(sum_of, load_flows(flows[row, unit]), badges[unit]["phase"])
    if units > 1:
        shown = 0
        charge_ah = whole_ah = 0.0
        for unit in range(units):
            shown |= int(flows[row, unit]["alarms"])
            capacity_ah = sites[whose[unit]["site"]].battery.capacity_ah
            whole_ah += capacity_ah
            charge_ah += capacity_ah * flows[row, unit]["soc"]
        masters = load_flows(flows[row, master])
        sum_of = sums_of.whole(sum_of, masters, float(shown), charge_ah / whole_ah)
    store_flows(sums[row], sum_of)
    return sum_of


@kernel
def carry(
    sites, settings, states, badges, whose, course, loss, suns, inputs, skies, stands, says,
    ordered, flows, sums, meters, worst, dt_s, shared,
):  # fmt: skip
    """Carry a group through all rows of `inputs`; `shared` is a constant where it is compiled."""
    units = states.shape[0]
    calm = is_calm(badges, loss, shared)
    master = begun(badges, course)
    kept = load_meters(meters[0])
    for row in range(inputs.shape[0]):
        world = load_inputs(inputs[row])
        tell(
            sites, settings, states, badges, whose, course, suns, world, row, shared, skies,
            stands, says, dt_s,
        )  # fmt: skip
        charge_a, discharge_a, charge_w, discharge_w = allowed_of_bank(
            sites, states, stands, whose, shared
        )
        order(badges, says, ordered, world, shared, charge_w, discharge_w)
        starting, resting = counted(says)
        was_running = states[0]["plant_genset_running"]
        before = load_bank(states[0])
        battery_w = 0.0
        for unit in range(units):
            if course[unit]["follows"] > 0:
                kin = whose[unit]["kin"]
                same = ordered[unit]["demand"] == ordered[kin]["demand"]
                same = same and ordered[unit]["bank"] == ordered[kin]["bank"]
                if same and calm and starting + resting == 0.0:
                    follow(states, flows, worst, row, unit, kin)
                    battery_w += flows[row, kin]["battery_w"]
                    continue
                course[unit]["follows"] = 0
            hears = hearing(badges, says, loss, unit, shared, calm, starting, resting)
            seen = terminals.seen(
                load_sky(skies[course[unit]["sky"]]), load_stands(stands[course[unit]["lead"]])
            )
            sun = load_sun(suns[whose[unit]["roof"], row])
            now, flow = stepped(
                sites[whose[unit]["site"]], settings[whose[unit]["settings"]],
                load_state(states[unit]), badges[unit], ordered[unit], world, sun, seen, hears,
                shared, charge_a, discharge_a, dt_s,
            )  # fmt: skip
            battery_w += flow.battery_w
            if shared > 0.0:
                # Its own step's bank gives way to the one bank, so nobody need work it out.
                now = bus.with_bank(now, before)
                flow = sums_of.without_readings(flow)
            keep(states[unit], flows[row, unit], now, flow)
            worst[unit] = max(worst[unit], balance_error(flow))
        if shared > 0.0:
            site = sites[whose[0]["site"]]
            bank = bus.bank_after(site, before, battery_w, world.ambient_c, units, dt_s)
            read_bank(states, flows, row, bank)
        sum_of = summed(sites, badges, whose, flows, sums, row, master)
        worst[units] = max(worst[units], balance_error(sum_of))
        running = states[0]["plant_genset_running"]
        kept = sums_of.metered(kept, sum_of, world, was_running, running, dt_s)
    store_meters(meters[0], kept)


def run_on_one_bank(
    sites, settings, states, badges, whose, course, loss, suns, inputs, skies, stands, says,
    ordered, flows, sums, meters, worst, dt_s,
):  # fmt: skip
    """Carry a group with one bank for all through all rows of `inputs`.

    `flows` has a row per step and unit, `sums` one per step; `states` and `meters`, the group's,
    are changed in place. `worst` gets the largest balance error of each unit, its last that of the
    group. `whose` says which of `sites`, `settings` and `suns`, a row per different roof, are a
    unit's. `loss` is the share of frames lost at each unit's plug. `course` and those from `skies`
    to `ordered` are room for what a tick works out. No two arrays share memory.
    """
    carry(
        sites, settings, states, badges, whose, course, loss, suns, inputs, skies, stands, says,
        ordered, flows, sums, meters, worst, dt_s, 1.0,
    )  # fmt: skip


def run_on_own_banks(
    sites, settings, states, badges, whose, course, loss, suns, inputs, skies, stands, says,
    ordered, flows, sums, meters, worst, dt_s,
):  # fmt: skip
    """Carry a group through the same where each unit has a bank of its own."""
    carry(
        sites, settings, states, badges, whose, course, loss, suns, inputs, skies, stands, says,
        ordered, flows, sums, meters, worst, dt_s, 0.0,
    )  # fmt: skip
