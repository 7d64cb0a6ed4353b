"""What every request passes first: host, origin, size, login; and the headers of every reply.

Without a password the panel answers only to `localhost` and to addresses by number, because a
foreign page can point a name of its own at this machine (DNS rebinding). Writes and the stream
come from the panel's own pages or from programs, which send no Origin.
"""

import ipaddress
import json
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twinverter.panel.login import Login, cookie_of

LARGEST_BODY = 65_536
POLICY_VIOLATION = 1008
OPEN_PATHS = ("/", "/api/login")
OPEN_FOLDER = "/static/"
# What a browser shows as a page of its own, scripts and all.
DOCUMENTS = ("text/html", "image/svg+xml")
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# What a page is made of comes in many small answers: they carry only what concerns them.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


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

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if headers.get("content-type", "").startswith(DOCUMENTS):
                    headers.update(PAGE_HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if refused:
            await _answer(sealed, *refused)
        else:
            await self._app(scope, receive, sealed)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._login is None and not _by_number(host):
            return 421, f"This panel answers to addresses by number or localhost, not to {host}."
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        origin = headers.get("origin")
        if changes and origin is not None and _is_foreign(origin, host):
            return 403, "This came from a page of another site."
        if scope["type"] == "http" and changes and (wrong := _wrong_size(headers)):
            return wrong
        if self._login is None or scope["path"] in OPEN_PATHS:
            return None
        if scope["path"].startswith(OPEN_FOLDER):
            return None
        connection = HTTPConnection(scope)
        if not self._login.knows(connection.cookies.get(cookie_of(connection))):
            return 401, "The panel asks for its password first."
        return None


def _by_number(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name) is not None
    except ValueError:
        return False


def _is_foreign(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:
        return True


def _wrong_size(headers: Headers) -> tuple[int, str] | None:
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return 411, "The request has to say how long it is."
    if int(length) > LARGEST_BODY:
        return 413, f"The request is larger than {LARGEST_BODY} bytes."
    return None


async def _answer(send: Send, status: int, text: str) -> None:
    body = json.dumps({"error": {"text": text}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
