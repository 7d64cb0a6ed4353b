"""How the tables write their rows: one function per kind, one argument per column.

The columns of every page: key, label, default (a number: unit, default, low, high, step; a
choice: default, choices), origin of the default and of the range, manual section and line, who
reads the row, register; on the second line what the row depends on, and what it means.
A section without a line is a field that only the family implies.
"""

from dataclasses import replace
from typing import Any

from twinverter.catalog.row import (
    CHOICE,
    NUMBER,
    SWITCH,
    TIME,
    Setting,
    Use,
    Value,
)
from twinverter.catalog.word import Word

Words = Word | tuple[Word, ...] | None


def number(
    key: str,
    label: str,
    unit: str,
    default: float,
    low: float,
    high: float,
    step: float,
    default_origin: str,
    range_origin: str,
    place: str,
    use: Use,
    words: Words,
    depends_on: str,
    meaning: str,
    **more: Any,
) -> Setting:
    """Return a row that holds a number, whole where its default is written whole."""
    return _row(
        key, label, NUMBER, unit, default, default_origin, range_origin, place, use, words,
        depends_on, meaning, low=low, high=high, step=step, **more,
    )  # fmt: skip


def choice(
    key: str,
    label: str,
    default: str | int,
    choices: tuple[str | int, ...],
    default_origin: str,
    range_origin: str,
    place: str,
    use: Use,
    words: Words,
    depends_on: str,
    meaning: str,
    *,
    unit: str = "",
    **more: Any,
) -> Setting:
    """Return a row that holds one of a few names."""
    return _row(
        key, label, CHOICE, unit, default, default_origin, range_origin, place, use, words,
        depends_on, meaning, choices=choices, **more,
    )  # fmt: skip


def switch(
    key: str,
    label: str,
    default: bool,
    default_origin: str,
    range_origin: str,
    place: str,
    use: Use,
    words: Words,
    depends_on: str,
    meaning: str,
    **more: Any,
) -> Setting:
    """Return a row that holds a tick."""
    return _row(
        key, label, SWITCH, "", default, default_origin, range_origin, place, use, words,
        depends_on, meaning, **more,
    )  # fmt: skip


def time(
    key: str,
    label: str,
    default: str,
    default_origin: str,
    range_origin: str,
    place: str,
    use: Use,
    words: Words,
    depends_on: str,
    meaning: str,
    **more: Any,
) -> Setting:
    """Return a row that holds a time of day, hh:mm."""
    return _row(
        key, label, TIME, "hh:mm", default, default_origin, range_origin, place, use, words,
        depends_on, meaning, **more,
    )  # fmt: skip


def shown_only(
    kind: str,
    key: str,
    label: str,
    unit: str,
    default: str | None,
    default_origin: str,
    range_origin: str,
    place: str,
    use: Use,
    shows: str,
    depends_on: str,
    meaning: str,
) -> Setting:
    """Return a row of the panel that holds no setting: a value shown, an action, a code, a list.

    `shows` is the key of the telemetry row whose value stands there.
    """
    return _row(
        key, label, kind, unit, default, default_origin, range_origin, place, use, None,
        depends_on, meaning, shows=shows,
    )  # fmt: skip


def _row(
    key: str,
    label: str,
    kind: str,
    unit: str,
    default: Value | None,
    default_origin: str,
    range_origin: str,
    place: str,
    use: Use,
    words: Words,
    depends_on: str,
    meaning: str,
    **more: Any,
) -> Setting:
    section, _, line = place.partition(":")
    if isinstance(words, Word):
        words = (words,)
    return Setting(
        key, label, kind, unit, default, meaning,
        default_origin=default_origin, range_origin=range_origin,
        section=section, line=int(line) if line else None,
        use=use, words=words or (), depends_on=depends_on, **more,
    )  # fmt: skip


def page(name: str, group: str, rows: tuple[Setting, ...]) -> tuple[Setting, ...]:
    """Return the rows of one LCD page, each knowing its page, group and place."""
    return tuple(
        replace(row, page=name, group=group, order=index + 1) for index, row in enumerate(rows)
    )
