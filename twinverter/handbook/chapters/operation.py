"""Chapter 4: switching on and off, lamps and keys. Manual 4."""

from twinverter.book.document import Block, Bullets, Chapter, Note, Paragraph, Section, some
from twinverter.catalog.checks import DANGER, FINE
from twinverter.catalog.told import FACT, RULE, STEP, told
from twinverter.handbook.subject import Subject

OFF = (
    "Open the breaker of the mains.",
    "Open the DC switch.",
    "Press the ON/OFF button.",
    "Open the battery's breaker.",
)


def chapter(subject: Subject) -> Chapter:
    """Return the chapter."""
    return Chapter(
        "4",
        "Operation",
        (
            Section("4.1", "Switching on and off", _switching(subject)),
            Section(
                "4.2",
                "Lamps and keys",
                some(Bullets(told("4.2", FACT)), Bullets(told("4.2", RULE))),
            ),
        ),
    )


def _switching(subject: Subject) -> tuple[Block, ...]:
    dangers = tuple(f"{one.check.title}: {one.found}. {one.advice}" for one in subject.dangers)
    return some(
        Note(DANGER, dangers, "Not yet. Put these right first."),
        Paragraph("Before the first time, everything of chapter 3 is done and every breaker open."),
        Bullets(told("4.1", STEP), ordered=True),
        Bullets(told("4.1", RULE)),
        Paragraph(
            "Off goes the other way round. The manual gives the order for the array alone; the "
            "rest is ours."
        ),
        Bullets(OFF, ordered=True),
        Paragraph(_ready(subject)),
    )


def _ready(subject: Subject) -> str:
    work = subject.of_parts("work")
    done = sum(one.severity == FINE for one in work)
    return f"Of the {len(work)} points of the work that are looked at, {done} are told as done."
