"""What the judges of the self-test return: faults with their figures, and what was left out."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from twinverter.catalog.selftests import BY_ID, SURE, TITLES, UNTESTED


class Finding(NamedTuple):
    """One fault: its row's id, where, how sure, and the figures of its sentence."""

    id: str
    place: str
    confidence: str
    figures: dict[str, str]

    def plain(self) -> dict[str, Any]:
        """Return the finding as plain data, in words."""
        row = BY_ID[self.id]
        said = self.figures | {"place": self.place}
        return {
            "id": row.id,
            "part": row.part,
            "place": self.place,
            "title": row.title.format(**said),
            "confidence": self.confidence,
            "found": row.found.format(**said),
            "rule": row.rule,
            "advice": row.advice.format(**said),
            "source": row.source,
            "ledger": list(row.ledger),
        }


class Untested(NamedTuple):
    """A part, or something of it, that could not be tested, and why."""

    part: str
    key: str
    figures: dict[str, str]

    def plain(self) -> dict[str, str]:
        """Return it as plain data, in words."""
        why = UNTESTED[self.key].format(**self.figures)
        return {"part": self.part, "title": TITLES[self.part], "key": self.key, "why": why}


class Verdict(NamedTuple):
    """What one judge says."""

    found: tuple[Finding, ...] = ()
    untested: tuple[Untested, ...] = ()

    def __add__(self, other: "Verdict") -> "Verdict":  # type: ignore[override]
        return Verdict(self.found + other.found, self.untested + other.untested)


def fault(id: str, place: str = "", confidence: str = SURE, **figures: str) -> Verdict:
    """Return the verdict of one fault."""
    return Verdict((Finding(id, place, confidence, figures),))


def untested(part: str, key: str, **figures: str) -> Verdict:
    """Return the verdict that something could not be tested."""
    return Verdict((), (Untested(part, key, figures),))


def joined(verdicts: Iterable[Verdict]) -> Verdict:
    """Return several verdicts as one."""
    return sum(verdicts, Verdict())
