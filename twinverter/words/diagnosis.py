"""The diagnosis of one alarm: its likely causes in order, each with what speaks for and against it.

A clue counts one for the causes it speaks for and one against those it speaks against; of equals
the commoner one, as `catalog/diagnosis.py` has them, comes first. Nothing is ruled out: the
readings are those of one moment, and the owner knows more.
"""

from typing import NamedTuple

from twinverter.catalog.diagnosis import Suspect, suspects
from twinverter.words import clues
from twinverter.words.readings import Readings

LIKELY, OPEN, UNLIKELY = "likely", "open", "unlikely"


class Finding(NamedTuple):
    """One likely cause: key and name, how likely, why, what speaks against it, what to check."""

    key: str
    cause: str
    verdict: str
    because: tuple[str, ...]
    but: tuple[str, ...]
    check: str

    @property
    def weight(self) -> int:
        """Return by how many clues the readings speak for it."""
        return len(self.because) - len(self.but)


def diagnosed(code: str, readings: Readings | None) -> list[Finding]:
    """Return the causes of a code, the likeliest first; without readings in their own order."""
    findings = [_finding(row, readings) for row in suspects(code)]
    return sorted(findings, key=lambda one: -one.weight)


def _finding(row: Suspect, readings: Readings | None) -> Finding:
    because, but = _told(row.speaks, readings), _told(row.denies, readings)
    weight = len(because) - len(but)
    verdict = LIKELY if weight > 0 else UNLIKELY if weight < 0 else OPEN
    return Finding(row.key, row.label, verdict, because, but, row.check)


def _told(keys: tuple[str, ...], readings: Readings | None) -> tuple[str, ...]:
    if readings is None:
        return ()
    return tuple(filter(None, (clues.found(key, readings) for key in keys)))
