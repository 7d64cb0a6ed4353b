"""What can be installed: one row per figure of the site, and ready-made banks and generator sets.

A house file sets any row under `[site.<group>]`, in the unit of the row, which is also the
kernel's; `key` is the path of the field in `plant.site.Site`. Presets are groups of such values:
`bank`, `model` and `genset` return them, the house file's own figures go on top. Modules by name
stand in `catalog/modules.py`.

Sources, by the word in `origin`:
  manual     the machine's manual, with its chapter
  datasheet  coefficients assumed so that the manual's datasheet comes out (`plant/bridge.py`)
  SimSES     measurements of the Sony/Murata US26650FTC1 cell, in SimSES 1.3 (TUM, BSD-3)
  Naumann    its ageing: J. Energy Storage 17 (2018) 153; J. Power Sources 451 (2020) 227666
  SAM        lead-acid cycle life in the libraries of NREL's System Advisor Model (BSD-3): 267,
             847 and 1345 cycles to 80 % at depths of 1.0, 0.5 and 0.3, as a power law
  Vader      R. Vader, Energy Unlimited, Victron Energy 2007, section 2.5
  De Soto    single-diode fit (Solar Energy 80 (2006) 78) to the datasheet of a 72-cell 450 W module
  textbook   typical rest voltages of lead-acid batteries
  assumed    ours
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from twinverter.catalog import causes
from twinverter.catalog.errors import SettingError

Values = dict[str, float | tuple[float, ...]]

MONTH_S = 30 * 86400.0
YEAR_S = 365.25 * 86400.0
GAS_J_PER_MOL_K = 8.31446  # CODATA 2018


class Installed(NamedTuple):
    """One figure of the site: what it is, what is taken if nobody says, and its bounds."""

    key: str
    label: str
    unit: str
    default: float | tuple[float, ...]
    low: float
    high: float
    origin: str


class Model(NamedTuple):
    """One bank as it is sold: chemistry and capacity of a 48 V bank."""

    label: str
    chemistry: str
    capacity_ah: float


# fmt: off
# Open-circuit voltage of the bank at SOC 0, 0.05 .. 1.
OCV_V = {
    # 16 x SimSES; the ends make the energy below the first and the last interval the measured one.
    "lfp": (42.72, 48.80, 51.03, 51.37, 51.69, 52.02, 52.28, 52.48, 52.64, 52.76, 52.79,
            52.82, 52.85, 52.89, 52.94, 53.02, 53.20, 53.43, 53.47, 53.50, 54.22),
    # 4 x textbook for 12 V, extended in a line below 0.1.
    "agm": (46.56, 46.80, 47.04, 47.28, 47.52, 47.76, 48.00, 48.24, 48.48, 48.74, 49.00,
            49.24, 49.48, 49.74, 50.00, 50.24, 50.48, 50.72, 50.96, 51.18, 51.40),
    "gel": (47.20, 47.36, 47.52, 47.68, 47.84, 48.00, 48.28, 48.56, 48.84, 49.12, 49.40,
            49.64, 49.88, 50.12, 50.36, 50.60, 50.76, 50.92, 51.08, 51.24, 51.40),
    "flooded": (45.44, 45.74, 46.04, 46.34, 46.64, 46.94, 47.24, 47.54, 47.84, 48.12, 48.40,
                48.68, 48.96, 49.22, 49.48, 49.74, 50.00, 50.24, 50.48, 50.70, 50.92),
}
CHEMISTRIES = tuple(OCV_V)

# How a figure goes with the bank's ampere-hours.
FIXED, PER_AH, OVER_AH = "", "times Ah", "over Ah"
LEAD_CYCLES, LEAD_EXPONENT = 285.0, 1.36
GEL_CYCLES = 1.25 * LEAD_CYCLES

CHEMISTRY = (
    # key                         scale       lfp                       agm                 gel                  flooded
    ("lithium",                   FIXED,      1.0,                      0.0,                0.0,                 0.0),
    ("resistance_ohm",            OVER_AH,    2.81,                     2.4,                3.6,                 4.8),
    ("resistance_empty_factor",   FIXED,      1.35,                     2.0,                2.0,                 2.0),
    ("resistance_full_factor",    FIXED,      1.0,                      250.0,              140.0,               110.0),
    ("resistance_full_soc",       FIXED,      0.01,                     0.01,               0.01,                0.01),
    ("resistance_cold_per_k",     FIXED,      0.0180,                   0.010,              0.010,               0.010),
    ("coulomb_efficiency",        FIXED,      0.995,                    0.95,               0.92,                0.88),
    ("self_discharge_per_s",      FIXED,      0.02 / MONTH_S,           0.03 / MONTH_S,     0.02 / MONTH_S,      0.06 / MONTH_S),
    ("heat_capacity_j_per_k",     PER_AH,     350.0,                    1080.0,             1080.0,              1080.0),
    ("heat_loss_w_per_k",         PER_AH,     0.03,                     0.05,               0.05,                0.05),
    ("bms_charge_v",              FIXED,      56.0,                     60.0,               60.0,                60.0),
    ("bms_discharge_v",           FIXED,      43.2,                     40.0,               40.0,                40.0),
    ("bms_charge_a",              PER_AH,     0.5,                      1.0,                1.0,                 1.0),
    ("bms_discharge_a",           PER_AH,     1.0,                      1.0,                1.0,                 1.0),
    ("bms_taper_soc",             FIXED,      0.95,                     1.0,                1.0,                 1.0),
    ("bms_low_soc",               FIXED,      0.03,                     0.0,                0.0,                 0.0),
    ("bms_cold_c",                FIXED,      0.0,                      -40.0,              -40.0,               -40.0),
    ("bms_cool_c",                FIXED,      10.0,                     -30.0,              -30.0,               -30.0),
    ("bms_warm_c",                FIXED,      50.0,                     70.0,               70.0,                70.0),
    ("bms_hot_c",                 FIXED,      55.0,                     80.0,               80.0,                80.0),
    ("ageing.order",              FIXED,      2.0,                      1.0,                1.0,                 1.0),
    ("ageing.calendar_rate",      FIXED,      1.2571e-5,                0.2 / (6 * YEAR_S), 0.2 / (11 * YEAR_S), 0.2 / (7 * YEAR_S)),
    ("ageing.calendar_activation_k", FIXED,   17126.0 / GAS_J_PER_MOL_K, 6160.0,            6160.0,              6160.0),
    ("ageing.calendar_soc_cubic", FIXED,      2.8575,                   0.0,                0.0,                 0.0),
    ("ageing.calendar_soc_base",  FIXED,      0.60225,                  1.0,                1.0,                 1.0),
    ("ageing.cycle_rate",         FIXED,      0.000971,                 0.2 / LEAD_CYCLES,  0.2 / GEL_CYCLES,    0.2 / LEAD_CYCLES),
    ("ageing.cycle_current_h",    FIXED,      0.0630 / 0.0971,          0.0,                0.0,                 0.0),
    ("ageing.cycle_depth_cubic",  FIXED,      4.0253,                   0.0,                0.0,                 0.0),
    ("ageing.cycle_depth_base",   FIXED,      1.0923,                   1.0,                1.0,                 1.0),
    ("ageing.cycle_depth_exponent", FIXED,    0.0,                      LEAD_EXPONENT - 1.0, LEAD_EXPONENT - 1.0, LEAD_EXPONENT - 1.0),
)

MODELS = {
    "lfp_5kwh":      Model("LFP 16S 100 Ah",            "lfp",     100.0),
    "lfp_10kwh":     Model("LFP 16S 200 Ah",            "lfp",     200.0),
    "lfp_14kwh":     Model("LFP 16S 280 Ah",            "lfp",     280.0),
    "lfp_15kwh":     Model("LFP 16S 300 Ah",            "lfp",     300.0),
    "agm_200ah":     Model("AGM 4 x 12 V 200 Ah",       "agm",     200.0),
    "agm_400ah":     Model("AGM 2 x 4 x 12 V 200 Ah",   "agm",     400.0),
    "gel_200ah":     Model("gel 4 x 12 V 200 Ah",       "gel",     200.0),
    "gel_600ah":     Model("gel 24 x 2 V 600 Ah",       "gel",     600.0),
    "flooded_225ah": Model("flooded 8 x 6 V 225 Ah",    "flooded", 225.0),
    "flooded_450ah": Model("flooded 2 x 8 x 6 V 225 Ah", "flooded", 450.0),
}

# Fuel and droop of small open-frame sets; idle fuel and slope as litres per hour and kW.
IDLE, SLOPE = 1.0 / 3.6e6, 1.0 / 3.6e6
PER_W, OVER_W = "times W", "over W"
FUELS = ("petrol", "diesel")
GENSET = (
    # key                 scale   petrol        diesel
    ("no_load_v",         FIXED,  236.0,        236.0),
    ("droop_v_per_w",     OVER_W, 6.0,          6.0),
    ("no_load_hz",        FIXED,  52.0,         52.0),
    ("droop_hz_per_w",    OVER_W, 2.0,          2.0),
    ("crank_s",           FIXED,  5.0,          5.0),
    ("fuel_idle_l_per_s", PER_W,  0.25 * IDLE,  0.08 * IDLE),
    ("fuel_l_per_ws",     FIXED,  0.33 * SLOPE, 0.258 * SLOPE),
    ("load_min_w",        PER_W,  0.25,         0.30),
    ("on_grid_port",      FIXED,  0.0,          0.0),
)
# fmt: on


def _scaled(group: str, table: tuple, column: int, size: float) -> Values:
    scales = {FIXED: 1.0, PER_AH: size, OVER_AH: 1.0 / size, PER_W: size, OVER_W: 1.0 / size}
    return {f"{group}.{line[0]}": line[2 + column] * scales[line[1]] for line in table}


def _bank(chemistry: str, capacity_ah: float) -> Values:
    values: Values = {"battery.capacity_ah": capacity_ah, "battery.ocv_v": OCV_V[chemistry]}
    return values | _scaled("battery", CHEMISTRY, CHEMISTRIES.index(chemistry), capacity_ah)


def _genset(fuel: str, rated_w: float) -> Values:
    return {"genset.rated_w": rated_w} | _scaled("genset", GENSET, FUELS.index(fuel), rated_w)


# fmt: off
STRING_ROWS = (
    # key                        label                                unit   default      low     high   origin
    ("modules",                  "modules in series",                 "",    9.0,         0.0,    40.0,  "assumed: the built-in house"),
    ("light_current_ref_a",      "light current of a module",         "A",   11.61269,    0.1,    30.0,  "De Soto"),
    ("saturation_current_ref_a", "saturation current of a module",    "A",   3.92751e-11, 1e-15,  1e-5,  "De Soto"),
    ("series_ohm",               "series resistance of a module",     "ohm", 0.18232,     0.0,    5.0,   "De Soto"),
    ("shunt_ref_ohm",            "shunt resistance of a module",      "ohm", 166.59,      10.0,   1e6,   "De Soto"),
    ("ideality_ref_v",           "ideality voltage of a module",      "V",   1.86836,     0.3,    10.0,  "De Soto"),
    ("alpha_isc_a_per_k",        "drift of the short-circuit current", "A/K", 0.00557,    -0.05,  0.05,  "De Soto"),
    ("band_gap_ref_ev",          "band gap at 25 degC",               "eV",  1.121,       0.5,    2.5,   "De Soto: silicon"),
    ("band_gap_slope_per_k",     "relative drift of the band gap",    "1/K", -0.0002677,  -0.01,  0.0,   "De Soto: silicon"),
)

BATTERY_ROWS = (
    # key                             label                                       unit    low     high     origin
    ("lithium",                       "own management (1) or lead-acid (0)",      "",     0.0,    1.0,     "chemistry"),
    ("capacity_ah",                   "capacity when new",                        "Ah",   1.0,    1e5,     "assumed: the built-in house"),
    ("ocv_v",                         "open-circuit voltage, empty to full",      "V",    20.0,   80.0,    "SimSES; lead-acid textbook"),
    ("resistance_ohm",                "resistance half full at 25 degC",          "ohm",  0.0,    10.0,    "SimSES: 46.1 mohm x 3 Ah x 16, mean of both directions, and 0.6 ohm Ah of connections (assumed); lead-acid assumed"),
    ("resistance_empty_factor",       "times that when empty, discharging",       "",     1.0,    20.0,    "SimSES; lead-acid assumed"),
    ("resistance_full_factor",        "times that when full, charging",           "",     1.0,    1000.0,  "assumed: absorption ends near 0.01 C"),
    ("resistance_full_soc",           "distance from full with half that rise",   "",     0.001,  1.0,     "assumed"),
    ("resistance_cold_per_k",         "x per kelvin of cold, in 1 + x + x^2",     "1/K",  0.0,    0.1,     "SimSES 10 to 40 degC; lead-acid assumed"),
    ("coulomb_efficiency",            "share of the charge that is kept",         "",     0.5,    1.0,     "assumed: typical of makers' sheets"),
    ("self_discharge_per_s",          "share of the charge lost per second",      "1/s",  0.0,    1e-6,    "Vader: 3, 2 and 6 % a month; lithium assumed 2 %"),
    ("heat_capacity_j_per_k",         "heat capacity",                            "J/K",  1.0,    1e9,     "assumed: mass of such banks x 1000 J/kg/K"),
    ("heat_loss_w_per_k",             "heat lost to the room",                    "W/K",  0.001,  1e6,     "assumed: surface of such banks x 5 W/m2/K"),
    ("bms_charge_v",                  "charge voltage of the management",         "V",    20.0,   80.0,    "assumed: 3.5 V a cell"),
    ("bms_discharge_v",               "discharge voltage of the management",      "V",    20.0,   80.0,    "assumed: 2.7 V a cell"),
    ("bms_charge_a",                  "most charge current",                      "A",    0.0,    1e5,     "assumed: 0.5 C (manual 5.6 recommends no more)"),
    ("bms_discharge_a",               "most discharge current",                   "A",    0.0,    1e5,     "assumed: 1 C"),
    ("bms_taper_soc",                 "charge current fades from here to full",   "",     0.0,    1.0,     "assumed"),
    ("bms_low_soc",                   "discharge current fades from here to empty", "",   0.0,    1.0,     "assumed"),
    ("bms_cold_c",                    "no charging at or below",                  "degC", -100.0, 100.0,   "assumed: lithium plating below freezing"),
    ("bms_cool_c",                    "less charging below",                      "degC", -100.0, 100.0,   "assumed"),
    ("bms_warm_c",                    "less current above",                       "degC", -100.0, 150.0,   "assumed"),
    ("bms_hot_c",                     "no current at or above",                   "degC", -100.0, 150.0,   "assumed: as C-07"),
    ("ageing.order",                  "loss over time: 2 square root, 1 line",    "",     1.0,    4.0,     "Naumann; lead-acid assumed"),
    ("ageing.calendar_rate",          "calendar loss of the first second",        "",     0.0,    1.0,     "Naumann; Vader: 6, 11 and 7 years to 80 % at 25 degC"),
    ("ageing.calendar_activation_k",  "activation energy over gas constant",      "K",    0.0,    2e4,     "Naumann; Vader: twice as fast per 10 K"),
    ("ageing.calendar_soc_cubic",     "calendar shape over SOC, cubic part",      "",     -100.0, 100.0,   "Naumann"),
    ("ageing.calendar_soc_base",      "calendar shape over SOC, at 0.5",          "",     0.0,    100.0,   "Naumann"),
    ("ageing.cycle_rate",             "loss of the first full cycle, slow",       "",     0.0,    1.0,     "Naumann; SAM; gel assumed to last 1.25 times as long"),
    ("ageing.cycle_current_h",        "rise of the cycle loss per C",             "h",    0.0,    100.0,   "Naumann"),
    ("ageing.cycle_depth_cubic",      "cycle shape over depth, cubic part",       "",     -100.0, 100.0,   "Naumann"),
    ("ageing.cycle_depth_base",       "cycle shape over depth, at 0.6",           "",     0.0,    100.0,   "Naumann"),
    ("ageing.cycle_depth_exponent",   "cycle shape over depth, power",            "",     0.0,    10.0,    "SAM"),
)

GENSET_ROWS = (
    # key                  label                               unit    low    high   origin
    ("rated_w",            "rated power",                      "W",    100.0, 1e6,   "assumed: the built-in house"),
    ("no_load_v",          "phase voltage without load",       "V",    50.0,  400.0, "assumed: 230 V at rated power"),
    ("droop_v_per_w",      "fall of voltage with load",        "V/W",  0.0,   1.0,   "assumed"),
    ("no_load_hz",         "frequency without load",           "Hz",   40.0,  70.0,  "assumed: 4 % droop of a mechanical governor"),
    ("droop_hz_per_w",     "fall of frequency with load",      "Hz/W", 0.0,   0.1,   "assumed"),
    ("crank_s",            "cranking until it catches",        "s",    0.0,   600.0, "assumed"),
    ("fuel_idle_l_per_s",  "fuel at idle",                     "l/s",  0.0,   1.0,   "assumed: petrol 0.25, diesel 0.08 l/h per rated kW"),
    ("fuel_l_per_ws",      "fuel per energy",                  "l/Ws", 0.0,   1e-5,  "petrol assumed 0.33 l/kWh; diesel 0.258 l/kWh, a line through makers' charts of 20 kW sets"),
    ("load_min_w",         "least load that keeps it healthy", "W",    0.0,   1e6,   "assumed: 25 % petrol, 30 % diesel"),
    ("on_grid_port",       "wired to the GRID terminals (1)",  "",     0.0,   1.0,   "manual 5.9"),
)

FIGURES = (
    # key                             label                                   unit    default  low    high    origin
    ("tracker.start_v",               "voltage that wakes a PV input",        "V",    150.0,   0.0,   800.0,  "manual 9"),
    ("tracker.track_low_v",           "lowest voltage with tracking",         "V",    200.0,   0.0,   800.0,  "manual 9"),
    ("tracker.track_high_v",          "highest voltage with tracking",        "V",    650.0,   0.0,   1000.0, "manual 9"),
    ("tracker.current_max_a",         "highest current of a PV input",        "A",    12.5,    0.1,   100.0,  "manual 9"),
    ("tracker.efficiency",            "share of the maximum power found",     "",     0.999,   0.5,   1.0,    "manual 9"),
    ("tracker.loss.linear",           "boost: loss per power",                "",     0.0040,  0.0,   0.2,    "datasheet"),
    ("tracker.loss.per_w",            "boost: loss per power squared",        "1/W",  8.0e-7,  0.0,   1e-3,   "datasheet"),

    ("bridge.inverter_loss.linear",   "inverter: loss per power",             "",     0.00644, 0.0,   0.2,    "datasheet"),
    ("bridge.inverter_loss.per_w",    "inverter: loss per power squared",     "1/W",  9.5e-7,  0.0,   1e-3,   "datasheet"),
    ("bridge.battery_loss.linear",    "battery stage: loss per power",        "",     0.0155,  0.0,   0.2,    "assumed: among measured home storage systems"),
    ("bridge.battery_loss.per_w",     "battery stage: loss per power squared", "1/W", 1.4e-6,  0.0,   1e-3,   "assumed: among measured home storage systems"),
    ("bridge.own_running_w",          "own consumption while converting",     "W",    60.0,    0.0,   1000.0, "assumed (C-03)"),
    ("bridge.own_idle_w",             "own consumption at rest",              "W",    10.0,    0.0,   1000.0, "assumed (C-03)"),
    ("bridge.fixed_w",                "part of it that conversion itself burns", "W", 36.0,    0.0,   1000.0, "datasheet"),
    ("bridge.heat_capacity_j_per_k",  "heat capacity of the sink",            "J/K",  9000.0,  1.0,   1e6,    "assumed: 10 kg of aluminium"),
    ("bridge.heat_loss_w_per_k",      "heat lost to the room",                "W/K",  12.5,    0.1,   1000.0, "assumed: 35 K above the room at full power"),

    ("feeder.resistance_ohm",         "resistance of the mains per phase",    "ohm",  0.24,    0.0,   10.0,   "IEC 60725 reference impedance"),
    ("feeder.reactance_ohm",          "reactance of the mains per phase",     "ohm",  0.15,    0.0,   10.0,   "IEC 60725 reference impedance"),

    ("rlc.power_w",                   "resonant load on the mains, active power", "W", 0.0, 0.0,   1e6,    "assumed: none (C-53)"),
    ("rlc.inductive_var",             "what its inductor takes",              "var",  0.0,     0.0,   1e6,    "assumed: none (C-53)"),
    ("rlc.capacitive_var",            "what its capacitor gives",             "var",  0.0,     0.0,   1e6,    "assumed: none (C-53)"),
    ("rlc.voltage_v",                 "phase voltage at which it does",       "V",    230.0,   50.0,  500.0,  "assumed: nominal"),
    ("rlc.frequency_hz",              "frequency at which it does",           "Hz",   50.0,    40.0,  70.0,   "assumed: nominal"),

    ("micro_inverters.slow_above_hz", "micro-inverters give less above",      "Hz",   50.2,    40.0,  70.0,   "assumed (C-35)"),
    ("micro_inverters.stop_hz",       "micro-inverters stop at",              "Hz",   52.0,    40.0,  70.0,   "manual 5.9"),
)
# fmt: on


def _rows(group: str, table: tuple, preset: Values) -> list[Installed]:
    return [
        Installed(f"{group}.{key}", label, unit, preset[f"{group}.{key}"], *rest)
        for key, label, unit, *rest in table
    ]


ROWS = (
    *(Installed(f"{pv}.{line[0]}", *line[1:]) for pv in ("pv1", "pv2") for line in STRING_ROWS),
    *_rows("battery", BATTERY_ROWS, _bank("lfp", 200.0)),
    *_rows("genset", GENSET_ROWS, _genset("petrol", 5000.0)),
    *(Installed(*line) for line in FIGURES),
)
BY_KEY = {row.key: row for row in ROWS}


def bank(chemistry: str, capacity_ah: float) -> Values:
    """Return the values of a 48 V bank; SettingError names an unknown chemistry or capacity.

    Resistance falls with the capacity; heat and the management's currents grow with it.
    """
    _known("battery.chemistry", chemistry, CHEMISTRIES)
    return _bank(chemistry, _number(BY_KEY["battery.capacity_ah"], capacity_ah))


def model(name: str) -> Values:
    """Return the values of a bank as it is sold; SettingError names an unknown model."""
    chosen = MODELS[_known("battery.model", name, tuple(MODELS))]
    return bank(chosen.chemistry, chosen.capacity_ah)


def genset(fuel: str, rated_w: float) -> Values:
    """Return the values of a generator set; SettingError names an unknown fuel or rating."""
    _known("genset.fuel", fuel, FUELS)
    return _genset(fuel, _number(BY_KEY["genset.rated_w"], rated_w))


def defaults() -> Values:
    """Return key -> default of every row."""
    return {row.key: row.default for row in ROWS}


def checked(key: str, value: Any) -> float | tuple[float, ...]:
    """Return the value a row holds; KeyError for an unknown key, SettingError for a bad value."""
    row = BY_KEY[key]
    if not isinstance(row.default, tuple):
        return _number(row, value)
    if not isinstance(value, list | tuple) or len(value) != len(row.default):
        raise _refused(row, value, f"needs {len(row.default)} values")
    return tuple(_number(row, part) for part in value)


def flat(values: Mapping[str, float | tuple[float, ...]]) -> dict[str, float]:
    """Return the same, and nothing broken, under the flat names of the kernel's record."""
    names = {f"defects_{key}": value for key, value in causes.sound().items()}
    names["defects_any"] = 0.0
    for key, value in values.items():
        name = key.replace(".", "_")
        if isinstance(value, tuple):
            names |= {f"{name}_{index + 1}": part for index, part in enumerate(value)}
        else:
            names[name] = value
    return names


def site_defaults() -> dict[str, float]:
    """Return the default site under the flat names of the kernel's record."""
    return flat(defaults())


def _known(key: str, name: str, names: tuple[str, ...]) -> str:
    if name not in names:
        raise SettingError(f"site.{key}", name, choices=names)
    return name


def _number(row: Installed, value: Any) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise _refused(row, value, "is not a number")
    if not row.low <= value <= row.high:
        raise _refused(row, value)
    return float(value)


def _refused(row: Installed, value: Any, reason: str = "") -> SettingError:
    return SettingError(f"site.{row.key}", value, row.unit, row.low, row.high, reason=reason)
