"""`twinverter portal`: the monitoring portal of many houses, or of this one."""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twinverter.cli.frame import FINE, InputError, app
from twinverter.cli.history import DATABASE, Database, refused, told_place

if TYPE_CHECKING:
    from twinverter.cli.server import PlainServer
    from twinverter.gateway.ways import Ways
    from twinverter.portal.asked import Portal
    from twinverter.portal.posting import Mailer

log = logging.getLogger("twinverter.portal")

HOST, PORT = "127.0.0.1", 8090
MAIL = "TWINVERTER_MAIL"
# Longer than a courier keeps its connection, so that none is closed under its hands.
KEPT_S = 75
POST_S, STARTING_S = 3600.0, 0.02
OPEN = (
    "passwords and tokens go over the wire as they are; --tls-cert and --tls-key hide them,"
    " or a proxy in front (--behind-proxy)"
)
NOBODY = (
    "nobody could log in yet; twinverter accounts add NAME --operator adds somebody,"
    " --single serves this machine alone without a login"
)

PLAIN = (
    "Passwords and tokens go over the network as they are typed: give --tls-cert and --tls-key,"
    " or stand behind a proxy (--behind-proxy)."
)
log = logging.getLogger("twinverter.portal")


@app.command(epilog="Example: [bold]twinverter portal --db postgresql://me@db/solar[/]")
def portal(
    database: Database = DATABASE,
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine where people log in.")
    ] = HOST,
    port: Annotated[
        int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = PORT,
    single: Annotated[
        bool, typer.Option("--single", help="One house, no login: for this machine alone.")
    ] = False,
    tls_cert: Annotated[
        Path | None, typer.Option(help="Certificate chain (PEM), for https.", metavar="FILE")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(help="Its private key (PEM).", metavar="FILE")
    ] = None,
    behind_proxy: Annotated[
        bool,
        typer.Option("--behind-proxy", help="A proxy in front says who asks, and ends TLS."),
    ] = False,
    solarman: Annotated[
        int | None,
        typer.Option(help="Port for data loggers of the family.", metavar="PORT", min=0, max=65535),
    ] = None,
    mqtt: Annotated[
        str | None,
        typer.Option(help="Broker whose state messages to take: mqtt://HOST/BASE.", metavar="URL"),
    ] = None,
    mail: Annotated[
        str | None,
        typer.Option(
            help="Server for reports: smtp://USER:WORD@HOST:587, smtps://.",
            envvar=MAIL,
            metavar="URL",
        ),
    ] = None,
    mail_from: Annotated[
        str | None, typer.Option(help="Sender of the reports.", metavar="ADDRESS")
    ] = None,
) -> int:
    """Serve the portal over a history: what houses report, for those who may see it."""
    from twinverter.cli.server import is_own, listening
    from twinverter.gateway.ways import Ways
    from twinverter.monitor.history import HistoryError
    from twinverter.portal.asked import Portal

    if single and not is_own(host):
        raise InputError(f"--host {host}: --single asks for no login and serves this machine alone")
    options = _tls(tls_cert, tls_key)
    sender = _mailer(mail, mail_from)
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("twinverter").setLevel(logging.INFO)
    if not (is_own(host) or options or behind_proxy):
        log.warning("--host %s: %s", host, OPEN)
    with refused(HistoryError), Portal.opened(database, single) as served:
        if not single and not has_people(served):
            raise InputError(f"--db {told_place(database)}: {NOBODY}")
        if not (is_own(host) or options or behind_proxy):
            log.warning(PLAIN)
        with listening(host, port) as listener:
            server = portal_server(served, behind_proxy, **options)
            try:
                ways = Ways(served, waiting_place(database), host, solarman, mqtt)
            except ValueError as error:
                raise InputError(f"--mqtt: {error}") from None
            asyncio.run(_serve(served, server, listener, sender, ways, bool(options)))
    return FINE


def waiting_place(database: str) -> Path:
    """Return where readings of loggers and brokers wait: beside a file, else with the programs."""
    from twinverter.monitor.opened import POSTGRES

    if not database.startswith(POSTGRES):
        return Path(database).with_name(Path(database).name + ".waiting")
    from platformdirs import user_data_path

    return user_data_path("twinverter") / "waiting"


def portal_server(served: "Portal", is_behind_proxy: bool = False, **options: Any) -> "PlainServer":
    """Return the server of a portal."""
    from twinverter.cli.server import server_of
    from twinverter.portal.app import create_app
    from twinverter.portal.doors import Doors

    doors = Doors(served.register, is_single=served.is_single, is_behind_proxy=is_behind_proxy)
    return server_of(create_app(served, doors), timeout_keep_alive=KEPT_S, **options)


def has_people(served: "Portal") -> bool:
    """Return whether anybody could log in."""
    from twinverter.portal import accounts

    with served.register.reading() as link:
        return bool(accounts.everybody(link))


async def post_reports(served: "Portal", sender: "Mailer | None") -> None:
    """Send the month's reports when they are due, for good."""
    from twinverter.monitor.history import HistoryError
    from twinverter.portal.posting import post

    while True:
        with contextlib.suppress(HistoryError):
            await asyncio.to_thread(post, served, sender)
        await asyncio.sleep(POST_S)


async def _serve(
    served: "Portal",
    server: "PlainServer",
    listener: socket.socket,
    sender: "Mailer | None",
    ways: "Ways",
    is_sealed: bool,
) -> None:
    """Serve until a signal."""
    from twinverter.cli.server import address_of

    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        await ways.start()
    except OSError as error:
        raise InputError(f"--solarman: cannot be had ({error.strerror or error})") from None
    posting = asyncio.create_task(post_reports(served, sender))
    serving = asyncio.create_task(server.serve([listener]))
    while not (server.started or serving.done()):
        await asyncio.sleep(STARTING_S)
    if server.started:
        print(f"Portal: {address_of(listener, 'https' if is_sealed else 'http')}", flush=True)
    await serving
    await ways.stop()
    posting.cancel()


def _tls(cert: Path | None, key: Path | None) -> dict[str, Any]:
    """Return the server's options for https; InputError for files that do not serve."""
    import ssl

    if cert is None and key is None:
        return {}
    if cert is None or key is None:
        raise InputError("--tls-cert and --tls-key: https needs both")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except OSError as error:
        raise InputError(f"--tls-cert {cert}: cannot be used with its key ({error})") from None
    return {"ssl_certfile": str(cert), "ssl_keyfile": str(key)}


def _mailer(url: str | None, sender: str | None) -> "Mailer | None":
    from twinverter.portal.posting import MailError, mailer

    if url is None and sender is None:
        return None
    if url is None or sender is None:
        raise InputError("--mail and --mail-from: reports need both")
    try:
        return mailer(url, sender)
    except MailError as error:
        raise InputError(f"--mail: {error}") from None
