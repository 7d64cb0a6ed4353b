"""Other years of a house: what may happen to it, as far as its files and models can tell.

What a house file models (sky, household, outages by chance) is drawn again with another seed.
What it measured happened once; another year of it is put together from its own days: weather,
loads and supply of each day are those of a day within three weeks of it, the household's of the
same day of the week, all drawn by chance. Such years come from one of two sets of days, even or
odd weeks, so that years to search on and years to report on share no measured day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from twinverter.scenario.chance import draws
from twinverter.scenario.house import House
from twinverter.scenario.load_form import LoadFileForm
from twinverter.scenario.outage_form import EventFileForm
from twinverter.scenario.weather_form import WeatherFileForm

SEARCHED, REPORTED = 0, 1
REACH_DAYS, WEEK = 21, 7
# Seeds of years that a search never sees lie this far from those that it does.
APART = 1000

PHASES = ("_l1", "_l2", "_l3")
WEATHER = (
    "irradiance1_w_m2", "irradiance2_w_m2", "cell1_c", "cell2_c", "ambient_c", "micro_inverter_w",
)  # fmt: skip
SUPPLY = (*(f"grid_v{phase}" for phase in PHASES), "grid_hz")


@dataclass(frozen=True)
class Part:
    """Columns of the inputs that stay together, and by how many days their days may move."""

    name: str
    columns: tuple[str, ...]
    every_days: int


@dataclass(frozen=True)
class Year:
    """One year of a house: the house with its seed, and the parts put together from days."""

    house: House
    seed: int
    parts: tuple[Part, ...]
    odd_weeks: int

    def sources(self, part: Part, days: np.ndarray, lengths: np.ndarray) -> Iterator[int]:
        """Yield for each day (numbers since 1970) the place of the day that stands for it.

        Only a day of as many steps can; where there is none the day stands for itself.
        """
        place_of = {int(day): place for place, day in enumerate(days)}
        for place, day in enumerate(int(day) for day in days):
            around = range(day - REACH_DAYS, day + REACH_DAYS + 1, part.every_days)
            fit = [
                place_of[other]
                for other in around
                if other // WEEK % 2 == self.odd_weeks
                and other in place_of
                and lengths[place_of[other]] == lengths[place]
            ]
            chance = draws(self.seed, f"year {part.name}", day)
            yield int(chance.choice(fit)) if fit else place


def measured_parts(house: House) -> tuple[Part, ...]:
    """Return the parts of a house's world that come from files."""
    form = house.form.world
    parts = []
    if isinstance(form.weather, WeatherFileForm):
        parts.append(Part("weather", WEATHER, 1))
    for name in ("load", "home", "smart_load"):
        if isinstance(getattr(form, name), LoadFileForm):
            columns = tuple(f"{name}_w{phase}" for phase in PHASES)
            parts.append(Part(name, columns, WEEK))
    if isinstance(form.grid.outages, EventFileForm):
        parts.append(Part("supply", SUPPLY, 1))
    return tuple(parts)


def reseeded(house: House, seed: int) -> House:
    """Return the house with everything its file models drawn with another seed."""
    form = house.form.world.model_copy(update={"seed": seed})
    world, _ = type(house.world).of(house.form.site, form, house.file, Path(house.file).parent)
    return replace(house, world=world)


def years_of(house: House, count: int, odd_weeks: int) -> list[Year]:
    """Return so many years to search on (`SEARCHED`) or to report on (`REPORTED`)."""
    first = house.form.world.seed + odd_weeks * APART
    parts = measured_parts(house)
    return [
        Year(reseeded(house, first + number), first + number, parts, odd_weeks)
        for number in range(count)
    ]


def as_it_is(house: House) -> Year:
    """Return the year that the house file itself tells of."""
    return Year(house, house.form.world.seed, (), SEARCHED)
