"""A data logger's own ways: how many it serves, how it answers, when it is away.

The ways are rows of `catalog/links.py`, of which a house picks one in `[site.link]`. What a
firmware does to registers: `ports/dialect.py`.
"""

import asyncio
import contextlib
from typing import Any

from twinverter.catalog.links import LOGGER
from twinverter.ports.image import Image
from twinverter.ports.port import SEARCHING, Port
from twinverter.ports.solarman import SolarmanServer
from twinverter.ports.v5frame import Frame

AGAIN_S = 1.0


class LossyServer(SolarmanServer):
    """A logger that stays silent on every so-many-th request that it could answer."""

    def __init__(self, image: Image, host: str, port: int, lost_every: int, **ways: Any) -> None:
        super().__init__(image, host, port, **ways)
        self._lost_every = lost_every
        self._answers = 0

    def serve(self, frame: Frame, client: str) -> Frame | None:
        """Return the answer to a frame, None where it is lost or there is none."""
        answer = super().serve(frame, client)
        if answer is not None:
            self._answers += 1
        return answer if self._answers % self._lost_every else None


class Rebooting:
    """A wire that goes away every so often, with all its connections, and comes back."""

    def __init__(self, port: Port, every_s: float, away_s: float) -> None:
        self.name = port.name
        self._port = port
        self._every_s, self._away_s = every_s, away_s
        self._is_away = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the wire; the errors of its `start`."""
        await self._port.start()
        self._task = asyncio.create_task(self._reboot())

    async def stop(self) -> None:
        """Close the wire, away or not."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self._port.stop()

    def told(self) -> dict[str, Any]:
        """Return what the wire tells of itself."""
        told = self._port.told()
        return told | {"state": SEARCHING} if self._is_away else told

    async def _reboot(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await self._port.stop()
            self._is_away = True
            await asyncio.sleep(self._away_s)
            while self._is_away:
                try:
                    await self._port.start()
                    self._is_away = False
                except OSError:
                    # Somebody else has taken the address meanwhile.
                    await asyncio.sleep(AGAIN_S)


def solarman(image: Image, host: str, port: int, key: str, serial: int) -> Port:
    """Return the data logger of a row of `LOGGERS`; KeyError for none."""
    row = LOGGER[key]
    ways: dict[str, Any] = {
        "serial": serial,
        "answer_after_s": row.answer_after_s,
        "heartbeat_s": row.heartbeat_s,
        "double_crc": row.double_crc,
    }
    if row.most_clients:
        ways["most"] = row.most_clients
    if row.lost_every:
        server: SolarmanServer = LossyServer(image, host, port, row.lost_every, **ways)
    else:
        server = SolarmanServer(image, host, port, **ways)
    if row.reboots_every_s:
        return Rebooting(server, row.reboots_every_s, row.away_s)
    return server
