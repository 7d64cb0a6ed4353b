"""The registers of the family's energy meter, CHINT's DTSU666: three phases, four wires.

Floats of two registers, high word first, in which 1 stands for `scale`; an import from the grid is
positive. A meter behind transformers shows what passes them: readings are multiplied by their
ratios. Sources: the maker's manual; volkszaehler/mbmd `meters/rs485/dtsu666.go`.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from twinverter.words.wording import PHASES

ADDRESS, BAUD = 1, 9600
# Version, programming code, wiring, ratios, order of the bytes; the line's own settings.
# fmt: off
FIXED = {
    0x00: 100, 0x01: 701, 0x03: 0, 0x06: 1, 0x07: 10, 0x0C: 0,
    0x2C: 3, 0x2D: 3, 0x2E: ADDRESS,
}
# fmt: on
SET_FIRST, SET_COUNT = 0x00, 13
CT_PLACE, VT_PLACE, ORDER_PLACE = 0x06, 0x07, 0x0C
VT_SCALE = 0.1
POWER_FIRST, POWER_COUNT, POWER_SCALE_W = 0x2012, 8, 0.1
# The order of the four bytes of a float, by register 0x0C.
ORDERS = ("ABCD", "CDAB", "BADC", "DCBA")
# No house draws more; what is read beyond it was never measured (assumed).
MOST_W = 1.0e6


class Measure(NamedTuple):
    """One float: its address, its key in `measures`, and what 1 of it stands for."""

    address: int
    key: str
    scale: float


def _phases(first: int, key: str, scale: float, total: bool = False) -> list[Measure]:
    names = ["total"] if total else []
    names += list(PHASES)
    return [Measure(first + 2 * place, f"{key}_{name}", scale) for place, name in enumerate(names)]


# fmt: off
MEASURES = (
    Measure(0x2000, "voltage_l1_l2_v", 0.1),
    Measure(0x2002, "voltage_l2_l3_v", 0.1),
    Measure(0x2004, "voltage_l3_l1_v", 0.1),
    *_phases(0x2006, "voltage_v",    0.1),
    *_phases(0x200C, "current_a",    0.001),
    *_phases(0x2012, "power_w",      0.1,   total=True),
    *_phases(0x201A, "reactive_var", 0.1,   total=True),
    *_phases(0x202A, "factor",       0.001, total=True),
    Measure(0x2044, "frequency_hz",  0.01),
    Measure(0x101E, "import_wh",     1000.0),
    Measure(0x1028, "export_wh",     1000.0),
    # Where meters of an older make keep them.
    Measure(0x401E, "import_wh",     1000.0),
    Measure(0x4028, "export_wh",     1000.0),
)
# fmt: on


class Setup(NamedTuple):
    """What a meter is set to: what its readings are multiplied by, and the order of its bytes."""

    power_scale: float = POWER_SCALE_W
    order: str = ORDERS[0]


def setup(words: Sequence[int]) -> Setup:
    """Return the setup from the registers at `SET_FIRST`; a ratio of 0 stands for none."""
    current_ratio = float(words[CT_PLACE]) or 1.0
    voltage_ratio = words[VT_PLACE] * VT_SCALE or 1.0
    order = words[ORDER_PLACE]
    return Setup(
        POWER_SCALE_W * current_ratio * voltage_ratio,
        ORDERS[order] if order < len(ORDERS) else ORDERS[0],
    )


def powers_w(words: Sequence[int], found: Setup) -> tuple[float, float, float]:
    """Return the powers of phase A, B and C from the registers at `POWER_FIRST`.

    ValueError where they cannot have been measured.
    """
    if len(words) != POWER_COUNT:
        raise ValueError(f"{len(words)} registers instead of {POWER_COUNT}")
    _, a_w, b_w, c_w = (
        _float(words[place : place + 2], found.order) * found.power_scale
        for place in range(0, POWER_COUNT, 2)
    )
    for power_w in (a_w, b_w, c_w):
        if not abs(power_w) <= MOST_W:
            raise ValueError(f"{power_w} W was never measured")
    return a_w, b_w, c_w


def registers(shown: Mapping[str, Any]) -> dict[int, int]:
    """Return the registers of a meter at the mains, from a snapshot of the device."""
    values = measures(shown)
    found = dict(FIXED)
    for measure in MEASURES:
        high, low = struct.unpack(">HH", struct.pack(">f", values[measure.key] / measure.scale))
        found[measure.address], found[measure.address + 1] = high, low
    return found


def measures(shown: Mapping[str, Any]) -> dict[str, float]:
    """Return what a meter at the mains measures; the device knows no reactive power there."""
    flows, energy = shown["flows"], shown["energy"]
    found = {
        "frequency_hz": flows["grid_hz"],
        "import_wh": energy["buy"]["total_wh"],
        "export_wh": energy["sell"]["total_wh"],
        "power_w_total": sum(flows["grid_w"]),
        "reactive_var_total": 0.0,
        "factor_total": 1.0,
    }
    for place, name in enumerate(PHASES):
        voltage_v, power_w = flows["grid_v"][place], flows["grid_w"][place]
        next_v = flows["grid_v"][(place + 1) % len(PHASES)]
        following = PHASES[(place + 1) % len(PHASES)]
        found[f"voltage_{name}_{following}_v"] = _between_v(voltage_v, next_v)
        found[f"voltage_v_{name}"] = voltage_v
        found[f"power_w_{name}"] = power_w
        found[f"current_a_{name}"] = power_w / voltage_v if voltage_v else 0.0
        found[f"reactive_var_{name}"], found[f"factor_{name}"] = 0.0, 1.0
    return found


def _between_v(one_v: float, next_v: float) -> float:
    """Return the voltage between two phases that stand a third of a turn apart."""
    return math.sqrt(one_v * one_v + next_v * next_v + one_v * next_v)


def _float(words: Sequence[int], order: str) -> float:
    """Return a float of two words whose bytes came in this order."""
    came = struct.pack(">HH", *words)
    value: float = struct.unpack(">f", bytes(came[order.index(letter)] for letter in "ABCD"))[0]
    return value
