"""The panel's password: asked once per browser, kept only as a scrypt hash, slow to guess.

Sessions live in memory: a restart asks again. The codes 7777 and 9999 of the manual are the
device's own and no part of this.
"""

import asyncio
import hashlib
import hmac
import os
import secrets
import time
from collections import deque
from collections.abc import Callable

from starlette.requests import HTTPConnection

COOKIE = "twinverter"  # and the port, because browsers give cookies to every port of a host
SESSION_S = 7 * 86400
MOST_SESSIONS = 1000
# RFC 7914 calls these interactive costs; 16 MiB and about 50 ms for one try.
COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 2**20}
WINDOW_S = 60.0
TRIES_EACH = 5
TRIES_ALL = 60


class TooManyTriesError(Exception):
    """Too many wrong passwords; `wait_s` says for how long no more are looked at."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"Too many wrong passwords. Try again in {wait_s} s.")
        self.wait_s = wait_s


class Login:
    """The password, the tries of the last minute and the sessions that are open."""

    def __init__(self, password: str, now_s: Callable[[], float] = time.monotonic) -> None:
        self._salt = os.urandom(16)
        self._hash = self._hashed(password)
        self._now_s = now_s
        self._tries: deque[tuple[float, str]] = deque()
        self._sessions: dict[bytes, float] = {}

    async def open(self, password: str, address: str) -> str | None:
        """Return the token of a new session, None for a wrong password; TooManyTriesError."""
        self._admit(address)
        given = await asyncio.to_thread(self._hashed, password)
        if not hmac.compare_digest(given, self._hash):
            return None
        self._tries = deque(one for one in self._tries if one[1] != address)
        token = secrets.token_urlsafe(32)
        if len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[_digest(token)] = self._now_s() + SESSION_S
        return token

    def knows(self, token: str | None) -> bool:
        """Return whether a token belongs to an open session."""
        if not token:
            return False
        ends_s = self._sessions.get(_digest(token))
        if ends_s is not None and ends_s < self._now_s():
            del self._sessions[_digest(token)]
            ends_s = None
        return ends_s is not None

    def close(self, token: str | None) -> None:
        """Forget a session."""
        if token:
            self._sessions.pop(_digest(token), None)

    def _admit(self, address: str) -> None:
        """Count a try before it is looked at, so that many at once cannot slip through."""
        now_s = self._now_s()
        while self._tries and self._tries[0][0] <= now_s - WINDOW_S:
            self._tries.popleft()
        own = [at_s for at_s, who in self._tries if who == address]
        if len(own) >= TRIES_EACH or len(self._tries) >= TRIES_ALL:
            first_s = own[0] if len(own) >= TRIES_EACH else self._tries[0][0]
            raise TooManyTriesError(max(1, round(first_s + WINDOW_S - now_s)))
        self._tries.append((now_s, address))

    def _hashed(self, password: str) -> bytes:
        return hashlib.scrypt(password.encode(), salt=self._salt, **COST)


def cookie_of(connection: HTTPConnection) -> str:
    """Return the name of the panel's cookie at the address that was asked."""
    return f"{COOKIE}_{connection.url.port or connection.url.scheme}"


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
