"""What a cable carries, drops and loses, from the tables of `catalog/cables.py`."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from twinverter.catalog.cables import (
    AMBIENT_C,
    AWG,
    AWG_MM2,
    CARRIED,
    CARRIED_AWG,
    COPPER_C,
    COPPER_OHM_MM2_PER_M,
    COPPER_PER_K,
    MM2,
    OHM_PER_KM,
    PV_AMBIENT_C,
    WORKING_C,
    Carried,
)
from twinverter.scenario.wiring_form import CableForm

METRES_PER_KM = 1000.0
# The code has no row for these two; they are read as a raceway, which is the smaller (assumed).
AWG_METHODS = {"insulated_wall": "conduit", "surface": "conduit"}
DC, AC = 2, 3


class Ampacity(NamedTuple):
    """What a cable carries, and the table that says so."""

    current_a: float
    source: str


def area_mm2(cable: CableForm) -> float:
    """Return the cross-section."""
    if cable.mm2 is not None:
        return cable.mm2
    return AWG_MM2[AWG.index(str(cable.awg))]


def size_text(cable: CableForm) -> str:
    """Return the size as it was told."""
    return f"{cable.mm2:g} mm2" if cable.mm2 is not None else f"{cable.awg} AWG"


def ampacity(cable: CableForm, loaded: int) -> Ampacity | None:
    """Return what the cable carries with so many loaded conductors, None where nothing tells.

    A size between two rows is read at the smaller one; a row without the size carries nothing
    that a table would vouch for, so it is None too.
    """
    if cable.method is None:
        return None
    if cable.awg is not None and cable.insulation != "pv":
        method = AWG_METHODS.get(cable.method, cable.method)
        row = next(row for row in CARRIED_AWG if row.method == method)
        return _read(row, AWG.index(cable.awg), cable)
    place = sum(size <= area_mm2(cable) + 1e-9 for size in MM2) - 1
    for row in CARRIED:
        same = (row.insulation, row.method, row.loaded) == (cable.insulation, cable.method, loaded)
        if same and place >= 0 and row.amperes[place] > 0.0:
            return _read(row, place, cable)
    return None


def _read(row: Carried, place: int, cable: CableForm) -> Ampacity:
    usual_c = PV_AMBIENT_C if cable.insulation == "pv" else AMBIENT_C
    ambient_c = usual_c if cable.ambient_c is None else cable.ambient_c
    share = max(row.limit_c - ambient_c, 0.0) / (row.limit_c - row.reference_c)
    return Ampacity(row.amperes[place] * math.sqrt(share), f"{row.source} at {ambient_c:g} degC")


def largest_breaker_a(current_a: float, sizes_a: Sequence[float]) -> float:
    """Return the largest breaker that is sold and guards a cable for a current, 0 for none."""
    return max((size_a for size_a in sizes_a if size_a <= current_a), default=0.0)


def resistance_ohm(cable: CableForm) -> float:
    """Return the resistance of one conductor, one way, warm from work."""
    size_mm2 = area_mm2(cable)
    if size_mm2 in OHM_PER_KM:
        cold_ohm_per_m = OHM_PER_KM[size_mm2] / METRES_PER_KM
    else:
        cold_ohm_per_m = COPPER_OHM_MM2_PER_M / size_mm2
    return cold_ohm_per_m * cable.length_m * (1.0 + COPPER_PER_K * (WORKING_C - COPPER_C))


def there_and_back(cable: CableForm, current_a: float, voltage_v: float) -> float:
    """Return the share of the voltage that is lost over both conductors of a DC cable."""
    return 2.0 * resistance_ohm(cable) * current_a / voltage_v


def one_way(cable: CableForm, current_a: float, voltage_v: float) -> float:
    """Return the share of the phase voltage that a balanced three-phase current loses."""
    return resistance_ohm(cable) * current_a / voltage_v
