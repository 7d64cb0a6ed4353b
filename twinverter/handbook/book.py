"""The handbook of a house: its title page and its chapters, in the order of the manual."""

from pathlib import Path

from twinverter.book.document import DANGER, Block, Bullets, Document, Note, Paragraph, some
from twinverter.catalog.machine import BRAND, MODEL, PRODUCT
from twinverter.catalog.told import FACT, RULE, told
from twinverter.checker.check import in_short
from twinverter.handbook.chapters import (
    faults,
    limits,
    modes,
    operation,
    panel,
    papers,
    product,
    safety,
    sockets,
    stands,
    wiring,
)
from twinverter.handbook.chapters.product import battery_words
from twinverter.handbook.subject import Subject
from twinverter.scenario.house import House

CHAPTERS = (
    safety.chapter,
    product.chapter,
    wiring.chapter,
    operation.chapter,
    panel.chapter,
    modes.chapter,
    faults.chapter,
    papers.liability,
    papers.datasheet,
    sockets.contacts,
    papers.clamps,
    limits.chapter,
    sockets.registers,
    stands.chapter,
    stands.glossary,
)


def handbook_of(house: House) -> Document:
    """Return the handbook of a loaded house."""
    subject = Subject.of(house)
    return Document(
        title=house.name,
        subtitle=f"Handbook of the {BRAND} {PRODUCT} {MODEL}",
        facts=_facts(subject),
        opening=_opening(subject),
        chapters=tuple(chapter(subject) for chapter in CHAPTERS),
    )


def _facts(subject: Subject) -> tuple[tuple[str, str], ...]:
    site = subject.installation.site
    north, east = ("N" if site.latitude >= 0 else "S"), ("E" if site.longitude >= 0 else "W")
    place = f"{abs(site.latitude):g}° {north}, {abs(site.longitude):g}° {east}"
    modules = sum(string.modules_in_series for string in site.pv)
    return (
        ("Where", f"{place}, {site.altitude_m:g} m high"),
        ("Time zone", site.timezone),
        ("Sun", f"{modules} modules on {len(site.pv)} inputs"),
        ("Battery", battery_words(subject)),
        ("System", modes.system_mode(subject)),
        ("Units", f"{len(subject.units) or 1}"),
        ("House file", Path(subject.house.file).name),
        ("Installation check", in_short(subject.findings)),
    )  # fmt: skip


def _opening(subject: Subject) -> tuple[Block, ...]:
    titles = tuple(f"{one.check.title}: {one.found}" for one in subject.dangers)
    return some(
        Note(DANGER, titles, "Switch nothing on before these are put right (chapter 1)."),
        *map(Paragraph, told("0", FACT)),
        Bullets(told("0", RULE)),
    )
