"""The hub: what was just heard of a device, for everybody who watches it.

It is told from the thread that writes, and hands on in the loop of each watcher. There is no queue:
a watcher that is slow finds the newest of each device and misses what was between.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, NamedTuple


class News(NamedTuple):
    """A device was heard: when, by the server's clock, and its newest moment as plain data."""

    device: str
    heard_s: float
    moment: dict[str, Any]


class Watch(AsyncIterator[News]):
    """What is heard of some devices from now on, in the loop in which it was made."""

    def __init__(self, hub: "Hub", devices: Iterable[str]) -> None:
        self.devices = frozenset(devices)
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._newest: dict[str, News] = {}
        self._is_new = asyncio.Event()

    async def __anext__(self) -> News:
        """Return what is new of one device, once there is something."""
        await self._is_new.wait()
        news = self._newest.pop(next(iter(self._newest)))
        if not self._newest:
            self._is_new.clear()
        return news

    def close(self) -> None:
        """Watch no longer."""
        self._hub.forget(self)

    def tell(self, news: Sequence[News]) -> None:
        """Hand on from any thread; a loop that has ended hears nothing."""
        try:
            self._loop.call_soon_threadsafe(self._take, news)
        except RuntimeError:
            self.close()

    def _take(self, news: Sequence[News]) -> None:
        self._newest |= {one.device: one for one in news}
        self._is_new.set()


class Hub:
    """Who watches which device; every method but `watch` from any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._watches: set[Watch] = set()

    def watch(self, devices: Iterable[str]) -> Watch:
        """Return a watch on devices, in the loop that runs."""
        watch = Watch(self, devices)
        with self._turn:
            self._watches.add(watch)
        return watch

    def forget(self, watch: Watch) -> None:
        """Drop a watch."""
        with self._turn:
            self._watches.discard(watch)

    def tell(self, news: Sequence[News]) -> None:
        """Tell whoever watches these devices."""
        with self._turn:
            watches = list(self._watches)
        for watch in watches:
            if wanted := [one for one in news if one.device in watch.devices]:
                watch.tell(wanted)

    def __len__(self) -> int:
        """Return how many watch."""
        with self._turn:
            return len(self._watches)
