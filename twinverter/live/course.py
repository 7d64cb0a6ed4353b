"""The house's own course: what the world does to it, second by second, while nobody interferes.

The rows are those of `simulate`, made a stretch at a time from the same world, so a day lived
here is the day computed there. Where a file of the house knows nothing of a day, the course of
the house's own days begins again; the device's clock goes on.
"""

import math
from datetime import datetime

import numpy as np

from twinverter.core.records import leaves
from twinverter.inverter import Inputs
from twinverter.scenario.clock import wall_of, zone
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House
from twinverter.scenario.steps import Steps

NAMES = tuple(leaves(Inputs))
# Short enough that making a stretch keeps nobody waiting: about 15 ms (measured).
STRETCH_ROWS = 1800
# Zones change their offset on quarters of an hour.
QUARTER_S = 900.0


class Course:
    """The rows of one house, each standing for `tick_s`, from the first moment of its run on."""

    def __init__(self, house: House, tick_s: float) -> None:
        run = house.steps(step_s=tick_s)
        house.world.check(run)
        self._zone = zone(house.timezone)
        self._quarter, self._offset_s = float("nan"), 0.0
        self._world = house.world
        self._tick_s = tick_s
        self._span_rows = run.count
        self._first = 0
        self._rows: list[tuple[float, ...]] = []
        self.start_s = run.start_s

    def at(self, moment_s: float) -> dict[str, float]:
        """Return flat name -> value of the inputs in the row that holds a moment (UTC)."""
        row = self._row(moment_s)
        place = row - self._first
        if not 0 <= place < len(self._rows):
            self._rows = self._stretch(row)
            self._first, place = row, 0
        return dict(zip(NAMES, self._rows[place], strict=True))

    def broken(self, moment_s: float) -> dict[str, float]:
        """Return cause -> value of what is broken at the house in the row that holds a moment."""
        mishaps = self._world.mishaps
        return mishaps.standing(self._steps(self._row(moment_s), 1)) if mishaps.course else {}

    def moment_s(self, wall: datetime) -> float:
        """Return the moment (UTC) at which the house's wall clock shows `wall`."""
        return float(self._zone.utc_s(np.array([wall_of(wall)]))[0])

    def left_s(self, moment_s: float) -> float:
        """Return how long the row of a moment still lasts."""
        left_s = self._tick_s - (moment_s - self.start_s) % self._tick_s
        return left_s if left_s > 1e-6 else self._tick_s

    def wall_s(self, moment_s: float) -> float:
        """Return the wall clock of the house at a moment."""
        quarter = moment_s // QUARTER_S
        if quarter != self._quarter:
            start_s = quarter * QUARTER_S
            self._offset_s = float(self._zone.wall_s(np.array([start_s]))[0]) - start_s
            self._quarter = quarter
        return moment_s + self._offset_s

    def _row(self, moment_s: float) -> int:
        """Return the row that holds a moment, or that rounding left it a hair before."""
        return math.floor((moment_s - self.start_s) / self._tick_s + 1e-6)

    def _steps(self, row: int, count: int) -> Steps:
        return Steps(self.start_s + row * self._tick_s, self._tick_s, count)

    def _stretch(self, row: int) -> list[tuple[float, ...]]:
        try:
            return self._made(row, STRETCH_ROWS)
        except HouseError:
            row %= self._span_rows
            return self._made(row, min(STRETCH_ROWS, self._span_rows - row))

    def _made(self, row: int, count: int) -> list[tuple[float, ...]]:
        rows: list[tuple[float, ...]] = self._world.inputs(self._steps(row, count)).tolist()
        return rows
