"""The same bound in general, as a linear or mixed-integer programme solved by HiGHS.

It takes what the dynamic programme of `planner/bound.py` cannot: negative prices, feeding in that
pays more than buying, an engine that burns fuel at idle and costs something to start. It is the
judge of the fast way wherever both apply.

A conversion is a mixture of the corners of its curve, each corner a column that holds its share of
a step; what is left of `run`, the share in which the stage runs, stands at nothing. The loads of
the rest are supplied without the stage, so that the programme holds the very hull of
`planner/moment.py`. A year at 15 minutes takes HiGHS about a gigabyte.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from twinverter.planner.bound import Plan
from twinverter.planner.conversion import Curve
from twinverter.planner.moment import Course, Limits, hourly, moment, resting_missing_w, supplied

WHOLE = ("charging", "feeding", "running")
# Columns that every programme has, besides those of its curves' corners.
PLAIN = ("sun", "run", "buy", "sell", "gen", "passed", "unserved", "stored")


class Engine(NamedTuple):
    """What an engine costs besides its load: per hour of running, and per start."""

    per_h: float = 0.0
    per_start: float = 0.0


class Rows:
    """The rows of a programme as they are written down; each name is a column a step."""

    def __init__(self, names: Sequence[str], steps: int) -> None:
        self.names, self.steps = names, steps
        self.count = 0
        self._places: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._low: list[np.ndarray] = []
        self._high: list[np.ndarray] = []

    def add(
        self,
        terms: Mapping[str, float | np.ndarray],
        low: np.ndarray | float,
        high: np.ndarray | float,
        only: np.ndarray | None = None,
    ) -> None:
        """Add one row a step: low <= sum of factor times column <= high.

        A name with a trailing `-` is the column of the step before; the first step has none.
        `only` says in which steps there is a row.
        """
        steps = np.arange(self.steps, dtype=np.int32)
        steps = steps if only is None else steps[only]
        for name, factor in terms.items():
            before = 1 if name.endswith("-") else 0
            block = self.names.index(name.rstrip("-")) * self.steps
            factors = np.broadcast_to(factor, self.steps)[steps]
            rows = np.flatnonzero((factors != 0.0) & (steps >= before)).astype(np.int32)
            self._places.append((self.count + rows, block + steps[rows] - before, factors[rows]))
        self._low.append(np.broadcast_to(low, self.steps)[steps].astype(float))
        self._high.append(np.broadcast_to(high, self.steps)[steps].astype(float))
        self.count += len(steps)

    def constraint(self, kept: np.ndarray) -> LinearConstraint:
        """Return all rows, over the columns that are kept, as one sparse constraint."""
        rows, columns, factors = (np.concatenate(part) for part in zip(*self._places, strict=True))
        shape = (self.count, len(self.names) * self.steps)
        matrix = coo_array((factors, (rows, columns)), shape=shape).tocsc()[:, kept]
        return LinearConstraint(matrix, np.concatenate(self._low), np.concatenate(self._high))


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
    names = _names(limits, both, starts)
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
    low_wh = np.full(steps, limits.floor_wh)
    low_wh[-1] = limits.start_wh
    most = _spread(names, steps, _most(limits, course, on), 1.0)
    # A column that can be nothing but 0, as what is sold in an outage, costs only room.
    kept = np.flatnonzero(most > 0.0)
    found = milp(
        _spread(names, steps, costs, 0.0)[kept],
        integrality=_spread(names, steps, dict.fromkeys(WHOLE, 1.0), 0.0)[kept],
        bounds=Bounds(_spread(names, steps, {"stored": low_wh}, 0.0)[kept], most[kept]),
        constraints=_rows(limits, course, hours, names).constraint(kept),
        options={} if seconds is None else {"time_limit": seconds},
    )
    if found.x is None:
        raise RuntimeError(f"the programme has no plan: {found.message}")
    values = np.zeros(len(most))
    values[kept] = found.x
    blocks = dict(zip(names, values.reshape(len(names), steps), strict=True))
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


def _names(limits: Limits, both: bool, starts: bool) -> tuple[str, ...]:
    """Return the columns of a programme, in order; each stands for a block of all steps."""
    return (
        *PLAIN,
        *_corners("bank", limits.bank),
        *_corners("stage", limits.stage),
        *(("charging", "feeding") if both else ()),
        *(("running", "start") if starts else ()),
    )


def _spread(
    names: Sequence[str], steps: int, values: Mapping[str, Any], other: float
) -> np.ndarray:
    """Return a value for every column of every step: `other` where a name has none."""
    return np.concatenate(
        [np.broadcast_to(values.get(name, other), steps).astype(float) for name in names]
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


def _corners(name: str, curve: Curve) -> dict[str, tuple[float, float]]:
    """Return a column for each corner of a curve but nothing: power at the link, and outside."""
    corners = zip(curve.link_w, curve.outer_w, strict=True)
    return {
        f"{name}{place}": (float(link_w), float(outer_w))
        for place, (link_w, outer_w) in enumerate(corners)
        if link_w != 0.0
    }


def _most(limits: Limits, course: Course, on: np.ndarray) -> dict[str, Any]:
    """Return the largest values of columns that are no shares."""
    return {
        "sun": np.maximum(0.0, course.sun_w),
        "buy": np.where(on, np.inf, 0.0),
        "sell": np.where(on, limits.sell_w, 0.0),
        "gen": np.where(on, 0.0, limits.gen_w * course.gen),
        "passed": _passed_w(limits, course),
        "unserved": np.where(on, 0.0, np.inf),
        "stored": limits.capacity_wh,
    }


def _rows(limits: Limits, course: Course, hours: float, names: Sequence[str]) -> Rows:
    rows = Rows(names, len(course.sun_w))
    on = course.mains > 0.0
    bank, stage = _corners("bank", limits.bank), _corners("stage", limits.stage)
    link = {name: corner[0] for name, corner in bank.items()}
    link |= {name: -corner[0] for name, corner in stage.items()}
    rows.add(link | {"sun": 1.0, "run": -limits.running_w}, 0.0, 0.0)
    supply: dict[str, Any] = {name: corner[1] for name, corner in stage.items()}
    supply |= {"buy": 1.0, "sell": -1.0, "gen": 1.0, "unserved": 1.0, "run": -course.load_w}
    # Off grid what a micro-inverter gives beyond the load is left.
    rows.add(supply, 0.0, np.where(on, 0.0, np.inf))
    begin = np.zeros(len(course.sun_w))
    begin[0] = limits.start_wh
    store = {name: corner[1] * hours for name, corner in bank.items()}
    rows.add({"stored": 1.0, "stored-": -1.0} | store, begin, begin)
    for corners in (bank, stage):
        rows.add(dict.fromkeys(corners, 1.0) | {"run": -1.0}, -np.inf, 0.0)
    sold_w, engine_w = limits.sell_w * on, limits.gen_w * course.gen * ~on
    passed_w = _passed_w(limits, course)
    for name, most_w in (("sun", course.sun_w), ("sell", sold_w), ("gen", engine_w)):
        rows.add({name: 1.0, "run": -most_w}, -np.inf, 0.0, most_w > 0.0)
    least_w = course.standing_w - limits.sell_w
    rows.add({"buy": 1.0, "sell": -1.0, "run": -least_w}, 0.0, np.inf, on & (least_w != 0.0))
    rows.add({"passed": 1.0, "run": passed_w}, -np.inf, passed_w, passed_w > 0.0)
    if "charging" in names:
        _one_way(rows, limits, course)
    if "running" in names:
        rows.add({"gen": 1.0, "passed": 1.0, "running": -limits.gen_w}, -np.inf, 0.0)
        rows.add({"start": 1.0, "running": -1.0, "running-": 1.0}, 0.0, np.inf)
    return rows


def _passed_w(limits: Limits, course: Course) -> np.ndarray:
    """Return what an engine gives to the loads at most while the stage rests."""
    engine_w = limits.gen_w * course.gen * (course.mains == 0.0)
    given_w: np.ndarray = np.minimum(engine_w, np.maximum(0.0, course.load_w))
    return given_w


def _one_way(rows: Rows, limits: Limits, course: Course) -> None:
    """Forbid that the bank is charged and emptied, or the mains bought from and fed, at once."""
    bank = _corners("bank", limits.bank)
    charge = [name for name, (link_w, _) in bank.items() if link_w < 0.0]
    give = [name for name in bank if name not in charge]
    rows.add(dict.fromkeys(charge, 1.0) | {"charging": -1.0}, -np.inf, 0.0)
    rows.add(dict.fromkeys(give, 1.0) | {"charging": 1.0}, -np.inf, 1.0)
    rows.add({"sell": 1.0, "feeding": -limits.sell_w}, -np.inf, 0.0)
    most_w = course.load_w - limits.stage.outer_w[0] + limits.running_w
    rows.add({"buy": 1.0, "feeding": most_w}, -np.inf, most_w)
