"""The control blocks of the field, as pure functions of state, input and step.

Flags are floats, 1.0 or 0.0. Every timer adds `dt_s`, so a delay shorter than the step has
passed within it and any step from a millisecond to an hour tells the same story.
"""

from typing import NamedTuple

from twinverter.core.kernel import kernel


class Phases(NamedTuple):
    """One quantity on L1, L2 and L3."""

    l1: float
    l2: float
    l3: float


@kernel
def total(phases):
    """Return the sum over the three phases."""
    return phases.l1 + phases.l2 + phases.l3


@kernel
def equal_split(sum_w):
    """Return a third of the sum on each phase."""
    third = sum_w * (1.0 / 3.0)
    return Phases(third, third, third)


@kernel
def clamp(value, low, high):
    """Return `value` held between `low` and `high`; `low` wins where they cross."""
    return max(low, min(value, high))


@kernel
def held_for(timer_s, condition, dt_s):
    """Return the time for which `condition` has held without a break, this step included."""
    return timer_s + dt_s if condition else 0.0


@kernel
def latch(on, set_when, reset_when):
    """Return a latch's new flag: reset wins, otherwise set, otherwise kept."""
    if reset_when:
        return 0.0
    if set_when:
        return 1.0
    return on


@kernel
def ramp(last, wanted, rate_per_s, dt_s):
    """Return `wanted`, moved from `last` by at most `rate_per_s`; a rate of 0 does not limit."""
    if rate_per_s <= 0.0:
        return wanted
    step = rate_per_s * dt_s
    return max(last - step, min(wanted, last + step))


@kernel
def low_pass(last, value, time_constant_s, dt_s):
    """Return a first-order lag, stable at any step (backward Euler)."""
    return last + (value - last) * (dt_s / (time_constant_s + dt_s))


@kernel
def curve(points, x, low, high):
    """Return a piecewise-linear curve given by equally spaced `points` from `low` to `high`."""
    last = len(points) - 1
    place = (x - low) / (high - low) * last
    if place <= 0.0:
        return points[0]
    if place >= last:
        return points[last]
    index = int(place)
    return points[index] + (place - index) * (points[index + 1] - points[index])
