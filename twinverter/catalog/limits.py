"""What an installation is held against: the machine's own ratings and the field's rules of thumb.

One row per figure with where it comes from; `assumed` figures are ours and may be argued with.
Where the manual says two things, the row holds the stand taken: the safest reading first.
"""

from typing import NamedTuple


class Limit(NamedTuple):
    """One figure, its unit and its origin."""

    value: float
    unit: str
    origin: str


# fmt: off
LIMITS = {
    "pv_open_v":            Limit(800.0,   "V",    "manual 9 (550 V nominal; the 1000 V of 3.5.2 are the connectors')"),
    "pv_start_v":           Limit(150.0,   "V",    "manual 9"),
    "pv_track_low_v":       Limit(200.0,   "V",    "manual 9"),
    "pv_track_high_v":      Limit(650.0,   "V",    "manual 9"),
    "pv_current_a":         Limit(12.5,    "A",    "manual 9"),
    "pv_short_a":           Limit(17.0,    "A",    "assumed: the manual gives no short-circuit figure"),
    "pv_total_w":           Limit(10400.0, "W",    "manual 9"),
    "pv_trackers":          Limit(2.0,     "",     "manual 9"),
    "pv_strings":           Limit(1.0,     "",     "manual 9: 1+1"),
    "pv_cable_low_mm2":     Limit(4.0,     "mm2",  "manual 3.5.2"),
    "pv_cable_high_mm2":    Limit(6.0,     "mm2",  "manual 3.5.2"),
    "pv_cable_factor":      Limit(1.25,    "",     "IEC 62548: cables carry 1.25 times the short-circuit current"),
    "pv_loss":              Limit(0.02,    "",     "assumed"),
    "battery_low_v":        Limit(40.0,    "V",    "manual 9"),
    "battery_high_v":       Limit(60.0,    "V",    "manual 9"),
    "battery_nominal_v":    Limit(51.2,    "V",    "assumed: 16 cells of 3.2 V, and what a lead-acid bank holds half full"),
    "battery_breaker_a":    Limit(250.0,   "A",    "manual 3.10"),
    "battery_breaker_factor": Limit(1.25,  "",     "manual: 250 A for 190 A, rounded down"),
    "battery_cable_mm2":    Limit(40.0,    "mm2",  "manual 3.3"),
    "battery_torque_low_nm": Limit(22.0,   "Nm",   "assumed: one cannot aim at a maximum"),
    "battery_torque_nm":    Limit(24.5,    "Nm",   "manual 3.3"),
    "battery_loss":         Limit(0.02,    "",     "assumed"),
    "battery_capacity_off": Limit(0.10,    "",     "assumed"),
    "battery_frost_c":      Limit(0.0,     "degC", "manual 1: never charge a frozen battery"),
    "lead_acid_rate":       Limit(0.20,    "1/h",  "manual 5.6"),
    "lithium_rate":         Limit(0.50,    "1/h",  "manual 5.6"),
    "grid_breaker_a":       Limit(80.0,    "A",    "manual 3.10"),
    "load_breaker_a":       Limit(20.0,    "A",    "manual 3.4 and 3.10"),
    "gen_breaker_a":        Limit(20.0,    "A",    "assumed: as the load port's"),
    "pass_through_a":       Limit(50.0,    "A",    "manual 9"),
    "ac_cable_mm2":         Limit(4.0,     "mm2",  "manual 3.4"),
    "ac_torque_nm":         Limit(1.2,     "Nm",   "manual 3.4"),
    "ac_strip_mm":          Limit(10.0,    "mm",   "manual 3.4"),
    "ac_strip_off_mm":      Limit(2.0,     "mm",   "assumed"),
    "ac_drop":              Limit(0.03,    "",     "IEC 60364-5-52, table G.52.1 (lighting)"),
    "rated_w":              Limit(8000.0,  "W",    "manual 9"),
    "most_w":               Limit(8800.0,  "W",    "manual 9"),
    "nominal_phase_v":      Limit(230.0,   "V",    "manual 9"),
    "phase_a":              Limit(18.0,    "A",    "manual 9"),
    "phase_start_a":        Limit(24.0,    "A",    "assumed: 18 A with the machine's overload for 10 s"),
    "start_w":              Limit(16000.0, "W",    "manual 9: twice the rating for 10 s"),
    "restart_min":          Limit(2.0,     "min",  "manual 3.4"),
    "voltage_off":          Limit(0.10,    "",     "IEC 60038: 230 V within 10 %"),
    "frequency_off_hz":     Limit(3.0,     "Hz",   "assumed: less than half way from 50 to 60 Hz"),
    "gen_low_v":            Limit(170.0,   "V",    "assumed: what the machine accepts from a generator"),
    "gen_high_v":           Limit(280.0,   "V",    "assumed: as above"),
    "gen_low_hz":           Limit(45.0,    "Hz",   "assumed: as above"),
    "gen_high_hz":          Limit(55.0,    "Hz",   "assumed: as above; 5 Hz more in a 60 Hz network"),
    "micro_w":              Limit(8000.0,  "W",    "assumed: no more than the machine can take off grid"),
    "ct_cable_m":           Limit(4.0,     "m",    "manual, appendix II"),
    "clamps":               Limit(3.0,     "",     "assumed: one per phase; the box holds one"),
    "altitude_m":           Limit(2000.0,  "m",    "manual 3.2"),
    "humidity_pct":         Limit(95.0,    "%",    "manual 3.2"),
    "ambient_low_c":        Limit(-25.0,   "degC", "manual 3.2 and 9"),
    "ambient_high_c":       Limit(60.0,    "degC", "manual 3.2 and 9"),
    "derate_c":             Limit(45.0,    "degC", "manual 9"),
    "clearance_side_cm":    Limit(50.0,    "cm",   "manual 3.2"),
    "clearance_front_cm":   Limit(100.0,   "cm",   "manual 3.2"),
    "display_low_m":        Limit(1.2,     "m",    "assumed: eye level"),
    "display_high_m":       Limit(1.9,     "m",    "assumed: eye level"),
    "weight_kg":            Limit(36.8,    "kg",   "manual 9"),
    "weight_factor":        Limit(4.0,     "",     "IEC 62109-1: a mounting carries four times the weight"),
    "holes":                Limit(4.0,     "",     "manual 3.2"),
    "hole_low_mm":          Limit(52.0,    "mm",   "manual 3.2"),
    "hole_high_mm":         Limit(60.0,    "mm",   "manual 3.2"),
    "cold_margin_k":        Limit(10.0,    "K",    "assumed: a record low below a modelled month's coldest hour"),
    "hot_margin_k":         Limit(5.0,     "K",    "assumed: a record high above a modelled month's warmest hour"),
    "array_unused":         Limit(0.75,    "",     "assumed: an array gives this share of its rating now and then"),
}

# What lies in the box (manual 3.1), by the word that says it is missing, and how many.
PARTS = {
    "inverter": 1, "wall bracket": 1, "bolt M8x80": 4, "screw M6x12": 2, "parallel cable": 1,
    "hexagon wrench": 1, "user manual": 1, "wifi dongle": 1, "temperature sensor": 1, "sensor clamp": 1,
}
# fmt: on


def limit(key: str) -> float:
    """Return the value of a row."""
    return LIMITS[key].value


def limit_text(key: str, relation: str = "at most") -> str:
    """Return a limit in words, as "at most 800 V"."""
    row = LIMITS[key]
    if not row.unit and row.value < 1.0:
        return f"{relation} {100.0 * row.value:g} %"
    return f"{relation} {row.value:g} {row.unit}".rstrip()
