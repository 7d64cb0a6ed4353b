"""Where the manual says two things: found from its own printed figures by the checker's arithmetic.

Numbers A1 to B13 are those of the project's list of stands (electrical limits; phases, voltage and
grid rules). Figures and stands are rows of `catalog/printed.py`, one finder here for each.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from twinverter.catalog.printed import PRINTED, STANDS
from twinverter.checker import printed_limits as limits
from twinverter.checker import printed_phases as phases

Figures = Mapping[str, Any]
Finder = Callable[[Figures], str]


class Contradiction(NamedTuple):
    """One contradiction: its number, what does not go together, the stand, where it is printed."""

    number: str
    found: str
    stand: str
    sections: tuple[str, ...]
    ledger: tuple[str, ...]


def as_printed() -> dict[str, Any]:
    """Return the figures of the manual."""
    return {key: row.value for key, row in PRINTED.items()}


def contradictions(figures: Figures | None = None) -> list[Contradiction]:
    """Return every contradiction among printed figures, by default those of the manual."""
    taken = as_printed() if figures is None else figures
    found = []
    for number, finder in FINDERS.items():
        text = finder(taken)
        if text:
            rows = [PRINTED[key] for key in STANDS[number].keys]
            sections = tuple(dict.fromkeys(row.section for row in rows))
            ledger = tuple(dict.fromkeys(row.ledger for row in rows))
            found.append(Contradiction(number, text, STANDS[number].stand, sections, ledger))
    return found


FINDERS: dict[str, Finder] = {
    "A1": limits.battery_current,
    "A2": limits.battery_cable,
    "A3": limits.battery_breaker,
    "A4": limits.array_voltage,
    "A5": limits.array_start,
    "A6": limits.ac_breakers,
    "A7": limits.ac_cable,
    "A8": limits.load_breaker,
    "A9": limits.ac_currents,
    "A10": limits.peak,
    "A11": limits.most_power,
    "A12": limits.compensated,
    "A13": limits.short_circuit,
    "A14": limits.menu_powers,
    "A15": limits.array_cable,
    "A16": limits.surge,
    "A17": limits.torque,
    "A18": limits.bank_voltages,
    "B1": phases.phases,
    "B2": phases.grid_types,
    "B3": phases.grid_modes,
    "B4": phases.small_plant,
    "B5": phases.rule_names,
    "B6": phases.zero_levels,
    "B7": phases.headings,
    "B8": phases.blanks,
    "B9": phases.meter_phase,
    "B10": phases.clamps,
    "B11": phases.split_phase,
    "B12": phases.bond,
    "B13": phases.export_scope,
}
