"""What may be broken or wrongly wired: one row per cause, with the codes it leads to.

A cause is injected from a house file (`[[world.defect]]`), from the panel's world, or over the
API; its key is the field of the plant's `Defects`. `usual` is what a plain switch puts it to.
Figures are assumed: large enough to be found, small enough to be met in a real house.
"""

from typing import NamedTuple


class Cause(NamedTuple):
    """One cause: key, label, unit ("" for a flag), sound and usual value, range, codes, words."""

    key: str
    label: str
    unit: str
    sound: float
    usual: float
    low: float
    high: float
    codes: tuple[str, ...]
    told: str

    @property
    def is_flag(self) -> bool:
        """Return whether it is simply there or not."""
        return not self.unit


def flag(key: str, label: str, codes: str, told: str) -> Cause:
    """Return a row that is there or not."""
    return Cause(key, label, "", 0.0, 1.0, 0.0, 1.0, tuple(codes.split()), told)


def _figure(  # the columns of the table below
    key: str, label: str, unit: str, sound: float, usual: float, low: float, high: float,
    codes: str, told: str,
) -> Cause:  # fmt: skip
    return Cause(key, label, unit, sound, usual, low, high, tuple(codes.split()), told)


# fmt: off
CAUSES = (
    #       key                  label                                unit   sound   usual     low     high  codes
    flag(   "pv1_reversed",      "String 1 connected the wrong way",                                         "F01",
            "Plus and minus of the first string are exchanged."),
    flag(   "pv2_reversed",      "String 2 connected the wrong way",                                         "F01",
            "Plus and minus of the second string are exchanged."),
    _figure("pv_insulation_ohm", "PV insulation to earth",            "ohm", 1.0e7, 1.0e4,     0.0, 1.0e7,   "F24",
            "A damaged cable or a wet module connects the strings to earth."),
    flag(   "pv_arc",            "Arc in the PV wiring",                                                     "F63",
            "A loose connector burns while current flows."),
    _figure("input1_short_a",    "Shorted stage at PV input 1",       "A",     0.0,  25.0,     0.0,   200.0, "F17",
            "The boost switch of the first input conducts all the time."),
    _figure("input2_short_a",    "Shorted stage at PV input 2",       "A",     0.0,  25.0,     0.0,   200.0, "F17",
            "The boost switch of the second input conducts all the time."),
    _figure("earth_leak_a",      "Sudden leakage to earth",           "A",     0.0,   0.1,     0.0,     5.0, "F23",
            "Somebody or something touches a live part: the residual current jumps."),
    _figure("damp_leak_a",       "Creeping leakage to earth",         "A",     0.0,   0.5,     0.0,     5.0, "F16",
            "Damp in boxes and cables: the residual current rises over minutes."),
    flag(   "load_short",        "Short circuit at the backup output",                                       "F18",
            "Line and neutral touch behind the LOAD terminals."),
    _figure("bypass_a",          "Circuit wired past the LOAD sensor", "A",    0.0,  60.0,     0.0,   200.0, "F33",
            "A circuit hangs between the GRID relay and the LOAD sensor, on L1."),
    flag(   "link_open",         "Pre-charge path of the DC link open",                                      "F07",
            "A resistor or relay of the pre-charge has failed: the link cannot be built."),
    _figure("link_short_a",      "Shorted capacitor in the DC link",  "A",     0.0,  40.0,     0.0,   500.0, "F21",
            "The link draws current that goes nowhere."),
    _figure("link_unbalance_v",  "Halves of the DC link differ",      "V",     0.0,  80.0,     0.0,   400.0, "F26",
            "A balancing part has failed, or loads take from one half only."),
    _figure("battery_short_a",   "Shorted switch in the battery stage", "A",   0.0, 450.0,     0.0,  2000.0, "F20",
            "The battery drives a current that nobody ordered."),
    flag(   "bond_open",         "Neutral-earth bond missing off grid",                                      "F08",
            "The external relay does not tie the neutral of the backup output to earth."),
    flag(   "fan_blocked",       "Fan blocked",                                                              "W02 F64",
            "The fan does not turn, so the heat sink gets hot under load."),
    flag(   "estop",             "Emergency stop pressed",                                                   "F22",
            "The stop input is closed."),
    flag(   "memory_unreadable", "Settings memory unreadable",                                               "F05",
            "The stored settings do not match their checksum at power-on."),
    flag(   "memory_unwritable", "Settings memory worn out",                                                 "F06",
            "What is written cannot be read back."),
    flag(   "bms_fault",         "Battery reports a fault",                                                  "F46",
            "The management of the battery has set its fault flag."),
    flag(   "ct_reversed",       "Clamp on L1 turned round",                                                 "W05",
            "The arrow of the clamp points the wrong way."),
    flag(   "ct_off",            "Clamp on L1 not connected",                                                "W06",
            "The clamp lies beside the cable, or its plug is open."),
    flag(   "ct_swapped",        "Clamps of L1 and L2 exchanged",                                            "W06",
            "Each of the two clamps sits on the other's phase."),
    _figure("peers_loss",        "Heartbeats lost on the parallel cable", "share", 0.0, 0.2,  0.0,     1.0, "W32 F29",
            "A bad plug or a missing terminator: some frames get lost, or all of them."),
    flag(   "peer_off",          "Another unit of the system is off",                                        "F41",
            "Somebody switched another inverter of the parallel system off, or it has a fault."),
    flag(   "peer_clash",        "Two units with one address",                                               "F29",
            "Two units of the parallel system have the same number, or there are two masters."),
)
# fmt: on
BY_KEY = {cause.key: cause for cause in CAUSES}


def sound() -> dict[str, float]:
    """Return the sound value of every cause, by its key."""
    return {cause.key: cause.sound for cause in CAUSES}
