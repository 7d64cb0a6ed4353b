"""The day of many devices so far: solar energy and a small curve, for the list of sites.

Devices that are on the same date are read together, and what was read stands for a while: the list
is looked at more often than a quarter of an hour passes.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from twinverter.monitor.history import History
from twinverter.monitor.levels import DAY_S, HOUR_S

SOLAR = "solar_wh"
QUARTER_S = 900
# So long a reading stands (assumed); the energies of a thousand devices are read in some tens of
# milliseconds, their curves, of those on a page alone, in ten times that.
FRESH_S = 30.0
# Devices of one statement.
MOST_TOGETHER = 200


class Read(NamedTuple):
    """What was read of a device, with the date it is of and when it was read."""

    day_s: float
    at_s: float
    found: Any


# Of a device's day: its rows of a level, and what is made of them.
Made = Callable[[float, list[dict[str, Any]]], Any]


class Sparks:
    """The days of a history's devices; any thread may ask."""

    def __init__(self, history: History, ticking_s: Callable[[], float] = time.monotonic) -> None:
        self._history = history
        self._ticking_s = ticking_s
        self._turn = threading.Lock()
        self._days: dict[str, Read] = {}
        self._curves: dict[str, Read] = {}

    def today_wh(self, clocks_s: Mapping[str, float]) -> dict[str, float | None]:
        """Return the solar energy of each device's date by its clock, None where none is known."""
        return self._fresh(self._days, "day", clocks_s, _energy_wh)

    def of(self, clocks_s: Mapping[str, float]) -> dict[str, list[float | None]]:
        """Return the mean solar power a quarter hour of each device's date, None where unknown."""
        return self._fresh(self._curves, "quarter", clocks_s, _powers_w)

    def _fresh(
        self, kept: dict[str, Read], level: str, clocks_s: Mapping[str, float], made: Made
    ) -> dict[str, Any]:
        """Return what is kept of devices, read anew where it is old; the errors of the history."""
        now_s = self._ticking_s()
        days_s = {device: clock_s - clock_s % DAY_S for device, clock_s in clocks_s.items()}
        with self._turn:
            stale: dict[float, list[str]] = defaultdict(list)
            for device, day_s in days_s.items():
                read = kept.get(device)
                if read is None or read.day_s != day_s or now_s - read.at_s > FRESH_S:
                    stale[day_s].append(device)
            for day_s, devices in stale.items():
                for first in range(0, len(devices), MOST_TOGETHER):
                    some = devices[first : first + MOST_TOGETHER]
                    found = self._history.across(some, level, day_s, day_s + DAY_S, (SOLAR,))
                    for device, rows in found.items():
                        kept[device] = Read(day_s, now_s, made(day_s, rows))
            return {device: kept[device].found for device in clocks_s}


def _energy_wh(day_s: float, rows: list[dict[str, Any]]) -> float | None:
    return round(sum(row[SOLAR] for row in rows), 3) if rows else None


def _powers_w(day_s: float, rows: list[dict[str, Any]]) -> list[float | None]:
    """Return the powers of a day up to the last one that is known."""
    powers_w: list[float | None] = [None] * (DAY_S // QUARTER_S)
    for row in rows:
        if row["span_s"] > 0.0:
            place = int((row["start_s"] - day_s) // QUARTER_S)
            powers_w[place] = round(row[SOLAR] * HOUR_S / row["span_s"], 1)
    last = max((place for place, one in enumerate(powers_w) if one is not None), default=-1)
    return powers_w[: last + 1]
