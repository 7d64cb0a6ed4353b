"""The Modbus RTU frame: address, PDU, CRC with its low byte first.

Source: MODBUS over Serial Line V1.02, sections 2.3 and 2.5.1. The CRC is pymodbus's.
"""

from pymodbus.framer import FramerRTU

from twinverter.ports import pdu

# Address, function and CRC; address, the longest PDU and CRC.
LEAST, MOST = 4, pdu.MOST_PDU + 3
BROADCAST = 0
# Whole length of the requests with one size: reads and writes of one bit or register.
FIXED = 8
FIXED_FUNCTIONS = range(0x01, 0x07)
# Requests whose seventh byte counts the data after it, and the bytes around that data.
COUNTED_FUNCTIONS = (0x0F, 0x10)
COUNT_PLACE, AROUND = 6, 9


def sealed(address: int, body: bytes) -> bytes:
    """Return the frame that carries a PDU."""
    frame = bytes((address,)) + body
    return frame + FramerRTU.compute_CRC(frame).to_bytes(2, "big")


def is_sound(frame: bytes) -> bool:
    """Return whether the CRC at the end of a frame is right."""
    if len(frame) < LEAST:
        return False
    return FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big"))


def opened(frame: bytes) -> tuple[int, bytes] | None:
    """Return address and PDU of a frame, None where it is cut off or its CRC is wrong."""
    return (frame[0], frame[1:-2]) if is_sound(frame) else None


def request_length(begun: bytes | bytearray) -> int | None:
    """Return how long the request will be that begins so, None where nothing tells yet."""
    if len(begun) < 2:
        return None
    if begun[1] in FIXED_FUNCTIONS:
        return FIXED
    if begun[1] in COUNTED_FUNCTIONS and len(begun) > COUNT_PLACE:
        return AROUND + begun[COUNT_PLACE]
    return None
