"""The bench as a whole: every case through ours, the closed forms and, if here, the reference.

OpenDER takes its lags by the trapezoidal rule, as if an input had run in a straight line since
the step before, and leaves out those shorter than 1.15 steps. A response that differs is of the
class `coarse-lag` where the reference comes to ours once its steps are short.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from twinverter.bench import expected, judge, whole
from twinverter.bench.case import RESPONSE, Case, Trace
from twinverter.bench.judge import Deviation
from twinverter.bench.reference import Reference

COARSE_LAG = "coarse-lag"
# Steps to a response time, at which the trapezoidal rule is 0.2 % of a step away.
SHORT_STEPS = 250

AGREES, EXPLAINED, DEVIATES = "agrees", "explained", "deviates"

Machine = Callable[[Case], Trace]


@dataclass(frozen=True)
class Row:
    """What came out for one case: distances from both judges, and the verdict."""

    group: str
    name: str
    device: str
    dt_s: float
    inputs: dict[str, Any]
    judged: str
    formula: Deviation
    reference: Deviation | None
    verdict: str
    explained: str = ""

    @property
    def worst(self) -> float:
        """Return the largest distance in power from any judge, per unit of rating."""
        judges = [self.formula, *([self.reference] if self.reference else [])]
        return max(max(apart.active, apart.reactive) for apart in judges)

    def as_data(self) -> dict[str, Any]:
        """Return the row for a machine to read."""
        fields = {key: getattr(self, key) for key in self.__dataclass_fields__}
        fields["formula"] = self.formula._asdict()
        fields["reference"] = self.reference._asdict() if self.reference else None
        return fields


def beside_reference(case: Case, parts: int = 1) -> Trace:
    """Return the reference's trace of a case, its steps cut into parts."""
    device = Reference(case.support, case.storage)
    return device.run(case.course.in_parts(parts), case.dt_s / parts).last_of(parts)


def reason(case: Case, ours: Trace) -> str:
    """Return `coarse-lag` where the reference comes to ours once its steps are short, else ""."""
    parts = math.ceil(case.dt_s * SHORT_STEPS / case.support.quickest_s)
    if case.judged != RESPONSE or parts == 1:
        return ""
    fine = beside_reference(case, parts)
    return COARSE_LAG if judge.agrees(case, judge.deviation(case, ours, fine)) else ""


def judged(case: Case, ours: Trace, with_reference: bool, device: str = "") -> Row:
    """Return the row of a case that ours has been through, as sun or storage if not said."""
    row = Row(
        case.group,
        case.name,
        device or ("storage" if case.storage else "sun"),
        case.dt_s,
        case.inputs,
        case.judged,
        judge.deviation(case, ours, expected.trace(case)),
        None,
        AGREES,
    )
    if not judge.agrees(case, row.formula):
        row = replace(row, verdict=DEVIATES)
    if not with_reference or case.alone:
        return row
    apart = judge.deviation(case, ours, beside_reference(case))
    row = replace(row, reference=apart)
    if judge.agrees(case, apart):
        return row
    why = case.explained or reason(case, ours)
    if why and row.verdict == AGREES:
        return replace(row, verdict=EXPLAINED, explained=why)
    return replace(row, verdict=DEVIATES)


def rows(table: Iterable[Case], machine: Machine, with_reference: bool) -> Iterator[Row]:
    """Yield the row of every case."""
    for case in table:
        yield judged(case, machine(case), with_reference)


def whole_rows(table: Iterable[Case]) -> Iterator[Row]:
    """Yield the row of every case that the whole inverter can be put through, by formulas."""
    for case in table:
        if whole.fits(case):
            yield judged(case, whole.trace(case), with_reference=False, device="inverter")


def counted(found: Iterable[Row]) -> Counter[str]:
    """Return how many rows there are of each verdict."""
    return Counter(row.verdict for row in found)
