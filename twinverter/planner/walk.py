"""The compiled loop of the planner: many devices through the same world, read as a meter reads.

What the strings offer depends on sun and modules alone, so it is worked out once for a world
(`offered`) and handed to every device that lives through it: the same step, to the last digit.
"""

from typing import NamedTuple

from numba import prange

from twinverter.batch import loop
from twinverter.core.blocks import total
from twinverter.core.kernel import kernel
from twinverter.core.records import loader, storer
from twinverter.inverter import Meters, State, step_seen
from twinverter.plant import battery, plant
from twinverter.plant.grid import mains_v
from twinverter.plant.plant import Offer, Terminals
from twinverter.plant.pv import NO_POINT
from twinverter.plant.state import TrackerState

HOURS_PER_S = 1.0 / 3600.0
# What a day of a device is summed up in, in the order of a row of `counters`.
COUNTERS = (
    "fuel_l", "generator_s", "generator_starts", "unserved_wh", "unserved_s", "capacity_loss",
)  # fmt: skip


class Offers(NamedTuple):
    """What both strings offer in one step."""

    string1: Offer
    string2: Offer


load_offers = loader(Offers)
store_offers = storer(Offers)


@kernel
def counted(state):
    """Return a state that has forgotten what no counter needs, so that nobody adds it up."""
    meters = state.meters
    return State(
        state.control,
        state.plant,
        Meters(
            0.0, 0.0, 0.0, 0.0, 0.0, meters.load_unserved_wh, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
            0.0, 0.0, 0.0, meters.fuel_l, meters.generator_s, meters.generator_starts,
            meters.unserved_s,
        ),
    )  # fmt: skip


def offered(sites, inputs, offers, shares):
    """Fill `offers` with what the strings of a site give in each row.

    `shares` is where the search for each string's best point begins; it ends where the next rows
    have to begin.
    """
    site = sites[0]
    first = TrackerState(0.0, 0.0, shares[0])
    second = TrackerState(0.0, 0.0, shares[1])
    for row in range(inputs.shape[0]):
        seen = loop.load_inputs(inputs[row])
        one = plant.offered(site.tracker, site.pv1, first, seen.irradiance1_w_m2, seen.cell1_c)
        other = plant.offered(site.tracker, site.pv2, second, seen.irradiance2_w_m2, seen.cell2_c)
        first = plant.tracked(one, first, NO_POINT)
        second = plant.tracked(other, second, NO_POINT)
        store_offers(offers[row], Offers(one, other))
    shares[0] = first.share
    shares[1] = second.share


def walk(
    sites, settings, states, inputs, offers, buy, sell, band, day, window_rows, wh, money, peak_w,
    counters, dt_s,
):  # fmt: skip
    """Carry devices through the same rows, which begin with a day or go on with one.

    `wh[device, day, band]` holds what was bought and sold, `money[device, day]` what that cost and
    earned, `peak_w[device, day]` the highest mean import of a window of `window_rows`, and
    `counters[device, day]` the readings of `COUNTERS` when a day ends.
    """
    hours = dt_s * HOURS_PER_S
    rows = inputs.shape[0]
    for device in prange(states.shape[0]):
        where = sites[device]
        rules = settings[device]
        now = loop.load_state(states[device])
        window_w = 0.0
        window_left = window_rows
        for row in range(rows):
            seen = loop.load_inputs(inputs[row])
            given = load_offers(offers[row])
            terminals = Terminals(
                given.string1,
                given.string2,
                battery.source(where.battery, now.plant.battery),
                mains_v(where, now.plant, seen),
            )
            now, flow = step_seen(where, rules, now, seen, terminals, dt_s)
            grid_w = total(flow.grid_w)
            today = day[row]
            if grid_w > 0.0:
                wh[device, today, band[row], 0] += grid_w * hours
                money[device, today, 0] += grid_w * hours * buy[row]
                window_w += grid_w
            else:
                wh[device, today, band[row], 1] -= grid_w * hours
                money[device, today, 1] -= grid_w * hours * sell[row]
            window_left -= 1
            if window_left == 0:
                peak_w[device, today] = max(peak_w[device, today], window_w / window_rows)
                window_w, window_left = 0.0, window_rows
            if row + 1 == rows or day[row + 1] != today:
                meters = now.meters
                bank = now.plant.battery
                counters[device, today, 0] = meters.fuel_l
                counters[device, today, 1] = meters.generator_s
                counters[device, today, 2] = meters.generator_starts
                counters[device, today, 3] = meters.load_unserved_wh
                counters[device, today, 4] = meters.unserved_s
                counters[device, today, 5] = bank.calendar_loss + bank.cycle_loss
        loop.store_state(states[device], counted(now))
