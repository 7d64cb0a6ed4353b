"""Where the family's data loggers push to: the other end of `ports.push`.

A logger greets, uploads the inverter's figures every few minutes and beats between; each frame is
acknowledged with the time, an upload only once it is on this disk. A logger has no secret: who is
not named at the portal is not answered and is hung up on. Frames and places: `ports.upload`.
"""

import asyncio
import contextlib
import logging
import struct
import time
from typing import Any

from twinverter.gateway.keeper import Keeper, Stranger
from twinverter.gateway.reading import Reading, of_words
from twinverter.monitor.history import HistoryError
from twinverter.ports import upload, v5frame
from twinverter.ports.v5frame import Frame, Splitter

log = logging.getLogger("twinverter.gateway")

# A logger that is silent for so long is gone: it beats every two minutes.
SILENT_S = 3.0 * upload.HEARTBEAT_S
# So many bytes that are no frame, and nobody listens any longer (assumed).
MOST_ERRORS = 10
MOST_LOGGERS = 10_000
PIECE = 4096
PUSHED = (v5frame.HANDSHAKE, v5frame.DATA, v5frame.INFO, v5frame.HEARTBEAT, v5frame.REPORT)


class SolarmanServer:
    """Takes what loggers push, at a host and a port; 0 takes a free one."""

    def __init__(self, keeper: Keeper, host: str, port: int) -> None:
        self._keeper, self._host, self._port = keeper, host, port
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Begin to listen; OSError where the address cannot be had."""
        self._server = await asyncio.start_server(self._visit, self._host, self._port, limit=PIECE)

    async def stop(self) -> None:
        """Hang up."""
        if self._server is None:
            return
        self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None
        self._visits.add(visit)
        try:
            if len(self._visits) <= MOST_LOGGERS:
                await self._serve(reader, writer)
        except (OSError, TimeoutError):
            pass
        finally:
            self._visits.discard(visit)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        splitter = Splitter()
        while splitter.errors < MOST_ERRORS:
            async with asyncio.timeout(SILENT_S):
                piece = await reader.read(PIECE)
            if not piece:
                return
            for frame in splitter.feed(piece):
                answer = await self._answer(frame)
                if answer is None:
                    return
                writer.write(v5frame.pack(answer))
            await writer.drain()

    async def _answer(self, frame: Frame) -> Frame | None:
        """Return what a frame is answered, None where nobody is spoken to any longer."""
        if frame.code not in PUSHED:
            return None
        if frame.code == v5frame.DATA:
            reading = figures(frame.payload)
            if reading is None:
                return None
            try:
                await asyncio.to_thread(self._keeper.take, device_name(frame.serial), reading)
            except Stranger:
                return None
            except HistoryError as error:
                log.warning("%s: %s", device_name(frame.serial), error)
                return None
        return v5frame.time_answer(frame, int(time.time()))


def device_name(serial: int) -> str:
    """Return the name under which a logger's inverter stands at the portal."""
    return f"logger-{serial}"


def figures(payload: bytes) -> Reading | None:
    """Return the reading of an upload, None where it is none of a hybrid inverter."""
    if len(payload) < upload.LENGTH:
        return None
    kind, schema, *_ = upload.OPENING.unpack_from(payload)
    if kind != v5frame.LOGGER or schema != upload.HYBRID:
        return None
    words: dict[int, int] = {}
    for place, address, count in upload.PLACES:
        high_first = struct.unpack_from(f">{count}H", payload, place)
        for offset, word in enumerate(reversed(high_first)):
            words[address + offset] = word
    return of_words(words)
