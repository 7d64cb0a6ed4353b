"""What somebody enters on a running device: checked as a whole, with what it offers beside it.

The rules are those of a house file (`House.with_settings`); a refusal is a `SettingError`. A
disagreement with what is installed that stands already, as after a factory reset, does not stop
other entries.
"""

from collections.abc import Mapping
from typing import Any

from twinverter.catalog.depends import FACTORY, is_closed
from twinverter.catalog.row import Value
from twinverter.catalog.rules import offered
from twinverter.catalog.settings import SettingError, check_all, find, parse_values
from twinverter.scenario.installation import disagreements
from twinverter.scenario.site_form import SiteForm

Values = dict[str, Value]

RESTARTING = ("grid_type", "grid_frequency_hz")


def entered(site: SiteForm, values: Mapping[str, Value], changes: Mapping[str, Any]) -> Values:
    """Return all stored values after `changes` (`group.key` or bare key); SettingError else.

    A choice writes the fields that go with it, but never one that is entered beside it.
    """
    parsed = parse_values(changes)
    after = dict(values) | parsed
    changed = {key: value for key, value in parsed.items() if value != values[key]}
    for row in map(find, changed):
        if is_closed(row):
            raise row.error(changed[row.key], FACTORY)
    for key in changed:
        for other, value in offered(key, after).items():
            if other not in parsed:
                after[other] = value
    problems = check_all(after)
    if problems:
        raise problems[0]
    standing = set(disagreements(site, values, {}))
    for key, reason in disagreements(site, after, changed):
        if key in changed or (key, reason) not in standing:
            raise SettingError(find(key).path, after[key], reason=reason)
    return after


def restarts(before: Mapping[str, Value], after: Mapping[str, Value]) -> bool:
    """Return whether these entries make the machine start again, with F13 (C-63)."""
    keys = list(RESTARTING)
    if after["f13_on_work_mode"]:
        keys.append("work_mode")
    if after["batt_mode"] == "no_batt":
        keys.append("batt_mode")
    return any(after[key] != before[key] for key in keys)
