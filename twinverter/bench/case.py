"""What is done to a machine under test: settings, a step, and arrays of what it meets."""

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinverter.bench.support import NOMINAL_HZ, Support

Floats = NDArray[np.float64]
PHASES = 3
# How a case is judged: at settled points, all along, or by its instants.
SETTLED, RESPONSE, MOMENTS = "settled", "response", "moments"


class Course(NamedTuple):
    """What the machine meets, one row a step: phases in per unit and radian, hertz, wish."""

    voltage: Floats
    angle_rad: Floats
    frequency_hz: Floats
    wish: Floats

    @property
    def steps(self) -> int:
        """Return how many steps it has."""
        return len(self.wish)

    def in_parts(self, parts: int) -> "Course":
        """Return the course with every step cut into parts."""
        return Course._make(np.repeat(values, parts, axis=0) for values in self)


class Trace(NamedTuple):
    """What it gave, one row a step: per unit of rating, and whether it was connected, resting."""

    active: Floats
    reactive: Floats
    connected: NDArray[np.bool_]
    resting: NDArray[np.bool_]

    def last_of(self, parts: int) -> "Trace":
        """Return the trace at the last of every so many steps."""
        return Trace._make(values[parts - 1 :: parts] for values in self)


@dataclass(frozen=True)
class Stretch:
    """A time in which nothing changes, or in which voltage and frequency run to `until`."""

    steps: int
    voltage: float | tuple[float, float, float] = 1.0
    frequency_hz: float = NOMINAL_HZ
    wish: float = 1.0
    to_voltage: float | None = None
    to_hz: float | None = None
    angle_rad: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Case:
    """One row of the bench: what is set, what happens, and how it is judged.

    `looks` are the steps at which a settled value is read; without them the whole trace counts.
    `explained` names the class of `docs/conformance.md` where the reference is known to differ.
    A case is `alone` where the reference has no such function.
    """

    group: str
    name: str
    support: Support
    course: Course
    dt_s: float
    judged: str
    storage: bool = False
    looks: tuple[int, ...] = ()
    explained: str = ""
    alone: bool = False

    @property
    def inputs(self) -> dict[str, Any]:
        """Return what went in, for a machine to read: settings that are not at rest, and ranges."""
        plain = Support()
        said = {
            each.name: getattr(self.support, each.name)
            for each in fields(Support)
            if getattr(self.support, each.name) != getattr(plain, each.name)
        }
        ranges = {
            name: [float(values.min()), float(values.max())]
            for name, values in self.course._asdict().items()
        }
        return {"settings": said, "steps": self.course.steps, **ranges}


def course(stretches: list[Stretch]) -> Course:
    """Return the arrays of a list of stretches, one after the other."""
    voltage: list[Floats] = []
    angle_rad: list[Floats] = []
    frequency_hz: list[Floats] = []
    wish: list[Floats] = []
    for stretch in stretches:
        steps = stretch.steps
        start = np.broadcast_to(np.asarray(stretch.voltage, dtype=float), (PHASES,))
        end = start if stretch.to_voltage is None else np.full(PHASES, stretch.to_voltage)
        share = np.arange(1, steps + 1)[:, None] / steps
        voltage.append(start + (end - start) * share)
        angle_rad.append(np.tile(stretch.angle_rad, (steps, 1)))
        from_hz = stretch.frequency_hz
        to_hz = from_hz if stretch.to_hz is None else stretch.to_hz
        frequency_hz.append(from_hz + (to_hz - from_hz) * share[:, 0])
        wish.append(np.full(steps, stretch.wish))
    return Course(
        np.concatenate(voltage),
        np.concatenate(angle_rad),
        np.concatenate(frequency_hz),
        np.concatenate(wish),
    )
