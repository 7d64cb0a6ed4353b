"""Random voltages and frequencies: does the machine leave, ride through and return as it should?

History `k` of a seed is always the same one. Levels are those of the standard's categories, their
times and the return are drawn so that all of it happens within a hundred steps; voltages and
frequencies are drawn densely beside the levels, never on them: whether a level itself is beyond
is a matter of `<` or `<=` that no measurement can tell.

A disagreement is explained by taking one thing away: if both then do the same, it is of that
thing's class. `timer-edge`: a time of whole steps is full when their sum reaches it, and sums of
floating-point steps may miss it by the last digit (ours returns in the step that begins after the
time, too); taken away by making every time half a step shorter. `frequency-first`: outside the
range of mandatory operation the reference looks at frequency alone and does not rest in a sag;
taken away by holding the frequency inside that range.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np

from twinverter.bench import expected, judge, machine
from twinverter.bench.case import Course, Stretch, Trace, course
from twinverter.bench.reference import Reference
from twinverter.bench.support import (
    CATEGORIES,
    NOMINAL_HZ,
    Cessation,
    EnterService,
    Level,
    Support,
    Trips,
)

STEPS = 100
STEP_LENGTHS_S = (0.02, 0.1, 1.0)
MOST_TRIP_STEPS, MOST_DELAY_STEPS, MOST_RAMP_STEPS = 30, 25, 20
LONGEST_STRETCH = 20
MOST_OUT_OF_PLACE_RAD = 0.4
# How far beside a level: per unit for voltages, hertz for frequencies.
BESIDE = (1.0e-4, 1.1e-3, 1.3e-2, 4.1e-2)
EDGES_V = (0.3, 0.45, 0.5, 0.7, 0.88, 0.917, 1.05, 1.1, 1.2)
EDGES_HZ = (56.5, 58.5, 59.5, 60.1, 61.2, 62.0)

TIMER_EDGE, FREQUENCY_FIRST = "timer-edge", "frequency-first"
UNEXPLAINED = "unexplained"
# Mandatory operation at a nominal frequency of 60 Hz, IEEE 1547-2018 table 19, just inside.
MANDATORY_HZ = (57.01, 61.79)
# Histories that a process does at a time.
PART = 200

Run = Callable[["History"], Trace]


class History(NamedTuple):
    """One drawn history: its number, the settings, what is met, and the step."""

    number: int
    support: Support
    course: Course
    dt_s: float
    storage: bool


class Disagreement(NamedTuple):
    """One history in which two machines did not do the same: what ours does first, and when.

    `explained` names its class in `docs/conformance.md`, "" where there is none.
    """

    number: int
    kind: str
    step: int
    explained: str = ""


def drawn(seed: int, number: int) -> History:
    """Return history `number` of a seed."""
    dice = np.random.default_rng([seed, number])
    dt_s = float(dice.choice(STEP_LENGTHS_S))
    category = str(dice.choice(list(CATEGORIES)))
    support = Support(
        trips=_levels(dice, CATEGORIES[category], dt_s),
        enter=EnterService(
            delay_s=dt_s * float(dice.integers(1, MOST_DELAY_STEPS)),
            ramp_s=dt_s * float(dice.integers(0, MOST_RAMP_STEPS)),
        ),
        cessation=_cessation(dice, dt_s) if category == "III" else None,
        category=category,
    )
    storage = bool(dice.integers(2))
    wish = float(dice.uniform(-1.0 if storage else 0.1, 1.0))
    return History(number, support, course(list(_stretches(dice, wish))), dt_s, storage)


def _cessation(dice: np.random.Generator, dt_s: float) -> Cessation:
    """Return a rest with times of its own: at once or after some steps."""
    response, back, recover = (dt_s * (steps - 0.5) for steps in dice.integers(1, 6, 3))
    return Cessation(response_s=response, return_s=back, recover_s=recover)


def _levels(dice: np.random.Generator, levels: Trips, dt_s: float) -> Trips:
    """Return the levels with times of their own, some of them no whole number of steps."""
    times = dice.integers(1, MOST_TRIP_STEPS, len(levels)) + dice.choice((0.0, 0.4), len(levels))
    return Trips(
        *(
            Level(level.beyond, dt_s * float(steps))
            for level, steps in zip(levels, times, strict=True)
        )
    )


def _stretches(dice: np.random.Generator, wish: float) -> Iterator[Stretch]:
    yield Stretch(2, wish=wish)
    left = STEPS - 2
    while left > 0:
        steps = min(left, int(dice.integers(1, LONGEST_STRETCH)))
        left -= steps
        yield _stretch(dice, steps, wish)


def _beside(dice: np.random.Generator, edges: tuple[float, ...]) -> float:
    return float(dice.choice(edges) + dice.choice(BESIDE) * dice.choice((-1.0, 1.0)))


def _stretch(dice: np.random.Generator, steps: int, wish: float) -> Stretch:
    """Return a quiet time, a sag or swell of all or one phase, a frequency, or a run of either."""
    kind = dice.integers(10)
    if kind <= 2:
        return Stretch(
            steps, float(dice.uniform(0.93, 1.04)), float(dice.uniform(59.7, 60.05)), wish
        )
    voltage, frequency_hz = _beside(dice, EDGES_V), _beside(dice, EDGES_HZ)
    if kind == 3:
        return Stretch(steps, voltage, wish=wish)
    if kind == 8:
        angles = dice.uniform(-MOST_OUT_OF_PLACE_RAD, MOST_OUT_OF_PLACE_RAD, 3).tolist()
        return Stretch(steps, voltage, wish=wish, angle_rad=(angles[0], angles[1], angles[2]))
    if kind == 9:
        return Stretch(steps, voltage, frequency_hz, wish)
    if kind == 4:
        phases = [1.0, 1.0, 1.0]
        phases[int(dice.integers(3))] = voltage
        return Stretch(steps, (phases[0], phases[1], phases[2]), wish=wish)
    if kind == 5:
        return Stretch(steps, frequency_hz=frequency_hz, wish=wish)
    if kind == 6:
        return Stretch(steps, to_voltage=voltage, wish=wish)
    return Stretch(steps, frequency_hz=NOMINAL_HZ, to_hz=frequency_hz, wish=wish)


def ours(history: History) -> Trace:
    """Return what this machine does in a history."""
    return machine.run(history.support, history.storage, history.course, history.dt_s)


def by_formula(history: History) -> Trace:
    """Return what the closed forms say of a history."""
    return expected.run(history.support, history.storage, history.course, history.dt_s)


def by_reference(history: History) -> Trace:
    """Return what the reference does in a history."""
    return Reference(history.support, history.storage, anew=False).run(history.course, history.dt_s)


def compared(seed: int, numbers: Iterable[int], mine: Run, other: Run) -> Iterator[Disagreement]:
    """Yield every history in which a trip, a rest or a return differs by more than a step."""
    for number in numbers:
        history = drawn(seed, number)
        found = disagreement(history, mine(history), other(history))
        if found is None:
            continue
        yield found._replace(explained=explanation(history, mine, other))


def explanation(history: History, mine: Run, other: Run) -> str:
    """Return the class of a disagreement, "" where nothing taken away makes both agree."""
    for classes in ((TIMER_EDGE,), (FREQUENCY_FIRST,), (TIMER_EDGE, FREQUENCY_FIRST)):
        plain = history
        for each in classes:
            plain = TAKEN_AWAY[each](plain)
        if disagreement(plain, mine(plain), other(plain)) is None:
            return " and ".join(classes)
    return ""


def disagreement(history: History, mine: Trace, other: Trace) -> Disagreement | None:
    """Return in what two traces of a history differ, None where they tell the same."""
    for here, there, kinds in (
        (mine.connected, other.connected, ("leaves", "stays")),
        (judge.rests(mine), judge.rests(other), ("runs", "rests")),
    ):
        apart = np.flatnonzero(judge.astray(here, there))
        if len(apart):
            first = int(apart[0])
            return Disagreement(history.number, kinds[int(here[first])], first)
    return None


def halfway(history: History) -> History:
    """Return the history with every time half a step shorter, so that none is met by a sum."""
    half_s = 0.5 * history.dt_s
    support = history.support
    trips = Trips(*(Level(level.beyond, level.lasts_s - half_s) for level in support.trips))
    enter = support.enter._replace(delay_s=support.enter.delay_s - half_s)
    return history._replace(support=replace(support, trips=trips, enter=enter))


def within_mandatory(history: History) -> History:
    """Return the history with the frequency held inside the range of mandatory operation."""
    held_hz = np.clip(history.course.frequency_hz, *MANDATORY_HZ)
    return history._replace(course=history.course._replace(frequency_hz=held_hz))


TAKEN_AWAY = {TIMER_EDGE: halfway, FREQUENCY_FIRST: within_mandatory}


def part(seed: int, numbers: Sequence[int], beside: bool) -> list[Disagreement]:
    """Return the disagreements among some histories, with the reference or with the formulas."""
    return list(compared(seed, numbers, ours, by_reference if beside else by_formula))


def in_parts(
    seed: int, numbers: Sequence[int], beside: bool, jobs: int
) -> Iterator[tuple[list[Disagreement], int]]:
    """Yield the disagreements of one part after the other, and how many histories it had."""
    parts = [numbers[start : start + PART] for start in range(0, len(numbers), PART)]
    if jobs == 1:
        for each in parts:
            yield part(seed, each, beside), len(each)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        waiting = [pool.submit(part, seed, each, beside) for each in parts]
        for each, future in zip(parts, waiting, strict=True):
            yield future.result(), len(each)


def counted(found: Iterable[Disagreement]) -> Counter[str]:
    """Return how many disagreements there are of each class."""
    return Counter(each.explained or UNEXPLAINED for each in found)
