"""What is to be turned on the panel: which settings, from what to what, and what each brings."""

import math
from dataclasses import dataclass, replace
from typing import Any

from twinverter.catalog.screens import place_of
from twinverter.catalog.settings import find
from twinverter.planner.search import Search
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House


@dataclass(frozen=True)
class Change:
    """One setting to turn: where it stands on the LCD, from what, to what, what it brings alone.

    `brings` is how much worse the objective gets on the searched years when only this is undone;
    not a number where the menu does not allow that.
    """

    screen: str
    label: str
    key: str
    before: Any
    after: Any
    brings: float


def lighter(search: Search, house: House, tuned: House) -> House:
    """Return the tuned house without those raised limits that bind nothing."""
    for key in search.menu.fixed:
        if tuned.values[key] == house.values[key]:
            continue
        try:
            without = tuned.with_settings({key: house.values[key]})
        except HouseError:
            continue
        score, base = search.judge_houses([without, tuned])
        if score <= base:
            tuned = without
    return tuned


def changes_of(search: Search, house: House, tuned: House) -> tuple[Change, ...]:
    """Return what differs from the present settings, in the LCD's order, each undone alone."""
    found = differences(house, tuned)
    undone: dict[str, House] = {}
    for change in found:
        try:
            undone[change.key] = tuned.with_settings({change.key: change.before})
        except HouseError:
            continue
    base, *scores = search.judge_houses([tuned, *undone.values()])
    brings = {key: score - base for key, score in zip(undone, scores, strict=True)}
    return tuple(replace(one, brings=brings.get(one.key, math.nan)) for one in found)


def differences(before: House, after: House) -> tuple[Change, ...]:
    """Return what differs between two houses' settings, in the LCD's order."""
    return tuple(
        Change(place_of(key), find(key).label, key, value, after.values[key], math.nan)
        for key, value in before.values.items()
        if after.values[key] != value
    )


def settings_toml(house: House) -> str:
    """Return what is set in a house as a house file writes it."""
    tables: dict[str, list[str]] = {}
    for key in house.typed:
        row = find(key)
        tables.setdefault(row.group, []).append(f"{row.key} = {_toml_value(house.values[key])}")
    return "\n\n".join(f"[settings.{group}]\n" + "\n".join(rows) for group, rows in tables.items())


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"
