"""The SunSpec models of grid support: controls (123, 704), enter service, curves, trips (703-712).

They show what is in force: where a grid mode holds a setting, the code's figure. Every curve is the
one and only, and read-only as the models have the adopted one; what a client may enter are the
enables that the panel has, the window of enter service, and the limit of active power, which is
register 77 of the family (a limit of 100 % is none). Trip curves are the border of must-trip:
voltage or frequency, and the time it may last, stage by stage from the outermost.
"""

from twinverter.ports.sunspec_points import (
    ENUM16,
    INT16,
    INT32,
    SCALE,
    UINT16,
    UINT32,
    Model,
    Point,
    entry,
    fixed,
    nothing,
    of,
    percent,
    scale,
)

# What model 702 says it can: limit W, fixed var and power factor, volt-var, frequency-watt, trips
# by voltage, watt-var, volt-watt, trips by frequency.
MODES = float(sum(1 << bit for bit in (0, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13)))
LIMIT = "active_power_regulation"
COMPLETED, READ_ONLY, ONE_CURVE = 1.0, 1.0, 1.0
# References: of the rated power, of the most active power.
W_MAX_PCT, W_MAX_RAMP = 0.0, 1.0
VOLT_VAR_POINTS, VOLT_WATT_POINTS, WATT_VAR_POINTS = 4, 2, 6
# Three stages at low voltage, two elsewhere: a stair of n stages has 2 n - 1 corners.
CORNERS = {"lv": 5, "hv": 3, "lf": 3, "hf": 3}


def _adopted(kind: str = "Crv") -> tuple[Point, ...]:
    """Return the two points by which a model says that its only curve is the adopted one."""
    return (
        fixed(UINT16, f"Adpt{kind}Req", 0.0),
        of(ENUM16, f"Adpt{kind}Rslt", COMPLETED),
    )


def _reverts(kind: str = "Crv") -> tuple[Point, ...]:
    return (*nothing(UINT32, "RvrtTms", "RvrtRem"), *nothing(UINT16, f"Rvrt{kind}"))


def _volts(name: str, source: str) -> Point:
    """Return a voltage in percent of nominal."""
    return Point(name, UINT16, source, "V_SF", 100.0, "nominal_v")


def _setting_volts(name: str, key: str) -> Point:
    return entry(UINT16, name, key, "V_SF", 100.0, "nominal_v")


def _power_factor(source: str) -> tuple[Point, ...]:
    """Return a group of 704: power factor and side, empty where nothing feeds it."""
    if not source:
        return (*nothing(UINT16, "PF"), *nothing(ENUM16, "Ext"))
    return (fixed(UINT16, "PF", source)._replace(factor="PF_SF"), fixed(ENUM16, "Ext", "pf_side"))


def _corners(side: str, active: bool) -> tuple[Point, ...]:
    """Return one curve of a trip model: how many corners it has, then all there is room for."""
    is_voltage = side.endswith("v")
    points: list[Point] = []
    for place in range(CORNERS[side]):
        source = f"{side}_{place}" if active else None
        level = (
            Point("V", UINT16, source, "V_SF", 100.0)
            if is_voltage
            else Point("Hz", UINT32, source, "Hz_SF", size=2)
        )
        points += [level, of(UINT32, "Tms", f"{source}_s" if source else None, "Tms_SF")]
    return (of(UINT16, "ActPt", f"{side}_corners" if active else 0.0), *points)


def _trips(number: int, side: str) -> Model:
    """Return a trip model: 707 low and 708 high voltage, 709 low and 710 high frequency."""
    factor = ("V_SF", -2) if side.endswith("v") else ("Hz_SF", -2)
    return Model(
        number,
        (
            fixed(ENUM16, "Ena", 1.0),
            *_adopted(),
            of(UINT16, "NPt", float(CORNERS[side])),
            of(UINT16, "NCrvSet", ONE_CURVE),
            scale(*factor),
            scale("Tms_SF", -2),
            of(ENUM16, "ReadOnly", READ_ONLY),
            *_corners(side, active=True),
            *_corners(side, active=False),
            *_corners(side, active=False),
        ),
    )


# fmt: off
IMMEDIATE = Model(123, (
    *nothing(UINT16, "Conn_WinTms", "Conn_RvrtTms"),
    fixed(ENUM16, "Conn",            "power_on"),
    Point("WMaxLimPct", UINT16,      "limit", "WMaxLimPct_SF", 100.0, orders=LIMIT),
    *nothing(UINT16, "WMaxLimPct_WinTms", "WMaxLimPct_RvrtTms", "WMaxLimPct_RmpTms"),
    Point("WMaxLim_Ena", ENUM16,     "limit_on", orders=LIMIT),
    *nothing(INT16, "OutPFSet"),
    *nothing(UINT16, "OutPFSet_WinTms", "OutPFSet_RvrtTms", "OutPFSet_RmpTms"),
    *nothing(ENUM16, "OutPFSet_Ena"),
    *nothing(INT16, "VArWMaxPct", "VArMaxPct", "VArAvalPct"),
    *nothing(UINT16, "VArPct_WinTms", "VArPct_RvrtTms", "VArPct_RmpTms"),
    *nothing(ENUM16, "VArPct_Mod", "VArPct_Ena"),
    scale("WMaxLimPct_SF", -1),
    *nothing(SCALE, "OutPFSet_SF", "VArPct_SF"),
))

ENTER_SERVICE = Model(703, (
    fixed(ENUM16, "ES",              "power_on"),
    _setting_volts("ESVHi",          "reconnect_vol_high"),
    _setting_volts("ESVLo",          "reconnect_vol_low"),
    entry(UINT32, "ESHzHi",          "reconnect_hz_high",  "Hz_SF"),
    entry(UINT32, "ESHzLo",          "reconnect_hz_low",   "Hz_SF"),
    entry(UINT32, "ESDlyTms",        "reconnection_time_s"),
    of(UINT32, "ESRndTms",           "service_random_s"),
    of(UINT32, "ESRmpTms",           "service_ramp_s"),
    *nothing(UINT32, "ESDlyRemTms"),
    scale("V_SF", -2),
    scale("Hz_SF", -2),
))

CONTROLS = Model(704, (
    fixed(ENUM16, "PFWInjEna",       "pf_on"),
    *nothing(ENUM16, "PFWInjEnaRvrt"), *nothing(UINT32, "PFWInjRvrtTms", "PFWInjRvrtRem"),
    fixed(ENUM16, "PFWAbsEna",       0.0),
    *nothing(ENUM16, "PFWAbsEnaRvrt"), *nothing(UINT32, "PFWAbsRvrtTms", "PFWAbsRvrtRem"),
    Point("WMaxLimPctEna", ENUM16,   "limit_on", orders=LIMIT),
    Point("WMaxLimPct", UINT16,      "limit", "WMaxLimPct_SF", 100.0, orders=LIMIT),
    *nothing(UINT16, "WMaxLimPctRvrt"), *nothing(ENUM16, "WMaxLimPctEnaRvrt"),
    *nothing(UINT32, "WMaxLimPctRvrtTms", "WMaxLimPctRvrtRem"),
    *nothing(ENUM16, "WSetEna", "WSetMod"), *nothing(INT32, "WSet", "WSetRvrt"),
    *nothing(INT16, "WSetPct", "WSetPctRvrt"), *nothing(ENUM16, "WSetEnaRvrt"),
    *nothing(UINT32, "WSetRvrtTms", "WSetRvrtRem"),
    fixed(ENUM16, "VarSetEna",       "const_q_on"),
    fixed(ENUM16, "VarSetMod",       W_MAX_PCT),
    fixed(ENUM16, "VarSetPri",       "q_priority"),
    *nothing(INT32, "VarSet", "VarSetRvrt"),
    percent("VarSetPct",             "const_q", "VarSetPct_SF", INT16)._replace(stays=True),
    *nothing(INT16, "VarSetPctRvrt"), *nothing(ENUM16, "VarSetEnaRvrt"),
    *nothing(UINT32, "VarSetRvrtTms", "VarSetRvrtRem"),
    entry(UINT16, "WRmp",            "normal_ramp_pct_s"),
    fixed(ENUM16, "WRmpRef",         W_MAX_RAMP),
    *nothing(UINT16, "VarRmp"),
    fixed(ENUM16, "AntiIslEna",      1.0),
    scale("PF_SF", -3),
    scale("WMaxLimPct_SF", -1),
    *nothing(SCALE, "WSet_SF", "WSetPct_SF", "VarSet_SF"),
    scale("VarSetPct_SF", -1),
    *_power_factor("pf_size"),
    *_power_factor(""),
    *_power_factor(""),
    *_power_factor(""),
))

VOLT_VAR = Model(705, (
    entry(ENUM16, "Ena",             "qv_enable"),
    *_adopted(),
    of(UINT16, "NPt",                float(VOLT_VAR_POINTS)),
    of(UINT16, "NCrv",               ONE_CURVE),
    *_reverts(),
    scale("V_SF", -2),
    scale("DeptRef_SF", -2),
    scale("RspTms_SF", -2),
    of(UINT16, "ActPt",              float(VOLT_VAR_POINTS)),
    of(ENUM16, "DeptRef",            W_MAX_PCT),
    of(ENUM16, "Pri",                "q_priority"),
    percent("VRef",                  "qv_reference", "V_SF"),
    *nothing(UINT16, "VRefAuto"),
    of(ENUM16, "VRefAutoEna",        "qv_auto"),
    of(UINT16, "VRefAutoTms",        "qv_auto_s"),
    of(UINT32, "RspTms",             "qv_response_s", "RspTms_SF"),
    of(ENUM16, "ReadOnly",           READ_ONLY),
    *(
        point
        for place in range(1, VOLT_VAR_POINTS + 1)
        for point in (
            _volts("V", f"qv_v{place}"),
            percent("Var", f"qv_q{place}", "DeptRef_SF", INT16),
        )
    ),
))

VOLT_WATT = Model(706, (
    entry(ENUM16, "Ena",             "vw_enable"),
    *_adopted(),
    of(UINT16, "NPt",                float(VOLT_WATT_POINTS)),
    of(UINT16, "NCrv",               ONE_CURVE),
    *_reverts(),
    scale("V_SF", -2),
    scale("DeptRef_SF", -2),
    scale("RspTms_SF", -2),
    of(UINT16, "ActPt",              float(VOLT_WATT_POINTS)),
    of(ENUM16, "DeptRef",            W_MAX_PCT),
    of(UINT32, "RspTms",             "vw_response_s", "RspTms_SF"),
    of(ENUM16, "ReadOnly",           READ_ONLY),
    _volts("V",                      "vw_vstart_v"),
    percent("W",                     1.0, "DeptRef_SF", INT16),
    _volts("V",                      "vw_vstop_v"),
    percent("W",                     "vw_stop_share", "DeptRef_SF", INT16),
))

DROOP = Model(711, (
    fixed(ENUM16, "Ena",             "droop_on"),
    *_adopted("Ctl"),
    of(UINT16, "NCtl",               ONE_CURVE),
    *_reverts("Ctl"),
    scale("Db_SF", -3),
    scale("K_SF", -4),
    scale("RspTms_SF", -2),
    of(UINT32, "DbOf",               "droop_over_hz", "Db_SF"),
    of(UINT32, "DbUf",               "droop_under_hz", "Db_SF"),
    of(UINT16, "KOf",                "droop_over_k", "K_SF"),
    of(UINT16, "KUf",                "droop_under_k", "K_SF"),
    of(UINT32, "RspTms",             "droop_response_s", "RspTms_SF"),
    percent("PMin",                  "droop_least", "", INT16),
    of(ENUM16, "ReadOnly",           READ_ONLY),
))

WATT_VAR = Model(712, (
    fixed(ENUM16, "Ena",             "qp_on"),
    *_adopted(),
    of(UINT16, "NPt",                float(WATT_VAR_POINTS)),
    of(UINT16, "NCrv",               ONE_CURVE),
    *_reverts(),
    scale("W_SF", -2),
    scale("DeptRef_SF", -2),
    of(UINT16, "ActPt",              float(WATT_VAR_POINTS)),
    of(ENUM16, "DeptRef",            W_MAX_PCT),
    of(ENUM16, "Pri",                "q_priority"),
    of(ENUM16, "ReadOnly",           READ_ONLY),
    *(
        point
        for place in range(WATT_VAR_POINTS)
        for point in (
            percent("W", f"qp_{place}_w", "W_SF", INT16),
            percent("Var", f"qp_{place}_var", "DeptRef_SF", INT16),
        )
    ),
))

MODELS = (
    ENTER_SERVICE, CONTROLS, VOLT_VAR, VOLT_WATT,
    _trips(707, "lv"), _trips(708, "hv"), _trips(709, "lf"), _trips(710, "hf"),
    DROOP, WATT_VAR,
)
# fmt: on
