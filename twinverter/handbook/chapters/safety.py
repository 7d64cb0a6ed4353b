"""Chapter 1: safety. Dangers of this very house stand first. Manual 1."""

from twinverter.book import document
from twinverter.book.document import Bullets, Chapter, Note, Paragraph, Section, some
from twinverter.catalog.settings import find
from twinverter.catalog.told import DANGER, RULE, WARNING, told
from twinverter.handbook.subject import Subject, fault_notes

COLDEST = "min_charge_temp_c"


def chapter(subject: Subject) -> Chapter:
    """Return the chapter."""
    own = fault_notes(subject.dangers) or (
        Paragraph("The installation check found nothing dangerous in what was told of this house."),
    )
    row = find(COLDEST)
    limit = f"{subject.house.values[COLDEST]:g} °C"
    general = some(
        Bullets(told("1", RULE)),
        Note(document.DANGER, told("1", DANGER)),
        Note(document.WARNING, told("1", WARNING)),
        Paragraph(
            f"Below {limit} at the battery this inverter charges from nothing: {row.label.lower()} "
            f"(`{row.path}`)."
        ),
    )
    return Chapter(
        "1",
        "Safety",
        (
            Section("1.1", "In this house", own),
            Section("1.2", "Always", general),
        ),
    )
