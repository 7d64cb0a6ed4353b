"""Time of use: which of the six rows holds now, and what it orders (rules C-17 to C-19).

Source: manual 5.7, System Work Mode 2. The clock is local wall time; a jump of the clock is
answered by looking again, nothing is caught up.
"""

import math
from typing import NamedTuple

from twinverter.core.kernel import kernel

DAY_S = 86400.0
# 1970-01-01 was a Thursday; weekday ticks count from Monday.
FIRST_WEEKDAY = 3


class Slot(NamedTuple):
    """The row that holds: its number 1..6 (0: time of use inactive) and its orders.

    `target` is in the battery's basis and already raised to the base floor.
    """

    row: float
    power_w: float
    target: float
    grid_charge: float
    gen_charge: float


@kernel
def day_of(clock_s):
    """Return the number of the local day, as the compiler makes it in one instruction."""
    return math.floor(clock_s / DAY_S) * 1.0


@kernel
def row_at(rows, time_s):
    """Return the index of the row that holds at `time_s` of the day."""
    start_s = rows[5].start_s
    wrapped = True
    for index in range(6):
        next_s = rows[index].start_s
        if start_s != next_s:
            wrapped = False
            inside = start_s <= time_s < next_s
            if start_s > next_s:
                inside = time_s >= start_s or time_s < next_s
            if inside:
                return (index + 5) % 6
        start_s = next_s
    # All six equal: row 1 holds all day; one wrap covers every other table.
    return 0 if wrapped else 5


@kernel
def slot_at(time_of_use, level, clock_s):
    """Return the slot at local `clock_s`; row 0 where time of use is off or the day unticked."""
    if time_of_use.tou_enable == 0.0:
        return Slot(0.0, 0.0, level.base, 0.0, 0.0)
    day = day_of(clock_s)
    time_s = clock_s - day * DAY_S
    index = row_at(time_of_use.rows, time_s)
    row = time_of_use.rows[index]
    # The day is that of the row's start: the hours after midnight belong to yesterday's row.
    weekday = (int(day) + FIRST_WEEKDAY - (1 if time_s < row.start_s else 0)) % 7
    if time_of_use.days[weekday] == 0.0:
        return Slot(0.0, 0.0, level.base, 0.0, 0.0)
    target = row.batt_v if level.volts > 0.0 else row.batt_soc
    return Slot(
        index + 1.0,
        row.power_w,
        max(target, level.base),
        row.grid_charge,
        row.gen_charge,
    )
