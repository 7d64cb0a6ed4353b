"""`twinverter live`: the device alive, with its panel in the browser."""

import asyncio
import contextlib
import errno
import hashlib
import ipaddress
import logging
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from twinverter.cli import wires
from twinverter.cli.frame import FINE, InputError, app, start_moment
from twinverter.cli.history import reporter

if TYPE_CHECKING:
    from twinverter.live.twin import Twin
    from twinverter.ports.wiring import Ports
    from twinverter.scenario.house import House

HOST, PORT = "127.0.0.1", 8080
PASSWORD = "TWINVERTER_PASSWORD"
# What the system says of an address that is not this machine's, and of a name that is none.
NO_ADDRESS = (errno.EADDRNOTAVAIL, socket.EAI_NONAME, socket.EAI_AGAIN)
# So long open requests may take to end when the server is told to stop.
GRACE_S = 2
STARTING_S = 0.02
# So many settings are named at the start.
MOST_NAMED = 4


@app.command(epilog="Example: [bold]twinverter live house.toml --speed 60 --data memory[/]")
def live(
    house: Annotated[
        Path | None,
        typer.Argument(help="House file (TOML); the built-in Lagos home without one."),
    ] = None,
    speed: Annotated[
        float, typer.Option(help="Seconds of the device in a second on the wall.", metavar="N")
    ] = 1.0,
    start: Annotated[
        str | None,
        typer.Option(help="Date and time at which a new device begins (else now).", metavar="D"),
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine with a password only.")
    ] = HOST,
    port: Annotated[
        int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = PORT,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of the device's memory (else one per house).", metavar="DIR"),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the panel in the browser.")
    ] = True,
    password: Annotated[
        str | None, typer.Option(help="What the panel asks for.", envvar=PASSWORD, metavar="WORD")
    ] = None,
    modbus: wires.Modbus = None,
    rtu: wires.Rtu = None,
    solarman: wires.Solarman = None,
    solarman_push: wires.SolarmanPush = None,
    can: wires.Can = None,
    bms: wires.Bms = None,
    meter: wires.Meter = None,
    meter_server: wires.MeterServer = None,
    mqtt: wires.Mqtt = None,
    sunspec: wires.SunSpec = None,
    history: Annotated[
        str | None,
        typer.Option(help="Record into a file, or postgresql://USER@HOST/NAME.", metavar="PLACE"),
    ] = None,
    tick: Annotated[
        float, typer.Option(help="Seconds from one recorded sample to the next, 1 to 300.")
    ] = 60.0,
) -> int:
    """Start the device, its panel and its wires; it goes on where it was. Ctrl-C ends it.

    Wires listen where the panel does, and ask for no password: their protocols know none.
    """
    asked = wires.Wires(
        modbus, rtu, solarman, solarman_push, can, bms, meter, meter_server, mqtt, sunspec
    )
    begin = start_moment(start)
    if not is_own(host) and not password:
        raise InputError(
            f"--host {host}: others could reach the panel, so it needs a password"
            f" (--password WORD, or {PASSWORD})"
        )
    from twinverter.live.clock import Clock
    from twinverter.live.store import Store, StoreError
    from twinverter.live.twin import Twin
    from twinverter.ports.port import PortError
    from twinverter.ports.wiring import Ports
    from twinverter.scenario.house import load_house

    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("twinverter").setLevel(logging.INFO)
    try:
        clock = Clock(speed)
    except ValueError as error:
        raise InputError(f"--{error}") from None
    try:
        where = load_house(house)
        # What its files do not cover is said before a memory is made.
        where.world.check(where.steps())
        folder = data or memory_folder(where.name, house)
        with (
            contextlib.closing(Store.open(folder)) as store,
            listening(host, port) as listener,
        ):
            begin = begin or now_at(where.timezone)
            twin = Twin(where, store, clock, begin=begin)
            print(greeting(twin, where, folder), file=sys.stderr)
            with contextlib.closing(twin):
                found = wires.ports(twin, host, asked)
                if history is not None:
                    found.append(reporter(twin, folder, history, tick))
                ports = Ports(twin, found)
                asyncio.run(_serve(twin, listener, password, browser, ports))
    except (ValueError, StoreError, PortError) as error:
        raise InputError(str(error)) from None
    return FINE


def is_own(host: str) -> bool:
    """Return whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def now_at(timezone: str) -> datetime:
    """Return the wall clock of a time zone now, to the second."""
    return datetime.now(ZoneInfo(timezone)).replace(microsecond=0, tzinfo=None)


def greeting(twin: "Twin", house: "House", folder: Path) -> str:
    """Return what is said at the start: whose device it is, and what it remembers otherwise.

    What is set on a device stands, whatever is written into its house file later.
    """
    begins = "goes on where it was" if twin.remembers else "starts"
    text = f"{house.name} {begins}. Its memory: {folder}"
    other = [key for key, value in house.typed.items() if twin.values[key] != value]
    if other:
        more = ", …" if len(other) > MOST_NAMED else ""
        text += (
            f"\nThe device remembers other settings than the house file has; its own stand:"
            f" {', '.join(other[:MOST_NAMED])}{more} (--data DIR with a new folder starts afresh)"
        )
    return text


def memory_folder(name: str, file: Path | None = None) -> Path:
    """Return where the device of a house keeps its memory: one folder per house file."""
    from platformdirs import user_data_path

    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "house"
    if file is not None:
        slug += "-" + hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:6]
    return user_data_path("twinverter") / slug


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Yield a socket that listens; InputError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise InputError(_unheard(host, port, error)) from None
    # Replies are small and written in two pieces: the second must not wait for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with listener:
        yield listener


def _unheard(host: str, port: int, error: OSError) -> str:
    """Return why nobody can be heard there, naming the option that is to blame."""
    if error.errno == errno.EADDRINUSE:
        return f"--port {port}: is in use; --port N takes another"
    if error.errno in NO_ADDRESS:
        return f"--host {host}: is no address of this machine"
    # Python adds where it was bound, which the option says already.
    reason, *_ = (error.strerror or str(error)).partition(" (while")
    return f"--port {port}: cannot be had ({reason})"


async def _serve(
    twin: "Twin", listener: socket.socket, password: str | None, browser: bool, ports: "Ports"
) -> None:
    """Let the twin live, panel and wires serve, until a signal, or the end of one, ends all."""
    from uvicorn import Config, Server

    from twinverter.live.runner import Runner
    from twinverter.panel.app import create_app

    class PlainServer(Server):
        """A server that leaves the signals to this command."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Take no signal."""
            yield

    runner = Runner(twin)
    panel = create_app(runner, password)
    server = PlainServer(
        Config(panel, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_S)
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, runner.stop)
    await ports.start()
    living = asyncio.create_task(runner.run())
    serving = asyncio.create_task(server.serve([listener]))
    while not (server.started or serving.done() or living.done()):
        await asyncio.sleep(STARTING_S)
    if server.started:
        _show(listener, browser)
    await asyncio.wait((living, serving), return_when=asyncio.FIRST_COMPLETED)
    runner.stop()
    server.should_exit = True
    await ports.stop()
    await asyncio.wait((living, serving))
    for task in (living, serving):
        task.result()


def _show(listener: socket.socket, browser: bool) -> None:
    """Say where the panel is, and open it where there is a screen."""
    host, port = listener.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print(f"Panel: {address}", flush=True)
    has_screen = sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if browser and has_screen:
        import webbrowser

        asyncio.get_running_loop().run_in_executor(None, webbrowser.open, address)
