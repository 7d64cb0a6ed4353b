"""What a tuned house should be set to, what each change brings, and how sure that is.

Settings are searched on some years of the house and reported on others (`planner/years.py`).
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from twinverter.planner.changes import Change, changes_of, lighter, settings_toml
from twinverter.planner.foresight import Foreseen
from twinverter.planner.judge import World, trial_of
from twinverter.planner.menu import Hand, Menu
from twinverter.planner.reserve import Reserve, floors_of, reserve
from twinverter.planner.seeds import by_price, compiled_plan, policies
from twinverter.planner.tune import (
    COARSE_S,
    DAYS_PER_YEAR,
    FINALISTS,
    FINE_S,
    HOUR_S,
    Search,
    Tell,
    polished,
    present_scale,
    pruned,
    searched,
)
from twinverter.planner.unseen import Line, Mean, Unseen, factory, told
from twinverter.planner.wishes import NO_WISHES, Wishes, reserve_pct
from twinverter.planner.years import REPORTED, SEARCHED, Year, years_of
from twinverter.scenario.clock import DAY_S, MINUTE_S
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House

QUARTER_H_STEPS = 3
SHARE_COARSE = 0.75
NOW, DEFAULTS, TUNED = "as it is set", "factory settings", "tuned"


@dataclass(frozen=True)
class Advice:
    """The outcome of a search.

    `saved` is the objective's gain over what is set now, `closed` the share of the gap in money
    between factory settings and the bound that the tuned settings close, both on unseen years;
    `dark_wish_h` is the owner's, where there is one. A year is one of `days`.
    """

    house: House
    tuned: House
    objective: str
    currency: str
    changes: tuple[Change, ...]
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
    also: Mapping[str, House] | None = None,
) -> Advice:
    """Return the best settings found for a house in so many minutes of search.

    `also` are further ways to run it that are reported beside the others. The best so far is kept
    when it is interrupted (KeyboardInterrupt) once the first hand has been judged. HouseError where
    there is nothing to search for, or a wish that cannot be met.
    """
    say = tell or (lambda share, words: None)
    began_s = time.monotonic()
    _check(house, objective)
    say(0.0, "making the years")
    years = years_of(house, searched_years, SEARCHED)
    coarse = [World(year, days, COARSE_S) for year in years]
    menu = Menu(house, wishes, reserve_pct(coarse[0], wishes))
    dark_most_h = _dark_most_h(house, coarse, wishes)
    search = Search(menu, coarse, objective, present_scale(coarse[0]), dark_most_h)
    search.judge([menu.now])
    final = Search(menu, [], objective, search.scale, dark_most_h)
    interrupted = False
    try:
        _search(search, final, years, days, minutes, seed, say)
    except KeyboardInterrupt:
        interrupted = True
    if not final.scores:
        final = search
    say(1.0, "leaving out what brings nothing")
    best = pruned(final, final.best()[0])
    tuned = lighter(final, house, menu.house_of(best))
    changes = changes_of(final, house, tuned)
    say(1.0, "judging the years it has not seen")
    ways = {NOW: house, DEFAULTS: factory(house), TUNED: tuned, **(also or {})}
    unseen = told(years_of(house, unseen_years, REPORTED), list(ways.items()), days, FINE_S)
    return Advice(
        house=house,
        tuned=tuned,
        objective=objective,
        currency=house.world.tariff.currency,
        changes=changes,
        unseen=unseen,
        reserve=reserve(tuned, [*floors_of(tuned), 1.0], years=1, days=days),
        saved=unseen.saved(NOW, TUNED, final.score),
        closed=unseen.closed(DEFAULTS, TUNED),
        dark_wish_h=wishes.dark_h,
        tried=len(search.scores) + len(final.scores),
        years=unseen_years,
        days=float(house.days if days is None else days),
        seconds=time.monotonic() - began_s,
        interrupted=interrupted,
    )


def _search(
    search: Search,
    final: Search,
    years: Sequence[Year],
    days: float | None,
    minutes: float,
    seed: int,
    say: Tell,
) -> None:
    """Search at five minutes a step, then go on from the best at one minute."""
    menu = search.menu
    from_factory = menu.hand_of(factory(menu.house).values)
    world = search.worlds[0]
    minute = world.inputs["clock_s"] % DAY_S / MINUTE_S
    seeds = [
        from_factory,
        *by_price(menu, menu.now, world.buy, minute),
        *_from_bound(menu, world),
        *policies(menu, menu.now),
    ]
    search_s = minutes * MINUTE_S
    until_s = time.monotonic() + SHARE_COARSE * search_s
    chance = np.random.default_rng(seed)
    searched(search, seeds, until_s, chance, _part(say, 0.0, SHARE_COARSE))
    final.worlds = [World(year, days, FINE_S) for year in years]
    final.judge([menu.now, *search.best(FINALISTS)])
    until_s = time.monotonic() + (1.0 - SHARE_COARSE) * search_s
    polished(final, final.best()[0], until_s, _part(say, SHARE_COARSE, 1.0))


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
    clock_s = world.inputs["clock_s"][::QUARTER_H_STEPS][: len(seen.course.pv_w)]
    minute = clock_s % DAY_S / MINUTE_S
    return compiled_plan(menu, menu.now, seen.limits, seen.course, plan, minute)
