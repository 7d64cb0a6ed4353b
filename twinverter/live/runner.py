"""The runner: it lets one twin live in an asyncio loop, stores it, and tells who listens.

A pass makes the ticks that are due, a few milliseconds of them at most, so that requests are
answered at any speed. Four times a second at most what came of it is stored and, once it is on
disk, handed to all subscribers; one that is slow gets the newest and misses what was between.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from twinverter.live import events
from twinverter.live.twin import Twin

PASS_S, PUBLISH_S = 0.01, 0.25


class Subscription(AsyncIterator[dict[str, Any]]):
    """The snapshots from now on, the present one first; it ends with the runner or by `close`."""

    def __init__(self, runner: "Runner") -> None:
        self._runner = runner
        self._newest: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(1)

    def offer(self, snapshot: dict[str, Any] | None) -> None:
        """Put the newest snapshot in place of one not fetched yet; None ends the subscription."""
        if self._newest.full():
            self._newest.get_nowait()
        self._newest.put_nowait(snapshot)

    async def __anext__(self) -> dict[str, Any]:
        """Return the next snapshot."""
        snapshot = await self._newest.get()
        if snapshot is None:
            raise StopAsyncIteration
        return snapshot

    def close(self) -> None:
        """Listen no longer."""
        self._runner.forget(self)


class Runner:
    """Runs `twin` at the speed of its clock until `stop`."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        self.store = twin.store
        self.clock = twin.clock
        self._wake = asyncio.Event()
        self._stopping = False
        self._unsaved = False
        self._told_seq = -1
        self._told_s = float("-inf")
        self._subscribers: set[Subscription] = set()
        twin.on_change = self._wake.set

    async def run(self) -> None:
        """Live until `stop`; the last moment is on disk when this returns. Raises StoreError."""
        try:
            while not self._stopping:
                self._pass()
                await self._publish()
                await self._rest()
            self.twin.save()
        finally:
            self.twin.close()
            for subscriber in self._subscribers:
                subscriber.offer(None)

    def stop(self) -> None:
        """End `run` soon."""
        self._stopping = True
        self._wake.set()

    def subscribe(self) -> Subscription:
        """Return a subscription that begins with the present snapshot."""
        subscription = Subscription(self)
        subscription.offer(self.twin.snapshot() if not self._stopping else None)
        self._subscribers.add(subscription)
        return subscription

    def forget(self, subscription: Subscription) -> None:
        """Drop a subscription."""
        self._subscribers.discard(subscription)

    def speed(self, asked: float) -> None:
        """Ask for a speed; ValueError where it cannot be one."""
        self.clock.ask(asked)
        self._say(f"speed {asked:g}")

    def pause(self) -> None:
        """Hold the machine."""
        self.clock.pause()
        self._say("paused")

    def resume(self) -> None:
        """Let the machine run on."""
        self.clock.resume()
        self._say("runs on")

    def step(self, ticks: int = 1) -> None:
        """Let a held machine make single ticks; a running one is held first."""
        self.clock.step(ticks * self.twin.tick_s)
        self._wake.set()

    def _say(self, text: str) -> None:
        events.say(self.twin.clock_s, text)
        self.twin.touch()
        self.twin.save()
        self._wake.set()

    def _pass(self) -> None:
        """Make the ticks that are due, until the pass has taken its time."""
        clock, tick_s = self.clock, self.twin.tick_s
        began_s, ran_s = time.perf_counter(), 0.0
        late_s = clock.late_s(tick_s)
        while clock.is_due(tick_s) and time.perf_counter() - began_s < PASS_S:
            self.twin.tick()
            clock.ran(tick_s)
            ran_s += tick_s
        if ran_s:
            clock.worked(ran_s, time.perf_counter() - began_s, late_s)
            self._unsaved = True

    async def _publish(self) -> None:
        """Store and tell what is new, unless that was done a moment ago."""
        # What somebody did meanwhile may have found the disk full.
        self.twin.settle()
        if time.monotonic() - self._told_s < PUBLISH_S:
            return
        if self._unsaved:
            self._unsaved = False
            await asyncio.wrap_future(self.twin.save_soon())
            self.twin.settle()
        if self.twin.seq != self._told_seq:
            self._told_seq, self._told_s = self.twin.seq, time.monotonic()
            snapshot = self.twin.snapshot()
            for subscriber in self._subscribers:
                subscriber.offer(snapshot)

    async def _rest(self) -> None:
        """Wait for the next tick, the next telling, or whoever wakes the runner."""
        wait_s = self.clock.wait_s(self.twin.tick_s)
        if self._unsaved or self.twin.seq != self._told_seq:
            wait_s = min(wait_s, self._told_s + PUBLISH_S - time.monotonic())
        if wait_s <= 0.0:
            await asyncio.sleep(0)
            return
        try:
            timeout_s = wait_s if wait_s < float("inf") else None
            await asyncio.wait_for(self._wake.wait(), timeout_s)
        except TimeoutError:
            pass
        self._wake.clear()
