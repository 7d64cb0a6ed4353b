"""Date and time on the Basic Setting page: fields that show the device's clock and set it."""

from collections.abc import Mapping
from datetime import datetime

from twinverter.catalog.errors import SettingError
from twinverter.catalog.row import Value
from twinverter.catalog.settings import find
from twinverter.words import figures

# Key of the field, part of a date and time.
FIELDS = {
    "clock_year": "year",
    "clock_month": "month",
    "clock_day": "day",
    "clock_hour": "hour",
    "clock_minute": "minute",
}
SYNC_KEY = "time_syncs"


def clock_values(clock_s: float) -> dict[str, Value]:
    """Return what the fields show; a year that the field has not is shown as its nearest one."""
    moment = figures.moment(clock_s)
    year = find("clock_year")
    shown = {key: getattr(moment, part) for key, part in FIELDS.items()}
    return shown | {year.key: int(min(max(moment.year, year.low or 0), year.high or 0))}


def entered_clock_s(values: Mapping[str, Value], keys: Mapping[str, Value]) -> float | None:
    """Return the clock that entered `keys` ask for, None where they ask for none.

    `values` are all values with the entered ones; raises SettingError where the clock follows the
    platform's or the day does not exist.
    """
    asked = [key for key in FIELDS if key in keys]
    if not asked:
        return None
    row = find(asked[0])
    if values[SYNC_KEY]:
        raise SettingError(row.path, keys[row.key], reason="follows Time Syncs, which is on")
    parts = {part: int(values[key]) for key, part in FIELDS.items()}
    try:
        moment = datetime(**parts)  # type: ignore[arg-type]
    except ValueError:
        day = find("clock_day")
        reason = f"month {parts['month']} of {parts['year']} has no such day"
        raise SettingError(day.path, parts["day"], reason=reason) from None
    return (moment - datetime(1970, 1, 1)).total_seconds()
