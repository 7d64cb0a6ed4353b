"""The stream of snapshots: one encoded message for all viewers, at most four a second.

A viewer gets the whole snapshot first, then only the parts that changed. There is no queue: a
viewer that has missed a message gets the whole again, one that does not take a message for long
is dropped, so a slow line costs no memory and holds nobody up.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Mapping
from functools import cached_property
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

log = logging.getLogger("twinverter.panel")

GAP_S = 0.25
PING_S = 5.0
DROP_S = 20.0
MOST_VIEWERS = 100
TRY_LATER = 1013

Snapshot = Mapping[str, Any]


def encoded(message: Any) -> str:
    """Return a message as it goes over the line."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class Frame:
    """One snapshot in the order of the stream: as a patch on the one before, and whole."""

    def __init__(self, number: int, snapshot: Snapshot, before: Snapshot | None) -> None:
        self.number = number
        self.snapshot = snapshot
        self._before = before

    @cached_property
    def patch(self) -> str:
        """Return the parts that differ from the frame before."""
        before = self._before or {}
        changed = {
            key: value
            for key, value in self.snapshot.items()
            if key != "seq" and (key not in before or before[key] != value)
        }
        return encoded({"seq": self.snapshot["seq"], "patch": changed})

    @cached_property
    def whole(self) -> str:
        """Return the full snapshot."""
        return encoded(self.snapshot)


class Stream:
    """The viewers and the frame they are shown."""

    def __init__(
        self, gap_s: float = GAP_S, ping_s: float = PING_S, drop_s: float = DROP_S
    ) -> None:
        self._gap_s, self._ping_s, self._drop_s = gap_s, ping_s, drop_s
        self._frame: Frame | None = None
        self._latest: Snapshot | None = None
        self._news = asyncio.Event()
        self._turn = asyncio.Event()
        self.viewers = 0

    async def run(self, snapshots: AsyncIterator[Snapshot]) -> None:
        """Take snapshots as they come and show the latest, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take(snapshots))
            tasks.create_task(self._show())

    async def _take(self, snapshots: AsyncIterator[Snapshot]) -> None:
        async for snapshot in snapshots:
            self._latest = snapshot
            self._news.set()

    async def _show(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            self._next_frame()
            await asyncio.sleep(self._gap_s)

    def _next_frame(self) -> None:
        assert self._latest is not None
        before = self._frame
        number = before.number + 1 if before else 1
        self._frame = Frame(number, self._latest, before.snapshot if before else None)
        self._turn, turn = asyncio.Event(), self._turn
        turn.set()

    async def serve(self, viewer: WebSocket) -> None:
        """Show a viewer the stream until it leaves or has to be dropped."""
        await viewer.accept()
        if self.viewers >= MOST_VIEWERS:
            await viewer.close(TRY_LATER, "too many viewers")
            return
        self.viewers += 1
        try:
            # A server that ends cancels the viewers that do not leave: no error, and no traceback.
            with contextlib.suppress(asyncio.CancelledError):
                async with asyncio.TaskGroup() as tasks:
                    sending = tasks.create_task(self._send(viewer))
                    await _listen(viewer)
                    sending.cancel()
        except* (TimeoutError, WebSocketDisconnect):
            pass
        except* ValueError as errors:
            log.error("a snapshot cannot be sent: %s", errors.exceptions[0])
        finally:
            self.viewers -= 1

    async def _send(self, viewer: WebSocket) -> None:
        seen = 0
        while True:
            frame, turn = self._frame, self._turn
            if frame is not None and frame.number != seen:
                text = frame.patch if seen and frame.number == seen + 1 else frame.whole
                await asyncio.wait_for(viewer.send_text(text), self._drop_s)
                seen = frame.number
                continue
            try:
                await asyncio.wait_for(turn.wait(), self._ping_s)
            except TimeoutError:
                await asyncio.wait_for(viewer.send_text('{"ping":true}'), self._drop_s)


async def _listen(viewer: WebSocket) -> None:
    """Return when the viewer leaves; what it says is not looked at."""
    while (await viewer.receive())["type"] != "websocket.disconnect":
        pass
