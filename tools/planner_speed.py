"""How fast the planner judges and foresees: candidate years, the bound beside HiGHS, and memory.

    .venv/bin/python tools/planner_speed.py --trials 2000

A candidate year is a year of the built-in house at one minute under settings of its own, all cores
at work. The bound is that of the same year in steps of 15 minutes, both ways in the same run.
"""

import argparse
import os
import resource
import time

import numpy as np

from twinverter.planner.foresight import Foreseen
from twinverter.planner.judge import World, trial_of
from twinverter.planner.menu import Menu
from twinverter.planner.program import program
from twinverter.planner.seeds import policies
from twinverter.planner.tune import shaken
from twinverter.planner.years import as_it_is
from twinverter.scenario.house import House, load_house

QUARTER_H_STEPS, ROUNDS = 15, 7


def candidates(house: House, count: int) -> list[House]:
    """Return the house under so many settings, as a search makes them."""
    menu = Menu(house)
    chance = np.random.default_rng(1)
    hands = policies(menu, menu.now)
    while len(hands) < count:
        hands.append(shaken(menu, hands[chance.integers(len(hands))], chance, 0.3))
    return [menu.house_of(hand) for hand in hands[:count]]


def main() -> None:
    """Print seconds, ratios and memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=2000)
    given = parser.parse_args()
    house = load_house()
    began_s = time.perf_counter()
    world = World(as_it_is(house))
    print(f"making the year: {time.perf_counter() - began_s:.1f} s")
    trials = [trial_of(one) for one in candidates(house, given.trials)]
    # The first call loads the compiled loop.
    world.judge(trials[:1])
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    world.judge(trials)
    wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    steps = given.trials * world.steps.count
    print(
        f"{given.trials} candidate years on {os.cpu_count()} cores: {wall_s:.1f} s,"
        f" {1e9 * cpu_s / steps:.0f} ns of a core a step"
    )
    seen = Foreseen(world, QUARTER_H_STEPS)
    plan = seen.plan()
    # Both by the processor's time, so that whatever else runs favours neither.
    lasted_s = []
    for _ in range(ROUNDS):
        began_s = time.process_time()
        plan = seen.plan()
        lasted_s.append(time.process_time() - began_s)
    began_s = time.process_time()
    judged = program(seen.limits, seen.course, seen.fuel_per_wh, seen.unserved_per_wh, seen.hours)
    highs_s = time.process_time() - began_s
    fast_s = float(np.median(lasted_s))
    print(
        f"bound of {len(seen.course.sun_w)} steps: {1e3 * fast_s:.1f} ms, HiGHS {highs_s:.1f} s"
        f" ({highs_s / fast_s:.0f} times), {plan.cost / judged.cost - 1.0:+.1e} apart"
    )
    most_b = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory at most {most_b / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
