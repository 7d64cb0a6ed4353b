"""Chapter 7: every code, what it means and what to do; the service report. Manual 7."""

from twinverter.book.document import Bullets, Chapter, Paragraph, Section, Table, some
from twinverter.catalog.alarms import ALARMS, Alarm
from twinverter.catalog.diagnosis import help_steps, suspects
from twinverter.catalog.machine import MODEL, REPORT_FIELDS
from twinverter.catalog.told import told
from twinverter.handbook.subject import Subject

HEAD = ("Code", "What it means, and what to do", "Likely causes, and what to check")
SHARES = (20.0, 38.0, 42.0)
CHART = "manual 7"


def chapter(subject: Subject) -> Chapter:
    """Return the chapter."""
    charted = [row for row in ALARMS if row.source.startswith(CHART)]
    other = [row for row in ALARMS if not row.source.startswith(CHART)]
    report = (
        ("model", MODEL),
        ("house", subject.house.name),
        ("data logger", f"{subject.installation.site.link.logger_serial}"),
        *((field, "") for field in REPORT_FIELDS),
    )
    return Chapter(
        "7",
        "Faults",
        (
            Section("7", "", some(*map(Paragraph, told("7")))),
            Section(
                "7.1",
                "Codes of the manual",
                some(Table(HEAD, tuple(map(_cells, charted)), SHARES, "Chart 7-1")),
            ),
            Section(
                "7.2",
                "Codes of the family, warnings, and words of ours",
                some(Table(HEAD, tuple(map(_cells, other)), SHARES)),
            ),
            Section(
                "7.3",
                "Service report",
                some(
                    Paragraph("Have this ready when you call:"),
                    Table(("Field", "Here"), report, (60.0, 40.0)),
                    Bullets(
                        ("Alarms and their moments stand under Device Info; a diagnosis on the "
                         "panel carries what was measured around the fault.",)
                    ),
                ),
            ),
        ),
    )  # fmt: skip


def _cells(row: Alarm) -> tuple[str, ...]:
    causes = "\n".join(f"• {one.label}. {one.check}" for one in suspects(row.code))
    return (
        f"{row.code} {row.name}\n{row.severity}, {row.latching}",
        f"{row.message}\nWhat to do: {' '.join(help_steps(row.code))}",
        causes,
    )
