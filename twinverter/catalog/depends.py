"""What a row waits for: its `depends_on` read as conditions on other rows, and which of them fail.

Clauses joined by "; " must all hold, of alternatives joined by " or " one is enough. A condition
on a row that is itself not available does not hold either, so the chain is followed to its cause:
what Grid Charge needs, its current needs too. `password` is asked for at the moment of change and
never closes a row; `access=factory` always does.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.row import SWITCH, Setting, Value

ASKED, CLOSED = "password", "access"
FACTORY = "For factory use, the manual shows it disabled (5.10)"
ROWS = {row.key: row for row in SETTINGS}

Values = Mapping[str, Value]


class Condition(NamedTuple):
    """One comparison with a stored value; `relation` is `=`, `!=` or `>`."""

    key: str
    relation: str
    value: str

    def holds(self, values: Values) -> bool:
        """Return whether the stored value of the row named stands so."""
        row, now = ROWS[self.key], values[self.key]
        if self.relation == ">":
            return float(now) > float(self.value)
        wanted: Value = row.parse(self.value)
        if row.kind == SWITCH:
            now = bool(now)
        return (now == wanted) is (self.relation == "=")


@cache
def clauses(text: str) -> tuple[tuple[Condition, ...], ...]:
    """Return the clauses of a `depends_on`, each with its alternatives; empty for none."""
    parts = [part for part in text.split(";") if part.strip()]
    return tuple(tuple(_condition(one) for one in part.split(" or ")) for part in parts)


def _condition(text: str) -> Condition:
    match = re.fullmatch(r"\s*(\w+)(!=|=|>)(\w+)\s*", text)
    if match is None:
        raise ValueError(f"not a condition: {text.strip()!r}")
    return Condition(*match.groups())


def failing(row: Setting, values: Values) -> tuple[Condition, ...]:
    """Return the conditions that keep a row from being available, empty where it is."""
    for clause in clauses(row.depends_on):
        causes = [_causes(condition, values) for condition in clause]
        if all(causes):
            return tuple(dict.fromkeys(cause for found in causes for cause in found))
    return ()


def is_closed(row: Setting) -> bool:
    """Return whether no setting of the owner opens a row."""
    return any(one.key == CLOSED for clause in clauses(row.depends_on) for one in clause)


def _causes(condition: Condition, values: Values) -> tuple[Condition, ...]:
    if condition.key == ASKED:
        return ()
    if condition.key == CLOSED or not condition.holds(values):
        return (condition,)
    return failing(ROWS[condition.key], values)
