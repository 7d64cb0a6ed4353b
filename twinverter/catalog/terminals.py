"""The terminals of the machine that carry power or earth, and the plugs the sockets' table lacks.

Callouts are those of the manual's bottom view (2.1). The manual marks the AC blocks Grid, Load and
GEN (3.4) and speaks of PV+ and PV- (3.5) and of battery plus and minus (3.3); numbers of the PV
inputs follow from its two trackers. The drawings of the function port (3.3.2) and of the parallel
sockets are lost: their rows are those of the family's three-phase machine of the same rating
(Deye SUN-8K-SG04LP3 and Sunsynk SYNK-8K-SG04LP3, user manuals, 3.3.2), to be compared with the
print beside the terminals before a wire is connected.
"""

from typing import NamedTuple

from twinverter.catalog.row import FAMILY, MANUAL
from twinverter.catalog.sockets import Contact, Socket

FIVE = ("L1", "L2", "L3", "N", "PE")


class Block(NamedTuple):
    """One group of terminals: its callout, the printed names, how a wire is held, and by what row.

    `torque` is the key of the highest torque in `catalog/limits.py`, empty for a plug.
    """

    key: str
    name: str
    callout: int
    terminals: tuple[str, ...]
    held: str
    torque: str
    section: str


# fmt: off
BLOCKS = (
    #     key     name    callout  terminals          held                      torque               section
    Block("pv1",  "PV1",  16,      ("PV1+", "PV1-"),  "MC4 plug",               "",                  "2.1, 3.5.2"),
    Block("pv2",  "PV2",  16,      ("PV2+", "PV2-"),  "MC4 plug",               "",                  "2.1, 3.5.2"),
    Block("bat",  "BAT",  4,       ("BAT+", "BAT-"),  "M10 bolt and lug",       "battery_torque_nm", "2.1, 3.3"),
    Block("gen",  "GEN",  11,      FIVE,              "screw, 10 mm stripped",  "ac_torque_nm",      "2.1, 3.4"),
    Block("load", "LOAD", 12,      FIVE,              "screw, 10 mm stripped",  "ac_torque_nm",      "2.1, 3.4"),
    Block("grid", "GRID", 13,      FIVE,              "screw, 10 mm stripped",  "ac_torque_nm",      "2.1, 3.4"),
)

PARALLEL_CONTACTS = tuple(
    Contact(str(number), "", "not printed: use the cable of the box") for number in range(1, 9)
)
PARALLEL_NOTE = "CAN. A of one unit to B of the next with the cable of the box; the ends stay open."

PLUGS = (
    Socket("parallel_a", "Parallel A", 8, "RJ45", "2.1, 3.11", FAMILY, PARALLEL_CONTACTS,
           note=PARALLEL_NOTE),
    Socket("parallel_b", "Parallel B", 8, "RJ45", "2.1, 3.11", FAMILY, PARALLEL_CONTACTS,
           note=PARALLEL_NOTE),
    Socket("temperature", "Temperature sensor", 18, "lead", "2.1, 3.3.3", MANUAL,
           (Contact("1", "TEMP", "NTC on a lead-acid bank"), Contact("2", "TEMP", "NTC on a lead-acid bank")),
           note="Lies in the box (3.1). A lithium bank tells its temperature through the BMS."),
)

# Two rows of eight terminals each, left to right.
FUNCTION_ROWS = (
    ("CN1", (
        Contact("1", "TEMP",    "temperature sensor of a lead-acid bank"),
        Contact("2", "TEMP",    "temperature sensor of a lead-acid bank"),
        Contact("3", "CT-L1",   "current clamp on L1 at the mains"),
        Contact("4", "CT-L1",   "current clamp on L1 at the mains"),
        Contact("5", "CT-L2",   "current clamp on L2 at the mains"),
        Contact("6", "CT-L2",   "current clamp on L2 at the mains"),
        Contact("7", "CT-L3",   "current clamp on L3 at the mains"),
        Contact("8", "CT-L3",   "current clamp on L3 at the mains"),
    )),
    ("CN2", (
        Contact("1", "G-start", "dry contact, closed while the generator is to run"),
        Contact("2", "G-start", "dry contact, closed while the generator is to run"),
        Contact("3", "G-valve", "dry contact, closed off grid with Signal island mode"),
        Contact("4", "G-valve", "dry contact, closed off grid with Signal island mode"),
        Contact("5", "Grid_Ry", "reserved: leave it free"),
        Contact("6", "Grid_Ry", "reserved: leave it free"),
        Contact("7", "RSD+",    "12 V while the machine is on, for a rapid shutdown"),
        Contact("8", "RSD-",    "12 V while the machine is on, for a rapid shutdown"),
    )),
)
# fmt: on

BY_KEY = {row.key: row for row in BLOCKS}
