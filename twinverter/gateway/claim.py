"""The claim: of the portals over one PostgreSQL, one takes what loggers and brokers say.

Whoever cannot repeat tells counters, and what they rose by is known where the last reading lies: on
the disk of one portal. A second one would count the same rise again. The claim is a lock of the
server's session (PostgreSQL, "Advisory Locks"), so it ends with the program that holds it; one that
was lost with its connection is taken again, or found with another portal and given up.
"""

import contextlib

import psycopg

from twinverter.portal.register import Register

# Any number will do: all who take the claim take the same.
LOCK = 810_408_108
TAKE = "SELECT pg_try_advisory_lock(%s)"


class Claim:
    """The claim over a register; one over a file has no rival."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._connection: psycopg.Connection | None = None

    def holds(self) -> bool:
        """Return whether this portal has the claim, and take it where nobody has.

        psycopg.Error where the server is away: nobody knows then.
        """
        if self._register.is_file:
            return True
        try:
            return self._held()
        except psycopg.Error:
            self.close()
            raise

    def _held(self) -> bool:
        if self._connection is None:
            self._connection = self._register.connected()
            row = self._connection.execute(TAKE, (LOCK,)).fetchone()
            if row is None or not row[0]:
                self.close()
                return False
        self._connection.execute("SELECT 1")
        return True

    def close(self) -> None:
        """Give the claim up."""
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None
