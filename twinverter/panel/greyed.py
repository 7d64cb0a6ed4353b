"""What a set of values does to the pages: greyed fields, hidden fields, choices not to be had.

Everything comes from the settings table; the sentences name the setting to blame and its page.
What a grid mode holds is greyed too, and shows what the code puts in force (C-47).
"""

from collections.abc import Mapping

from twinverter.catalog import gridcodes
from twinverter.catalog.depends import CLOSED, FACTORY, Condition, failing
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.profiles import GENERAL
from twinverter.catalog.row import Setting, Value
from twinverter.catalog.screens import hidden_reason, name_of, place_of, screen_of, value_text
from twinverter.catalog.settings import find

Values = Mapping[str, Value]

SHOWN_DECIMALS = 3
# What keeps a field from being used that the grid mode holds.
HELD = Condition(gridcodes.MODE_KEY, "=", GENERAL)


def greyed(values: Values) -> dict[str, str]:
    """Return path -> sentence for every field that cannot be used with these stored values."""
    found = {}
    taken, ruling = gridcodes.held(values), gridcodes.in_force(values)
    for row in SETTINGS:
        causes = (HELD,) if row.key in taken else failing(row, ruling)
        if causes:
            found[row.path] = _sentence(row, causes, ruling)
    return found


def in_force(values: Values) -> dict[str, Value]:
    """Return path -> value of every field that the grid mode holds, whatever is stored there.

    Numbers come as finely as a screen has room for.
    """
    ruling = {one.row.path: one.value for one in gridcodes.held(values).values()}
    return {
        path: round(value, SHOWN_DECIMALS) if isinstance(value, float) else value
        for path, value in ruling.items()
    }


def hidden(values: Values) -> dict[str, str]:
    """Return path -> the manual's reason for every field that stands on no page now."""
    reasons = {row.path: hidden_reason(row, values) for row in SETTINGS}
    return {path: reason for path, reason in reasons.items() if reason}


def _sentence(row: Setting, causes: tuple[Condition, ...], values: Values) -> str:
    if causes[0].key == CLOSED:
        return FACTORY
    # One part per setting to blame; where several stand on one page, the page is named once.
    parts: dict[str, list[str]] = {}
    for key in dict.fromkeys(cause.key for cause in causes):
        needed = find(key)
        place = "" if screen_of(key) is screen_of(row.key) else place_of(key)
        text = f"{name_of(needed)} is {value_text(needed, values[key])}"
        parts.setdefault(place, []).append(text)
    said = [
        " and ".join(texts) + (f" ({place})" if place else "") for place, texts in parts.items()
    ]
    return " and ".join(said)
