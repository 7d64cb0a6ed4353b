"""Uniform steps in time, and means over them that keep the energy."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Steps:
    """`count` equal steps, the first beginning at `start_s` (UTC, seconds since 1970)."""

    start_s: float
    step_s: float
    count: int

    @property
    def starts_s(self) -> np.ndarray:
        """Return the moment at which each step begins."""
        return self.start_s + self.step_s * np.arange(self.count)

    @property
    def edges_s(self) -> np.ndarray:
        """Return the borders of all steps, one more than there are steps."""
        return self.start_s + self.step_s * np.arange(self.count + 1)

    @property
    def middles_s(self) -> np.ndarray:
        """Return the middle of each step."""
        return self.starts_s + 0.5 * self.step_s

    @property
    def end_s(self) -> float:
        """Return the moment at which the last step ends."""
        return self.start_s + self.step_s * self.count

    def around(self, interval_s: float, phase_s: float = 0.0, margin: int = 0) -> "Steps":
        """Return the intervals, counted from `phase_s`, that hold these steps; `margin` more."""
        first = int(np.floor((self.start_s - phase_s) / interval_s)) - margin
        last = int(np.ceil((self.end_s - phase_s) / interval_s)) + margin
        return Steps(phase_s + first * interval_s, interval_s, last - first)

    def finer(self, step_s: float) -> "Steps":
        """Return the same stretch in steps of `step_s`, which divides this step."""
        return Steps(self.start_s, step_s, self.count * round(self.step_s / step_s))


def mean_over(steps: Steps, given: Steps, values: np.ndarray) -> np.ndarray:
    """Return the mean over each of `steps` of values that hold over each of the `given` steps.

    What flows in a stretch of whole steps is the same before and after.
    """
    if (steps.start_s, steps.step_s, steps.count) == (given.start_s, given.step_s, given.count):
        return values
    summed = np.concatenate(([0.0], np.cumsum(values)))
    places = (steps.edges_s - given.start_s) / given.step_s
    at = np.interp(places, np.arange(given.count + 1), summed)
    return np.diff(at) * (given.step_s / steps.step_s)
