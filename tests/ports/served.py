"""A living device whose wires are served in a thread of their own, and a serial cable to it."""

import asyncio
import os
import threading
import tty
from datetime import datetime

from twinverter.live.clock import Clock
from twinverter.live.runner import Runner
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.ports.image import Image
from twinverter.scenario.house import load_house

NOON = datetime(2023, 1, 2, 12)
HOST = "127.0.0.1"


class Served:
    """The built-in house on its panel's own time; `make(image)` makes the port.

    The twin lives in the thread of the loop; a test reaches it through `ask`.
    """

    def __init__(self, folder, make, speed=1.0):
        self._folder, self._make, self._speed = folder, make, speed
        self._started, self._stopping = threading.Event(), None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))
        self._failed = None

    def __enter__(self):
        self._thread.start()
        self._started.wait(30.0)
        if self._failed is not None:
            raise self._failed
        return self

    def __exit__(self, *_):
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(30.0)

    async def _live(self):
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        store = Store.open(self._folder)
        twin = Twin(load_house(), store, Clock(self._speed), begin=NOON)
        self.runner, self.image = Runner(twin), Image(twin)
        self.port = self._make(self.image)
        living = asyncio.create_task(self.runner.run())
        try:
            await self.port.start()
            self._started.set()
            await self._stopping.wait()
        except Exception as error:
            self._failed = error
            self._started.set()
        finally:
            await self.port.stop()
            self.runner.stop()
            await living
            store.close()

    def ask(self, function):
        """Return what `function(self)` returns in the loop's thread."""

        async def answer():
            return function(self)

        return asyncio.run_coroutine_threadsafe(answer(), self._loop).result(10.0)

    def hold(self):
        """Hold the machine, so that every register stands still."""
        self.ask(lambda served: served.runner.pause())
        return self

    def read(self, first, count=1):
        """Return words of the image."""
        return self.ask(lambda served: served.image.read(first, count))

    def value(self, key):
        """Return the stored value of a setting."""
        return self.ask(lambda served: served.runner.twin.values[key])

    def set(self, **changes):
        """Change settings as the panel does."""
        self.ask(lambda served: served.runner.twin.write(changes))
        return self

    @property
    def told(self):
        return self.ask(lambda served: served.port.told())


class Cable:
    """Two serial devices joined: what is written to one is read from the other."""

    def __init__(self):
        self._ends = [os.openpty(), os.openpty()]
        for _, end in self._ends:
            tty.setraw(end)
        self.near, self.far = (os.ttyname(end) for _, end in self._ends)
        (one, _), (other, _) = self._ends
        for source, target in ((one, other), (other, one)):
            threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    @staticmethod
    def _carry(source, target):
        try:
            while data := os.read(source, 1024):
                os.write(target, data)
        except OSError:
            return

    def close(self):
        """Cut the cable."""
        for pair in self._ends:
            for end in pair:
                os.close(end)
