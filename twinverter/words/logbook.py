"""Lines of the alarm journal and of the changes journal, with the words a page shows.

A line may come from a device of another version: a code or a setting that this catalog does not
know stands for itself, and a value that cannot stand there is shown as it came.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from twinverter.catalog.advice import ADVICE
from twinverter.catalog.alarms import ALARMS, FAULT
from twinverter.catalog.row import Value
from twinverter.catalog.screens import name_of, place_of, value_text
from twinverter.catalog.settings import BY_KEY
from twinverter.words import figures

# The printed sample log's F84 is read as F64.
ROWS = {row.code: row for row in ALARMS}
ROWS["F84"] = ROWS["F64"]
UNKNOWN = "Nothing is known here of this code."


class AlarmEntry(Protocol):
    """A line of an alarm journal."""

    @property
    def seq(self) -> int:
        """Return its number."""

    @property
    def clock_s(self) -> float:
        """Return the device's clock."""

    @property
    def code(self) -> str:
        """Return the code of the alarm."""

    @property
    def raised(self) -> bool:
        """Return whether it rose or went."""


class ChangeEntry(Protocol):
    """A line of a journal of changes."""

    @property
    def seq(self) -> int:
        """Return its number."""

    @property
    def clock_s(self) -> float:
        """Return the device's clock."""

    @property
    def by(self) -> str:
        """Return who it was."""

    @property
    def key(self) -> str:
        """Return which setting, by its path or bare key."""

    @property
    def before(self) -> Value | None:
        """Return its value before."""

    @property
    def after(self) -> Value | None:
        """Return its value after."""


def alarm_line(entry: AlarmEntry) -> dict[str, Any]:
    """Return one entry of the alarm journal with the alarm's name, kind, message and advice."""
    return {
        "seq": entry.seq,
        "clock_s": entry.clock_s,
        "clock": stamp(entry.clock_s),
        "code": entry.code,
        "raised": entry.raised,
        **alarm_words(entry.code),
    }


def alarm_words(code: str) -> dict[str, str]:
    """Return name, severity, message and advice of a code; an unknown one counts as a fault."""
    row = ROWS.get(code)
    if row is None:
        return {"name": code, "severity": FAULT, "message": UNKNOWN, "advice": ""}
    return {
        "name": row.name,
        "severity": row.severity,
        "message": row.message,
        "advice": ADVICE.get(row.code, ""),
    }


def change_line(change: ChangeEntry) -> dict[str, Any]:
    """Return one entry of the changes journal with label, and both values in words."""
    return {
        "seq": change.seq,
        "clock_s": change.clock_s,
        "clock": stamp(change.clock_s),
        "by": change.by,
        "before": change.before,
        "after": change.after,
        **setting_words(change.key),
        "before_text": entered_text(change.key, change.before),
        "after_text": entered_text(change.key, change.after),
    }


def setting_words(key: str) -> Mapping[str, str]:
    """Return path and label of a setting by its path or bare key."""
    row = BY_KEY.get(key.rpartition(".")[2])
    return {"key": row.path, "label": name_of(row)} if row else {"key": key, "label": key}


def page_of(key: str) -> str:
    """Return where a setting stands on the panel, nothing for one that is not known."""
    row = BY_KEY.get(key.rpartition(".")[2])
    return place_of(row.key) if row else ""


def entered_text(key: str, value: Value | None) -> str:
    """Return a stored value of a setting in words, nothing for none."""
    row = BY_KEY.get(key.rpartition(".")[2])
    if value is None or row is None:
        return "" if value is None else str(value)
    try:
        return value_text(row, value)
    except (ValueError, TypeError):
        return str(value)


def stamp(clock_s: float) -> str:
    """Return date and time as the alarm list prints them."""
    return f"{figures.moment(clock_s):%Y-%m-%d %H:%M}"
