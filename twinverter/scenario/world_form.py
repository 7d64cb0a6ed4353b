"""[world]: what happens to the house, from when, and with which seed."""

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from twinverter.scenario.clock import FIRST_YEAR, LAST_YEAR
from twinverter.scenario.form import Form, TimeOfDay, length, number, refused
from twinverter.scenario.grid_form import GeneratorForm, GridForm
from twinverter.scenario.load_form import AppliancesForm, LoadForm
from twinverter.scenario.mishap_form import MishapForm
from twinverter.scenario.tariff_form import CostsForm, TariffForm
from twinverter.scenario.weather_form import ModelledWeatherForm, WeatherForm

DATES = (datetime.date(FIRST_YEAR, 1, 1), datetime.date(LAST_YEAR - 1, 12, 31))


def _in_range(start: datetime.date) -> datetime.date:
    day = start.date() if isinstance(start, datetime.datetime) else start
    if not DATES[0] <= day <= DATES[1]:
        raise refused("is out of range", f"{DATES[0]} to {DATES[1]}")
    if isinstance(start, datetime.datetime) and start.tzinfo is not None:
        raise refused("has a time zone; it is the house's wall clock and needs none")
    return start


def _day_or_moment(value: Any) -> str:
    return "<moment>" if isinstance(value, datetime.datetime) else "<day>"


class WorldForm(Form):
    """What the world does to the house."""

    start: Annotated[
        Annotated[datetime.date, Tag("<day>")] | Annotated[datetime.datetime, Tag("<moment>")],
        Discriminator(_day_or_moment),
        AfterValidator(_in_range),
    ] = datetime.date(2023, 1, 1)
    days: Annotated[int, number(1, 36600)] = 365
    seed: Annotated[int, number(0, 2**31 - 1)] = 1
    initial_soc_pct: Annotated[float, number(0.0, 100.0, "%")] = 50.0
    acknowledge: TimeOfDay | Literal["never"] = "07:00"
    notes: list[str] = Field(default_factory=list)
    weather: WeatherForm = Field(default_factory=ModelledWeatherForm)
    load: LoadForm = Field(default_factory=AppliancesForm)
    home: LoadForm = Field(default_factory=AppliancesForm)
    smart_load: LoadForm = Field(default_factory=AppliancesForm)
    grid: GridForm = Field(default_factory=GridForm)
    generator: GeneratorForm = Field(default_factory=GeneratorForm)
    defect: Annotated[list[MishapForm], length(0, 1000)] = []
    tariff: TariffForm = TariffForm(currency="none")
    costs: CostsForm = CostsForm()
