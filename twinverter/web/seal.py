"""The headers every reply carries, and what makes a request refusable before anybody reads it."""

import ipaddress
import json
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

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


def sealing(send: Send) -> Send:
    """Return a `send` that puts the headers on every reply; a document may bring its own."""

    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            if headers.get("content-type", "").startswith(DOCUMENTS):
                for name, value in PAGE_HEADERS.items():
                    headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sealed


def changes(scope: Scope) -> bool:
    """Return whether a request may change something: a stream of messages may, too."""
    return scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")


def is_foreign(headers: Headers) -> bool:
    """Return whether a page of another site sent the request; programs send no Origin."""
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    except ValueError:
        return True


def wrong_size(headers: Headers, largest: int) -> tuple[int, str] | None:
    """Return status and reason where a body tells no length, or one above `largest` bytes."""
    length = headers.get("content-length", "")
    # A body in pieces has no length, whatever stands beside it (RFC 9112, 6.3).
    if "transfer-encoding" in headers or not length.isdecimal():
        return 411, "The request has to say how long it is."
    if int(length) > largest:
        return 413, f"The request is larger than {largest} bytes."
    return None


async def answer(send: Send, status: int, text: str) -> None:
    """Reply with a refusal of one line."""
    body = json.dumps({"error": {"text": text}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def by_number(host: str) -> bool:
    """Return whether a Host header names an address by number, or this machine itself."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name) is not None
    except ValueError:
        return False
