"""The least a stretch of time can cost with perfect foresight: what no setting can beat.

The device of the bound knows every minute to come. It has the real ratings, losses, generator and
outages, each never worse than the real one: losses are tangents to the real curves
(`planner/conversion.py`), a stage that would rather rest may do so for part of a step
(`planner/moment.py`), an engine burns what its load takes and starts for nothing. So its cost is a
lower bound of what any settings reach.

With prices that are not negative the value of stored energy is convex and piecewise linear in what
is stored, and the best plan is exact dynamic programming over its slopes: each step merges the
sorted slopes of the value with the few of the step's own cost (an infimal convolution) and clips
the result to the bank's window. `planner/program.py` solves the same problem in general, by HiGHS.
"""

from typing import NamedTuple

import numpy as np

from twinverter.core.kernel import compiled, kernel
from twinverter.planner.moment import (
    CORNERS,
    NOTHING_WH,
    Course,
    Limits,
    corners,
    moment,
    supplied,
)

# Slopes of the value of storage. Where they do not fit there is another try with twice the room.
PIECES = 128
# Rows whose slopes are held at once: of a longer course only those between stretches are kept.
STRETCH = 40_000
# Slopes this near, as a ratio, are one.
SAME = 1e-12


class Plan(NamedTuple):
    """The best plan: its cost, what is stored after each step, and what flows.

    `store_w` leaves the store, `grid_w` is bought (positive) or sold, `gen_w` what the engine
    gives, `unserved_w` what nobody does.
    """

    cost: float
    stored_wh: np.ndarray
    store_w: np.ndarray
    grid_w: np.ndarray
    gen_w: np.ndarray
    unserved_w: np.ndarray


class Values(NamedTuple):
    """The value of storage before each row of a stretch, and after its last.

    Of each the rising `slopes` (money per Wh) over their `lengths` (Wh), `counts` of them, from
    `lows` (Wh above the floor) on.
    """

    slopes: np.ndarray
    lengths: np.ndarray
    counts: np.ndarray
    lows: np.ndarray


@kernel
def slope_of(taken_wh, costs, place):
    """Return the slope and the length of the piece that ends at a corner."""
    length_wh = taken_wh[place] - taken_wh[place - 1]
    if length_wh <= NOTHING_WH:
        return -np.inf, 0.0
    return (costs[place] - costs[place - 1]) / length_wh, length_wh


def backward(limits, course, first, fuel, unserved, hours, values):
    """Fill the values before each row of a stretch, from that after its last row back.

    The stretch begins at row `first` of the course. Returns what its rows cost at the lowest
    level, and whether the pieces fitted.
    """
    slopes, lengths, counts, lows = values
    taken_wh, costs, missing_w = np.empty(CORNERS), np.empty(CORNERS), np.empty(CORNERS)
    window_wh = limits.capacity_wh - limits.floor_wh
    value = 0.0
    for row in range(len(counts) - 2, -1, -1):
        now = moment(course, first + row, fuel, unserved)
        own = corners(limits, now, hours, taken_wh, costs, missing_w)
        later, later_wh = slopes[row + 1], lengths[row + 1]
        here, here_wh = slopes[row], lengths[row]
        low_wh = at_wh = lows[row + 1] + taken_wh[0]
        value += costs[0]
        i = count = 0
        j = 1
        own_slope, own_wh = slope_of(taken_wh, costs, j) if j < own else (np.inf, 0.0)
        while i < counts[row + 1] or j < own:
            if j >= own or (i < counts[row + 1] and later[i] <= own_slope):
                slope, length_wh = later[i], later_wh[i]
                i += 1
            else:
                slope, length_wh = own_slope, own_wh
                j += 1
                if j < own:
                    own_slope, own_wh = slope_of(taken_wh, costs, j)
            if length_wh <= NOTHING_WH:
                continue
            if at_wh < 0.0:
                skipped_wh = min(length_wh, -at_wh)
                value += slope * skipped_wh
                at_wh += skipped_wh
                length_wh -= skipped_wh
                low_wh = at_wh
            if length_wh <= NOTHING_WH:
                continue
            length_wh = min(length_wh, window_wh - at_wh)
            if length_wh <= NOTHING_WH:
                break
            at_wh += length_wh
            if count > 0 and slope - here[count - 1] <= SAME * abs(slope):
                here_wh[count - 1] += length_wh
            elif count == slopes.shape[1]:
                return 0.0, False
            else:
                here[count], here_wh[count] = slope, length_wh
                count += 1
        counts[row] = count
        lows[row] = low_wh
    return value, True


def forward(limits, course, first, fuel, unserved, hours, values, start_wh, flows):
    """Walk the plan through a stretch from `start_wh` above the floor; return its cost.

    `flows` takes of each row what is stored after it, and what mains, engine and nobody give.
    """
    slopes, lengths, counts, lows = values
    taken_wh, costs, missing_w = np.empty(CORNERS), np.empty(CORNERS), np.empty(CORNERS)
    now_wh = start_wh
    cost = 0.0
    for row in range(len(counts) - 1):
        now = moment(course, first + row, fuel, unserved)
        own = corners(limits, now, hours, taken_wh, costs, missing_w)
        need_wh = now_wh - (lows[row + 1] + taken_wh[0])
        i = 0
        j = 1
        share = 0.0
        while need_wh > NOTHING_WH and (j < own or i < counts[row + 1]):
            slope, length_wh = slope_of(taken_wh, costs, j) if j < own else (np.inf, 0.0)
            if j >= own or (i < counts[row + 1] and slopes[row + 1, i] <= slope):
                need_wh -= lengths[row + 1, i]
                i += 1
            elif length_wh > need_wh:
                share = need_wh / length_wh
                need_wh = 0.0
            else:
                need_wh -= length_wh
                j += 1
        before = supplied(limits, now, missing_w[j - 1])
        taken = taken_wh[j - 1]
        paid = costs[j - 1]
        after = before
        if share > 0.0:
            after = supplied(limits, now, missing_w[j])
            taken += share * (taken_wh[j] - taken)
            paid += share * (costs[j] - paid)
        now_wh -= taken
        cost += paid
        flows[first + row, 0] = now_wh + limits.floor_wh
        for place in range(3):
            flows[first + row, 1 + place] = before[place] + share * (after[place] - before[place])
    return cost


def bound(limits: Limits, course: Course, fuel: float, unserved: float, hours: float) -> Plan:
    """Return the cheapest plan of a course in steps of `hours`.

    `fuel` and `unserved` are money per Wh. ValueError where a price is negative, or an energy sold
    earns more than one bought costs: the value is then not convex, and `program` has to be asked.
    """
    _convex(course, fuel, unserved)
    pieces, plan = PIECES, None
    while plan is None:
        plan = _Way(limits, course, fuel, unserved, hours, pieces).plan()
        pieces *= 2
    return plan


class _Way:
    """One try at a course with room for so many pieces."""

    def __init__(
        self,
        limits: Limits,
        course: Course,
        fuel: float,
        unserved: float,
        hours: float,
        pieces: int,
    ) -> None:
        self.limits, self.course, self.hours = limits, course, hours
        self.prices = fuel, unserved
        self.steps = len(course.sun_w)
        rows = min(self.steps, STRETCH) + 1
        self.room = Values(
            np.empty((rows, pieces)),
            np.empty((rows, pieces)),
            np.zeros(rows, dtype=np.int64),
            np.zeros(rows),
        )
        self.start_wh = limits.start_wh - limits.floor_wh
        # The bank ends as full as it began, or fuller, which earns nothing.
        self.between = {self.steps: self._last()}

    def _last(self) -> Values:
        value = Values(*(part[:1].copy() for part in self.room))
        value.slopes[0, 0] = 0.0
        value.lengths[0, 0] = self.limits.capacity_wh - self.limits.start_wh
        value.counts[0], value.lows[0] = 1, self.start_wh
        return value

    def plan(self) -> Plan | None:
        """Return the plan, or None where the pieces are too few."""
        firsts = range(0, self.steps, STRETCH)
        cost = 0.0
        for first in reversed(firsts):
            more, fits = self._back(first)
            if not fits:
                return None
            cost += more
        cost += self._climbed()
        flows = np.empty((self.steps, 4))
        now_wh = self.start_wh
        for first in firsts:
            if first > 0:
                self._back(first)
            compiled(forward)(
                self.limits, self.course, first, *self.prices, self.hours,
                self._stretch(first), now_wh, flows,
            )  # fmt: skip
            now_wh = flows[min(first + STRETCH, self.steps) - 1, 0] - self.limits.floor_wh
        stored_wh, grid_w, gen_w, unserved_w = flows.T.copy()
        store_w = -np.diff(np.append(self.limits.start_wh, stored_wh)) / self.hours
        return Plan(cost, stored_wh, store_w, grid_w, gen_w, unserved_w)

    def _stretch(self, first: int) -> Values:
        rows = min(STRETCH, self.steps - first) + 1
        return Values(*(part[:rows] for part in self.room))

    def _back(self, first: int) -> tuple[float, bool]:
        """Fill the values of a stretch; keep that before it for the stretch before."""
        values = self._stretch(first)
        later = self.between[min(first + STRETCH, self.steps)]
        for part, last in zip(values, later, strict=True):
            part[-1] = last[0]
        cost, fits = compiled(backward)(
            self.limits, self.course, first, *self.prices, self.hours, values
        )
        self.between[first] = Values(*(part[:1].copy() for part in values))
        return cost, fits

    def _climbed(self) -> float:
        """Return what the start costs less than the lowest level; ValueError if it is no level."""
        value = self.between[0]
        left_wh = self.start_wh - value.lows[0]
        climbed = 0.0
        for piece in range(value.counts[0]):
            part_wh = min(left_wh, value.lengths[0, piece])
            climbed += value.slopes[0, piece] * part_wh
            left_wh -= part_wh
        if abs(left_wh) > 1e-6:
            raise ValueError("the bank cannot end as full as it began")
        return float(climbed)


def _convex(course: Course, fuel: float, unserved: float) -> None:
    on = course.mains > 0.0
    if min(course.buy.min(), course.sell.min(), fuel, unserved) < 0.0:
        raise ValueError("a price is negative")
    if (course.sell[on] > course.buy[on]).any():
        raise ValueError("at some time a kWh earns more than it costs")
    if fuel > unserved:
        raise ValueError("fuel costs more than going without")
