"""The modelled sky, for a house without measured weather: clear sky times passing clouds.

Every day has a mean clear-sky index, drawn around the month's figure and leaning on the days
before (AR(1)); within the day sun and cloud follow each other as a two-state process, and a slow
murmur lies over both. A cloud takes the whole beam and leaves diffuse light. Air follows a
season and a daily wave that peaks at 15:00 solar time. All of it is illustrative, none measured;
the figures of the process are assumed. The same minute of the same date is the same at any step.
"""

from dataclasses import dataclass

import numpy as np

from twinverter.scenario.chance import draws
from twinverter.scenario.clock import DAY_S, HOUR_S, MINUTE_S, seasonal
from twinverter.scenario.steps import Steps
from twinverter.scenario.sun import Place, Sky, SunPath

MINUTES = 1440
# Correlation of a day with the day before, and how many days back it is followed (assumed).
DAY_MEMORY, DAYS_BACK = 0.35, 6
# Lowest and highest daily clear-sky index (assumed).
DARKEST, CLEAREST = 0.08, 1.0
# Mean length of one sun and one cloud together (assumed).
CYCLE_S = 1500.0
# The murmur: drawn every ten minutes with this spread in sun and under cloud, to this many
# spreads at most, straight in between (assumed).
MURMUR_MINUTES, MURMUR, MURMUR_CLOUD, MURMUR_MAX = 10, 0.04, 0.15, 1.5
WARMEST_S = 15.0 * HOUR_S


@dataclass(frozen=True)
class ModelledSky:
    """Monthly figures of a place's sky and air, twelve each, and the seed of its clouds."""

    place: Place
    seed: int
    clear_index: np.ndarray
    day_spread: float
    air_c: np.ndarray
    air_day_range_c: np.ndarray
    wind_m_s: float
    base_s: float = MINUTE_S

    @property
    def _solar_shift_s(self) -> float:
        """Return what turns UTC into the sun's time here, in whole minutes."""
        return round(self.place.longitude * 4.0) * MINUTE_S

    def stretch(self, steps: Steps) -> Steps:
        """Return the minutes of the whole solar days around `steps`."""
        return steps.around(DAY_S, -self._solar_shift_s).finer(self.base_s)

    def check(self, steps: Steps) -> None:
        """A model is known everywhere."""

    def sky(self, minutes: Steps, sun: SunPath) -> Sky:
        """Return sun and air for the minutes of whole solar days."""
        first = round((minutes.start_s + self._solar_shift_s) / DAY_S)
        days = np.arange(first, first + minutes.count // MINUTES)
        level = self._day_levels(days)
        beam, index = self._clouds(days, level)
        ghi_w_m2 = index * sun.clear_ghi_w_m2
        dni_w_m2 = beam * sun.clear_dni_w_m2
        dhi_w_m2 = np.maximum(ghi_w_m2 - dni_w_m2 * sun.cos_zenith, 0.0)
        wind_m_s = np.full(minutes.count, self.wind_m_s)
        return Sky(ghi_w_m2, dni_w_m2, dhi_w_m2, self.air(minutes), wind_m_s)

    def air(self, steps: Steps) -> np.ndarray:
        """Return the air temperature at the middle of each step."""
        return air_c(self.air_c, self.air_day_range_c, self._solar_shift_s, steps)

    def _day_levels(self, days: np.ndarray) -> np.ndarray:
        """Return each day's mean clear-sky index."""
        # Imported here because it takes a third of a second that a question need not wait for.
        from scipy.special import betaincinv, ndtr

        back = range(DAYS_BACK + 1)
        chance = {day: draws(self.seed, "day", day).normal() for day in
                  range(int(days[0]) - DAYS_BACK, int(days[-1]) + 1)}  # fmt: skip
        weights = DAY_MEMORY ** np.array(back)
        weights /= np.sqrt(np.sum(weights**2))
        normal = np.array([sum(weights[b] * chance[day - b] for b in back) for day in days])
        middle = (seasonal(self.clear_index, (days + 0.5) * DAY_S) - DARKEST) / (CLEAREST - DARKEST)
        spread = self.day_spread / (CLEAREST - DARKEST)
        size = np.maximum(middle * (1.0 - middle) / spread**2 - 1.0, 0.5)
        place = betaincinv(middle * size, (1.0 - middle) * size, ndtr(normal))
        return DARKEST + (CLEAREST - DARKEST) * place

    def _clouds(self, days: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the indices of beam and of all light in each minute, 1 being a clear sky."""
        # A darker day has darker clouds: the cloud's index rises more slowly than the day's.
        cloud = level * (1.0 - 0.6 * level)
        share = (level - cloud) / (1.0 - cloud)
        sunny = np.empty((len(days), MINUTES))
        murmur = np.empty((len(days), MINUTES))
        nodes = np.arange(0, MINUTES + 1, MURMUR_MINUTES)
        for row, day in enumerate(days):
            chance = draws(self.seed, "cloud", int(day))
            sunny[row] = _sun_and_cloud(chance, float(share[row]))
            drawn = np.clip(chance.normal(size=len(nodes)), -MURMUR_MAX, MURMUR_MAX)
            murmur[row] = np.interp(np.arange(MINUTES) + 0.5, nodes, drawn)
        beam = sunny * (1.0 + MURMUR * murmur)
        dimmed = cloud[:, None] * (1.0 + MURMUR_CLOUD * murmur)
        return beam.ravel(), (beam + (1.0 - sunny) * dimmed).ravel()


def _sun_and_cloud(chance: np.random.Generator, share: float) -> np.ndarray:
    """Return the part of each minute of a day in which the sun stands free."""
    pairs = int(2.0 * DAY_S / CYCLE_S) + 40
    sun_first = chance.random() < share
    sun_s = chance.exponential(CYCLE_S * share, pairs)
    cloud_s = chance.exponential(CYCLE_S * (1.0 - share), pairs)
    lengths_s = np.empty(2 * pairs)
    lengths_s[0::2], lengths_s[1::2] = (sun_s, cloud_s) if sun_first else (cloud_s, sun_s)
    freed_s = lengths_s.copy()
    freed_s[1 if sun_first else 0 :: 2] = 0.0
    borders_s = np.concatenate(([0.0], np.cumsum(lengths_s)))
    free_s = np.concatenate(([0.0], np.cumsum(freed_s)))
    return np.diff(np.interp(np.arange(MINUTES + 1) * MINUTE_S, borders_s, free_s)) / MINUTE_S


def air_c(
    months_c: np.ndarray, day_range_c: np.ndarray, solar_shift_s: float, steps: Steps
) -> np.ndarray:
    """Return the air temperature of a season and a daily wave."""
    solar_s = steps.middles_s + solar_shift_s
    wave = np.cos(2.0 * np.pi * (solar_s % DAY_S - WARMEST_S) / DAY_S)
    return seasonal(months_c, solar_s) + 0.5 * seasonal(day_range_c, solar_s) * wave
