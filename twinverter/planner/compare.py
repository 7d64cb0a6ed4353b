"""The same world under two or more houses or settings, paired day by day.

All live through the world of the first: its weather, loads, mains, tariff and days. What differs
between two of them is then the same day's difference, and how sure its sum is comes from a circular
block bootstrap over days: blocks of a week keep what one day hands on to the next. What a month is
billed for as a whole (tiers, demand, netting) is counted in the sum and taken as certain.
"""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from twinverter.planner.bill import HOUR_S, WH_PER_KWH, Account, daily_money
from twinverter.planner.judge import Verdict, World, trial_of
from twinverter.planner.years import as_it_is
from twinverter.scenario.clock import DAY_S, date_of
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House, load_house
from twinverter.scenario.tariff import Tariff

BLOCK_DAYS, DRAWS, SEED = 7, 4000, 1
LOW, HIGH = 2.5, 97.5
MONEY = "Costs"


@dataclass(frozen=True)
class Figure:
    """Something compared: its name, unit, and how a tariff and an account give it day by day."""

    name: str
    unit: str
    daily: Callable[[Tariff, Account], np.ndarray]


FIGURES = (
    Figure(MONEY, "", daily_money),
    Figure("Bought", "kWh", lambda _, lived: lived.bought_wh.sum(axis=1) / WH_PER_KWH),
    Figure("Sold", "kWh", lambda _, lived: lived.sold_wh.sum(axis=1) / WH_PER_KWH),
    Figure("Fuel", "l", lambda _, lived: lived.fuel_l),
    Figure("Generator runs", "h", lambda _, lived: lived.generator_s / HOUR_S),
    Figure("Dark", "h", lambda _, lived: lived.unserved_s / HOUR_S),
    Figure("Unserved", "kWh", lambda _, lived: lived.unserved_wh / WH_PER_KWH),
    Figure("Battery lost", "kWh", lambda _, lived: lived.wear_wh / WH_PER_KWH),
)


@dataclass(frozen=True)
class Way:
    """One way to run the house, and what it came to."""

    name: str
    house: House
    verdict: Verdict


@dataclass(frozen=True)
class Difference:
    """A sum over the days, and by how much it differs from the first way's, 95 % sure."""

    total: float
    more: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Return whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True)
class Comparison:
    """Ways to run a house through the same days, the first being the measure of the others."""

    ways: tuple[Way, ...]
    tariff: Tariff
    wall_day: np.ndarray
    month: np.ndarray
    notes: tuple[str, ...]

    @property
    def days(self) -> int:
        """Return how many days were compared."""
        return len(self.wall_day)

    def daily(self, figure: Figure, place: int) -> np.ndarray:
        """Return a figure of one way, day by day."""
        return figure.daily(self.tariff, self.ways[place].verdict.account)

    def difference(self, figure: Figure, place: int) -> Difference:
        """Return the sum of a figure, and how it differs from the first way's."""
        own = self.daily(figure, place)
        pairs = own - self.daily(figure, 0)
        total, shift = float(own.sum()), 0.0
        if figure.name == MONEY:
            total = self.ways[place].verdict.bill.total
            shift = total - self.ways[0].verdict.bill.total - float(pairs.sum())
        low, high = interval(pairs)
        return Difference(total, float(pairs.sum()) + shift, low + shift, high + shift)

    def settings(self) -> dict[str, list[Any]]:
        """Return what is set differently: key -> the value of each way."""
        tables = [way.house.values for way in self.ways]
        keys = [key for key in tables[0] if any(one[key] != tables[0][key] for one in tables)]
        return {key: [one[key] for one in tables] for key in keys}

    def furthest(self, place: int, count: int = 5) -> list[tuple[str, float]]:
        """Return the days on which a way's money lies furthest from the first way's."""
        pairs = self.daily(FIGURES[0], place) - self.daily(FIGURES[0], 0)
        order = np.argsort(-np.abs(pairs), kind="stable")[:count]
        return [
            (date_of(float(self.wall_day[one]) * DAY_S).isoformat(), float(pairs[one]))
            for one in order
        ]


def interval(pairs: np.ndarray, block_days: int = BLOCK_DAYS) -> tuple[float, float]:
    """Return the 95 % interval of a sum of daily differences, by circular block bootstrap.

    Few days make short blocks; of a single day nothing is known but itself.
    """
    count = len(pairs)
    block = max(1, min(block_days, count // 4))
    chance = np.random.default_rng(SEED)
    starts = chance.integers(0, count, (DRAWS, -(-count // block)))
    places = (starts[:, :, None] + np.arange(block)).reshape(DRAWS, -1)[:, :count] % count
    low, high = np.percentile(pairs[places].sum(axis=1), (LOW, HIGH))
    return float(low), float(high)


def read_ways(paths: Sequence[Path | str]) -> list[House]:
    """Return the houses of files; one that holds nothing but settings changes the first house."""
    first = load_house(paths[0])
    return [first, *(_way(first, Path(path)) for path in paths[1:])]


def _way(first: House, path: Path) -> House:
    if not path.is_file():
        raise HouseError("no such file", file=str(path))
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        table = {}
    if set(table) != {"settings"} or not isinstance(table["settings"], dict):
        return load_house(path)
    changes = {
        f"{group}.{key}": value
        for group, rows in table["settings"].items()
        for key, value in (rows.items() if isinstance(rows, dict) else [("", rows)])
    }
    try:
        return first.with_settings(changes)
    except HouseError as error:
        error.file = str(path)
        raise


def compared(
    houses: Sequence[House],
    names: Sequence[str],
    days: float | None = None,
    step_s: float = 60.0,
) -> Comparison:
    """Return what each house comes to in the world of the first.

    HouseError where a house lies in another time zone, or a file does not cover the days.
    """
    first, notes = houses[0], []
    worlds: list[tuple[House, World]] = []
    verdicts = []
    for name, house in zip(names, houses, strict=True):
        if house.timezone != first.timezone:
            raise HouseError(
                f"is another time zone than {first.timezone}; both must lie in one place",
                file=house.file,
                key="site.timezone",
                value=house.timezone,
            )
        if house.form.world != first.form.world:
            notes.append(f"{name} lives in the world of {names[0]}; its own [world] is left aside")
        moved = _moved(house, first)
        world = next((one for other, one in worlds if _same_sun(other, house)), None)
        if world is None:
            world = World(as_it_is(moved), days, step_s)
            worlds.append((house, world))
        verdicts.append(world.judge([trial_of(moved)])[0])
    calendar = worlds[0][1].calendar
    return Comparison(
        ways=tuple(Way(*one) for one in zip(names, houses, verdicts, strict=True)),
        tariff=first.world.tariff,
        wall_day=calendar.wall_day,
        month=calendar.month,
        notes=tuple(notes),
    )


def _moved(house: House, first: House) -> House:
    """Return a house in the world of the first, on its own roof."""
    if house is first:
        return house
    world, _ = type(first.world).of(
        house.form.site, first.form.world, first.file, Path(first.file).parent
    )
    return replace(
        house, world=world, start=first.start, days=first.days, initial_soc=first.initial_soc
    )


def _same_sun(one: House, other: House) -> bool:
    """Return whether two houses have all in common that inputs and PV offers are made of."""
    return one.form.site.model_copy(update={"battery": other.form.site.battery}) == other.form.site
