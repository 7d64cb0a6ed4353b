"""The data logger as a client: it greets a server, uploads, beats, and comes back when cut off.

That server stands where the maker's cloud does: it acknowledges each frame with the time, and may
ask the inverter over the same connection, and write while Allow Remote is on. The order of the
frames is that of serek4/node-red-sofar-inverter (README); waiting times are assumed.
"""

import asyncio
import contextlib
from typing import Any

from twinverter.ports import upload, v5frame
from twinverter.ports.image import Image
from twinverter.ports.logger import SERIAL, Logger
from twinverter.ports.port import CLOSED, OPEN, SEARCHING, PortError
from twinverter.ports.v5frame import Frame
from twinverter.ports.v5link import ANSWER_AFTER_S, Connection

PORT = 10000
# A server that takes so long to let the logger in, or to acknowledge a frame, is given up.
PATIENCE_S = 15.0
# Between two tries: the first, and the longest it grows to while nobody answers.
PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0


class SolarmanPush:
    """The logger that goes to `address`, HOST or HOST:PORT; PortError where that is none."""

    name = "solarman push"
    answer_after_s = ANSWER_AFTER_S
    # It beats in its own rhythm, not by a connection's silence.
    heartbeat_s = 0.0

    def __init__(
        self,
        image: Image,
        address: str,
        serial: int = SERIAL,
        *,
        upload_s: float = upload.UPLOAD_S,
        beat_s: float = upload.HEARTBEAT_S,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._host, self._port = split(address)
        self._image = image
        self._logger = Logger(image, self.name, serial, remote=True)
        self._upload_s, self._beat_s = upload_s, beat_s
        self._least_pause_s = self._pause_s = pause_s
        self._number = self._sequence = self._awaited = 0
        self._connection: Connection | None = None
        self._end: asyncio.Future[None] | None = None
        self._acknowledged: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for the server."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Hang up."""
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._task = None

    def told(self) -> dict[str, Any]:
        """Return what the panel shows of it; a frame that was acknowledged is a request too."""
        state = CLOSED if self._task is None else SEARCHING if self._connection is None else OPEN
        return self._logger.counter.told(self.name, f"{self._host}:{self._port}", state)

    def opened(self, connection: Connection) -> None:
        """Take note that the server is there."""
        self._connection = connection

    def closed(self, connection: Connection) -> None:
        """Take note that the server has hung up."""
        self._connection = None
        if self._end is not None and not self._end.done():
            self._end.set_result(None)

    def serve(self, frame: Frame, client: str) -> Frame | None:
        """Return the answer where the server asks; take note where it acknowledges."""
        waits = self._acknowledged is not None and not self._acknowledged.done()
        if self._acknowledged is not None and waits and frame.code == self._awaited:
            self._sequence = frame.sequence
            self._logger.counter.note(client)
            self._acknowledged.set_result(None)
        return self._logger.answer(frame, client)

    def heartbeat(self) -> Frame:
        """Return the frame that shows that the logger is there."""
        return self._logger.heartbeat(self._sequence)

    def broken(self, client: str) -> None:
        """Count bytes that are no frame."""
        self._logger.counter.fail(client)

    async def _run(self) -> None:
        """Go to the server again and again, after longer and longer pauses while it is away."""
        while True:
            try:
                await self._visit()
            except OSError:
                self._logger.counter.fail(self._host)
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(2.0 * self._pause_s, LONGEST_PAUSE_S)

    async def _visit(self) -> None:
        """Push to the server until it is gone; OSError then."""
        loop = asyncio.get_running_loop()
        self._end = loop.create_future()
        async with asyncio.timeout(PATIENCE_S):
            _, connection = await loop.create_connection(
                lambda: Connection(self), self._host, self._port
            )
        try:
            times = self._logger.times()
            await self._push(v5frame.HANDSHAKE, upload.greeting(times, connection.own))
            self._pause_s = self._least_pause_s
            await self._upload()
            await self._push(v5frame.INFO, upload.radio(times))
            while True:
                await self._beat()
                await self._upload()
        finally:
            connection.end()

    async def _upload(self) -> None:
        self._number += 1
        times = self._logger.times()
        await self._push(v5frame.DATA, upload.figures(self._image, times, self._number))

    async def _beat(self) -> None:
        """Beat until the next upload is due."""
        left_s = self._upload_s
        while left_s > self._beat_s:
            await self._first(None, self._beat_s)
            await self._acknowledge(self.heartbeat())
            left_s -= self._beat_s
        await self._first(None, left_s)

    async def _push(self, code: int, payload: bytes) -> None:
        await self._acknowledge(self._logger.told(code, payload, self._sequence))

    async def _acknowledge(self, frame: Frame) -> None:
        """Send a frame and wait until the server has acknowledged it; OSError where it does not."""
        self._awaited = frame.code - v5frame.ANSWER
        self._acknowledged = asyncio.get_running_loop().create_future()
        if self._connection is not None:
            self._connection.send(frame)
        if not await self._first(self._acknowledged, PATIENCE_S):
            raise TimeoutError(f"no answer to frame {frame.code:#x}")

    async def _first(self, wanted: "asyncio.Future[None] | None", most_s: float) -> bool:
        """Wait for a future or a time and return which; ConnectionError where the server goes."""
        awaited = [future for future in (self._end, wanted) if future is not None]
        await asyncio.wait(awaited, timeout=most_s, return_when=asyncio.FIRST_COMPLETED)
        if self._end is not None and self._end.done():
            raise ConnectionResetError(f"{self._host} hung up")
        return wanted is not None and wanted.done()


def split(address: str) -> tuple[str, int]:
    """Return host and port of HOST, HOST:PORT or [HOST]:PORT; PortError where it is none."""
    host, colon, port = address.rpartition(":")
    if not colon or address.endswith("]"):
        host, port = address, str(PORT)
    if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise PortError(f"solarman push {address}: is no HOST:PORT")
    return host.removeprefix("[").removesuffix("]"), int(port)
