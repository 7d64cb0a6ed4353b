"""What every wire of the device has in common: it starts, it stops, and it tells what came by."""

from dataclasses import dataclass
from typing import Any, Protocol

OPEN, CLOSED, SEARCHING = "open", "closed", "searching"


class PortError(Exception):
    """A wire that cannot be had; `str` is one line that says which and why."""


class Port(Protocol):
    """One wire; `name` says on messages and panel what it speaks."""

    name: str

    async def start(self) -> None:
        """Open the wire; PortError where it cannot be had."""

    async def stop(self) -> None:
        """Close the wire and let go of every client; nothing is left running."""

    def told(self) -> dict[str, Any]:
        """Return name, where, requests, errors, last_client and state, ready for JSON."""


@dataclass(slots=True)
class Counter:
    """What came by on one wire; `last_client` is who asked last."""

    requests: int = 0
    errors: int = 0
    last_client: str = ""

    def note(self, client: str) -> None:
        """Count a request that was understood."""
        self.requests += 1
        self.last_client = client

    def fail(self, client: str) -> None:
        """Count something that could not be answered with what was asked for."""
        self.errors += 1
        self.last_client = client

    def told(self, name: str, where: str, state: str = OPEN) -> dict[str, Any]:
        """Return what a port tells of itself, ready for JSON."""
        return {
            "name": name,
            "where": where,
            "requests": self.requests,
            "errors": self.errors,
            "last_client": self.last_client,
            "state": state,
        }
