"""The page of the installation check: every check, every limit, the cable tables, the stands."""

from collections.abc import Iterable

from twinverter.catalog.cables import AWG, CARRIED, CARRIED_AWG, MM2, Carried
from twinverter.catalog.checks import CHECKS, PARTS
from twinverter.catalog.limits import LIMITS
from twinverter.catalog.markdown import MADE_BY, table
from twinverter.catalog.printed import PRINTED, STANDS

INTRODUCTION = (
    "`twinverter check HOUSE` holds a house file against the manual, public cable tables and "
    "itself. It reads what is installed and set, and what `[site.wiring]` tells of cables, "
    "breakers, earth, clamps, the wall and the work. Every key there may be left out: what is not "
    "told is not judged, and no fault. Exit status: 0 nothing found, 1 a fault found, 2 wrong "
    "input. `--report FILE.html` writes a page, `--json` is for machines, `--manual` shows where "
    "the manual contradicts itself.",
    "- **danger**: people, fire, or a destroyed machine. Switch nothing on.\n"
    "- **wrong**: against the manual or a rule, or it will not work.\n"
    "- **doubtful**: it works, but not as well as it could, or not for sure.",
    "The check judges what was told. It replaces no inspection by an electrician.",
)
EXAMPLE = """\
[site.wiring]
record_low_c = 12            # coldest air ever measured at the place
record_high_c = 40
load_peak_w = [2000, 1200, 1200]   # per phase; else from the load's file or appliances
meter_counts = "sum"         # how the supplier's meter counts: sum or per_phase

[site.wiring.pv]
cable = { length_m = 15, mm2 = 4, insulation = "pv", method = "surface" }
strings_per_tracker = [1, 1]
breaker = true
surge_protection = true      # the outside box
pole_earthed = "none"        # none, positive or negative
modules_leak = false
cable_type = "PV1-F"
connector = "MC4"
polarity_checked = true

[site.wiring.battery]
cable = { length_m = 2, mm2 = 70, insulation = "xlpe", method = "free_air" }
protection = "breaker"       # breaker, fuse or none
rating_a = 200
torque_nm = 23.5
lug = "M10"
polarity_checked = true
connector_closed = true
bms_pins = { can_h = 4, can_l = 5, gnd = 6 }

[site.wiring.grid]           # load and gen take the same keys
cable = { length_m = 12, mm2 = 10, insulation = "pvc", method = "conduit" }
breaker_a = 40               # 0 is none
torque_nm = 1.1
strip_mm = 10
conductors = ["L1", "L2", "L3", "N", "PE"]
on_block = "grid"

[site.wiring.load]
cable = { length_m = 8, awg = "11", method = "conduit" }
breaker_a = 20
rcd = "A"                    # none, AC, A, F or B

[[site.wiring.motors]]
name = "pump"
phase = 3
power_w = 750
start_times = 6              # its start takes so many times its power

[site.wiring.ct]
count = 3
facing = "inverter"
phases = ["L1", "L2", "L3"]
before_all_loads = true
ratio = 2000
cable_m = 4

[site.wiring.earth]
connected = true
at = "grid_side"
mm2 = 10
neutral_bond = "other_relay" # ats_relay, other_relay, fixed or none

[site.wiring.place]
wall = "concrete"
vertical = true
direct_sun = false
rain = false
left_cm = 50
right_cm = 50
above_cm = 50
below_cm = 60
front_cm = 120
ambient_max_c = 42
bolts = "M8x80"
holes = 4
hole_mm = 56

[site.wiring.work]
professional = true
parts_missing = []
breakers_open = true
source_dead = true
steps = ["ac_off", "dc_off", "connect_pv"]
"""


def checks_page() -> str:
    """Return the reference of the installation check."""
    parts = [MADE_BY, "# The installation check", *INTRODUCTION]
    parts += ["## What a house file tells", f"```toml\n{EXAMPLE}```"]
    parts.append(
        "An `insulation` is `pvc`, `xlpe` or `pv`; a `method` is `insulated_wall`, `conduit`, "
        "`surface` or `free_air`; `ambient_c` is the air around the cable. Without insulation and "
        "method (a size in AWG needs the method only) its ampacity is not told."
    )
    parts.append("## Checks")
    head = ("Check", "What is looked at", "Limit", "From", "At worst", "What to do", "Ledger")
    for part in PARTS:
        rows = (
            (f"`{row.id}`", row.title, row.limit, row.source, row.worst, row.advice,
             ", ".join(row.ledger))
            for row in CHECKS
            if row.part == part
        )  # fmt: skip
        parts += [f"### {part}", table(head, rows)]
    parts.append("## Limits")
    limits = (
        (f"`{key}`", f"{row.value:g} {row.unit}".strip(), row.origin) for key, row in LIMITS.items()
    )
    parts.append(table(("Limit", "Value", "From"), limits))
    parts += ["## Cables", "Amperes by size. A size between two rows is read at the smaller one."]
    parts.append(_carried(CARRIED, [f"{size:g}" for size in MM2]))
    parts.append(_carried(CARRIED_AWG, [f"{name} AWG" for name in AWG]))
    parts.append("## Where the manual says two things")
    stands = (
        (number, ", ".join(f"{key} ({PRINTED[key].section})" for key in row.keys), row.stand)
        for number, row in STANDS.items()
    )
    parts.append(table(("No", "Printed figures", "Stand"), stands))
    return "\n\n".join(parts) + "\n"


def _carried(rows: Iterable[Carried], sizes: list[str]) -> str:
    head = ("Insulation", "Laid", "Loaded", "Table", "At", *sizes)
    return table(
        head,
        (
            (
                row.insulation or "75 degC",
                row.method,
                str(row.loaded),
                row.source,
                f"{row.reference_c:g} degC",
                *(f"{amperes:g}" if amperes else "-" for amperes in row.amperes),
            )
            for row in rows
        ),
    )
