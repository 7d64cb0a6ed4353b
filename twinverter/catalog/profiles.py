"""The grid codes as data: one profile per choice of Grid Mode, one row per figure of it.

A figure names a setting of Grid Set2 to Grid Set4 or a figure of the law, its value in the unit of
the standard, where the standard has it, and where the value can be read. No standard was at hand:
a figure is `public` where a document that anybody can read prints it, else `assumed`, from general
knowledge and unchecked. Voltages in V are those of the standard's nominal voltage, frequencies
those of its nominal frequency. Positive reactive power is injected.
"""

from collections.abc import Iterable
from typing import NamedTuple

ASSUMED = "assumed"
# The name that a figure gives as `public: name`, the document, and where it is found.
# fmt: off
SOURCES = (
    ("OpenDER",    "EPRI OpenDER 2.2.0, its model and parameters AS-with std-values.csv",  "github.com/epri-dev/OpenDER"),
    ("pyUL1741SB", "pyUL1741SB, shall-trip tables of IEEE 1547-2018 (tables 11 to 13)",    "pyUL1741SB, IEEE1547 package"),
    ("FXR",        "OutBack FXR manual 900-0167-01-00, table 19",                          "manualshelf.com, outback-power fxr3048a-01, page 68"),
    ("PWRcell",    "Generac PWRcell X11402 manual, table 3-3",                             "manualshive.com, generac pwrcell-x11402, page 16"),
    ("Delta",      "Delta M42U manual, appendices A-1 and A-2",                            "easymanua.ls/delta/m42u/manual?p=100"),
    ("Duracell",   "Duracell D1500-M4 manual, SA9 and SA10",                               "manualshive.com, duracell d1500-m4, page 22"),
    ("Tesla US",   "Tesla Powerwall install manual (US), frequency ride-through, table 3", "energylibrary.tesla.com, GUID-7374FAFE-32F2-4FF8-AFB8-B7E9ECAF3852"),
    ("Tesla delay", "Tesla Powerwall, grid qualification delays by grid code",             "service.tesla.com, GUID-CE784C0E-5D39-43A6-B196-D64FBC9090A2"),
    ("Mojave",     "OutBack Mojave manual 900-00277-01-001, table 16",                     "manualshive.com, outback-power-mojave, page 95"),
    ("Tesla AU",   "Tesla Powerwall 3 install manual (Australia), appendix H",             "energylibrary.tesla.com, GUID-28B97094-C38C-4C0E-B25F-52EC23D24E2D"),
    ("Q.VOLT",     "Q CELLS Q.VOLT HYB-G2 manual, 7.3.6.5",                                "manualshive.com, q-volt-g2-hyb-4-6kw, page 66"),
    ("Fronius",    "Fronius GEN24 country setup manual, example of AUS and NZS 2020",      "easymanua.ls/fronius/gen24/manual?p=40"),
)
# fmt: on


class Figure(NamedTuple):
    """One figure: key of a setting or of the law, value, unit, place in the standard, origin."""

    key: str
    value: float | bool
    unit: str
    clause: str
    origin: str


class Profile(NamedTuple):
    """One grid code: choice, words on the screen, code in register 182, full name, its figures.

    `printed` says that the manual has the choice. A profile holds the settings that it names;
    one without figures holds none.
    """

    key: str
    label: str
    code: int
    printed: bool
    standard: str
    nominal_v: float
    nominal_hz: float
    figures: tuple[Figure, ...]


def public(name: str) -> str:
    """Return the origin of a figure that a source of `SOURCES` prints."""
    return f"public: {name}"


OPENDER, SHALL_TRIP = public("OpenDER"), public("pyUL1741SB")
FXR, PWRCELL, MOJAVE = public("FXR"), public("PWRcell"), public("Mojave")
DELTA, DURACELL = public("Delta"), public("Duracell")
TESLA_US, TESLA_DELAY, TESLA_AU = public("Tesla US"), public("Tesla delay"), public("Tesla AU")
QVOLT, FRONIUS = public("Q.VOLT"), public("Fronius")


def _rides(clause: str, origin: str, *levels: tuple[str, float, str, float]) -> tuple[Figure, ...]:
    """Return trip levels and their times: name of the level on Grid Set4, level, unit, time."""
    return tuple(_level_rows(clause, origin, levels))


def _level_rows(
    clause: str, origin: str, levels: Iterable[tuple[str, float, str, float]]
) -> Iterable[Figure]:
    for name, level, unit, time_s in levels:
        prefix, ending = ("frt", "hz") if unit == "Hz" else ("vrt", "v")
        yield Figure(f"{prefix}_{name}_{ending}", level, unit, clause, origin)
        yield Figure(f"{prefix}_{name}_s", time_s, "s", clause, origin)


def _window(
    clause: str, origin: str, unit: str, low: float, high: float, low_hz: float, high_hz: float
) -> tuple[Figure, ...]:
    """Return the window in which the machine may connect."""
    return (
        Figure("reconnect_vol_low", low, unit, clause, origin),
        Figure("reconnect_vol_high", high, unit, clause, origin),
        Figure("reconnect_hz_low", low_hz, "Hz", clause, origin),
        Figure("reconnect_hz_high", high_hz, "Hz", clause, origin),
    )


def _volt_var(
    clause: str, origin: str, unit: str, *points: tuple[float, float]
) -> tuple[Figure, ...]:
    """Return the four points of Q(V): voltage, share of the rating."""
    rows = []
    for place, (voltage, share) in enumerate(points, start=1):
        rows.append(Figure(f"qv_v{place}", voltage, unit, clause, origin))
        rows.append(Figure(f"qv_q{place}", share, "pu", clause, origin))
    return tuple(rows)


def _pair(
    clause: str, origin: str, first: str, second: str, unit: str, start: float, stop: float
) -> tuple[Figure, ...]:
    return (
        Figure(first, start, unit, clause, origin),
        Figure(second, stop, unit, clause, origin),
    )


def _volt_watt(
    clause: str, origin: str, unit: str, start: float, stop: float
) -> tuple[Figure, ...]:
    return _pair(clause, origin, "vw_vstart_v", "vw_vstop_v", unit, start, stop)


def _freq_watt(clause: str, origin: str, start_hz: float, stop_hz: float) -> tuple[Figure, ...]:
    return _pair(clause, origin, "fw_fstart_hz", "fw_fstop_hz", "Hz", start_hz, stop_hz)


def _on(clause: str, origin: str, *keys: str) -> tuple[Figure, ...]:
    return tuple(Figure(key, True, "", clause, origin) for key in keys)


# What every profile has: it rides through, and its power factor stays at one.
COMMON = (
    *_on("levels and times of the code", ASSUMED, "vrt_enable", "frt_enable"),
    Figure("power_factor", 1.0, "", "no fixed power factor by default", ASSUMED),
)

# fmt: off
# ---- IEEE 1547-2018 ---------------------------------------------------------------------------

IEEE_1547 = (
    *COMMON,
    *_rides("6.5.1, table 18", OPENDER,
            ("hf2", 62.0, "Hz", 0.16), ("hf1", 61.2, "Hz", 300.0),
            ("lf1", 58.5, "Hz", 300.0), ("lf2", 56.5, "Hz", 0.16)),
    *_window("4.10.2, table 4", OPENDER, "pu", 0.917, 1.05, 59.5, 60.1),
    Figure("reconnection_time_s",       300.0,  "s",  "4.10.3, table 4",  OPENDER),
    Figure("support_service_ramp_s",    300.0,  "s",  "4.10.3, table 4",  OPENDER),
    Figure("fw_enable",                 False,  "",   "6.5.2.7: droop instead", ASSUMED),
    Figure("support_droop_over_k",      0.05,   "",   "6.5.2.7, table 24", OPENDER),
    Figure("support_droop_over_hz",     0.036,  "Hz", "6.5.2.7, table 24", OPENDER),
    Figure("support_droop_under_k",     0.05,   "",   "6.5.2.7, table 24", OPENDER),
    Figure("support_droop_under_hz",    0.036,  "Hz", "6.5.2.7, table 24", OPENDER),
    Figure("support_droop_response_s",  5.0,    "s",  "6.5.2.7, table 24", OPENDER),
    # Off by default: the ticks of Grid Set3 stay with the owner, the curves are the code's.
    *_volt_watt("5.4.2, table 10", OPENDER, "pu", 1.06, 1.10),
    Figure("support_vw_stop_share",     0.0,    "",   "5.4.2, table 10: a machine that can charge", OPENDER),
    Figure("support_vw_response_s",     10.0,   "s",  "5.4.2, table 10",  OPENDER),
    Figure("support_vw_highest_phase",  0.0,    "",   "4.3",              ASSUMED),
    Figure("support_q_from_p",          0.05,   "",   "5.2",              ASSUMED),
    Figure("support_q_full_p",          0.2,    "",   "5.2",              ASSUMED),
    Figure("support_q_max_inject",      0.44,   "",   "5.2, table 7",     OPENDER),
    Figure("support_q_first_inject",    0.44,   "",   "5.2",              ASSUMED),
    Figure("ride_recover_s",            0.4,    "s",  "6.4.2.7",          ASSUMED),
)
# Normal operation of category A: less reactive power, slower.
CATEGORY_A = (
    *_volt_var("5.3.3, table 8, category A", ASSUMED, "pu", (0.90, 0.25), (1.00, 0.0), (1.00, 0.0), (1.10, -0.25)),
    Figure("support_qv_response_s",     10.0,   "s",  "5.3.3, table 8",   ASSUMED),
    Figure("support_q_max_absorb",      0.25,   "",   "5.2, table 7",     ASSUMED),
    Figure("support_q_first_absorb",    0.25,   "",   "5.2",              ASSUMED),
)
CATEGORY_B = (
    *_volt_var("5.3.3, table 8, category B", OPENDER, "pu", (0.92, 0.44), (0.98, 0.0), (1.02, 0.0), (1.08, -0.44)),
    Figure("support_qv_response_s",     5.0,    "s",  "5.3.3, table 8",   OPENDER),
    Figure("support_q_max_absorb",      0.44,   "",   "5.2, table 7",     OPENDER),
    Figure("support_q_first_absorb",    0.44,   "",   "5.2",              ASSUMED),
)
CATEGORY_I = (
    *IEEE_1547, *CATEGORY_A,
    *_rides("6.4.1, table 11", SHALL_TRIP,
            ("hv2", 1.20, "pu", 0.16), ("hv1", 1.10, "pu", 2.0),
            ("lv1", 0.70, "pu", 2.0), ("lv2", 0.45, "pu", 0.16)),
    Figure("ride_cease_low",            0.5,    "",   "6.4.2, table 14",  OPENDER),
    Figure("ride_cease_high",           1.2,    "",   "6.4.2, table 14",  OPENDER),
    Figure("ride_cease_s",              0.16,   "s",  "6.4.2, table 14",  OPENDER),
)
CATEGORY_II = (
    *IEEE_1547, *CATEGORY_B,
    *_rides("6.4.1, table 12", SHALL_TRIP,
            ("hv2", 1.20, "pu", 0.16), ("hv1", 1.10, "pu", 2.0),
            ("lv1", 0.70, "pu", 10.0), ("lv2", 0.45, "pu", 0.16)),
    Figure("ride_cease_low",            0.3,    "",   "6.4.2, table 15",  OPENDER),
    Figure("ride_cease_high",           1.2,    "",   "6.4.2, table 15",  OPENDER),
    Figure("ride_cease_s",              0.16,   "s",  "6.4.2, table 15",  OPENDER),
)
CATEGORY_III = (
    *IEEE_1547, *CATEGORY_B,
    *_rides("6.4.1, table 13", OPENDER,
            ("hv2", 1.20, "pu", 0.16), ("hv1", 1.10, "pu", 13.0),
            ("lv1", 0.88, "pu", 21.0), ("lv2", 0.50, "pu", 2.0)),
    Figure("ride_cease_low",            0.5,    "",   "6.4.2, table 16",  OPENDER),
    Figure("ride_cease_high",           1.1,    "",   "6.4.2, table 16",  OPENDER),
    Figure("ride_cease_s",              0.083,  "s",  "6.4.2, table 16",  ASSUMED),
)

# ---- the other printed choices ----------------------------------------------------------------

# IEEE 1547-2003 as UL 1741 tests it: no support, quick trips.
UL1741 = (
    *COMMON,
    *_rides("4.2.3, table 1", FXR,
            ("hv2", 1.20, "pu", 0.16), ("hv1", 1.10, "pu", 1.0),
            ("lv1", 0.88, "pu", 2.0), ("lv2", 0.50, "pu", 0.16)),
    *_rides("4.2.4, table 2", FXR, ("hf1", 60.5, "Hz", 0.16), ("lf1", 59.3, "Hz", 0.16)),
    *_window("4.2.6", ASSUMED, "pu", 0.88, 1.10, 59.3, 60.5),
    Figure("reconnection_time_s",       300.0,  "s",  "4.2.6",            PWRCELL),
    Figure("qv_enable",                 False,  "",   "no support in this edition", ASSUMED),
    Figure("fw_enable",                 False,  "",   "no support in this edition", ASSUMED),
    Figure("vw_enable",                 False,  "",   "no support in this edition", ASSUMED),
)
RULE_21 = (
    *COMMON,
    *_rides("table Hh-1, SA9.1", DELTA,
            ("hv2", 1.20, "pu", 0.16), ("hv1", 1.10, "pu", 13.0),
            ("lv1", 0.88, "pu", 21.0), ("lv2", 0.70, "pu", 11.0), ("lv3", 0.50, "pu", 1.5)),
    *_rides("table Hh-2, SA10", DURACELL,
            ("hf2", 62.0, "Hz", 0.16), ("hf1", 60.5, "Hz", 300.0),
            ("lf1", 58.5, "Hz", 300.0), ("lf2", 57.0, "Hz", 0.16)),
    Figure("ride_cease_low",            0.5,    "",   "SA9.1: momentary cessation", DELTA),
    Figure("ride_cease_high",           1.1,    "",   "SA9.1: momentary cessation", DELTA),
    Figure("ride_cease_s",              0.16,   "s",  "SA9.1, note 3",    DELTA),
    *_window("Hh", ASSUMED, "pu", 0.917, 1.05, 59.5, 60.1),
    Figure("reconnection_time_s",       60.0,   "s",  "Hh; adjustable from 15 s", TESLA_DELAY),
    Figure("normal_ramp_pct_s",         100.0,  "%/s", "Hh, ramps",       ASSUMED),
    Figure("soft_start_ramp_pct_s",     2.0,    "%/s", "Hh, ramps",       ASSUMED),
    *_on("Hh, volt-var with reactive priority", ASSUMED, "qv_enable"),
    *_volt_var("Hh, volt-var", ASSUMED, "pu", (0.92, 0.30), (0.967, 0.0), (1.033, 0.0), (1.07, -0.30)),
    Figure("support_q_first_inject",    0.30,   "",   "Hh, reactive priority", ASSUMED),
    Figure("support_q_first_absorb",    0.30,   "",   "Hh, reactive priority", ASSUMED),
    *_on("phase 3: volt-watt", ASSUMED, "vw_enable"),
    *_volt_watt("phase 3", ASSUMED, "pu", 1.06, 1.10),
    # Frequency-watt of phase 3: half the rating per hertz.
    *_on("phase 3: frequency-watt", ASSUMED, "fw_enable"),
    *_freq_watt("phase 3", ASSUMED, 60.036, 62.036),
)
# The source requirements document of Hawaii (Rule 14H) for Oahu, Maui and Hawaii.
SRD = (
    *COMMON,
    *_rides("ride-through table", ASSUMED,
            ("hv2", 1.20, "pu", 0.16), ("hv1", 1.10, "pu", 0.92),
            ("lv1", 0.88, "pu", 21.0), ("lv2", 0.70, "pu", 20.0), ("lv3", 0.50, "pu", 2.0)),
    *_rides("ride-through table", TESLA_US,
            ("hf2", 64.0, "Hz", 0.16), ("hf1", 63.0, "Hz", 21.0),
            ("lf1", 57.0, "Hz", 21.0), ("lf2", 56.0, "Hz", 0.16)),
    Figure("ride_cease_low",            0.5,    "",   "ride-through table", ASSUMED),
    Figure("ride_cease_s",              0.16,   "s",  "ride-through table", ASSUMED),
    *_pair("enter service", MOJAVE, "reconnect_vol_low", "reconnect_vol_high", "pu", 0.88, 1.10),
    Figure("reconnect_hz_high",         60.1,   "Hz", "enter service",    MOJAVE),
    Figure("reconnect_hz_low",          59.5,   "Hz", "enter service",    ASSUMED),
    Figure("reconnection_time_s",       300.0,  "s",  "enter service",    TESLA_DELAY),
    Figure("fw_enable",                 False,  "",   "droop instead",    ASSUMED),
    Figure("support_droop_over_k",      0.04,   "",   "frequency-watt",   MOJAVE),
    Figure("support_droop_over_hz",     0.036,  "Hz", "frequency-watt",   MOJAVE),
    Figure("support_droop_under_k",     0.04,   "",   "frequency-watt",   MOJAVE),
    Figure("support_droop_under_hz",    0.036,  "Hz", "frequency-watt",   ASSUMED),
    Figure("support_droop_response_s",  0.5,    "s",  "frequency-watt",   MOJAVE),
)

# ---- Europe -----------------------------------------------------------------------------------

VDE_4105 = (
    *COMMON,
    *_rides("NS protection, U>> U< U<<", ASSUMED,
            ("hv2", 1.25, "pu", 0.1), ("lv1", 0.80, "pu", 3.0), ("lv2", 0.45, "pu", 0.3)),
    *_rides("NS protection, f> f<", ASSUMED, ("hf1", 51.5, "Hz", 0.1), ("lf1", 47.5, "Hz", 0.1)),
    Figure("ride_mean_high",            1.10,   "",   "NS protection, U>: ten-minute mean", ASSUMED),
    Figure("ride_mean_s",               600.0,  "s",  "NS protection, U>", ASSUMED),
    Figure("ride_cease_low",            0.8,    "",   "limited dynamic support", ASSUMED),
    Figure("ride_cease_high",           1.15,   "",   "limited dynamic support", ASSUMED),
    Figure("ride_cease_s",              0.06,   "s",  "limited dynamic support", ASSUMED),
    *_window("connection conditions", ASSUMED, "pu", 0.85, 1.10, 47.5, 50.1),
    Figure("reconnection_time_s",       60.0,   "s",  "connection conditions", ASSUMED),
    Figure("soft_start_ramp_pct_s",     10.0,   "%/min", "connection conditions", ASSUMED),
    *_on("40 % of the power per hertz", ASSUMED, "fw_enable"),
    *_freq_watt("40 % of the power per hertz", ASSUMED, 50.2, 52.7),
    Figure("support_droop_under_k",     0.05,   "",   "storage below 49.8 Hz", ASSUMED),
    Figure("support_droop_under_hz",    0.2,    "Hz", "storage below 49.8 Hz", ASSUMED),
)
VDE_0126 = (
    *COMMON,
    *_rides("U> and U<", ASSUMED, ("hv2", 1.15, "pu", 0.2), ("lv1", 0.80, "pu", 0.2)),
    *_rides("f> and f<; 50.2 Hz in the edition of 2006", ASSUMED,
            ("hf1", 51.5, "Hz", 0.2), ("lf1", 47.5, "Hz", 0.2)),
    Figure("ride_mean_high",            1.10,   "",   "ten-minute mean",  ASSUMED),
    Figure("ride_mean_s",               600.0,  "s",  "ten-minute mean",  ASSUMED),
    *_window("connection", ASSUMED, "pu", 0.85, 1.10, 47.5, 50.05),
    Figure("reconnection_time_s",       30.0,   "s",  "connection",       ASSUMED),
    Figure("fw_enable",                 False,  "",   "none in this code", ASSUMED),
)
# G98 and G99 protect alike; G99 asks for limited frequency-sensitive operation.
GREAT_BRITAIN = (
    *COMMON,
    *_rides("protection, stage 2 and 1", ASSUMED,
            ("hv2", 1.19, "pu", 0.5), ("hv1", 1.14, "pu", 1.0), ("lv1", 0.80, "pu", 2.5)),
    *_rides("protection, stage 1 and 2", ASSUMED,
            ("hf1", 52.0, "Hz", 0.5), ("lf1", 47.5, "Hz", 20.0), ("lf2", 47.0, "Hz", 0.5)),
    Figure("ride_rocof_hz_per_s",       1.0,    "Hz/s", "loss of mains",  ASSUMED),
    Figure("ride_rocof_s",              0.5,    "s",  "loss of mains",    ASSUMED),
    *_window("connection", ASSUMED, "pu", 0.80, 1.14, 47.5, 52.0),
    Figure("reconnection_time_s",       20.0,   "s",  "at least 20 s",    ASSUMED),
)
# LFSM-O: a droop of 10 % is a fifth of the power per hertz, all of it five hertz above the start.
LFSM_O = (
    *_on("LFSM-O, droop 10 %", ASSUMED, "fw_enable"),
    *_freq_watt("LFSM-O, droop 10 %", ASSUMED, 50.4, 55.4),
)
EN_50549 = (
    *COMMON,
    *_rides("4.9.3; national annexes differ", ASSUMED,
            ("hv2", 1.25, "pu", 0.1), ("lv1", 0.85, "pu", 1.2), ("lv2", 0.45, "pu", 0.2),
            ("hf1", 51.5, "Hz", 0.1), ("lf1", 47.5, "Hz", 0.1)),
    Figure("ride_mean_high",            1.10,   "",   "4.9.3: ten-minute mean", ASSUMED),
    Figure("ride_mean_s",               600.0,  "s",  "4.9.3: ten-minute mean", ASSUMED),
    *_window("4.10.2", ASSUMED, "pu", 0.85, 1.10, 49.5, 50.1),
    Figure("reconnection_time_s",       60.0,   "s",  "4.10.2",           ASSUMED),
    Figure("soft_start_ramp_pct_s",     10.0,   "%/min", "4.10.2",        ASSUMED),
    *_on("4.6.1, droop 5 %", ASSUMED, "fw_enable"),
    *_freq_watt("4.6.1, droop 5 %", ASSUMED, 50.2, 52.7),
)

# ---- Australia, South Africa ------------------------------------------------------------------

# AS/NZS 4777.2:2020, in volts of 230. A delay that the code leaves open stays inside its 0.2 s.
AUSTRALIA = (
    *COMMON,
    *_rides("passive anti-islanding", TESLA_AU,
            ("hv1", 265.0, "V", 1.0), ("lv1", 180.0, "V", 10.0), ("lv2", 70.0, "V", 1.0)),
    Figure("vrt_hv2_v",                 275.0,  "V",  "passive anti-islanding, V>>", TESLA_AU),
    Figure("vrt_hv2_s",                 0.16,   "s",  "passive anti-islanding, within 0.2 s", ASSUMED),
    # F> of each region, as quickly.
    Figure("frt_hf1_s",                 0.16,   "s",  "passive anti-islanding, within 0.2 s", ASSUMED),
    *_pair("connection", ASSUMED, "reconnect_vol_low", "reconnect_vol_high", "V", 205.0, 253.0),
    Figure("reconnect_hz_low",          47.5,   "Hz", "connection",       ASSUMED),
    Figure("ride_mean_high",            258.0,  "V",  "Vnom-max",         TESLA_AU),
    Figure("ride_mean_s",               600.0,  "s",  "Vnom-max: ten-minute mean", QVOLT),
    Figure("ride_cease_low",            180.0,  "V",  "no generation below V<", ASSUMED),
    Figure("ride_cease_s",              1.0,    "s",  "no generation below V<", ASSUMED),
    Figure("reconnection_time_s",       60.0,   "s",  "connection",       ASSUMED),
    Figure("normal_ramp_pct_s",         0.0,    "%/s", "gradient limits only the start", ASSUMED),
    Figure("soft_start_ramp_pct_s",     16.67,  "%/min", "connection, Wgra", ASSUMED),
    *_on("volt-var and volt-watt are on by default", ASSUMED, "qv_enable", "vw_enable", "fw_enable"),
    Figure("support_vw_stop_share",     0.2,    "",   "volt-watt",        FRONIUS),
    Figure("support_vw_response_s",     10.0,   "s",  "volt response",    ASSUMED),
    Figure("support_qv_response_s",     10.0,   "s",  "volt response",    ASSUMED),
)
# Below nominal the code has two slopes, one to end charging, one to feed; here one straight line
# joins their ends.
AUSTRALIA_A = (
    *AUSTRALIA,
    *_rides("passive anti-islanding", TESLA_AU, ("lf1", 47.0, "Hz", 1.0)),
    Figure("frt_hf1_hz",                52.0,   "Hz", "passive anti-islanding, F>", TESLA_AU),
    Figure("reconnect_hz_high",         50.15,  "Hz", "connection, fURF", TESLA_AU),
    *_volt_var("volt-var", ASSUMED, "V", (207.0, 0.44), (220.0, 0.0), (240.0, 0.0), (258.0, -0.60)),
    *_volt_watt("volt-watt", ASSUMED, "V", 253.0, 260.0),
    Figure("support_vw_charge_low",     207.0,  "V",  "volt-watt of charging", TESLA_AU),
    Figure("support_vw_charge_high",    215.0,  "V",  "volt-watt of charging", TESLA_AU),
    Figure("support_vw_charge_share",   0.2,    "",   "volt-watt of charging", TESLA_AU),
    *_freq_watt("fULCO to fTransition", QVOLT, 50.25, 50.75),
    Figure("support_droop_under_hz",    0.25,   "Hz", "fLLCO",            QVOLT),
    Figure("support_droop_under_k",     0.0175, "",   "line from fLLCO to fPmax, 1.75 Hz", ASSUMED),
)
AUSTRALIA_B = (
    *AUSTRALIA,
    *_rides("passive anti-islanding", TESLA_AU, ("lf1", 47.0, "Hz", 1.0)),
    Figure("frt_hf1_hz",                52.0,   "Hz", "passive anti-islanding, F>", TESLA_AU),
    Figure("reconnect_hz_high",         50.15,  "Hz", "connection, fURF", TESLA_AU),
    *_volt_var("volt-var", ASSUMED, "V", (205.0, 0.30), (220.0, 0.0), (235.0, 0.0), (255.0, -0.40)),
    *_volt_watt("volt-watt", FRONIUS, "V", 250.0, 260.0),
    Figure("support_vw_charge_low",     195.0,  "V",  "volt-watt of charging", TESLA_AU),
    Figure("support_vw_charge_high",    215.0,  "V",  "volt-watt of charging", TESLA_AU),
    Figure("support_vw_charge_share",   0.0,    "",   "volt-watt of charging", TESLA_AU),
    *_freq_watt("fULCO to fTransition", QVOLT, 50.15, 50.75),
    Figure("support_droop_under_hz",    0.15,   "Hz", "fLLCO",            QVOLT),
    Figure("support_droop_under_k",     0.0185, "",   "line from fLLCO to fPmax, 1.85 Hz", ASSUMED),
)
AUSTRALIA_C = (
    *AUSTRALIA,
    *_rides("passive anti-islanding", TESLA_AU, ("lf1", 45.0, "Hz", 5.0)),
    Figure("frt_hf1_hz",                55.0,   "Hz", "passive anti-islanding, F>", TESLA_AU),
    Figure("reconnect_hz_high",         50.5,   "Hz", "connection, fURF", TESLA_AU),
    *_volt_var("volt-var", ASSUMED, "V", (215.0, 0.44), (230.0, 0.0), (240.0, 0.0), (255.0, -0.60)),
    *_volt_watt("volt-watt", ASSUMED, "V", 253.0, 260.0),
    Figure("support_vw_charge_low",     207.0,  "V",  "volt-watt of charging", TESLA_AU),
    Figure("support_vw_charge_high",    215.0,  "V",  "volt-watt of charging", TESLA_AU),
    Figure("support_vw_charge_share",   0.2,    "",   "volt-watt of charging", TESLA_AU),
    *_freq_watt("fULCO to fTransition", QVOLT, 50.5, 51.75),
    Figure("support_droop_under_hz",    0.5,    "Hz", "fLLCO",            QVOLT),
    Figure("support_droop_under_k",     0.025,  "",   "line from fLLCO to fPmax, 2.5 Hz", ASSUMED),
)
NRS_097 = (
    *COMMON,
    *_rides("voltage trips; 2 s for the middle bands in 2010", ASSUMED,
            ("hv2", 1.20, "pu", 0.16), ("hv1", 1.10, "pu", 40.0),
            ("lv1", 0.85, "pu", 10.0), ("lv2", 0.50, "pu", 0.2)),
    *_rides("frequency trips", ASSUMED, ("hf1", 52.0, "Hz", 4.0), ("lf1", 47.0, "Hz", 0.2)),
    *_window("response to recovery", ASSUMED, "pu", 0.85, 1.10, 47.0, 50.5),
    Figure("reconnection_time_s",       60.0,   "s",  "response to recovery; 60 s to 10 min", ASSUMED),
    Figure("soft_start_ramp_pct_s",     10.0,   "%/min", "response to recovery", ASSUMED),
    *_on("power falls from 50.5 Hz on", ASSUMED, "fw_enable"),
    *_freq_watt("power falls from 50.5 Hz on", ASSUMED, 50.5, 52.0),
)

# ---- the choices ------------------------------------------------------------------------------

# Codes up to 12 are those of the family; it has none for the codes from 32 on, which are ours.
PROFILES = tuple(Profile(*row) for row in (
    # choice              words on the screen         182  printed  full name                                                nominal V, Hz  figures
    ("general_standard",  "General Standard",           0, True,  "none: every field is the owner's",                          230.0, 50.0, ()),
    ("ul1741_ieee1547",   "UL1741 & IEEE1547",          1, True,  "UL 1741 with IEEE 1547-2003, for units up to 30 kW",        120.0, 60.0, UL1741),
    ("cpuc_rule21",       "CPUC RULE21",                2, True,  "CPUC Electric Rule 21, UL 1741 SA",                         120.0, 60.0, RULE_21),
    ("srd_ul_1741",       "SRD-UL-1741",                3, True,  "UL 1741 SA with the source requirements of Hawaii (Rule 14H)", 120.0, 60.0, SRD),
    ("ieee1547_cat_i",    "IEEE1547 Cat. I",           32, False, "IEEE 1547-2018, abnormal category I, normal category A",    120.0, 60.0, CATEGORY_I),
    ("ieee1547_cat_ii",   "IEEE1547 Cat. II",          33, False, "IEEE 1547-2018, abnormal category II, normal category B",   120.0, 60.0, CATEGORY_II),
    ("ieee1547_cat_iii",  "IEEE1547 Cat. III",         34, False, "IEEE 1547-2018, abnormal category III, normal category B",  120.0, 60.0, CATEGORY_III),
    ("vde_4105",          "VDE-AR-N 4105",             10, False, "VDE-AR-N 4105:2018",                                        230.0, 50.0, VDE_4105),
    ("vde_0126",          "VDE 0126-1-1",              35, False, "DIN VDE V 0126-1-1/A1",                                     230.0, 50.0, VDE_0126),
    ("en_50549",          "EN 50549-1",                36, False, "EN 50549-1:2019, without national annex",                   230.0, 50.0, EN_50549),
    ("g98",               "G98",                       37, False, "Engineering Recommendation G98:2019",                       230.0, 50.0, GREAT_BRITAIN),
    ("g99",               "G99",                       38, False, "Engineering Recommendation G99:2019, type A",               230.0, 50.0, (*GREAT_BRITAIN, *LFSM_O)),
    ("as4777_a",          "AS/NZS 4777.2 A",            6, False, "AS/NZS 4777.2:2020, region Australia A",                    230.0, 50.0, AUSTRALIA_A),
    ("as4777_b",          "AS/NZS 4777.2 B",            7, False, "AS/NZS 4777.2:2020, region Australia B",                    230.0, 50.0, AUSTRALIA_B),
    ("as4777_c",          "AS/NZS 4777.2 C",            8, False, "AS/NZS 4777.2:2020, region Australia C",                    230.0, 50.0, AUSTRALIA_C),
    ("nrs_097",           "NRS 097-2-1",               39, False, "NRS 097-2-1:2017",                                          230.0, 50.0, NRS_097),
))
# fmt: on

GENERAL = PROFILES[0].key
BY_KEY = {profile.key: profile for profile in PROFILES}
CHOICES = tuple(profile.key for profile in PROFILES)
LABELS = tuple(profile.label for profile in PROFILES)
CODES = tuple(profile.code for profile in PROFILES)
