"""How kept values follow the names of the program that reads them.

State and settings are kept by name. Where a later program has other names, a rule says what
becomes of the value; without a rule the store is refused, because a guess here would silently
change what the device does.
"""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple, TypeVar

from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.row import Value
from twinverter.catalog.settings import default_values, kernel_settings

Kept = TypeVar("Kept")


class Added(NamedTuple):
    """A name, or a pattern of names, that older stores do not have, and where it starts."""

    name: str
    value: float


class Like(NamedTuple):
    """A name that older stores do not have, and the figure of the settings where it starts."""

    name: str
    figure: str


class Removed(NamedTuple):
    """A name of older stores that nobody needs any more."""

    name: str


class Renamed(NamedTuple):
    """A name of older stores and the name its value bears now."""

    old: str
    new: str


Rule = Added | Like | Removed | Renamed
NOMINAL_V, NOMINAL_HZ = "nominal_v", "nominal_hz"

STATE_RULES: tuple[Rule, ...] = (
    # A meter that did not exist has counted nothing.
    Added("state_meters_*", 0.0),
    # Protection has found nothing yet, and the alarms it took over begin anew.
    Added("state_control_protection_*", 0.0),
    Added("state_control_limits_guard_low_s", 0.0),
    Renamed("state_control_fault_bms_stop_on", "state_control_fault_bms_on"),
    Renamed("state_control_fault_bms_stop_timer_s", "state_control_fault_bms_timer_s"),
    Added("state_control_fault_high_*", 0.0),
    Added("state_control_fault_warm", 0.0),
    Removed("state_control_fault_high_s"),
    # Grid support is in service and limits nothing; what it follows starts at nominal.
    Added("state_control_grid_ride_*", 0.0),
    Added("state_control_support_service", 1.0),
    Added("state_control_support_recovered", 1.0),
    Added("state_control_support_limit", 1.0),
    Added("state_control_support_volt_watt", 1.0),
    Added("state_control_support_charge", 1.0),
    Like("state_control_support_reference_v", NOMINAL_V),
    Added("state_control_support_*", 0.0),
    Like("state_control_island_*_hz", NOMINAL_HZ),
    Added("state_control_island_apart_s", 0.0),
    # The neutral's relay has long had its time.
    Added("state_control_ats_live_s", 0.1),
    # The plant worked on the grid, with no leakage and no reactive power.
    Added("state_plant_working", 1.0),
    Added("state_plant_grid_on", 1.0),
    Added("state_plant_leak_a", 0.0),
    Added("state_plant_grid_var", 0.0),
    Added("state_plant_ld_w_*", 0.0),
    Like("state_plant_rlc_voltage_v", NOMINAL_V),
    Like("state_plant_rlc_frequency_hz", NOMINAL_HZ),
)
SETTING_RULES: tuple[Rule, ...] = ()


SETTING_ROWS = {row.key: row for row in SETTINGS if row.stored}


class LayoutError(ValueError):
    """A name for which there is no rule; `str` is what a message says of it."""


def renamed(kept: Mapping[str, Kept], rules: Iterable[Rule]) -> dict[str, Kept]:
    """Return kept values under their names of now, without those a rule removes."""
    names = {rule.old: rule.new for rule in rules if isinstance(rule, Renamed)}
    gone = {rule.name for rule in rules if isinstance(rule, Removed)}
    return {names.get(name, name): value for name, value in kept.items() if name not in gone}


def known(settings: Mapping[str, str]) -> dict[str, Value]:
    """Return kept settings as values that the table of now allows."""
    kept = renamed({key: json.loads(text) for key, text in settings.items()}, SETTING_RULES)
    for key in kept:
        if key not in SETTING_ROWS:
            raise LayoutError(f"it holds the setting {key!r}, which this version does not know")
    return {key: SETTING_ROWS[key].parse(value) for key, value in kept.items()}


def nominal(values: Mapping[str, Value]) -> dict[str, float]:
    """Return the figures of the settings at which a part of the state may start."""
    grid = kernel_settings(default_values() | dict(values)).grid
    return {NOMINAL_V: grid.nominal_v, NOMINAL_HZ: grid.grid_frequency_hz}


def carried(
    kept: Mapping[str, float],
    wanted: Iterable[str],
    rules: tuple[Rule, ...] = STATE_RULES,
    figures: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Return a value for each wanted name, and only those; LayoutError where no rule gives one.

    `figures` are those of the settings at which a rule may let a name start.
    """
    values = renamed(kept, rules)
    found: dict[str, float] = {}
    for name in wanted:
        start = _start(name, rules, figures or {})
        if name in values:
            found[name] = values.pop(name)
        elif start is not None:
            found[name] = start
        else:
            raise LayoutError(f"it holds no {name!r}, which this version needs")
    if values:
        raise LayoutError(f"it holds {sorted(values)[0]!r}, which this version does not know")
    return found


def _start(name: str, rules: Iterable[Rule], figures: Mapping[str, float]) -> float | None:
    """Return where a name starts by the first rule that fits it."""
    for rule in rules:
        if isinstance(rule, Added | Like) and fnmatchcase(name, rule.name):
            return rule.value if isinstance(rule, Added) else figures.get(rule.figure)
    return None
