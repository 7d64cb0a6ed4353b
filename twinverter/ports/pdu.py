"""The Modbus application protocol: a request's bytes go in, the answer's bytes come out.

What carries them differs per wire: MBAP header on TCP, address and CRC on a serial line, both
inside another frame in the data logger's protocol. Assumptions: 0x03 reads and 0x10 writes, as the
family's protocol (V104) opens them; 0x06 writes one register besides, because clients of the
family offer it by hand. Every other function gets exception 1, the input registers' 0x04 too,
which the family does not have. Source: MODBUS Application Protocol Specification V1.1b3.
"""

import struct
from collections.abc import Sequence
from typing import Protocol

from twinverter.ports.image import ILLEGAL_VALUE, Refused

READ, WRITE_ONE, WRITE = 0x03, 0x06, 0x10
EXCEPTION = 0x80
# Exception codes (specification 7) that the image does not give.
ILLEGAL_FUNCTION, NO_TARGET = 1, 11
# The longest PDU (specification 4.1).
MOST_PDU = 253
TWO_WORDS = struct.Struct(">HH")
# Function and two words; a block's byte count and data follow.
SHORT = 5


class RegisterMap(Protocol):
    """What stands behind a Modbus address: the device's image, a meter, the SunSpec chain."""

    def read(self, first: int, count: int) -> list[int]:
        """Return words; Refused where there is nothing to read."""

    def write(self, first: int, words: Sequence[int], by: str) -> None:
        """Take a block, all or nothing; Refused else."""

    def value(self, key: str) -> float | str:
        """Return a telemetry row or setting by its key."""


def answer(image: RegisterMap, request: bytes, by: str) -> bytes:
    """Return the answer's PDU to a request's PDU of at least one byte.

    `by` names the writer in the device's event list.
    """
    function = request[0]
    serve = _SERVES.get(function)
    if serve is None:
        return exception(function, ILLEGAL_FUNCTION)
    try:
        return serve(image, request, by)
    except Refused as refusal:
        return exception(function, refusal.code)


def exception(function: int, code: int) -> bytes:
    """Return the PDU of an exception."""
    return bytes((function | EXCEPTION, code))


def is_write(request: bytes) -> bool:
    """Return whether a request asks for more than reading."""
    return request[0] in (WRITE_ONE, WRITE)


def is_exception(pdu: bytes) -> bool:
    """Return whether an answer's PDU is an exception."""
    return bool(pdu[0] & EXCEPTION)


def _read(image: RegisterMap, request: bytes, by: str) -> bytes:
    first, count = _two_words(request, whole=len(request) == SHORT)
    words = image.read(first, count)
    return struct.pack(f">BB{count}H", READ, 2 * count, *words)


def _write_one(image: RegisterMap, request: bytes, by: str) -> bytes:
    first, word = _two_words(request, whole=len(request) == SHORT)
    image.write(first, (word,), by)
    return request


def _write(image: RegisterMap, request: bytes, by: str) -> bytes:
    first, count = _two_words(request, whole=len(request) > SHORT)
    length = request[SHORT]
    data = request[SHORT + 1 :]
    if not len(data) == length == 2 * count:
        raise Refused(ILLEGAL_VALUE, f"{len(data)} bytes, {length} told, for {count} registers")
    image.write(first, struct.unpack(f">{count}H", data), by)
    return request[:SHORT]


def _two_words(request: bytes, whole: bool) -> tuple[int, int]:
    """Return the two words behind the function; Refused where the request is not whole."""
    if not whole:
        raise Refused(ILLEGAL_VALUE, f"{len(request)} bytes do not fit the request")
    first, second = TWO_WORDS.unpack_from(request, 1)
    return first, second


_SERVES = {READ: _read, WRITE_ONE: _write_one, WRITE: _write}
