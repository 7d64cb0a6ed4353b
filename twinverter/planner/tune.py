"""The search for the best settings the menu can hold, with the device's own law as the judge.

Candidates live through whole years of the house at five minutes a step, the best of them again at
one minute; what counts is the mean over the years it is trained on. The search begins with what is
set now, plain policies and the bound's plan in six rows, goes on by shaking and mixing the best
hands, and settles by turning one knob after the other of the best by steps that shrink. The best
so far is kept whenever it is interrupted.
"""

import math
import time
from collections.abc import Iterable, Sequence

import numpy as np

from twinverter.planner.menu import CHOICE, ROUND, ROWS, TICK, Hand, Menu
from twinverter.planner.search import KEPT, Search, Tell
from twinverter.planner.seeds import floors

BROOD = 24
# Shares of a knob's range: where settling begins, and where it ends; and the turns tried of it.
REACH, LEAST_REACH = 0.25, 0.01
TURNS = (-1.0, -0.4, 0.4, 1.0)
# The share of what a hand saves that may be given up to leave a setting as it is.
SLACK = 5e-3
# A hand that breaks a wish scores far off, so the same in days of the present bill at most.
SLACK_DAYS = 1.0


def shaken(menu: Menu, hand: Hand, chance: np.random.Generator, wide: float) -> Hand:
    """Return a hand with a few knobs turned, by up to `wide` of their ranges."""
    values = list(hand)
    count = 1 + chance.poisson(0.7 + 2.0 * wide)
    for place in chance.choice(len(values), size=min(count, len(values)), replace=False):
        knob = menu.knobs[place]
        if knob.kind in (TICK, CHOICE):
            values[place] = float(chance.integers(0, int(knob.high) + 1))
        else:
            reach = max(knob.step, wide * (knob.high - knob.low))
            values[place] += float(chance.uniform(-reach, reach))
            values[place] += float(np.sign(values[place] - hand[place])) * 0.5 * knob.step
    return menu.tidied(values)


def mixed(menu: Menu, one: Hand, other: Hand, chance: np.random.Generator) -> Hand:
    """Return a hand with each row, and each knob before them, from one of two hands."""
    first = menu.place["tou1_time"]
    width = (len(one) - first) // ROWS
    values = [(one, other)[chance.integers(2)][place] for place in range(first)]
    for row in range(ROWS):
        part = slice(first + row * width, first + (row + 1) * width)
        values += (one, other)[chance.integers(2)][part]
    return menu.tidied(values)


def turned(menu: Menu, hand: Hand, place: int, reach: float) -> list[Hand]:
    """Return the hands in which one knob stands elsewhere, by up to `reach` of its range."""
    knob = menu.knobs[place]
    if knob.kind in (TICK, CHOICE):
        values = [float(value) for value in range(int(knob.high) + 1)]
    else:
        wide = max(knob.step, reach * (knob.high - knob.low))
        values = [hand[place] + by * wide for by in TURNS]
    return [menu.tidied([*hand[:place], value, *hand[place + 1 :]]) for value in values]


def searched(
    search: Search, seeds: Sequence[Hand], until_s: float, chance: np.random.Generator, tell: Tell
) -> None:
    """Judge the seeds and what grows from them until the clock (`time.monotonic`) says stop."""
    began_s = time.monotonic()
    for first in range(0, len(seeds), BROOD):
        search.judge(seeds[first : first + BROOD])
        _say(search, began_s, until_s, tell)
    search.judge(floors(search.menu, search.best()[0]))
    while time.monotonic() < until_s:
        past = (time.monotonic() - began_s) / max(1e-9, until_s - began_s)
        wide = 0.3 * (1.0 - past) ** 2
        parents = [hand for hand in search.best(KEPT) if search.scores[hand] < math.inf]
        brood = []
        for _ in range(BROOD):
            one, other = (parents[int(len(parents) * chance.random() ** 2)] for _ in range(2))
            child = mixed(search.menu, one, other, chance) if chance.random() < 0.3 else one
            brood.append(shaken(search.menu, child, chance, wide))
        search.judge(brood)
        _say(search, began_s, until_s, tell)


def settled(
    search: Search,
    hand: Hand,
    reach: float,
    until_s: float,
    chance: np.random.Generator,
    tell: Tell,
) -> Hand:
    """Return the best hand after turning knob by knob, by steps that halve where none betters it.

    It ends when a whole round at the least reach brings nothing, or when time is up.
    """
    search.judge([hand])
    best = search.plain(hand)
    began_s = time.monotonic()
    while True:
        before = search.scores[best]
        for place in chance.permutation(len(search.menu.knobs)):
            around = turned(search.menu, best, place, reach)
            search.judge(around)
            best = min([best, *map(search.plain, around)], key=search.scores.__getitem__)
            if time.monotonic() >= until_s:
                return best
        _say(search, began_s, until_s, tell)
        if search.scores[best] >= before:
            if reach <= LEAST_REACH:
                return best
            reach *= 0.5


def _say(search: Search, began_s: float, until_s: float, tell: Tell) -> None:
    past = min(1.0, (time.monotonic() - began_s) / max(1e-9, until_s - began_s))
    best = search.scores[search.best()[0]]
    tell(past, f"{len(search.scores)} tried, best {best:,.2f}")


def pruned(search: Search, hand: Hand, until_s: float, before: Hand | None = None) -> Hand:
    """Return the hand without the turns that bring nothing, so that little is left to be turned.

    They are counted from what is set now, or from another hand `before`. What has to stay turned
    stands on a round value where that costs nothing. When time is up, the rest stays as it is.
    """
    now = search.menu.now if before is None else before
    # A hand from one-minute years may have lost the race of the others; its score has to be known.
    search = search.fair()
    search.judge([hand, now])
    best = search.plain(hand)
    base = search.scores[best]
    slack = SLACK * abs(search.scores[search.plain(now)] - base)
    worst = base + max(1e-9, min(slack, SLACK_DAYS * search.scale))
    for plainer in (now, _round(search.menu, best)):
        tried = {
            place: one
            for place, one in enumerate(_taken_over(search.menu, best, plainer))
            if one != best
        }
        search.judge(tried.values())
        for place in sorted(tried, key=lambda at: search.scores[search.plain(tried[at])]):
            if search.scores[search.plain(tried[place])] > worst or time.monotonic() >= until_s:
                break
            values = list(best)
            values[place] = plainer[place]
            one = search.plain(search.menu.tidied(values))
            search.judge([one])
            if search.scores[one] <= worst:
                best = one
    return best


def _round(menu: Menu, hand: Hand) -> Hand:
    """Return the hand with every knob on a round value."""
    return tuple(
        round(value / ROUND[knob.kind]) * ROUND[knob.kind]
        for knob, value in zip(menu.knobs, hand, strict=True)
    )


def _taken_over(menu: Menu, hand: Hand, other: Iterable[float]) -> list[Hand]:
    """Return for each knob the hand with that one as it stands in another."""
    return [
        menu.tidied([*hand[:place], value, *hand[place + 1 :]]) for place, value in enumerate(other)
    ]
