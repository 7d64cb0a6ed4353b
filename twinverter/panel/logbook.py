"""Lines of the alarm journal and of the changes journal, with the words a page shows."""

from typing import TYPE_CHECKING, Any

from twinverter.catalog.advice import ADVICE
from twinverter.catalog.alarms import find_alarm
from twinverter.catalog.row import Setting, Value
from twinverter.catalog.screens import name_of, value_text
from twinverter.catalog.settings import find
from twinverter.words import figures

if TYPE_CHECKING:
    from twinverter.live.memory import AlarmEntry, Change


def alarm_line(entry: "AlarmEntry") -> dict[str, Any]:
    """Return one entry of the alarm journal with the alarm's name, kind, message and advice."""
    row = find_alarm(entry.code)
    return {
        "seq": entry.seq,
        "clock_s": entry.clock_s,
        "clock": _stamp(entry.clock_s),
        "code": entry.code,
        "raised": entry.raised,
        "name": row.name,
        "severity": row.severity,
        "message": row.message,
        "advice": ADVICE[row.code],
    }


def change_line(change: "Change") -> dict[str, Any]:
    """Return one entry of the changes journal with label, and both values in words."""
    row = find(change.key)
    return {
        "seq": change.seq,
        "clock_s": change.clock_s,
        "clock": _stamp(change.clock_s),
        "by": change.by,
        "key": row.path,
        "label": name_of(row),
        "before": change.before,
        "after": change.after,
        "before_text": _words(row, change.before),
        "after_text": _words(row, change.after),
    }


def _words(row: Setting, value: Value | None) -> str:
    return "" if value is None else value_text(row, value)


def _stamp(clock_s: float) -> str:
    """Return date and time as the alarm list prints them."""
    return f"{figures.moment(clock_s):%Y-%m-%d %H:%M}"
