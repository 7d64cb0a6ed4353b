"""The stream of moments: each delivery of a device that somebody sees, as soon as it is durable.

A viewer gets the newest moment of each device first. There is no queue: a slow viewer misses what
was between, and one that takes nothing for long is dropped. Whether it may still watch is looked at
by the guard; which devices it sees is asked again from time to time.
"""

import asyncio
import contextlib
import time

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from twinverter.portal.asked import DeviceRow, Here, Portal, Who, visible
from twinverter.portal.hub import News, Watch
from twinverter.portal.moments import MomentState, moment_told
from twinverter.portal.rights import API, Actor

router = APIRouter(prefix=API, tags=["stream"])

PING_S, AGAIN_S, DROP_S = 20.0, 60.0, 20.0
MOST_VIEWERS = 500
TRY_LATER, ENDS = 1013, 1001
PING = '{"ping":true}'


class Heard(BaseModel):
    """A device was heard."""

    device: str
    heard_at_s: float
    moment: MomentState


@router.websocket("/stream")
async def stream(viewer: WebSocket, portal: Here, actor: Who) -> None:
    """Show devices, `?devices=a,b` or all that are there for who asks."""
    await viewer.accept()
    if len(portal.hub) >= MOST_VIEWERS:
        await viewer.close(TRY_LATER, "too many viewers")
        return
    try:
        # A server that ends cancels the viewers that do not leave: no error, and no traceback.
        with contextlib.suppress(asyncio.CancelledError):
            async with asyncio.TaskGroup() as tasks:
                showing = tasks.create_task(_show(viewer, portal, actor))
                await _listen(viewer)
                showing.cancel()
    except* (TimeoutError, WebSocketDisconnect):
        pass


async def _show(viewer: WebSocket, portal: Portal, actor: Actor) -> None:
    asked = viewer.query_params.getlist("devices")
    # When each device was heard of whom the viewer has a moment: what fell between two watches, or
    # was not there yet, is shown by the next one.
    told: dict[str, float] = {}
    while True:
        rows = _wanted(await run_in_threadpool(_seen, portal, actor), asked)
        watch = portal.hub.watch(rows)
        try:
            for name, row in rows.items():
                if row.moment is None or row.heard_s is None:
                    continue
                if row.heard_s > told.get(name, -1.0):
                    told[name] = row.heard_s
                    await _send(viewer, News(name, row.heard_s, row.moment))
            await _follow(viewer, watch, told)
        finally:
            watch.close()


async def _follow(viewer: WebSocket, watch: Watch, told: dict[str, float]) -> None:
    """Show what is heard until it is time to ask again who sees what."""
    again_s = time.monotonic() + AGAIN_S
    while (left_s := again_s - time.monotonic()) > 0.0:
        try:
            news = await asyncio.wait_for(anext(watch), min(PING_S, left_s))
        except TimeoutError:
            await asyncio.wait_for(viewer.send_text(PING), DROP_S)
        else:
            told[news.device] = news.heard_s
            await _send(viewer, news)


async def _send(viewer: WebSocket, news: News) -> None:
    heard = Heard(device=news.device, heard_at_s=news.heard_s, moment=moment_told(news.moment))
    await asyncio.wait_for(viewer.send_text(heard.model_dump_json()), DROP_S)


async def _listen(viewer: WebSocket) -> None:
    """Return when the viewer leaves; what it says is not looked at."""
    while (await viewer.receive())["type"] != "websocket.disconnect":
        pass


def _seen(portal: Portal, actor: Actor) -> list[DeviceRow]:
    return visible(portal, actor)[1]


def _wanted(rows: list[DeviceRow], asked: list[str]) -> dict[str, DeviceRow]:
    """Return the devices asked for, all where none is named; a name may hold a comma."""
    names = {*asked, *(part.strip() for text in asked for part in text.split(","))} - {""}
    return {row.name: row for row in rows if not names or row.name in names}
