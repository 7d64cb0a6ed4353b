"""The data logger on the inverter's serial port: it answers the frames of a client or a server.

What it does when something is wrong, as clients of the family report it: another logger's serial
gets the two bytes 06 00 in place of the inverter's words, another slave's address 05 00 (decoded
by kbialek/deye-inverter-mqtt), a broken RTU frame no answer at all. The serial 0 stands for any,
since a client asks with it for the real one (davidrapan/ha-solarman).
"""

import time
from collections.abc import Callable

from twinverter.ports import pdu, rtu, v5frame
from twinverter.ports.image import DEVICE_FAILURE, Image
from twinverter.ports.port import Counter
from twinverter.ports.v5frame import Frame, Times

# A serial that every client can send: ha-solarman takes those from 2**31 on (assumed within).
SERIAL = 2712345678
ANY = 0
OTHER_ADDRESS, OTHER_SERIAL = b"\x05\x00", b"\x06\x00"
# Some loggers put two bytes behind the CRC.
DOUBLE_CRC = b"\x00\x00"
ADDRESS_KEY = "parallel_address"
REMOTE_KEY = "allow_remote"


class Logger:
    """One logger of a serial number before an image; `double_crc` is a quirk of some.

    `name` tells the device's event list who wrote. One that is `remote` speaks for a server far
    away, which may write only while Allow Remote is on. `monotonic` and `unix` are the clocks.
    """

    def __init__(
        self,
        image: Image,
        name: str,
        serial: int = SERIAL,
        double_crc: bool = False,
        remote: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
        unix: Callable[[], float] = time.time,
    ) -> None:
        if not 0 < serial < 1 << 32:
            raise ValueError(f"logger serial {serial}: is none (allowed: 1 to {(1 << 32) - 1})")
        self.counter = Counter()
        self._image = image
        self._name = name
        self._serial = serial
        self._remote = remote
        self._trailer = DOUBLE_CRC if double_crc else b""
        self._monotonic = monotonic
        self._unix = unix
        self._began_s = monotonic()
        self._sent = 0

    def answer(self, frame: Frame, client: str) -> Frame | None:
        """Return the answer to a client's frame, counted; None where the logger stays silent.

        Frames that ask nothing, such as a client's answer to a heartbeat, are passed over.
        """
        if frame.code != v5frame.REQUEST:
            return None
        inner = v5frame.asked(frame.payload)
        opened = rtu.opened(inner) if inner is not None else None
        if opened is None:
            self.counter.fail(client)
            return None
        self.counter.note(client)
        words = self._words(frame.serial, *opened, client)
        payload = v5frame.answering(self.times(), words)
        code = frame.code - v5frame.ANSWER
        return Frame(code, frame.sequence, self._count(), self._serial, payload)

    def _words(self, serial: int, address: int, request: bytes, client: str) -> bytes:
        """Return what the answer carries: the inverter's RTU frame, or why there is none."""
        if serial not in (self._serial, ANY):
            self.counter.fail(client)
            return OTHER_SERIAL
        if address != self._image.value(ADDRESS_KEY):
            self.counter.fail(client)
            return OTHER_ADDRESS
        if self._remote and pdu.is_write(request) and not self._image.value(REMOTE_KEY):
            answer = pdu.exception(request[0], DEVICE_FAILURE)
        else:
            answer = pdu.answer(self._image, request, f"{self._name} {client}")
        if pdu.is_exception(answer):
            self.counter.fail(client)
        return rtu.sealed(address, answer) + self._trailer

    def told(self, code: int, payload: bytes, sequence: int = 0) -> Frame:
        """Return a frame that the logger sends of its own accord."""
        return Frame(code, sequence, self._count(), self._serial, payload)

    def heartbeat(self, sequence: int = 0) -> Frame:
        """Return the frame by which a logger shows that it is there."""
        return self.told(v5frame.HEARTBEAT, bytes((v5frame.KEEP_ALIVE,)), sequence)

    def times(self) -> Times:
        """Return for how long the logger has worked, and the offset to unix time."""
        worked_s = int(self._monotonic() - self._began_s)
        return Times(worked_s, worked_s, int(self._unix()) - worked_s)

    def _count(self) -> int:
        self._sent = (self._sent + 1) & 0xFF
        return self._sent
