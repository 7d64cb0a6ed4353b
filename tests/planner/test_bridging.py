"""Rows led by outages: what each has taken is there when it begins."""

import numpy as np
import pytest

from twinverter.planner.bridging import by_outages, needed_wh
from twinverter.planner.conversion import straight
from twinverter.planner.foresight import Foreseen
from twinverter.planner.judge import World, trial_of
from twinverter.planner.menu import DAY_MIN, Menu
from twinverter.planner.moment import Course, Limits
from twinverter.planner.years import as_it_is
from twinverter.scenario.clock import DAY_S, MINUTE_S

# A lossless 10 kWh bank and stage.
PLAIN = Limits(
    1e4, 0.0, 5e3, straight(5e3, 1.0, 5e3, 1.0), straight(8e3, 1.0, 8e3, 1.0), 8e3, 0.0, 0.0, 0.0
)


def course(sun_w, mains):
    """Return hours with a load of 1 kW each."""
    nothing = np.zeros(len(mains))
    return Course(
        np.array(sun_w, dtype=float), nothing + 1000.0, nothing, nothing,
        np.array(mains, dtype=float), nothing, nothing,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sun_w", "mains", "needed"),
    # fmt: off
    [
        # two dark hours take 2 kWh, which the mains hold and half a kWh of surplus sun brings
        ([0, 1500, 0, 0, 0], [1, 1, 0, 0, 1], [1500, 1500, 2000, 1000, 0]),
        # sun in the outage takes off what it leaves over
        ([0, 3000, 0, 0], [0, 0, 0, 1], [1000, 0, 1000, 0]),
        # eleven dark hours are more than the bank
        ([0] * 11, [0] * 11, [*([10000] * 2), *range(9000, 0, -1000)]),
    ],
    # fmt: on
)
def test_what_an_outage_takes_is_needed_before_it(sun_w, mains, needed):
    assert needed_wh(PLAIN, course(sun_w, mains), 1.0).tolist() == needed


def led(house):
    """Return the world of a house, its menu, and the hands that its outages lead to."""
    world = World(as_it_is(house), step_s=300.0)
    seen, menu = Foreseen(world), Menu(house)
    minute = world.inputs["clock_s"][: len(seen.course.sun_w)] % DAY_S / MINUTE_S
    return world, menu, by_outages(menu, menu.now, seen.limits, seen.course, seen.hours, minute)


def test_where_the_mains_never_fail_there_is_nothing_to_keep(tariff_house):
    assert led(tariff_house)[2] == []


def test_rows_led_by_outages_leave_less_dark_than_an_emptied_bank(weak_house):
    world, menu, hands = led(weak_house)
    empty = menu.changed(
        menu.now, low_batt_soc_pct=10.0, shutdown_soc_pct=10.0, tou_enable=0.0, gen_charge=0.0
    )
    before, *after = world.judge([trial_of(menu.house_of(hand)) for hand in [empty, *hands]])
    fewest_s = min(float(one.account.unserved_s.sum()) for one in after)
    assert fewest_s < 0.8 * float(before.account.unserved_s.sum())
    times = [menu.place[f"tou{row}_time"] for row in range(1, 7)]
    assert all(0.0 <= hand[at] < DAY_MIN for hand in hands for at in times)
