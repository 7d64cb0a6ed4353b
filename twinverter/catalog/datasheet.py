"""The datasheet of the machine, line by line as printed (manual 9), and what the twin takes of it.

Figures that are limits, printed figures or law stand in their own tables and are filled in from
there. `taken` says where the twin reads a line otherwise, by the number of its stand.
"""

from typing import NamedTuple

from twinverter.catalog.law import LAW, law_key
from twinverter.catalog.limits import LIMITS
from twinverter.catalog.machine import DEPTH_MM, HEIGHT_MM, MODEL, WARRANTY_YEARS, WIDTH_MM
from twinverter.catalog.printed import PRINTED


class Line(NamedTuple):
    """One line: its part of the sheet, label, value in words, ledger id, stand behind it."""

    part: str
    label: str
    value: str
    ledger: str
    taken: str = ""


_LIMIT = {key: f"{row.value:g}" for key, row in LIMITS.items()}
_LAW = {law_key(row): f"{row.value:g}" for row in LAW}


def _printed(key: str) -> str:
    value = PRINTED[key].value
    return ", ".join(map(str, value)) if isinstance(value, tuple) else f"{value:g}"


# fmt: off
DATASHEET = (
    Line("Battery", "type",                         "lead-acid or lithium-ion", "CH9-DAT-002"),
    Line("Battery", "voltage",                      f"{_LIMIT['battery_low_v']} to {_LIMIT['battery_high_v']} V", "CH9-DAT-003", "A12"),
    Line("Battery", "most charging current",        f"{_printed('charge_a')} A", "CH9-DAT-004", "A1"),
    Line("Battery", "most discharging current",     f"{_printed('discharge_a')} A", "CH9-DAT-005", "A1"),
    Line("Battery", "charging",                     "three stages and equalisation", "CH9-CHG-006"),
    Line("Battery", "external temperature sensor",  "optional", "CH9-DAT-007", "E9"),
    Line("Battery", "strategy for lithium",         "follows the battery's management", "CH9-BMS-008"),
    Line("PV", "most power",                        f"{_LIMIT['pv_total_w']} W", "CH9-DAT-009"),
    Line("PV", "voltage",                           f"{_printed('pv_nominal_v')} V ({_LIMIT['pv_start_v']} to {_LIMIT['pv_open_v']} V)", "CH9-DAT-010", "A4"),
    Line("PV", "tracking",                          f"{_LIMIT['pv_track_low_v']} to {_LIMIT['pv_track_high_v']} V", "CH9-DAT-011"),
    Line("PV", "start",                             f"{_LIMIT['pv_start_v']} V", "CH9-DAT-012", "A5"),
    Line("PV", "current",                           f"{_LIMIT['pv_current_a']} A on each input", "CH9-DAT-013", "A13"),
    Line("PV", "MPP trackers",                      _LIMIT["pv_trackers"], "CH9-DAT-014"),
    Line("PV", "strings on each tracker",           _LIMIT["pv_strings"], "CH9-DAT-015"),
    Line("AC", "rated output, and power as UPS",    f"{_LIMIT['rated_w']} W", "CH9-DAT-016"),
    Line("AC", "most output",                       f"{_LIMIT['most_w']} W", "CH9-DAT-017", "A11"),
    Line("AC", "peak off grid",                     f"{_printed('peak_factor')} times the rating for {_LAW['overload_grace_s']} s", "CH9-DAT-018", "A10"),
    Line("AC", "rated current",                     f"{_printed('rated_a')} A", "CH9-DAT-019", "A9"),
    Line("AC", "most current",                      f"{_LIMIT['phase_a']} A", "CH9-DAT-020", "A9"),
    Line("AC", "pass-through, continuous",          f"{_LIMIT['pass_through_a']} A", "CH9-DAT-021", "A8"),
    Line("AC", "power factor",                      f"{_LAW['support_pf_min']} leading to {_LAW['support_pf_min']} lagging", "CH9-DAT-022"),
    Line("AC", "voltage and frequency",             f"{_printed('phase_v')}/{_printed('line_v')} V, 50 or 60 Hz", "CH9-DAT-023", "B1"),
    Line("AC", "grid",                              "three phases", "CH9-DAT-024", "B1"),
    Line("AC", "current distortion",                "below 3 %, below 1.5 % with linear load", "CH9-DAT-025"),
    Line("Efficiency", "best",                      "97.60 %", "CH9-DAT-026"),
    Line("Efficiency", "European",                  "97.00 %", "CH9-DAT-027"),
    Line("Efficiency", "MPP tracking",              "99.90 %", "CH9-DAT-028"),
    Line("Protection", "PV arc detection",          "integrated", "CH9-PRO-029", "D5"),
    Line("Protection", "PV lightning protection",   "integrated", "CH9-PRO-030", "A16"),
    Line("Protection", "against islanding",         "integrated", "CH9-PRO-031"),
    Line("Protection", "PV reverse polarity",       "integrated", "CH9-PRO-032"),
    Line("Protection", "insulation detection",      "integrated", "CH9-PRO-033"),
    Line("Protection", "residual current monitor",  "integrated", "CH9-PRO-034"),
    Line("Protection", "output over-current",       "integrated", "CH9-PRO-035"),
    Line("Protection", "output short circuit",      "integrated", "CH9-PRO-036"),
    Line("Protection", "surge arresters",           "DC type II, AC type II", "CH9-PRO-037", "A16"),
    Line("Rules", "grid",                           _printed("grid_rules"), "CH9-DAT-038", "B5"),
    Line("Rules", "safety",                         "IEC62109-1, IEC62109-2", "CH9-DAT-039"),
    Line("Rules", "EMC",                            "EN61000-6-1, EN61000-6-3, FCC 15 class B", "CH9-DAT-040"),
    Line("General", "model",                        MODEL, "CH9-IDN-001", "E1"),
    Line("General", "air around it",                f"{_LIMIT['ambient_low_c']} to {_LIMIT['ambient_high_c']} °C, less power above {_LIMIT['derate_c']} °C", "CH9-DAT-041", "A11"),
    Line("General", "cooling",                      "smart: the fan follows heat", "CH9-DAT-043", "E10"),
    Line("General", "noise",                        "below 30 dB", "CH9-DAT-044", "E10"),
    Line("General", "speaks with the battery by",   "RS485, CAN", "CH9-BMS-045"),
    Line("General", "weight",                       f"{_LIMIT['weight_kg']} kg", "CH9-DAT-046", "E13"),
    Line("General", "size",                         f"{WIDTH_MM} wide, {HEIGHT_MM} high, {DEPTH_MM} deep, in mm", "CH9-DAT-047"),
    Line("General", "protection degree",            "IP65", "CH9-DAT-048", "E7"),
    Line("General", "mounting",                     "on a wall", "CH9-DAT-049"),
    Line("General", "warranty",                     f"{WARRANTY_YEARS} years", "CH9-WAR-050", "E18"),
)
# fmt: on

PARTS = tuple(dict.fromkeys(line.part for line in DATASHEET))
