"""Chapters 14 and 15: where the manual says two things, what is taken; the words of the field."""

from collections.abc import Mapping

from twinverter.book.document import Chapter, Paragraph, Section, Table, some
from twinverter.catalog.contradictions import PARTS, READINGS, RULE, WHY, Reading
from twinverter.catalog.glossary import GLOSSARY
from twinverter.catalog.row import Value
from twinverter.catalog.screens import name_of, place_of, value_text
from twinverter.catalog.settings import find
from twinverter.checker.printed import contradictions
from twinverter.handbook.subject import Subject

HEAD = ("No", "The manual says", "Taken here", "Why", "Turned by")
SHARES = (7.0, 30.0, 28.0, 22.0, 22.0)


def readings() -> tuple[Reading, ...]:
    """Return every point in the order of its number, those found by calculation among them."""
    calculated = (
        Reading(
            found.number,
            f"{found.found} ({', '.join(found.sections)})",
            found.stand,
            WHY[found.number].reason,
            WHY[found.number].settings,
            found.ledger,
        )
        for found in contradictions()
    )
    return (*calculated, *READINGS)


def chapter(subject: Subject) -> Chapter:
    """Return the chapter on the points where the source contradicts itself."""
    values = subject.house.values
    lines: dict[str, list[tuple[str, ...]]] = {part: [] for part in PARTS}
    for row in readings():
        turned = _turned(row.settings, values)
        lines[row.number[0]].append((row.number, row.printed, row.stand, row.why, turned))
    sections = tuple(
        Section(f"14.{place}", title, some(Table(HEAD, tuple(lines[part]), SHARES)))
        for place, (part, title) in enumerate(PARTS.items(), start=1)
    )
    opening = Section("14", "", some(Paragraph(RULE)))
    return Chapter("14", "Where the manual contradicts itself", (opening, *sections))


def _turned(keys: tuple[str, ...], values: Mapping[str, Value]) -> str:
    """Return the settings that turn a stand, where they are and how they stand in this house."""
    rows = map(find, keys)
    return "\n".join(
        f"{name_of(row)} ({place_of(row.key)}): {value_text(row, values[row.key])}" for row in rows
    )


def glossary(subject: Subject) -> Chapter:
    """Return the words of the field."""
    rows = tuple((term.word, term.meaning) for term in GLOSSARY)
    return Chapter(
        "15", "Words", (Section("15", "", some(Table(("Word", "Means"), rows, (28.0, 72.0)))),)
    )
