"""One hunt for the best settings: where it begins, how its time is shared, and what it has.

Seeds are plain policies, rows led by prices and by outages, and the bound's own plan. A hunt shakes
and mixes them, settles at five minutes a step, then at one minute, and then by season.
"""

import time
from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from twinverter.planner.bridging import by_outages
from twinverter.planner.changes import lighter
from twinverter.planner.foresight import Foreseen
from twinverter.planner.judge import World
from twinverter.planner.menu import Hand, Menu
from twinverter.planner.search import FINE_S, Search, Tell
from twinverter.planner.seasons import Season, seasonal, seasons_of
from twinverter.planner.seeds import by_price, compiled_plan, policies
from twinverter.planner.tune import REACH, pruned, searched, settled, shaken
from twinverter.planner.unseen import factory
from twinverter.planner.years import Year
from twinverter.scenario.clock import DAY_S, MINUTE_S
from twinverter.scenario.house import House

QUARTER_H_STEPS = 3
# Shares of the time to search: shaking and mixing, settling at five minutes, at one minute; with
# seasons the last part of all is theirs.
SHAKEN, SETTLED, SEASONAL_SHARE = 0.4, 0.8, 0.5
FINALISTS = 6
FINE_REACH = 0.03
# A year at one minute takes so many times as long to make and judge as one at five.
FINE_TIMES = 5.0


class Hunt:
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
        menu, hand = self.search.menu, self.best
        with suppress(KeyboardInterrupt):
            hand = pruned(self.search, hand, until_s)
        best = lighter(self.search, menu.house, menu.house_of(hand))
        return best, seasons_of(self.search, self.sets)

    def run(self, until_s: float, changes: int) -> None:
        """Search at five minutes a step, go on from the best at one minute, then by season."""
        search, say, chance = self.search, self.say, self.chance
        now_s = time.monotonic()
        whole_s = (until_s - now_s) * (1.0 - (SEASONAL_SHARE if changes else 0.0))

        def at(share: float) -> float:
            return now_s + share * whole_s

        seen = Foreseen(search.worlds[0], QUARTER_H_STEPS)
        clock_s = search.worlds[0].inputs["clock_s"][::QUARTER_H_STEPS]
        minute = clock_s[: len(seen.course.sun_w)] % DAY_S / MINUTE_S
        search.judge(self._seeds(seen, minute))
        # Rows that keep what outages take are put into the best of the plain ways.
        led = by_outages(
            search.menu, search.best()[0], seen.limits, seen.course, seen.hours, minute
        )
        searched(search, led, at(SHAKEN), chance, _part(say, 0.0, SHAKEN))
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

    def _seeds(self, seen: Foreseen, minute: np.ndarray) -> list[Hand]:
        """Return the hands that a search begins with; `minute` is that of each step foreseen."""
        menu, world = self.search.menu, self.search.worlds[0]
        return [
            menu.hand_of(factory(menu.house).values),
            *by_price(menu, menu.now, world.buy, world.inputs["clock_s"] % DAY_S / MINUTE_S),
            *_from_bound(menu, seen, minute),
            *policies(menu, menu.now),
        ]


def _part(say: Tell, low: float, high: float) -> Tell:
    return lambda share, words: say(low + share * (high - low), words)


def _from_bound(menu: Menu, seen: Foreseen, minute: np.ndarray) -> list[Hand]:
    """Return the bound's own plan in six rows; none where its fast way does not apply."""
    try:
        plan = seen.plan()
    except ValueError:
        return []
    return compiled_plan(menu, menu.now, seen.limits, seen.course, plan, minute)
