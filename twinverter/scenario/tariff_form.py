"""[world.tariff] and [world.costs]: what a kWh costs and earns, and the owner's other costs.

    [world.tariff]
    currency = "ZAR"
    [[world.tariff.band]]
    name = "peak"
    months = [6, 7, 8]
    days = "weekday"
    hours = ["06:00-08:00", "17:00-20:00"]
    buy = 7.07
    sell = 6.51

A tariff of one price needs no band: `buy = 209.5`. Money may be given in another currency, as
`{ amount = 0.9, currency = "USD" }`, where [world.tariff.exchange] has its rate.
"""

import datetime
from typing import Annotated, Any

import numpy as np
from pydantic import Discriminator, Field, Tag, model_validator

from twinverter.scenario.clock import MINUTE_S
from twinverter.scenario.csvfile import read_rows
from twinverter.scenario.error import HouseError
from twinverter.scenario.file_form import Context, FileForm, calendar_note
from twinverter.scenario.form import Form, Hours, length, number, refused, window_s, word
from twinverter.scenario.load_form import ALL_DAY, MONTHS
from twinverter.scenario.series import Rows, Series, fill_linearly, regular, told
from twinverter.scenario.tariff import Band, Costs, Demand, Tariff, Tier, hole_or_overlap

DAYS = {
    "all": frozenset(range(7)),
    "weekday": frozenset(range(5)),
    "saturday": frozenset({5}),
    "sunday": frozenset({6}),
    "weekend": frozenset({5, 6}),
}
CURRENCY = Annotated[str, length(3, 3)]
WH_PER_KWH = 1000.0
# Prices of files are per kWh or per MWh.
PRICE_UNITS = {"per kWh": 1.0, "per MWh": 1e-3}
MOST = 1.0e7


class MoneyForm(Form):
    """An amount in a currency of its own."""

    amount: Annotated[float, number(-MOST, MOST)]
    currency: str


Money = Annotated[
    Annotated[float, number(-MOST, MOST), Tag("<amount>")] | Annotated[MoneyForm, Tag("<money>")],
    Discriminator(lambda value: "<amount>" if isinstance(value, int | float) else "<money>"),
]


class BandForm(Form):
    """One band of prices per kWh."""

    name: str
    months: Annotated[list[int], number(1, 12), length(1, 12)] = MONTHS
    days: Annotated[str, word(*DAYS)] = "all"
    hours: Annotated[list[Hours], length(1, 24)] = [ALL_DAY]
    buy: Money
    sell: Money = 0.0


class TierForm(Form):
    """A surcharge per kWh on what a month's purchase has above a limit."""

    above_kwh: Annotated[float, number(0.0, 1.0e6, "kWh")]
    adds: Money


class DemandForm(Form):
    """A monthly charge for the highest mean import."""

    per_kw: Money
    window_min: Annotated[int, number(1, 60, "min")] = 30


class PriceFileForm(FileForm):
    """A price series: columns for buying and selling."""

    buy: str
    sell: str | None = None
    unit: Annotated[str, word(*PRICE_UNITS)] = "per kWh"
    buy_adds: float = 0.0

    def series(self, context: Context, key: str) -> Series:
        """Return the prices of the file per kWh; HouseError names file and line."""
        path = context.path(self.file, f"{key}.file")
        columns = {"buy": self.buy, **({"sell": self.sell} if self.sell else {})}
        rows: Rows = read_rows(path, self.time_column(context.here), columns, key)
        made, gaps = regular(rows)
        fill_linearly(made, gaps)
        context.notes += [*rows.notes, *told(made, gaps), calendar_note(rows.source, made.span)]
        factor = PRICE_UNITS[self.unit]
        sell = made.columns.get("sell", np.zeros(made.count)) * factor
        made.columns.update(buy=made.columns["buy"] * factor + self.buy_adds, sell=sell)
        return made


class TariffForm(Form):
    """A supply contract."""

    currency: str
    buy: Money | None = None
    sell: Money = 0.0
    band: Annotated[list[BandForm], length(0, 50)] = []
    prices: PriceFileForm | None = None
    tier: Annotated[list[TierForm], length(0, 10)] = []
    demand: DemandForm | None = None
    holidays: Annotated[list[datetime.date], length(0, 1000)] = []
    per_day: Money = 0.0
    per_month: Money = 0.0
    tax_pct: Annotated[float, number(0.0, 100.0, "%")] = 0.0
    net_metering: bool = False
    may_sell: bool = True
    exchange: dict[str, Annotated[float, number(1.0e-9, 1.0e9)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_one_price(self) -> "TariffForm":
        given = [self.buy is not None, bool(self.band), self.prices is not None]
        if sum(given) > 1:
            raise refused("needs one of buy, band and prices")
        if self.net_metering and self.prices is not None:
            raise refused("net metering needs bands, a month's surplus has no hour")
        return self

    def amount(self, money: Any) -> float:
        """Return money in the tariff's currency; an error names a currency without a rate."""
        if not isinstance(money, MoneyForm):
            return float(money)
        if money.currency == self.currency:
            return money.amount
        if money.currency not in self.exchange:
            raise HouseError(
                f"is in {money.currency} while the tariff is in {self.currency}; give"
                f" world.tariff.exchange.{money.currency}, one {money.currency} in {self.currency}"
            )
        return money.amount * self.exchange[money.currency]

    def tariff(self, costs: "CostsForm", context: Context, key: str) -> Tariff:
        """Return the contract with the owner's other costs; HouseError says what is wrong."""
        bands = tuple(self._band(form) for form in self.band)
        if not bands and self.prices is None:
            flat = BandForm(name="flat", buy=0.0 if self.buy is None else self.buy, sell=self.sell)
            bands = (self._band(flat),)
        wrong = hole_or_overlap(bands) if bands else ""
        if wrong:
            raise HouseError(wrong, key=f"{key}.band")
        return Tariff(
            currency=self.currency,
            zone=context.here,
            bands=bands,
            costs=costs.costs(self),
            tiers=tuple(
                Tier(tier.above_kwh * WH_PER_KWH, self.amount(tier.adds))
                for tier in sorted(self.tier, key=lambda tier: tier.above_kwh)
            ),
            demand=self._demand(),
            holidays=frozenset(self.holidays),
            per_day=self.amount(self.per_day),
            per_month=self.amount(self.per_month),
            tax=self.tax_pct / 100.0,
            net_metering=self.net_metering,
            may_sell=self.may_sell,
            series=self.prices.series(context, f"{key}.prices") if self.prices else None,
        )

    def _band(self, form: BandForm) -> Band:
        return Band(
            name=form.name,
            months=frozenset(form.months),
            weekdays=DAYS[form.days],
            windows_s=tuple(window_s(text) for text in form.hours),
            buy=self.amount(form.buy),
            sell=self.amount(form.sell),
        )

    def _demand(self) -> Demand | None:
        if self.demand is None:
            return None
        return Demand(self.amount(self.demand.per_kw), self.demand.window_min * MINUTE_S)


class CostsForm(Form):
    """What an owner pays besides energy."""

    fuel_per_l: Money = 0.0
    service: Money = 0.0
    service_every_h: Annotated[float, number(1.0, 1.0e5, "h")] = 250.0
    start: Money = 0.0
    battery_per_kwh: Money = 0.0
    battery_end_pct: Annotated[float, number(0.0, 99.0, "%")] = 70.0
    unserved_per_kwh: Money = 0.0

    def costs(self, tariff: TariffForm) -> Costs:
        """Return the costs in the tariff's currency.

        A bank is worn out when its capacity has fallen to `battery_end_pct`: so much of its price
        is used up by each Wh lost.
        """
        lost_share = 1.0 - self.battery_end_pct / 100.0
        return Costs(
            fuel_per_l=tariff.amount(self.fuel_per_l),
            service_per_h=tariff.amount(self.service) / self.service_every_h,
            start=tariff.amount(self.start),
            wear_per_wh=tariff.amount(self.battery_per_kwh) / WH_PER_KWH / lost_share,
            unserved_per_kwh=tariff.amount(self.unserved_per_kwh),
        )
