"""Where an MQTT broker is and how it is reached, from one URL.

`mqtt://user:password@host:1883/topic/of/the/device?discovery=homeassistant`, or `mqtts://` for TLS
with `ca`, `cert` and `key` (PEM files) and `verify=no` beside it. User, password and path are
percent-encoded where they hold signs that a URL gives a meaning.
"""

import ssl
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from twinverter.catalog.telemetry import SERIAL
from twinverter.ports.discovery import Topics

PORTS = {"mqtt": 1883, "mqtts": 8883}
PLAIN_OPTIONS, TLS_OPTIONS = ("discovery",), ("ca", "cert", "key", "verify")
DISCOVERY = "homeassistant"
BASE = f"twinverter/{SERIAL}"
NO = ("no", "false", "0")
# What a topic to publish on must not hold (MQTT 3.1.1, 4.7).
FORBIDDEN = ("#", "+", "\0", "//")


class Broker(NamedTuple):
    """One broker; `where` shows it without credentials."""

    host: str
    port: int
    user: str | None
    password: str | None
    topics: Topics
    tls: ssl.SSLContext | None
    where: str


def broker(url: str) -> Broker:
    """Return the broker of a URL; ValueError, one line without the password, where it is wrong."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("MQTT URL: is not one (example: mqtt://user:password@host:1883)") from None
    if parts.scheme not in PORTS:
        raise ValueError(f"MQTT URL: begins with mqtt:// or mqtts://, not {parts.scheme!r}")
    if not parts.hostname:
        raise ValueError("MQTT URL: names no host (example: mqtt://user:password@host:1883)")
    if parts.fragment:
        raise ValueError("MQTT URL: holds a #; it is written as %23")
    options = _options(parts)
    port = port or PORTS[parts.scheme]
    host = parts.hostname
    shown = f"[{host}]" if ":" in host else host
    return Broker(
        host,
        port,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        Topics(
            _topic("path", unquote(parts.path).strip("/") or BASE),
            _topic("discovery", options.get("discovery", DISCOVERY)),
        ),
        _tls(options) if parts.scheme == "mqtts" else None,
        f"{parts.scheme}://{shown}:{port}",
    )


def _options(parts: SplitResult) -> dict[str, str]:
    """Return the options behind the question mark."""
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    known = PLAIN_OPTIONS + TLS_OPTIONS
    for name in options:
        if name not in known:
            raise ValueError(f"MQTT URL: no option {name!r} (allowed: {', '.join(known)})")
        if name in TLS_OPTIONS and parts.scheme != "mqtts":
            raise ValueError(f"MQTT URL: {name} needs mqtts://")
    return options


def _topic(name: str, topic: str) -> str:
    if not topic or topic.startswith("$") or any(sign in topic for sign in FORBIDDEN):
        raise ValueError(f"MQTT URL: {name} {topic!r} cannot be a topic")
    return topic


def _tls(options: dict[str, str]) -> ssl.SSLContext:
    """Return how the connection is kept secret and whom it trusts."""
    try:
        context = ssl.create_default_context(cafile=options.get("ca"))
        if "cert" in options:
            context.load_cert_chain(options["cert"], options.get("key"))
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(options[name] for name in ("ca", "cert", "key") if name in options)
        raise ValueError(f"MQTT URL: {files} cannot be read ({error})") from None
    if options.get("verify", "").lower() in NO:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
