"""Where a search begins: plain policies, rows led by the price, the bound's plan in six rows."""

import numpy as np

from twinverter.planner.bound import Plan
from twinverter.planner.menu import DAY_MIN, ROWS, Hand, Menu
from twinverter.planner.moment import Course, Limits

HALF_HOURS = 48
# A row of the plan counts as one that charges from the grid, or feeds in, from this share of days.
OFTEN = (0.05, 0.25)
QUANTILES = (0.25, 0.5, 0.75)
CHARGING_W = 100.0
# Down to where the dear rows of a price-led hand empty the bank.
EMPTY_PCT = (10.0, 30.0, 50.0)


def policies(menu: Menu, hand: Hand) -> list[Hand]:
    """Return plain ways to run a house, each beginning from `hand`."""
    found = []
    sells = (0.0, 1.0) if "solar_sell" in menu.place else (0.0,)
    for mode in range(len(_words(menu, "work_mode"))):
        for pattern in (0.0, 1.0):
            for sell in sells:
                base = menu.changed(
                    hand, work_mode=mode, energy_pattern=pattern, solar_sell=sell, tou_enable=0.0
                )
                low = menu.changed(
                    base, low_batt_soc_pct=20.0, shutdown_soc_pct=10.0, restart_soc_pct=30.0
                )
                full = menu.changed(base, grid_charge=1.0, grid_charge_a=100.0)
                found += [base, low, full]
    return found


def floors(menu: Menu, hand: Hand) -> list[Hand]:
    """Return hands whose six rows all have one target, filled from the mains or not."""
    found = []
    for level in (20.0, 40.0, 60.0, 80.0, 100.0):
        for tick in (0.0, 1.0):
            rows = {f"tou{row}_batt_pct": level for row in range(1, ROWS + 1)}
            rows |= {f"tou{row}_power_w": 8800.0 for row in range(1, ROWS + 1)}
            rows |= {f"tou{row}_grid_charge": tick for row in range(1, ROWS + 1)}
            found.append(
                menu.changed(
                    hand,
                    tou_enable=1.0,
                    grid_charge=tick,
                    grid_charge_a=100.0,
                    gen_charge=1.0,
                    gen_start_soc_pct=15.0,
                    gen_stop_soc_pct=40.0,
                    **rows,
                )  # fmt: skip
            )
    return found


def _words(menu: Menu, key: str) -> tuple[str, ...]:
    return menu.knobs[menu.place[key]].words


def compiled_plan(
    menu: Menu, hand: Hand, limits: Limits, course: Course, plan: Plan, minute: np.ndarray
) -> list[Hand]:
    """Return hands whose rows follow the bound's plan; `minute` is each step's local minute of day.

    The day is cut where the mean course of the stored energy bends most; a row's target is a
    quantile of what the plan has stored when the row ends.
    """
    half = (minute // (DAY_MIN // HALF_HOURS)).astype(np.int64) % HALF_HOURS
    stored = plan.stored_wh / limits.capacity_wh
    mean = np.array([stored[half == place].mean() for place in range(HALF_HOURS)])
    bought = (plan.store_w < -CHARGING_W) & (plan.grid_w > course.load_w + CHARGING_W)
    often = np.array([bought[half == place].mean() for place in range(HALF_HOURS)])
    starts = cut(mean, ROWS)
    found = []
    for quantile in QUANTILES:
        for share in OFTEN:
            rows: dict[str, float] = {}
            for row, (first, last) in enumerate(
                zip(starts, [*starts[1:], starts[0] + HALF_HOURS], strict=True), start=1
            ):
                inside = np.arange(first, last) % HALF_HOURS
                ends = stored[half == inside[-1]]
                ticked = bool(often[inside].max() > share)
                rows[f"tou{row}_time"] = float(first * DAY_MIN // HALF_HOURS)
                rows[f"tou{row}_batt_pct"] = 100.0 * float(np.quantile(ends, quantile))
                rows[f"tou{row}_power_w"] = 8800.0
                rows[f"tou{row}_grid_charge"] = float(ticked)
                rows[f"tou{row}_gen_charge"] = 0.0
            for mode in range(len(_words(menu, "work_mode"))):
                for sell in (0.0, 1.0):
                    found.append(
                        menu.changed(
                            hand,
                            tou_enable=1.0,
                            grid_charge=1.0,
                            grid_charge_a=100.0,
                            work_mode=float(mode),
                            solar_sell=sell,
                            low_batt_soc_pct=10.0,
                            shutdown_soc_pct=5.0,
                            restart_soc_pct=15.0,
                            **rows,
                        )  # fmt: skip
                    )
    return found


def by_price(menu: Menu, hand: Hand, buy: np.ndarray, minute: np.ndarray) -> list[Hand]:
    """Return hands that empty the bank in the dear rows, fill it in the cheap, and hold it between.

    The day is cut where the mean price of its half hours bends most; none where it does not.
    """
    half = (minute // (DAY_MIN // HALF_HOURS)).astype(np.int64) % HALF_HOURS
    mean = np.array([buy[half == place].mean() for place in range(HALF_HOURS)])
    low, high = np.quantile(mean, (1 / 3, 2 / 3))
    if high <= low:
        return []
    starts = cut(mean, ROWS)
    found = []
    for empty_pct in EMPTY_PCT:
        for tick in (0.0, 1.0):
            rows: dict[str, float] = {}
            for row, first in enumerate(starts, start=1):
                dear, cheap = mean[first] > high, mean[first] <= low
                rows[f"tou{row}_time"] = float(first * DAY_MIN // HALF_HOURS)
                rows[f"tou{row}_batt_pct"] = empty_pct if dear else 100.0
                rows[f"tou{row}_power_w"] = 8800.0 if dear else 500.0
                rows[f"tou{row}_grid_charge"] = tick if cheap else 0.0
            for mode in range(len(_words(menu, "work_mode"))):
                found.append(
                    menu.changed(
                        hand,
                        tou_enable=1.0,
                        grid_charge=tick,
                        grid_charge_a=100.0,
                        work_mode=float(mode),
                        solar_sell=1.0,
                        energy_pattern=0.0,
                        low_batt_soc_pct=10.0,
                        shutdown_soc_pct=10.0,
                        restart_soc_pct=15.0,
                        **rows,
                    )
                )
    return found


def cut(values: np.ndarray, parts: int) -> list[int]:
    """Return where each of `parts` stretches of a circle begins so that each is as even as can be.

    Exact: dynamic programming over the sum of squared distances from each stretch's mean, the
    circle opened where its values jump most.
    """
    count = len(values)
    opened = int(np.argmax(np.abs(np.diff(values, append=values[0])))) + 1
    turned = np.roll(values, -opened)
    sums, squares = np.cumsum(np.append(0.0, turned)), np.cumsum(np.append(0.0, turned**2))

    def uneven(first: int, last: int) -> float:
        part = sums[last] - sums[first]
        return float(squares[last] - squares[first] - part * part / (last - first))

    best = np.full((parts + 1, count + 1), np.inf)
    back = np.zeros((parts + 1, count + 1), dtype=np.int64)
    best[0, 0] = 0.0
    for part in range(1, parts + 1):
        for last in range(part, count + 1):
            costs = [best[part - 1, first] + uneven(first, last) for first in range(part - 1, last)]
            place = int(np.argmin(costs))
            best[part, last], back[part, last] = costs[place], place + part - 1
    starts, last = [], count
    for part in range(parts, 0, -1):
        last = int(back[part, last])
        starts.append((last + opened) % count)
    return sorted(starts)
