"""Writes what is derived from the tables: reference pages and the stub of the kernel's record.

python -m twinverter.catalog.docs            writes the files that changed
python -m twinverter.catalog.docs --check    exit 1 and the names of stale files
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from twinverter.catalog import alarms, causes, diagnosis, family, links, reasons, registers, stub
from twinverter.catalog.checks_page import checks_page
from twinverter.catalog.codes_page import gridcodes_page
from twinverter.catalog.held import Held
from twinverter.catalog.markdown import MADE_BY, table
from twinverter.catalog.pages import PAGES, SETTINGS
from twinverter.catalog.parallel_frames import parallel_can_page
from twinverter.catalog.row import CHOICE, NUMBER, TIME, Setting
from twinverter.catalog.selftest_page import selftest_page
from twinverter.catalog.telemetry import TELEMETRY
from twinverter.catalog.wiring_page import wiring_page
from twinverter.catalog.word import Word

ROOT = Path(__file__).resolve().parents[2]
AREAS = (
    (0, 59, "Identity"),
    (60, 499, "Settings"),
    (500, 999, "Live values"),
    (1000, 1499, "Fault memory"),
    (10000, 10063, "Battery packs"),
)


def settings_page() -> str:
    """Return the reference of all settings, by LCD page."""
    parts = [
        MADE_BY,
        "# Settings",
        f"{len(SETTINGS)} rows in the order of the LCD. A setting is written `group.key` on the "
        "command line and `key = value` under `[settings.group]` in a house file; the bare key is "
        "understood too.",
        "The word in brackets says where a default or a range comes from: the *manual*, public "
        "descriptions of the same *family* of machines, or *assumed* by us. *Manual* names the "
        "section; a row marked (family) stands on that page in newer texts only.",
    ]
    for page in PAGES:
        parts.append(f"## {page[0].page}\n\n`[settings.{page[0].group}]`")
        head = ("Setting", "Default", "Allowed", "Meaning", "Read by", "Register", "Manual")
        parts.append(table(head, (_setting_cells(row) for row in page)))
    return "\n\n".join(parts) + "\n"


def _setting_cells(row: Setting) -> tuple[str, ...]:
    meaning = row.meaning + (f" Needs {_needs(row)}." if row.depends_on else "")
    return (
        f"`{row.key}`<br>{row.label}",
        f"{_default(row)} ({row.default_origin})",
        f"{_allowed(row)} ({row.range_origin})" if row.stored else row.kind,
        meaning,
        _reader(row),
        "<br>".join(_bits(word) for word in row.words) or _shown_at(row),
        row.section + ("" if row.line else " (family)"),
    )


def _needs(row: Setting) -> str:
    return f"`{row.depends_on}`".replace("; ", "` and `").replace(" or ", "` or `")


def _default(row: Setting) -> str:
    if row.default is None:
        return "none"
    if isinstance(row.default, bool):
        return "on" if row.default else "off"
    unit = row.unit if row.kind != TIME else ""
    return f"{row.default} {unit}".strip()


def _allowed(row: Setting) -> str:
    if row.kind == NUMBER:
        gap = f", not between {row.gap[0]:g} and {row.gap[1]:g}" if row.gap else ""
        unit = f" {row.unit}" if row.unit else ""
        return f"{row.low:g} to {row.high:g}{unit}, step {row.step:g}{gap}"
    if row.kind == CHOICE:
        names = (
            f"~~{choice}~~" if choice in row.refused else f"`{choice}`" for choice in row.choices
        )
        return ", ".join(names)
    return "00:00 to 24:00" if row.kind == TIME else "on, off"


def _reader(row: Setting) -> str:
    if row.in_kernel:
        return f"kernel: `{stub.kernel_path(row)}`"
    if row.use.awaits:
        return f"awaits {row.use.awaits}"
    return f"reserved: {row.use.reserved}" if row.use.reserved else row.use.read_by


def _bits(word: Word | Held) -> str:
    if word.bits == 16:
        return str(word.address)
    last = word.bit + word.bits - 1
    return f"{word.address}.{word.bit}" + (f"-{last}" if word.bits > 1 else "")


def _place(word: Word | Held) -> str:
    return "" if word.bits == 16 else f"{_bits(word)}: "


def _shown_at(row: Setting) -> str:
    return next((str(t.address) for t in TELEMETRY if t.key == row.shows), "")


def registers_page() -> str:
    """Return the register map of the family as this machine serves it."""
    parts = [
        MADE_BY,
        "# Registers",
        f"{len(registers.REGISTERS)} entries of the holding-register map of the three-phase "
        "low-voltage family; addresses are zero based and decimal. Function 0x03 reads all, 0x10 "
        "writes 60 to 499. Addresses not listed are reserved and read 0.",
        "`value = (raw - offset) * scale`. A value of two words has its low word first; `_hi` "
        "entries are high words whose low word is elsewhere. Two-bit switches write 10 for off "
        "and 11 for on; 00 and 01 leave them as they are. `178.4-5` is bits 4 and 5 of 178.",
        "Who shows a register:",
        table(("Mark", "Source"), ((mark, text) for mark, text in family.MARKS.items())),
    ]
    head = ("Address", "Name", "Access", "Unit, scale", "Holds", "Raw values", "Seen in", "Note")
    for low, high, title in AREAS:
        rows = [entry for entry in registers.REGISTERS if low <= entry.address <= high]
        parts.append(f"## {title} ({low} to {high})")
        parts.append(table(head, (_register_cells(entry) for entry in rows)))
    return "\n\n".join([*parts, *_units()]) + "\n"


def _units() -> Iterable[str]:
    """Yield the part about units of the family that differ on the wire."""
    yield "## Units that differ"
    yield (
        "A house file picks a firmware and a data logger, for instance `[site.link]` with "
        '`firmware = "v100"`, `logger = "single_socket"` and `logger_serial = '
        f"{links.LOGGER_SERIAL}`; the first of each is what a house has that says nothing."
    )
    yield table(("Firmware", "What it is"), ((f"`{f.key}`", f.meaning) for f in links.FIRMWARES))
    yield table(
        ("Logger", "What it does"), ((f"`{one.key}`", one.meaning) for one in links.LOGGERS)
    )
    yield "What stands elsewhere in `v100`:"
    yield table(("Address", "Scale", "Holds"), links.v100_lines())


def _register_cells(entry: registers.Register) -> tuple[str, ...]:
    last = entry.address + entry.words - 1
    return (
        str(entry.address) + (f"-{last}" if entry.words > 1 else ""),
        f"`{entry.name}`",
        entry.access,
        _scale(entry),
        "<br>".join(_holds(entry)),
        "; ".join(text for text in (entry.range, entry.values) if text),
        entry.seen_in,
        entry.note,
    )


def _scale(entry: registers.Register) -> str:
    if entry.is_high_word:
        return ""
    row = entry.telemetry or (entry.held[0] if entry.held and not entry.settings else None)
    if row is not None:
        offset = f", offset {entry.telemetry.offset}" if entry.telemetry and row.offset else ""  # type: ignore[union-attr]
        signed = ", signed" if row.signed else ""
        return f"{row.scale:g} {row.unit}".strip() + offset + signed
    word = next(w for w in entry.settings[0].words if w.address == entry.address)
    if word.codes or word.bits < 16 or entry.settings[0].kind == TIME:
        return ""
    signed = ", signed" if word.signed else ""
    return f"{word.scale:g} {entry.settings[0].unit}".strip() + signed


def _holds(entry: registers.Register) -> Iterable[str]:
    owned = [(w, row) for row in entry.settings for w in row.words if w.address == entry.address]
    for word, setting in sorted(owned, key=lambda place: place[0].bit):
        yield f"{_place(word)}setting `{setting.path}`"
    for held in entry.held:
        yield f"{_place(held)}{held.meaning} ({held.reason})"
    if entry.telemetry:
        yield _telemetry(entry)


def _telemetry(entry: registers.Register) -> str:
    row = entry.telemetry
    assert row is not None
    if entry.is_high_word:
        return f"high word of {row.address}"
    if row.feed.absent:
        return f"{row.meaning}; not fitted, reads 0"
    if row.feed.later:
        return f"{row.meaning}; awaits {row.feed.later}"
    if row.feed.live:
        return f"{row.meaning}; the live twin's {row.feed.live}"
    if row.feed.fixed is not None:
        value = row.feed.fixed
        text = f"{value:#06x}" if isinstance(value, int) and value > 255 else f"{value} {row.unit}"
        return f"{row.meaning}; constant {text}".rstrip()
    period = f", {row.period}" if row.period else ""
    return f"{row.meaning}; `{row.source}`{period}"


def alarms_page() -> str:
    """Return the reference of all alarms."""
    parts = [
        MADE_BY,
        "# Alarms",
        f"{len(alarms.ALARMS)} codes: faults of the manual (section 7) and of the family, "
        "warnings, and words of our own. The manual prints no threshold; what is *assumed* says "
        "so.",
        table(
            ("Code", "Name", "Severity", "Goes away", "Register bit", "What the user reads"),
            (
                (
                    f"[{row.code}](#{row.code.lower()})",
                    row.name,
                    row.severity,
                    row.latching,
                    "{}.{}".format(*row.register_bit) if row.register_bit else "",
                    row.message,
                )
                for row in alarms.ALARMS
            ),
        ),
    ]
    for row in alarms.ALARMS:
        facts = (
            ("Name", row.name),
            ("Cause", row.cause),
            ("Raised", row.detection),
            ("Cleared", f"{row.latching}: {row.restart}"),
            ("Shown", row.effect),
            ("Source", row.source),
        )
        parts.append(f"## {row.code}\n\n" + "\n".join(f"- {name}: {text}" for name, text in facts))
        parts += _causes(row.code)
    return "\n\n".join(parts) + "\n"


def _causes(code: str) -> Iterable[str]:
    """Yield what may stand behind a code and what to do about it, step by step."""
    rows = diagnosis.suspects(code)
    if rows:
        yield table(("Likely cause", "What to check first"), ((r.label, r.check) for r in rows))
        yield "Step by step: " + " ".join(diagnosis.help_steps(code))


def reasons_page() -> str:
    """Return the reference of all reasons, by line."""
    parts = [
        MADE_BY,
        "# Reasons",
        f"{len(reasons.REASONS)} rules that can bind a line. Every tick carries one per line; "
        "changing the setting named, or the cause named, changes the action.",
    ]
    paths = {row.key: row.path for row in SETTINGS}
    for line in reasons.LINES:
        rows = [row for row in reasons.REASONS if row.line == line]
        parts.append(f"## {line}")
        head = ("Reason", "Sentence", "Setting", "Manual")
        cells = (
            (
                f"`{row.key}`",
                row.sentence,
                f"`{paths[row.setting]}`" if row.setting else "",
                row.section,
            )
            for row in rows
        )
        parts.append(table(head, cells))
    return "\n\n".join(parts) + "\n"


DEFECT_EXAMPLE = """```toml
[[world.defect]]
cause = "earth_leak_a"
value = 0.06                 # A; without it the usual value
at = 2023-01-02T14:30:00     # the house's wall clock; without it from the start
lasts = "10 min"             # or until = 2023-01-02T14:40:00; without either for good
```"""


def causes_page() -> str:
    """Return the reference of everything that may be broken or wrongly wired."""
    parts = [
        MADE_BY,
        "# Causes",
        f"{len(causes.CAUSES)} things that may be broken or wrongly wired, and the "
        "[codes](alarms.md) they lead to. A cause changes what is there and what the sensors read; "
        "the machine has to find out by itself. Nobody switches a code on.",
        "A house file breaks and mends by the clock, as often as wanted; where two entries give "
        "one cause, the later one counts, and an entry holds for every step that it touches:",
        DEFECT_EXAMPLE,
        "The world on the panel has a button for each, and the API takes them as every other "
        'control of the world: `POST /api/world` with `{"take": {"defect.earth_leak_a": 0.06}}`, '
        'and `{"give_back": ["defect.earth_leak_a"]}` to follow the house again. What is held '
        "there stays over a restart. One situation: "
        "`twinverter ask --defect earth_leak_a=0.06 --after 2s`.",
        "A sound site has the value under *Sound*; *Usual* is what an entry without a value, or a "
        "press on the panel, puts it to. The figures are assumed: large enough to be found, small "
        "enough to be met in a real house.",
        table(
            ("Cause", "What it is", "Sound", "Usual", "Allowed", "Codes"),
            (_cause_cells(row) for row in causes.CAUSES),
        ),
        "Leakage and short circuits flow while the machine works: after a trip they are gone, and "
        "they are back when it tries again. A string turned round or shorted gives nothing; a "
        "damp leak takes minutes to creep in; a sink whose fan stands keeps a quarter of its "
        "cooling. "
        "A circuit wired past the LOAD sensor is part of the home load, and is fed only while the "
        "grid relay is closed. Wrong clamps mislead whoever trusts them: the machine takes for "
        "home load what they read less what passed its GRID terminals. What a shorted switch or "
        "capacitor burns until protection opens its circuit is in no balance.",
        "Some are looked for only where a setting asks for it: an arc with `solar_arc_fault_on`, a "
        "missing bond off grid with `signal_island_mode`, other units with `parallel_feature` and "
        "`parallel_enable`, clamps in the mode `zero_export_ct`. Clamps are tested after power-on "
        "and when they come back, the settings memory at power-on.",
    ]
    return "\n\n".join(parts) + "\n"


def _cause_cells(row: causes.Cause) -> tuple[str, ...]:
    codes = ", ".join(f"[{code}](alarms.md#{code.lower()})" for code in row.codes)
    told = f"{row.label}. {row.told}"
    if row.is_flag:
        return f"`{row.key}`", told, "0", "1", "0 or 1", codes
    sound, usual, low, high = (f"{x:,.9g}" for x in (row.sound, row.usual, row.low, row.high))
    return (
        f"`{row.key}`",
        told,
        f"{sound} {row.unit}",
        f"{usual} {row.unit}",
        f"{low} to {high} {row.unit}",
        codes,
    )


FILES: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings_page,
    "docs/registers.md": registers_page,
    "docs/alarms.md": alarms_page,
    "docs/reasons.md": reasons_page,
    "docs/gridcodes.md": gridcodes_page,
    "docs/causes.md": causes_page,
    "docs/wiring.md": wiring_page,
    "docs/checks.md": checks_page,
    "docs/selftest.md": selftest_page,
    "docs/parallel-can.md": parallel_can_page,
    "twinverter/catalog/record.pyi": stub.record_stub,
}


def stale(root: Path = ROOT) -> list[str]:
    """Return the names of files that do not say what the tables say."""
    return [name for name, text in FILES.items() if _read(root / name) != text()]


def write(root: Path = ROOT) -> list[str]:
    """Write the files that are stale and return their names."""
    names = stale(root)
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(FILES[name](), encoding="utf-8")
    return names


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write or check the derived files; return the exit status."""
    parser = argparse.ArgumentParser(description="Write the pages derived from the tables.")
    parser.add_argument("--check", action="store_true", help="only name stale files, exit 1 if any")
    if not parser.parse_args(arguments).check:
        for name in write(root):
            print(f"{name}: written")
        return 0
    names = stale(root)
    for name in names:
        print(f"{name}: stale, run python -m twinverter.catalog.docs", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
