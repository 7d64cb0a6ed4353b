"""The ways in of a portal, opened and closed together."""

from pathlib import Path
from typing import Protocol

from twinverter.gateway.keeper import Keeper
from twinverter.gateway.messages import Messages
from twinverter.gateway.solarman import SolarmanServer
from twinverter.portal.asked import Portal
from twinverter.ports.broker import broker
from twinverter.ports.push import PORT


class Way(Protocol):
    """One way in."""

    async def start(self) -> None:
        """Open it."""

    async def stop(self) -> None:
        """Close it."""


class Ways:
    """What loggers and brokers reach a portal by; readings wait in `folder` until acknowledged.

    ValueError for a broker's URL that is none.
    """

    def __init__(
        self, portal: Portal, folder: Path, host: str, solarman: int | None, mqtt: str | None
    ) -> None:
        self._keeper = Keeper(folder, portal.register, portal.inbox)
        self._ways: list[Way] = []
        if solarman is not None:
            self._ways.append(SolarmanServer(self._keeper, host, solarman))
        if mqtt is not None:
            self._ways.append(Messages(self._keeper, broker(mqtt)))

    async def start(self) -> None:
        """Open all; OSError where an address cannot be had."""
        for way in self._ways:
            await way.start()

    async def stop(self) -> None:
        """Close all, and let go of what waits on disk."""
        for way in self._ways:
            await way.stop()
        self._keeper.close()


__all__ = ["PORT", "Ways"]
