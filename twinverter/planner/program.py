"""The same bound in general, as a linear or mixed-integer programme solved by HiGHS.

It takes what the dynamic programme of `planner/bound.py` cannot: negative prices, feeding in that
pays more than buying, an engine that burns fuel at idle and costs something to start. It is the
judge of the fast way wherever both apply.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from twinverter.planner.bound import Course, Limits, Plan

# Columns of one step, in this order, each of them a block of all steps.
NAMES = (
    "pv", "charge", "discharge", "invert", "rectify", "buy", "sell", "gen", "unserved", "stored",
    "charging", "feeding", "running", "start",
)  # fmt: skip
WHOLE = ("charging", "feeding", "running")


class Engine(NamedTuple):
    """What an engine costs besides its load: per hour of running, and per start."""

    per_h: float = 0.0
    per_start: float = 0.0


class Rows:
    """The rows of a programme as they are written down."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.count = 0
        self._places: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.low: list[np.ndarray] = []
        self.high: list[np.ndarray] = []

    def add(
        self,
        terms: Mapping[str, float | np.ndarray],
        low: np.ndarray | float,
        high: np.ndarray | float,
    ) -> None:
        """Add one row a step: low <= sum of factor times column <= high.

        A name with a trailing `-` is the column of the step before; the first step has none.
        """
        rows = self.count + np.arange(self.steps)
        for name, factor in terms.items():
            before = name.endswith("-")
            block = NAMES.index(name.rstrip("-")) * self.steps
            steps = np.arange(1 if before else 0, self.steps)
            columns = block + steps - (1 if before else 0)
            self._places.append((rows[steps], columns, np.broadcast_to(factor, self.steps)[steps]))
        self.low.append(np.broadcast_to(low, self.steps).astype(float))
        self.high.append(np.broadcast_to(high, self.steps).astype(float))
        self.count += self.steps

    def constraint(self) -> LinearConstraint:
        """Return all rows as one sparse constraint."""
        rows, columns, factors = (np.concatenate(part) for part in zip(*self._places, strict=True))
        shape = (self.count, len(NAMES) * self.steps)
        matrix = coo_array((factors, (rows, columns)), shape=shape).tocsr()
        return LinearConstraint(matrix, np.concatenate(self.low), np.concatenate(self.high))


def program(
    limits: Limits,
    course: Course,
    fuel: float,
    unserved: float,
    hours: float,
    engine: Engine | None = None,
    seconds: float | None = None,
    relaxed: bool = False,
) -> Plan:
    """Return the cheapest plan of a course in steps of `hours`; prices are money per Wh.

    Whole numbers are used only where they are needed: where a price is negative or selling pays
    more than buying (nothing flows both ways at once), and for an `engine` with costs of its own.
    `seconds` ends the search early with the best bound. `relaxed` does without whole numbers: a
    cost that no plan can beat, quickly. RuntimeError where there is no plan.
    """
    steps = len(course.pv_w)
    on = course.mains > 0.0
    both = bool((course.sell[on] > course.buy[on]).any() or min(course.buy.min(), fuel) < 0.0)
    both = not relaxed and (both or bool((course.sell[on] < 0.0).any()))
    own = engine or Engine()
    starts = not relaxed and (own.per_h > 0.0 or own.per_start > 0.0)
    most = _bounds(limits, course, on, both, starts)
    costs: dict[str, Any] = {
        "buy": course.buy * hours,
        "sell": -course.sell * hours,
        "gen": fuel * hours,
        "unserved": unserved * hours,
        "running": own.per_h * hours,
        "start": own.per_start,
    }
    objective = np.concatenate(
        [np.broadcast_to(costs.get(name, 0.0), steps).astype(float) for name in NAMES]
    )
    rows = _rows(limits, course, hours, both, starts)
    low = np.zeros(len(NAMES) * steps)
    low[(NAMES.index("stored") + 1) * steps - 1] = limits.start_wh
    whole = np.concatenate(
        [np.full(steps, name in WHOLE and (both or starts), dtype=int) for name in NAMES]
    )
    found = milp(
        objective,
        integrality=whole,
        bounds=Bounds(low, most),
        constraints=rows.constraint(),
        options={} if seconds is None else {"time_limit": seconds},
    )
    if found.x is None:
        raise RuntimeError(f"the programme has no plan: {found.message}")
    blocks = dict(zip(NAMES, found.x.reshape(len(NAMES), steps), strict=True))
    cost = found.fun if found.status == 0 else found.mip_dual_bound
    return Plan(
        float(cost),
        blocks["stored"],
        blocks["discharge"] - blocks["charge"],
        blocks["buy"] - blocks["sell"],
        blocks["gen"],
        blocks["unserved"],
    )


def _bounds(limits: Limits, course: Course, on: np.ndarray, both: bool, starts: bool) -> np.ndarray:
    """Return the largest value of every column."""
    most: dict[str, Any] = {
        "pv": course.pv_w,
        "charge": limits.charge_w,
        "discharge": limits.discharge_w,
        "invert": limits.ac_w / limits.inverter_share,
        "rectify": limits.ac_w * limits.rectifier_share,
        "buy": np.where(on, np.inf, 0.0),
        "sell": np.where(on, limits.sell_w, 0.0),
        "gen": np.where(on, 0.0, limits.gen_w * course.gen),
        "unserved": np.where(on, 0.0, np.inf),
        "stored": limits.capacity_wh,
        "charging": float(both),
        "feeding": float(both),
        "running": float(starts),
        "start": float(starts),
    }
    steps = len(course.pv_w)
    return np.concatenate([np.broadcast_to(most[name], steps).astype(float) for name in NAMES])


def _rows(limits: Limits, course: Course, hours: float, both: bool, starts: bool) -> Rows:
    rows = Rows(len(course.pv_w))
    link = {
        "pv": limits.pv_share,
        "discharge": limits.discharge_share,
        "charge": -1.0 / limits.charge_share,
        "invert": -1.0,
        "rectify": 1.0,
    }
    rows.add(link, limits.own_w, limits.own_w)
    supplied = {
        "invert": limits.inverter_share,
        "rectify": -1.0 / limits.rectifier_share,
        "buy": 1.0,
        "sell": -1.0,
        "gen": 1.0,
        "unserved": 1.0,
    }
    rows.add(supplied, course.load_w, course.load_w)
    begin = np.zeros(len(course.pv_w))
    begin[0] = limits.start_wh
    rows.add({"stored": 1.0, "stored-": -1.0, "charge": -hours, "discharge": hours}, begin, begin)
    if both:
        top_w = limits.sell_w + limits.ac_w
        rows.add({"charge": 1.0, "charging": -limits.charge_w}, -np.inf, 0.0)
        rows.add({"discharge": 1.0, "charging": limits.discharge_w}, -np.inf, limits.discharge_w)
        rows.add({"sell": 1.0, "feeding": -limits.sell_w}, -np.inf, 0.0)
        most_w = course.load_w + top_w
        rows.add({"buy": 1.0, "feeding": most_w}, -np.inf, most_w)
    if starts:
        rows.add({"gen": 1.0, "running": -limits.gen_w}, -np.inf, 0.0)
        rows.add({"start": 1.0, "running": -1.0, "running-": 1.0}, 0.0, np.inf)
    return rows
