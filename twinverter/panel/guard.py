"""What every request passes first: host, origin, size, login.

Without a password the panel answers only to `localhost` and to addresses by number, because a
foreign page can point a name of its own at this machine (DNS rebinding). Writes and the stream
come from the panel's own pages or from programs, which send no Origin.
"""

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from twinverter.panel.login import Login, cookie_of
from twinverter.web.seal import answer, by_number, changes, is_foreign, sealing, wrong_size

LARGEST_BODY = 65_536
POLICY_VIOLATION = 1008
OPEN_PATHS = ("/", "/api/login")
OPEN_FOLDER = "/static/"


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, login: Login | None = None) -> None:
        self._app = app
        self._login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = self._refused(scope)
        if scope["type"] == "websocket":
            if refused:
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            else:
                await self._app(scope, receive, send)
            return
        sealed = sealing(send)
        if refused:
            await answer(sealed, *refused)
        else:
            await self._app(scope, receive, sealed)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._login is None and not by_number(host):
            return 421, f"This panel answers to addresses by number or localhost, not to {host}."
        if changes(scope) and is_foreign(headers):
            return 403, "This came from a page of another site."
        if scope["type"] == "http" and changes(scope):
            wrong = wrong_size(headers, LARGEST_BODY)
            if wrong:
                return wrong
        if self._login is None or scope["path"] in OPEN_PATHS:
            return None
        if scope["path"].startswith(OPEN_FOLDER):
            return None
        connection = HTTPConnection(scope)
        if not self._login.knows(connection.cookies.get(cookie_of(connection))):
            return 401, "The panel asks for its password first."
        return None
