"""THE table: all settings of the manual in LCD order, and what is derived from them.

A setting has one name everywhere, `group.key` in files and messages; the bare key is understood
too, because keys are unique. `SETTINGS` holds the rows, `Settings` is the kernel's record.
"""

import difflib
from collections.abc import Mapping
from typing import Any

from twinverter.catalog.errors import SettingError
from twinverter.catalog.pages import PAGES, SETTINGS
from twinverter.catalog.record import Settings, TouRow, kernel_settings
from twinverter.catalog.row import Setting, Value
from twinverter.catalog.rules import broken_rules, offered

__all__ = [
    "GROUPS",
    "PAGES",
    "SETTINGS",
    "SettingError",
    "Settings",
    "TouRow",
    "check_all",
    "default_values",
    "find",
    "full_values",
    "kernel_settings",
    "parse_values",
]

GROUPS = tuple(dict.fromkeys(row.group for row in SETTINGS))
BY_KEY = {row.key: row for row in SETTINGS}


def find(key: str) -> Setting:
    """Return the row of `group.key` or of a bare key; SettingError names the nearest known one."""
    group, dot, bare = key.strip().rpartition(".")
    row = BY_KEY.get(bare)
    if row is not None and (not dot or group == row.group):
        return row
    if row is not None:
        raise SettingError(key, reason=f"no such setting; did you mean {row.path}?")
    near = difflib.get_close_matches(bare, BY_KEY, n=1, cutoff=0.5)
    hint = f"; did you mean {BY_KEY[near[0]].path}?" if near else ""
    raise SettingError(key, reason=f"no such setting{hint}")


def parse_values(given: Mapping[str, Any]) -> dict[str, Value]:
    """Return bare key -> stored value for keys and values as a user writes them.

    Raises SettingError for the first key or value that is not allowed.
    """
    parsed: dict[str, Value] = {}
    for name, value in given.items():
        row = find(name)
        if row.key in parsed:
            raise row.error(value, "is set twice")
        parsed[row.key] = row.parse(value)
    return parsed


def default_values() -> dict[str, Value]:
    """Return key -> default of every row that stores something."""
    return {row.key: row.default for row in SETTINGS if row.stored}  # type: ignore[misc]


def full_values(given: Mapping[str, Value]) -> dict[str, Value]:
    """Return all stored values: those given, then what they offer beside them, then defaults.

    Choosing the micro-inverter mode, a grid type or frequency, or a lead-acid type writes the
    fields that go with it (C-35, C-48, C-38), but never over one that is given.
    """
    values = default_values() | dict(given)
    for key in given:
        for other, value in offered(key, values).items():
            if other not in given:
                values[other] = value
    return values


def check_all(values: Mapping[str, Value]) -> list[SettingError]:
    """Return everything wrong with a whole set of stored values: rows first, then page rules."""
    problems: list[SettingError] = []
    for key, value in values.items():
        try:
            find(key).parse(value)
        except SettingError as error:
            problems.append(error)
    return problems or broken_rules(default_values() | dict(values))
