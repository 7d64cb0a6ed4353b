"""The panel's pages as data: tiles, pages in the manual's order, and every field with its facts.

All of it is derived from the settings table (`catalog/`), so it changes only with the version.
What depends on the values of the moment (greyed, hidden now) is in `panel/greyed.py`.
"""

import re
from typing import Any

from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.row import CHOICE, NUMBER, Setting
from twinverter.catalog.screens import (
    SCREENS,
    TILES,
    Screen,
    choice_text,
    decimals_of,
    hiding_clauses,
    name_of,
    never_shown,
    place_of,
    remark,
    screen_of,
    unit_of,
)
from twinverter.live.world import CONTROLS

TIMETABLE = re.compile(r"tou(\d)_(\w+)")
PROFILE = "installer.battery_current_confirm_a"
CONFIRMED = {"battery.max_charge_a": PROFILE, "battery.max_discharge_a": PROFILE}


def menu() -> dict[str, Any]:
    """Return the whole menu, JSON-able: tiles, pages, rows by path, hidden rows, world table."""
    return {
        "tiles": [_tile(tile) for tile in TILES],
        "pages": [_page(screen) for screen in SCREENS],
        "rows": {row.path: _row(row) for row in SETTINGS},
        "hidden": {row.path: never_shown(row) for row in SETTINGS if never_shown(row)},
        "world": [control._asdict() for control in CONTROLS],
    }


def _tile(tile: str) -> dict[str, Any]:
    pages = [screen.key for screen in SCREENS if screen.tile == tile]
    return {"title": tile, "pages": pages}


def _page(screen: Screen) -> dict[str, Any]:
    return {
        "key": screen.key,
        "tile": screen.tile,
        "title": screen.title,
        "rows": [row.path for row in screen.rows],
    }


def _row(row: Setting) -> dict[str, Any]:
    """Return the facts of one field; what a kind does not have is left out."""
    facts: dict[str, Any] = {
        "path": row.path,
        "key": row.key,
        "page": screen_of(row.key).key,
        "place": place_of(row.key),
        "label": row.label,
        "name": name_of(row),
        "kind": row.kind,
        "meaning": row.meaning,
        "section": row.section,
        "default": row.default,
        "depends_on": row.depends_on,
        "hides": list(hiding_clauses(row).values()),
        "stored": row.stored,
    }
    if row.unit:
        facts["unit"] = unit_of(row)
    if row.kind == NUMBER:
        facts |= {"low": row.low, "high": row.high, "step": row.step, "whole": row.whole}
        facts["decimals"] = decimals_of(row)
        if row.gap:
            facts["gap"] = list(row.gap)
    if row.kind == CHOICE:
        facts["choices"] = [
            {"value": choice, "label": choice_text(row, choice), "refused": choice in row.refused}
            for choice in row.choices
        ]
    if row.shows:
        facts["shows"] = row.shows
    return facts | _remarks(row)


def _remarks(row: Setting) -> dict[str, Any]:
    """Return what only a few fields have: place in the timetable, note, confirmation mark."""
    found: dict[str, Any] = {}
    match = TIMETABLE.fullmatch(row.key)
    if match:
        found["table"] = {"row": int(match[1]), "column": match[2]}
    if remark(row):
        found["note"] = remark(row)
    if row.path in CONFIRMED:
        found["confirm_above"] = CONFIRMED[row.path]
    return found
