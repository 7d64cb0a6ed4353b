"""What is kept of the moments around an alarm: figures, and the curves they are shown in.

Figures are what the machine measures, orders and is set to; all are kept in SI, ratios 0 to 1, and
a flag is 1 or 0. `scale` and `unit` are how a reader sees them. A figure that a later version adds
is missing in older evidence, one that it drops is passed over.
"""

from typing import NamedTuple


class Figure(NamedTuple):
    """One figure: key, label, the unit shown, what one of it is multiplied by, decimals shown."""

    key: str
    label: str
    unit: str
    scale: float
    decimals: int


class Curve(NamedTuple):
    """Figures of one unit drawn together, and the limits drawn as lines where they are known."""

    title: str
    figures: tuple[str, ...]
    limits: tuple[str, ...] = ()


def _phases(key: str, label: str, unit: str, decimals: int) -> tuple[Figure, ...]:
    return tuple(
        Figure(f"{key}_l{phase}", f"{label} L{phase}", unit, 1.0, decimals) for phase in (1, 2, 3)
    )


# fmt: off
FIGURES = (
    #      key                 label                             unit    scale   decimals
    *_phases("grid_v",         "Grid voltage",                   "V",            0),
    Figure("grid_hz",          "Grid frequency",                 "Hz",   1.0,    2),
    *_phases("grid_w",         "Grid power",                     "W",            0),
    *_phases("ld_w",           "Power at the GRID terminals",    "W",            0),
    *_phases("ct_w",           "Power read by the clamps",       "W",            0),
    *_phases("load_w",         "Backup load",                    "W",            0),
    *_phases("inverter_w",     "Inverter power",                 "W",            0),
    Figure("home_w",           "Home load",                      "W",    1.0,    0),
    Figure("unserved_w",       "Backup load without supply",     "W",    1.0,    0),
    Figure("pv1_v",            "PV1 voltage",                    "V",    1.0,    0),
    Figure("pv1_a",            "PV1 current",                    "A",    1.0,    1),
    Figure("pv2_v",            "PV2 voltage",                    "V",    1.0,    0),
    Figure("pv2_a",            "PV2 current",                    "A",    1.0,    1),
    Figure("pv_w",             "PV power",                       "W",    1.0,    0),
    Figure("battery_v",        "Battery voltage",                "V",    1.0,    2),
    Figure("battery_a",        "Battery current",                "A",    1.0,    1),
    Figure("battery_w",        "Battery power",                  "W",    1.0,    0),
    Figure("battery_c",        "Battery temperature",            "°C",   1.0,    1),
    Figure("soc",              "State of charge",                "%",    100.0,  0),
    Figure("bms_silent",       "BMS silent",                     "",     1.0,    0),
    Figure("bms_fault",        "Fault flag of the battery",      "",     1.0,    0),
    Figure("bms_discharge_a",  "Discharge current the BMS allows", "A",  1.0,    0),
    Figure("bms_charge_a",     "Charge current the BMS allows",  "A",    1.0,    0),
    Figure("gen_v",            "Generator voltage",              "V",    1.0,    0),
    Figure("gen_hz",           "Generator frequency",            "Hz",   1.0,    2),
    Figure("gen_w",            "Generator power",                "W",    1.0,    0),
    Figure("gen_asked",        "Generator asked to run",         "",     1.0,    0),
    Figure("sink_c",           "Heat sink",                      "°C",   1.0,    1),
    Figure("ambient_c",        "Air around the inverter",        "°C",   1.0,    1),
    Figure("fan",              "Fan speed",                      "%",    100.0,  0),
    Figure("residual_a",       "Leakage current",                "mA",   1000.0, 0),
    Figure("insulation_ohm",   "PV insulation to earth",         "kohm", 0.001,  1),
    Figure("arc",              "Arc seen",                       "",     1.0,    0),
    Figure("peak_a",           "Largest momentary current",      "A",    1.0,    0),
    Figure("link_v",           "DC link voltage",                "V",    1.0,    0),
    Figure("link_a",           "DC link current",                "A",    1.0,    1),
    Figure("unbalance_v",      "Difference of the DC link halves", "V",  1.0,    0),
    Figure("neutral_v",        "LOAD neutral to earth",          "V",    1.0,    0),
    Figure("bond_open",        "Neutral-earth relay open",       "",     1.0,    0),
    Figure("stray_a",          "Current past the LOAD sensor",   "A",    1.0,    1),
    Figure("estop",            "Stop input closed",              "",     1.0,    0),
    Figure("memory_unreadable", "Settings memory unreadable",    "",     1.0,    0),
    Figure("memory_unwritable", "Settings memory worn out",      "",     1.0,    0),
    Figure("peers_heard",      "Heartbeats of other units heard", "%",   100.0,  0),
    Figure("peer_off",         "Another unit off",               "",     1.0,    0),
    Figure("peer_clash",       "Two units with one address",     "",     1.0,    0),
    Figure("order_ok",         "Phases in the right order",      "",     1.0,    0),
    Figure("ct_ok",            "Clamps or meter answer",         "",     1.0,    0),
    Figure("drm0",             "DRM0 asserted",                  "",     1.0,    0),
    Figure("on_grid",          "Connected to the grid",          "",     1.0,    0),
    Figure("output_on",        "Backup output on",               "",     1.0,    0),
    # What the machine was set to.
    Figure("low_limit_v",      "Grid Vol Low",                   "V",    1.0,    0),
    Figure("high_limit_v",     "Grid Vol High",                  "V",    1.0,    0),
    Figure("low_limit_hz",     "Grid Hz Low",                    "Hz",   1.0,    2),
    Figure("high_limit_hz",    "Grid Hz High",                   "Hz",   1.0,    2),
    Figure("nominal_v",        "Nominal voltage",                "V",    1.0,    0),
    Figure("nominal_hz",       "Nominal frequency",              "Hz",   1.0,    0),
    Figure("charge_limit_a",   "Max A Charge",                   "A",    1.0,    0),
    Figure("discharge_limit_a", "Max A Discharge",               "A",    1.0,    0),
    Figure("gen_rated_w",      "Rated Power of the generator",   "W",    1.0,    0),
    Figure("gen_on_grid_port", "Generator at the GRID terminals", "",    1.0,    0),
    Figure("rated_w",          "Rated AC output",                "W",    1.0,    0),
)
BY_KEY = {figure.key: figure for figure in FIGURES}

PHASES = ("l1", "l2", "l3")


def of_phases(key: str) -> tuple[str, ...]:
    """Return the keys of a figure that stands once per phase."""
    return tuple(f"{key}_{phase}" for phase in PHASES)


CURVES = {
    "grid_v":      Curve("Grid voltage", of_phases("grid_v"), ("low_limit_v", "high_limit_v")),
    "grid_hz":     Curve("Grid frequency", ("grid_hz",), ("low_limit_hz", "high_limit_hz")),
    "grid_w":      Curve("Power from the grid", of_phases("grid_w")),
    "ct_w":        Curve("Power read by the clamps", of_phases("ct_w")),
    "ld_w":        Curve("Power at the GRID terminals", of_phases("ld_w")),
    "load_w":      Curve("Backup loads", of_phases("load_w")),
    "inverter_w":  Curve("Inverter power", of_phases("inverter_w")),
    "pv_v":        Curve("PV voltage", ("pv1_v", "pv2_v")),
    "pv_a":        Curve("PV current", ("pv1_a", "pv2_a")),
    "pv_w":        Curve("PV power", ("pv_w",)),
    "battery_v":   Curve("Battery voltage", ("battery_v",)),
    "battery_a":   Curve("Battery current", ("battery_a",)),
    "battery_c":   Curve("Battery temperature", ("battery_c", "ambient_c")),
    "soc":         Curve("State of charge", ("soc",)),
    "bms":         Curve("BMS silent", ("bms_silent",)),
    "bms_fault":   Curve("Fault flag of the battery", ("bms_fault",)),
    "gen_v":       Curve("Generator voltage", ("gen_v",)),
    "gen_hz":      Curve("Generator frequency", ("gen_hz",)),
    "gen_w":       Curve("Generator power", ("gen_w",)),
    "heat":        Curve("Temperatures", ("sink_c", "ambient_c")),
    "fan":         Curve("Fan speed", ("fan",)),
    "residual":    Curve("Leakage current", ("residual_a",)),
    "insulation":  Curve("PV insulation to earth", ("insulation_ohm",)),
    "arc":         Curve("Arc seen", ("arc",)),
    "peak":        Curve("Largest momentary current", ("peak_a",)),
    "link_v":      Curve("DC link voltage", ("link_v",)),
    "link_a":      Curve("DC link current", ("link_a",)),
    "unbalance":   Curve("Difference of the DC link halves", ("unbalance_v",)),
    "neutral":     Curve("LOAD neutral to earth", ("neutral_v",)),
    "stray":       Curve("Current past the LOAD sensor", ("stray_a",)),
    "peers":       Curve("Heartbeats of other units", ("peers_heard",)),
    "estop":       Curve("Stop input", ("estop",)),
    "drm":         Curve("DRM0", ("drm0",)),
    "order":       Curve("Phase order right", ("order_ok",)),
    "ct_ok":       Curve("Clamps or meter answer", ("ct_ok",)),
    "on_grid":     Curve("Connected to the grid", ("on_grid",)),
}
# fmt: on
