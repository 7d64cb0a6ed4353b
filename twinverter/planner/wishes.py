"""What an owner asks for besides little money: a reserve, quiet nights, few dark hours.

The first two are kept by what the menu itself can hold, so that the device keeps them in every year
and not only in those that were tried: a reserve by the levels down to which the bank serves while
there are mains, quiet by the generator's ticks of the six rows. Dark hours depend on the year; the
search is held to fewer than are wished for, because the outages it knows are those its hands fit
best, and the advice says how many are left.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from twinverter.planner.bill import DAYS_PER_YEAR, HOUR_S
from twinverter.planner.foresight import stored_wh
from twinverter.planner.judge import World, trial_of
from twinverter.planner.unseen import factory
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House

# The share of the wished dark hours that a search may use up. Measured on Accra: hands with a tenth
# of the factory's dark hours in the years searched had up to a fifth in years unseen.
DARK_MARGIN = 0.5


@dataclass(frozen=True)
class Wishes:
    """`reserve_h` hours of the mean backup load kept for an outage; hours without the generator.

    `dark_h` is the most dark hours in a year, `dark_share` the most as a share of those under
    factory settings; without either, no more than those.
    """

    reserve_h: float = 0.0
    quiet_s: tuple[tuple[float, float], ...] = ()
    dark_h: float | None = None
    dark_share: float | None = None

    def dark_hours(self, factory_h: float) -> float | None:
        """Return the most dark hours that are wished for, where the factory's settings have some.

        None without a wish.
        """
        return self.dark_h if self.dark_share is None else self.dark_share * factory_h


NO_WISHES = Wishes()


def mean_load_w(world: World) -> float:
    """Return the mean of the backup load over a world."""
    return float(sum(world.inputs[f"load_w_l{phase}"].mean(dtype=float) for phase in (1, 2, 3)))


def deliverable_wh(world: World) -> float:
    """Return what a full bank brings to the loads, down to nothing."""
    site = world.house.site
    bridge = site.bridge
    share = (1.0 - bridge.battery_loss.linear) / (1.0 + bridge.inverter_loss.linear)
    return share * stored_wh(site, 1.0)


def reserve_pct(world: World, wishes: Wishes) -> float:
    """Return how many percent above the shutdown level a reserve needs.

    HouseError where the bank cannot hold it, with what it can.
    """
    if wishes.reserve_h <= 0.0:
        return 0.0
    load_w, have_wh = mean_load_w(world), deliverable_wh(world)
    needed_wh = wishes.reserve_h * load_w
    if needed_wh > have_wh:
        raise HouseError(
            f"takes {needed_wh / 1e3:.1f} kWh at the mean backup load of {load_w:.0f} W; the full"
            f" bank brings {have_wh / 1e3:.1f} kWh, {have_wh / load_w:.1f} h of it",
            key="reserve",
            value=f"{wishes.reserve_h:g} h",
        )
    return math.ceil(100.0 * needed_wh / have_wh)


def dark_most_h(house: House, worlds: Sequence[World], wishes: Wishes) -> float:
    """Return the dark hours a year that a search is held to."""
    trial = trial_of(factory(house))
    dark_s = sum(float(world.judge([trial])[0].account.unserved_s.sum()) for world in worlds)
    factory_h = dark_s / HOUR_S / sum(world.days for world in worlds) * DAYS_PER_YEAR
    wished_h = wishes.dark_hours(factory_h)
    return factory_h if wished_h is None else DARK_MARGIN * wished_h
