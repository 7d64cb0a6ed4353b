"""[world.grid.outages]: a list of events, a CSV of them, or hours a day by chance."""

import datetime
from typing import Annotated, Any

import numpy as np
from pydantic import model_validator

from twinverter.scenario.clock import MINUTE_S, wall_of
from twinverter.scenario.event_list import EventMap, listed_events
from twinverter.scenario.file_form import Context
from twinverter.scenario.form import Form, ZoneName, has_key, length, number, refused
from twinverter.scenario.outages import ListedOutages, NoOutages, Outages, drawn_outages


class EventForm(Form):
    """One outage: its start, and its end or length."""

    start: datetime.datetime
    end: datetime.datetime | None = None
    duration_min: Annotated[float | None, number(0.0, 1.0e6, "min")] = None

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

    events: Annotated[list[EventForm], length(0, 10000)]

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
    where: dict[str, str] = {}
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

    hours_per_day: Annotated[float, number(0.0, 23.0, "h")] = 0.0
    mean_min: Annotated[float, number(1.0, 2880.0, "min")] = 120.0
    hour_weights: Annotated[list[float], number(0.0, 1000.0), length(24, 24)] = [1.0] * 24

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
        return drawn_outages(self.hours_per_day, mean_s, weights, context.seed, context.here)


def outage_kind(value: Any) -> str:
    """Return the tag of the kind of outages that a table describes."""
    if isinstance(value, EventsForm) or has_key(value, "events"):
        return "<list>"
    return "<file>" if isinstance(value, EventFileForm) or has_key(value, "file") else "<drawn>"
