"""Seeds that keep for each time of day what the outages of a house have taken from then on.

How much has to be stored for no dark hour ahead is known of every step by going back through the
course: an outage adds its loads, the sun takes off what it leaves over, the mains hold what there
is. A row keeps a quantile of that over the days, so that rare long outages may be left out.
"""

import numpy as np

from twinverter.planner.menu import DAY_MIN, ROWS, Hand, Menu
from twinverter.planner.moment import Course, Limits
from twinverter.planner.seeds import HALF_HOURS, cut

KEPT_DAYS = (0.8, 0.9, 0.97, 1.0)
MOST_W = 8800.0


def needed_wh(limits: Limits, course: Course, hours: float) -> np.ndarray:
    """Return what has to be stored when each step begins, at most what the bank can hold."""
    window_wh = limits.capacity_wh - limits.floor_wh
    gives_w = limits.bank.outer_w[-1] / limits.bank.link_w[-1]
    own_w = np.where(course.mains > 0.0, 0.0, limits.running_w)
    short_wh = (course.load_w + own_w - course.sun_w) * gives_w * hours
    dark = course.mains == 0.0
    needed = np.empty(len(short_wh))
    later_wh = 0.0
    for step in range(len(needed) - 1, -1, -1):
        change_wh = short_wh[step] if dark[step] else min(0.0, short_wh[step])
        later_wh = min(window_wh, max(0.0, later_wh + change_wh))
        needed[step] = later_wh
    return needed


def by_outages(
    menu: Menu, hand: Hand, limits: Limits, course: Course, hours: float, minute: np.ndarray
) -> list[Hand]:
    """Return hands whose rows keep what outages take; none where the mains never fail.

    `minute` is each step's local minute of the day. The bank is filled from the mains or not.
    """
    if (course.mains > 0.0).all():
        return []
    needed = (limits.floor_wh + needed_wh(limits, course, hours)) / limits.capacity_wh
    half = (minute // (DAY_MIN // HALF_HOURS)).astype(np.int64) % HALF_HOURS
    found = []
    for kept in KEPT_DAYS:
        profile = np.array([np.quantile(needed[half == one], kept) for one in range(HALF_HOURS)])
        starts = cut(profile, ROWS)
        levels = [
            float(np.roll(profile, -first)[: (last - first - 1) % HALF_HOURS + 1].max())
            for first, last in zip(starts, [*starts[1:], starts[0]], strict=True)
        ]
        for tick in (0.0, 1.0):
            rows: dict[str, float] = {}
            for row, (first, level) in enumerate(zip(starts, levels, strict=True), start=1):
                rows[f"tou{row}_time"] = float(first * DAY_MIN // HALF_HOURS)
                rows[f"tou{row}_batt_pct"] = 100.0 * level
                rows[f"tou{row}_power_w"] = MOST_W
                rows[f"tou{row}_grid_charge"] = tick
            for mode in range(len(menu.knobs[menu.place["work_mode"]].words)):
                found.append(
                    menu.changed(
                        hand,
                        tou_enable=1.0,
                        grid_charge=tick,
                        grid_charge_a=100.0,
                        work_mode=float(mode),
                        low_batt_soc_pct=10.0,
                        shutdown_soc_pct=10.0,
                        restart_soc_pct=15.0,
                        **rows,
                    )
                )
    return found
