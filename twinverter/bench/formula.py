"""The standard in closed form: curves, exponentials, timers that count steps, the circle.

Written apart from the law of the machine and from the reference, so that each can be held
against it. Sources: IEEE 1547-2018 clauses 4.3 (applicable voltages), 5.2 to 5.4 (reactive and
active power); where it leaves room, manual C-08: active power gives way only if asked.
"""

import cmath
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from twinverter.bench.support import (
    RESPONSE_CONSTANTS,
    Points,
    Support,
)

# Datasheet: power factor 0.8 leading to 0.8 lagging (manual 9).
MOST_REACTIVE = 0.6
# Active power below which reactive power may be less, and below which none is asked (clause 5.2).
FULL_FROM, NONE_BELOW = 0.2, 0.05
BISECTIONS = 60


class Voltages(NamedTuple):
    """What the rules look at: the applicable voltage, the outermost of six, the angle of all."""

    applicable: float
    low: float
    high: float
    highest_phase: float
    angle_rad: float


def along(points: Points, x: float) -> float:
    """Return the curve through the points at x, flat outside them."""
    if x <= points[0][0]:
        return points[0][1]
    for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
        if x < x2:
            return y1 + (y2 - y1) * (x - x1) / (x2 - x1)
    return points[-1][1]


def seen(row: np.ndarray, angle_rad: np.ndarray, positive_sequence: bool) -> Voltages:
    """Return the applicable, lowest and highest voltage of three phases, per unit."""
    third = 2.0 * math.pi / 3.0
    places = (0.0, -third, third)
    phasors = [
        cmath.rect(voltage, place + angle)
        for voltage, place, angle in zip(row, places, angle_rad, strict=True)
    ]
    turned = [
        phasor * cmath.rect(1.0, -place) for phasor, place in zip(phasors, places, strict=True)
    ]
    mean = abs(sum(turned)) / 3.0 if positive_sequence else float(sum(row)) / 3.0
    lines = [abs(phasors[k] - phasors[k - 1]) / math.sqrt(3.0) for k in range(3)]
    six = [*map(float, row), *lines]
    return Voltages(
        mean, min(six), max(six), float(max(row)), float(sum(angle_rad)) / len(angle_rad)
    )


class Lag:
    """A first-order lag that is 90 % there after its response time."""

    def __init__(self) -> None:
        self.value: float | None = None

    def __call__(self, wanted: float, response_s: float, dt_s: float) -> float:
        """Return the lagged value at the end of the step."""
        if self.value is None or response_s <= 0.0:
            self.value = wanted
        else:
            left = math.exp(-RESPONSE_CONSTANTS * dt_s / response_s)
            self.value = wanted + (self.value - wanted) * left
        return self.value


class Timer:
    """A level with its time: true in the step in which the time is full."""

    def __init__(self) -> None:
        self.steps = 0

    def __call__(self, beyond: bool, lasts_s: float, dt_s: float) -> bool:
        """Return whether it has now been beyond for the whole time."""
        self.steps = self.steps + 1 if beyond else 0
        return self.steps > 0 and self.steps * dt_s >= lasts_s - 1.0e-9 * dt_s


def per_active(support: Support) -> float:
    """Return reactive per active power at the fixed power factor, negative where it absorbs."""
    share = math.sqrt(1.0 - support.power_factor**2) / support.power_factor
    return -share if support.absorbing else share


def most_reactive(support: Support, active: float) -> float:
    """Return the most reactive power at an active one, injected or absorbed."""
    if not support.reduced_at_low_power or active >= FULL_FROM:
        return MOST_REACTIVE
    return MOST_REACTIVE * active / FULL_FROM if active >= NONE_BELOW else 0.0


def circle(support: Support, active: float, reactive: float, size: float) -> tuple[float, float]:
    """Return the pair inside an apparent power of `size`, by who gives way."""
    most = most_reactive(support, active)
    apparent = math.hypot(active, reactive)
    if apparent <= size:
        return active, max(-most, min(reactive, most))
    if support.watt_var:
        return crossing(lambda watts: along(support.watt_var, watts), active, size)
    if not support.volt_var and not support.fixed_var:
        return active * size / apparent, reactive * size / apparent
    reactive = max(-most, min(reactive, most))
    room = math.sqrt(max(0.0, size**2 - active**2))
    kept = min(abs(reactive), size, max(room, support.reactive_before))
    within = min(abs(active), math.sqrt(size**2 - kept**2))
    return math.copysign(within, active), math.copysign(kept, reactive)


def crossing(
    reactive_at: Callable[[float], float], active: float, size: float
) -> tuple[float, float]:
    """Return where a curve of reactive over active power leaves the circle short of `active`."""
    inside, outside = 0.0, active
    for _ in range(BISECTIONS):
        middle = (inside + outside) / 2.0
        if math.hypot(middle, reactive_at(middle)) <= size:
            inside = middle
        else:
            outside = middle
    return inside, reactive_at(inside)
