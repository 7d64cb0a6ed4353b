"""The day of many devices so far: solar energy and a small curve, for the list of sites.

Devices that are on the same date are read together, and what was read stands for a while: the list
is looked at more often than a quarter of an hour passes.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from twinverter.monitor.history import History
from twinverter.monitor.levels import DAY_S, HOUR_S

SOLAR = "solar_wh"
QUARTER_S = 900
# So long a reading stands (assumed); a thousand devices are read in a few tenths of a second.
FRESH_S = 30.0
# Devices of one statement.
MOST_TOGETHER = 200


class Spark(NamedTuple):
    """A device's day: solar energy, and mean solar power a quarter hour, None where unknown."""

    solar_wh: float | None
    solar_w: list[float | None]


class Read(NamedTuple):
    """A spark with the date it is of and when it was read."""

    day_s: float
    at_s: float
    spark: Spark


class Sparks:
    """The sparks of a history's devices; any thread may ask."""

    def __init__(self, history: History, ticking_s: Callable[[], float] = time.monotonic) -> None:
        self._history = history
        self._ticking_s = ticking_s
        self._turn = threading.Lock()
        self._read: dict[str, Read] = {}

    def of(self, clocks_s: Mapping[str, float]) -> dict[str, Spark]:
        """Return the spark of each device's date by its clock; the errors of the history."""
        now_s = self._ticking_s()
        days_s = {device: clock_s - clock_s % DAY_S for device, clock_s in clocks_s.items()}
        with self._turn:
            stale: dict[float, list[str]] = defaultdict(list)
            for device, day_s in days_s.items():
                read = self._read.get(device)
                if read is None or read.day_s != day_s or now_s - read.at_s > FRESH_S:
                    stale[day_s].append(device)
            for day_s, devices in stale.items():
                for first in range(0, len(devices), MOST_TOGETHER):
                    self._refresh(devices[first : first + MOST_TOGETHER], day_s, now_s)
            return {device: self._read[device].spark for device in clocks_s}

    def _refresh(self, devices: list[str], day_s: float, now_s: float) -> None:
        found = self._history.across(devices, "quarter", day_s, day_s + DAY_S, (SOLAR,))
        for device, rows in found.items():
            powers_w: list[float | None] = [None] * (DAY_S // QUARTER_S)
            for row in rows:
                if row["span_s"] > 0.0:
                    place = int((row["start_s"] - day_s) // QUARTER_S)
                    powers_w[place] = round(row[SOLAR] * HOUR_S / row["span_s"], 1)
            last = max((place for place, one in enumerate(powers_w) if one is not None), default=-1)
            total_wh = round(sum(row[SOLAR] for row in rows), 3) if rows else None
            self._read[device] = Read(day_s, now_s, Spark(total_wh, powers_w[: last + 1]))
