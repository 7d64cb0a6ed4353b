"""A refused value in the panel's words: field, value, bound with unit, and what stays in force."""

import math
import re
from collections.abc import Mapping
from typing import Any

from twinverter.catalog.errors import SettingError, shown
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.row import NUMBER, SWITCH, Setting, Value
from twinverter.catalog.screens import choice_text, name_of, unit_of, value_text
from twinverter.catalog.settings import find

REFUSED = "refused on this three-phase machine"
VERBS = ("is", "must", "lies")
PATH = re.compile(r"\b[a-z_]+\.[a-z0-9_]+\b")


def refusal(error: SettingError, values: Mapping[str, Value]) -> dict[str, Any]:
    """Return what a client is told about a refused setting; `text` is one line for people."""
    try:
        row = find(error.key)
    except SettingError:
        return {"key": error.key, "value": _plain(error.value), "text": str(error)}
    return {
        "key": row.path,
        "label": row.label,
        "value": _plain(error.value),
        "unit": unit_of(row),
        "low": row.low,
        "high": row.high,
        "text": _text(row, error, values),
    }


def refused_choices() -> dict[str, dict[str, str]]:
    """Return path -> choice -> why this machine refuses it."""
    return {
        row.path: {choice: f"{choice_text(row, choice)} is {REFUSED}" for choice in row.refused}
        for row in SETTINGS
        if row.refused
    }


def _text(row: Setting, error: SettingError, values: Mapping[str, Value]) -> str:
    still = f" Still {value_text(row, values[row.key])}." if row.key in values else ""
    return f"{name_of(row)} not taken: {_why(row, error)}.{still}"


def _why(row: Setting, error: SettingError) -> str:
    number = _as_number(error.value)
    typed = _typed(row, error.value)
    if row.kind == NUMBER and number is not None and row.low is not None and row.high is not None:
        if number > row.high:
            return f"{typed} is above the largest value, {value_text(row, row.high)}"
        if number < row.low:
            return f"{typed} is below the smallest value, {value_text(row, row.low)}"
    reason = PATH.sub(_named, error.reason or "is not allowed")
    return f"{typed} {reason}" if typed and reason.split(" ")[0] in VERBS else reason


def _named(match: re.Match[str]) -> str:
    try:
        return name_of(find(match[0]))
    except SettingError:
        return match[0]


def _typed(row: Setting, value: Any) -> str:
    """Return the refused value as the page writes it, as it came where the page could not."""
    if value is None:
        return ""
    number = _as_number(value)
    if row.kind == NUMBER and number is not None:
        return f"{number:g} {unit_of(row)}".rstrip()
    if row.kind == SWITCH or value not in row.choices:
        return shown(value)
    return value_text(row, value)


def _plain(value: Any) -> Any:
    """Return a value that JSON has: what is no finite number comes as its text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _as_number(value: Any) -> float | None:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
