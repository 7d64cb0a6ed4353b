"""All checks of a house, the gravest first."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from twinverter.catalog.checks import CHECKS, DANGER, DOUBTFUL, FINE, SEVERITIES, WRONG, Check
from twinverter.checker import bank, clashes, earth, engine, mains, place, pv
from twinverter.checker.installation import Installation
from twinverter.checker.judgement import JUDGES
from twinverter.scenario.house import House

# Each of these modules puts its judges into the register.
ROOMS = (pv, bank, mains, earth, engine, place, clashes)
FAULTS = (DANGER, WRONG, DOUBTFUL)


class Finding(NamedTuple):
    """One check of one house: the row, how bad it is, what was found, and what to do."""

    check: Check
    severity: str
    found: str
    advice: str

    @property
    def is_fault(self) -> bool:
        """Return whether something has to be done or looked at."""
        return self.severity in FAULTS

    def plain(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        row = self.check
        return {
            "id": row.id,
            "part": row.part,
            "title": row.title,
            "severity": self.severity,
            "found": self.found,
            "limit": row.limit,
            "source": row.source,
            "advice": self.advice,
            "ledger": list(row.ledger),
        }


def check_house(house: House) -> list[Finding]:
    """Return the finding of every check that applies to a house, the gravest first."""
    installation = Installation.of(house)
    found = []
    for row in CHECKS:
        judged = JUDGES[row.id](installation)
        if judged is not None:
            faulty = judged.severity in FAULTS
            advice = (judged.advice or row.advice) if faulty else ""
            found.append(Finding(row, judged.severity, judged.found, advice))
    return sorted(found, key=lambda one: SEVERITIES.index(one.severity))


def worst_of(found: Iterable[Finding]) -> str:
    """Return the gravest severity among faults, fine where there is none."""
    faults = [one.severity for one in found if one.is_fault]
    return min(faults, key=SEVERITIES.index) if faults else FINE


def counts(found: Iterable[Finding]) -> dict[str, int]:
    """Return severity -> how many findings have it, every severity among them."""
    severities = [one.severity for one in found]
    return {severity: severities.count(severity) for severity in SEVERITIES}


def in_short(found: Iterable[Finding]) -> str:
    """Return the counts in words, as "1 danger, 2 doubtful, 80 fine, 12 not told"."""
    shown = [f"{count} {severity}" for severity, count in counts(found).items() if count]
    return ", ".join(shown) or "nothing to check"
