"""The report of a month: each device of a site, what it did, its supply, what went wrong."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from twinverter.book.document import (
    Block,
    Bullets,
    Chapter,
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
    some,
)
from twinverter.monitor.month import Month, Other
from twinverter.portal.month_chart import chart
from twinverter.words import figures
from twinverter.words.logbook import alarm_words

MOST_OUTAGES, MOST_CHANGES = 10, 20
# Below this share of a month the reader is told how much of it is known.
WHOLE = 0.99
# Less than this is not worth a sentence.
LEAST_WH = 50.0
NO_VALUE = "\u2013 \u2013"


class AlarmCount(NamedTuple):
    """How often a code rose in the month, and when last, by the device's clock."""

    code: str
    times: int
    last_s: float


class ChangeLine(NamedTuple):
    """One setting that somebody changed, in words."""

    clock_s: float
    by: str
    label: str
    before: str
    after: str


class DeviceMonth(NamedTuple):
    """One device's month with its journals."""

    title: str
    month: Month
    alarms: Sequence[AlarmCount]
    changes: Sequence[ChangeLine]


def report(site: str, place: str, devices: Sequence[DeviceMonth]) -> Document:
    """Return the report of a site's month as a document; there is one device at least."""
    first = devices[0].month.first
    sums = total([one.month.sums for one in devices])
    facts = [("Month", f"{first:%B %Y}"), ("Devices", ", ".join(one.title for one in devices))]
    if place:
        facts.insert(0, ("Place", place))
    return Document(
        site,
        f"Report of {first:%B %Y}",
        tuple(facts),
        (Bullets(tuple(headlines(sums, first))),),
        tuple(_chapter(str(number), one) for number, one in enumerate(devices, 1)),
        is_brief=True,
    )


def total(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return sums added up by name."""
    return {name: sum(part[name] for part in parts) for name in parts[0]}


def headlines(sums: dict[str, float], first: date) -> list[str]:
    """Return what the month was like in a few sentences."""
    used_wh = sums["load_wh"] + sums["home_wh"] + sums["smart_load_wh"]
    said = [f"The house used {figures.energy(used_wh)}; the sun gave"
            f" {figures.energy(sums['solar_wh'])}."]  # fmt: skip
    bought_wh, sold_wh = sums["grid_import_wh"], sums["grid_export_wh"]
    said.append(
        f"{figures.energy(bought_wh)} came from the grid, {figures.energy(sold_wh)} went to it."
    )
    if sums["generator_s"] > 0.0:
        said.append(
            f"The generator ran {figures.hours(sums['generator_s'])}"
            f" and gave {figures.energy(sums['generator_wh'])}."
        )
    dark_s = sums["unserved_s"]
    said.append(
        f"Backup loads went without power for {figures.duration(dark_s)}."
        if dark_s >= 1.0
        else "No backup load went without power."
    )
    if sums["unserved_wh"] >= LEAST_WH:
        said.append(
            f"{figures.energy(sums['unserved_wh'])} could not be served,"
            " home loads before the meter included."
        )
    return said


def _chapter(number: str, device: DeviceMonth) -> Chapter:
    month = device.month
    sections = [
        Section(f"{number}.1", "Energy", _energy(month)),
        Section(f"{number}.2", "Supply", _supply(month)),
        Section(f"{number}.3", "Alarms", _alarms(device.alarms)),
        Section(f"{number}.4", "Settings", _changes(device.changes)),
    ]
    return Chapter(number, device.title, tuple(sections))


def _energy(month: Month) -> tuple[Block, ...]:
    said = list(_known(month))
    for word, one in (("sunniest", month.best), ("dullest", month.worst)):
        if one is not None:
            said.append(f"The {word} day was {figures.day_name(one[0])}: {figures.energy(one[1])}.")
    parts = [*_sides("came in", month.balance.came_in), *_sides("went out", month.balance.went_out)]
    unexplained_wh = month.balance.unexplained_wh
    parts.append(
        ("Not explained", "", figures.energy(unexplained_wh),
         figures.share(abs(month.balance.unexplained_share)))
    )  # fmt: skip
    drawing = Figure(
        chart(month),
        "By day: the sun (bars) and what the house used (line); below, the hours without mains"
        " (hatched).",
    )
    table = Table(("What", "", "Energy", "Share"), tuple(parts), (5, 2, 2, 2), "Balance")
    return some(
        Bullets(tuple(said)), drawing, table, _compared(month.sums, month.others, month.first)
    )


def _known(month: Month) -> list[str]:
    """Return a sentence on how much of the month is known, where it is not all of it."""
    whole_s = len(month.days.labels) * figures.DAY_S
    counted_s = month.balance.counted_s
    if counted_s >= WHOLE * whole_s:
        return []
    return [f"Known are {figures.duration(counted_s)} of {figures.duration(whole_s)}."]


def _sides(word: str, parts: Sequence) -> list[tuple[str, str, str, str]]:
    total_wh = sum(part.wh for part in parts)
    return [
        (part.label, word, figures.energy(part.wh), figures.share(part.wh / total_wh))
        for part in parts
        if part.wh > 0.0
    ]


def _compared(sums: dict[str, float], others: Sequence[Other], first: date) -> Table | None:
    """Return the month beside others; None where nothing is known of any."""
    known = [one for one in others if one.sums["span_s"] > 0.0]
    if not known:
        return None
    shown = (
        ("Sun", "solar_wh", figures.energy),
        ("Backup loads", "load_wh", figures.energy),
        ("Home loads", "home_wh", figures.energy),
        ("Bought", "grid_import_wh", figures.energy),
        ("Sold", "grid_export_wh", figures.energy),
        ("Generator", "generator_wh", figures.energy),
        ("Generator ran", "generator_s", figures.hours),
        ("Without power", "unserved_s", figures.duration),
    )
    columns = [sums, *(one.sums for one in known)]
    rows = tuple(
        (label, *(told(column[name]) for column in columns))
        for label, name, told in shown
        if any(column[name] for column in columns)
    )
    heads = [f"{first:%B %Y}", *(f"{one.first:%B %Y}" for one in known)]
    return Table(("What", *heads), rows, (4, *[2] * len(heads)), "Beside other months")


def _supply(month: Month) -> tuple[Block, ...]:
    lived = month.supply
    if not lived.listed_s:
        return (Paragraph("Whether there were mains is not known for this month."),)
    if not lived.outages:
        return (Paragraph("The mains were there all the time that is known."),)
    longest = sorted(lived.outages, key=lambda one: one.start_s - one.end_s)[:MOST_OUTAGES]
    said = (
        f"The mains failed {figures.count(len(lived.outages), 'time', 'times')},"
        f" {figures.duration(lived.outage_s)} in all:"
        f" {figures.share(lived.outage_s / lived.listed_s)} of the time that is known."
    )
    rows = tuple(
        (
            f"{figures.moment(one.start_s):%d %b, %H:%M}",
            figures.duration(one.end_s - one.start_s),
            figures.duration(one.dark_s) if one.dark_s >= 1.0 else "none",
            NO_VALUE if one.lowest_soc is None else figures.share(one.lowest_soc),
        )
        for one in longest
    )
    heads = ("Began", "Lasted", "Loads without power", "Lowest charge")
    return (Paragraph(said), Table(heads, rows, (3, 3, 3, 2), "The longest outages"))


def _alarms(alarms: Sequence[AlarmCount]) -> tuple[Block, ...]:
    if not alarms:
        return (Paragraph("No alarm rose."),)
    rows = tuple(
        (
            " ".join(dict.fromkeys((one.code, alarm_words(one.code)["name"]))),
            figures.plain(one.times),
            f"{figures.moment(one.last_s):%d %b, %H:%M}",
            alarm_words(one.code)["advice"],
        )
        for one in sorted(alarms, key=lambda one: -one.times)
    )
    return (Table(("Alarm", "Times", "Last", "What to do"), rows, (4, 1, 2, 6)),)


def _changes(changes: Sequence[ChangeLine]) -> tuple[Block, ...]:
    if not changes:
        return (Paragraph("Nobody changed a setting."),)
    rows = tuple(
        (f"{figures.moment(one.clock_s):%d %b, %H:%M}", one.by, one.label, one.before, one.after)
        for one in changes[-MOST_CHANGES:]
    )
    more = len(changes) - len(rows)
    said = f"{figures.count(more, 'earlier change is', 'earlier changes are')} not shown."
    table = Table(("When", "Who", "Setting", "Before", "After"), rows, (2, 3, 4, 2, 2))
    return (table, Paragraph(said)) if more > 0 else (table,)
