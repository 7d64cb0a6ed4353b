"""The energies of a period set against each other: what came in, what went out, what is missing.

What nobody counted is not shared out among the others: it stands as the unexplained part. Of a
device that counts no losses they are in it.
"""

from typing import NamedTuple

from twinverter.monitor.columns import SUMS
from twinverter.monitor.curves import Span
from twinverter.monitor.history import History

# fmt: off
CAME_IN = (
    ("solar_wh",          "Sun"),
    ("grid_import_wh",    "Bought from the grid"),
    ("generator_wh",      "Generator"),
    ("micro_inverter_wh", "Micro-inverters"),
    ("discharge_wh",      "Taken out of the battery"),
)
WENT_OUT = (
    ("load_wh",           "Backup loads"),
    ("home_wh",           "Home loads"),
    ("smart_load_wh",     "Smart load"),
    ("grid_export_wh",    "Sold to the grid"),
    ("charge_wh",         "Put into the battery"),
    ("losses_wh",         "Lost as heat"),
)
# fmt: on


class Part(NamedTuple):
    """One line of a balance."""

    key: str
    label: str
    wh: float


class Balance(NamedTuple):
    """Both sides of a period; `unexplained_wh` is what came in and is not seen going out.

    `stored_wh` is what the battery took more than it gave, as measured at its terminals;
    `counted_s` the time over which anything was counted.
    """

    came_in: list[Part]
    went_out: list[Part]
    stored_wh: float
    unexplained_wh: float
    unexplained_share: float
    counted_s: float


def sums_of(history: History, device: str, level: str, within: Span) -> dict[str, float]:
    """Return a device's sums over the slots of a level inside a span, with `span_s`."""
    rows = history.read(device, level, within.start_s, within.end_s, (), SUMS)
    return {name: sum(rows[name].to_pylist()) for name in ("span_s", *SUMS)}


def balance(sums: dict[str, float]) -> Balance:
    """Return the balance of sums in Wh; it closes with its unexplained part."""
    came_in = [Part(key, label, sums[key]) for key, label in CAME_IN]
    went_out = [Part(key, label, sums[key]) for key, label in WENT_OUT]
    total_wh = sum(part.wh for part in came_in)
    missing_wh = total_wh - sum(part.wh for part in went_out)
    share = missing_wh / total_wh if total_wh > 0.0 else 0.0
    stored_wh = sums["charge_wh"] - sums["discharge_wh"]
    return Balance(came_in, went_out, stored_wh, missing_wh, share, sums["span_s"])


# Of a device that has not delivered yet.
NOTHING = balance(dict.fromkeys(("span_s", *SUMS), 0.0))
