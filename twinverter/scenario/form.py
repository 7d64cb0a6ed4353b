"""What every table of a house file shares: strict types, ranges with units, errors in one line.

A key nobody knows is refused with the nearest known one, at every level. Texts for times of day
and folders from the environment are read here too.
"""

import math
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Tag,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from twinverter.catalog.errors import SettingError
from twinverter.catalog.installed import BY_KEY, checked
from twinverter.scenario.clock import DAY_S, HOUR_S, MINUTE_S, zone
from twinverter.scenario.error import HouseError, nearest

VARIABLE = re.compile(r"\$\{(\w+)\}")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")

TYPES = {
    "bool_type": "is not true or false",
    "string_type": "is not a text in quotes",
    "float_type": "is not a number",
    "int_type": "is not a whole number",
    "list_type": "is not a list in square brackets",
    "dict_type": "is no table",
    "model_type": "is no table",
    "model_attributes_type": "is no table",
    "date_type": "is no date, as in 2023-01-31 without quotes",
    "datetime_type": "is no date and time, as in 2023-01-31T18:30:00 without quotes",
    "missing": "is missing",
}


def refused(reason: str, allowed: str = "", key: str = "") -> PydanticCustomError:
    """Return an error of a value, from inside its validation, or of a table's dotted `key`."""
    told = {"reason": reason, "allowed": allowed, "key": key}
    return PydanticCustomError("refused", "{reason}", told)


class Form(BaseModel):
    """One table of a house file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, table: Any) -> Any:
        if isinstance(table, Mapping):
            known = cls.known_keys()
            for key in table:
                if key not in known:
                    cls.unknown_key(str(key), known)
        return table

    @classmethod
    def known_keys(cls) -> list[str]:
        """Return the keys this table may hold."""
        return list(cls.model_fields)

    @classmethod
    def unknown_key(cls, key: str, known: Iterable[str]) -> None:
        """Raise the error that names the nearest known key."""
        known = sorted(known)
        hint = nearest(key, known) or f"; known are {', '.join(known)}"
        raise refused(f"is no key{hint}", key=key)


def number(low: float, high: float, unit: str = "") -> AfterValidator:
    """Return the check of a number, or of all numbers of a list, between two bounds."""
    allowed = f"{low:g} to {high:g} {unit}".rstrip()

    def check(given: Any) -> Any:
        for value in given if isinstance(given, list) else [given]:
            if value is not None and not (math.isfinite(value) and low <= value <= high):
                raise refused("is out of range", allowed)
        return given

    return AfterValidator(check)


def word(*words: str) -> AfterValidator:
    """Return the check of a text that is one of a few."""

    def check(value: str) -> str:
        if value not in words:
            raise refused("is not known" + nearest(value, words), ", ".join(words))
        return value

    return AfterValidator(check)


def length(low: int, high: int) -> AfterValidator:
    """Return the check of how many a list holds."""

    def check(values: Any) -> Any:
        if isinstance(values, list) and not low <= len(values) <= high:
            allowed = f"{low} of them" if low == high else f"{low} to {high} of them"
            raise refused(f"has {len(values)} entries", allowed)
        return values

    return AfterValidator(check)


def _one_or_list(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<one>"


def has_key(value: Any, key: str) -> bool:
    """Return whether a value is a table with a key."""
    return isinstance(value, Mapping) and key in value


# One number that stands for all, or a list of them.
Numbers = Annotated[
    Annotated[float, Tag("<one>")] | Annotated[list[float], Tag("<list>")],
    Discriminator(_one_or_list),
]


def _zone_name(name: str) -> str:
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refused("is no time zone", "IANA names as Africa/Lagos, Europe/Berlin, UTC") from None
    return name


def _time_of_day(text: str) -> str:
    seconds_of_day(text)
    return text


def _hours(text: str) -> str:
    window_s(text)
    return text


ZoneName = Annotated[str, AfterValidator(_zone_name)]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
Hours = Annotated[str, AfterValidator(_hours)]


def seconds_of_day(text: str) -> float:
    """Return the seconds after midnight of "HH:MM", up to 24:00."""
    found = CLOCK.fullmatch(text.strip())
    if found:
        hours, minutes = int(found[1]), int(found[2])
        if minutes < 60 and hours * 60 + minutes <= 24 * 60:
            return hours * HOUR_S + minutes * MINUTE_S
    raise refused("is no time of day", "00:00 to 24:00")


def window_s(text: str) -> tuple[float, float]:
    """Return start and end of "HH:MM-HH:MM" in seconds after midnight.

    An end that is not after the start is the next day's.
    """
    start, dash, end = text.partition("-")
    if not dash:
        raise refused("is no stretch of a day", "HH:MM-HH:MM")
    start_s, end_s = seconds_of_day(start), seconds_of_day(end)
    return start_s, end_s if end_s > start_s else end_s + DAY_S


class FigureForm(Form):
    """A table that may also set any figure of `catalog/installed.py` of its group."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    group: ClassVar[str] = ""

    @classmethod
    def known_keys(cls) -> list[str]:
        """Return the table's own keys and the first parts of the group's figures."""
        own = list(cls.model_fields)
        return own + [key.split(".")[0] for key in _figures(cls.group)]

    @model_validator(mode="after")
    def _figures_hold(self) -> "FigureForm":
        self.figures()
        return self

    def figures(self) -> dict[str, float | tuple[float, ...]]:
        """Return path -> value of the figures that this table sets."""
        found = {}
        for key, value in _flattened(self.model_extra or {}):
            if key not in _figures(self.group):
                self.unknown_key(key, _figures(self.group))
            try:
                found[f"{self.group}.{key}"] = checked(f"{self.group}.{key}", value)
            except SettingError as error:
                raise refused(error.reason or "is out of range", error.allowed, key) from None
        return found


def _figures(group: str) -> list[str]:
    return [key.removeprefix(f"{group}.") for key in BY_KEY if key.startswith(f"{group}.")]


def _flattened(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flattened(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def explained(error: ValidationError, file: str) -> HouseError:
    """Return the first thing wrong with a house file as one line."""
    details = sorted(
        error.errors(include_url=False), key=lambda detail: detail["type"] == "missing"
    )
    return _one(details[0], file)


def _one(detail: ErrorDetails, file: str) -> HouseError:
    context = detail.get("ctx", {})
    value, key = detail["input"], dotted(detail["loc"])
    if context.get("key"):
        for part in context["key"].split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        key = f"{key}.{context['key']}" if key else context["key"]
    if detail["type"] == "missing" or isinstance(value, Mapping):
        value = None
    reason = context.get("reason") or TYPES.get(detail["type"]) or detail["msg"]
    return HouseError(reason, file=file, key=key, value=value, allowed=context.get("allowed", ""))


def dotted(place: Iterable[str | int]) -> str:
    """Return a place in the file as its keys; entries of lists count from 1.

    Pydantic's marks for the kind of a table and for a key itself are left out.
    """
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif not part.startswith(("<", "[")):
            text += f".{part}" if text else part
    return text


def file_path(text: str, folder: Path, key: str, house: str) -> Path:
    """Return a file named in a house file: relative to it, `${NAME}` from the environment."""
    for name in VARIABLE.findall(text):
        if not os.environ.get(name):
            reason = (
                f"the environment variable {name} is not set; set it to the folder meant by"
                f" ${{{name}}}, as in: export {name}=/path/to/data"
            )
            raise HouseError(reason, file=house, key=key, value=text)
    return folder / VARIABLE.sub(lambda found: os.environ[found[1]], text)
