"""[world]: weather, loads, mains and generator, from a house file to the models that make inputs."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from twinverter.scenario.availability import NO_GENERATOR, Availability
from twinverter.scenario.clock import FIRST_YEAR, LAST_YEAR, wall_of
from twinverter.scenario.csvfile import LABELS, TimeColumn, read_rows
from twinverter.scenario.event_list import EventMap, listed_events
from twinverter.scenario.form import (
    Form,
    Hours,
    TimeOfDay,
    ZoneName,
    choice,
    file_path,
    items,
    number,
    refused,
    seconds_of_day,
    whole,
    window_s,
    word,
)
from twinverter.scenario.loads import (
    ENERGY_UNITS,
    POWER_UNITS,
    Appliance,
    Load,
    ModelledLoad,
    NoLoad,
    measured_load,
)
from twinverter.scenario.measured import MeasuredSky, measured_series
from twinverter.scenario.modelled import ModelledSky
from twinverter.scenario.outages import (
    DrawnOutages,
    ListedOutages,
    Mains,
    NoOutages,
    Outages,
    drawn_outages,
)
from twinverter.scenario.site_form import by_month, monthly
from twinverter.scenario.sun import Place
from twinverter.scenario.weather import (
    FORMATS,
    IRRADIANCE_UNITS,
    WIND_UNITS,
    WeatherMap,
    read_weather,
)

MINUTE_S = 60.0
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DATES = (datetime.date(FIRST_YEAR, 1, 1), datetime.date(LAST_YEAR - 1, 12, 31))


class Context:
    """What the parts of a world need to know while they are made, and the notes they leave."""

    def __init__(self, house: str, folder: Path, place: Place, here: str, seed: int) -> None:
        self.house = house
        self.folder = folder
        self.place = place
        self.here = here
        self.seed = seed
        self.notes: list[str] = []

    def path(self, text: str, key: str) -> Path:
        """Return a file that the house names under `key`."""
        return file_path(text, self.folder, key, self.house)


class FileForm(Form):
    """A CSV: its name, its time column, and how that is written."""

    file: str
    time: str = "time"
    time_format: str | None = None
    timezone: ZoneName | None = None
    label: word(*LABELS) = "start"
    shift_min: number(-1440.0, 1440.0, "min") = 0.0

    def time_column(self, here: str) -> TimeColumn:
        """Return how the file writes its times; without a zone they are the house's."""
        zone_name = self.timezone or here
        shift_s = self.shift_min * MINUTE_S
        return TimeColumn(self.time, zone_name, self.time_format, self.label, shift_s)


class AirForm(Form):
    """Air and wind where nothing is measured."""

    air_c: monthly(-60.0, 50.0, "degC") = 20.0
    air_day_range_c: monthly(0.0, 40.0, "degC") = 8.0
    wind_m_s: number(0.0, 40.0, "m/s") = 1.0


class ModelledWeatherForm(AirForm):
    """A modelled sky: mean clear-sky index by month, and how far a day may lie from it."""

    clear_index: monthly(0.1, 0.98) = 0.7
    day_spread: number(0.01, 0.4) = 0.15

    def sky(self, context: Context, key: str) -> ModelledSky:
        """Return the sky, noting that it is modelled."""
        context.notes.append(
            f"the sky is modelled (clear sky times seeded clouds, seed {context.seed}) and"
            " illustrative: nothing of it is measured"
        )
        return ModelledSky(
            context.place,
            context.seed,
            by_month(self.clear_index),
            self.day_spread,
            by_month(self.air_c),
            by_month(self.air_day_range_c),
            self.wind_m_s,
        )


class WeatherFileForm(AirForm, FileForm):
    """A weather file; the columns are those of a plain CSV."""

    format: word(*FORMATS) | None = None
    ghi: str | None = None
    dni: str | None = None
    dhi: str | None = None
    air: str | None = None
    wind: str | None = None
    irradiance_unit: word(*IRRADIANCE_UNITS) = "W/m2"
    air_unit: word("degC", "degF", "K") = "degC"
    wind_unit: word(*WIND_UNITS) = "m/s"
    scale: number(0.1, 2.0) = 1.0

    @model_validator(mode="after")
    def _csv_has_ghi(self) -> "WeatherFileForm":
        if self.kind == "csv" and self.ghi is None:
            raise refused("a plain CSV needs ghi, the name of its column of global irradiance")
        return self

    @property
    def kind(self) -> str:
        """Return the format, told by the file's name where the house does not say it."""
        endings = {".epw": "epw", ".json": "pvgis"}
        return self.format or endings.get(Path(self.file).suffix.lower(), "csv")

    def sky(self, context: Context, key: str) -> MeasuredSky:
        """Return the sky of the file; HouseError names file and line."""
        names = ("ghi", "dni", "dhi", "air", "wind")
        columns = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        wanted = WeatherMap(
            context.path(self.file, f"{key}.file"),
            self.kind,
            self.time_column(context.here),
            columns,
            self.irradiance_unit,
            self.air_unit,
            self.wind_unit,
            self.scale,
        )
        series, notes = measured_series(read_weather(wanted, key), context.place)
        context.notes += notes
        for name, meaning in (("air", "air temperature"), ("wind", "wind")):
            if name not in series.columns:
                context.notes.append(
                    f"{series.source}: no {meaning}, the house's figures are taken"
                )
        if not series.typical:
            context.notes.append(_calendar_note(series.source, series.span))
        air_c, air_day_range_c = by_month(self.air_c), by_month(self.air_day_range_c)
        return MeasuredSky(context.place, series, air_c, air_day_range_c, self.wind_m_s)


def _calendar_note(source: str, span: str) -> str:
    return f"{source}: covers {span}; other dates take the same calendar day of it"


class ApplianceForm(Form):
    """One consumer of a modelled household."""

    name: str
    phase: whole(1, 3) | word("all") = 1
    power_w: number(0.0, 5.0e4, "W")
    hours: items(Hours, 1, 24) = Field(default_factory=lambda: ["00:00-24:00"])
    duty: number(0.0, 1.0) = 1.0
    cycle_min: number(1.0, 1440.0, "min") = 30.0
    probability: number(0.0, 1.0) = 1.0
    spread_min: number(0.0, 240.0, "min") = 0.0
    uses_per_day: number(0.0, 200.0) = 0.0
    use_min: number(0.1, 1440.0, "min") = 10.0
    months: items(whole(1, 12), 1, 12) = Field(default_factory=lambda: list(range(1, 13)))
    weekdays: items(word(*WEEKDAYS), 1, 7) = Field(default_factory=lambda: list(WEEKDAYS))

    def appliance(self) -> Appliance:
        """Return the consumer in seconds and shares of phases."""
        phases = (1, 2, 3) if self.phase == "all" else (self.phase,)
        shares = [1.0 / len(phases) if phase in phases else 0.0 for phase in (1, 2, 3)]
        return Appliance(
            name=self.name,
            shares=(shares[0], shares[1], shares[2]),
            power_w=self.power_w,
            windows_s=tuple(window_s(text) for text in self.hours),
            duty=self.duty,
            cycle_s=self.cycle_min * MINUTE_S,
            probability=self.probability,
            spread_s=self.spread_min * MINUTE_S,
            uses_per_day=self.uses_per_day,
            use_s=self.use_min * MINUTE_S,
            months=frozenset(self.months),
            weekdays=frozenset(WEEKDAYS.index(day) for day in self.weekdays),
        )


class AppliancesForm(Form):
    """A modelled household."""

    appliances: items(ApplianceForm, 0, 200) = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_differ(self) -> "AppliancesForm":
        names = [appliance.name for appliance in self.appliances]
        for name in names:
            if names.count(name) > 1:
                raise refused(f"holds two appliances named {name!r}")
        return self

    def load(self, context: Context, key: str) -> Load:
        """Return the household, noting that it is modelled."""
        if not self.appliances:
            return NoLoad()
        context.notes.append(f"{key} is modelled from {len(self.appliances)} appliances")
        made = tuple(appliance.appliance() for appliance in self.appliances)
        return ModelledLoad(made, context.seed, context.here)


class LoadFileForm(FileForm):
    """A meter's file: a column per phase, or one for all with its split."""

    unit: word(*POWER_UNITS, *ENERGY_UNITS) = "W"
    l1: str | None = None
    l2: str | None = None
    l3: str | None = None
    total: str | None = None
    split: items(number(0.0, 1.0), 3, 3) = Field(default_factory=lambda: [1.0, 0.0, 0.0])
    scale: number(0.0, 100.0) = 1.0
    same_clock: bool = False

    @model_validator(mode="after")
    def _names_columns(self) -> "LoadFileForm":
        phases = [self.l1, self.l2, self.l3]
        if (self.total is None) == (phases == [None, None, None]):
            raise refused("needs columns: either total, or l1, l2 and l3 as far as there are any")
        if abs(sum(self.split) - 1.0) > 1e-6:
            raise refused(f"split adds up to {sum(self.split):g}", "1")
        return self

    def load(self, context: Context, key: str) -> Load:
        """Return the meter's load; HouseError names file and line."""
        if self.total is not None:
            columns = [self.total]
            weights = [{self.total: part * self.scale} for part in self.split]
        else:
            phases = (self.l1, self.l2, self.l3)
            columns = [name for name in phases if name is not None]
            weights = [{} if name is None else {name: self.scale} for name in phases]
        path = context.path(self.file, f"{key}.file")
        rows = read_rows(
            path, self.time_column(context.here), {name: name for name in columns}, key
        )
        load, notes = measured_load(
            rows, self.unit, (weights[0], weights[1], weights[2]), context.here, self.same_clock
        )
        context.notes += [*notes, _calendar_note(rows.source, load.series.span)]
        return load


class EventForm(Form):
    """One outage: its start, and its end or length."""

    start: datetime.datetime
    end: datetime.datetime | None = None
    duration_min: number(0.0, 1.0e6, "min") | None = None

    def wall_s(self) -> tuple[float, float]:
        """Return start and end by the wall clock."""
        start_s = wall_of(self.start.replace(tzinfo=None))
        if self.end is not None:
            return start_s, wall_of(self.end.replace(tzinfo=None))
        return start_s, start_s + float(self.duration_min or 0.0) * MINUTE_S

    @model_validator(mode="after")
    def _has_length(self) -> "EventForm":
        if (self.end is None) == (self.duration_min is None):
            raise refused("needs either end or duration_min")
        if self.wall_s()[1] < self.wall_s()[0]:
            raise refused("ends before it starts")
        return self


class EventsForm(Form):
    """Outages written into the house file."""

    events: items(EventForm, 0, 10000)

    def outages(self, context: Context, key: str) -> Outages:
        """Return the events as they are; other times have none."""
        if not self.events:
            return NoOutages()
        return ListedOutages(np.array([event.wall_s() for event in self.events]), context.here)


class EventFileForm(Form):
    """A list of outages in a CSV; `where` picks rows by the text of their columns."""

    file: str
    start: str = "start"
    end: str | None = None
    duration_min: str | None = None
    duration_s: str | None = None
    time_format: str | None = None
    timezone: ZoneName | None = None
    where: dict[str, str] = Field(default_factory=dict)
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None

    @model_validator(mode="after")
    def _has_length(self) -> "EventFileForm":
        given = [self.end, self.duration_min, self.duration_s]
        if sum(name is not None for name in given) != 1:
            raise refused("needs one of end, duration_min, duration_s: the name of a column")
        return self

    def outages(self, context: Context, key: str) -> Outages:
        """Return the events, and the days the list covers, taken by the calendar elsewhere."""
        wanted = EventMap(
            path=context.path(self.file, f"{key}.file"),
            start=self.start,
            end=self.end,
            duration=self.duration_min or self.duration_s,
            duration_unit_s=MINUTE_S if self.duration_min else 1.0,
            time_format=self.time_format,
            zone=self.timezone or context.here,
            here=context.here,
            where=self.where,
        )
        walls_s, first, last = listed_events(wanted, key)
        first, last = self.first_day or first, self.last_day or last
        context.notes.append(
            f"{wanted.path.name}: {len(walls_s)} outages, {first} to {last}; other dates take the"
            " same calendar day of it, or none"
        )
        return ListedOutages(walls_s, context.here, first, last)


class DrawnOutagesForm(Form):
    """Outages by chance; without hours there are none."""

    hours_per_day: number(0.0, 23.0, "h") = 0.0
    mean_min: number(1.0, 2880.0, "min") = 120.0
    hour_weights: items(number(0.0, 1000.0), 24, 24) = Field(default_factory=lambda: [1.0] * 24)

    @model_validator(mode="after")
    def _weighs_something(self) -> "DrawnOutagesForm":
        if sum(self.hour_weights) <= 0.0:
            raise refused("hour_weights are all 0")
        return self

    def outages(self, context: Context, key: str) -> Outages:
        """Return outages drawn with the house's seed, noting that they are modelled."""
        if not self.hours_per_day:
            return NoOutages()
        context.notes.append(
            f"outages are modelled: {self.hours_per_day:g} h off a day, {self.mean_min:g} min each"
            f" on average (seed {context.seed})"
        )
        weights = np.array(self.hour_weights)
        mean_s = self.mean_min * MINUTE_S
        made: DrawnOutages = drawn_outages(
            self.hours_per_day, mean_s, weights, context.seed, context.here
        )
        return made


def _outage_kind(table: Mapping[str, Any]) -> str:
    return "list" if "events" in table else "file" if "file" in table else "drawn"


class GridForm(Form):
    """The mains as they come to the house."""

    voltage_v: number(0.0, 400.0, "V") | items(number(0.0, 400.0, "V"), 3, 3) = 230.0
    frequency_hz: number(40.0, 70.0, "Hz") = 50.0
    sag_v: dict[TimeOfDay, number(-100.0, 200.0, "V")] = Field(default_factory=dict)
    wander_v: number(0.0, 50.0, "V") = 0.0
    wander_hz: number(0.0, 2.0, "Hz") = 0.0
    outages: choice(_outage_kind, drawn=DrawnOutagesForm, list=EventsForm, file=EventFileForm) = (
        Field(default_factory=DrawnOutagesForm)
    )

    def mains(self, context: Context, key: str) -> Mains:
        """Return the supply."""
        given = self.voltage_v if isinstance(self.voltage_v, list) else [self.voltage_v] * 3
        points = sorted((seconds_of_day(at) / 3600.0, sag) for at, sag in self.sag_v.items())
        return Mains(
            outages=self.outages.outages(context, f"{key}.outages"),
            voltages_v=(given[0], given[1], given[2]),
            frequency_hz=self.frequency_hz,
            seed=context.seed,
            here=context.here,
            sag_hours=np.array([at for at, _ in points] or [0.0]),
            sags_v=np.array([sag for _, sag in points] or [0.0]),
            wander_v=self.wander_v,
            wander_hz=self.wander_hz,
        )


class AwayForm(Form):
    """Days on which the generator is not there."""

    first_day: datetime.date
    last_day: datetime.date


class GeneratorForm(Form):
    """When the generator would start if it is asked to."""

    hours: items(Hours, 1, 24) = Field(default_factory=lambda: ["00:00-24:00"])
    away: items(AwayForm, 0, 1000) = Field(default_factory=list)
    fails_pct: number(0.0, 100.0, "%") = 0.0

    def availability(self, context: Context, installed: bool) -> Availability:
        """Return its availability; never without a generator."""
        if not installed:
            return NO_GENERATOR
        return Availability(
            windows_s=tuple(window_s(text) for text in self.hours),
            away=tuple((days.first_day, days.last_day) for days in self.away),
            fails=self.fails_pct / 100.0,
            seed=context.seed,
            here=context.here,
        )


def _file_or(table: Mapping[str, Any], other: str) -> str:
    return "file" if "file" in table else other


WeatherForm = choice(
    lambda table: _file_or(table, "modelled"), modelled=ModelledWeatherForm, file=WeatherFileForm
)
LoadForm = choice(
    lambda table: _file_or(table, "appliances"), appliances=AppliancesForm, file=LoadFileForm
)


class WorldForm(Form):
    """What the world does to the house."""

    start: datetime.date | datetime.datetime = datetime.date(2023, 1, 1)
    days: whole(1, 36600) = 365
    seed: whole(0, 2**31 - 1) = 1
    initial_soc_pct: number(0.0, 100.0, "%") = 50.0
    notes: list[str] = Field(default_factory=list)
    weather: WeatherForm = Field(default_factory=ModelledWeatherForm)
    load: LoadForm = Field(default_factory=AppliancesForm)
    home: LoadForm = Field(default_factory=AppliancesForm)
    smart_load: LoadForm = Field(default_factory=AppliancesForm)
    grid: GridForm = Field(default_factory=GridForm)
    generator: GeneratorForm = Field(default_factory=GeneratorForm)
    tariff: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _starts_in_range(self) -> "WorldForm":
        start = self.start
        day = start.date() if isinstance(start, datetime.datetime) else start
        if not DATES[0] <= day <= DATES[1]:
            raise refused(f"start = {day} is out of range", f"{DATES[0]} to {DATES[1]}")
        if isinstance(start, datetime.datetime) and start.tzinfo is not None:
            raise refused("start has a time zone; it is the house's wall clock and needs none")
        return self
