"""Whether the generator would start: hours it may run, days it is away, days it fails by chance."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from twinverter.scenario.chance import draws
from twinverter.scenario.clock import DAY_S, wall_of, zone
from twinverter.scenario.steps import Steps


@dataclass(frozen=True)
class Availability:
    """Wall clock windows (seconds after midnight), local days out of order, share of bad days."""

    windows_s: tuple[tuple[float, float], ...]
    away: tuple[tuple[date, date], ...]
    fails: float
    seed: int
    here: str

    def ready(self, steps: Steps) -> np.ndarray:
        """Return 1.0 where it would start at the beginning of a step, else 0.0."""
        walls_s = zone(self.here).wall_s(steps.starts_s)
        second_s, days = walls_s % DAY_S, np.floor(walls_s / DAY_S).astype(np.int64)
        allowed = np.zeros(steps.count, dtype=bool)
        for start_s, end_s in self.windows_s:
            allowed |= (second_s >= start_s) & (second_s < end_s)
            allowed |= second_s < end_s - DAY_S
        for first, last in self.away:
            allowed &= (walls_s < wall_of(first)) | (walls_s >= wall_of(last) + DAY_S)
        if self.fails:
            unique, which = np.unique(days, return_inverse=True)
            good = [
                draws(self.seed, "generator", int(day)).random() >= self.fails for day in unique
            ]
            allowed &= np.array(good)[which]
        return allowed.astype(np.float64)


NO_GENERATOR = Availability((), (), 0.0, 0, "UTC")
