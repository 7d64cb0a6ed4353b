"""What a stretch of time cost: energy by day and band, and everything else an owner pays.

An `Account` counts as a meter does, by local day and band; `bill` turns it into money by the
tariff of the house. Money paid is positive, money earned negative, all in the tariff's currency.
"""

from dataclasses import dataclass, fields

import numpy as np

from twinverter.scenario.clock import DAY_S, date_of, zone
from twinverter.scenario.steps import Steps
from twinverter.scenario.tariff import Tariff

WH_PER_KWH = 1000.0
HOUR_S = 3600.0
DAYS_PER_YEAR = 365.25
MONTHS_PER_DAY = 12.0 / DAYS_PER_YEAR


@dataclass(frozen=True)
class Calendar:
    """The local days of a stretch of steps.

    `day` is the day of each step, counted from 0. Of each day, `wall_day` is its number since
    1970, `month` the month it is billed in, counted from 0, and `lived` how much of it there was.
    """

    day: np.ndarray
    wall_day: np.ndarray
    month: np.ndarray
    lived: np.ndarray

    @property
    def months(self) -> int:
        """Return how many months are billed."""
        return int(self.month.max()) + 1

    def by_month(self, values: np.ndarray) -> np.ndarray:
        """Return sums by month of values by day."""
        sums = np.zeros((self.months, *values.shape[1:]))
        np.add.at(sums, self.month, values)
        return sums


@dataclass(frozen=True)
class Account:
    """What one device did, day by day; energies also by band (Wh).

    `bought_money` and `sold_money` are each step's energy at its own price, `peak_w` is the
    highest mean import over the demand window, `wear_wh` the capacity lost to ageing.
    """

    bought_wh: np.ndarray
    sold_wh: np.ndarray
    bought_money: np.ndarray
    sold_money: np.ndarray
    peak_w: np.ndarray
    fuel_l: np.ndarray
    generator_s: np.ndarray
    generator_starts: np.ndarray
    unserved_wh: np.ndarray
    unserved_s: np.ndarray
    wear_wh: np.ndarray


@dataclass(frozen=True)
class Bill:
    """What an owner pays, line by line; `total` is what tuning makes small."""

    energy: float
    feed_in: float
    tiers: float
    demand: float
    standing: float
    tax: float
    fuel: float
    service: float
    starts: float
    wear: float
    unserved: float

    @property
    def total(self) -> float:
        """Return the sum of all lines."""
        return sum(getattr(self, line.name) for line in fields(self))

    @property
    def cash(self) -> float:
        """Return what is really paid: all lines but battery wear and unserved energy."""
        return self.total - self.wear - self.unserved


def calendar_of(here: str, steps: Steps) -> Calendar:
    """Return the local days of the steps, by the wall clock of a zone."""
    wall_s = zone(here).wall_s(steps.starts_s)
    days, day = np.unique(np.floor(wall_s / DAY_S).astype(np.int64), return_inverse=True)
    dates = [date_of(float(one) * DAY_S) for one in days]
    _, month = np.unique([12 * one.year + one.month for one in dates], return_inverse=True)
    # A day that a clock change made longer or shorter counts as one day.
    lived = np.minimum(1.0, np.bincount(day) * steps.step_s / (DAY_S - HOUR_S))
    return Calendar(day, days, month, lived)


def standing_charge(tariff: Tariff, lived: np.ndarray) -> float:
    """Return the standing charge of so many days; part of a month pays its part."""
    return float(lived.sum()) * (tariff.per_day + tariff.per_month * MONTHS_PER_DAY)


def bill(tariff: Tariff, calendar: Calendar, account: Account) -> Bill:
    """Return the bill of an account over its days."""
    energy, feed_in = _energy(tariff, calendar, account)
    bought_wh = calendar.by_month(account.bought_wh).sum(axis=1)
    tiers = sum(
        tier.adds * float(np.maximum(0.0, bought_wh - tier.above_wh).sum()) / WH_PER_KWH
        for tier in tariff.tiers
    )
    demand = 0.0
    if tariff.demand is not None:
        peak_w = np.zeros(calendar.months)
        np.maximum.at(peak_w, calendar.month, account.peak_w)
        demand = tariff.demand.per_kw * float(peak_w.sum()) / WH_PER_KWH
    standing = standing_charge(tariff, calendar.lived)
    costs = tariff.costs
    return Bill(
        energy=energy,
        feed_in=feed_in,
        tiers=tiers,
        demand=demand,
        standing=standing,
        tax=tariff.tax * (energy + tiers + demand + standing),
        fuel=costs.fuel_per_l * float(account.fuel_l.sum()),
        service=costs.service_per_h * float(account.generator_s.sum()) / HOUR_S,
        starts=costs.start * float(account.generator_starts.sum()),
        wear=costs.wear_per_wh * float(account.wear_wh.sum()),
        unserved=costs.unserved_per_kwh * float(account.unserved_wh.sum()) / WH_PER_KWH,
    )


def monthly(tariff: Tariff, calendar: Calendar, account: Account) -> list[tuple[Account, Bill]]:
    """Return each month's account and bill; together they are those of the whole stretch."""
    found = []
    for month in range(calendar.months):
        days = calendar.month == month
        alone = Calendar(
            np.zeros(0, dtype=np.int64),
            calendar.wall_day[days],
            np.zeros(int(days.sum()), dtype=np.int64),
            calendar.lived[days],
        )
        part = Account(**{one.name: getattr(account, one.name)[days] for one in fields(account)})
        found.append((part, bill(tariff, alone, part)))
    return found


def daily_money(tariff: Tariff, account: Account) -> np.ndarray:
    """Return what each day cost as far as a day has a cost of its own.

    Left out is what a month is billed for as a whole: tiers, the demand charge, standing charges,
    and the netting of net metering, under which a day's surplus counts at its own price.
    """
    costs = tariff.costs
    return (
        (1.0 + tariff.tax) * account.bought_money
        - account.sold_money
        + costs.fuel_per_l * account.fuel_l
        + costs.service_per_h * account.generator_s / HOUR_S
        + costs.start * account.generator_starts
        + costs.wear_per_wh * account.wear_wh
        + costs.unserved_per_kwh * account.unserved_wh / WH_PER_KWH
    )


def _energy(tariff: Tariff, calendar: Calendar, account: Account) -> tuple[float, float]:
    """Return what bought energy costs and what sold energy earns (negative)."""
    if not tariff.net_metering:
        return float(account.bought_money.sum()), -float(account.sold_money.sum())
    buy = np.array([band.buy for band in tariff.bands])
    sell = np.array([band.sell for band in tariff.bands])
    net_wh = calendar.by_month(account.bought_wh - account.sold_wh)
    used_wh, left_wh = np.maximum(net_wh, 0.0), np.maximum(-net_wh, 0.0)
    return float((used_wh @ buy).sum()) / WH_PER_KWH, -float((left_wh @ sell).sum()) / WH_PER_KWH
