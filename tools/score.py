"""Figures of a benchmark: medians with spread, ratios, and what they say about a goal."""

import statistics
from collections.abc import Sequence
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """A median with its smallest and largest sample."""

    median: float
    low: float
    high: float


class Goal(NamedTuple):
    """What a figure should be: `<=` or `>=` a value in its own unit."""

    sign: str
    value: float


class Line(NamedTuple):
    """One line of the report. Where `at_least`, the true figure is this or larger."""

    name: str
    figure: Figure
    unit: str
    goal: Goal | None = None
    note: str = ""
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Return met, missed, or open where a lower bound cannot tell; nothing without a goal."""
        if self.goal is None:
            return ""
        if self.goal.sign == "<=":
            fine = self.figure.median <= self.goal.value
        else:
            fine = self.figure.median >= self.goal.value
        if self.at_least and fine != (self.goal.sign == ">="):
            return "open"
        return "met" if fine else "missed"

    @property
    def text(self) -> str:
        """Return the line as it is printed."""
        median, low, high = (number(value) for value in self.figure)
        bound = "at least " if self.at_least else ""
        spread = f" ({low}-{high})" if low != high else ""
        words = f"{self.name:<46} {bound}{median} {self.unit}{spread}".rstrip()
        if self.goal:
            goal = f"goal {self.goal.sign} {number(self.goal.value)} {self.unit}"
            words = f"{words:<90} {goal}: {self.verdict}"
        return f"{words}\n{'':<6}{self.note}" if self.note else words

    def as_dict(self) -> dict[str, Any]:
        """Return the line for JSON."""
        words = self._asdict() | {"figure": self.figure._asdict(), "verdict": self.verdict}
        return words | {"goal": self.goal and f"{self.goal.sign} {self.goal.value:g}"}


def number(value: float) -> str:
    """Return a number in about three digits."""
    size = abs(value)
    if size >= 100.0 or value == int(value):
        return f"{value:,.0f}"
    if size < 0.001:
        return f"{value:.1e}"
    return f"{value:.{1 if size >= 10.0 else 2 if size >= 1.0 else 3}f}"


def figure(samples: Sequence[float], scale: float = 1.0) -> Figure:
    """Return median, minimum and maximum of some samples, each times `scale`."""
    scaled = [scale * sample for sample in samples]
    return Figure(statistics.median(scaled), min(scaled), max(scaled))


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> Figure:
    """Return how many times longer theirs takes, with the least and the most it can be."""
    slow, fast = figure(theirs), figure(ours)
    return Figure(slow.median / fast.median, slow.low / fast.high, slow.high / fast.low)


def at_most(value: float) -> Goal:
    """Return the goal to stay at or below a value."""
    return Goal("<=", value)


def at_least(value: float) -> Goal:
    """Return the goal to reach a value."""
    return Goal(">=", value)
