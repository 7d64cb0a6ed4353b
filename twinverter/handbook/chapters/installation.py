"""Chapter 3, first half: parts, mounting, battery, mains and backup, array. Manual 3.1 to 3.5.

Each section says what the manual demands, what stands in this house, and what would do.
"""

from twinverter.book import document
from twinverter.book.document import (
    Block,
    Bullets,
    Note,
    Paragraph,
    Section,
    Table,
    some,
)
from twinverter.catalog.cables import AC_BREAKERS_A, DC_BREAKERS_A
from twinverter.catalog.limits import PARTS, limit, limit_text
from twinverter.catalog.told import DANGER, FACT, RULE, STEP, WARNING, told
from twinverter.checker.cable import AC, DC
from twinverter.checker.installation import module_of
from twinverter.checker.strings import REFERENCE_C, edges, hot_cell_c
from twinverter.handbook.sizes import breaker_a, cable_table
from twinverter.handbook.subject import Subject, checked_table, fault_notes

HOUSE_CABLES = {"pvc", "xlpe"}


def warned(section: str) -> tuple[Block, ...]:
    """Return the dangers, warnings, rules and steps of a section, in this order."""
    return some(
        Note(document.DANGER, told(section, DANGER)),
        Note(document.WARNING, told(section, WARNING)),
        Bullets(told(section, FACT, RULE)),
        Bullets(told(section, STEP), ordered=True),
    )


def judged(subject: Subject, *parts: str) -> tuple[Block, ...]:
    """Return the faults of some parts of the check, then all that was looked at."""
    found = subject.of_parts(*parts)
    if not found:
        return (Paragraph("There is nothing of it in this house."),)
    return (*fault_notes(found), checked_table(found, "What the check found in this house."))


def parts_list(subject: Subject) -> Section:
    """Return what lies in the box, and what is missing here."""
    work = subject.installation.wiring.work
    missing = set(work.parts_missing or ())
    rows = tuple(
        (part, f"{count}", "missing" if part in missing else "") for part, count in PARTS.items()
    )
    return Section(
        "3.1",
        "Parts list",
        some(
            Paragraph("Look whether everything is there and nothing is damaged before you begin."),
            Table(("Part", "Pieces", "Here"), rows, (60.0, 20.0, 20.0)),
        ),
    )


def mounting(subject: Subject) -> Section:
    """Return where the inverter may hang, and how it is hung."""
    return Section("3.2", "Mounting", (*warned("3.2"), *judged(subject, "place")))


def battery(subject: Subject) -> Section:
    """Return how the bank is connected, with the breaker and cable for the currents set."""
    return Section(
        "3.3",
        "Battery connection",
        (*warned("3.3"), *_battery_sizes(subject), *judged(subject, "battery")),
    )


def _battery_sizes(subject: Subject) -> tuple[Block, ...]:
    of = subject.installation
    if not of.has_battery:
        return (Paragraph("This house has no battery."),)
    set_a = max(of.number("max_charge_a"), of.number("max_discharge_a"))
    wanted_a = limit("battery_breaker_factor") * set_a
    rating_a = breaker_a(wanted_a, DC_BREAKERS_A, limit("battery_breaker_a"))
    if rating_a is None:
        rating_a = limit("battery_breaker_a")
    told_words = (
        f"Up to {set_a:g} A are set. A breaker or fuse of its own stands close to the bank: "
        f"{limit('battery_breaker_factor'):g} times the current is {wanted_a:.0f} A, the next "
        f"size sold is {rating_a:g} A ({limit_text('battery_breaker_a')}). The cable carries at "
        "least what the breaker lets pass."
    )
    return (
        Paragraph(told_words),
        cable_table((rating_a,), DC, limit("battery_cable_mm2"), HOUSE_CABLES),
    )


def mains(subject: Subject) -> Section:
    """Return how mains, backup loads and generator are connected."""
    return Section(
        "3.4",
        "Grid and backup load connection",
        (*warned("3.4"), *_ac_sizes(), *judged(subject, "AC")),
    )


def _ac_sizes() -> tuple[Block, ...]:
    pass_a = breaker_a(limit("pass_through_a"), AC_BREAKERS_A, limit("grid_breaker_a"))
    load_a = limit("load_breaker_a")
    assert pass_a is not None
    return (
        Paragraph(
            f"A breaker of its own stands between mains and inverter: {pass_a:g} A guard the "
            f"relay's {limit('pass_through_a'):g} A, {limit('grid_breaker_a'):g} A are the most, "
            f"with cable for them. Backup side and GEN terminals have {load_a:g} A on each phase."
        ),
        cable_table((pass_a, load_a), AC, limit("ac_cable_mm2"), HOUSE_CABLES),
    )


def array(subject: Subject) -> Section:
    """Return how the strings are connected, with their voltages and currents here."""
    return Section(
        "3.5",
        "PV connection",
        (*warned("3.5"), *string_tables(subject), *judged(subject, "PV")),
    )


def string_tables(subject: Subject) -> tuple[Block, ...]:
    """Return the figures of each string: at the reference, in the cold, in the heat."""
    of = subject.installation
    if not of.site.pv:
        return (Paragraph("This house has no modules on its PV inputs."),)
    rows: list[tuple[str, ...]] = []
    for number, string in enumerate(of.site.pv, start=1):
        module = module_of(string)
        moments = [("25 °C", REFERENCE_C)]
        if of.climate.cold is not None:
            moments.append((f"cold, {of.climate.cold.origin}", of.climate.cold.air_c))
        if of.climate.hot is not None:
            hot_c = hot_cell_c(of.climate.hot.air_c, string.mounting)
            moments.append((f"heat, {of.climate.hot.origin}", hot_c))
        for moment, cell_c in moments:
            one = edges(module, string.modules_in_series, 1, cell_c)
            rows.append(
                (
                    f"PV{number}, {string.modules_in_series} x {module.name}",
                    f"{moment}: cells {cell_c:.0f} °C",
                    f"{one.open_v:.0f} V",
                    f"{one.power_v:.0f} V, {one.power_a:.1f} A",
                    f"{one.short_a:.1f} A",
                )
            )
    head = ("String", "When", "Open circuit", "Most power", "Short circuit")
    caption = (
        f"Limits: {limit('pv_open_v'):g} V open circuit in the cold, {limit('pv_track_low_v'):g}"
        f" to {limit('pv_track_high_v'):g} V at most power, {limit('pv_current_a'):g} A."
    )
    return (Table(head, tuple(rows), (26.0, 28.0, 14.0, 18.0, 14.0), caption),)
