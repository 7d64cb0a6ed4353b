"""The best six-slot table by any means: another optimiser, with a budget that nobody waits for.

    TWINVERTER_DATA=/path/to/data .venv/bin/python tools/planner_rival.py accra --minutes 20

Differential evolution (SciPy) over all knobs of the menu at ten minutes, one percent and a hundred
watts, on a population that begins by chance and shares no code with `planner/tune.py` but the
judge; then pattern search from its best. With `--unseen` it is let loose on the very years that
tuning is reported on: no table found without looking at them can be expected to do better. With
`--begin` it is pattern search from what tuning found: how far the best of both is from that. What
it finds is written as settings, for `tools/planner.py --rival`.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from planner import EXAMPLES
from scipy.optimize import differential_evolution

from twinverter.planner.changes import settings_toml
from twinverter.planner.compare import read_ways
from twinverter.planner.judge import World, trial_of
from twinverter.planner.menu import CHOICE, TICK, Hand, Menu
from twinverter.planner.search import COARSE_S, Search, present_scale
from twinverter.planner.unseen import factory
from twinverter.planner.wishes import Wishes, dark_most_h
from twinverter.planner.years import REPORTED, SEARCHED, years_of
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import load_house

BAD = 1e12
POPULATION = 4
SHARE_EVOLVED = 0.6


class Rival:
    """The rival's judge: unit vectors in, mean scores out; `left_s` says when to stop."""

    def __init__(self, menu: Menu, search: Search, minutes: float) -> None:
        self.menu, self.search = menu, search
        now_s = time.monotonic()
        self.until_s = now_s + 60.0 * minutes
        self.evolved_s = now_s + 60.0 * minutes * SHARE_EVOLVED
        self.best: Hand = menu.now
        self.score, self.count = BAD, 0

    def hand(self, unit: np.ndarray) -> Hand:
        """Return the hand that a vector of shares of each knob's range stands for."""
        values = []
        for knob, share in zip(self.menu.knobs, unit, strict=True):
            if knob.kind in (TICK, CHOICE):
                values.append(float(min(int(knob.high), int(share * (knob.high + 1.0)))))
            else:
                values.append(knob.low + float(share) * (knob.high - knob.low))
        return self.menu.tidied(values)

    def __call__(self, units: np.ndarray) -> np.ndarray:
        """Return the scores of the columns of `units`."""
        return np.array(self.judged([self.hand(unit) for unit in np.atleast_2d(units.T)]))

    def judged(self, hands: Sequence[Hand]) -> list[float]:
        """Return mean scores, the wish for few dark hours held to as the search is."""
        houses = []
        scores = [BAD] * len(hands)
        for place, hand in enumerate(hands):
            try:
                houses.append((place, trial_of(self.menu.house_of(hand))))
            except HouseError:
                continue
        trials = [trial for _, trial in houses]
        told = [
            [self.search.held(world, one) for one in world.judge(trials)]
            for world in self.search.worlds
        ]
        for (place, _), each in zip(houses, zip(*told, strict=True), strict=True):
            scores[place] = sum(each) / len(each)
            if scores[place] < self.score:
                self.best, self.score = hands[place], scores[place]
        self.count += len(trials)
        return scores

    def evolved(self, unit: np.ndarray, convergence: float) -> bool:
        """Return whether the part of the time that evolution has is up."""
        return time.monotonic() >= self.evolved_s

    def is_over(self) -> bool:
        """Return whether the time is up."""
        return time.monotonic() >= self.until_s


def patterned(rival: Rival, chance: np.random.Generator) -> None:
    """Turn knobs of the best hand by steps that shrink, in an order drawn by chance."""
    menu = rival.menu
    reach = 0.25
    while not rival.is_over() and reach > 0.004:
        before = rival.score
        for place in chance.permutation(len(menu.knobs)):
            knob = menu.knobs[place]
            values = []
            if knob.kind in (TICK, CHOICE):
                turns = [float(one) for one in range(int(knob.high) + 1)]
            else:
                wide = max(knob.step, reach * (knob.high - knob.low))
                turns = [rival.best[place] + wide * by for by in (-1.0, -0.4, 0.4, 1.0)]
            for turn in turns:
                values.append(menu.tidied([*rival.best[:place], turn, *rival.best[place + 1 :]]))
            rival.judged([hand for hand in values if hand != rival.best])
            if rival.is_over():
                return
        if rival.score >= before - 1e-9 * abs(before):
            reach *= 0.5


def main() -> None:
    """Search, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("houses", nargs="+")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--unseen", type=int, default=0, help="so many of the unseen years instead")
    parser.add_argument(
        "--dark", type=float, help="wish: at most this share of the factory's dark hours"
    )
    parser.add_argument("--begin", type=Path, help="folder of settings that tuning found")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path())
    given = parser.parse_args()
    for name in given.houses:
        house = load_house(EXAMPLES / f"{name}.toml")
        years = (
            years_of(house, given.unseen, REPORTED)
            if given.unseen
            else years_of(house, 2, SEARCHED)
        )
        worlds = [World(year, None, COARSE_S) for year in years]
        menu = Menu(house)
        # Both searches are held to the dark hours of the same years.
        held = [World(year, None, COARSE_S) for year in years_of(house, 2, SEARCHED)]
        dark_h = dark_most_h(house, held, Wishes(dark_share=given.dark))
        search = Search(menu, worlds, "money", present_scale(worlds[0]), dark_h)
        rival = Rival(menu, search, given.minutes)
        rival.judged([menu.hand_of(factory(house).values)])
        # What the factory's settings cost, whether or not they keep the wish.
        (before,) = search.judge_houses([factory(house)])
        if given.begin is not None:
            tuned = read_ways([house.file, given.begin / f"{name}.toml"])[1]
            rival.judged([menu.hand_of(tuned.values)])
        else:
            differential_evolution(
                rival, [(0.0, 1.0)] * len(menu.knobs), popsize=POPULATION, vectorized=True,
                updating="deferred", maxiter=10**6, mutation=(0.4, 0.9), recombination=0.8,
                rng=given.seed, polish=False, tol=1e-4,
                callback=rival.evolved,
            )  # fmt: skip
        begun = rival.score
        print(f"{name}: begins at {begun:,.1f} after {rival.count}", flush=True)
        patterned(rival, np.random.default_rng(given.seed))
        print(f"{name}: {(before - begun) / (before - rival.score):.1%} of what was found in all")
        way = "unseen" if given.unseen else "searched"
        path = given.out / f"{name}.{way}.toml"
        path.write_text(settings_toml(menu.house_of(rival.best)) + "\n", encoding="utf-8")
        print(f"{name}: {rival.score:,.1f} after {rival.count}; {path}", flush=True)


if __name__ == "__main__":
    main()
