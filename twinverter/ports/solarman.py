"""The data logger on the network: clients ask it on TCP 8899, and it pushes to a server.

The frames: `ports/v5frame.py`. What the logger answers: `ports/logger.py`. The pushing side:
`ports/push.py`.
"""

import asyncio
from typing import Any

from twinverter.ports.image import Image
from twinverter.ports.logger import SERIAL, Logger
from twinverter.ports.port import CLOSED, OPEN
from twinverter.ports.push import SolarmanPush
from twinverter.ports.v5frame import Frame
from twinverter.ports.v5link import ANSWER_AFTER_S, Connection

__all__ = ["SERIAL", "SolarmanPush", "SolarmanServer"]

PORT = 8899
# More connections than this push the one out that is the least use (assumed).
MOST_CONNECTIONS = 512


class SolarmanServer:
    """The logger's own port; where one socket is all it has, the newest client takes it over."""

    name = "solarman"

    def __init__(
        self,
        image: Image,
        host: str,
        port: int = PORT,
        serial: int = SERIAL,
        *,
        most: int = MOST_CONNECTIONS,
        answer_after_s: float = ANSWER_AFTER_S,
        heartbeat_s: float = 0.0,
        double_crc: bool = False,
    ) -> None:
        self.answer_after_s = max(ANSWER_AFTER_S, answer_after_s)
        self.heartbeat_s = heartbeat_s
        self._logger = Logger(image, self.name, serial, double_crc)
        self._host, self._port = host, port
        self._most = most
        self.connections: set[Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; a port of 0 becomes a free one. OSError where the address cannot be had."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), self._host, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End all connections and listen no longer."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self.connections):
            connection.end()
        await self._server.wait_closed()
        self._server = None

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return self._port

    def told(self) -> dict[str, Any]:
        """Return what the panel shows of it."""
        return self._logger.counter.told(self.name, self._where, OPEN if self._server else CLOSED)

    def opened(self, connection: Connection) -> None:
        """Keep a connection; where there are too many the longest silent goes, mute ones first."""
        if len(self.connections) >= self._most:
            least = min(self.connections, key=lambda known: (known.asked > 0, known.heard_s))
            self.connections.discard(least)
            least.end()
        self.connections.add(connection)

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        self.connections.discard(connection)

    def serve(self, frame: Frame, client: str) -> Frame | None:
        """Return the answer to a frame, counted; None where the logger stays silent."""
        return self._logger.answer(frame, client)

    def heartbeat(self) -> Frame:
        """Return the frame that is sent after a silence."""
        return self._logger.heartbeat()

    def broken(self, client: str) -> None:
        """Count bytes that are no frame."""
        self._logger.counter.fail(client)

    @property
    def _where(self) -> str:
        return f"{self._host}:{self._port}"
