"""What a judge says of one check, and the register of judges.

A judge looks at an `Installation` and returns a `Judgement`, or None where its check does not
apply. What nobody told is `untold` and never a fault.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from twinverter.catalog.checks import BY_ID, FINE, SEVERITIES, UNTOLD
from twinverter.checker.installation import Installation


class Judgement(NamedTuple):
    """How bad it is and what was found; `advice` where the row's own does not do."""

    severity: str
    found: str
    advice: str = ""


Judge = Callable[[Installation], Judgement | None]
JUDGES: dict[str, Judge] = {}


def judge(check: str) -> Callable[[Judge], Judge]:
    """Return the mark of a check's judge."""
    if check not in BY_ID or check in JUDGES:
        raise ValueError(f"{check} is no check, or has its judge")

    def mark(function: Judge) -> Judge:
        JUDGES[check] = function
        return function

    return mark


def untold(*keys: str) -> Judgement:
    """Return that the figures under these keys of `[site]` are not told."""
    return Judgement(UNTOLD, ", ".join(f"site.{key}" for key in keys))


def ruled(check: str, holds: bool, found: str) -> Judgement:
    """Return fine where a rule holds, else the check's own severity."""
    return Judgement(FINE if holds else BY_ID[check].worst, found)


def answer(
    check: str, key: str, value: object, good: object, words: dict | None = None
) -> Judgement:
    """Return the judgement of one plain answer, untold without one."""
    if value is None:
        return untold(key)
    said = (words or {}).get(value) or {True: "yes", False: "no"}.get(value, str(value))  # type: ignore[call-overload]
    return ruled(check, value in good if isinstance(good, tuple) else value == good, said)


def worst(found: Iterable[Judgement]) -> Judgement | None:
    """Return the gravest of several; an untold one counts only where nothing was found wrong."""
    order = [*SEVERITIES[:3], UNTOLD, FINE]
    ranked = sorted(found, key=lambda one: order.index(one.severity))
    return ranked[0] if ranked else None
