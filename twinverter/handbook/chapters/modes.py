"""Chapter 6: system modes, work modes, who comes first. Manual 6 and 5.7."""

from twinverter.book.document import NOTE, Bullets, Chapter, Note, Paragraph, Section, some
from twinverter.catalog.screens import choice_text
from twinverter.catalog.settings import find
from twinverter.catalog.told import told
from twinverter.handbook.subject import Subject

# What the GEN terminals are set to, in the order of the four systems; the first has none.
PORTS = ("", "generator_input", "smart_load_output", "micro_inv_input")


def chapter(subject: Subject) -> Chapter:
    """Return the chapter."""
    mode = find("work_mode")
    chosen = choice_text(mode, subject.house.values[mode.key])
    pattern = find("energy_pattern")
    first = choice_text(pattern, subject.house.values[pattern.key])
    return Chapter(
        "6",
        "Modes",
        (
            Section("6", "", some(*map(Paragraph, told("6")))),
            Section(
                "6.1",
                "Four systems",
                some(Bullets(told("6.1")), Note(NOTE, (f"This house: {system_mode(subject)}.",))),
            ),
            Section(
                "6.2",
                "Three work modes",
                some(
                    Bullets(told("6.2")),
                    Note(NOTE, (f"This house: {chosen}, energy pattern {first}.",)),
                ),
            ),
        ),
    )


def system_mode(subject: Subject) -> str:
    """Return which of the four systems of chapter 6 a house is."""
    of = subject.installation
    alone = of.port == PORTS[1] and of.site.genset is None
    return told("6.1")[0 if alone else PORTS.index(of.port)].partition(":")[0]
