"""[[world.defect]]: what breaks, from when to when; the causes are those of `catalog/causes.py`."""

import datetime
import math
import re
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, model_validator

from twinverter.catalog.causes import BY_KEY
from twinverter.scenario.clock import (
    DAY_S,
    FIRST_YEAR,
    HOUR_S,
    LAST_YEAR,
    MINUTE_S,
    wall_of,
    zone,
)
from twinverter.scenario.form import Form, refused, word
from twinverter.scenario.mishaps import Mishap

SPAN = re.compile(r"(\d+(?:\.\d+)?) ?(ms|s|min|h|d)")
UNITS_S = {"ms": 0.001, "s": 1.0, "min": MINUTE_S, "h": HOUR_S, "d": DAY_S}


def seconds_of_span(text: str) -> float:
    """Return the seconds of a length of time: a number and ms, s, min, h or d."""
    found = SPAN.fullmatch(text.strip())
    if not found or not float(found[1]):
        raise refused("is no length of time", "above 0, as 200 ms, 90 s, 10 min, 2 h or 3 d")
    return float(found[1]) * UNITS_S[found[2]]


def _span(text: str) -> str:
    seconds_of_span(text)
    return text


def _here(moment: datetime.datetime) -> datetime.datetime:
    if moment.tzinfo is not None:
        raise refused("has a time zone; it is the house's wall clock and needs none")
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        raise refused("is out of range", f"the years {FIRST_YEAR} to {LAST_YEAR - 1}")
    return moment


Moment = Annotated[datetime.datetime, AfterValidator(_here)]


class MishapForm(Form):
    """One defect: its cause and value, and from when to when; for good where nothing is said."""

    cause: Annotated[str, word(*BY_KEY)]
    value: float | None = None
    at: Moment | None = None
    until: Moment | None = None
    lasts: Annotated[str, AfterValidator(_span)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> "MishapForm":
        row = BY_KEY[self.cause]
        if self.value is not None:
            if row.is_flag and self.value not in (0.0, 1.0):
                raise refused("is neither 0 nor 1", "0: sound, 1: broken", key="value")
            if not row.low <= self.value <= row.high:
                allowed = f"{row.low:g} to {row.high:g} {row.unit}".rstrip()
                raise refused("is out of range", allowed, key="value")
        if self.until is not None and self.lasts is not None:
            raise refused("has both until and lasts")
        if self.lasts is not None and self.at is None:
            raise refused("has lasts, which needs at: the moment it begins")
        if self.at is not None and self.until is not None and self.until <= self.at:
            raise refused("ends before it begins", f"after {self.at}", key="until")
        return self

    def told(self) -> str:
        """Return it in words: what, how much, from when to when."""
        row = BY_KEY[self.cause]
        value = row.usual if self.value is None else self.value
        much = "" if row.is_flag and value else f" ({value:g} {row.unit}".rstrip() + ")"
        begins = "" if self.at is None else f" from {self.at:%Y-%m-%d %H:%M:%S}"
        ends = "" if self.until is None else f" until {self.until:%Y-%m-%d %H:%M:%S}"
        lasts = "" if self.lasts is None else f" for {self.lasts}"
        return f"broken in this world: {row.label}{much}{begins}{ends}{lasts}"

    def mishap(self, here: str) -> Mishap:
        """Return it on the world's clock."""
        row = BY_KEY[self.cause]
        start_s = -math.inf if self.at is None else _utc_s(self.at, here)
        end_s = math.inf if self.until is None else _utc_s(self.until, here)
        if self.lasts is not None:
            end_s = start_s + seconds_of_span(self.lasts)
        return Mishap(self.cause, row.usual if self.value is None else self.value, start_s, end_s)


def _utc_s(moment: datetime.datetime, here: str) -> float:
    return float(zone(here).utc_s(np.array([wall_of(moment)]))[0])
