"""Sets of settings for seasons: what changing the table some times a year brings, and when to.

Sets change on the first day of a month, so that tiers and demand charges of a month meet one set.
What a hand costs in each month is known from every year that was judged; from a pool of hands the
best division of the year is found by trying all of them. Each season is then searched for a hand of
its own, which joins the pool. A change that does not pay for the walk to the panel is left out.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from twinverter.planner.bill import monthly
from twinverter.planner.changes import Change, differences
from twinverter.planner.judge import Verdict, World, trial_of
from twinverter.planner.menu import Hand
from twinverter.planner.search import Search, Tell
from twinverter.planner.tune import pruned, settled
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House

MONTHS = 12
# Once to be set in spring and once in autumn is the least that comes round again.
LEAST_CHANGES = 2
POOL, ROUNDS, REACH = 30, 2, 0.25
# What a change has to bring, in days of the present bill (assumed).
PAYS_DAYS = 1.0
SHARE_PRUNED = 0.2

Sets = list[tuple[int, Hand]]


@dataclass(frozen=True)
class Season:
    """A set of settings, the month (1 to 12) on whose first day it is set, and what to turn then.

    `changes` are counted from the season before.
    """

    month: int
    house: House
    changes: tuple[Change, ...]


def check_changes(worlds: Sequence[World], changes: int) -> None:
    """Raise HouseError where seasons make no sense in a house's years."""
    if changes and len(set(worlds[0].month)) < MONTHS:
        raise HouseError(
            "needs a whole year, so that every season is lived through",
            key="changes",
            value=str(changes),
        )


def monthly_scores(search: Search, hand: Hand) -> np.ndarray:
    """Return a hand's score by month of the year, the mean of all years."""
    scores = np.zeros(MONTHS)
    trial = trial_of(search.menu.house_of(hand))
    for world in search.worlds:
        verdict = world.judge([trial])[0]
        calendar = world.calendar
        for number, (account, bill) in enumerate(monthly(world.tariff, calendar, verdict.account)):
            month = world.month[int(np.argmax(calendar.month == number))]
            scores[month - 1] += search.score(Verdict(account, bill, verdict.soc))
    return scores / len(search.worlds)


def divided(scores: Mapping[Hand, np.ndarray], count: int) -> tuple[float, Sets]:
    """Return the best way to divide the year among `count` of the hands, by trying all."""
    hands = list(scores)
    twice = np.cumsum(np.tile(np.array([scores[hand] for hand in hands]), 2), axis=1)
    sums = np.concatenate([np.zeros((len(hands), 1)), twice], axis=1)
    best_score, best = np.inf, []
    for starts in combinations(range(MONTHS), count):
        ends = [*starts[1:], starts[0] + MONTHS]
        parts = [sums[:, end] - sums[:, start] for start, end in zip(starts, ends, strict=True)]
        score = sum(float(part.min()) for part in parts)
        if score < best_score:
            best_score = score
            best = [
                (start + 1, hands[int(part.argmin())])
                for start, part in zip(starts, parts, strict=True)
            ]
    return best_score, best


def months_of(sets: Sets, place: int) -> list[int]:
    """Return the months (1 to 12) in which a set holds."""
    first = sets[place][0]
    last = sets[(place + 1) % len(sets)][0]
    span = (last - first) % MONTHS or MONTHS
    return [(first - 1 + ahead) % MONTHS + 1 for ahead in range(span)]


def seasonal(
    search: Search,
    whole: Hand,
    changes: int,
    until_s: float,
    chance: np.random.Generator,
    tell: Tell,
) -> Sets:
    """Return the sets for a year of at most so many changes; none where no change pays.

    `whole` is the best hand for the whole year.
    """
    if changes < LEAST_CHANGES:
        return []
    pool = {hand: monthly_scores(search, hand) for hand in (whole, *search.best(POOL))}
    began_s = time.monotonic()
    span_s = max(0.0, until_s - began_s) * (1.0 - SHARE_PRUNED)
    for number in range(ROUNDS):
        _, sets = divided(pool, changes)
        for place, (_, hand) in enumerate(sets):
            turn = number + (place + 1) / len(sets)
            months = months_of(sets, place)
            tell(turn / ROUNDS, f"a season of {len(months)} months")
            own = _season(search, months)
            until = began_s + span_s * turn / ROUNDS
            found = settled(own, hand, REACH, until, chance, lambda share, words: None)
            if found not in pool:
                pool[found] = monthly_scores(search, found)
    costs = {1: float(pool[whole].sum())}
    ways: dict[int, Sets] = {1: []}
    for count in range(LEAST_CHANGES, changes + 1):
        costs[count], ways[count] = divided(pool, count)
    pays = PAYS_DAYS * search.scale
    count = min(costs, key=lambda one: costs[one] + (one if one > 1 else 0) * pays)
    return _plain(search, whole, ways[count], until_s)


def _season(search: Search, months: Sequence[int]) -> Search:
    parts = [world.part(months) for world in search.worlds]
    return Search(search.menu, parts, search.objective, search.scale)


def _plain(search: Search, whole: Hand, sets: Sets, until_s: float) -> Sets:
    """Return the sets as near to the year's best as they may be, and only if they better it."""
    if not sets:
        return []
    turned = []
    for place, (month, hand) in enumerate(sets):
        own = _season(search, months_of(sets, place))
        own.judge([whole])
        turned.append((month, pruned(own, hand, until_s, whole)))
    trials = [(month, trial_of(search.menu.house_of(hand))) for month, hand in turned]
    by_sets = [search.held(world, world.judge_sets(trials)) for world in search.worlds]
    one = trial_of(search.menu.house_of(whole))
    by_one = [search.held(world, world.judge([one])[0]) for world in search.worlds]
    return turned if sum(by_sets) < sum(by_one) else []


def seasons_of(search: Search, sets: Sets) -> tuple[Season, ...]:
    """Return the sets as houses, each with what differs from the one before."""
    houses = [search.menu.house_of(hand) for _, hand in sets]
    return tuple(
        Season(month, house, differences(houses[place - 1], house))
        for place, ((month, _), house) in enumerate(zip(sets, houses, strict=True))
    )
