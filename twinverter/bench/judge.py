"""Holds one trace against another: settled points, responses, and instants.

A settled point agrees within 1e-4 of rating, a response within 0.5 % of it all along, an instant
within one step.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinverter.bench.case import MOMENTS, RESPONSE, SETTLED, Case, Trace

Flags = NDArray[np.bool_]

SETTLED_WITHIN = 1.0e-4
RESPONSE_WITHIN = 5.0e-3
STEPS_WITHIN = 1


class Deviation(NamedTuple):
    """How far two traces are apart: per unit of rating, and steps between their instants.

    `missed` counts steps in which one is connected, or rests, and the other is not within a step.
    """

    active: float
    reactive: float
    steps: int
    missed: int


def deviation(case: Case, ours: Trace, other: Trace) -> Deviation:
    """Return how far our trace of a case is from another's."""
    looks = list(case.looks) if case.judged == SETTLED else list(range(case.course.steps))
    steps, missed = instants(ours, other)
    if case.judged == MOMENTS:
        return Deviation(0.0, 0.0, steps, missed)
    active = np.abs(ours.active - other.active)[looks]
    reactive = np.abs(ours.reactive - other.reactive)[looks]
    return Deviation(float(active.max()), float(reactive.max()), steps, missed)


def edges(flag: Flags) -> NDArray[np.intp]:
    """Return the steps in which a flag is other than in the step before."""
    return np.flatnonzero(flag[1:] != flag[:-1]) + 1


def near(flag: Flags, value: Flags) -> Flags:
    """Return whether a flag has a value in the step, in the one before or in the one after.

    What comes after the last step is not known, so it may have any value there.
    """
    found = flag == value
    found[1:] |= flag[:-1] == value[1:]
    found[:-1] |= flag[1:] == value[:-1]
    found[-1:] = True
    return found


def astray(mine: Flags, theirs: Flags) -> Flags:
    """Return the steps in which one of two flags has no like of it in the other within a step."""
    return ~near(theirs, mine) | ~near(mine, theirs)


def instants(ours: Trace, other: Trace) -> tuple[int, int]:
    """Return the largest distance in steps between like instants, and the steps gone astray."""
    worst = missed = 0
    pairs = ((ours.connected, other.connected), (rests(ours), rests(other)))
    for mine, theirs in pairs:
        missed += int(astray(mine, theirs).sum())
        here, there = edges(mine), edges(theirs)
        if len(here) == len(there):
            worst = max(worst, int(np.abs(here - there).max(initial=0)))
    return worst, missed


def rests(trace: Trace) -> Flags:
    """Return where a machine is connected and gives nothing."""
    return trace.resting & trace.connected


def agrees(case: Case, apart: Deviation) -> bool:
    """Return whether a deviation is within what the case allows."""
    if apart.missed or apart.steps > STEPS_WITHIN:
        return False
    within = RESPONSE_WITHIN if case.judged == RESPONSE else SETTLED_WITHIN
    return max(apart.active, apart.reactive) <= within
