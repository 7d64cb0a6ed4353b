"""How much is let through: token buckets, one per address, name or actor, in bounded memory.

A bucket holds `most` and fills again by one every `each_s` seconds; what finds it empty waits.
Nobody is locked out for good: a guesser makes others wait no longer than `each_s`, and one alone
cannot even do that, because an address fills more slowly than a name.
These live in memory, per process: behind several processes each lets so much through. Guesses of
passwords are counted over all of them (`buckets`).
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

# So many buckets are remembered; the one used longest ago is forgotten first, as if full (assumed).
MOST_BUCKETS = 10_000
# A customer is given this much of IPv6 at least (RFC 6177).
IPV6_HOME = 64


class Rate(NamedTuple):
    """So many at once, and one more every so many seconds."""

    most: float
    each_s: float


class Rates(NamedTuple):
    """The portal's rates; all assumed, the first three after the panel's."""

    login_address: Rate = Rate(5, 12.0)
    login_name: Rate = Rate(20, 6.0)
    login_all: Rate = Rate(60, 1.0)
    stranger: Rate = Rate(200, 0.05)
    actor: Rate = Rate(600, 0.02)
    # A site's token may stand in a gateway that delivers for a thousand devices.
    device: Rate = Rate(2000, 0.002)
    noted: Rate = Rate(200, 2.0)
    noted_all: Rate = Rate(600, 5.0)


class TooOftenError(Exception):
    """Asked too often; `wait_s` says when to ask again."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"Too many requests. Ask again in {wait_s} s.")
        self.wait_s = wait_s


class Limits:
    """The buckets of a portal; any thread may take from them."""

    def __init__(
        self, ticking_s: Callable[[], float] = time.monotonic, most_buckets: int = MOST_BUCKETS
    ) -> None:
        self._ticking_s = ticking_s
        self._most_buckets = most_buckets
        # What is in a bucket, and when that was so.
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, *asked: tuple[Hashable, Rate]) -> None:
        """Take one from each bucket, or none and TooOftenError where one of them is empty."""
        with self._lock:
            now_s = self._ticking_s()
            held = [self._held(key, rate, now_s) for key, rate in asked]
            wait_s = max(
                (1.0 - holds) * rate.each_s for holds, (_, rate) in zip(held, asked, strict=True)
            )
            if wait_s > 0.0:
                raise TooOftenError(math.ceil(wait_s))
            for holds, (key, _) in zip(held, asked, strict=True):
                self._keep(key, holds - 1.0, now_s)

    def give_back(self, *asked: tuple[Hashable, Rate]) -> None:
        """Put one back into each bucket: what was taken turned out to be rightful."""
        with self._lock:
            now_s = self._ticking_s()
            for key, rate in asked:
                self._keep(key, min(rate.most, self._held(key, rate, now_s) + 1.0), now_s)

    def __len__(self) -> int:
        """Return how many buckets are remembered."""
        return len(self._buckets)

    def _held(self, key: Hashable, rate: Rate, now_s: float) -> float:
        holds, at_s = self._buckets.get(key, (rate.most, now_s))
        return min(rate.most, holds + (now_s - at_s) / rate.each_s)

    def _keep(self, key: Hashable, holds: float, now_s: float) -> None:
        self._buckets[key] = (holds, now_s)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._most_buckets:
            self._buckets.popitem(last=False)


def home_of(address: str) -> str:
    """Return what one household calls from: an address, or the /64 of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), IPV6_HOME), strict=False))
