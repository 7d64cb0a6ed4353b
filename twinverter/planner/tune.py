"""The search for the best settings the menu can hold, with the device's own law as the judge.

Candidates live through whole years of the house at five minutes a step, the best of them again at
one minute; what counts is the mean over the years it is trained on. The search begins with what is
set now, plain policies and the bound's plan in six rows, and goes on by shaking and mixing the best
hands: only knobs that have an effect in a hand are turned, no hand is judged twice, and the best so
far is kept whenever it is interrupted.
"""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from twinverter.planner.judge import Trial, Verdict, World, trial_of
from twinverter.planner.menu import CHOICE, ROWS, TICK, Hand, Menu
from twinverter.planner.seeds import floors
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House

OBJECTIVES = ("money", "fuel", "dark", "mix")
# What one dark hour, and one litre, weigh beside money in `mix`, in days of the present bill.
DARK_H_DAYS, FUEL_L_DAYS = 0.5, 0.05
# What an hour darker than it may be is laid on top, in days of the present bill.
OVER_DAYS, DAYS_PER_YEAR = 3.0, 365.25
# Beside fuel or dark hours money only breaks a tie.
TIE = 1e-6
COARSE_S, FINE_S = 300.0, 60.0
KEPT, BROOD = 12, 24
FINALISTS = 6
# The share of what a hand saves that may be given up to leave a setting as it is.
SLACK = 5e-3
HOUR_S = 3600.0

Tell = Callable[[float, str], None]


@dataclass
class Search:
    """One search: every hand judged so far with its score, and the best of them.

    `scale` is what a day costs now; a hand is held to `dark_most_h` a year. `scores` are what is
    made small, means over the worlds, `firsts` those in the first world alone.
    """

    menu: Menu
    worlds: Sequence[World]
    objective: str
    scale: float = 1.0
    dark_most_h: float = math.inf
    scores: dict[Hand, float] = field(default_factory=dict)
    firsts: dict[Hand, float] = field(default_factory=dict)

    def judge(self, hands: Iterable[Hand]) -> None:
        """Judge every hand that is new; one that the menu refuses scores infinity."""
        fresh: list[Hand] = []
        trials = []
        for hand in dict.fromkeys(map(self.plain, hands)):
            if hand in self.scores:
                continue
            try:
                house = self.menu.house_of(hand)
            except HouseError:
                self.scores[hand] = self.firsts[hand] = math.inf
                continue
            fresh.append(hand)
            trials.append(trial_of(house))
        if trials:
            self._race(fresh, trials)

    def _race(self, hands: Sequence[Hand], trials: Sequence[Trial]) -> None:
        """Judge hands in the first world, and in the others those that may be among the best.

        One that is worse there than all of the best scores infinity.
        """
        first, *others = self.worlds
        firsts = [self._held(first, verdict) for verdict in first.judge(trials)]
        best = self.best(KEPT)
        bar = max(self.firsts[hand] for hand in best) if len(best) == KEPT else math.inf
        going = [place for place, score in enumerate(firsts) if not others or score <= bar]
        told = [
            [self._held(world, one) for one in world.judge([trials[place] for place in going])]
            for world in others
        ]
        self.firsts |= zip(hands, firsts, strict=True)
        self.scores |= dict.fromkeys(hands, math.inf)
        for count, place in enumerate(going):
            scores = [firsts[place], *(scored[count] for scored in told)]
            self.scores[hands[place]] = sum(scores) / len(scores)

    def judge_houses(self, houses: Sequence[House]) -> list[float]:
        """Return the scores of houses whose settings no hand can hold."""
        trials = [trial_of(house) for house in houses]
        told = [world.judge(trials) for world in self.worlds]
        return [self.mean_score(verdicts) for verdicts in zip(*told, strict=True)]

    def mean_score(self, verdicts: Sequence[Verdict]) -> float:
        """Return the mean score of the same settings in several worlds."""
        return sum(map(self.score, verdicts)) / len(verdicts)

    def _held(self, world: World, verdict: Verdict) -> float:
        """Return the score, and what is laid on top for hours darker than they may be."""
        dark_h = float(verdict.account.unserved_s.sum()) / HOUR_S
        over_h = max(0.0, dark_h - self.dark_most_h * world.days / DAYS_PER_YEAR)
        return (
            self.score(verdict) + OVER_DAYS * self.scale * over_h if over_h else self.score(verdict)
        )

    def score(self, verdict: Verdict) -> float:
        """Return what is made small."""
        money = verdict.bill.total
        dark_h = float(verdict.account.unserved_s.sum()) / HOUR_S
        fuel_l = float(verdict.account.fuel_l.sum())
        if self.objective == "fuel":
            return fuel_l + TIE * money / self.scale
        if self.objective == "dark":
            return dark_h + TIE * money / self.scale
        if self.objective == "mix":
            beside = DARK_H_DAYS * dark_h + FUEL_L_DAYS * fuel_l
            return money + beside * self.scale
        return money

    def best(self, count: int = 1) -> list[Hand]:
        """Return the best hands so far, best first."""
        return sorted(self.scores, key=self.scores.__getitem__)[:count]

    def plain(self, hand: Hand) -> Hand:
        """Return the hand with every knob that has no effect in it as it is set now."""
        menu, idle = self.menu, set()
        off = {
            key for key in ("tou_enable", "grid_charge", "gen_charge", "grid_peak_shaving")
            if key in menu.place and hand[menu.place[key]] < 0.5
        }  # fmt: skip
        for knob in menu.knobs:
            row = knob.key.startswith("tou") and knob.key != "tou_enable"
            if row and "tou_enable" in off:
                idle.add(knob.key)
            elif "grid_charge" in off and (
                knob.key == "grid_charge_a" or knob.key.endswith("_grid_charge")
            ):
                idle.add(knob.key)
            elif "gen_charge" in off and (
                knob.key.startswith("gen_")
                and knob.key != "gen_charge"
                or knob.key.endswith("_gen_charge")
            ):
                idle.add(knob.key)
            elif "grid_peak_shaving" in off and knob.key == "grid_peak_shaving_w":
                idle.add(knob.key)
        values = [
            before if knob.key in idle else value
            for knob, value, before in zip(menu.knobs, hand, menu.now, strict=True)
        ]
        return menu.tidied(values)


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


def neighbours(menu: Menu, hand: Hand) -> list[Hand]:
    """Return every hand that differs in one knob by one step, or by another choice."""
    found = []
    for place, knob in enumerate(menu.knobs):
        if knob.kind in (TICK, CHOICE):
            turns = [value for value in range(int(knob.high) + 1) if value != hand[place]]
        else:
            turns = [hand[place] - knob.step, hand[place] + knob.step]  # type: ignore[list-item]
        for value in turns:
            values = list(hand)
            values[place] = float(value)
            found.append(menu.tidied(values))
    return found


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


def polished(search: Search, hand: Hand, until_s: float, tell: Tell) -> Hand:
    """Return the hand that no single turn of a knob betters, or the best when time ran out."""
    search.judge([hand])
    best = search.plain(hand)
    began_s = time.monotonic()
    while time.monotonic() < until_s:
        around = [
            one for one in neighbours(search.menu, best) if search.plain(one) not in search.scores
        ]
        if not around:
            return best
        for first in range(0, len(around), BROOD):
            search.judge(around[first : first + BROOD])
            _say(search, began_s, until_s, tell)
            if time.monotonic() >= until_s:
                break
        now = search.best()[0]
        if search.scores[now] >= search.scores[best]:
            return best
        best = now
    return search.best()[0]


def _say(search: Search, began_s: float, until_s: float, tell: Tell) -> None:
    past = min(1.0, (time.monotonic() - began_s) / max(1e-9, until_s - began_s))
    best = search.scores[search.best()[0]]
    tell(past, f"{len(search.scores)} tried, best {best:,.2f}")


def pruned(search: Search, hand: Hand) -> Hand:
    """Return the hand without the turns that bring nothing, so that little is left to be turned."""
    search.judge([hand])
    best = search.plain(hand)
    base = search.scores[best]
    worst = base + SLACK * max(1e-9, abs(search.scores.get(search.menu.now, base) - base))
    reverted = {place: one for place, one in enumerate(_reverted(search.menu, best)) if one != best}
    search.judge(reverted.values())
    light = sorted(reverted, key=lambda place: search.scores[search.plain(reverted[place])])
    for place in light:
        if search.scores[search.plain(reverted[place])] > worst:
            break
        values = list(best)
        values[place] = search.menu.now[place]
        one = search.plain(search.menu.tidied(values))
        search.judge([one])
        if search.scores[one] <= worst:
            best = one
    return best


def _reverted(menu: Menu, hand: Hand) -> list[Hand]:
    """Return for each knob the hand with that one as it is set now."""
    return [
        menu.tidied([*hand[:place], before, *hand[place + 1 :]])
        for place, before in enumerate(menu.now)
    ]


def present_scale(world: World) -> float:
    """Return what a day costs with the settings as they are, the measure of all weights."""
    verdict = world.judge([trial_of(world.house)])[0]
    return max(1e-9, abs(verdict.bill.total)) / max(1.0, world.days)
