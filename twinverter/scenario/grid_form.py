"""[world.grid] and [world.generator]: the mains as they come, and when the engine would start."""

import datetime
from typing import Annotated

import numpy as np
from pydantic import Discriminator, Field, Tag

from twinverter.scenario.availability import NO_GENERATOR, Availability
from twinverter.scenario.clock import HOUR_S
from twinverter.scenario.file_form import Context
from twinverter.scenario.form import (
    Form,
    Hours,
    Numbers,
    TimeOfDay,
    length,
    number,
    seconds_of_day,
    window_s,
)
from twinverter.scenario.load_form import ALL_DAY
from twinverter.scenario.outage_form import (
    DrawnOutagesForm,
    EventFileForm,
    EventsForm,
    outage_kind,
)
from twinverter.scenario.outages import Mains


class GridForm(Form):
    """The mains as they come to the house."""

    voltage_v: Annotated[Numbers, number(0.0, 400.0, "V"), length(3, 3)] = 230.0
    frequency_hz: Annotated[float, number(40.0, 70.0, "Hz")] = 50.0
    sag_v: dict[TimeOfDay, Annotated[float, number(-100.0, 200.0, "V")]] = Field(
        default_factory=dict
    )
    wander_v: Annotated[float, number(0.0, 50.0, "V")] = 0.0
    wander_hz: Annotated[float, number(0.0, 2.0, "Hz")] = 0.0
    outages: Annotated[
        Annotated[DrawnOutagesForm, Tag("<drawn>")]
        | Annotated[EventsForm, Tag("<list>")]
        | Annotated[EventFileForm, Tag("<file>")],
        Discriminator(outage_kind),
    ] = Field(default_factory=DrawnOutagesForm)

    def mains(self, context: Context, key: str) -> Mains:
        """Return the supply."""
        given = self.voltage_v if isinstance(self.voltage_v, list) else [self.voltage_v] * 3
        points = sorted((seconds_of_day(at) / HOUR_S, sag) for at, sag in self.sag_v.items())
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

    hours: Annotated[list[Hours], length(1, 24)] = [ALL_DAY]
    away: Annotated[list[AwayForm], length(0, 1000)] = []
    fails_pct: Annotated[float, number(0.0, 100.0, "%")] = 0.0

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
