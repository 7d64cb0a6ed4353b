"""Readings around one alarm, as a reader of them asks: at that moment, lately, over minutes."""

import math
from collections.abc import Mapping, Sequence

from twinverter.catalog.evidence import BY_KEY, of_phases
from twinverter.words import figures

# How far back `lately` and `minutes` look; the first is longer than a step of any length.
LATELY_S, MINUTES_S = 10.0, 1800.0
HAIR_S = 1e-6


class Readings:
    """Figures by key, a value per time; times are seconds from the alarm, negative before it.

    A figure that was not kept reads NaN and an empty list.
    """

    def __init__(
        self, clock_s: float, times_s: Sequence[float], values: Mapping[str, Sequence[float]]
    ) -> None:
        self.clock_s = clock_s
        self.times_s = times_s
        self._values = values
        self._now = max((place for place, at_s in enumerate(times_s) if at_s <= HAIR_S), default=-1)

    def column(self, key: str) -> Sequence[float]:
        """Return all values of a figure, in the order of the times."""
        return self._values.get(key, ())

    def now(self, key: str) -> float:
        """Return a figure at the alarm."""
        column = self.column(key)
        return column[self._now] if column and self._now >= 0 else math.nan

    def span(self, key: str, from_s: float, to_s: float = HAIR_S) -> list[float]:
        """Return the values of a figure between two times, both included."""
        pairs = zip(self.times_s, self.column(key), strict=False)
        return [value for at_s, value in pairs if from_s - HAIR_S <= at_s <= to_s]

    def lately(self, key: str) -> list[float]:
        """Return the values of the last seconds up to the alarm."""
        return self.span(key, -LATELY_S)

    def low(self, key: str) -> float:
        """Return the lowest value of the last seconds."""
        return min(self.lately(key), default=math.nan)

    def high(self, key: str) -> float:
        """Return the highest value of the last seconds."""
        return max(self.lately(key), default=math.nan)

    def mean(self, key: str) -> float:
        """Return the mean over the minutes before, each value counted for the time it stood."""
        total, weight_s, before_s = 0.0, 0.0, None
        for at_s, value in zip(self.times_s, self.column(key), strict=False):
            if at_s > HAIR_S:
                break
            if before_s is not None:
                total += value * (at_s - before_s)
                weight_s += at_s - before_s
            before_s = at_s
        return total / weight_s if weight_s > 0.0 else self.now(key)

    def summed(self, key: str) -> list[float]:
        """Return all values of a figure that stands per phase, summed over the phases."""
        return [sum(values) for values in zip(*map(self.column, of_phases(key)), strict=False)]

    def phases(self, key: str) -> tuple[float, ...]:
        """Return a figure on L1, L2 and L3 at the alarm."""
        return tuple(self.now(name) for name in of_phases(key))

    @property
    def length_s(self) -> float:
        """Return how far the readings reach back from the alarm."""
        return -self.times_s[0] if self.times_s else 0.0


def told(key: str, value: float) -> str:
    """Return a figure with its unit, as a sentence shows it; a flag as yes or no."""
    figure = BY_KEY[key]
    if figure.unit == "W":
        return figures.power(value)
    if figure.unit == "%":
        return figures.share(value)
    if not figure.unit:
        return "yes" if value > 0.5 else "no"
    return f"{figures.plain(value * figure.scale, figure.decimals)}{figures.GAP}{figure.unit}"
