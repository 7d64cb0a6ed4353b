"""What is where on the machine: the twenty callouts of the manual's views (2.1).

The views themselves are lost; sides and order are ours, after the family's drawings. A signal
socket has its contacts in `catalog/sockets.py` under the same callout.
"""

from typing import NamedTuple

FRONT, BELOW, LEFT, APART = "front", "underside", "left side", "outside the case"


class Callout(NamedTuple):
    """One part: its number in the manual, name, side, what it is for, its ledger id."""

    number: int
    name: str
    side: str
    purpose: str
    ledger: str


# fmt: off
CALLOUTS = (
    Callout(1,  "Indicators",                 FRONT, "four lamps: DC, AC, Normal, Alarm",                            "CH2.1-DSP-001"),
    Callout(2,  "LCD",                        FRONT, "touch screen: flows, settings, alarms",                        "CH2.1-DSP-002"),
    Callout(3,  "Function keys",              FRONT, "Esc, Up, Down, Enter",                                         "CH2.1-DSP-003"),
    Callout(4,  "Battery connectors",         BELOW, "plus and minus of the 48 V bank (terminals: 17)",              "CH2.1-WIR-004"),
    Callout(5,  "BMS 485 port",               BELOW, "the battery's management over RS485",                          "CH2.1-BMS-005"),
    Callout(6,  "BMS CAN port",               BELOW, "the battery's management over CAN",                            "CH2.1-BMS-006"),
    Callout(7,  "DRMs port",                  BELOW, "demand response after AS/NZS 4777",                            "CH2.1-GSP-007"),
    Callout(8,  "Parallel port",              BELOW, "the cable between units side by side",                         "CH2.1-PAR-008"),
    Callout(9,  "Function port",              BELOW, "clamps, generator start contact, ATS output",                  "CH2.1-WIR-009"),
    Callout(10, "RS485 port",                 BELOW, "Modbus for other devices, or the energy meter",                "CH2.1-MON-010"),
    Callout(11, "Generator input",            BELOW, "GEN terminals: generator, smart load or micro-inverters",      "CH2.1-GEN-011"),
    Callout(12, "Load output",                BELOW, "LOAD terminals: consumers that keep running in an outage",     "CH2.1-WIR-012"),
    Callout(13, "Grid connection",            BELOW, "GRID terminals: the mains",                                    "CH2.1-GRD-013"),
    Callout(14, "ON/OFF button",              LEFT,  "switches the machine on and off; it makes no terminal dead",   "CH2.1-OPR-014"),
    Callout(15, "DC switch",                  LEFT,  "disconnects the PV inputs",                                    "CH2.1-PRO-015"),
    Callout(16, "PV inputs",                  BELOW, "one string on each of two MPP trackers",                       "CH2.1-WIR-016"),
    Callout(17, "Battery terminals",          BELOW, "M10 bolts behind the battery connectors",                      "CH2.1-WIR-004"),
    Callout(18, "Temperature sensor",         APART, "sits on a lead-acid bank, plugs into the function port",       "CH2.1-CHG-017"),
    Callout(19, "WiFi interface",             BELOW, "the data logger",                                              "CH2.1-MON-018"),
    Callout(20, "Fan",                        BELOW, "cools the power stage; some versions have none",               "CH2.1-DAT-019"),
)
# fmt: on
