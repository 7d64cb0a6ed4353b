"""What panel and portal serve with: a socket that listens, a server that leaves signals alone."""

import contextlib
import errno
import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from typing import Any

from uvicorn import Config, Server

from twinverter.cli.frame import InputError

# What the system says of an address that is not this machine's, and of a name that is none.
NO_ADDRESS = (errno.EADDRNOTAVAIL, socket.EAI_NONAME, socket.EAI_AGAIN)
# So long open requests may take to end when the server is told to stop.
GRACE_S = 2


class PlainServer(Server):
    """A server that leaves the signals to its command."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal."""
        yield


def server_of(app: Any, **options: Any) -> PlainServer:
    """Return a server of an application; what it says of addresses is its own, no header's."""
    return PlainServer(
        Config(
            app,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
            **options,
        )
    )


def is_own(host: str) -> bool:
    """Return whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def listening(host: str, port: int, option: str = "--port") -> Iterator[socket.socket]:
    """Yield a socket that listens; InputError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise InputError(_unheard(host, port, option, error)) from None
    # Replies are small and written in two pieces: the second must not wait for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with listener:
        yield listener


def _unheard(host: str, port: int, option: str, error: OSError) -> str:
    """Return why nobody can be heard there, naming the option that is to blame."""
    if error.errno == errno.EADDRINUSE:
        return f"{option} {port}: is in use; {option} N takes another"
    if error.errno in NO_ADDRESS:
        return f"--host {host}: is no address of this machine"
    # Python adds where it was bound, which the option says already.
    reason, *_ = (error.strerror or str(error)).partition(" (while")
    return f"{option} {port}: cannot be had ({reason})"


def address_of(listener: socket.socket, scheme: str = "http") -> str:
    """Return the URL at which a socket is reached."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def has_screen() -> bool:
    """Return whether there is a screen to open a browser on."""
    return sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
