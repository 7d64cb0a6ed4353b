"""[world.weather]: a weather file, or the figures of a modelled sky."""

from pathlib import Path
from typing import Annotated

from pydantic import Discriminator, Tag, model_validator

from twinverter.scenario.file_form import Context, FileForm, calendar_note, file_or_model
from twinverter.scenario.form import Form, number, refused, word
from twinverter.scenario.measured import MeasuredSky, measured_series
from twinverter.scenario.modelled import ModelledSky
from twinverter.scenario.site_form import Monthly, by_month
from twinverter.scenario.weather import (
    FORMATS,
    IRRADIANCE_UNITS,
    WIND_UNITS,
    WeatherMap,
    read_weather,
)


class AirForm(Form):
    """Air and wind where nothing is measured."""

    air_c: Annotated[Monthly, number(-60.0, 50.0, "degC")] = 20.0
    air_day_range_c: Annotated[Monthly, number(0.0, 40.0, "degC")] = 8.0
    wind_m_s: Annotated[float, number(0.0, 40.0, "m/s")] = 1.0


class ModelledWeatherForm(AirForm):
    """A modelled sky: mean clear-sky index by month, and how far a day may lie from it."""

    clear_index: Annotated[Monthly, number(0.1, 0.98)] = 0.7
    day_spread: Annotated[float, number(0.01, 0.4)] = 0.15

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

    format: Annotated[str, word(*FORMATS)] | None = None
    ghi: str | None = None
    dni: str | None = None
    dhi: str | None = None
    air: str | None = None
    wind: str | None = None
    irradiance_unit: Annotated[str, word(*IRRADIANCE_UNITS)] = "W/m2"
    air_unit: Annotated[str, word("degC", "degF", "K")] = "degC"
    wind_unit: Annotated[str, word(*WIND_UNITS)] = "m/s"
    scale: Annotated[float, number(0.1, 2.0)] = 1.0

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
            context.notes.append(calendar_note(series.source, series.span))
        air_c, air_day_range_c = by_month(self.air_c), by_month(self.air_day_range_c)
        return MeasuredSky(context.place, series, air_c, air_day_range_c, self.wind_m_s)


WeatherForm = Annotated[
    Annotated[ModelledWeatherForm, Tag("<model>")] | Annotated[WeatherFileForm, Tag("<file>")],
    Discriminator(file_or_model),
]
