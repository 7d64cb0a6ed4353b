"""One TCP connection that speaks Solarman V5: a frame comes in, its answer goes out a little later.

Clients arm their wait for an answer after they have sent, and take what one `recv` brings as one
frame: so an answer leaves 5 ms after the request at the earliest, in one piece, one at a time.
Memory is bounded whatever the other side does: a connection reads into one small buffer, and not at
all while an answer is on its way or not fetched. The times are assumed but for those 5 ms.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from twinverter.ports import v5frame
from twinverter.ports.v5frame import Frame, Splitter

ANSWER_AFTER_S = 0.005
# A frame that has begun and does not end is given up after this silence.
STALE_S = 0.5
# Bytes of answers that may wait for a slow reader before its requests wait too.
WAITING = 4096


class Owner(Protocol):
    """Who keeps the connections and answers."""

    answer_after_s: float
    heartbeat_s: float

    def opened(self, connection: "Connection") -> None:
        """Take note of a new connection."""

    def closed(self, connection: "Connection") -> None:
        """Take note that a connection has ended."""

    def serve(self, frame: Frame, client: str) -> Frame | None:
        """Return the answer to a frame, None where there is none."""

    def heartbeat(self) -> Frame:
        """Return the frame that is sent after a silence of `heartbeat_s`, where that is not 0."""

    def broken(self, client: str) -> None:
        """Take note of bytes that are no frame."""


class Connection(asyncio.BufferedProtocol):
    """One connection from `own` to `client`; `asked` counts its frames, the last at `heard_s`."""

    def __init__(self, owner: Owner, now: Callable[[], float] = time.monotonic) -> None:
        self.own = self.client = ""
        self.asked = 0
        self.heard_s = now()
        self._owner = owner
        self._now = now
        self._transport: Any = None
        self._buffer = memoryview(bytearray(v5frame.LONGEST))
        self._splitter = Splitter()
        self._frames: deque[Frame] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._is_full = False

    def connection_made(self, transport: Any) -> None:
        """Begin to listen."""
        self._transport = transport
        transport.set_write_buffer_limits(high=WAITING)
        self.own, self.client = (
            str((transport.get_extra_info(name) or ("",))[0]) for name in ("sockname", "peername")
        )
        self._owner.opened(self)
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """End: what was cut off is forgotten."""
        self._cancel()
        self._frames.clear()
        self._owner.closed(self)

    def end(self) -> None:
        """Close the connection at once; an answer on its way is lost."""
        self._transport.abort()

    def send(self, frame: Frame) -> None:
        """Send a frame."""
        if not self._transport.is_closing():
            self._transport.write(v5frame.pack(frame))

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where the next bytes go."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Answer what is complete."""
        self._take(self._splitter.feed, bytes(self._buffer[:nbytes]))

    def pause_writing(self) -> None:
        """Answer no more until what was answered is fetched."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Go on with the requests that have waited."""
        self._is_full = False
        self._go_on()

    def _take(self, find: Callable[..., list[Frame]], *pieces: bytes) -> None:
        errors = self._splitter.errors
        found = find(*pieces)
        if self._splitter.errors > errors:
            self._owner.broken(self.client)
        if found:
            self.asked += len(found)
            self.heard_s = self._now()
            self._frames.extend(found)
        self._go_on()

    def _go_on(self) -> None:
        """Answer the next frame that gets an answer, or read on where none is left."""
        self._cancel()
        while self._frames and not self._is_full:
            answer = self._owner.serve(self._frames.popleft(), self.client)
            if answer is not None:
                self._transport.pause_reading()
                self._wait(self._owner.answer_after_s, self._answer, answer)
                return
        if self._is_full:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()
            self._listen()

    def _listen(self) -> None:
        """Wait for the rest of a frame, or for the time to show that the logger is there."""
        if self._splitter.waits:
            self._wait(STALE_S, self._take, self._splitter.expire)
        elif self._owner.heartbeat_s:
            self._wait(self._owner.heartbeat_s, self._beat)

    def _answer(self, frame: Frame) -> None:
        self.send(frame)
        self._go_on()

    def _beat(self) -> None:
        self.send(self._owner.heartbeat())
        self._go_on()

    def _wait(self, delay_s: float, act: Callable[..., None], *parts: Any) -> None:
        self._timer = asyncio.get_running_loop().call_later(delay_s, act, *parts)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
