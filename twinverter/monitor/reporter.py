"""The reporter: it records a living device and delivers what it recorded to a history.

It looks at the newest moment on disk, so a history never knows more than the device remembers.
Samples wait in the outbox while the history is away. Disks are used in threads: the device's
ticks do not wait for them.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from twinverter.live.snapshot import Scene
from twinverter.live.twin import Twin
from twinverter.monitor.history import History, HistoryError
from twinverter.monitor.levels import MOST_TICK_S, Plan
from twinverter.monitor.outbox import Outbox
from twinverter.monitor.recorder import Figures, Recorder

log = logging.getLogger("twinverter.monitor")

# How often it looks, how often it delivers, and the longest it waits for a history that is away.
LOOK_S, DELIVER_S, LONGEST_PAUSE_S = 0.5, 5.0, 60.0
# How often what is older than kept is thrown away.
SWEEP_S = 3600.0
# A pass of a hurried machine may take so many looks; more is a clock that was set.
MOST_LOOKS = 4


class Reporter:
    """Records a twin into an outbox and delivers to the history that `reach` opens.

    `where` says on the panel where that is. HistoryError of `reach` counts as away.
    """

    name = "history"

    def __init__(
        self,
        twin: Twin,
        outbox: Outbox,
        plan: Plan,
        figures: Figures,
        reach: Callable[[], History],
        where: str,
        deliver_s: float = DELIVER_S,
    ) -> None:
        self._twin, self._outbox, self._reach, self._where = twin, outbox, reach, where
        self._recorder = Recorder(outbox, plan, figures)
        self._deliver_s = deliver_s
        self._history: History | None = None
        self._seen: Scene | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._acknowledged = self._failed = 0
        self._is_away = False
        self._swept_s = time.monotonic()

    async def start(self) -> None:
        """Begin to record and to deliver."""
        await asyncio.to_thread(self._observe)
        work: tuple[Coroutine[Any, Any, None], ...] = (self._look(), self._deliver())
        self._tasks = [asyncio.create_task(one) for one in work]

    async def stop(self) -> None:
        """Put down what runs, deliver what can be delivered, and let go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await asyncio.to_thread(self._end)

    def told(self) -> dict[str, Any]:
        """Return what the panel shows of it; an acknowledged sample is a request."""
        state = "closed" if not self._tasks else "searching" if self._is_away else "open"
        return {
            "name": self.name,
            "where": self._where,
            "requests": self._acknowledged,
            "errors": self._failed,
            "last_client": "",
            "state": state,
        }

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await asyncio.to_thread(self._observe)

    def _observe(self) -> None:
        """Look at the newest moment, where it is a new one."""
        scene = self._twin.scene
        if scene is not self._seen:
            self._seen = scene
            most_s = max(MOST_TICK_S, MOST_LOOKS * LOOK_S * self._twin.clock.asked)
            self._recorder.observe(scene.clock_s, scene.state.meters, most_s)

    async def _deliver(self) -> None:
        pause_s = self._deliver_s
        while True:
            is_done = await asyncio.to_thread(self._delivered)
            pause_s = self._deliver_s if is_done else min(2.0 * pause_s, LONGEST_PAUSE_S)
            await asyncio.sleep(pause_s)

    def _delivered(self) -> bool:
        """Deliver what waits and return whether the history took it."""
        try:
            if self._history is None:
                self._history = self._reach()
            while count := self._outbox.deliver(self._history):
                self._acknowledged += count
            if time.monotonic() - self._swept_s >= SWEEP_S:
                self._history.sweep([self._outbox.device])
                self._swept_s = time.monotonic()
        except HistoryError as error:
            self._failed += 1
            if not self._is_away:
                log.warning("%s; samples wait on this disk", error)
            self._is_away = True
            return False
        if self._is_away:
            log.info("history: %s is back", self._where)
        self._is_away = False
        return True

    def _end(self) -> None:
        self._observe()
        self._recorder.finish()
        self._delivered()
        if self._history is not None:
            with contextlib.suppress(HistoryError):
                self._history.close()
        self._outbox.close()
