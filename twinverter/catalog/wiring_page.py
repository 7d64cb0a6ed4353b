"""The page of the signal sockets: their contacts, and what of the twin answers there."""

from collections.abc import Iterable

from twinverter.catalog.markdown import MADE_BY, table
from twinverter.catalog.row import ASSUMED, FAMILY, MANUAL
from twinverter.catalog.sockets import PUBLIC, SOCKETS, Socket

ORIGINS = {
    MANUAL: "The contacts are those of the manual.",
    FAMILY: "The contacts are those of public manuals of the same family.",
    PUBLIC: "The contacts are those of public manuals of other makes.",
    ASSUMED: "The contacts are assumed.",
}
INTRODUCTION = (
    "The sockets that carry signals, by the callouts of the manual's bottom view. Power terminals, "
    "cables and breakers are not among them.",
    "An option is one of `twinverter live`. `DEV` is a serial device (`/dev/ttyUSB0`), so a "
    "converter on this socket's contacts reaches a real battery, meter or client; the same "
    "protocols run over the network where a port number or an address stands instead.",
    "A broker's URL may hold a password. On the command line everybody on the machine can read it, "
    "so give it in the variable `TWINVERTER_MQTT` instead of `--mqtt`.",
)


def wiring_page() -> str:
    """Return the reference of all signal sockets."""
    parts = [MADE_BY, "# Wiring: the signal sockets", *INTRODUCTION]
    head = ("Callout", "Socket", "Shape", "Options", "Pins on panel and API", "Manual")
    parts.append(table(head, (_socket_cells(row) for row in SOCKETS)))
    for row in SOCKETS:
        parts.append(f"## {row.name}")
        parts.append(f"{ORIGINS[row.origin]} {row.note}".strip())
        cells = ((one.number or "-", one.signal or "-", one.meaning) for one in row.contacts)
        parts.append(table(("Contact", "Signal", "For"), cells))
    return "\n\n".join(parts) + "\n"


def _socket_cells(row: Socket) -> tuple[str, ...]:
    options = (f"`--{option.replace('_', '-')}`" for option in row.options)
    return (
        str(row.callout),
        row.name,
        row.shape,
        _listed(options),
        _listed(f"`{pin}`" for pin in row.pins),
        row.section,
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "-"
