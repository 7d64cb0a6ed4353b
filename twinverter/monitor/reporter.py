"""The reporter: it records a living device and delivers what it recorded.

It looks at the newest moment on disk, so nobody knows more of a device than it remembers itself.
Samples wait in the outbox while the receiver is away. Disks and wires are used in threads: the
device's ticks do not wait for them.
"""

import asyncio
import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from twinverter.live.snapshot import Scene
from twinverter.live.twin import Twin
from twinverter.monitor.batch import Batch
from twinverter.monitor.courier import Refused
from twinverter.monitor.delivery import Acknowledged, Delivery
from twinverter.monitor.history import History, HistoryError
from twinverter.monitor.levels import MOST_TICK_S, Plan
from twinverter.monitor.outbox import MOST_DELIVERED, Outbox
from twinverter.monitor.recorder import Figures, Recorder
from twinverter.monitor.teller import Teller

log = logging.getLogger("twinverter.monitor")

# How often it looks, how often it delivers, and the longest it waits for a receiver that is away.
LOOK_S, DELIVER_S, LONGEST_PAUSE_S = 0.5, 5.0, 60.0
# How often what is older than kept is thrown away.
SWEEP_S = 3600.0
# A pass of a hurried machine may take so many looks; more is a clock that was set.
MOST_LOOKS = 4


# The life of a device that keeps no journal here.
SAMPLES_ONLY = "samples"
# Devices that lost their receiver together do not come back together.
SPREAD = 0.2


class Receiver(Protocol):
    """Who takes deliveries: an archive, an inbox, a courier."""

    def take(self, delivery: Delivery) -> Acknowledged:
        """Return what became of a delivery, once it is durable; HistoryError."""

    def close(self) -> None:
        """Let go."""


class Archive:
    """A history as a receiver: it keeps samples alone, and throws away the old ones."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._swept_s = time.monotonic()

    def take(self, delivery: Delivery) -> Acknowledged:
        """Return what became of the samples; HistoryError."""
        if delivery.samples is None:
            return Acknowledged()
        (receipt,) = self._history.write([delivery.samples])
        if time.monotonic() - self._swept_s >= SWEEP_S:
            self._history.sweep([delivery.device])
            self._swept_s = time.monotonic()
        return Acknowledged(*receipt)

    def close(self) -> None:
        """Close the history."""
        self._history.close()


class Reporter:
    """Records a twin into an outbox and delivers to the receiver that `reach` opens.

    `where` says on the panel where that is. With a teller it delivers all that the device tells,
    else its samples alone. HistoryError of `reach` counts as away.
    """

    def __init__(
        self,
        twin: Twin,
        outbox: Outbox,
        plan: Plan,
        figures: Figures,
        reach: Callable[[], Receiver],
        where: str,
        deliver_s: float = DELIVER_S,
        teller: Teller | None = None,
        name: str = "history",
    ) -> None:
        self.name = name
        self._twin, self._outbox, self._reach, self._where = twin, outbox, reach, where
        self._recorder = Recorder(outbox, plan, figures)
        self._deliver_s = deliver_s
        self._teller = teller
        self._receiver: Receiver | None = None
        self._known: Acknowledged | None = None
        self._seen: Scene | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._acknowledged = self._failed = 0
        self._trouble = ""
        # A task that is told to end leaves its thread at work: the last round waits for that.
        self._observing, self._delivering = threading.Lock(), threading.Lock()

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
        state = "closed" if not self._tasks else "searching" if self._trouble else "open"
        return {
            "name": self.name,
            "where": self._where,
            "requests": self._acknowledged,
            "errors": self._failed,
            "last_client": self._trouble,
            "state": state,
        }

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await asyncio.to_thread(self._observe)

    def _observe(self) -> None:
        """Look at the newest moment, where it is a new one."""
        with self._observing:
            scene = self._twin.scene
            if scene is not self._seen:
                self._seen = scene
                most_s = max(MOST_TICK_S, MOST_LOOKS * LOOK_S * self._twin.clock.asked)
                self._recorder.observe(scene.clock_s, scene.state.meters, most_s)

    async def _deliver(self) -> None:
        pause_s = self._deliver_s
        while True:
            is_done = await asyncio.to_thread(self._round)
            pause_s = self._deliver_s if is_done else min(2.0 * pause_s, LONGEST_PAUSE_S)
            spread = 0.0 if is_done else random.uniform(-SPREAD, SPREAD)
            await asyncio.sleep(pause_s * (1.0 + spread))

    def _round(self) -> bool:
        with self._delivering:
            return self._delivered()

    def _delivered(self) -> bool:
        """Deliver what waits and return whether the receiver took it."""
        try:
            if self._receiver is None:
                self._receiver = self._reach()
            while self._hand_over(self._receiver):
                pass
        except HistoryError as error:
            self._failed += 1
            self._note(error)
            return False
        except Exception:
            # Whatever it is, a house goes on recording, and the next try may be better.
            self._failed += 1
            log.exception("%s: a delivery failed", self.name)
            return False
        if self._trouble:
            log.info("%s: %s is back", self.name, self._where)
        self._trouble = ""
        return True

    def _hand_over(self, receiver: Receiver) -> bool:
        """Make one delivery and return whether more waits."""
        samples = self._outbox.waiting()
        delivery = self._composed(samples)
        if delivery is None:
            return False
        reply = receiver.take(delivery)
        if samples is not None:
            self._outbox.drop(samples)
            self._acknowledged += samples.size
        if self._teller is None:
            return samples is not None
        self._teller.delivered(delivery, reply)
        known, self._known = self._known, reply
        is_full = samples is not None and samples.size >= MOST_DELIVERED
        return (
            known is None
            or is_full
            or reply.alarms_seq > known.alarms_seq
            or (reply.changes_seq > known.changes_seq)
        )

    def _composed(self, samples: Batch | None) -> Delivery | None:
        device = self._outbox.device
        if self._teller is not None:
            return self._teller.delivery(device, samples, self._known, self._deliver_s)
        return None if samples is None else Delivery(device, SAMPLES_ONLY, samples)

    def _note(self, error: HistoryError) -> None:
        """Tell of trouble once, and again when it is of another kind."""
        text = str(error) if isinstance(error, Refused) else "away"
        if text != self._trouble:
            log.warning("%s; samples wait on this disk", error)
        self._trouble = text

    def _end(self) -> None:
        self._observe()
        self._recorder.finish()
        if not self._trouble:
            self._round()
        if self._receiver is not None:
            with contextlib.suppress(HistoryError):
                self._receiver.close()
        self._outbox.close()
