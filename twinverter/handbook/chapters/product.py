"""Chapter 2: the product, and what this house has of it. Manual 2."""

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
from twinverter.catalog.callouts import APART, CALLOUTS
from twinverter.catalog.installed import MODELS
from twinverter.catalog.screens import choice_text
from twinverter.catalog.settings import find
from twinverter.catalog.told import told
from twinverter.checker.installation import module_of
from twinverter.handbook.subject import Subject
from twinverter.handbook.views import front_view, outline


def chapter(subject: Subject) -> Chapter:
    """Return the chapter."""
    return Chapter(
        "2",
        "The product",
        (
            Section("2", "", some(*map(Paragraph, told("2")))),
            Section("2.1", "Overview", _overview()),
            Section(
                "2.2",
                "Size",
                some(
                    *map(Paragraph, told("2.2")),
                    Figure(outline(), "The case and its measures.", share=0.45),
                ),
            ),
            Section("2.3", "What it can do", some(Bullets(told("2.3")))),
            Section("2.4", "The system around it", _system(subject)),
        ),
    )


def _overview() -> tuple[Block, ...]:
    rows = tuple((str(row.number), row.name, row.side, row.purpose) for row in CALLOUTS)
    apart = ", ".join(f"{row.number}, {row.name.lower()}" for row in CALLOUTS if row.side == APART)
    caption = f"Front, left side and underside, with the numbers of the table. Apart: {apart}."
    return some(
        Figure(front_view(), caption, share=0.9),
        Table(("No", "Part", "Where", "For"), rows, (6.0, 24.0, 18.0, 52.0)),
    )


def _system(subject: Subject) -> tuple[Block, ...]:
    head = ("Part", "In this house")
    return some(
        *map(Paragraph, told("2.4")),
        Table(head, tuple(system_rows(subject)), (28.0, 72.0), "What is installed here."),
    )


def system_rows(subject: Subject) -> list[tuple[str, str]]:
    """Return what a house has, part by part."""
    site = subject.installation.site
    rows = [
        (
            f"PV input {number}",
            f"{string.modules_in_series} x {module_of(string).name}, "
            f"tilted {string.tilt_deg:g}°, facing {string.azimuth_deg:g}° ({string.mounting})",
        )
        for number, string in enumerate(site.pv, start=1)
    ]
    rows.append(("battery", battery_words(subject)))
    genset = site.genset
    rows.append(
        ("generator", f"{genset.fuel}, {genset.rated_w:g} W" if genset else "none"),
    )
    micro = site.micro_inverters
    if micro:
        rows.append(("micro-inverters", f"{micro.rated_w:g} W with modules of {micro.peak_w:g} W"))
    port = find("gen_port_mode")
    rows.append(("GEN terminals set to", choice_text(port, subject.house.values[port.key])))
    measuring = site.measuring
    meter = find("meter_select")
    named = choice_text(meter, measuring.meter)
    clamps = "three clamps" if measuring.ct else "no clamps"
    rows.append(
        (
            "measuring at the mains",
            f"{clamps}, {f'meter {named}' if measuring.meter != 'none' else 'no meter'}",
        ),
    )
    grid = find("grid_type")
    rows.append(
        (
            "mains",
            f"{choice_text(grid, subject.house.values[grid.key])}, "
            f"{subject.house.values['grid_frequency_hz']} Hz",
        ),
    )
    return rows


def battery_words(subject: Subject) -> str:
    """Return the bank of a house in words."""
    battery = subject.installation.site.battery
    if battery.absent:
        return "none"
    if battery.model:
        return MODELS[battery.model].label
    speaks = "its management speaks" if battery.bms_speaks else "no management that speaks"
    return f"{battery.chemistry}, {battery.capacity_ah:g} Ah; {speaks}"
