"""The least a stretch of time can cost with perfect foresight: what no setting can beat.

The device of the bound knows every minute to come. It has the real ratings, the real generator and
outages, and losses that are never larger than the real ones: each converter loses its share alone,
the bank has no resistance, an engine burns what its load takes and starts for nothing. So its cost
is a lower bound of what any settings reach.

With prices that are not negative the value of stored energy is convex and piecewise linear in what
is stored, and the best plan is exact dynamic programming over its slopes: each step merges the
sorted slopes of the value with the few of the step's own cost (an infimal convolution) and clips
the result to the bank's window. `planner/program.py` solves the same problem in general, by HiGHS.
"""

from typing import NamedTuple

import numpy as np

from twinverter.core.kernel import compiled, kernel

# Slopes of one step's cost: six cuts make seven pieces. Those of the value of storage: a year of
# four prices met nine; where they do not fit there is another try with twice the room.
STEP_PIECES, PIECES = 8, 16
NOTHING_WH = 1e-9


class Limits(NamedTuple):
    """What the device of the bound can do. Shares are of what goes in; powers at the terminals.

    `charge_w` and `discharge_w` count at the bank, `ac_w` at the inverter in both directions,
    `sell_w` at the mains, `gen_w` at the engine.
    """

    capacity_wh: float
    start_wh: float
    charge_w: float
    discharge_w: float
    ac_w: float
    sell_w: float
    gen_w: float
    pv_share: float
    charge_share: float
    discharge_share: float
    inverter_share: float
    rectifier_share: float
    own_w: float


class Course(NamedTuple):
    """What happens, one figure a step: PV at the trackers, load, and prices per Wh.

    `buy` and `sell` are those of the mains; where `mains` is 0, energy that is missing costs
    `fuel` up to the engine's rating while `gen` is 1, and `unserved` beyond.
    """

    pv_w: np.ndarray
    load_w: np.ndarray
    buy: np.ndarray
    sell: np.ndarray
    mains: np.ndarray
    gen: np.ndarray


class Plan(NamedTuple):
    """The best plan: its cost, what is stored after each step, and what flows at the terminals.

    `grid_w` is bought (positive) or sold, `gen_w` what the engine gives, `unserved_w` what nobody
    does.
    """

    cost: float
    stored_wh: np.ndarray
    battery_w: np.ndarray
    grid_w: np.ndarray
    gen_w: np.ndarray
    unserved_w: np.ndarray


@kernel
def step_cost(limits, pv_w, load_w, buy, sell, mains, gen, fuel, unserved, hours, slopes, lengths):
    """Return the lowest store change (taken out, Wh), its cost, and how many pieces there are.

    The pieces go into `slopes` (money per Wh taken out, rising) and `lengths` (Wh).
    """
    surplus_w = pv_w * limits.pv_share - limits.own_w
    # All cuts in link power out of the bank; the inverter rectifies below x = 0.
    low_w = max(
        -limits.charge_w / limits.charge_share, -surplus_w - limits.ac_w * limits.rectifier_share
    )
    low_w = min(0.0, low_w)
    high_w = limits.discharge_w * limits.discharge_share
    stage_w = limits.ac_w / limits.inverter_share
    first_w = load_w - limits.gen_w * gen if mains == 0.0 else load_w
    last_w = load_w + limits.sell_w if mains > 0.0 else load_w
    at_w = low_w
    x_w = surplus_w + at_w
    ac_w = x_w * limits.inverter_share if x_w > 0.0 else x_w / limits.rectifier_share
    cost = hours * met_cost(limits, ac_w, load_w, buy, sell, mains, gen, fuel, unserved)
    count = 0
    while at_w < high_w - NOTHING_WH and count < STEP_PIECES:
        next_w = high_w
        for cut_ac_w in (0.0, first_w, load_w, last_w):
            share = limits.inverter_share if cut_ac_w > 0.0 else 1.0 / limits.rectifier_share
            cut_w = cut_ac_w / share - surplus_w
            if at_w + NOTHING_WH < cut_w < next_w:
                next_w = cut_w
        if at_w + NOTHING_WH < 0.0 < next_w:
            next_w = 0.0
        if at_w + NOTHING_WH < stage_w - surplus_w < next_w:
            next_w = stage_w - surplus_w
        middle_w = surplus_w + 0.5 * (at_w + next_w)
        share = limits.inverter_share if middle_w > 0.0 else 1.0 / limits.rectifier_share
        price = 0.0
        if middle_w < stage_w:
            missing_w = load_w - middle_w * share
            price = share * marginal(limits, missing_w, buy, sell, mains, gen, fuel, unserved)
        if at_w < 0.0:
            slopes[count] = -price / limits.charge_share
            lengths[count] = (next_w - at_w) * hours * limits.charge_share
        else:
            slopes[count] = -price * limits.discharge_share
            lengths[count] = (next_w - at_w) * hours / limits.discharge_share
        count += 1
        at_w = next_w
    return low_w * hours * limits.charge_share, cost, count


@kernel
def marginal(limits, missing_w, buy, sell, mains, gen, fuel, unserved):
    """Return what one more Wh at the AC side is worth while `missing_w` is missing there."""
    if mains > 0.0:
        if missing_w > 0.0:
            return buy
        return sell if -missing_w < limits.sell_w else 0.0
    if missing_w > limits.gen_w * gen:
        return unserved
    return fuel if missing_w > 0.0 else 0.0


@kernel
def met_cost(limits, ac_w, load_w, buy, sell, mains, gen, fuel, unserved):
    """Return what it costs per hour to meet the load beside `ac_w` from the inverter."""
    missing_w = load_w - ac_w
    if mains > 0.0:
        if missing_w > 0.0:
            return buy * missing_w
        return -sell * min(-missing_w, limits.sell_w)
    engine_w = min(max(0.0, missing_w), limits.gen_w * gen)
    return fuel * engine_w + unserved * max(0.0, missing_w - engine_w)


def backward(limits, course, fuel, unserved, hours, slopes, lengths, counts, lows):
    """Fill the slopes of the value of storage before each step, from the last one back.

    Returns the cost from `start_wh` on, whether the bank can end as full as it began, and whether
    the pieces fitted.
    """
    pv_w, load_w, buy, sell, mains, gen = course
    steps = len(pv_w)
    own, wide = np.empty(STEP_PIECES), np.empty(STEP_PIECES)
    slopes[steps, 0] = 0.0
    lengths[steps, 0] = limits.capacity_wh - limits.start_wh
    counts[steps] = 1
    lows[steps] = limits.start_wh
    value = 0.0
    for row in range(steps - 1, -1, -1):
        least_wh, cost, pieces = step_cost(
            limits, pv_w[row], load_w[row], buy[row], sell[row], mains[row], gen[row], fuel,
            unserved, hours, own, wide,
        )  # fmt: skip
        later, later_wh = slopes[row + 1], lengths[row + 1]
        here, here_wh = slopes[row], lengths[row]
        low_wh = lows[row + 1] + least_wh
        value += cost
        at_wh = low_wh
        i = j = count = 0
        while i < counts[row + 1] or j < pieces:
            if j >= pieces or (i < counts[row + 1] and later[i] <= own[j]):
                slope, length_wh = later[i], later_wh[i]
                i += 1
            else:
                slope, length_wh = own[j], wide[j]
                j += 1
            if at_wh < 0.0:
                skipped_wh = min(length_wh, -at_wh)
                value += slope * skipped_wh
                at_wh += skipped_wh
                length_wh -= skipped_wh
                low_wh = at_wh
            if length_wh <= NOTHING_WH:
                continue
            length_wh = min(length_wh, limits.capacity_wh - at_wh)
            if length_wh <= NOTHING_WH:
                break
            at_wh += length_wh
            if count > 0 and here[count - 1] == slope:
                here_wh[count - 1] += length_wh
            elif count == slopes.shape[1]:
                return 0.0, True, False
            else:
                here[count], here_wh[count] = slope, length_wh
                count += 1
        counts[row] = count
        lows[row] = low_wh
    left_wh = limits.start_wh - lows[0]
    for piece in range(counts[0]):
        part_wh = min(left_wh, lengths[0, piece])
        value += slopes[0, piece] * part_wh
        left_wh -= part_wh
    return value, abs(left_wh) <= 1e-6, True


def forward(limits, course, fuel, unserved, hours, slopes, lengths, counts, lows, stored_wh):
    """Walk the plan from the first step on; fill `stored_wh` and return its cost."""
    pv_w, load_w, buy, sell, mains, gen = course
    own, wide = np.empty(STEP_PIECES), np.empty(STEP_PIECES)
    now_wh = limits.start_wh
    total = 0.0
    for row in range(len(pv_w)):
        least_wh, cost, pieces = step_cost(
            limits, pv_w[row], load_w[row], buy[row], sell[row], mains[row], gen[row], fuel,
            unserved, hours, own, wide,
        )  # fmt: skip
        need_wh = now_wh - (lows[row + 1] + least_wh)
        taken_wh = least_wh
        i = j = 0
        used_wh = 0.0
        while need_wh > NOTHING_WH:
            if j >= pieces and i >= counts[row + 1]:
                break
            later_first = j >= pieces or (i < counts[row + 1] and slopes[row + 1, i] <= own[j])
            if later_first:
                need_wh -= lengths[row + 1, i]
                i += 1
            else:
                used_wh = min(need_wh, wide[j])
                taken_wh += used_wh
                cost += own[j] * used_wh
                need_wh -= used_wh
                j += 1
        now_wh -= taken_wh
        stored_wh[row] = now_wh
        total += cost
    return total


def bound(limits: Limits, course: Course, fuel: float, unserved: float, hours: float) -> Plan:
    """Return the cheapest plan of a course in steps of `hours`.

    `fuel` and `unserved` are money per Wh. ValueError where a price is negative, or an energy sold
    earns more than one bought costs: the value is then not convex, and `program` has to be asked.
    """
    _convex(course, fuel, unserved)
    steps = len(course.pv_w)
    counts, lows = np.zeros(steps + 1, dtype=np.int64), np.zeros(steps + 1)
    pieces, fits = PIECES, False
    while not fits:
        slopes, lengths = np.empty((steps + 1, pieces)), np.empty((steps + 1, pieces))
        value, full_again, fits = compiled(backward)(
            limits, course, fuel, unserved, hours, slopes, lengths, counts, lows
        )
        pieces *= 2
    if not full_again:
        raise ValueError("the bank cannot end as full as it began")
    stored_wh = np.empty(steps)
    compiled(forward)(
        limits, course, fuel, unserved, hours, slopes, lengths, counts, lows, stored_wh
    )
    return planned(limits, course, value, stored_wh, hours)


def _convex(course: Course, fuel: float, unserved: float) -> None:
    on = course.mains > 0.0
    if min(course.buy.min(), course.sell.min(), fuel, unserved) < 0.0:
        raise ValueError("a price is negative")
    if (course.sell[on] > course.buy[on]).any():
        raise ValueError("at some time a kWh earns more than it costs")
    if fuel > unserved:
        raise ValueError("fuel costs more than going without")


def planned(
    limits: Limits, course: Course, cost: float, stored_wh: np.ndarray, hours: float
) -> Plan:
    """Return a plan with its flows, from what is stored after each step."""
    taken_w = -np.diff(np.append(limits.start_wh, stored_wh)) / hours
    link_w = np.where(
        taken_w > 0.0, taken_w * limits.discharge_share, taken_w / limits.charge_share
    )
    x_w = course.pv_w * limits.pv_share - limits.own_w + link_w
    ac_w = np.where(x_w > 0.0, x_w * limits.inverter_share, x_w / limits.rectifier_share)
    missing_w = course.load_w - np.minimum(ac_w, limits.ac_w)
    on = course.mains > 0.0
    grid_w = np.where(on, np.maximum(missing_w, -limits.sell_w), 0.0)
    short_w = np.where(on, 0.0, np.maximum(missing_w, 0.0))
    gen_w = np.minimum(short_w, limits.gen_w * course.gen)
    return Plan(cost, stored_wh, taken_w, grid_w, gen_w, short_w - gen_w)
