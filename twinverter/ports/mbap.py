"""One Modbus TCP connection: frames with an MBAP header come in, answers go out in order.

Memory is bounded whatever the other side does: a connection reads into one small buffer, and stops
reading while its answers are not fetched. One pass answers for a few milliseconds at most, so that
a flood of requests delays a tick no longer than a full pass of the runner does. A header that
cannot be one ends the connection, because nothing tells where the next begins. Source: MODBUS
Messaging on TCP/IP Implementation Guide V1.0b, sections 3.1 and 4.2.
"""

import asyncio
import struct
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from twinverter.ports import pdu

HEADER = struct.Struct(">HHHB")
# Transaction, protocol and length stand before the bytes that the length counts.
BEFORE = 6
PROTOCOL = 0
# Unit and function at least, unit and the longest PDU at most.
LEAST, MOST = 2, 1 + pdu.MOST_PDU
BUFFER = 2 * (BEFORE + MOST)
# Answers that may wait for a slow reader before its requests wait too.
WAITING = 16 * 1024
PASS_S = 0.005


class Frame(NamedTuple):
    """One request as it came: its header's figures and its PDU."""

    transaction: int
    unit: int
    body: bytes


class StreamError(ValueError):
    """A header that cannot be one."""


class Owner(Protocol):
    """Who keeps the connections and answers."""

    def opened(self, connection: "Connection") -> None:
        """Take note of a new connection."""

    def closed(self, connection: "Connection") -> None:
        """Take note that a connection has ended."""

    def serve(self, unit: int, body: bytes, client: str) -> bytes:
        """Return the answer's PDU to a request's PDU."""

    def broken(self, client: str) -> None:
        """Take note of bytes that are no request."""


def taken(buffer: bytearray, place: int, end: int) -> tuple[Frame, int] | None:
    """Return the frame at `place` and where the next begins, None where it is cut off at `end`.

    Raises StreamError as soon as the header cannot be one.
    """
    if end - place < BEFORE:
        return None
    transaction, protocol, length, unit = HEADER.unpack_from(buffer, place)
    if protocol != PROTOCOL or not LEAST <= length <= MOST:
        raise StreamError(f"protocol {protocol}, length {length}")
    after = place + BEFORE + length
    if after > end:
        return None
    return Frame(transaction, unit, bytes(buffer[place + HEADER.size : after])), after


def framed(transaction: int, unit: int, body: bytes) -> bytes:
    """Return the frame that carries a PDU."""
    return HEADER.pack(transaction, PROTOCOL, 1 + len(body), unit) + body


class Connection(asyncio.BufferedProtocol):
    """One client's connection; `asked` counts its requests, `heard_s` is when it last asked."""

    def __init__(self, owner: Owner, now: Callable[[], float] = time.monotonic) -> None:
        self.client = ""
        self.asked = 0
        self.heard_s = now()
        self._owner = owner
        self._now = now
        self._transport: Any = None
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)
        self._filled = 0
        self._is_full = False
        self._goes_on: asyncio.Handle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to listen."""
        self._transport = transport
        transport.set_write_buffer_limits(high=WAITING)
        self.client = str((transport.get_extra_info("peername") or ("",))[0])
        self._owner.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End: what was cut off is forgotten."""
        if self._goes_on is not None:
            self._goes_on.cancel()
        self._filled = 0
        self._owner.closed(self)

    def end(self) -> None:
        """Close the connection at once; answers not fetched are lost."""
        self._transport.abort()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where the next bytes go; a whole frame always fits."""
        return self._view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        """Answer what is complete."""
        self._filled += nbytes
        self._work()

    def pause_writing(self) -> None:
        """Answer no more until what was answered is fetched."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Go on with the requests that have waited."""
        self._is_full = False
        self._go_on_soon()

    def _go_on_soon(self) -> None:
        if self._goes_on is None:
            self._goes_on = asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        self._goes_on = None
        if not self._is_full and not self._transport.is_closing():
            self._work()

    def _work(self) -> None:
        """Answer for one pass; read on where nothing waits, and end where the stream is broken."""
        try:
            waits = self._answer()
        except StreamError:
            self._owner.broken(self.client)
            self._transport.close()
            return
        if waits or self._is_full:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()
        if waits and not self._is_full:
            self._go_on_soon()

    def _answer(self) -> bool:
        """Answer complete requests; return whether one is left for the next pass."""
        place, waits, until_s = 0, False, self._now() + PASS_S
        answers: list[bytes] = []
        try:
            while (found := taken(self._buffer, place, self._filled)) is not None:
                if answers and self._now() > until_s:
                    waits = True
                    break
                frame, place = found
                body = self._owner.serve(frame.unit, frame.body, self.client)
                answers.append(framed(frame.transaction, frame.unit, body))
        finally:
            self._buffer[: self._filled - place] = self._buffer[place : self._filled]
            self._filled -= place
            if answers:
                self.asked += len(answers)
                self.heard_s = self._now()
                self._transport.write(b"".join(answers))
        return waits
