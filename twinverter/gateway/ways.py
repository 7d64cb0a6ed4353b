"""The ways in of a portal, opened and closed together."""

import asyncio
import contextlib
import errno
import logging
from pathlib import Path
from typing import Protocol

import psycopg

from twinverter.gateway.claim import Claim
from twinverter.gateway.keeper import Keeper
from twinverter.gateway.messages import Messages
from twinverter.gateway.solarman import SolarmanServer
from twinverter.portal.asked import Portal
from twinverter.ports.broker import broker
from twinverter.ports.push import PORT

log = logging.getLogger("twinverter.gateway")

# How often it is looked whether the claim still stands.
LOOK_S = 5.0
CLAIMED = "another portal over this database takes what loggers and brokers say"


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
        self._claim = Claim(portal.register)
        self._ways: list[Way] = []
        self._looking: asyncio.Task[None] | None = None
        if solarman is not None:
            self._ways.append(SolarmanServer(self._keeper, host, solarman))
        if mqtt is not None:
            self._ways.append(Messages(self._keeper, broker(mqtt)))

    async def start(self) -> None:
        """Open all; OSError where an address cannot be had, or another portal has the claim."""
        if not self._ways:
            return
        if not await self._is_claimed():
            raise OSError(errno.EBUSY, CLAIMED)
        for way in self._ways:
            await way.start()
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Close all, and let go of what waits on disk."""
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
        await self._close()
        self._claim.close()
        self._keeper.close()

    async def _close(self) -> None:
        ways, self._ways = self._ways, []
        for way in ways:
            await way.stop()

    async def _look(self) -> None:
        """Look after the claim, and close all ways once another portal has it."""
        while await self._is_claimed():
            await asyncio.sleep(LOOK_S)
        log.error("portal: %s; it takes them no longer", CLAIMED)
        await self._close()

    async def _is_claimed(self) -> bool:
        """Return whether the claim is held, or nobody can say: then readings wait on disk."""
        try:
            return await asyncio.to_thread(self._claim.holds)
        except psycopg.Error as error:
            log.warning("portal: %s", " ".join(str(error).split()))
            return True


__all__ = ["PORT", "Ways"]
