"""The foreign devices a portal knows: each is named on a site before anything is taken of it."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from twinverter.catalog.errors import shown
from twinverter.gateway.foreign import Foreign, Takes
from twinverter.gateway.reading import Reading
from twinverter.monitor.history import HistoryError
from twinverter.portal.register import Register
from twinverter.portal.tables import devices, sites

log = logging.getLogger("twinverter.gateway")

# Strangers are told in the log once each, and no more of them than this are remembered.
MOST_STRANGERS = 1000


class Stranger(HistoryError):  # noqa: N818
    """A device that the portal does not know: nothing of it is taken."""


class Row(NamedTuple):
    """What the register has of a device."""

    site_id: int
    timezone: str
    moment: Mapping | None


class Keeper:
    """Finds the device of a reading, and hands it over; methods may be called from any thread."""

    def __init__(
        self,
        folder: Path,
        register: Register,
        inbox: Takes,
        every_s: float = 300.0,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._folder, self._register, self._inbox = folder, register, inbox
        self._every_s, self._now_s = every_s, now_s
        self._turn = threading.Lock()
        self._known: dict[str, tuple[int, Foreign]] = {}
        self._strangers: set[str] = set()

    def take(self, device: str, reading: Reading) -> None:
        """Keep a reading of a device; Stranger, or HistoryError where it cannot be kept."""
        row = self._row(device)
        if row is None:
            self._note(device)
            raise Stranger(f"device {shown(device)}: is not known here")
        self._foreign(device, row).take(reading)

    def close(self) -> None:
        """Let go of all files."""
        with self._turn:
            for _, foreign in self._known.values():
                foreign.close()
            self._known.clear()

    def _foreign(self, device: str, row: Row) -> Foreign:
        """Return a device on its site, made anew where it was moved to another one."""
        with self._turn:
            site_id, foreign = self._known.get(device, (0, None))
            if foreign is not None and site_id == row.site_id:
                return foreign
            if foreign is not None:
                foreign.close()
            made = Foreign(
                self._folder,
                device,
                row.site_id,
                row.timezone,
                self._inbox,
                standing=list((row.moment or {}).get("codes", ())),
                every_s=self._every_s,
                now_s=self._now_s,
            )
            self._known[device] = row.site_id, made
        return made

    def _row(self, device: str) -> Row | None:
        query = (
            select(devices.c.site_id, sites.c.timezone, devices.c.moment)
            .join(sites, sites.c.id == devices.c.site_id)
            .where(devices.c.name == device)
        )
        with self._register.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Row(*row)

    def _note(self, device: str) -> None:
        with self._turn:
            if device in self._strangers or len(self._strangers) >= MOST_STRANGERS:
                return
            self._strangers.add(device)
        log.warning(
            "%s reports and is not known; name it on a site (twinverter accounts device SITE %s)",
            shown(device), device,
        )  # fmt: skip
