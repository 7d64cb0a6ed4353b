"""The SunSpec models this machine shows, as data: point, kind, what feeds it, its scale factor.

The rows are written as `ports/sunspec_points.py` says; the models of grid support (123, 703
to 712) stand in `ports/sunspec_grid.py`.

Signs: AC power is positive out of the machine, reactive power where it is injected, the power
factor as the active power (103, 701). DC power is positive into the machine: the sun's, and the
battery's while it discharges (714, 802: inferred, the models do not say).
"""

from twinverter.ports import sunspec_grid as grid
from twinverter.ports.sunspec_points import (
    ACC32,
    BITS16,
    BITS32,
    COUNT,
    ENUM16,
    INT16,
    PAD,
    SCALE,
    UINT16,
    UINT32,
    UINT64,
    Model,
    Point,
    entry,
    fixed,
    nothing,
    of,
    percent,
    scale,
    text,
)


def _tracker(number: int) -> tuple[Point, ...]:
    """Return a module of model 160."""
    pv = f"pv{number}"
    return (
        of(UINT16, "ID", float(number)),
        text("IDStr", 8, f"{pv}_name"),
        of(UINT16, "DCA", f"{pv}_a", "DCA_SF"),
        of(UINT16, "DCV", f"{pv}_v", "DCV_SF"),
        of(UINT16, "DCW", f"{pv}_w", "DCW_SF"),
        *nothing(ACC32, "DCWH"),
        *nothing(UINT32, "Tms"),
        *nothing(INT16, "Tmp"),
        of(ENUM16, "DCSt", f"{pv}_state"),
        *nothing(BITS32, "DCEvt"),
    )


def _phase(number: int) -> tuple[Point, ...]:
    """Return a phase's block of model 701."""
    phase, line = f"L{number}", f"L{number}L{number % 3 + 1}"
    return (
        of(INT16, f"W{phase}", f"inverter_l{number}_w", "W_SF"),
        of(INT16, f"VA{phase}", f"inverter_l{number}_va", "VA_SF"),
        of(INT16, f"Var{phase}", f"inverter_l{number}_var", "Var_SF"),
        of(INT16, f"PF{phase}", f"inverter_l{number}_pf", "PF_SF"),
        of(INT16, f"A{phase}", f"ac_l{number}_a", "A_SF"),
        of(UINT16, f"V{line}", f"ac_l{number}l{number % 3 + 1}_v", "V_SF"),
        of(UINT16, f"V{phase}", f"ac_l{number}_v", "V_SF"),
        *nothing(UINT64, *(f"Tot{what}{phase}" for what in ENERGIES)),
    )


def _port(number: int, kind: float, line: str, given: str | None, taken: str | None) -> tuple:
    """Return a port of model 714; kind 0 PV, 1 battery."""
    return (
        of(ENUM16, "PrtTyp", kind),
        of(UINT16, "ID", float(number)),
        text("IDStr", 8, f"{line}_name"),
        of(INT16, "DCA", f"{line}_a", "DCA_SF"),
        of(UINT16, "DCV", f"{line}_v", "DCV_SF"),
        of(INT16, "DCW", f"{line}_w", "DCW_SF"),
        of(UINT64, "DCWhInj", given, "DCWH_SF"),
        of(UINT64, "DCWhAbs", taken, "DCWH_SF"),
        of(INT16, "Tmp", f"{line}_c" if kind else None, "Tmp_SF"),
        of(ENUM16, "DCSta", f"{line}_on"),
        *nothing(BITS32, "DCAlrm"),
    )


ENERGIES = ("WhInj", "WhAbs", "VarhInj", "VarhAbs")

# fmt: off
COMMON = Model(1, (
    text("Mn", 16, "maker"),
    text("Md", 16, "model"),
    text("Opt", 8),
    text("Vr", 8, "version"),
    text("SN", 16, "serial"),
    fixed(UINT16, "DA", "address"),
    of(PAD, "Pad"),
))

INVERTER = Model(103, (
    of(UINT16, "A",       "ac_a",         "A_SF"),
    of(UINT16, "AphA",    "ac_l1_a",      "A_SF"),
    of(UINT16, "AphB",    "ac_l2_a",      "A_SF"),
    of(UINT16, "AphC",    "ac_l3_a",      "A_SF"),
    scale("A_SF", -2),
    of(UINT16, "PPVphAB", "ac_l1l2_v",    "V_SF"),
    of(UINT16, "PPVphBC", "ac_l2l3_v",    "V_SF"),
    of(UINT16, "PPVphCA", "ac_l3l1_v",    "V_SF"),
    of(UINT16, "PhVphA",  "ac_l1_v",      "V_SF"),
    of(UINT16, "PhVphB",  "ac_l2_v",      "V_SF"),
    of(UINT16, "PhVphC",  "ac_l3_v",      "V_SF"),
    scale("V_SF", -1),
    of(INT16,  "W",       "inverter_w",   "W_SF"),
    scale("W_SF", 0),
    of(UINT16, "Hz",      "frequency_hz", "Hz_SF"),
    scale("Hz_SF", -2),
    of(INT16,  "VA",      "inverter_va",  "VA_SF"),
    scale("VA_SF", 0),
    of(INT16,  "VAr",     "inverter_var", "VAr_SF"),
    scale("VAr_SF", 0),
    percent("PF",         "inverter_pf",  "PF_SF", INT16),
    scale("PF_SF", -1),
    of(ACC32,  "WH",      "ac_total_wh",  "WH_SF"),
    scale("WH_SF", 2),
    of(UINT16, "DCA",     None,           "DCA_SF"),
    scale("DCA_SF", -1),
    of(UINT16, "DCV",     None,           "DCV_SF"),
    scale("DCV_SF", -1),
    of(INT16,  "DCW",     "dc_w",         "DCW_SF"),
    scale("DCW_SF", 0),
    of(INT16,  "TmpCab",  None,           "Tmp_SF"),
    of(INT16,  "TmpSnk",  "sink_c",       "Tmp_SF"),
    *nothing(INT16, "TmpTrns", "TmpOt"),
    scale("Tmp_SF", -1),
    of(ENUM16, "St",      "state"),
    of(ENUM16, "StVnd",   "run_state"),
    of(BITS32, "Evt1",    "events"),
    of(BITS32, "Evt2",    0.0),
    of(BITS32, "EvtVnd1", "faults_low"),
    of(BITS32, "EvtVnd2", "faults_high"),
    of(BITS32, "EvtVnd3", "warnings"),
    *nothing(BITS32, "EvtVnd4"),
))

NAMEPLATE = Model(120, (
    of(ENUM16, "DERTyp",       82.0),
    of(UINT16, "WRtg",         "rated_w",            "WRtg_SF"),
    scale("WRtg_SF", 0),
    of(UINT16, "VARtg",        "most_w",             "VARtg_SF"),
    scale("VARtg_SF", 0),
    *nothing(INT16, "VArRtgQ1", "VArRtgQ2", "VArRtgQ3", "VArRtgQ4"), *nothing(SCALE, "VArRtg_SF"),
    of(UINT16, "ARtg",         "rated_phases_a",     "ARtg_SF"),
    scale("ARtg_SF", -1),
    *nothing(INT16, "PFRtgQ1", "PFRtgQ2", "PFRtgQ3", "PFRtgQ4"), *nothing(SCALE, "PFRtg_SF"),
    of(UINT16, "WHRtg",        "capacity_wh",        "WHRtg_SF"),
    scale("WHRtg_SF", 1),
    of(UINT16, "AhrRtg",       "capacity_ah",        "AhrRtg_SF"),
    scale("AhrRtg_SF", 0),
    of(UINT16, "MaxChaRte",    "rated_battery_w",    "MaxChaRte_SF"),
    scale("MaxChaRte_SF", 0),
    of(UINT16, "MaxDisChaRte", "rated_battery_w",    "MaxDisChaRte_SF"),
    scale("MaxDisChaRte_SF", 0),
    of(PAD, "Pad"),
))

STORAGE = Model(124, (
    of(UINT16, "WChaMax",      "rated_battery_w",    "WChaMax_SF"),
    *nothing(UINT16, "WChaGra", "WDisChaGra"),
    # Both limits always hold.
    fixed(BITS16, "StorCtl_Mod",  3.0),
    *nothing(UINT16, "VAChaMax"),
    entry(UINT16, "MinRsvPct", "low_batt_soc_pct",   "MinRsvPct_SF"),
    percent("ChaState",        "soc",                "ChaState_SF"),
    of(UINT16, "StorAval",     "available_ah",       "StorAval_SF"),
    of(UINT16, "InBatV",       "battery_v",          "InBatV_SF"),
    of(ENUM16, "ChaSt",        "charge_state"),
    entry(INT16, "OutWRte",    "max_discharge_a",    "InOutWRte_SF", 100.0, "rated_battery_a"),
    entry(INT16, "InWRte",     "max_charge_a",       "InOutWRte_SF", 100.0, "rated_battery_a"),
    *nothing(UINT16, "InOutWRte_WinTms", "InOutWRte_RvrtTms", "InOutWRte_RmpTms"),
    entry(ENUM16, "ChaGriSet", "grid_charge"),
    scale("WChaMax_SF", 0),
    *nothing(SCALE, "WChaDisChaGra_SF", "VAChaMax_SF"),
    scale("MinRsvPct_SF", 0),
    scale("ChaState_SF", -1),
    scale("StorAval_SF", -1),
    scale("InBatV_SF", -2),
    scale("InOutWRte_SF", -2),
))

TRACKERS = Model(160, (
    scale("DCA_SF", -1),
    scale("DCV_SF", -1),
    scale("DCW_SF", 0),
    scale("DCWH_SF", 0),
    *nothing(BITS32, "Evt"),
    of(COUNT, "N", 2.0),
    *nothing(UINT16, "TmsPer"),
    *_tracker(1),
    *_tracker(2),
))

MEASURED_AC = Model(701, (
    of(ENUM16, "ACType",  2.0),
    of(ENUM16, "St",      "running"),
    of(ENUM16, "InvSt",   "der_state"),
    of(ENUM16, "ConnSt",  "connected"),
    of(BITS32, "Alrm",    "der_events"),
    of(BITS32, "DERMode", "der_mode"),
    of(INT16,  "W",       "inverter_w",   "W_SF"),
    of(INT16,  "VA",      "inverter_va",  "VA_SF"),
    of(INT16,  "Var",     "inverter_var", "Var_SF"),
    of(INT16,  "PF",      "inverter_pf",  "PF_SF"),
    of(INT16,  "A",       "ac_a",         "A_SF"),
    of(UINT16, "LLV",     "line_v",       "V_SF"),
    of(UINT16, "LNV",     "phase_v",      "V_SF"),
    of(UINT32, "Hz",      "frequency_hz", "Hz_SF"),
    *nothing(UINT64, *(f"Tot{what}" for what in ENERGIES)),
    *nothing(INT16, "TmpAmb", "TmpCab"),
    of(INT16,  "TmpSnk",  "sink_c",       "Tmp_SF"),
    *nothing(INT16, "TmpTrns", "TmpSw", "TmpOt"),
    *_phase(1),
    *_phase(2),
    *_phase(3),
    percent("ThrotPct",   "throttled",    ""),
    *nothing(BITS32, "ThrotSrc"),
    scale("A_SF", -2),
    scale("V_SF", -1),
    scale("Hz_SF", -2),
    scale("W_SF", 0),
    scale("PF_SF", -3),
    scale("VA_SF", 0),
    scale("Var_SF", 0),
    *nothing(SCALE, "TotWh_SF", "TotVarh_SF"),
    scale("Tmp_SF", -1),
    text("MnAlrmInfo", 32, "alarm_codes"),
))

CAPACITY = Model(702, (
    of(UINT16, "WMaxRtg",          "rated_w",         "W_SF"),
    *nothing(UINT16, "WOvrExtRtg", "WOvrExtRtgPF", "WUndExtRtg", "WUndExtRtgPF"),
    of(UINT16, "VAMaxRtg",         "most_w",          "VA_SF"),
    of(UINT16, "VarMaxInjRtg",     "most_inject_var", "Var_SF"),
    of(UINT16, "VarMaxAbsRtg",     "most_absorb_var", "Var_SF"),
    of(UINT16, "WChaRteMaxRtg",    "rated_battery_w", "W_SF"),
    of(UINT16, "WDisChaRteMaxRtg", "rated_battery_w", "W_SF"),
    *nothing(UINT16, "VAChaRteMaxRtg", "VADisChaRteMaxRtg"),
    of(UINT16, "VNomRtg",          "nominal_v",       "V_SF"),
    *nothing(UINT16, "VMaxRtg", "VMinRtg"),
    of(UINT16, "AMaxRtg",          "rated_phases_a",  "A_SF"),
    *nothing(UINT16, "PFOvrExtRtg", "PFUndExtRtg", "ReactSusceptRtg"),
    *nothing(ENUM16, "NorOpCatRtg", "AbnOpCatRtg"),
    of(BITS32, "CtrlModes",        grid.MODES),
    # It can run an island, start it from black, and hold its frequency alone.
    of(BITS16, "IntIslandCatRtg",  14.0),
    of(UINT16, "WMax",             "rated_w",         "W_SF"),
    *nothing(UINT16, "WMaxOvrExt", "WOvrExtPF", "WMaxUndExt", "WUndExtPF"),
    of(UINT16, "VAMax",            "most_w",          "VA_SF"),
    of(UINT16, "VarMaxInj",        "most_inject_var", "Var_SF"),
    of(UINT16, "VarMaxAbs",        "most_absorb_var", "Var_SF"),
    of(UINT16, "WChaRteMax",       "set_charge_w",    "W_SF"),
    of(UINT16, "WDisChaRteMax",    "set_discharge_w", "W_SF"),
    *nothing(UINT16, "VAChaRteMax", "VADisChaRteMax"),
    of(UINT16, "VNom",             "nominal_v",       "V_SF"),
    of(UINT16, "VMax",             "grid_vol_high",   "V_SF"),
    of(UINT16, "VMin",             "grid_vol_low",    "V_SF"),
    of(UINT16, "AMax",             "rated_phases_a",  "A_SF"),
    *nothing(UINT16, "PFOvrExt", "PFUndExt"),
    of(BITS16, "IntIslandCat",     14.0),
    scale("W_SF", 0),
    *nothing(SCALE, "PF_SF"),
    scale("VA_SF", 0),
    scale("Var_SF", 0),
    scale("V_SF", -1),
    scale("A_SF", -1),
    *nothing(SCALE, "S_SF"),
))

STORED = Model(713, (
    of(UINT16, "WHRtg",   "capacity_wh",  "WH_SF"),
    of(UINT16, "WHAvail", "available_wh", "WH_SF"),
    percent("SoC",        "soc",          "Pct_SF"),
    percent("SoH",        "soh",          "Pct_SF"),
    of(ENUM16, "Sta",     "health"),
    scale("WH_SF", 1),
    scale("Pct_SF", -1),
))

MEASURED_DC = Model(714, (
    *nothing(BITS32, "PrtAlrms"),
    of(UINT16, "NPrt",    3.0),
    of(INT16,  "DCA",     None,         "DCA_SF"),
    of(INT16,  "DCW",     "dc_w",       "DCW_SF"),
    *nothing(UINT64, "DCWhInj", "DCWhAbs"),
    scale("DCA_SF", -1),
    scale("DCV_SF", -1),
    scale("DCW_SF", 0),
    scale("DCWH_SF", 0),
    scale("Tmp_SF", -1),
    *_port(1, 0.0, "pv1", None, None),
    *_port(2, 0.0, "pv2", None, None),
    *_port(3, 1.0, "battery", "discharge_total_wh", "charge_total_wh"),
))

BATTERY = Model(802, (
    of(UINT16, "AHRtg",         "capacity_ah",     "AHRtg_SF"),
    of(UINT16, "WHRtg",         "capacity_wh",     "WHRtg_SF"),
    of(UINT16, "WChaRteMax",    "charge_w",        "WChaDisChaMax_SF"),
    of(UINT16, "WDisChaRteMax", "discharge_w",     "WChaDisChaMax_SF"),
    *nothing(UINT16, "DisChaRte"),
    of(UINT16, "SoCMax",        100.0,             "SoC_SF"),
    of(UINT16, "SoCMin",        0.0,               "SoC_SF"),
    *nothing(UINT16, "SocRsvMax"),
    entry(UINT16, "SoCRsvMin",  "low_batt_soc_pct", "SoC_SF"),
    percent("SoC",              "soc",             "SoC_SF"),
    percent("DoD",              "depth",           "DoD_SF"),
    percent("SoH",              "soh",             "SoH_SF"),
    *nothing(UINT32, "NCyc"),
    of(ENUM16, "ChaSt",         "charge_state"),
    of(ENUM16, "LocRemCtl",     0.0),
    *nothing(UINT16, "Hb", "CtrlHb"),
    fixed(UINT16, "AlmRst",        0.0),
    of(ENUM16, "Typ",           "chemistry"),
    of(ENUM16, "State",         "bank_state"),
    *nothing(ENUM16, "StateVnd"),
    *nothing(UINT32, "WarrDt"),
    of(BITS32, "Evt1",          "bank_events"),
    of(BITS32, "Evt2",          0.0),
    of(BITS32, "EvtVnd1",       0.0),
    of(BITS32, "EvtVnd2",       0.0),
    of(UINT16, "V",             "battery_v",       "V_SF"),
    of(UINT16, "VMax",          "bms_charge_v",    "V_SF"),
    of(UINT16, "VMin",          "bms_discharge_v", "V_SF"),
    *nothing(UINT16, "CellVMax", "CellVMaxStr", "CellVMaxMod"),
    *nothing(UINT16, "CellVMin", "CellVMinStr", "CellVMinMod", "CellVAvg"),
    of(INT16,  "A",             "battery_a",       "A_SF"),
    of(UINT16, "AChaMax",       "charge_limit_a",  "AMax_SF"),
    of(UINT16, "ADisChaMax",    "discharge_limit_a", "AMax_SF"),
    of(INT16,  "W",             "battery_w",       "W_SF"),
    of(ENUM16, "ReqInvState",   0.0),
    *nothing(INT16, "ReqW"),
    fixed(ENUM16, "SetOp",         1.0),
    fixed(ENUM16, "SetInvState",   "set_state"),
    scale("AHRtg_SF", 0),
    scale("WHRtg_SF", 1),
    scale("WChaDisChaMax_SF", 0),
    *nothing(SCALE, "DisChaRte_SF"),
    scale("SoC_SF", -1),
    scale("DoD_SF", -1),
    scale("SoH_SF", -1),
    scale("V_SF", -2),
    *nothing(SCALE, "CellV_SF"),
    scale("A_SF", -1),
    scale("AMax_SF", -1),
    scale("W_SF", 0),
))

# The chain in the order it stands on the wire.
MODELS = (COMMON, INVERTER, NAMEPLATE, grid.IMMEDIATE, STORAGE, TRACKERS, MEASURED_AC, CAPACITY,
          *grid.MODELS, STORED, MEASURED_DC, BATTERY)

# Alarm code -> bit of Evt1 (103) and Alrm (701).
EVENTS = {
    "F08": 0, "F24": 0, "F55": 1, "F07": 3, "F35": 4, "OFF": 6, "F22": 6, "F61": 6, "F62": 6,
    "F64": 7, "F47": 8, "F48": 9, "F45": 10, "F42": 11, "F05": 14, "F06": 14,
}
# What only 701 has a bit for: anything else that the maker calls an alarm.
OTHER_EVENT = 16
# Alarm code -> bit of Evt1 (802): communication, temperature, state of charge at its floor.
BANK_EVENTS = {"F58": 0, "W31": 0, "F51": 1, "COLDCHG": 4, "BATSHUT": 13, "LOWBAT": 14}
# fmt: on
