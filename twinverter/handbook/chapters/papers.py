"""Chapters 8, 9, 11: warranty and liability, datasheet, clamps and the maker. Manual 8, 9, 11."""

from twinverter.book.document import Bullets, Chapter, Paragraph, Section, Table, some
from twinverter.catalog.datasheet import DATASHEET, PARTS
from twinverter.catalog.limits import limit
from twinverter.catalog.settings import find
from twinverter.catalog.told import EXCLUDED, told
from twinverter.handbook.subject import Subject


def liability(subject: Subject) -> Chapter:
    """Return the chapter on warranty and liability."""
    excluded = tuple(row.text for row in EXCLUDED)
    return Chapter(
        "8",
        "Warranty and limitation of liability",
        (
            Section(
                "8",
                "",
                some(
                    Bullets(told("8")),
                    Paragraph("The warranty does not cover damage from:"),
                    Bullets(excluded),
                ),
            ),
        ),
    )


def datasheet(subject: Subject) -> Chapter:
    """Return the datasheet as printed, with the stand behind a line that is read otherwise."""
    sections = [
        Section(
            f"9.{place}",
            part,
            some(
                Table(
                    ("Line", "Printed", "See"),
                    tuple(
                        (line.label, line.value, f"14: {line.taken}" if line.taken else "")
                        for line in DATASHEET
                        if line.part == part
                    ),
                    (40.0, 46.0, 14.0),
                )
            ),
        )
        for place, part in enumerate(PARTS, start=1)
    ]
    return Chapter("9", "Datasheet", tuple(sections))


def clamps(subject: Subject) -> Chapter:
    """Return the second appendix: the clamps, and who made the machine."""
    ratio = find("ct_ratio")
    set_to = subject.house.values[ratio.key]
    wiring = subject.installation.wiring.ct
    rows = (
        ("ratio set on the LCD", f"{set_to:g} to 1"),
        ("ratio of the clamps", f"{wiring.ratio:g} to 1" if wiring.ratio else "not told"),
        ("cable of a clamp", f"{limit('ct_cable_m'):g} m, not longer"),
        ("how many", f"{limit('clamps'):g} for three phases; the box holds one"),
    )
    return Chapter(
        "11",
        "Appendix II: clamps, and the maker",
        (
            Section("11.1", "Clamps", some(Table(("What", "Here"), rows, (40.0, 60.0)))),
            Section("11.2", "The maker", some(*map(Paragraph, told("11")))),
        ),
    )
