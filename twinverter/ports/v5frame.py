"""The frame of the Solarman V5 protocol: packed, found in a stream of bytes, and its payloads.

Little-endian but for the Modbus RTU frame inside. Codes from 0x41 on ask, the answer's is 0x30
less. Source: documentation of pysolarmanv5 (`docs/solarmanv5_protocol.rst`), whose names of the
three times are kept; time frame and upload side: Hypfer/deye-microinverter-cloud-free.
"""

import struct
from typing import NamedTuple

START, SUFFIX, END = 0xA5, 0x10, 0x15
HEADER = struct.Struct("<BHBBBBI")
# Between the start byte and the end byte a frame carries the header and a checksum besides.
OVERHEAD = HEADER.size + 2
# Start, length and suffix tell whether a frame can begin, and how long it is.
OPENING = 4
# Clients take what one `recv(1024)` brings as one frame, so no frame is longer.
LONGEST = 1024

HANDSHAKE, DATA, INFO, REQUEST, HEARTBEAT, REPORT = 0x41, 0x42, 0x43, 0x45, 0x47, 0x48
ANSWER = 0x30
# The first byte of a payload: whose words these are.
KEEP_ALIVE, LOGGER, INVERTER = 0x00, 0x01, 0x02
STATUS = 0x01

ASKED = struct.Struct("<BHIII")
ANSWERED = struct.Struct("<BBIII")
TIME = struct.Struct("<BBII")


class Frame(NamedTuple):
    """One frame: `sequence` belongs to the side that asks, `counter` to the logger."""

    code: int
    sequence: int
    counter: int
    serial: int
    payload: bytes


class Times(NamedTuple):
    """Seconds a logger has worked in all and since it got power; with `offset_s` unix time."""

    total_s: int
    power_on_s: int
    offset_s: int


def checksum(body: bytes) -> int:
    """Return the checksum of what stands between the start byte and the checksum."""
    return sum(body) & 0xFF


def pack(frame: Frame) -> bytes:
    """Return the bytes of a frame; ValueError where it would be longer than a frame may be."""
    code, sequence, counter, serial, payload = frame
    if len(payload) > LONGEST - OVERHEAD:
        raise ValueError(f"payload of {len(payload)} bytes: a frame holds {LONGEST - OVERHEAD}")
    head = HEADER.pack(START, len(payload), SUFFIX, code, sequence & 0xFF, counter & 0xFF, serial)
    return b"%b%b%c%c" % (head, payload, checksum(head[1:] + payload), END)


class Splitter:
    """Finds the frames in a stream of bytes, and counts the stretches that were none.

    A frame cut off or damaged costs the frames behind it nothing: the search goes on one byte
    after its start. At most one frame's bytes are kept between two calls.
    """

    def __init__(self) -> None:
        self.errors = 0
        self._kept = b""
        self._lost = False

    def feed(self, piece: bytes) -> list[Frame]:
        """Return the frames that are whole now."""
        return self._split(self._kept + piece, False)

    def expire(self) -> list[Frame]:
        """Give up the frame that has begun, its sender is silent; return what stands inside it."""
        return self._split(self._kept, True)

    @property
    def waits(self) -> bool:
        """Return whether a frame has begun and is not whole yet."""
        return bool(self._kept)

    def _split(self, stream: bytes, is_all: bool) -> list[Frame]:
        frames, at = [], 0
        while at < len(stream):
            size, rest = _size(stream, at), len(stream) - at
            if size > rest and not is_all:
                break
            frame = _taken(stream[at : at + size]) if 0 < size <= rest else None
            if frame:
                frames.append(frame)
                at += size
            else:
                self.errors += not self._lost
                at = stream.find(START, at + 1)
                at = at if at >= 0 else len(stream)
            self._lost = frame is None
        self._kept = stream[at:]
        return frames


def _size(stream: bytes, at: int) -> int:
    """Return how many bytes are needed to judge the frame at `at`; 0 where none begins there."""
    if stream[at] != START:
        return 0
    if len(stream) - at < OPENING:
        return OPENING
    size = int.from_bytes(stream[at + 1 : at + 3], "little") + OVERHEAD
    return size if size <= LONGEST and stream[at + 3] == SUFFIX else 0


def _taken(whole: bytes) -> Frame | None:
    """Return the frame of exactly these bytes, None where end or checksum are wrong."""
    if whole[-1] != END or whole[-2] != checksum(whole[1:-2]):
        return None
    _, _, _, code, sequence, counter, serial = HEADER.unpack_from(whole)
    return Frame(code, sequence, counter, serial, whole[HEADER.size : -2])


def asked(payload: bytes) -> bytes | None:
    """Return the RTU frame of a request's payload, None where it is not meant for the inverter."""
    if len(payload) < ASKED.size or payload[0] != INVERTER:
        return None
    return payload[ASKED.size :]


def asking(rtu: bytes) -> bytes:
    """Return a request's payload."""
    return ASKED.pack(INVERTER, 0, 0, 0, 0) + rtu


def answering(times: Times, rtu: bytes) -> bytes:
    """Return an answer's payload."""
    return ANSWERED.pack(INVERTER, STATUS, *times) + rtu


def answered(payload: bytes) -> tuple[Times, bytes] | None:
    """Return the times and the RTU frame of an answer's payload, None where it is cut off."""
    if len(payload) < ANSWERED.size:
        return None
    _, _, *times = ANSWERED.unpack_from(payload)
    return Times(*times), payload[ANSWERED.size :]


def time_answer(frame: Frame, unix_s: int) -> Frame:
    """Return what a server answers to a frame that a logger pushed."""
    payload = TIME.pack(frame.payload[0] if frame.payload else KEEP_ALIVE, STATUS, unix_s, 0)
    return Frame(frame.code - ANSWER, frame.sequence + 1, frame.counter, frame.serial, payload)
