"""One step of the bound: what it costs over what it takes out of the store, as a broken line.

The stage either runs, takes `running_w` for itself and converts, or rests. Running costs are
convex; the chance to rest is one point beside them, and a step may be shared between both, so the
line is the lower hull of the two. Sun that nobody takes is left.
"""

from typing import NamedTuple

import numpy as np

from twinverter.core.kernel import kernel
from twinverter.planner.conversion import Curve, across, along

# Room for the corners of a step: those of two curves, three cuts at the AC side, the ends.
CORNERS = 32
NOTHING_WH = 1e-9


class Limits(NamedTuple):
    """What the device of the bound can do.

    `bank` is the power out of the store over that at the link, `stage` the power at the AC side
    over that at the link, both negative when charging. `sell_w` counts at the mains, `gen_w` at
    the engine; what the machine itself takes, running and resting, comes from the link.
    """

    capacity_wh: float
    floor_wh: float
    start_wh: float
    bank: Curve
    stage: Curve
    sell_w: float
    gen_w: float
    running_w: float
    resting_w: float


class Course(NamedTuple):
    """What happens, one figure a step: sun at the link, load, and prices per Wh.

    `buy` and `sell` are those of the mains, of which at least `standing_w` are bought; where
    `mains` is 0, energy that is missing costs `fuel` up to the engine's rating while `gen` is 1,
    and `unserved` beyond.
    """

    sun_w: np.ndarray
    load_w: np.ndarray
    buy: np.ndarray
    sell: np.ndarray
    mains: np.ndarray
    gen: np.ndarray
    standing_w: np.ndarray


class Moment(NamedTuple):
    """One row of a course, with what fuel and darkness cost per Wh."""

    sun_w: float
    load_w: float
    buy: float
    sell: float
    mains: float
    gen: float
    standing_w: float
    fuel: float
    unserved: float


@kernel
def moment(course, row, fuel, unserved):
    """Return one row of a course."""
    return Moment(
        course.sun_w[row],
        course.load_w[row],
        course.buy[row],
        course.sell[row],
        course.mains[row],
        course.gen[row],
        course.standing_w[row],
        fuel,
        unserved,
    )


@kernel
def supplied(limits, now, missing_w):
    """Return what mains, engine and nobody give while `missing_w` is missing at the AC side."""
    if now.mains > 0.0:
        return max(missing_w, now.standing_w - limits.sell_w), 0.0, 0.0
    short_w = max(0.0, missing_w)
    engine_w = min(short_w, limits.gen_w * now.gen)
    return 0.0, engine_w, short_w - engine_w


@kernel
def hourly(limits, now, missing_w):
    """Return what an hour costs in which `missing_w` is missing at the AC side."""
    grid_w, engine_w, dark_w = supplied(limits, now, missing_w)
    price = now.buy if grid_w > 0.0 else now.sell
    return price * grid_w + now.fuel * engine_w + now.unserved * dark_w


@kernel
def resting_missing_w(limits, now):
    """Return what is missing at the AC side while the stage rests; off grid it takes nothing."""
    own_w = along(limits.stage, -limits.resting_w) if now.mains > 0.0 else 0.0
    return now.load_w - own_w


@kernel
def corners(limits, now, hours, taken_wh, costs, missing_w):
    """Fill the corners of one step's cost and return how many there are.

    `taken_wh` is what leaves the store, rising; between corners costs and flows run straight.
    """
    surplus_w = now.sun_w - limits.running_w
    bank, stage = limits.bank, limits.stage
    bank_last, stage_last = len(bank.link_w) - 1, len(stage.link_w) - 1
    at_w = min(0.0, max(bank.link_w[0], stage.link_w[0] - surplus_w))
    first_w = second_w = third_w = now.load_w
    if now.mains > 0.0:
        second_w -= now.standing_w
        third_w += limits.sell_w
    else:
        first_w -= limits.gen_w * now.gen
    count = i = j = 0
    while count < CORNERS - 1:
        x_w = surplus_w + at_w
        taken_wh[count] = along(bank, at_w) * hours
        missing_w[count] = now.load_w - along(stage, x_w)
        costs[count] = hourly(limits, now, missing_w[count]) * hours
        count += 1
        while i < bank_last and bank.link_w[i] <= at_w + NOTHING_WH:
            i += 1
        while j < stage_last and stage.link_w[j] <= x_w + NOTHING_WH:
            j += 1
        next_w = bank.link_w[i]
        if next_w <= at_w + NOTHING_WH:
            break
        if x_w + NOTHING_WH < stage.link_w[j] < next_w + surplus_w:
            next_w = stage.link_w[j] - surplus_w
        for cut_w in (first_w, second_w, third_w):
            if stage.outer_w[0] < cut_w < stage.outer_w[stage_last]:
                there_w = across(stage, cut_w) - surplus_w
                if at_w + NOTHING_WH < there_w < next_w:
                    next_w = there_w
        at_w = next_w
    return rested(limits, now, hours, taken_wh, costs, missing_w, count)


@kernel
def rested(limits, now, hours, taken_wh, costs, missing_w, count):
    """Take the chance to rest into the corners: the lower hull of both; return how many are left.

    Where nothing is taken the running stage always has a corner.
    """
    short_w = resting_missing_w(limits, now)
    cost = hourly(limits, now, short_w) * hours
    zero = 0
    while zero < count and taken_wh[zero] < -NOTHING_WH:
        zero += 1
    if zero == count or cost >= costs[zero]:
        return count
    left = 0
    while left < zero:
        jump = (cost - costs[left]) / -taken_wh[left]
        ahead = (costs[left + 1] - costs[left]) / (taken_wh[left + 1] - taken_wh[left])
        if ahead >= jump:
            left += 1
            break
        left += 1
    right = zero + 1
    while right + 1 < count:
        jump = (costs[right] - cost) / taken_wh[right]
        ahead = (costs[right + 1] - costs[right]) / (taken_wh[right + 1] - taken_wh[right])
        if ahead >= jump:
            break
        right += 1
    # What lies between the two jumps goes; one corner, that of resting, stands for it.
    shift = left + 1 - right
    for place in range(right, count):
        taken_wh[place + shift] = taken_wh[place]
        costs[place + shift] = costs[place]
        missing_w[place + shift] = missing_w[place]
    taken_wh[left], costs[left], missing_w[left] = 0.0, cost, short_w
    return count + shift
