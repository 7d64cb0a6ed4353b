"""How kept values follow the names of the program that reads them.

State and settings are kept by name. Where a later program has other names, a rule says what
becomes of the value; without a rule the store is refused, because a guess here would silently
change what the device does.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple, TypeVar

Kept = TypeVar("Kept")


class Added(NamedTuple):
    """A name, or a pattern of names, that older stores do not have, and where it starts."""

    name: str
    value: float


class Removed(NamedTuple):
    """A name of older stores that nobody needs any more."""

    name: str


class Renamed(NamedTuple):
    """A name of older stores and the name its value bears now."""

    old: str
    new: str


Rule = Added | Removed | Renamed

# A meter that did not exist has counted nothing.
STATE_RULES: tuple[Rule, ...] = (Added("state_meters_*", 0.0),)
SETTING_RULES: tuple[Rule, ...] = ()


class LayoutError(ValueError):
    """A name for which there is no rule; `str` is what a message says of it."""


def renamed(kept: Mapping[str, Kept], rules: Iterable[Rule]) -> dict[str, Kept]:
    """Return kept values under their names of now, without those a rule removes."""
    names = {rule.old: rule.new for rule in rules if isinstance(rule, Renamed)}
    gone = {rule.name for rule in rules if isinstance(rule, Removed)}
    return {names.get(name, name): value for name, value in kept.items() if name not in gone}


def carried(
    kept: Mapping[str, float], wanted: Iterable[str], rules: tuple[Rule, ...] = STATE_RULES
) -> dict[str, float]:
    """Return a value for each wanted name, and only those; LayoutError where no rule gives one."""
    values = renamed(kept, rules)
    found: dict[str, float] = {}
    for name in wanted:
        start = _start(name, rules)
        if name in values:
            found[name] = values.pop(name)
        elif start is not None:
            found[name] = start
        else:
            raise LayoutError(f"it holds no {name!r}, which this version needs")
    if values:
        raise LayoutError(f"it holds {sorted(values)[0]!r}, which this version does not know")
    return found


def _start(name: str, rules: Iterable[Rule]) -> float | None:
    for rule in rules:
        if isinstance(rule, Added) and fnmatchcase(name, rule.name):
            return rule.value
    return None
