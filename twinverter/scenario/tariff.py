"""What energy costs and earns at each moment, and what else the owner pays for.

Prices follow the house's wall clock: bands of months, kinds of day and hours, or a measured price
series. A holiday is priced as a Sunday. Everything is in the tariff's currency; energies are in
watt hours here as everywhere, prices per kWh as bills print them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from twinverter.scenario.clock import DAY_S, MINUTE_S, date_of, zone
from twinverter.scenario.series import Series
from twinverter.scenario.steps import Steps

MONTHS, WEEK, SUNDAY = 12, 7, 6
MINUTES = int(DAY_S / MINUTE_S)
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
NO_BAND = -1


@dataclass(frozen=True)
class Band:
    """One band of prices: when it holds (local), and what a kWh costs and earns in it."""

    name: str
    months: frozenset[int]
    weekdays: frozenset[int]
    windows_s: tuple[tuple[float, float], ...]
    buy: float
    sell: float


@dataclass(frozen=True)
class Tier:
    """A surcharge on what is bought in a month beyond `above_wh` (negative: a discount)."""

    above_wh: float
    adds: float


@dataclass(frozen=True)
class Demand:
    """A charge per kW of the month's highest mean import over `window_s`."""

    per_kw: float
    window_s: float


@dataclass(frozen=True)
class Costs:
    """What an owner pays besides energy, in the tariff's currency.

    `fuel_per_l`, `service_per_h` of generator running and `start` of each of its starts;
    `wear_per_wh` of battery capacity lost to ageing; `unserved_per_kwh` is what a kWh that was
    wanted and not there is worth to the owner.
    """

    fuel_per_l: float = 0.0
    service_per_h: float = 0.0
    start: float = 0.0
    wear_per_wh: float = 0.0
    unserved_per_kwh: float = 0.0


@dataclass(frozen=True)
class Prices:
    """What a kWh costs and earns in each step, and the band it lies in."""

    buy: np.ndarray
    sell: np.ndarray
    band: np.ndarray


@dataclass(frozen=True)
class Tariff:
    """A supply contract and the owner's other costs.

    With `net_metering` what is fed in runs the meter backwards within a month, and only what is
    left over at its end is paid at `sell`. `tax` is a share on everything bought from the grid.
    Without `may_sell` the contract forbids feeding in, whatever it would earn.
    """

    currency: str
    zone: str
    bands: tuple[Band, ...]
    costs: Costs = field(default_factory=Costs)
    tiers: tuple[Tier, ...] = ()
    demand: Demand | None = None
    holidays: frozenset[date] = frozenset()
    per_day: float = 0.0
    per_month: float = 0.0
    tax: float = 0.0
    net_metering: bool = False
    may_sell: bool = True
    series: Series | None = None

    @property
    def band_names(self) -> tuple[str, ...]:
        """Return the names of the bands, or of the one that a price series makes."""
        return tuple(band.name for band in self.bands) or ("as the hour costs",)

    def prices(self, steps: Steps) -> Prices:
        """Return the prices of each step, by its beginning; HouseError beyond a price series."""
        if self.series is not None:
            rows = self.series.places(steps.starts_s, self.zone)
            columns = self.series.columns
            nothing = np.zeros(steps.count, dtype=np.int64)
            return Prices(columns["buy"][rows], columns["sell"][rows], nothing)
        wall_s = zone(self.zone).wall_s(steps.starts_s)
        days, which = np.unique(np.floor(wall_s / DAY_S), return_inverse=True)
        month, weekday = self._calendar(days)
        minute = (wall_s % DAY_S / MINUTE_S).astype(np.int64)
        band = self.table()[month[which], weekday[which], minute]
        buy = np.array([one.buy for one in self.bands])
        sell = np.array([one.sell for one in self.bands])
        return Prices(buy[band], sell[band], band)

    def _calendar(self, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        dates = [date_of(day * DAY_S) for day in days]
        month = np.array([day.month - 1 for day in dates])
        weekday = [SUNDAY if day in self.holidays else day.weekday() for day in dates]
        return month, np.array(weekday)

    def table(self) -> np.ndarray:
        """Return the band of each month, weekday and minute of the day; `NO_BAND` in a hole."""
        table = np.full((MONTHS, WEEK, MINUTES), NO_BAND, dtype=np.int64)
        for place, band in enumerate(self.bands):
            for cells in _cells(table, band):
                cells[:] = place
        return table


def _cells(table: np.ndarray, band: Band) -> Iterator[np.ndarray]:
    """Yield the stretches of the table that a band holds, as views; past midnight wraps round."""
    for month in sorted(band.months):
        for weekday in sorted(band.weekdays):
            row = table[month - 1, weekday]
            for start_s, end_s in band.windows_s:
                first, last = round(start_s / MINUTE_S), round(end_s / MINUTE_S)
                yield row[first : min(last, MINUTES)]
                if last > MINUTES:
                    yield row[: last - MINUTES]


def hole_or_overlap(bands: tuple[Band, ...]) -> str:
    """Return what is wrong with a timetable of bands, "" where each minute has just one."""
    counted = np.zeros((MONTHS, WEEK, MINUTES), dtype=np.int64)
    for band in bands:
        for cells in _cells(counted, band):
            cells += 1
    wrong = np.argwhere(counted != 1)
    if not len(wrong):
        return ""
    month, weekday, minute = (int(place) for place in wrong[0])
    when = f"{DAY_NAMES[weekday]}s in {MONTH_NAMES[month]} at {minute // 60:02d}:{minute % 60:02d}"
    if counted[month, weekday, minute] == 0:
        return f"no band holds on {when}"
    here = [band.name for band in bands if _holds(band, month, weekday, minute)]
    return f"bands {' and '.join(map(repr, here))} both hold on {when}"


def _holds(band: Band, month: int, weekday: int, minute: int) -> bool:
    one = np.zeros((MONTHS, WEEK, MINUTES), dtype=bool)
    for cells in _cells(one, band):
        cells[:] = True
    return bool(one[month, weekday, minute])
