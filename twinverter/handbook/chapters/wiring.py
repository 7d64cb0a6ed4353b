"""Chapter 3, second half: clamps, earth, logger, drawings, breakers, units. Manual 3.6 to 3.11."""

from twinverter.book.document import (
    Block,
    Bullets,
    Chapter,
    Figure,
    Paragraph,
    Section,
    Table,
    some,
)
from twinverter.catalog.checks import PARTS, UNTOLD
from twinverter.catalog.limits import limit
from twinverter.catalog.screens import name_of, value_text
from twinverter.catalog.settings import find, full_values
from twinverter.catalog.sockets import SOCKETS
from twinverter.catalog.told import told
from twinverter.drawings.sheets import Sheet
from twinverter.handbook.chapters import installation
from twinverter.handbook.chapters.installation import judged, warned
from twinverter.handbook.subject import Subject
from twinverter.scenario.group import Unit
from twinverter.scenario.wiring_form import AcPortForm


def chapter(subject: Subject) -> Chapter:
    """Return the whole chapter on installation."""
    return Chapter(
        "3",
        "Installation",
        (
            installation.parts_list(subject),
            installation.mounting(subject),
            installation.battery(subject),
            installation.mains(subject),
            installation.array(subject),
            Section("3.6", "CT connection", (*warned("3.6"), *judged(subject, "measuring"))),
            Section("3.7", "Earth connection", (*warned("3.7"), *judged(subject, "earth"))),
            Section("3.8", "WiFi connection", (*warned("3.8"), *_logger(subject))),
            Section("3.9", "Wiring of this house", _drawings(subject)),
            Section("3.10", "Breakers", _breakers(subject)),
            Section("3.11", "Units side by side", _units(subject)),
            Section("3.12", "Generator", (*warned("3.12"), *judged(subject, "generator"))),
            Section("3.13", "The work", judged(subject, "work")),
            Section("3.14", "What is not told", _untold(subject)),
        ),
    )


def _logger(subject: Subject) -> tuple[Block, ...]:
    socket = next(row for row in SOCKETS if row.key == "wifi")
    serial = subject.installation.site.link.logger_serial
    return (
        Paragraph(
            f"Callout {socket.callout}, {socket.shape}. The logger of this house has number "
            f"{serial}; chapter 10 has the contacts."
        ),
    )


def _drawings(subject: Subject) -> tuple[Block, ...]:
    made = tuple(Figure(sheet.svg, _caption(sheet), is_sheet=True) for sheet in subject.drawings)
    words = "Drawn from what the house file tells; what it does not tell is marked so."
    return (Paragraph(words), *made)


def _caption(sheet: Sheet) -> str:
    """Return what a sheet shows, its title in front."""
    if sheet.caption.startswith(sheet.title):
        return sheet.caption
    return f"{sheet.title}. {sheet.caption}"


def _breakers(subject: Subject) -> tuple[Block, ...]:
    wiring = subject.installation.wiring
    battery = wiring.battery
    there = battery.protection or UNTOLD
    rows = (
        ("1", "battery, DC", f"{limit('battery_breaker_a'):g} A",
         f"{there}, {battery.rating_a:g} A" if battery.rating_a else there),
        ("2", "mains", f"{limit('grid_breaker_a'):g} A", _breaker(wiring.grid)),
        ("3", "backup loads", f"{limit('load_breaker_a'):g} A", _breaker(wiring.load)),
        ("4", "GEN terminals", f"{limit('gen_breaker_a'):g} A", _breaker(wiring.gen)),
    )  # fmt: skip
    caption = "The four callouts of the wiring diagram; which is which among 2 to 4 is ours (A6)."
    return (Table(("No", "Breaker", "At most", "Here"), rows, (8.0, 30.0, 22.0, 40.0), caption),)


def _breaker(port: AcPortForm) -> str:
    if port.breaker_a is None:
        return UNTOLD
    return f"{port.breaker_a:g} A" if port.breaker_a else "none"


def _units(subject: Subject) -> tuple[Block, ...]:
    """Return the units of a group, one row each, and what they have in common."""
    group = subject.house.group
    if group is None:
        return (Paragraph("This house has one unit."),)
    rows = tuple(
        (
            f"{unit.address}",
            "Master" if unit.master else "Slave",
            unit.phase or "all three",
            f"{unit.site.pv1.modules + unit.site.pv2.modules:g}",
            _own_settings(subject, unit),
        )
        for unit in group.units
    )
    bank = "one bank for all" if group.shared else "a bank of its own for each"
    head = ("Unit", "Role", "Phase", "Modules", "Set otherwise than the master")
    caption = f"{len(rows)} units, {bank}. The unit's number is its Modbus DN on the Parallel page."
    return some(Bullets(told("3.11")), Table(head, rows, (10.0, 14.0, 16.0, 14.0, 46.0), caption))


def _own_settings(subject: Subject, unit: Unit) -> str:
    """Return what a unit has set otherwise than the master, beside its number and role."""
    rows = map(find, unit.typed)
    values = full_values(unit.typed)
    return "\n".join(
        f"{name_of(row)}: {value_text(row, values[row.key])}"
        for row in rows
        if row.group != "parallel" and values[row.key] != subject.values[row.key]
    )


def _untold(subject: Subject) -> tuple[Block, ...]:
    """Return which keys of the house file would settle what the check could not judge."""
    lines = []
    for part in PARTS:
        found = [one for one in subject.of_parts(part) if one.severity == UNTOLD]
        keys = dict.fromkeys(key for one in found for key in one.found.split(", "))
        if keys:
            lines.append(f"{part}: {', '.join(_marked(key) for key in keys)}")
    if not lines:
        return (Paragraph("Everything that is looked at is told."),)
    words = "What is not told is not judged. These keys of the house file tell it:"
    return (Paragraph(words), Bullets(tuple(lines)))


def _marked(key: str) -> str:
    """Return a key of the house file as code, what stands in brackets behind it as words."""
    name, bracket, rest = key.partition(" ")
    return f"`{name}`{bracket}{rest}" if "." in name else key
