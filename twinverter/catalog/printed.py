"""What the manual prints about electrical limits, phases and grid rules, one row per figure.

Values stand as printed, so that its contradictions can be found by calculation
(`checker/printed.py`). None is a figure that is demanded or shown without a value.
"""

from typing import NamedTuple

Figure = float | str | None | tuple[str, ...] | tuple[float, ...]


class Printed(NamedTuple):
    """One printed figure, where it stands, and its ledger id."""

    value: Figure
    section: str
    ledger: str


# fmt: off
PRINTED = {
    "menu_charge_a":         Printed(115.0,   "5.6",   "CH5.6-CHG-004"),
    "menu_discharge_a":      Printed(115.0,   "5.6",   "CH5.6-CHG-005"),
    "charge_a":              Printed(190.0,   "9",     "CH9-DAT-004"),
    "discharge_a":           Printed(190.0,   "9",     "CH9-DAT-005"),
    "battery_cable_awg":     Printed("1",     "3.3",   "CH3.3-WIR-003"),
    "battery_cable_mm2":     Printed(40.0,    "3.3",   "CH3.3-WIR-003"),
    "battery_breaker_a":     Printed(250.0,   "3.10",  "CH3.10-WIR-002"),
    "battery_torque_nm":     Printed(24.5,    "3.3",   "CH3.3-WIR-004"),
    "battery_torque_max_nm": Printed(24.5,    "3.3",   "CH3.3-WIR-004"),
    "battery_low_v":         Printed(40.0,    "9",     "CH9-DAT-003"),
    "battery_high_v":        Printed(60.0,    "9",     "CH9-DAT-003"),
    "tempco_v_per_k":        Printed(0.12,    "5.6",   "CH5.6-CHG-036"),
    "agm_12v":               Printed((14.2, 13.4, 14.2), "5.6", "CH5.6-CHG-030"),
    "agm_48v":               Printed((57.6, 53.6, 57.6), "5.6", "CH5.6-CHG-032"),
    "wet_12v":               Printed((14.7, 13.7, 14.7), "5.6", "CH5.6-CHG-036"),
    "wet_48v":               Printed((59.0, 55.0, 59.0), "5.6", "CH5.6-CHG-038"),
    "pv_nominal_v":          Printed(550.0,   "3.5.1", "CH3.5.1-DAT-003"),
    "pv_open_v":             Printed(800.0,   "9",     "CH9-DAT-010"),
    "pv_within_v":           Printed(1000.0,  "3.5.2", "CH3.5.2-WIR-006"),
    "pv_start_v":            Printed(150.0,   "9",     "CH9-DAT-012"),
    "pv_track_low_v":        Printed(200.0,   "9",     "CH9-DAT-011"),
    "pv_current_a":          Printed(12.5,    "9",     "CH9-DAT-013"),
    "pv_short_a":            Printed(None,    "9",     "CH9-DAT-013"),
    "pv_total_w":            Printed(10400.0, "9",     "CH9-DAT-009"),
    "pv_cable_awg":          Printed("12",    "3.5",   "CH3.5-WIR-002"),
    "pv_cable_mm2":          Printed(4.0,     "3.5.2", "CH3.5.2-WIR-009"),
    "surge_box":             Printed("demanded", "3.5", "CH3.5-WIR-005"),
    "surge_inside":          Printed("II",    "9",     "CH9-PRO-037"),
    "load_breaker_a":        Printed(20.0,    "3.4",   "CH3.4-WIR-003"),
    "callout_2_a":           Printed(80.0,    "3.10",  "CH3.10-WIR-003"),
    "callout_3_a":           Printed(20.0,    "3.10",  "CH3.10-WIR-004"),
    "ac_cable_mm2":          Printed(4.0,     "3.4",   "CH3.4-WIR-006"),
    "rated_w":               Printed(8000.0,  "9",     "CH9-DAT-016"),
    "most_w":                Printed(8800.0,  "9",     "CH9-DAT-017"),
    "most_w_for_s":          Printed(None,    "9",     "CH9-DAT-017"),
    "peak_factor":           Printed(2.0,     "9",     "CH9-DAT-018"),
    "rated_a":               Printed(12.0,    "9",     "CH9-DAT-019"),
    "most_a":                Printed(18.0,    "9",     "CH9-DAT-020"),
    "pass_a":                Printed(50.0,    "9",     "CH9-DAT-021"),
    "menu_max_solar_w":      Printed(5000.0,  "5.7",   "CH5.7-SET-002"),
    "menu_max_sell_w":       Printed(5000.0,  "5.7",   "CH5.7-CTL-017"),
    "phase_v":               Printed(230.0,   "9",     "CH9-DAT-023"),
    "line_v":                Printed(400.0,   "9",     "CH9-DAT-023"),
    "phase_words":           Printed("single phase", "9", "CH9-DAT-023"),
    "grid_type":             Printed("three phase",  "9", "CH9-DAT-024"),
    "menu_grid_types":       Printed(("220V single phase", "120/240V split phase", "120/208V three phase", "120V single phase"), "5.8", "CH5.8-GRD-002"),
    "menu_grid_modes":       Printed(("General Standard", "UL1741 & IEEE1547", "CPUC RULE21", "SRD-UL-1741"), "5.8", "CH5.8-GRD-001"),
    "grid_rules":            Printed(("VDE 0126", "AS4777", "NRS2017", "G98", "G99", "IEC61683", "IEC62116", "IEC61727"), "9", "CH9-DAT-038"),
    "set3_levels":           Printed((0.0, 0.0, 0.0, 0.0), "5.8", "CH5.8-GSP-012"),
    "set4_levels":           Printed((0.0, 0.0, 0.0, 0.0, 0.0), "5.8", "CH5.8-GSP-018"),
    "set4_headings":         Printed(("L/HVRT", "L/HVRT"), "5.8", "CH5.8-GSP-019"),
    "set4_units":            Printed(("V", "Hz"), "5.8", "CH5.8-GSP-020"),
    "reconnection_s":        Printed(None,    "5.8",   "CH5.8-GSP-007"),
    "grid_hz_high":          Printed(None,    "5.8",   "CH5.8-PRO-008"),
    "grid_vol_high":         Printed(None,    "5.8",   "CH5.8-PRO-009"),
    "meter_phase_choices":   Printed(("A", "B", "C"), "5.10", "CH5.10-MET-011"),
    "clamps_in_box":         Printed(1.0,     "3.1",   "CH3.1-INS-011"),
    "clamps_needed_in":      Printed("Zero Export To CT", "5.7", "CH5.7-MET-013"),
    "f08_speaks_of":         Printed("split phase", "7", "CH7-FLT-008"),
    "bond_port":             Printed("ATS",   "5.10",  "CH5.10-GRD-008"),
    "ports":                 Printed(("BMS 485", "BMS CAN", "DRMs", "Parallel", "Function", "RS 485", "Generator", "Load", "Grid"), "2.1", "CH3.6-GRD-002"),
    "zero_export_scope":     Printed(None,    "5.7",   "CH5.7-CTL-018"),
}
# What the public rules themselves say, against which the printed names and figures are held.
RULE_NAMES = ("VDE 0126", "AS4777", "NRS 097-2-1", "G98", "G99", "IEC62116", "IEC61727")
G98_PHASE_A = 16.0  # ENA Engineering Recommendation G98: up to 16 A per phase
AMERICAN_WORDS = ("UL", "CPUC")
# fmt: on


class Stand(NamedTuple):
    """One contradiction: the printed figures that do not go together, and the reading taken."""

    keys: tuple[str, ...]
    stand: str


# fmt: off
STANDS = {
    "A1":  Stand(("menu_charge_a", "menu_discharge_a", "charge_a", "discharge_a"), "0 to 190 A, 40 A by default; above 115 A cable and breaker have to fit"),
    "A2":  Stand(("battery_cable_awg", "battery_cable_mm2"),                       "40 mm2 at least, 50 offered; the ampacity table decides"),
    "A3":  Stand(("battery_breaker_a", "battery_cable_awg"),                       "no more than the cable carries, 1.25 times the set current, 250 A at most"),
    "A4":  Stand(("pv_nominal_v", "pv_open_v", "pv_within_v"),                     "800 V in the cold; 1000 V is never a limit"),
    "A5":  Stand(("pv_start_v", "pv_track_low_v"),                                 "wrong below 150 V open, doubtful below 200 V at hot maximum power"),
    "A6":  Stand(("load_breaker_a", "callout_2_a", "callout_3_a"),                 "grid up to 80 A, load and GEN 20 A"),
    "A7":  Stand(("ac_cable_mm2", "callout_2_a", "pass_a"),                        "no breaker above its cable; 4 mm2 for about 25 A"),
    "A8":  Stand(("load_breaker_a", "pass_a"),                                     "the weakest part rules: the load is held against its breaker"),
    "A9":  Stand(("rated_a", "most_a", "pass_a"),                                  "18 A is the limit of one phase under unequal load, 50 A the relay's"),
    "A10": Stand(("peak_factor", "most_a", "discharge_a"),                         "18 and 190 A are continuous; 24 A and twice the battery current for 10 s"),
    "A11": Stand(("most_w", "rated_w"),                                            "without limit in time up to 45 degC, 8000 W above"),
    "A12": Stand(("battery_high_v", "tempco_v_per_k", "wet_48v"),                  "60.0 V is never passed"),
    "A13": Stand(("pv_current_a", "pv_short_a", "pv_total_w"),                     "above 12.5 A it clips, above 17 A short circuit (assumed) it is refused"),
    "A14": Stand(("menu_max_solar_w", "menu_max_sell_w", "pv_total_w", "rated_w"), "defaults as printed, ranges of the datasheet"),
    "A15": Stand(("pv_cable_awg", "pv_cable_mm2"),                                 "4 mm2 at least; 12 AWG alone is doubtful"),
    "A16": Stand(("surge_box", "surge_inside"),                                    "the outside box is required"),
    "A17": Stand(("battery_torque_nm", "battery_torque_max_nm"),                   "22 to 24.5 Nm, never above"),
    "A18": Stand(("agm_12v", "agm_48v", "wet_12v", "wet_48v"),                     "the bank's voltage goes into the fields"),
    "B1":  Stand(("phase_v", "line_v", "phase_words", "grid_type"),                "three phases, 230/400 V"),
    "B2":  Stand(("menu_grid_types", "line_v"),                                    "230/400, 220/380 and 240/415 V are added, single and split phase refused"),
    "B3":  Stand(("menu_grid_modes", "grid_rules"),                                "the four as printed and further profiles marked ours"),
    "B4":  Stand(("grid_rules", "most_a"),                                         "the G98 profile holds 16 A"),
    "B5":  Stand(("grid_rules",),                                                  "NRS 097-2-1:2017; IEC 61683 measures efficiency"),
    "B6":  Stand(("set3_levels", "set4_levels"),                                   "off while zero"),
    "B7":  Stand(("set4_headings", "set4_units"),                                  "the second column is frequency ride-through"),
    "B8":  Stand(("reconnection_s", "grid_hz_high", "grid_vol_high"),              "60 s, 48.0 to 51.5 Hz, 185 to 265 V of the family"),
    "B9":  Stand(("meter_phase_choices", "grid_type"),                             "stored and shown; the meter's phase of L1"),
    "B10": Stand(("clamps_in_box", "clamps_needed_in"),                            "three clamps or a meter"),
    "B11": Stand(("f08_speaks_of", "grid_type"),                                   "holds for three phases off grid too"),
    "B12": Stand(("bond_port", "ports"),                                           "the installer has to name who makes the bond"),
    "B13": Stand(("zero_export_scope", "grid_type"),                               "the sum by default, each phase by choice; the checker asks how the meter counts"),
}
# fmt: on
