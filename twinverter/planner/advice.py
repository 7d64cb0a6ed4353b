"""What a tuned house should be set to, what each change brings, and how sure that is.

Settings are searched on some years of the house and reported on others (`planner/years.py`).
"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from twinverter.planner.bill import DAYS_PER_YEAR
from twinverter.planner.changes import Change, changes_of, settings_toml
from twinverter.planner.hunt import FINE_TIMES, Hunt
from twinverter.planner.judge import World
from twinverter.planner.menu import Menu
from twinverter.planner.reserve import Reserve, floors_of, reserve
from twinverter.planner.search import COARSE_S, FINE_S, Search, Tell, present_scale
from twinverter.planner.seasons import Season, check_changes
from twinverter.planner.unseen import Line, Mean, Unseen, Way, factory, told
from twinverter.planner.wishes import NO_WISHES, Wishes, dark_most_h, reserve_pct
from twinverter.planner.years import REPORTED, SEARCHED, years_of
from twinverter.scenario.clock import MINUTE_S
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House

# So much of the time at most is kept for telling what was found; what pruning has in any case.
TOLD_SHARE, PRUNED_S = 0.6, 3.0
NO_GAIN = Mean(0.0, math.nan)
NOW, DEFAULTS, TUNED, SEASONAL = "as it is set", "factory settings", "tuned", "tuned by season"


@dataclass(frozen=True)
class Advice:
    """The outcome of a search.

    `saved` is the objective's gain over what is set now, `closed` the share of the gap in money
    between factory settings and the bound that the tuned settings close, both on unseen years;
    `seasons` are sets that do better still, where changes were allowed and pay, `seasons_saved`
    what they bring beside the tuned settings. A year is one of `days`.
    """

    house: House
    tuned: House
    objective: str
    currency: str
    changes: tuple[Change, ...]
    seasons: tuple[Season, ...]
    seasons_saved: Mean
    unseen: Unseen
    reserve: Reserve
    saved: Mean
    closed: Mean
    wishes: Wishes
    tried: int
    years: int
    days: float
    seconds: float
    interrupted: bool

    @property
    def dark_wish_h(self) -> float | None:
        """Return the dark hours that the owner wishes for at most, in so many days."""
        if self.wishes.dark_h is not None:
            return self.wishes.dark_h * self.days / DAYS_PER_YEAR
        return self.wishes.dark_hours(self.dark_h(DEFAULTS))

    @property
    def too_dark_h(self) -> float:
        """Return by how many hours the wish for few dark hours is missed in so many days."""
        wish_h = self.dark_wish_h
        return 0.0 if wish_h is None else max(0.0, self.dark_h(TUNED) - wish_h)

    def dark_h(self, name: str) -> float:
        """Return the dark hours of the mean unseen year of a way to run the house."""
        return next(line.dark_h for line in self.lines if line.name == name)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the mean unseen year of each way to run the house, then of the bound."""
        return self.unseen.lines

    def toml(self) -> str:
        """Return the settings of the tuned house as a house file writes them."""
        return settings_toml(self.tuned)


def advised(
    house: House,
    objective: str = "money",
    minutes: float = 2.0,
    searched_years: int = 2,
    unseen_years: int = 4,
    days: float | None = None,
    seed: int = 1,
    tell: Tell | None = None,
    wishes: Wishes = NO_WISHES,
    also: Mapping[str, Way] | None = None,
    changes: int = 0,
) -> Advice:
    """Return the best settings found for a house in so many minutes, telling included.

    `also` are further ways to run it that are reported beside the others, `changes` how often a
    year the settings may be changed. What the compiler takes is not counted. Where time is short
    fewer unseen years are told, never less than two. The best so far is kept when it is interrupted
    (KeyboardInterrupt) once the first hand has been judged. HouseError where there is nothing to
    search for, or a wish that cannot be met.
    """
    say = tell or (lambda share, words: None)
    _check(house, objective)
    entered_s = time.monotonic()
    say(0.0, "making the years")
    years = years_of(house, searched_years, SEARCHED)
    coarse = [World(year, days, COARSE_S) for year in years]
    making_s = time.monotonic() - entered_s
    made_s = making_s / searched_years
    check_changes(coarse, changes)
    # The first judgement may have to wait for the compiler; the clock stands still meanwhile.
    search = _opened(house, coarse, objective, wishes)
    search.judge([search.menu.now])
    began_s = time.monotonic() - making_s
    end_s = began_s + MINUTE_S * minutes
    told_s = min(TOLD_SHARE * MINUTE_S * minutes, FINE_TIMES * made_s * unseen_years)
    hunt = Hunt(search, years, days, made_s, np.random.default_rng(seed), say)
    interrupted = False
    try:
        hunt.run(end_s - told_s, changes)
    except KeyboardInterrupt:
        interrupted, end_s = True, time.monotonic()
    tuned, seasons = hunt.outcome(max(end_s - 0.5 * told_s, time.monotonic() + PRUNED_S))
    turned = changes_of(search, house, tuned)
    say(1.0, "judging the years it has not seen")
    ways: dict[str, Way] = {NOW: house, DEFAULTS: factory(house), TUNED: tuned, **(also or {})}
    if seasons:
        ways[SEASONAL] = [(season.month, season.house) for season in seasons]
    unseen, kept = _judged(house, tuned, ways, unseen_years, days, end_s)
    return Advice(
        house=house,
        tuned=tuned,
        objective=objective,
        currency=house.world.tariff.currency,
        changes=turned,
        seasons=seasons,
        seasons_saved=unseen.saved(TUNED, SEASONAL, search.score) if seasons else NO_GAIN,
        unseen=unseen,
        reserve=kept,
        saved=unseen.saved(NOW, TUNED, search.score),
        closed=unseen.closed(DEFAULTS, TUNED),
        wishes=wishes,
        tried=hunt.tried,
        years=len(unseen.bounds),
        days=float(house.days if days is None else days),
        seconds=time.monotonic() - began_s,
        interrupted=interrupted,
    )


def _opened(house: House, worlds: Sequence[World], objective: str, wishes: Wishes) -> Search:
    """Return a search in some worlds that has judged nothing yet."""
    menu = Menu(house, wishes, reserve_pct(worlds[0], wishes))
    most_h = dark_most_h(house, worlds, wishes)
    return Search(menu, worlds, objective, present_scale(worlds[0]), most_h)


def _judged(
    house: House,
    tuned: House,
    ways: Mapping[str, Way],
    years: int,
    days: float | None,
    until_s: float,
) -> tuple[Unseen, Reserve]:
    """Return all ways in years that the search did not see, and the tuned reserve in the first."""
    first, *others = years_of(house, years, REPORTED)
    world = World(first, days, FINE_S)
    kept = reserve(tuned, [*floors_of(tuned), 1.0], years=1, worlds=[world])
    later = (World(year, days, FINE_S) for year in others)
    return told(chain([world], later), ways, until_s), kept


def _check(house: House, objective: str) -> None:
    tariff = house.world.tariff
    priced = tariff.series is not None or any(band.buy or band.sell for band in tariff.bands)
    if objective in ("money", "mix") and not priced:
        raise HouseError(
            "has no prices, so there is no money to save; give buy, band or prices",
            file=house.file,
            key="world.tariff",
        )
    if objective == "fuel" and house.form.site.genset is None:
        raise HouseError("has no generator, so there is no fuel to save", key="site.genset")
    if house.values["batt_mode"] == "use_batt_v":
        raise HouseError(
            "makes the rows count in volts; the search turns them in percent",
            file=house.file,
            key="settings.battery.batt_mode",
            value="use_batt_v",
        )
