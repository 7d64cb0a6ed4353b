"""Token buckets in the register: guesses of passwords, counted over all portals of a database.

A bucket is one number, the time at which it is full again; one that is full is no row. So there are
as many rows as guesses are let through until their buckets fill: some hundreds. Portals wait for
each other here, and their clocks are taken to agree, as for the ends of sessions.
"""

import math
from collections.abc import Callable, Hashable, Sequence

from sqlalchemy import Connection, delete, insert, select, text

from twinverter.portal.limits import Rate, TooOftenError
from twinverter.portal.register import Register
from twinverter.portal.tables import buckets

# Any number will do: all who take from the buckets take the same.
LOCK = 810_408_107
# Seconds since 1970 are known no better than this once they have been added up (assumed).
GRAIN_S = 1e-3

Asked = tuple[Hashable, Rate]


class SharedLimits:
    """The buckets of all portals over one register; the errors of the register."""

    def __init__(self, register: Register, now_s: Callable[[], float]) -> None:
        self._register, self._now_s = register, now_s

    def take(self, *asked: Asked) -> None:
        """Take one from each bucket, or none and TooOftenError where one of them is empty."""
        with self._register.begin() as link:
            now_s = self._now_s()
            full_s = _full(link, asked, now_s)
            wait_s = max(_wait_s(full_s[key], rate, now_s) for key, rate in asked)
            if wait_s > GRAIN_S:
                raise TooOftenError(math.ceil(wait_s))
            _keep(link, {key: full_s[key] + rate.each_s for key, rate in asked}, now_s)

    def give_back(self, *asked: Asked) -> None:
        """Put one back into each bucket: what was taken turned out to be rightful."""
        with self._register.begin() as link:
            now_s = self._now_s()
            full_s = _full(link, asked, now_s)
            _keep(link, {key: full_s[key] - rate.each_s for key, rate in asked}, now_s)


def _wait_s(full_s: float, rate: Rate, now_s: float) -> float:
    """Return how long until a bucket holds one: it lacks one for every `each_s` to its full."""
    return full_s + rate.each_s - now_s - rate.most * rate.each_s


def _full(link: Connection, asked: Sequence[Asked], now_s: float) -> dict[Hashable, float]:
    """Return when each bucket is full, none of whom another portal touches meanwhile."""
    link.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    link.execute(delete(buckets).where(buckets.c.full_s <= now_s))
    keys = {_name(key): key for key, _ in asked}
    rows = link.execute(select(buckets).where(buckets.c.name.in_(keys)))
    found = {keys[row.name]: row.full_s for row in rows}
    return {key: found.get(key, now_s) for key, _ in asked}


def _keep(link: Connection, full_s: dict[Hashable, float], now_s: float) -> None:
    names = {_name(key): value for key, value in full_s.items()}
    link.execute(delete(buckets).where(buckets.c.name.in_(names)))
    rows = [{"name": name, "full_s": value} for name, value in names.items() if value > now_s]
    if rows:
        link.execute(insert(buckets), rows)


def _name(key: Hashable) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
