"""The settings of a device as its pages print them, and those that are not as they were delivered.

A device may be of another version than this catalog: what it has and nobody knows here is left
out, and what a catalog has and it does not is left out too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from twinverter.catalog.errors import SettingError
from twinverter.catalog.row import Setting, Value
from twinverter.catalog.screens import SCREENS, name_of, never_shown, place_of, unit_of, value_text
from twinverter.portal.asked import Device
from twinverter.portal.fields import REFUSED
from twinverter.portal.rights import API

router = APIRouter(prefix=f"{API}/devices/{{name}}", responses=REFUSED, tags=["settings"])

# The clock stands among the settings, and runs.
RUNS = tuple(f"clock_{part}" for part in ("year", "month", "day", "hour", "minute"))


class SettingLine(BaseModel):
    """A setting as its page prints it, and as it is delivered."""

    page: str
    key: str
    label: str
    value_text: str
    unit: str
    default_text: str
    differs: bool


class Differing(BaseModel):
    """A setting that is not as it is delivered; values as they are stored."""

    key: str
    label: str
    page: str
    value: bool | int | float | str
    default: bool | int | float | str | None
    value_text: str
    default_text: str
    unit: str


@router.get("/settings")
def settings(found: Device) -> list[SettingLine]:
    """Return all settings in the order of the panel's pages; none before they were reported."""
    return [
        SettingLine(
            page=place_of(row.key),
            key=row.path,
            label=name_of(row),
            value_text=value_text(row, value),
            unit=unit_of(row),
            default_text=default_text(row),
            differs=differs(row, value),
        )
        for row, value in known(found.settings or {})
    ]


def known(values: Mapping[str, Any]) -> Iterator[tuple[Setting, Value]]:
    """Yield the rows of the pages with their values, where these can stand there."""
    for screen in SCREENS:
        for row in screen.rows:
            if row.key in values and row.stored and not never_shown(row):
                try:
                    yield row, row.parse(values[row.key])
                except SettingError:
                    continue


def differing(values: Mapping[str, Any]) -> list[Differing]:
    """Return the settings that somebody changed, in the order of the pages."""
    return [
        Differing(
            key=row.path,
            label=name_of(row),
            page=place_of(row.key),
            value=value,
            default=row.default,
            value_text=value_text(row, value),
            default_text=default_text(row),
            unit=unit_of(row),
        )
        for row, value in known(values)
        if differs(row, value)
    ]


def differs(row: Setting, value: Value) -> bool:
    """Return whether a setting is not as it is delivered."""
    return row.key not in RUNS and value != row.default


def default_text(row: Setting) -> str:
    """Return how a setting is delivered, in words."""
    return "" if row.default is None else value_text(row, row.default)
