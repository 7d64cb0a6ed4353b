"""What `live` records and to whom it reports: a history, a portal beside it, one far away."""

import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from twinverter.cli.frame import InputError
from twinverter.cli.history import told_place

if TYPE_CHECKING:
    from twinverter.live.twin import Twin
    from twinverter.monitor.recorder import Figures
    from twinverter.monitor.reporter import Receiver, Reporter
    from twinverter.portal.asked import Portal

PANEL = "History and portal"
# A command line shows its words to everybody on the machine.
TOKEN = "TWINVERTER_TOKEN"
OWN = "127.0.0.1"
HISTORY, OUTBOX, REPORTS = "history.duckdb", "outbox.sqlite", "reports.sqlite"
MOST_PORT = 65535


def _option(
    name: str, text: str, metavar: str, envvar: str | None = None, **bounds: Any
) -> typer.models.OptionInfo:
    return typer.Option(
        name, help=text, metavar=metavar, envvar=envvar, rich_help_panel=PANEL, **bounds
    )


INTO = "Record into a file, or postgresql://USER@HOST/NAME."
EVERY = "Seconds from one recorded sample to the next, 1 to 300."
THERE = "Report to the portal at this address (https://…)."
HERE = "Serve a portal of this house here, for this machine alone."
CA = "Authority of the portal's certificate (PEM), else the system's."
NAME = "Name of the device in histories (else that of the house)."

# fmt: off
History   = Annotated[str | None,  _option("--history", INTO, "PLACE")]
Tick      = Annotated[float,       _option("--tick", EVERY, "S")]
PortalAt  = Annotated[int | None,  _option("--portal", HERE, "PORT", min=0, max=MOST_PORT)]
ReportTo  = Annotated[str | None,  _option("--report", THERE, "URL")]
Token     = Annotated[str | None,  _option("--token", "The device's token there.", "WORD", TOKEN)]
Authority = Annotated[Path | None, _option("--report-ca", CA, "FILE")]
Device    = Annotated[str | None,  _option("--device", NAME, "NAME")]
# fmt: on


class Reports(NamedTuple):
    """What was asked for."""

    history: str | None = None
    tick_s: float = 60.0
    portal: int | None = None
    url: str | None = None
    token: str | None = None
    authority: Path | None = None
    device: str | None = None


class Beside(NamedTuple):
    """The portal in this process, and where it listens."""

    portal: "Portal"
    listener: socket.socket


@contextlib.contextmanager
def portal_beside(folder: Path, asked: Reports) -> Iterator[Beside | None]:
    """Yield the portal in this process, None where none is asked for."""
    if asked.portal is None:
        yield None
        return
    from twinverter.cli.history import refused
    from twinverter.cli.server import listening
    from twinverter.monitor.history import HistoryError
    from twinverter.portal.asked import Portal

    with contextlib.ExitStack() as closing:
        with refused(HistoryError):
            opened = Portal.opened(_place(folder, asked), is_single=True, plan=_plan(asked))
            portal = closing.enter_context(opened)
        yield Beside(portal, closing.enter_context(listening(OWN, asked.portal, "--portal")))


def reporters(
    twin: "Twin", folder: Path, asked: Reports, beside: Beside | None, panel: str
) -> "list[Reporter]":
    """Return what records and reports, outboxes in the twin's folder; InputError for a word.

    `panel` is the address of the panel; a portal far away is told of one that others can open.
    """
    found = []
    if beside is not None:
        inbox = beside.portal.inbox
        where = told_place(_place(folder, asked))
        found.append(_reporter(twin, folder / OUTBOX, asked, lambda: inbox, where, "portal", panel))
    elif asked.history is not None:
        found.append(_recorder(twin, folder, asked, asked.history))
    if asked.url is not None:
        found.append(_courier(twin, folder, asked, asked.url, panel))
    elif asked.authority is not None:
        raise InputError("--report-ca: there is no --report URL")
    return found


def _place(folder: Path, asked: Reports) -> str:
    return asked.history or str(folder / HISTORY)


def _recorder(twin: "Twin", folder: Path, asked: Reports, place: str) -> "Reporter":
    """Return what records samples into a history."""
    from twinverter.monitor.opened import open_history
    from twinverter.monitor.reporter import Archive

    plan = _plan(asked)

    def reach() -> Archive:
        return Archive(open_history(place, plan))

    return _reporter(twin, folder / OUTBOX, asked, reach, told_place(place), "history")


def _courier(twin: "Twin", folder: Path, asked: Reports, url: str, panel: str) -> "Reporter":
    """Return what reports to a portal far away."""
    import logging

    from twinverter.monitor.courier import Courier, reachable
    from twinverter.monitor.history import HistoryError

    if not asked.token:
        raise InputError(f"--report {url}: needs the device's token (--token WORD, or {TOKEN})")
    try:
        courier = Courier(url, asked.token, asked.authority)
    except HistoryError as error:
        raise InputError(f"--report {error}") from None
    if courier.is_open:
        logging.getLogger("twinverter.monitor").warning(
            "--report %s: the token goes over the wire as it is; https hides it", courier.url
        )
    opened = reachable(panel)
    return _reporter(twin, folder / REPORTS, asked, lambda: courier, courier.url, "report", opened)


def _reporter(
    twin: "Twin",
    outbox: Path,
    asked: Reports,
    reach: "Callable[[], Receiver]",
    where: str,
    name: str,
    panel: str = "",
) -> "Reporter":
    from twinverter.monitor.delivery import check_device
    from twinverter.monitor.history import HistoryError
    from twinverter.monitor.outbox import Outbox
    from twinverter.monitor.reporter import Reporter
    from twinverter.monitor.teller import Teller

    device = asked.device or twin.house.name
    is_told = name != "history"
    try:
        if is_told:
            check_device(device)
        kept = Outbox(outbox, device)
    except HistoryError as error:
        raise InputError(f"--device: {error}") from None
    # Each thread reads registers of its own.
    teller = Teller(twin, figures_of(twin), diagnosis_of(twin), panel) if is_told else None
    return Reporter(
        twin, kept, _plan(asked), figures_of(twin), reach, where, teller=teller, name=name
    )


def figures_of(twin: "Twin") -> "Figures":
    """Return what reads all figures of a twin at this moment."""
    from twinverter.monitor.columns import KEYS
    from twinverter.ports.image import Image

    image = Image(twin)
    return lambda: {key: float(image.value(key)) for key in KEYS}


def diagnosis_of(twin: "Twin") -> Callable[[int], Mapping[str, Any] | None]:
    """Return what tells the diagnosis of an alarm of a twin's journal, None for one without any."""
    from twinverter.panel.diagnosis import Case, case_lines

    def told(seq: int) -> Mapping[str, Any] | None:
        found = twin.store.alarm(seq)
        if found is None or found[2] is None:
            return None
        return case_lines(Case(*found), twin.store.first_on_grid(), twin.clock_s)

    return told


def _plan(asked: Reports) -> Any:
    from twinverter.monitor.levels import Plan

    try:
        return Plan(asked.tick_s)
    except ValueError as error:
        raise InputError(f"--{error}") from None
