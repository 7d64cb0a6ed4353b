"""What every request passes before anybody reads it: host, route, origin, size, login, rate, right.

It stands around the whole application and lets through only what a row of the rules names, so no
endpoint is open by having been forgotten. Refusals and changes leave a row in the audit log before
their reply does. A stream is asked again who it is while it lasts.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twinverter.monitor.history import HistoryError
from twinverter.portal.admission import Admission, asked_of
from twinverter.portal.clerk import Clerk
from twinverter.portal.doors import Doors, Known
from twinverter.portal.rights import API, Actor, Asked, Right
from twinverter.web.seal import changes, sealing

POLICY_VIOLATION = 1008
# A stream is looked at again after so long, when it has something to say (assumed).
AGAIN_S = 30.0


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(
        self,
        app: ASGIApp,
        doors: Doors,
        again_s: float = AGAIN_S,
        ticking_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._doors = doors
        self._again_s = again_s
        self._ticking_s = ticking_s
        self._admission = Admission(doors)
        self._clerk = Clerk(doors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if self._doors.is_behind_proxy:
            scope.update(seen_through(scope))
        scope.setdefault("state", {}).update(doors=self._doors, noted={}, actor=None, csrf=None)
        is_stream = scope["type"] == "websocket"
        out = send if is_stream else sealing(send)
        try:
            asked = await self._admission.admitted(scope)
        except HTTPException as refusal:
            await self._refuse(scope, receive, out, refusal)
            return
        if is_stream:
            await self._app(scope, receive, self._watched(scope, send))
        else:
            await self._answered(scope, receive, out, asked)

    async def _answered(self, scope: Scope, receive: Receive, send: Send, asked: Asked) -> None:
        """Let the application answer; what it changed or refused is noted before its reply."""
        is_change = changes(scope) and asked.rule.right is not Right.DELIVER
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if is_change or message["status"] in (401, 403):
                    await run_in_threadpool(self._clerk.note, scope, asked, message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            # The framework outside of this would answer without the headers of every reply.
            if not started:
                await _told(500, "Something went wrong here; the log says what.")(
                    scope, receive, noting
                )
            raise

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, refusal: HTTPException
    ) -> None:
        asked = asked_of(scope)
        if scope["path"].startswith(f"{API}/") and refusal.status_code != 503:
            await run_in_threadpool(
                self._clerk.note, scope, asked, refusal.status_code, refusal.detail
            )
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        reply = _told(refusal.status_code, refusal.detail, refusal.headers)
        await reply(scope, receive, send)

    def _watched(self, scope: Scope, send: Send) -> Send:
        """Return a `send` that ends a stream whose viewer is not who it was any more."""
        looked_s = self._ticking_s()
        first: Actor = scope["state"]["actor"]

        async def watched(message: Message) -> None:
            nonlocal looked_s
            if message["type"] == "websocket.send" and self._ticking_s() - looked_s > self._again_s:
                looked_s = self._ticking_s()
                again = await run_in_threadpool(self._again, scope)
                if again is None or again.actor != first:
                    await send({"type": "websocket.close", "code": POLICY_VIOLATION})
                    raise OSError("the viewer's login has ended")
            await send(message)

        return watched

    def _again(self, scope: Scope) -> Known | None:
        try:
            return self._doors.known(HTTPConnection(scope))
        except HistoryError:
            return None


def seen_through(scope: Scope) -> dict[str, Any]:
    """Return address and scheme as the proxy next to this server saw them."""
    headers = Headers(scope=scope)
    seen: dict[str, Any] = {}
    # Each proxy adds at the end, so only the last is not the client's own invention.
    address = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    if address:
        seen["client"] = (address, 0)
    scheme = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
    if scheme in ("http", "https"):
        is_stream = scope["type"] == "websocket"
        seen["scheme"] = scheme.replace("http", "ws") if is_stream else scheme
    return seen


def _told(status: int, text: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a refusal of one line."""
    return JSONResponse({"error": {"text": text}}, status, headers)
