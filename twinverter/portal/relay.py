"""The relay: portals over one PostgreSQL tell each other which devices they heard.

What one of them made durable is announced with its transaction (NOTIFY), so nobody hears of what
was undone. An announcement holds numbers of devices alone, because it has 8,000 bytes at most
(PostgreSQL, "NOTIFY"); whoever has viewers reads the moments themselves. A portal that lost its
connection asks for all that was heard meanwhile. A pooler in front that shares connections between
transactions lets no announcement through: then viewers see another portal's devices once a minute.
"""

import contextlib
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence

import psycopg
from sqlalchemy import ColumnElement, Connection, select, text

from twinverter.monitor.history import HistoryError
from twinverter.portal.fields import LARGEST_ID
from twinverter.portal.hub import Hub, News
from twinverter.portal.register import Register
from twinverter.portal.tables import devices

log = logging.getLogger("twinverter.portal")

CHANNEL = "twinverter_heard"
# Ten digits and a comma each.
MOST_TOGETHER = 600
# How often it is looked whether to end, and how long until a lost connection is tried again.
LOOK_S, AGAIN_S = 0.2, 1.0
# Clocks of portals, and a transaction's way to its end, may differ by so much (assumed).
MARGIN_S = 30.0
ANNOUNCE = text("SELECT pg_notify(:channel, :told)")
NUMBER = re.compile(r"\b[0-9]{1,10}\b")


class Relay:
    """Announces what this portal heard, and tells the hub what the others did."""

    def __init__(
        self, register: Register, hub: Hub, now_s: Callable[[], float] = time.time
    ) -> None:
        self._register, self._hub, self._now_s = register, hub, now_s
        self._own = secrets.token_hex(4)
        self._is_ending = threading.Event()
        self._is_listening = threading.Event()
        self._worker: threading.Thread | None = None
        if not register.is_file:
            self._worker = threading.Thread(target=self._work, name="relay", daemon=True)
            self._worker.start()

    def announce(self, connection: Connection, ids: Sequence[int]) -> None:
        """Announce devices with the transaction that runs; a file has nobody to hear it."""
        if self._worker is None:
            return
        for first in range(0, len(ids), MOST_TOGETHER):
            told = ",".join(map(str, ids[first : first + MOST_TOGETHER]))
            connection.execute(ANNOUNCE, {"channel": CHANNEL, "told": f"{self._own} {told}"})

    def listens(self, timeout_s: float) -> bool:
        """Return whether others are heard within a time."""
        return self._is_listening.wait(timeout_s)

    def close(self) -> None:
        """Listen no longer."""
        self._is_ending.set()
        if self._worker is not None:
            self._worker.join()

    def _work(self) -> None:
        lost_s: float | None = None
        while not self._is_ending.is_set():
            try:
                self._listen(lost_s)
            except (psycopg.Error, HistoryError) as error:
                if self._is_listening.is_set() or lost_s is None:
                    log.warning("portal: does not hear other portals (%s)", _line(error))
                    lost_s = self._now_s()
                self._is_listening.clear()
                self._is_ending.wait(AGAIN_S)

    def _listen(self, lost_s: float | None) -> None:
        """Hear others until the end, or until the connection is lost."""
        with contextlib.closing(self._register.connected()) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            if lost_s is not None:
                self._tell(devices.c.heard_s >= lost_s - MARGIN_S)
            self._is_listening.set()
            while not self._is_ending.is_set():
                heard = list(connection.notifies(timeout=LOOK_S, stop_after=1))
                ids = {number for one in heard for number in self._told(one.payload)}
                if ids:
                    self._tell(devices.c.id.in_(sorted(ids)))

    def _told(self, payload: str) -> Sequence[int]:
        """Return the devices of another portal's announcement; anybody may write to a channel."""
        own, _, listed = payload.partition(" ")
        if own == self._own:
            return ()
        return [number for one in NUMBER.findall(listed) if (number := int(one)) <= LARGEST_ID]

    def _tell(self, which: ColumnElement[bool]) -> None:
        """Tell viewers the newest moments of some devices, where there are viewers."""
        if not len(self._hub):
            return
        query = select(devices.c.name, devices.c.heard_s, devices.c.moment).where(which)
        with self._register.reading() as connection:
            rows = connection.execute(query).all()
        self._hub.tell([News(*row) for row in rows if row.heard_s and row.moment])


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
