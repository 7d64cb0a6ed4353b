"""What the manual says twice about phases, voltage and grid rules: finders B1 to B13.

Each takes the printed figures by name and returns what does not go together, or an empty text.
"""

from collections.abc import Mapping
from typing import Any

from twinverter.catalog.printed import AMERICAN_WORDS, G98_PHASE_A, RULE_NAMES

PHASES = 3
Figures = Mapping[str, Any]


def phases(p: Figures) -> str:
    """B1: a single phase with a voltage between phases."""
    single = p["phase_words"] == "single phase"
    if not (single and (p["line_v"] > p["phase_v"] or p["grid_type"] == "three phase")):
        return ""
    return f"{p['phase_v']:g}/{p['line_v']:g} V called {p['phase_words']}, type {p['grid_type']}"


def grid_types(p: Figures) -> str:
    """B2: a menu without the machine's own grid."""
    own = f"{p['phase_v']:.0f}/{p['line_v']:.0f}"
    if any(own in name for name in p["menu_grid_types"]):
        return ""
    return f"no {own} V among {', '.join(p['menu_grid_types'])}"


def grid_modes(p: Figures) -> str:
    """B3: rules in the menu that are not those of the datasheet."""
    own = p["menu_grid_modes"][1:]
    american = all(any(word in name for word in AMERICAN_WORDS) for name in own)
    if not american or any(rule in own for rule in p["grid_rules"]):
        return ""
    return f"the menu has {', '.join(own)}, the datasheet {', '.join(p['grid_rules'])}"


def small_plant(p: Figures) -> str:
    """B4: a rule for small plants and a current beyond it."""
    if "G98" not in p["grid_rules"] or p["most_a"] <= G98_PHASE_A:
        return ""
    return f"G98 is for {G98_PHASE_A:g} A a phase, the machine gives {p['most_a']:g}"


def rule_names(p: Figures) -> str:
    """B5: names among the grid rules that are none."""
    strange = [rule for rule in p["grid_rules"] if rule not in RULE_NAMES]
    return f"{' and '.join(strange)} among the grid rules" if strange else ""


def zero_levels(p: Figures) -> str:
    """B6: trip levels of nothing."""
    if any(p["set3_levels"]) or any(p["set4_levels"]):
        return ""
    return "all levels of Grid Set3 and Set4 are 0, at which they would trip at once"


def headings(p: Figures) -> str:
    """B7: two columns of different units under one heading."""
    if len(set(p["set4_headings"])) == len(set(p["set4_units"])):
        return ""
    return f"{' and '.join(p['set4_units'])} under one heading {p['set4_headings'][0]}"


def blanks(p: Figures) -> str:
    """B8: fields without a value."""
    empty = [key for key in ("reconnection_s", "grid_hz_high", "grid_vol_high") if p[key] is None]
    return f"no value for {', '.join(empty)}" if empty else ""


def meter_phase(p: Figures) -> str:
    """B9: a choice of one phase on a machine with three."""
    if p["grid_type"] != "three phase" or not p["meter_phase_choices"]:
        return ""
    return f"one phase of {', '.join(p['meter_phase_choices'])} is chosen on a three-phase machine"


def clamps(p: Figures) -> str:
    """B10: fewer clamps than phases."""
    if p["grid_type"] != "three phase" or p["clamps_in_box"] >= PHASES:
        return ""
    return f"{p['clamps_in_box']:g} clamp in the box, {PHASES} phases in {p['clamps_needed_in']}"


def split_phase(p: Figures) -> str:
    """B11: a fault text of another network."""
    if p["f08_speaks_of"] != "split phase" or p["grid_type"] != "three phase":
        return ""
    return f"F08 speaks of {p['f08_speaks_of']} on a {p['grid_type']} machine"


def bond(p: Figures) -> str:
    """B12: a bond by a port that does not exist."""
    if p["bond_port"] in p["ports"]:
        return ""
    return f"the bond is made by the port {p['bond_port']}, which is not among the ports of 2.1"


def export_scope(p: Figures) -> str:
    """B13: zero export without saying of what."""
    if p["zero_export_scope"] is not None or p["grid_type"] != "three phase":
        return ""
    return f"zero export over {PHASES} phases: of the sum or of each is not said"
