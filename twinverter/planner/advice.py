"""What a tuned house should be set to, what each change brings, and how sure that is.

Settings are searched on some years of the house and reported on others (`planner/years.py`).
"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from twinverter.planner.changes import Change, changes_of, lighter, settings_toml
from twinverter.planner.foresight import Foreseen
from twinverter.planner.judge import World, trial_of
from twinverter.planner.menu import Hand, Menu
from twinverter.planner.reserve import Reserve, floors_of, reserve
from twinverter.planner.search import (
    COARSE_S,
    DAYS_PER_YEAR,
    FINE_S,
    HOUR_S,
    Search,
    Tell,
    present_scale,
)
from twinverter.planner.seasons import Season, check_changes, seasonal, seasons_of
from twinverter.planner.seeds import by_price, compiled_plan, policies
from twinverter.planner.tune import REACH, pruned, searched, settled, shaken
from twinverter.planner.unseen import Line, Mean, Unseen, Way, factory, told
from twinverter.planner.wishes import NO_WISHES, Wishes, reserve_pct
from twinverter.planner.years import REPORTED, SEARCHED, Year, years_of
from twinverter.scenario.clock import DAY_S, MINUTE_S
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House

QUARTER_H_STEPS = 3
# Shares of the time to search: shaking and mixing, settling at five minutes, at one minute; with
# seasons the last part of all is theirs.
SHAKEN, SETTLED, SEASONAL_SHARE = 0.4, 0.8, 0.5
FINALISTS = 6
FINE_REACH = 0.03
# A year at one minute takes so many times as long to make and judge as one at five.
FINE_TIMES = 5.0
# So much of the time at most is kept for telling what was found, and so late an advice may come.
TOLD_SHARE, LATE_S, PRUNED_S = 0.6, 10.0, 3.0
NO_GAIN = Mean(0.0, math.nan)
NOW, DEFAULTS, TUNED, SEASONAL = "as it is set", "factory settings", "tuned", "tuned by season"


@dataclass(frozen=True)
class Advice:
    """The outcome of a search.

    `saved` is the objective's gain over what is set now, `closed` the share of the gap in money
    between factory settings and the bound that the tuned settings close, both on unseen years;
    `dark_wish_h` is the owner's, where there is one. A year is one of `days`. `seasons` are sets
    that do better still, where changes were allowed and pay, `seasons_saved` what they bring
    beside the tuned settings.
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
    dark_wish_h: float | None
    tried: int
    years: int
    days: float
    seconds: float
    interrupted: bool

    @property
    def too_dark_h(self) -> float:
        """Return by how many hours the wish for few dark hours is missed in so many days."""
        if self.dark_wish_h is None:
            return 0.0
        dark_h = next(line.dark_h for line in self.lines if line.name == TUNED)
        return max(0.0, dark_h - self.dark_wish_h * self.days / DAYS_PER_YEAR)

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
    year the settings may be changed. Where time is short fewer unseen years are told. The best so
    far is kept when it is interrupted (KeyboardInterrupt) once the first hand has been judged.
    HouseError where there is nothing to search for, or a wish that cannot be met.
    """
    say = tell or (lambda share, words: None)
    _check(house, objective)
    entered_s = time.monotonic()
    say(0.0, "making the years")
    years = years_of(house, searched_years, SEARCHED)
    coarse = [World(year, days, COARSE_S) for year in years]
    made_s = (time.monotonic() - entered_s) / searched_years
    check_changes(coarse, changes)
    search = _opened(house, coarse, objective, wishes)
    # The first judgement may have to wait for the compiler; the clock starts after it.
    search.judge([search.menu.now])
    began_s = time.monotonic()
    end_s = began_s + MINUTE_S * minutes
    told_s = min(TOLD_SHARE * MINUTE_S * minutes, FINE_TIMES * made_s * unseen_years)
    hunt = _Hunt(search, years, days, made_s, np.random.default_rng(seed), say)
    interrupted = False
    try:
        hunt.run(end_s - told_s, changes)
    except KeyboardInterrupt:
        interrupted = True
    pruned_s = max(end_s - 0.5 * told_s, time.monotonic() + PRUNED_S)
    tuned, seasons = hunt.outcome(pruned_s)
    say(1.0, "judging the years it has not seen")
    ways: dict[str, Way] = {NOW: house, DEFAULTS: factory(house), TUNED: tuned, **(also or {})}
    unseen, world = _judged(house, ways, seasons, unseen_years, days, end_s + LATE_S)
    return Advice(
        house=house,
        tuned=tuned,
        objective=objective,
        currency=house.world.tariff.currency,
        changes=changes_of(search, house, tuned),
        seasons=seasons,
        seasons_saved=unseen.saved(TUNED, SEASONAL, search.score) if seasons else NO_GAIN,
        unseen=unseen,
        reserve=reserve(tuned, [*floors_of(tuned), 1.0], years=1, worlds=[world]),
        saved=unseen.saved(NOW, TUNED, search.score),
        closed=unseen.closed(DEFAULTS, TUNED),
        dark_wish_h=wishes.dark_h,
        tried=hunt.tried,
        years=len(unseen.bounds),
        days=float(house.days if days is None else days),
        seconds=time.monotonic() - began_s,
        interrupted=interrupted,
    )


def _opened(house: House, worlds: Sequence[World], objective: str, wishes: Wishes) -> Search:
    """Return a search in some worlds that has judged nothing yet."""
    menu = Menu(house, wishes, reserve_pct(worlds[0], wishes))
    dark_most_h = _dark_most_h(house, worlds, wishes)
    return Search(menu, worlds, objective, present_scale(worlds[0]), dark_most_h)


def _judged(
    house: House,
    ways: Mapping[str, Way],
    seasons: Sequence[Season],
    years: int,
    days: float | None,
    until_s: float,
) -> tuple[Unseen, World]:
    """Return all ways in years that the search did not see, and the first of these."""
    by_season: Way = [(season.month, season.house) for season in seasons]
    judged = {**ways, SEASONAL: by_season} if seasons else ways
    first, *others = years_of(house, years, REPORTED)
    world = World(first, days, FINE_S)
    later = (World(year, days, FINE_S) for year in others)
    return told(chain([world], later), judged, until_s), world


class _Hunt:
    """One hunt for the best hand, and for sets by season: what it has at any moment is kept."""

    def __init__(
        self,
        search: Search,
        years: Sequence[Year],
        days: float | None,
        made_s: float,
        chance: np.random.Generator,
        say: Tell,
    ) -> None:
        self.search, self.years, self.days = search, years, days
        self.fine_s = FINE_TIMES * made_s * len(years)
        self.chance, self.say = chance, say
        self.final: Search | None = None
        self.sets: list[tuple[int, Hand]] = []

    @property
    def best(self) -> Hand:
        """Return the best hand so far, by one-minute steps where it has come to them."""
        judged = self.final if self.final is not None and self.final.scores else self.search
        return judged.best()[0]

    @property
    def tried(self) -> int:
        """Return how many hands were judged."""
        return len(self.search.scores) + (0 if self.final is None else len(self.final.scores))

    def outcome(self, until_s: float) -> tuple[House, tuple[Season, ...]]:
        """Return the tuned house, without what brings nothing, and the sets by season."""
        self.say(1.0, "leaving out what brings nothing")
        menu = self.search.menu
        best = menu.house_of(pruned(self.search, self.best, until_s))
        return lighter(self.search, menu.house, best), seasons_of(self.search, self.sets)

    def run(self, until_s: float, changes: int) -> None:
        """Search at five minutes a step, go on from the best at one minute, then by season."""
        search, say, chance = self.search, self.say, self.chance
        now_s = time.monotonic()
        whole_s = (until_s - now_s) * (1.0 - (SEASONAL_SHARE if changes else 0.0))

        def at(share: float) -> float:
            return now_s + share * whole_s

        searched(search, self._seeds(), at(SHAKEN), chance, _part(say, 0.0, SHAKEN))
        # One-minute years are worth making only where there is time to use them.
        fine = at(1.0) - at(SETTLED) > 2.0 * self.fine_s
        end = SETTLED if fine else 1.0
        hand = search.best()[0]
        while time.monotonic() < at(end):
            settled(search, hand, REACH, at(end), chance, _part(say, SHAKEN, end))
            hand = shaken(search.menu, search.best()[0], chance, REACH)
        if fine:
            worlds = [World(year, self.days, FINE_S) for year in self.years]
            final = Search(search.menu, worlds, search.objective, search.scale, search.dark_most_h)
            final.judge([search.menu.now, *search.best(FINALISTS)])
            self.final = final
            settled(final, final.best()[0], FINE_REACH, at(1.0), chance, _part(say, SETTLED, 1.0))
        self.sets = seasonal(search, self.best, changes, until_s, chance, say)

    def _seeds(self) -> list[Hand]:
        """Return the hands that a search begins with."""
        menu, world = self.search.menu, self.search.worlds[0]
        minute = world.inputs["clock_s"] % DAY_S / MINUTE_S
        return [
            menu.hand_of(factory(menu.house).values),
            *by_price(menu, menu.now, world.buy, minute),
            *_from_bound(menu, world),
            *policies(menu, menu.now),
        ]


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


def _dark_most_h(house: House, worlds: Sequence[World], wishes: Wishes) -> float:
    """Return the dark hours a year that a hand is held to."""
    if wishes.dark_h is not None:
        return wishes.dark_h
    trial = trial_of(factory(house))
    dark_s = sum(float(world.judge([trial])[0].account.unserved_s.sum()) for world in worlds)
    return dark_s / HOUR_S / sum(world.days for world in worlds) * DAYS_PER_YEAR


def _part(say: Tell, low: float, high: float) -> Tell:
    return lambda share, words: say(low + share * (high - low), words)


def _from_bound(menu: Menu, world: World) -> list[Hand]:
    """Return the bound's own plan in six rows; none where its fast way does not apply."""
    seen = Foreseen(world, QUARTER_H_STEPS)
    try:
        plan = seen.plan()
    except ValueError:
        return []
    clock_s = world.inputs["clock_s"][::QUARTER_H_STEPS][: len(seen.course.sun_w)]
    minute = clock_s % DAY_S / MINUTE_S
    return compiled_plan(menu, menu.now, seen.limits, seen.course, plan, minute)
