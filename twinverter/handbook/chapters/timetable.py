"""The six rows of time of use as the LCD shows them, side by side. Manual 5.7, Work Mode2."""

from collections.abc import Iterator, Mapping

from twinverter.book.document import Block, Bullets, Table
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.row import Value
from twinverter.catalog.screens import value_text
from twinverter.catalog.settings import find

TIMETABLE_PAGE = "work2"
ROWS = 6
COLUMNS = ("time", "power_w", "batt_pct", "batt_v", "grid_charge", "gen_charge")
TIMETABLE_KEYS = frozenset(f"tou{row}_{name}" for row in range(1, ROWS + 1) for name in COLUMNS)
# The clock runs: what stands in these rows is no setting of a house.
CLOCK_KEYS = frozenset(
    row.key
    for row in SETTINGS
    if row.group == "basic" and row.key.startswith("clock_") and row.step
)


def timetable(values: Mapping[str, Value]) -> Iterator[Block]:
    """Yield the rows, each up to where the next one starts, and what the columns mean."""
    level = "batt_v" if values["batt_mode"] == "use_batt_v" else "batt_pct"
    shown = ("time", "power_w", level, "grid_charge", "gen_charge")
    rows = []
    for number in range(1, ROWS + 1):
        start, power, target, grid, gen = (
            value_text(find(f"tou{number}_{name}"), values[f"tou{number}_{name}"]) for name in shown
        )
        until = str(values[f"tou{number % ROWS + 1}_time"])
        rows.append((f"{number}", start, until, power, target, grid, gen))
    head = ("Row", "From", "To", "Power", "Batt", "Grid", "Gen")
    caption = (
        "The timetable."
        if values["tou_enable"]
        else "The timetable; it does nothing while Time Of Use is off."
    )
    yield Table(head, tuple(rows), (8.0, 14.0, 14.0, 18.0, 18.0, 14.0, 14.0), caption)
    first = (find(f"tou1_{name}") for name in shown)
    yield Bullets(tuple(f"{row.label.partition(' (')[0]}: {row.meaning}" for row in first))
