"""Chapter 12: what an installation is held against, and the figures of the machine's own law."""

from twinverter.book.document import Chapter, Paragraph, Section, Table, some
from twinverter.catalog.checks import CHECKS, PARTS
from twinverter.catalog.law import LAW
from twinverter.handbook.subject import Subject

# Groups of the law that say what the machine bears; the others are how it behaves.
GROUPS = ("rating", "heat", "pv", "battery", "bms", "charge", "overload", "gen")


def chapter(subject: Subject) -> Chapter:
    """Return the chapter."""
    installation = tuple(
        Section(
            f"12.{place}",
            f"Installation: {part}",
            some(
                Table(
                    ("Looked at", "Limit", "From"),
                    tuple((row.title, row.limit, row.source) for row in CHECKS if row.part == part),
                    (40.0, 30.0, 30.0),
                )
            ),
        )
        for place, part in enumerate(PARTS, start=1)
    )
    last = len(PARTS) + 1
    return Chapter("12", "Limits", (*installation, _law(subject, f"12.{last}")))


def _law(subject: Subject, number: str) -> Section:
    law = subject.house.settings.law
    rows = []
    for row in LAW:
        value = getattr(getattr(law, row.group), row.key)
        own = value != row.value
        if row.group in GROUPS or own:
            figure = f"{value:g} {row.unit}".rstrip()
            rows.append((row.meaning, f"{figure} (this house)" if own else figure, row.origin))
    words = (
        "What the machine itself holds to. The manual prints few of these figures; a house file "
        "changes any of them under `[settings.law]`."
    )
    table = Table(("What", "Figure", "From"), tuple(rows), (56.0, 24.0, 20.0))
    return Section(number, "The machine", some(Paragraph(words), table))
