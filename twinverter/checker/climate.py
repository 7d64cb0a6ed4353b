"""How cold and how hot the air of a house gets.

A told record comes first, then the coldest and warmest row of the weather file, then the monthly
figures of a modelled sky with a margin (assumed). A house that tells none of them has no climate.
"""

from typing import NamedTuple

from twinverter.catalog.limits import limit
from twinverter.scenario.house import House
from twinverter.scenario.measured import MeasuredSky
from twinverter.scenario.modelled import ModelledSky


class Extreme(NamedTuple):
    """An extreme of the air, where it comes from, and whether it was observed."""

    air_c: float
    origin: str
    observed: bool


class Climate(NamedTuple):
    """The coldest and the warmest air, None where nothing says."""

    cold: Extreme | None
    hot: Extreme | None


def climate_of(house: House) -> Climate:
    """Return the extremes of a house's air."""
    wiring = house.form.site.wiring
    cold, hot = _of_weather(house)
    if wiring.record_low_c is not None:
        cold = Extreme(wiring.record_low_c, "record low as told", True)
    if wiring.record_high_c is not None:
        hot = Extreme(wiring.record_high_c, "record high as told", True)
    return Climate(cold, hot)


def _of_weather(house: House) -> tuple[Extreme | None, Extreme | None]:
    weather, told = house.world.weather, house.form.world.weather.model_fields_set
    if isinstance(weather, MeasuredSky) and "air" in weather.series.columns:
        air_c, source = weather.series.columns["air"], weather.series.source
        return (
            Extreme(float(air_c.min()), f"coldest row of {source}", True),
            Extreme(float(air_c.max()), f"warmest row of {source}", True),
        )
    if not isinstance(weather, MeasuredSky | ModelledSky) or "air_c" not in told:
        return None, None
    swing_c = 0.5 * weather.air_day_range_c
    return (
        Extreme(
            float((weather.air_c - swing_c).min()) - limit("cold_margin_k"),
            f"coldest month less {limit('cold_margin_k'):g} K",
            False,
        ),
        Extreme(
            float((weather.air_c + swing_c).max()) + limit("hot_margin_k"),
            f"warmest month and {limit('hot_margin_k'):g} K",
            False,
        ),
    )
