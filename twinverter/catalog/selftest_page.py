"""The page of the wiring self-test: what it tests, the faults it can name, what it leaves untested."""

import re

from twinverter.catalog.markdown import MADE_BY, table
from twinverter.catalog.selftests import FAULTS, LIKELY, PARTS, SURE, UNTESTED

INTRODUCTION = (
    "The self-test finds wires on the wrong terminal from what the machine's own sensors read, "
    "while it is told to rest, to charge a little and to feed. It is begun by hand, on the panel's "
    'card *Wiring self-test* or by `POST /api/selftest` with `{"action": "start"}`; `"stop"` ends it, '
    "and `GET /api/selftest` returns how far it is and what the last one found.",
    "All it orders are settings that anybody could write. They stand in the journal, and are put "
    "back at the end, however the test ends, after a restart too. It does not begin while a fault "
    "stands that is no matter of the wires, while changes are locked, or while the machine is off, "
    "held, on a generator or heavily loaded. It ends early where the mains fail, the loads rise or "
    "somebody else changes a setting; what was seen until then is judged.",
    "The [installation check](checks.md) judges what a house file tells; the self-test judges what "
    "is measured, and takes from the house file only what ought to be there.",
)
SURENESS = (
    f"A fault is *{SURE}*, or *{LIKELY}* where something else could read the same. Words in "
    "italics stand for the phase or input concerned, and for what was measured."
)
MEASURED = re.compile(r"\{(\w+)\}")


def selftest_page() -> str:
    """Return the reference of the wiring self-test."""
    parts = [MADE_BY, "# The wiring self-test", *INTRODUCTION]
    parts += ["## What is tested", table(("Part", "How"), ((p.title, p.how) for p in PARTS))]
    parts += ["## Faults", f"{len(FAULTS)} faults can be named. {SURENESS}"]
    head = ("Fault", "Title", "Told by", "What to do", "Source", "Ledger")
    for part in PARTS:
        rows = (
            (f"`{row.id}`", _worded(row.title), row.rule, _worded(row.advice), row.source,
             ", ".join(row.ledger))
            for row in FAULTS
            if row.part == part.key
        )  # fmt: skip
        parts += [f"### {part.title}", table(head, rows)]
    parts.append("## What may stay untested")
    parts.append("A part that could not be tested, or not in full, says why:")
    untested = ((f"`{key}`", _worded(text)) for key, text in UNTESTED.items())
    parts.append(table(("Word", "Why"), untested))
    return "\n\n".join(parts) + "\n"


def _worded(text: str) -> str:
    """Return a sentence with its places for figures in italics."""
    return MEASURED.sub(r"*\1*", text)
