"""The SunSpec models this machine shows, as data: point, kind, what feeds it, its scale factor.

Names, kinds, order and sizes are those of the SunSpec Alliance's model definitions
(github.com/sunspec/models, json/model_*.json). A source is a figure of `ports/sunspec_figures.py`
in SI units, or a constant; a point without one is sent as "not implemented". Left out are models
whose functions the machine does not have yet: reactive power, curves, trips (704 to 712).

Signs: AC power is positive out of the machine (103, 701). DC power is positive into it: the sun's,
and the battery's while it discharges (714, 802: inferred, the models do not say).
"""

from typing import NamedTuple

UINT16, INT16, UINT32, UINT64 = "uint16", "int16", "uint32", "uint64"
ENUM16, BITS16, BITS32, ACC32 = "enum16", "bitfield16", "bitfield32", "acc32"
STRING, SCALE, PAD, COUNT = "string", "sunssf", "pad", "count"
# Registers of a point of each kind; a string brings its own.
# fmt: off
SIZES = {UINT16: 1, INT16: 1, UINT32: 2, UINT64: 4, ENUM16: 1, BITS16: 1, BITS32: 2, ACC32: 2,
         SCALE: 1, PAD: 1, COUNT: 1}
# What stands in a point that the machine does not have.
NOT_IMPLEMENTED = {
    UINT16: 0xFFFF, INT16: 0x8000, UINT32: 0xFFFFFFFF, UINT64: 0xFFFFFFFFFFFFFFFF,
    ENUM16: 0xFFFF, BITS16: 0xFFFF, BITS32: 0xFFFFFFFF, ACC32: 0, SCALE: 0x8000, PAD: 0x8000,
    COUNT: 0xFFFF,
}
# fmt: on


class Point(NamedTuple):
    """One point; `value = figure / figures[per] * times`, as a multiple of 10**factor.

    `sets` is the setting that a write of the point enters; the figure is then that setting's value.
    What `stays` may be written by its definition, but takes nothing but what it shows.
    """

    name: str
    kind: str
    source: str | float | None = None
    factor: str = ""
    times: float = 1.0
    per: str = ""
    sets: str = ""
    stays: bool = False
    size: int = 1


class Model(NamedTuple):
    """One model: its number and its points behind number and length."""

    number: int
    points: tuple[Point, ...]

    @property
    def length(self) -> int:
        """Return how many registers the points take."""
        return sum(point.size for point in self.points)


def _of(kind: str, name: str, source: str | float | None = None, factor: str = "") -> Point:
    return Point(name, kind, source, factor, size=SIZES[kind])


def _scale(name: str, exponent: int) -> Point:
    return Point(name, SCALE, exponent)


def _text(name: str, size: int, source: str | None = None) -> Point:
    return Point(name, STRING, source, size=size)


def _percent(name: str, source: str, factor: str) -> Point:
    return Point(name, UINT16, source, factor, times=100.0)


def _entry(
    kind: str, name: str, key: str, factor: str = "", times: float = 1.0, per: str = ""
) -> Point:
    return Point(name, kind, key, factor, times, per, sets=key, size=SIZES[kind])


def _fixed(kind: str, name: str, source: str | float) -> Point:
    return Point(name, kind, source, stays=True, size=SIZES[kind])


def _nothing(kind: str, *names: str) -> tuple[Point, ...]:
    return tuple(_of(kind, name) for name in names)


def _tracker(number: int) -> tuple[Point, ...]:
    """Return a module of model 160."""
    pv = f"pv{number}"
    return (
        _of(UINT16, "ID", float(number)),
        _text("IDStr", 8, f"{pv}_name"),
        _of(UINT16, "DCA", f"{pv}_a", "DCA_SF"),
        _of(UINT16, "DCV", f"{pv}_v", "DCV_SF"),
        _of(UINT16, "DCW", f"{pv}_w", "DCW_SF"),
        *_nothing(ACC32, "DCWH"),
        *_nothing(UINT32, "Tms"),
        *_nothing(INT16, "Tmp"),
        _of(ENUM16, "DCSt", f"{pv}_state"),
        *_nothing(BITS32, "DCEvt"),
    )


def _phase(number: int) -> tuple[Point, ...]:
    """Return a phase's block of model 701."""
    phase, line = f"L{number}", f"L{number}L{number % 3 + 1}"
    return (
        _of(INT16, f"W{phase}", f"inverter_l{number}_w", "W_SF"),
        _of(INT16, f"VA{phase}"),
        _of(INT16, f"Var{phase}"),
        _of(INT16, f"PF{phase}"),
        _of(INT16, f"A{phase}", f"ac_l{number}_a", "A_SF"),
        _of(UINT16, f"V{line}", f"ac_l{number}l{number % 3 + 1}_v", "V_SF"),
        _of(UINT16, f"V{phase}", f"ac_l{number}_v", "V_SF"),
        *_nothing(UINT64, *(f"Tot{what}{phase}" for what in ENERGIES)),
    )


def _port(number: int, kind: float, line: str, given: str | None, taken: str | None) -> tuple:
    """Return a port of model 714; kind 0 PV, 1 battery."""
    return (
        _of(ENUM16, "PrtTyp", kind),
        _of(UINT16, "ID", float(number)),
        _text("IDStr", 8, f"{line}_name"),
        _of(INT16, "DCA", f"{line}_a", "DCA_SF"),
        _of(UINT16, "DCV", f"{line}_v", "DCV_SF"),
        _of(INT16, "DCW", f"{line}_w", "DCW_SF"),
        _of(UINT64, "DCWhInj", given, "DCWH_SF"),
        _of(UINT64, "DCWhAbs", taken, "DCWH_SF"),
        _of(INT16, "Tmp", f"{line}_c" if kind else None, "Tmp_SF"),
        _of(ENUM16, "DCSta", f"{line}_on"),
        *_nothing(BITS32, "DCAlrm"),
    )


ENERGIES = ("WhInj", "WhAbs", "VarhInj", "VarhAbs")

# fmt: off
COMMON = Model(1, (
    _text("Mn", 16, "maker"),
    _text("Md", 16, "model"),
    _text("Opt", 8),
    _text("Vr", 8, "version"),
    _text("SN", 16, "serial"),
    _fixed(UINT16, "DA", "address"),
    _of(PAD, "Pad"),
))

INVERTER = Model(103, (
    _of(UINT16, "A",       "ac_a",         "A_SF"),
    _of(UINT16, "AphA",    "ac_l1_a",      "A_SF"),
    _of(UINT16, "AphB",    "ac_l2_a",      "A_SF"),
    _of(UINT16, "AphC",    "ac_l3_a",      "A_SF"),
    _scale("A_SF", -2),
    _of(UINT16, "PPVphAB", "ac_l1l2_v",    "V_SF"),
    _of(UINT16, "PPVphBC", "ac_l2l3_v",    "V_SF"),
    _of(UINT16, "PPVphCA", "ac_l3l1_v",    "V_SF"),
    _of(UINT16, "PhVphA",  "ac_l1_v",      "V_SF"),
    _of(UINT16, "PhVphB",  "ac_l2_v",      "V_SF"),
    _of(UINT16, "PhVphC",  "ac_l3_v",      "V_SF"),
    _scale("V_SF", -1),
    _of(INT16,  "W",       "inverter_w",   "W_SF"),
    _scale("W_SF", 0),
    _of(UINT16, "Hz",      "frequency_hz", "Hz_SF"),
    _scale("Hz_SF", -2),
    *_nothing(INT16, "VA"), *_nothing(SCALE, "VA_SF"),
    *_nothing(INT16, "VAr"), *_nothing(SCALE, "VAr_SF"),
    *_nothing(INT16, "PF"), *_nothing(SCALE, "PF_SF"),
    _of(ACC32,  "WH",      "ac_total_wh",  "WH_SF"),
    _scale("WH_SF", 2),
    _of(UINT16, "DCA",     None,           "DCA_SF"),
    _scale("DCA_SF", -1),
    _of(UINT16, "DCV",     None,           "DCV_SF"),
    _scale("DCV_SF", -1),
    _of(INT16,  "DCW",     "dc_w",         "DCW_SF"),
    _scale("DCW_SF", 0),
    _of(INT16,  "TmpCab",  None,           "Tmp_SF"),
    _of(INT16,  "TmpSnk",  "sink_c",       "Tmp_SF"),
    *_nothing(INT16, "TmpTrns", "TmpOt"),
    _scale("Tmp_SF", -1),
    _of(ENUM16, "St",      "state"),
    _of(ENUM16, "StVnd",   "run_state"),
    _of(BITS32, "Evt1",    "events"),
    _of(BITS32, "Evt2",    0.0),
    _of(BITS32, "EvtVnd1", "faults_low"),
    _of(BITS32, "EvtVnd2", "faults_high"),
    _of(BITS32, "EvtVnd3", "warnings"),
    *_nothing(BITS32, "EvtVnd4"),
))

NAMEPLATE = Model(120, (
    _of(ENUM16, "DERTyp",       82.0),
    _of(UINT16, "WRtg",         "rated_w",            "WRtg_SF"),
    _scale("WRtg_SF", 0),
    _of(UINT16, "VARtg",        "most_w",             "VARtg_SF"),
    _scale("VARtg_SF", 0),
    *_nothing(INT16, "VArRtgQ1", "VArRtgQ2", "VArRtgQ3", "VArRtgQ4"), *_nothing(SCALE, "VArRtg_SF"),
    _of(UINT16, "ARtg",         "rated_phases_a",     "ARtg_SF"),
    _scale("ARtg_SF", -1),
    *_nothing(INT16, "PFRtgQ1", "PFRtgQ2", "PFRtgQ3", "PFRtgQ4"), *_nothing(SCALE, "PFRtg_SF"),
    _of(UINT16, "WHRtg",        "capacity_wh",        "WHRtg_SF"),
    _scale("WHRtg_SF", 1),
    _of(UINT16, "AhrRtg",       "capacity_ah",        "AhrRtg_SF"),
    _scale("AhrRtg_SF", 0),
    _of(UINT16, "MaxChaRte",    "rated_battery_w",    "MaxChaRte_SF"),
    _scale("MaxChaRte_SF", 0),
    _of(UINT16, "MaxDisChaRte", "rated_battery_w",    "MaxDisChaRte_SF"),
    _scale("MaxDisChaRte_SF", 0),
    _of(PAD, "Pad"),
))

STORAGE = Model(124, (
    _of(UINT16, "WChaMax",      "rated_battery_w",    "WChaMax_SF"),
    *_nothing(UINT16, "WChaGra", "WDisChaGra"),
    # Both limits always hold.
    _fixed(BITS16, "StorCtl_Mod",  3.0),
    *_nothing(UINT16, "VAChaMax"),
    _entry(UINT16, "MinRsvPct", "low_batt_soc_pct",   "MinRsvPct_SF"),
    _percent("ChaState",        "soc",                "ChaState_SF"),
    _of(UINT16, "StorAval",     "available_ah",       "StorAval_SF"),
    _of(UINT16, "InBatV",       "battery_v",          "InBatV_SF"),
    _of(ENUM16, "ChaSt",        "charge_state"),
    _entry(INT16, "OutWRte",    "max_discharge_a",    "InOutWRte_SF", 100.0, "rated_battery_a"),
    _entry(INT16, "InWRte",     "max_charge_a",       "InOutWRte_SF", 100.0, "rated_battery_a"),
    *_nothing(UINT16, "InOutWRte_WinTms", "InOutWRte_RvrtTms", "InOutWRte_RmpTms"),
    _entry(ENUM16, "ChaGriSet", "grid_charge"),
    _scale("WChaMax_SF", 0),
    *_nothing(SCALE, "WChaDisChaGra_SF", "VAChaMax_SF"),
    _scale("MinRsvPct_SF", 0),
    _scale("ChaState_SF", -1),
    _scale("StorAval_SF", -1),
    _scale("InBatV_SF", -2),
    _scale("InOutWRte_SF", -2),
))

TRACKERS = Model(160, (
    _scale("DCA_SF", -1),
    _scale("DCV_SF", -1),
    _scale("DCW_SF", 0),
    _scale("DCWH_SF", 0),
    *_nothing(BITS32, "Evt"),
    _of(COUNT, "N", 2.0),
    *_nothing(UINT16, "TmsPer"),
    *_tracker(1),
    *_tracker(2),
))

MEASURED_AC = Model(701, (
    _of(ENUM16, "ACType",  2.0),
    _of(ENUM16, "St",      "running"),
    _of(ENUM16, "InvSt",   "der_state"),
    _of(ENUM16, "ConnSt",  "connected"),
    _of(BITS32, "Alrm",    "der_events"),
    _of(BITS32, "DERMode", "der_mode"),
    _of(INT16,  "W",       "inverter_w",   "W_SF"),
    *_nothing(INT16, "VA", "Var", "PF"),
    _of(INT16,  "A",       "ac_a",         "A_SF"),
    _of(UINT16, "LLV",     "line_v",       "V_SF"),
    _of(UINT16, "LNV",     "phase_v",      "V_SF"),
    _of(UINT32, "Hz",      "frequency_hz", "Hz_SF"),
    *_nothing(UINT64, *(f"Tot{what}" for what in ENERGIES)),
    *_nothing(INT16, "TmpAmb", "TmpCab"),
    _of(INT16,  "TmpSnk",  "sink_c",       "Tmp_SF"),
    *_nothing(INT16, "TmpTrns", "TmpSw", "TmpOt"),
    *_phase(1),
    *_phase(2),
    *_phase(3),
    _percent("ThrotPct",   "throttled",    ""),
    *_nothing(BITS32, "ThrotSrc"),
    _scale("A_SF", -2),
    _scale("V_SF", -1),
    _scale("Hz_SF", -2),
    _scale("W_SF", 0),
    *_nothing(SCALE, "PF_SF", "VA_SF", "Var_SF", "TotWh_SF", "TotVarh_SF"),
    _scale("Tmp_SF", -1),
    _text("MnAlrmInfo", 32, "alarm_codes"),
))

CAPACITY = Model(702, (
    _of(UINT16, "WMaxRtg",          "rated_w",         "W_SF"),
    *_nothing(UINT16, "WOvrExtRtg", "WOvrExtRtgPF", "WUndExtRtg", "WUndExtRtgPF"),
    _of(UINT16, "VAMaxRtg",         "most_w",          "VA_SF"),
    *_nothing(UINT16, "VarMaxInjRtg", "VarMaxAbsRtg"),
    _of(UINT16, "WChaRteMaxRtg",    "rated_battery_w", "W_SF"),
    _of(UINT16, "WDisChaRteMaxRtg", "rated_battery_w", "W_SF"),
    *_nothing(UINT16, "VAChaRteMaxRtg", "VADisChaRteMaxRtg"),
    _of(UINT16, "VNomRtg",          "nominal_v",       "V_SF"),
    *_nothing(UINT16, "VMaxRtg", "VMinRtg"),
    _of(UINT16, "AMaxRtg",          "rated_phases_a",  "A_SF"),
    *_nothing(UINT16, "PFOvrExtRtg", "PFUndExtRtg", "ReactSusceptRtg"),
    *_nothing(ENUM16, "NorOpCatRtg", "AbnOpCatRtg"),
    _of(BITS32, "CtrlModes",        0.0),
    # It can run an island, start it from black, and hold its frequency alone.
    _of(BITS16, "IntIslandCatRtg",  14.0),
    _of(UINT16, "WMax",             "rated_w",         "W_SF"),
    *_nothing(UINT16, "WMaxOvrExt", "WOvrExtPF", "WMaxUndExt", "WUndExtPF"),
    _of(UINT16, "VAMax",            "most_w",          "VA_SF"),
    *_nothing(UINT16, "VarMaxInj", "VarMaxAbs"),
    _of(UINT16, "WChaRteMax",       "set_charge_w",    "W_SF"),
    _of(UINT16, "WDisChaRteMax",    "set_discharge_w", "W_SF"),
    *_nothing(UINT16, "VAChaRteMax", "VADisChaRteMax"),
    _of(UINT16, "VNom",             "nominal_v",       "V_SF"),
    _of(UINT16, "VMax",             "grid_vol_high",   "V_SF"),
    _of(UINT16, "VMin",             "grid_vol_low",    "V_SF"),
    _of(UINT16, "AMax",             "rated_phases_a",  "A_SF"),
    *_nothing(UINT16, "PFOvrExt", "PFUndExt"),
    _of(BITS16, "IntIslandCat",     14.0),
    _scale("W_SF", 0),
    *_nothing(SCALE, "PF_SF"),
    _scale("VA_SF", 0),
    *_nothing(SCALE, "Var_SF"),
    _scale("V_SF", -1),
    _scale("A_SF", -1),
    *_nothing(SCALE, "S_SF"),
))

ENTER_SERVICE = Model(703, (
    _fixed(ENUM16, "ES",           "power_on"),
    _entry(UINT16, "ESVHi",     "reconnect_vol_high",  "V_SF", 100.0, "nominal_v"),
    _entry(UINT16, "ESVLo",     "reconnect_vol_low",   "V_SF", 100.0, "nominal_v"),
    _entry(UINT32, "ESHzHi",    "reconnect_hz_high",   "Hz_SF"),
    _entry(UINT32, "ESHzLo",    "reconnect_hz_low",    "Hz_SF"),
    _entry(UINT32, "ESDlyTms",  "reconnection_time_s"),
    *_nothing(UINT32, "ESRndTms", "ESRmpTms", "ESDlyRemTms"),
    _scale("V_SF", -2),
    _scale("Hz_SF", -2),
))

STORED = Model(713, (
    _of(UINT16, "WHRtg",   "capacity_wh",  "WH_SF"),
    _of(UINT16, "WHAvail", "available_wh", "WH_SF"),
    _percent("SoC",        "soc",          "Pct_SF"),
    _percent("SoH",        "soh",          "Pct_SF"),
    _of(ENUM16, "Sta",     "health"),
    _scale("WH_SF", 1),
    _scale("Pct_SF", -1),
))

MEASURED_DC = Model(714, (
    *_nothing(BITS32, "PrtAlrms"),
    _of(UINT16, "NPrt",    3.0),
    _of(INT16,  "DCA",     None,         "DCA_SF"),
    _of(INT16,  "DCW",     "dc_w",       "DCW_SF"),
    *_nothing(UINT64, "DCWhInj", "DCWhAbs"),
    _scale("DCA_SF", -1),
    _scale("DCV_SF", -1),
    _scale("DCW_SF", 0),
    _scale("DCWH_SF", 0),
    _scale("Tmp_SF", -1),
    *_port(1, 0.0, "pv1", None, None),
    *_port(2, 0.0, "pv2", None, None),
    *_port(3, 1.0, "battery", "discharge_total_wh", "charge_total_wh"),
))

BATTERY = Model(802, (
    _of(UINT16, "AHRtg",         "capacity_ah",     "AHRtg_SF"),
    _of(UINT16, "WHRtg",         "capacity_wh",     "WHRtg_SF"),
    _of(UINT16, "WChaRteMax",    "charge_w",        "WChaDisChaMax_SF"),
    _of(UINT16, "WDisChaRteMax", "discharge_w",     "WChaDisChaMax_SF"),
    *_nothing(UINT16, "DisChaRte"),
    _of(UINT16, "SoCMax",        100.0,             "SoC_SF"),
    _of(UINT16, "SoCMin",        0.0,               "SoC_SF"),
    *_nothing(UINT16, "SocRsvMax"),
    _entry(UINT16, "SoCRsvMin",  "low_batt_soc_pct", "SoC_SF"),
    _percent("SoC",              "soc",             "SoC_SF"),
    _percent("DoD",              "depth",           "DoD_SF"),
    _percent("SoH",              "soh",             "SoH_SF"),
    *_nothing(UINT32, "NCyc"),
    _of(ENUM16, "ChaSt",         "charge_state"),
    _of(ENUM16, "LocRemCtl",     0.0),
    *_nothing(UINT16, "Hb", "CtrlHb"),
    _fixed(UINT16, "AlmRst",        0.0),
    _of(ENUM16, "Typ",           "chemistry"),
    _of(ENUM16, "State",         "bank_state"),
    *_nothing(ENUM16, "StateVnd"),
    *_nothing(UINT32, "WarrDt"),
    _of(BITS32, "Evt1",          "bank_events"),
    _of(BITS32, "Evt2",          0.0),
    _of(BITS32, "EvtVnd1",       0.0),
    _of(BITS32, "EvtVnd2",       0.0),
    _of(UINT16, "V",             "battery_v",       "V_SF"),
    _of(UINT16, "VMax",          "bms_charge_v",    "V_SF"),
    _of(UINT16, "VMin",          "bms_discharge_v", "V_SF"),
    *_nothing(UINT16, "CellVMax", "CellVMaxStr", "CellVMaxMod"),
    *_nothing(UINT16, "CellVMin", "CellVMinStr", "CellVMinMod", "CellVAvg"),
    _of(INT16,  "A",             "battery_a",       "A_SF"),
    _of(UINT16, "AChaMax",       "charge_limit_a",  "AMax_SF"),
    _of(UINT16, "ADisChaMax",    "discharge_limit_a", "AMax_SF"),
    _of(INT16,  "W",             "battery_w",       "W_SF"),
    _of(ENUM16, "ReqInvState",   0.0),
    *_nothing(INT16, "ReqW"),
    _fixed(ENUM16, "SetOp",         1.0),
    _fixed(ENUM16, "SetInvState",   "set_state"),
    _scale("AHRtg_SF", 0),
    _scale("WHRtg_SF", 1),
    _scale("WChaDisChaMax_SF", 0),
    *_nothing(SCALE, "DisChaRte_SF"),
    _scale("SoC_SF", -1),
    _scale("DoD_SF", -1),
    _scale("SoH_SF", -1),
    _scale("V_SF", -2),
    *_nothing(SCALE, "CellV_SF"),
    _scale("A_SF", -1),
    _scale("AMax_SF", -1),
    _scale("W_SF", 0),
))

# The chain in the order it stands on the wire.
MODELS = (COMMON, INVERTER, NAMEPLATE, STORAGE, TRACKERS, MEASURED_AC, CAPACITY, ENTER_SERVICE,
          STORED, MEASURED_DC, BATTERY)

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
