"""The signal sockets of the machine: which contact carries what, and how the twin offers it.

Callouts are those of the manual's bottom view (2.1). The manual prints the contacts of the BMS
socket alone (10, Appendix I); it has one table for two sockets, so both have the same contacts. Its
drawing of the function port (3.3.2) is lost: what stands there follows from the functions it names.
"""

from typing import NamedTuple

from twinverter.catalog.row import ASSUMED, FAMILY, MANUAL

PUBLIC = "public"


class Contact(NamedTuple):
    """One contact: its number (empty where no text says it), its signal, what it is for."""

    number: str
    signal: str
    meaning: str


class Socket(NamedTuple):
    """One socket: its callout in the manual, shape, contacts and where these come from.

    `options` are the wires of `twinverter live` that speak there, `pins` the keys of its inputs and
    outputs on the panel and in the API.
    """

    key: str
    name: str
    callout: int
    shape: str
    section: str
    origin: str
    contacts: tuple[Contact, ...]
    options: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    note: str = ""


# fmt: off
BMS_CONTACTS = (
    Contact("1", "485_B", "RS485, line B"),
    Contact("2", "485_A", "RS485, line A"),
    Contact("3", "",      "unused"),
    Contact("4", "CAN-H", "CAN, high"),
    Contact("5", "CAN-L", "CAN, low"),
    Contact("6", "GND",   "ground"),
    Contact("7", "485_A", "RS485, line A"),
    Contact("8", "485_B", "RS485, line B"),
)
RS485_CONTACTS = (
    Contact("1", "485_B", "RS485, line B"),
    Contact("2", "485_A", "RS485, line A"),
    Contact("3", "GND",   "ground"),
    Contact("4", "",      "unused"),
    Contact("5", "",      "unused"),
    Contact("6", "GND",   "ground"),
    Contact("7", "485_A", "RS485, line A"),
    Contact("8", "485_B", "RS485, line B"),
)
DRM_CONTACTS = (
    Contact("1", "DRM 1/5",  "joined to 6: DRM1, to 5: DRM5"),
    Contact("2", "DRM 2/6",  "joined to 6: DRM2, to 5: DRM6"),
    Contact("3", "DRM 3/7",  "joined to 6: DRM3, to 5: DRM7"),
    Contact("4", "DRM 4/8",  "joined to 6: DRM4, to 5: DRM8"),
    Contact("5", "RefGen",   "the common of DRM5 to DRM8"),
    Contact("6", "Com/DRM0", "the common of DRM1 to DRM4; joined to 5: DRM0"),
    Contact("7", "",         "unused"),
    Contact("8", "",         "unused"),
)
FUNCTION_CONTACTS = (
    Contact("", "CT L1, L2, L3", "the three clamps at the house connection, two wires each"),
    Contact("", "GEN start",     "dry contact that starts a generator"),
    Contact("", "ATS",           "230 V for an external neutral-earth relay"),
)
LOGGER_CONTACTS = (
    Contact("2", "TX",  "RS232, data to the logger"),
    Contact("3", "RX",  "RS232, data from the logger"),
    Contact("5", "GND", "ground"),
    Contact("9", "12 V", "supply of the logger"),
)

SOCKETS = (
    Socket("bms_485",  "BMS, RS485",     5, "RJ45", "2.1, 10", MANUAL, BMS_CONTACTS, ("bms",),
           note="The twin's battery answers an inverter here, or its inverter asks a battery, with Lithium Mode 5."),
    Socket("bms_can",  "BMS, CAN",       6, "RJ45", "2.1, 10", MANUAL, BMS_CONTACTS, ("can",),
           note="500 kbit/s. The twin's battery speaks here, or its inverter obeys a battery, with Lithium Mode 0."),
    Socket("drm",      "DRMs",           7, "RJ45", "2.1, 5.10", PUBLIC, DRM_CONTACTS, (), ("drm",),
           note="The usual contacts of machines after AS/NZS 4777.2; several modes may be joined at once."),
    Socket("function", "Function port",  9, "terminals", "2.1, 3.3.2", ASSUMED, FUNCTION_CONTACTS, (), ("gen_start", "ats"),
           note="Numbers of the terminals are on the lost drawing. What the clamps read is on the grid page, CT."),
    Socket("rs485",    "RS485",         10, "RJ45", "2.1", FAMILY, RS485_CONTACTS, ("rtu", "meter", "meter_server"),
           note="Modbus RTU, 9600 8N1, address Modbus SN; or the energy meter of Ex_Meter For CT, address 1."),
    Socket("wifi",     "WiFi interface", 19, "DB9", "2.1, 3.8", FAMILY, LOGGER_CONTACTS, ("solarman", "solarman_push"),
           note="The logger has its own leaflet and its own settings: nothing on the panel configures it. The twin's is set in the house file under `[site.link]` (`logger`, `logger_serial`)."),
)
# fmt: on
