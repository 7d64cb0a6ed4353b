"""The levels of roll-ups: a minute, a quarter of an hour, hour, day, month, year, and all time.

Slots are cut by the device's own local clock and named by the second at which they begin, in
seconds since 1970 of that clock: a day of 23 or 25 hours is one day, and an hour that comes twice
is one hour that holds both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

MINUTE_S, HOUR_S, DAY_S, YEAR_DAYS = 60, 3600, 86400, 366
SAMPLES = "samples"


class Level(NamedTuple):
    """One level: its code in the tables, and its length or the calendar unit that cuts it."""

    name: str
    code: int
    step_s: int = 0
    unit: str = ""


LEVELS = (
    Level("minute", 1, step_s=MINUTE_S),
    Level("quarter", 2, step_s=15 * MINUTE_S),
    Level("hour", 3, step_s=HOUR_S),
    Level("day", 4, step_s=DAY_S),
    Level("month", 5, unit="M"),
    Level("year", 6, unit="Y"),
    Level("total", 7),
)
LEVEL = {level.name: level for level in LEVELS}
NAMES = (SAMPLES, *LEVEL)

# Days each level is kept, None for good; samples of a fast tick give way to minutes (assumed).
KEPT_DAYS: Mapping[str, int | None] = {
    SAMPLES: 400, "minute": 400, "quarter": 3 * YEAR_DAYS, "hour": 10 * YEAR_DAYS,
    "day": None, "month": None, "year": None, "total": None,
}  # fmt: skip
FAST_SAMPLES_DAYS = 7
LEAST_TICK_S, MOST_TICK_S = 1.0, 300.0


@dataclass(frozen=True)
class Plan:
    """How a history is kept: the tick of its samples, and how long each level stays.

    `kept_days` overrides single levels of `KEPT_DAYS`, None for good. Raises ValueError.
    """

    tick_s: float = 60.0
    kept_days: Mapping[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not LEAST_TICK_S <= self.tick_s <= MOST_TICK_S:
            raise ValueError(
                f"tick {self.tick_s:g} s: is out of range ({LEAST_TICK_S:g} to {MOST_TICK_S:g} s)"
            )
        for name, days in self.kept_days.items():
            if name not in NAMES:
                raise ValueError(f"kept {name}: no such level (allowed: {', '.join(NAMES)})")
            if days is not None and days < 1:
                raise ValueError(f"kept {name} {days} d: is out of range (1 d at least)")

    @property
    def stored(self) -> tuple[Level, ...]:
        """Return the levels that are stored: slow samples serve the finest two themselves."""
        return LEVELS if self.tick_s < MINUTE_S else LEVELS[2:]

    def kept_rows(self, name: str) -> int | None:
        """Return how many rows of samples or of a level a device keeps, None for all.

        Rows, not dates: a clock that is set years ahead and back again throws nothing away.
        """
        days = KEPT_DAYS[name]
        if name == SAMPLES and self.tick_s < MINUTE_S:
            days = FAST_SAMPLES_DAYS
        days = self.kept_days.get(name, days)
        step_s = self.tick_s if name == SAMPLES else LEVEL[name].step_s
        return None if days is None or not step_s else round(days * DAY_S / step_s)


def slots(level: Level, times_s: np.ndarray) -> np.ndarray:
    """Return the begin of the slot that holds each time, in whole seconds."""
    whole_s = np.floor(times_s).astype(np.int64)
    if level.step_s:
        return whole_s - whole_s % level.step_s
    if level.unit:
        begins = whole_s.astype("datetime64[s]").astype(f"datetime64[{level.unit}]")
        return begins.astype("datetime64[s]").astype(np.int64)
    return np.zeros_like(whole_s)
