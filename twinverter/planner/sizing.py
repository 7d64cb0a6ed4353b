"""What more or fewer modules, battery and engine would bring: the device's own law, and its price.

Every size lives through the same years. A year costs what is paid and what darkness is worth; what
the bank loses is left out, because its price stands in the investment. Settings are those of the
house with what names the bank, or, where time is given, the best found for each size.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from twinverter.catalog.errors import SettingError
from twinverter.catalog.installed import MODELS
from twinverter.catalog.limits import limit
from twinverter.catalog.modules import MODULES
from twinverter.planner.bill import DAYS_PER_YEAR, HOUR_S
from twinverter.planner.judge import World, trial_of
from twinverter.planner.menu import Menu
from twinverter.planner.search import COARSE_S, Search, Tell
from twinverter.planner.seeds import policies
from twinverter.planner.tune import searched
from twinverter.planner.years import REPORTED, SEARCHED, Year, years_of
from twinverter.scenario.error import HouseError
from twinverter.scenario.form import explained
from twinverter.scenario.house import House
from twinverter.scenario.measured import MeasuredSky
from twinverter.scenario.site_form import BatteryForm, GensetForm, ModuleForm, StringForm

WH_PER_KWH = 1000.0
# Datasheets print their voltages at this temperature of the cells.
REFERENCE_C = 25.0
# Half the ampere-hours, as makers of lithium banks advise, up to what the machine carries.
CHARGE_C_RATE, CHARGE_MOST_A = 0.5, 190.0


@dataclass(frozen=True)
class Size:
    """What is installed: modules in series on each PV input, the bank, the engine (0: none)."""

    modules: int
    battery_ah: float
    generator_w: float


@dataclass(frozen=True)
class Prices:
    """What a module, a kWh of battery and a kW of engine cost, in the tariff's currency."""

    module: float
    battery_kwh: float
    generator_kw: float


@dataclass(frozen=True)
class Sized:
    """One size: what it costs to buy and to live with, beside the cheapest one to buy.

    `pay_back` is in years, infinite where it never does and not a number for the cheapest itself.
    """

    size: Size
    house: House
    invested: float
    per_year: float
    fuel_l: float
    dark_h: float
    pay_back: float
    present_value: float


def size_of(house: House) -> Size:
    """Return what a house has installed."""
    site = house.form.site
    modules = max((string.modules_in_series for string in site.pv), default=0)
    generator_w = site.genset.rated_w if site.genset is not None else 0.0
    return Size(modules, house.site.battery.capacity_ah, generator_w)


def resized(house: House, size: Size) -> House:
    """Return the house with another size; HouseError where the machine or a rule refuses it.

    The bank's charge current follows its capacity, and its name in the settings too.
    """
    site = house.form.site
    try:
        pv = [_string(form, size.modules) for form in site.pv]
        battery = _battery(site.battery, size.battery_ah)
        genset = _genset(site.genset, size.generator_w)
        changed = site.model_copy(update={"pv": pv, "battery": battery, "genset": genset})
        record = changed.record()
    except ValidationError as error:
        raise explained(error, house.file) from None
    except SettingError as error:
        raise HouseError(str(error), file=house.file) from None
    form = house.form.model_copy(update={"site": changed})
    world, _ = type(house.world).of(changed, form.world, house.file, Path(house.file).parent)
    most_a = min(CHARGE_MOST_A, max(1.0, round(CHARGE_C_RATE * size.battery_ah)))
    settings: dict[str, Any] = {"batt_capacity_ah": round(size.battery_ah), "max_charge_a": most_a}
    if genset is not None:
        settings |= {"gen_rated_w": round(genset.rated_w)}
    return replace(house, form=form, site=record, world=world).with_settings(settings)


def coldest_c(house: House) -> float:
    """Return how cold the air gets: the record that is told, else the coldest row of its years.

    A modelled sky knows mean days only; the margin that the installation check takes is taken off.
    """
    told_c = house.form.site.wiring.record_low_c
    if told_c is not None:
        return float(told_c)
    weather = house.world.weather
    if isinstance(weather, MeasuredSky) and "air" in weather.series.columns:
        return float(weather.series.columns["air"].min())
    steps = house.steps(step_s=COARSE_S)
    return float(house.world.inputs(steps)["ambient_c"].min()) - limit("cold_margin_k")


def check_cold(house: House, cold_c: float) -> None:
    """Raise HouseError where a string's open-circuit voltage in the cold is more than is borne.

    Cells as cold as the air, as IEC 62548 does.
    """
    most_v = limit("pv_open_v")
    for number, form in enumerate(house.form.site.pv, start=1):
        row = form.module.row() if isinstance(form.module, ModuleForm) else MODULES[form.module]
        each_v = row.voc_v * (1.0 + row.beta_voc_per_k * (cold_c - REFERENCE_C))
        if form.modules_in_series * each_v > most_v:
            raise HouseError(
                f"gives {form.modules_in_series * each_v:.0f} V of open circuit at {cold_c:.0f} C,"
                f" the input bears {most_v:.0f} V; {int(most_v / each_v)} in series are the most",
                file=house.file,
                key=f"site.pv[{number}].modules_in_series",
                value=str(form.modules_in_series),
            )


def _string(form: StringForm, modules: int) -> StringForm:
    given = form.model_dump(exclude_unset=True)
    return StringForm.model_validate(given | {"modules_in_series": modules})


def _battery(form: BatteryForm, capacity_ah: float) -> BatteryForm:
    given = form.model_dump(exclude_unset=True)
    model = given.pop("model", None)
    if model is not None:
        given["chemistry"] = MODELS[model].chemistry
    return BatteryForm.model_validate(given | {"capacity_ah": float(capacity_ah)})


def _genset(form: GensetForm | None, rated_w: float) -> GensetForm | None:
    if rated_w <= 0.0:
        return None
    given = form.model_dump(exclude_unset=True) if form is not None else {}
    return GensetForm.model_validate(given | {"rated_w": float(rated_w)})


def invested(house: House, prices: Prices) -> float:
    """Return what the modules, the bank and the engine of a house cost."""
    site, bank = house.form.site, house.site.battery
    modules = sum(string.modules_in_series for string in site.pv)
    battery_kwh = bank.capacity_ah * bank.ocv_v[len(bank.ocv_v) // 2] / WH_PER_KWH
    generator_w = site.genset.rated_w if site.genset is not None else 0.0
    return (
        modules * prices.module
        + battery_kwh * prices.battery_kwh
        + generator_w / WH_PER_KWH * prices.generator_kw
    )


def sized(
    house: House,
    sizes: Sequence[Size],
    prices: Prices,
    years: int = 10,
    discount: float = 0.1,
    minutes_each: float = 0.0,
    days: float | None = None,
    tell: Tell | None = None,
) -> list[Sized]:
    """Return every size, the highest present value over so many years first.

    `discount` is the yearly rate at which a later saving counts less. HouseError names a size
    that cannot be.
    """
    say = tell or (lambda share, words: None)
    houses = [resized(house, size) for size in sizes]
    cold_c = coldest_c(house)
    for one in houses:
        check_cold(one, cold_c)
    order = sorted(range(len(sizes)), key=lambda place: invested(houses[place], prices))
    found: list[Sized] = []
    for count, place in enumerate(order):
        size = sizes[place]
        say(count / len(order), f"{size.modules} modules, {size.battery_ah:g} Ah")
        lived = _lived(houses[place], minutes_each, days)
        price = invested(houses[place], prices)
        base = found[0] if found else None
        more = price - base.invested if base else 0.0
        saving = base.per_year - lived[1] if base else 0.0
        found.append(
            Sized(
                size=size,
                house=lived[0],
                invested=price,
                per_year=lived[1],
                fuel_l=lived[2],
                dark_h=lived[3],
                pay_back=_pay_back(more, saving) if base else math.nan,
                present_value=annuity(years, discount) * saving - more,
            )
        )
    return sorted(found, key=lambda one: -one.present_value)


def grid_of(
    modules: Sequence[int], battery_ah: Sequence[float], generator_w: Sequence[float]
) -> list[Size]:
    """Return every combination of the lists."""
    return [Size(*one) for one in product(modules, battery_ah, generator_w)]


def annuity(years: int, discount: float) -> float:
    """Return what one a year, at each year's end, is worth today."""
    return sum((1.0 + discount) ** -year for year in range(1, years + 1))


def _pay_back(more: float, saving: float) -> float:
    if more <= 0.0:
        return 0.0
    return more / saving if saving > 0.0 else math.inf


def _lived(house: House, minutes: float, days: float | None) -> tuple[House, float, float, float]:
    """Return the house as it is set at last, and what a year costs, burns and leaves dark."""
    if minutes > 0.0:
        house = _tuned(house, years_of(house, 1, SEARCHED)[0], minutes, days)
    world = World(years_of(house, 1, REPORTED)[0], days, COARSE_S)
    verdict = world.judge([trial_of(house)])[0]
    per_year = DAYS_PER_YEAR / world.days
    account, paid = verdict.account, verdict.bill
    return (
        house,
        per_year * (paid.total - paid.wear),
        per_year * float(account.fuel_l.sum()),
        per_year * float(account.unserved_s.sum()) / HOUR_S,
    )


def _tuned(house: House, year: Year, minutes: float, days: float | None) -> House:
    menu = Menu(house)
    search = Search(menu, [World(year, days, COARSE_S)], "money")
    seeds = [menu.now, *policies(menu, menu.now)]
    until_s = time.monotonic() + 60.0 * minutes
    searched(search, seeds, until_s, np.random.default_rng(1), lambda share, words: None)
    return menu.house_of(search.best()[0])
