"""What a history keeps of a device: figures that move, and sums that only grow.

Figures are the telemetry rows of the catalog that change by themselves and count nothing; each
keeps the resolution of its register. Sums are energies in Wh and times in s, held as whole
thousandths: sums of integers do not depend on the order in which late samples arrive.
"""

import math
from typing import NamedTuple

import numpy as np

from twinverter.catalog.telemetry import TELEMETRY, Telemetry
from twinverter.inverter import Meters
from twinverter.live.memory import energies

# Counters have the sums' place; an address is a setting.
COUNTED = ("kWh", "kvarh", "h", "s")
ADDRESSES = ("modbus_address", "comm_address")
THOUSANDTHS = 1000


class Figure(NamedTuple):
    """One column of measured figures, rounded to so many decimals."""

    key: str
    unit: str
    decimals: int
    row: Telemetry


def _moves(row: Telemetry) -> bool:
    fed = bool(row.source or row.feed.live)
    return fed and row.unit not in COUNTED and row.key not in ADDRESSES


FIGURES = tuple(
    Figure(row.key, row.unit, max(0, -math.floor(math.log10(row.scale))), row)
    for row in TELEMETRY
    if _moves(row)
)
KEYS = tuple(figure.key for figure in FIGURES)
PLACE = {key: place for place, key in enumerate(KEYS)}
DECIMALS = np.array([figure.decimals for figure in FIGURES])


class Sums(NamedTuple):
    """What is summed up: since the start of a device, or over a span.

    The first ten are the lines of the device's own curves; `grid_import_wh` and `grid_export_wh`
    passed the mains, `unserved_wh` and `unserved_s` are what the house went without.
    """

    solar_wh: float
    load_wh: float
    home_wh: float
    smart_load_wh: float
    buy_wh: float
    sell_wh: float
    charge_wh: float
    discharge_wh: float
    generator_wh: float
    micro_inverter_wh: float
    grid_import_wh: float
    grid_export_wh: float
    unserved_wh: float
    losses_wh: float
    generator_s: float
    unserved_s: float


SUMS = Sums._fields


def counted(meters: Meters) -> Sums:
    """Return what a device's meters have summed up."""
    return Sums(
        *energies(meters),
        meters.grid_import_wh,
        meters.grid_export_wh,
        meters.load_unserved_wh + meters.home_unserved_wh,
        meters.losses_wh,
        meters.generator_s,
        meters.unserved_s,
    )


def rounded(values: np.ndarray) -> np.ndarray:
    """Return rows of figures at the resolution of their registers, in single precision."""
    factors = 10.0**DECIMALS
    return (np.round(values * factors) / factors).astype(np.float32)
