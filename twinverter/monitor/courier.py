"""The courier: it carries deliveries to a portal over HTTP and brings back what became of them.

One connection is kept open, and a body is compressed. Certificates are checked, by the system's
authorities or by one of the house's own; nothing of the environment is obeyed, no proxy either: a
token goes to the address that was typed and to no other, so redirects are not followed.
"""

import ipaddress
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from pydantic import TypeAdapter, ValidationError

from twinverter.catalog.errors import shown
from twinverter.monitor.delivery import MEDIA_TYPE, Acknowledged, Delivery, packed
from twinverter.monitor.history import HistoryAway, HistoryError

PATH = "/api/v1/deliver"
# A portal writes a delivery within a second; one on a slow line gets time to read it (assumed).
TIMEOUTS = httpx2.Timeout(20.0, connect=5.0)
# Kept longer than from one delivery to the next, and less long than the portal keeps it.
KEEPING = httpx2.Limits(max_connections=1, keepalive_expiry=60.0)
MOST_ANSWER = 65_536
ANSWER = TypeAdapter(Acknowledged)
# Where a server listens that listens at every address: nobody can go there.
EVERYWHERE = ("0.0.0.0", "::")
REFUSALS = {
    401: "refuses the token (expired, revoked or misspelt); a new one goes with --token",
    403: "refuses this device",
    404: "is no portal at this address",
    413: "finds a delivery too large",
    422: "does not understand a delivery; is it older than this program?",
}


class Refused(HistoryError):  # noqa: N818
    """A portal that will not take this until somebody does something; what waits, waits on."""


class Courier:
    """Carries to the portal at a URL with a token of a device; one thread at a time."""

    def __init__(self, url: str, token: str, authority: Path | None = None) -> None:
        self.url = checked(url)
        try:
            context = ssl.create_default_context(cafile=str(authority) if authority else None)
        except OSError as error:
            reason = error.strerror or "holds no certificate"
            raise HistoryError(f"{authority}: cannot be used ({reason})") from None
        self._client = httpx2.Client(
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": MEDIA_TYPE,
                "User-Agent": "twinverter",
            },
            timeout=TIMEOUTS,
            limits=KEEPING,
            verify=context,
            trust_env=False,
        )

    @property
    def is_open(self) -> bool:
        """Return whether others on the way could read the token."""
        parts = urlsplit(self.url)
        return parts.scheme == "http" and not is_own(parts.hostname or "")

    def take(self, delivery: Delivery) -> Acknowledged:
        """Return what the portal did with a delivery.

        HistoryAway where it cannot be reached or cannot write now, Refused where it does not want
        what it is given.
        """
        try:
            with self._client.stream("POST", self.url + PATH, content=packed(delivery)) as reply:
                body = b""
                for part in reply.iter_bytes():
                    body += part
                    if len(body) > MOST_ANSWER:
                        raise HistoryAway(f"portal {self.url}: answers like no portal")
        except (httpx2.HTTPError, OSError) as error:
            raise HistoryAway(f"portal {self.url}: {_why(error)}") from error
        if reply.status_code == 200:
            try:
                return ANSWER.validate_json(body)
            except ValidationError:
                raise HistoryAway(f"portal {self.url}: answers like no portal") from None
        refusal = REFUSALS.get(reply.status_code)
        if refusal is None:
            raise HistoryAway(f"portal {self.url}: answers {reply.status_code}{_said(body)}")
        raise Refused(f"portal {self.url}: {refusal}{_said(body)}")

    def close(self) -> None:
        """Hang up."""
        self._client.close()


def checked(url: str) -> str:
    """Return a portal's address without its last slash; HistoryError for what is none."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or parts.query or parts.fragment or parts.username is not None:
        raise HistoryError(f"{shown(url)}: is no portal's address (https://HOST[:PORT])")
    return url.rstrip("/")


def is_own(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def reachable(panel: str) -> str:
    """Return a panel's address where others could open it, else nothing.

    One of this machine alone would lead whoever reads a portal elsewhere to their own.
    """
    host = urlsplit(panel).hostname or "localhost"
    return "" if host in EVERYWHERE or is_own(host) else panel


def _why(error: Exception) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "does not answer in time"
    return " ".join(str(error).split()) or type(error).__name__


def _said(body: bytes) -> str:
    """Return the line of a portal's refusal, where it gave one."""
    try:
        text = TypeAdapter(dict[str, dict[str, str]]).validate_json(body)["error"]["text"]
    except (ValidationError, KeyError):
        return ""
    return f" ({text[:200]})" if text.isprintable() else ""
