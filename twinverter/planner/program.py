"""The same bound in general, as a linear or mixed-integer programme solved by HiGHS.

It takes what the dynamic programme of `planner/bound.py` cannot: negative prices, feeding in that
pays more than buying, an engine that burns fuel at idle and costs something to start. It is the
judge of the fast way wherever both apply.

Every piece of a conversion curve is a column of its own. `run` is the share of a step in which the
stage runs: all that it carries is limited by that share, the loads of the rest are supplied
without it, so that the programme holds the very hull of `planner/moment.py`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from twinverter.planner.bound import Plan
from twinverter.planner.conversion import TOUCHED, Curve
from twinverter.planner.moment import Course, Limits, hourly, moment, resting_missing_w, supplied


def _pieces(name: str) -> tuple[str, ...]:
    return tuple(f"{name}{piece}" for piece in range(len(TOUCHED)))


CHARGE, DISCHARGE = _pieces("charge"), _pieces("discharge")
INVERT, RECTIFY = _pieces("invert"), _pieces("rectify")
# Columns of one step, in this order, each of them a block of all steps.
NAMES = (
    "sun", *CHARGE, *DISCHARGE, *INVERT, *RECTIFY, "run", "buy", "sell", "gen", "passed",
    "unserved", "stored", "charging", "feeding", "running", "start",
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
    steps = len(course.sun_w)
    on = course.mains > 0.0
    both = bool((course.sell[on] > course.buy[on]).any() or min(course.buy.min(), fuel) < 0.0)
    both = not relaxed and (both or bool((course.sell[on] < 0.0).any()))
    own = engine or Engine()
    starts = not relaxed and (own.per_h > 0.0 or own.per_start > 0.0)
    most = _bounds(limits, course, on, both, starts)
    resting, rest = _resting(limits, course, fuel, unserved)
    costs: dict[str, Any] = {
        "passed": (fuel - unserved) * hours,
        "run": -rest * hours,
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
    low[NAMES.index("stored") * steps : (NAMES.index("stored") + 1) * steps - 1] = limits.floor_wh
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
    left = 1.0 - blocks["run"]
    return Plan(
        float(cost + rest.sum() * hours),
        blocks["stored"],
        -np.diff(np.append(limits.start_wh, blocks["stored"])) / hours,
        blocks["buy"] - blocks["sell"] + left * resting[0],
        blocks["gen"] + blocks["passed"],
        blocks["unserved"] + left * resting[2] - blocks["passed"],
    )


def _resting(
    limits: Limits, course: Course, fuel: float, unserved: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return what mains, engine (nothing) and nobody give while the stage rests, and its cost.

    What the engine gives in that time is the column `passed`.
    """
    given = np.empty((3, len(course.sun_w)))
    cost = np.empty(len(course.sun_w))
    for row in range(len(cost)):
        now = moment(course, row, fuel, unserved)._replace(gen=0.0)
        missing_w = resting_missing_w(limits, now)
        given[:, row] = supplied(limits, now, missing_w)
        cost[row] = hourly(limits, now, missing_w)
    return given, cost


def _parts(curve: Curve) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return the pieces of a curve that charge and that give: link and outer power, inmost first.

    Curves of fewer pieces than there are columns are filled up with empty ones.
    """
    pieces = list(zip(np.diff(curve.link_w), np.diff(curve.outer_w), strict=True))
    charging = sum(1 for link_w in curve.link_w if link_w < 0.0)
    empty = [(0.0, 0.0)] * len(TOUCHED)
    inward, outward = pieces[:charging][::-1], pieces[charging:]
    return (inward + empty)[: len(TOUCHED)], (outward + empty)[: len(TOUCHED)]


def _share(over: float, under: float) -> float:
    return float(over / under) if under > 0.0 else 0.0


def _most(limits: Limits) -> dict[str, float]:
    """Return the largest power of every piece: of the bank at the store, of the stage at AC."""
    charging, giving = _parts(limits.bank)
    rectifying, inverting = _parts(limits.stage)
    return {
        name: float(piece[1])
        for names, pieces in (
            (CHARGE, charging), (DISCHARGE, giving), (RECTIFY, rectifying), (INVERT, inverting),
        )
        for name, piece in zip(names, pieces, strict=True)
    }  # fmt: skip


def _bounds(limits: Limits, course: Course, on: np.ndarray, both: bool, starts: bool) -> np.ndarray:
    """Return the largest value of every column."""
    most: dict[str, Any] = _most(limits) | {
        "sun": np.maximum(0.0, course.sun_w),
        "run": 1.0,
        "buy": np.where(on, np.inf, 0.0),
        "sell": np.where(on, limits.sell_w, 0.0),
        "gen": np.where(on, 0.0, limits.gen_w * course.gen),
        "passed": _passed_w(limits, course),
        "unserved": np.where(on, 0.0, np.inf),
        "stored": limits.capacity_wh,
        "charging": float(both),
        "feeding": float(both),
        "running": float(starts),
        "start": float(starts),
    }
    steps = len(course.sun_w)
    return np.concatenate([np.broadcast_to(most[name], steps).astype(float) for name in NAMES])


def _rows(limits: Limits, course: Course, hours: float, both: bool, starts: bool) -> Rows:
    rows = Rows(len(course.sun_w))
    most = _most(limits)
    link = _link(limits)
    rows.add(link | {"sun": 1.0, "run": -limits.running_w}, 0.0, 0.0)
    supply: dict[str, Any] = dict.fromkeys(INVERT, 1.0) | dict.fromkeys(RECTIFY, -1.0)
    supply |= {"buy": 1.0, "sell": -1.0, "gen": 1.0, "unserved": 1.0, "run": -course.load_w}
    # Off grid what a micro-inverter gives beyond the load is left.
    rows.add(supply, 0.0, np.where(course.mains > 0.0, 0.0, np.inf))
    begin = np.zeros(len(course.sun_w))
    begin[0] = limits.start_wh
    store = dict.fromkeys(CHARGE, -hours) | dict.fromkeys(DISCHARGE, hours)
    rows.add({"stored": 1.0, "stored-": -1.0} | store, begin, begin)
    for name, most_w in most.items():
        rows.add({name: 1.0, "run": -most_w}, -np.inf, 0.0)
    rows.add({"sun": 1.0, "run": -course.sun_w}, -np.inf, 0.0)
    rows.add({"sell": 1.0, "run": -limits.sell_w}, -np.inf, 0.0)
    rows.add({"gen": 1.0, "run": -limits.gen_w}, -np.inf, 0.0)
    least_w = (course.standing_w - limits.sell_w) * (course.mains > 0.0)
    rows.add({"buy": 1.0, "sell": -1.0, "run": -least_w}, 0.0, np.inf)
    passed_w = _passed_w(limits, course)
    rows.add({"passed": 1.0, "run": passed_w}, -np.inf, passed_w)
    if both:
        _one_way(rows, limits, course)
    if starts:
        rows.add({"gen": 1.0, "passed": 1.0, "running": -limits.gen_w}, -np.inf, 0.0)
        rows.add({"start": 1.0, "running": -1.0, "running-": 1.0}, 0.0, np.inf)
    return rows


def _passed_w(limits: Limits, course: Course) -> np.ndarray:
    """Return what an engine gives to the loads at most while the stage rests."""
    engine_w = limits.gen_w * course.gen * (course.mains == 0.0)
    given_w: np.ndarray = np.minimum(engine_w, np.maximum(0.0, course.load_w))
    return given_w


def _link(limits: Limits) -> dict[str, float]:
    """Return what one watt of every piece gives to the link (negative: takes)."""
    charging, giving = _parts(limits.bank)
    rectifying, inverting = _parts(limits.stage)
    factors: dict[str, float] = {}
    for names, pieces, sign in (
        (CHARGE, charging, -1.0), (DISCHARGE, giving, 1.0), (RECTIFY, rectifying, 1.0),
        (INVERT, inverting, -1.0),
    ):  # fmt: skip
        for name, (link_w, outer_w) in zip(names, pieces, strict=True):
            factors[name] = sign * _share(link_w, outer_w)
    return factors


def _one_way(rows: Rows, limits: Limits, course: Course) -> None:
    """Forbid that the bank is charged and emptied, or the mains bought from and fed, at once."""
    most = _most(limits)
    charge_w, give_w = (sum(most[name] for name in names) for names in (CHARGE, DISCHARGE))
    rows.add(dict.fromkeys(CHARGE, 1.0) | {"charging": -charge_w}, -np.inf, 0.0)
    rows.add(dict.fromkeys(DISCHARGE, 1.0) | {"charging": give_w}, -np.inf, give_w)
    rows.add({"sell": 1.0, "feeding": -limits.sell_w}, -np.inf, 0.0)
    most_w = course.load_w + sum(most[name] for name in RECTIFY) + limits.running_w
    rows.add({"buy": 1.0, "feeding": most_w}, -np.inf, most_w)
