"""Ways to run a house, judged on years that a search did not see, beside what nobody can beat."""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np

from twinverter.planner.foresight import optimum
from twinverter.planner.judge import Verdict, World, trial_of
from twinverter.scenario.house import House

HOUR_S, WH_PER_KWH = 3600.0, 1000.0
BOUND_S = 300.0
# What has to be typed in before any other setting means something.
BATTERY_KEYS = ("batt_mode", "batt_capacity_ah", "lead_acid_type", "grid_type", "grid_frequency_hz")
# Student's t for a two-sided interval of 95 %, by degrees of freedom.
T95 = (math.nan, 12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23)


@dataclass(frozen=True)
class Line:
    """One way to run a house: means per year."""

    name: str
    money: float
    cash: float
    fuel_l: float
    dark_h: float
    unserved_kwh: float


@dataclass(frozen=True)
class Mean:
    """A mean over years with half the width of its 95 % interval (Student's t, paired years)."""

    value: float
    spread: float


@dataclass(frozen=True)
class Unseen:
    """Several ways in the same years: a line each, the bound's, and all verdicts by way."""

    names: tuple[str, ...]
    verdicts: tuple[tuple[Verdict, ...], ...]
    bounds: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the mean year of each way, then of the bound."""
        found = [
            mean_line([line_of(name, verdict) for verdict in verdicts])
            for name, verdicts in zip(self.names, self.verdicts, strict=True)
        ]
        return (*found, mean_line(self.bounds))

    def saved(self, before: str, after: str, score: Callable[[Verdict], float]) -> Mean:
        """Return by how much one way is better than another, year by year."""
        one, other = (self.verdicts[self.names.index(name)] for name in (before, after))
        return mean_of([score(a) - score(b) for a, b in zip(one, other, strict=True)])

    def closed(self, before: str, after: str) -> Mean:
        """Return the share of the gap between one way and the bound that another way closes.

        Not a number where a year leaves no gap.
        """
        one, other = (self.verdicts[self.names.index(name)] for name in (before, after))
        shares = []
        for first, second, bound in zip(one, other, self.bounds, strict=True):
            gap = first.bill.total - bound.money
            saved = first.bill.total - second.bill.total
            shares.append(saved / gap if gap > 0.0 else math.nan)
        return mean_of(shares)


def factory(house: House) -> House:
    """Return the house with the factory's settings, but for what names its battery and mains."""
    named = {key: house.typed[key] for key in BATTERY_KEYS if key in house.typed}
    return replace(house, typed={}).with_settings(named)


# A way to run a house: one set of settings, or some that follow on each other from a month on.
Way = House | Sequence[tuple[int, House]]


def told(worlds: Iterable[World], ways: Mapping[str, Way], until_s: float = math.inf) -> Unseen:
    """Return what each named way comes to in each world, and the bound of each.

    When time (`time.monotonic`) would be up before the next is told, it stays at those told so far,
    but never at less than two; when it is interrupted (KeyboardInterrupt), at those there are.
    """
    verdicts: list[list[Verdict]] = []
    bounds: list[Line] = []
    began_s = time.monotonic()
    try:
        for world in worlds:
            verdicts.append(_lived(world, list(ways.values())))
            bounds.append(bound_line(world))
            now_s = time.monotonic()
            if len(bounds) >= 2 and now_s + (now_s - began_s) / len(bounds) > until_s:
                break
    except KeyboardInterrupt:
        if not bounds:
            raise
    whole = verdicts[: len(bounds)]
    return Unseen(tuple(ways), tuple(zip(*whole, strict=True)), tuple(bounds))


def _lived(world: World, ways: Sequence[Way]) -> list[Verdict]:
    """Return what each way comes to in a world."""
    plain = {place: way for place, way in enumerate(ways) if isinstance(way, House)}
    found = dict(
        zip(plain, world.judge([trial_of(house) for house in plain.values()]), strict=True)
    )
    for place, way in enumerate(ways):
        if not isinstance(way, House):
            found[place] = world.judge_sets([(month, trial_of(house)) for month, house in way])
    return [found[place] for place in range(len(ways))]


def bound_line(world: World) -> Line:
    """Return what a world costs at least, by steps that are never shorter than `BOUND_S`."""
    seen, plan = optimum(world, max(1, round(BOUND_S / world.steps.step_s)))
    unserved_wh = seen.unserved_wh(plan)
    money = plan.cost + seen.unavoidable
    return Line(
        "bound",
        money,
        money - seen.unserved_per_wh * unserved_wh,
        seen.fuel_l(plan),
        seen.dark_h(plan),
        unserved_wh / WH_PER_KWH,
    )


def line_of(name: str, verdict: Verdict) -> Line:
    """Return a verdict as a line."""
    account, paid = verdict.account, verdict.bill
    return Line(
        name,
        paid.total,
        paid.cash,
        float(account.fuel_l.sum()),
        float(account.unserved_s.sum()) / HOUR_S,
        float(account.unserved_wh.sum()) / WH_PER_KWH,
    )


def mean_line(lines: Sequence[Line]) -> Line:
    """Return the mean of lines of one name."""
    columns = zip(*(astuple(line)[1:] for line in lines), strict=True)
    return Line(lines[0].name, *(float(np.mean(column)) for column in columns))


def mean_of(values: Sequence[float]) -> Mean:
    """Return a mean with its interval; of one value the interval is not a number."""
    count = len(values)
    if count < 2:
        return Mean(float(np.mean(values)), math.nan)
    spread = float(np.std(values, ddof=1)) / math.sqrt(count)
    return Mean(float(np.mean(values)), T95[min(count - 1, len(T95) - 1)] * spread)
