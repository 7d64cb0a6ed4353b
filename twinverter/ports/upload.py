"""What a data logger tells its server: who it is, the inverter's figures, its radio link.

Layouts as public decoders read them: greeting from serek4/node-red-sofar-inverter
(`messages/decode_hello-msg.md`), figures and radio link from Hypfer/deye-microinverter-cloud-free
(`assets/deye_sun600.ksy`, schema 0x11, hybrid inverters). Bytes that neither explains are zero.
"""

import struct

from twinverter.ports.image import Image
from twinverter.ports.v5frame import LOGGER, Times

UPLOAD_S, LOGGING_S, HEARTBEAT_S = 300, 60, 120
FIRMWARE = b"LSW3_TWINVERTER"
SSID, SIGNAL_PCT = b"twinverter", 100
HYBRID = 0x11

# Frame type, the three times; minutes and seconds between uploads, readings and heartbeats, most
# clients, signal, sensor kind; firmware, hardware address, network address; one sensor, its kind.
GREETING = struct.Struct("<BIIIBBBBBB40s6s15s3xBH")
OPENING = struct.Struct("<BHIII")
# One unit, the number of the upload, the inverter's serial.
UNIT = struct.Struct("<HIxxxx10s")
RADIO = struct.Struct("<BIIIxx30sBB")
SERIAL_AT, SERIAL_WORDS = 3, 5
FIRST, COUNT = 500, 125
LENGTH = 207

# fmt: off
# Place in the payload, register, words: two words stand with the high one first.
PLACES = (
    ( 95, 514, 1),  # charged today
    ( 97, 515, 1),  # discharged today
    ( 99, 516, 2),  # charged in all
    (103, 518, 2),  # discharged in all
    (107, 520, 1),  # bought today
    (109, 521, 1),  # sold today
    (111, 522, 2),  # bought in all
    (115, 524, 2),  # sold in all
    (119, 526, 1),  # load today
    (121, 527, 2),  # load in all
    (129, 529, 1),  # sun today
    (135, 534, 2),  # sun in all
    (173, 586, 1),  # battery temperature
    (175, 587, 1),  # battery voltage
    (177, 588, 1),  # state of charge
    (181, 590, 1),  # battery power
    (183, 591, 1),  # battery current
    (187, 598, 1),  # grid voltage L1
    (189, 599, 1),  # grid voltage L2
    (191, 600, 1),  # grid voltage L3
    (201, 622, 1),  # grid power L1
    (203, 623, 1),  # grid power L2
    (205, 624, 1),  # grid power L3
)
# fmt: on


def greeting(times: Times, host: str) -> bytes:
    """Return the payload of the handshake of a logger at a network address."""
    return GREETING.pack(
        LOGGER, *times, UPLOAD_S // 60, LOGGING_S, HEARTBEAT_S, 1, SIGNAL_PCT, HYBRID,
        FIRMWARE, b"", host.encode(), 1, HYBRID,
    )  # fmt: skip


def figures(image: Image, times: Times, number: int) -> bytes:
    """Return the payload of the upload of a number: the inverter's figures of this moment."""
    serial = struct.pack(f">{SERIAL_WORDS}H", *image.read(SERIAL_AT, SERIAL_WORDS))
    payload = bytearray(LENGTH)
    OPENING.pack_into(payload, 0, LOGGER, HYBRID, *times)
    UNIT.pack_into(payload, OPENING.size, 1, number, serial)
    words = image.read(FIRST, COUNT)
    for place, address, count in PLACES:
        low_first = words[address - FIRST : address - FIRST + count]
        struct.pack_into(f">{count}H", payload, place, *reversed(low_first))
    return bytes(payload)


def radio(times: Times) -> bytes:
    """Return the payload that tells of the radio link."""
    return RADIO.pack(LOGGER, *times, SSID, SIGNAL_PCT, 1)
