"""What a page being edited would look like: nothing is stored, everything is judged.

The fields a choice writes beside it (C-35, C-38, C-48) are offered as the write would store them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from twinverter.catalog.errors import SettingError
from twinverter.catalog.row import Value
from twinverter.catalog.rules import broken_rules, offered
from twinverter.catalog.screens import name_of, value_text
from twinverter.catalog.settings import find
from twinverter.panel.greyed import greyed, hidden, in_force
from twinverter.panel.menu import CONFIRMED
from twinverter.panel.refusal import refusal

Judge = Callable[[Mapping[str, Any]], Mapping[str, Value]]


def preview(
    changes: Mapping[str, Any], values: Mapping[str, Value], judge: Judge
) -> dict[str, Any]:
    """Return greyed, hidden, in_force, offered, confirm and errors for `changes` over `values`.

    `judge` returns all values after a write of changes, or raises SettingError for what is wrong
    with them together.
    """
    parsed, errors = _parsed(changes, values)
    after = _with_offers(values, parsed)
    problems = broken_rules(after)
    if not errors and not problems:
        try:
            after = dict(judge(parsed))
        except SettingError as error:
            problems = [error]
    for problem in problems:
        errors.setdefault(problem.key, refusal(problem, values)["text"])
    beside = {key: after[key] for key in after if key not in parsed and after[key] != values[key]}
    return {
        "greyed": greyed(after),
        "hidden": hidden(after),
        "in_force": in_force(after),
        "offered": {find(key).path: value for key, value in beside.items()},
        "confirm": questions(values, after),
        "errors": errors,
    }


def _with_offers(values: Mapping[str, Value], parsed: Mapping[str, Value]) -> dict[str, Value]:
    after = dict(values) | dict(parsed)
    for key, value in parsed.items():
        if value != values[key]:
            beside = offered(key, after)
            after |= {other: beside[other] for other in beside if other not in parsed}
    return after


def _parsed(
    changes: Mapping[str, Any], values: Mapping[str, Value]
) -> tuple[dict[str, Value], dict[str, str]]:
    parsed: dict[str, Value] = {}
    errors: dict[str, str] = {}
    for path, value in changes.items():
        try:
            row = find(path)
            parsed[row.key] = row.parse(value)
        except SettingError as error:
            errors[path] = refusal(error, values)["text"]
    return parsed, errors


def questions(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    """Return what a change asks to be sure of, one sentence each."""
    # The twin has loaded these rules by now; on their own they would double the panel's start.
    from twinverter.live.entries import restarts

    asked = []
    for row in (find(key) for key in after if after[key] != before[key]):
        mark = find(CONFIRMED[row.path]).key if row.path in CONFIRMED else ""
        if mark and float(after[row.key]) > float(after[mark]):
            now, limit = value_text(row, after[row.key]), value_text(row, after[mark])
            asked.append(
                f"{name_of(row)} {now}: above {limit} cable, breaker and battery must allow it."
            )
    if restarts(before, after):
        asked.append("Saving restarts the inverter (F13).")
    return asked
