"""A Modbus RTU slave's ear on a serial line: which bytes are a request to it, and when.

A frame has no mark of its end but silence, and a computer sees silence badly: drivers hand bytes
over in pieces. So a request that begins a burst is answered as soon as its length and CRC are
right; everything else waits for a longer silence, after which only a request that ends the burst
counts, whatever noise or talk of other units stood before it. Assumptions: `GAP_S` is far above the
3.5 characters of the specification and far below any client's patience; the answer waits 3.5
characters at 9600 Bd, so that a master on two wires can turn round. Source: MODBUS over Serial Line
V1.02, section 2.5.1.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

from twinverter.ports import rtu

GAP_S = 0.1
TURN_S = 0.00365
# Two of the longest frames; of a longer burst only the end can be a request.
MOST_BURST = 2 * rtu.MOST
# Pieces not yet on the wire: past that, nobody takes the answers and they are dropped.
MOST_WAITING = 4


class Burst:
    """The bytes since the last silence."""

    def __init__(self, own: Callable[[], int]) -> None:
        self._own = own
        self._heard = bytearray()

    def __len__(self) -> int:
        return len(self._heard)

    def add(self, data: bytes) -> Iterator[bytes]:
        """Yield the requests that begin the burst and are complete, each as a frame."""
        self._heard += data
        del self._heard[:-MOST_BURST]
        while (length := self._begun()) and rtu.is_sound(bytes(self._heard[:length])):
            frame = bytes(self._heard[:length])
            del self._heard[:length]
            yield frame

    def end(self) -> bytes | None:
        """Return the request that ends the burst, None where none does; the burst is over."""
        heard, own = bytes(self._heard), self._own()
        self._heard.clear()
        for place in range(len(heard) - rtu.LEAST + 1):
            tail = heard[place:]
            length = rtu.request_length(tail)
            # Behind other bytes only a request of known length is told from noise.
            fits = length == len(tail) or (length is None and place == 0)
            if tail[0] == own and fits and rtu.is_sound(tail):
                return tail
        return None

    def _begun(self) -> int:
        """Return the length of the request to this unit that begins the burst, 0 without one."""
        heard = self._heard
        if not heard or heard[0] not in (self._own(), rtu.BROADCAST):
            return 0
        length = rtu.request_length(heard)
        return length if length is not None and length <= len(heard) else 0


class Line(asyncio.Protocol):
    """The slave on one open line; `serve` returns an answer's PDU, `broken` counts noise."""

    def __init__(
        self,
        own: Callable[[], int],
        serve: Callable[[bytes], bytes],
        broken: Callable[[], None],
    ) -> None:
        self.ready = asyncio.Event()
        self.is_open = False
        self._burst = Burst(own)
        self._serve = serve
        self._broken = broken
        self._transport: Any = None
        self._silence: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to listen."""
        self._transport = transport
        self.is_open = True
        self.ready.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """End: the device is gone."""
        self._stop()

    def close(self) -> None:
        """Close the device."""
        if self.is_open:
            self._transport.close()
        self._stop()

    def data_received(self, data: bytes) -> None:
        """Answer what is complete and wait for silence."""
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
        for frame in self._burst.add(data):
            self._take(frame)
        if self._burst:
            self._silence = asyncio.get_running_loop().call_later(GAP_S, self._fall_silent)

    def _fall_silent(self) -> None:
        self._silence = None
        frame = self._burst.end()
        if frame is None:
            self._broken()
        else:
            self._take(frame)

    def _take(self, frame: bytes) -> None:
        """Serve a sound request; a broadcast is done without an answer."""
        answer = self._serve(frame[1:-2])
        if frame[0] != rtu.BROADCAST:
            sealed = rtu.sealed(frame[0], answer)
            asyncio.get_running_loop().call_later(TURN_S, self._send, sealed)

    def _send(self, sealed: bytes) -> None:
        if not self.is_open:
            return
        if self._transport.get_write_buffer_size() < MOST_WAITING:
            self._transport.write(sealed)
        else:
            self._broken()

    def _stop(self) -> None:
        self.is_open = False
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
