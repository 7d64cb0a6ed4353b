"""Chapter 5: the pages of the LCD with what is set in this house. Manual 5.

Titles, tiles, labels and order are those of the settings table, so a reader finds on the machine
what stands here. A row that other settings hide is named below its page with the reason.
"""

from collections.abc import Iterator, Mapping

from twinverter.book.document import (
    Block,
    Bullets,
    Chapter,
    Paragraph,
    Section,
    Table,
    some,
)
from twinverter.catalog.gridcodes import held
from twinverter.catalog.row import CHOICE, NUMBER, TIME, Setting, Value
from twinverter.catalog.screens import (
    SCREENS,
    TILES,
    Screen,
    choice_text,
    decimals_of,
    hidden_reason,
    name_of,
    never_shown,
    remark,
    unit_of,
    value_text,
)
from twinverter.catalog.told import told
from twinverter.handbook.chapters.timetable import (
    CLOCK_KEYS,
    TIMETABLE_KEYS,
    TIMETABLE_PAGE,
    timetable,
)
from twinverter.handbook.subject import Subject

HEAD = ("Setting", "Set to", "Delivered with", "May be", "What it does")
SHARES = (25.0, 14.0, 13.0, 18.0, 40.0)
# Section of the manual -> its title and pages; the last ones are ours.
SECTIONS = (
    ("5.5", "Basic setup", ("basic",)),
    ("5.6", "Battery setup", ("batt1", "batt2", "batt3")),
    ("5.7", "System work mode", ("work1", "work2", "days")),
    ("5.8", "Grid setup", ("grid1", "grid2", "grid3", "grid4")),
    ("5.9", "Generator port use", ("port",)),
    ("5.10", "Advanced function", ("func", "par")),
    ("5.11", "Device info and battery", ("info", "bms")),
    ("5.12", "Outside the pages", ("button", "installer1", "installer2", "installer3")),
)
PAGE_OF = {screen.key: screen for screen in SCREENS}
CHANGED = "●"


def chapter(subject: Subject) -> Chapter:
    """Return the chapter."""
    general = tuple(
        Section(number, title, some(Bullets(told(number))))
        for number, title in (
            ("5.1", "Main screen"),
            ("5.2", "Detail pages"),
            ("5.3", "Curves"),
        )
    )
    tiles = Section("5.4", "System setup", some(Bullets(told("5.4")), Bullets(TILES)))
    pages = tuple(
        Section(number, title, tuple(_pages(subject, keys))) for number, title, keys in SECTIONS
    )
    return Chapter("5", "The LCD and what is set here", (*general, tiles, *pages))


def _pages(subject: Subject, keys: tuple[str, ...]) -> Iterator[Block]:
    values, taken = subject.values, held(subject.values)
    for key in keys:
        screen = PAGE_OF[key]
        shown = [
            row
            for row in screen.rows
            if row.stored and not hidden_reason(row, values) and not _is_apart(row)
        ]
        remarks = {remark(row) for row in shown}
        shared = remarks.pop() if len(remarks) == 1 else ""
        rows = tuple(
            _cells(row, values, taken[row.key].value if row.key in taken else None, shared)
            for row in shown
        )
        yield from some(Table(HEAD, rows, SHARES, _caption(screen)), Paragraph(shared))
        if key == TIMETABLE_PAGE:
            yield from timetable(values)
        yield from some(_told_only(screen), _hidden(screen, values))


def _is_apart(row: Setting) -> bool:
    """Return whether a row stands in the timetable, or is the running clock."""
    return row.key in TIMETABLE_KEYS or row.key in CLOCK_KEYS


def _caption(screen: Screen) -> str:
    place = f"{screen.tile} › {screen.title}" if screen.tile else screen.title
    return f"{place}. {CHANGED} is set otherwise than delivered."


def _cells(
    row: Setting, values: Mapping[str, Value], ruling: Value | None, shared: str
) -> tuple[str, ...]:
    """Return one setting; what a grid code holds stands beside what was typed in."""
    value = values[row.key]
    mark = f"{CHANGED} " if value != row.default else ""
    own = f"{mark}{value_text(row, value)}"
    if ruling is not None and ruling != value:
        own += f"\nthe grid mode holds {value_text(row, ruling)}"
    assert row.default is not None
    own_remark = "" if remark(row) == shared else remark(row)
    said = f"{row.meaning} {own_remark}".rstrip()
    return (
        f"{name_of(row)}\n`{row.key}`",
        own,
        value_text(row, row.default),
        allowed(row),
        said,
    )


def allowed(row: Setting) -> str:
    """Return what a setting may be, in the words of the page."""
    if row.kind == NUMBER:
        places, unit = decimals_of(row), unit_of(row)
        gap = f", not between {row.gap[0]:g} and {row.gap[1]:g}" if row.gap else ""
        return f"{row.low:.{places}f} to {row.high:.{places}f} {unit}".rstrip() + gap
    if row.kind == CHOICE:
        return ", ".join(choice_text(row, one) for one in row.choices if one not in row.refused)
    return "00:00 to 24:00" if row.kind == TIME else "on, off"


def _told_only(screen: Screen) -> Bullets:
    """Return what a page shows without setting it."""
    rows = [
        row
        for row in screen.rows
        if row.key in CLOCK_KEYS or not row.stored and not never_shown(row)
    ]
    by_meaning: dict[str, list[str]] = {}
    for row in rows:
        by_meaning.setdefault(row.meaning, []).append(name_of(row))
    return Bullets(tuple(f"{', '.join(names)}: {meaning}" for meaning, names in by_meaning.items()))


def _hidden(screen: Screen, values: Mapping[str, Value]) -> Bullets:
    """Return which rows do not stand on a page now, by reason."""
    reasons: dict[str, list[str]] = {}
    for row in screen.rows:
        reason = hidden_reason(row, values)
        if reason and row.stored:
            reasons.setdefault(reason, []).append(name_of(row))
    return Bullets(
        tuple(f"Not shown: {', '.join(names)}. {reason}" for reason, names in reasons.items())
    )
