"""From counters to sums: what was counted between two readings, in whole thousandths.

Differences of rounded counters add up to the rounded counter, so nothing is lost to rounding. A
counter that falls was reset: what it shows now is what it counted since.
"""

from collections.abc import Sequence
from typing import TypeAlias

from twinverter.monitor.columns import THOUSANDTHS

Counters: TypeAlias = tuple[int, ...]


def thousandths(counted: Sequence[float]) -> Counters:
    """Return counters as whole thousandths."""
    return tuple(round(value * THOUSANDTHS) for value in counted)


def since(now: Counters, before: Counters | None) -> Counters:
    """Return what was counted since an earlier reading; nothing where there is none."""
    if before is None:
        return (0,) * len(now)
    return tuple(
        later - earlier if later >= earlier else later
        for later, earlier in zip(now, before, strict=True)
    )


def carried(begun: Counters, last: Counters, now: Counters) -> Counters:
    """Return where counters began, seen from those of now: one that was reset began below zero.

    What it had counted up to its last reading then counts on.
    """
    return tuple(
        begin - before if after < before else begin
        for begin, before, after in zip(begun, last, now, strict=True)
    )
