"""What a search has judged so far: hands, their scores over several years, and the best of them.

The judge is the device's own law. A hand that does worse in the first year than all of the best is
not asked about the others; no hand is judged twice, and knobs that have no effect in a hand make
no other hand of it.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from twinverter.planner.bill import DAYS_PER_YEAR, HOUR_S
from twinverter.planner.judge import Trial, Verdict, World, trial_of
from twinverter.planner.menu import ROWS, Hand, Menu
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House

OBJECTIVES = ("money", "fuel", "dark", "mix")
# What one dark hour, and one litre, weigh beside money in `mix`, in days of the present bill.
DARK_H_DAYS, FUEL_L_DAYS = 0.5, 0.05
# What an hour darker than it may be is laid on top, in days of the present bill: more than money
# could buy, so that a wish comes first.
OVER_DAYS = 30.0
# Beside fuel or dark hours money only breaks a tie.
TIE = 1e-6
COARSE_S, FINE_S = 300.0, 60.0
KEPT = 12

Tell = Callable[[float, str], None]


@dataclass
class Search:
    """One search: every hand judged so far with its score, and the best of them.

    `scale` is what a day costs now; a hand is held to `dark_most_h` a year. `scores` are what is
    made small, means over the worlds, `firsts` those in the first world alone. `racing` spares
    hands that fail in the first world the others.
    """

    menu: Menu
    worlds: Sequence[World]
    objective: str
    scale: float = 1.0
    dark_most_h: float = math.inf
    scores: dict[Hand, float] = field(default_factory=dict)
    firsts: dict[Hand, float] = field(default_factory=dict)
    racing: bool = True

    def fair(self) -> "Search":
        """Return the search with what it knows for sure, that judges every hand in every world."""
        sure = {hand: score for hand, score in self.scores.items() if score < math.inf}
        firsts = {hand: self.firsts[hand] for hand in sure}
        return replace(self, scores=sure, firsts=firsts, racing=False)

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
        firsts = [self.held(first, verdict) for verdict in first.judge(trials)]
        best = self.best(KEPT)
        bar = max(self.firsts[hand] for hand in best) if len(best) == KEPT else math.inf
        all_go = not others or not self.racing
        going = [place for place, score in enumerate(firsts) if all_go or score <= bar]
        told = [
            [self.held(world, one) for one in world.judge([trials[place] for place in going])]
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

    def held(self, world: World, verdict: Verdict) -> float:
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
        for place in self._deep(values):
            values[place] = menu.now[place]
        return menu.tidied(values)

    def _deep(self, values: Sequence[float]) -> list[int]:
        """Return the rows' targets that lie, now too, below what the battery page serves to."""
        menu = self.menu
        low = menu.place["low_batt_soc_pct"]
        targets = [menu.place[f"tou{row}_batt_pct"] for row in range(1, ROWS + 1)]
        return [place for place in targets if max(values[place], menu.now[place]) <= values[low]]


def present_scale(world: World) -> float:
    """Return what a day costs with the settings as they are, the measure of all weights."""
    verdict = world.judge([trial_of(world.house)])[0]
    return max(1e-9, abs(verdict.bill.total)) / max(1.0, world.days)
