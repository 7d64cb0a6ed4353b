"""`twinverter live`: the device alive, with its panel in the browser.

Here stand the options and the order of things; one device lives in `single`, several in `group`.
"""

import hashlib
import logging
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from twinverter.cli import group, report, single, wires
from twinverter.cli.frame import InputError, app, start_moment

if TYPE_CHECKING:
    from twinverter.live.clock import Clock
    from twinverter.scenario.house import House

HOST, PORT = "127.0.0.1", 8080
PASSWORD = "TWINVERTER_PASSWORD"

BUILT_IN = "House file (TOML); the built-in Lagos home without one."
PACE = "Seconds of the device in a second on the wall."
FIRST = "Date and time at which a new device begins (else now)."
OUTSIDE = "Address to listen on; beyond this machine with a password only."
FREE = "Port to listen on; 0 takes a free one."
ONE_PER_HOUSE = "Folder of the device's memory (else one per house)."
OPENS = "Open the panel in the browser."
ASKS = "What the panel asks for."

# fmt: off
HouseFile = Annotated[Path | None, typer.Argument(help=BUILT_IN)]
Speed     = Annotated[float,       typer.Option(help=PACE, metavar="N")]
Start     = Annotated[str | None,  typer.Option(help=FIRST, metavar="D")]
Host      = Annotated[str,         typer.Option(help=OUTSIDE)]
Port      = Annotated[int,         typer.Option(help=FREE, min=0, max=wires.MOST_PORT)]
Data      = Annotated[Path | None, typer.Option(help=ONE_PER_HOUSE, metavar="DIR")]
Browser   = Annotated[bool,        typer.Option("--browser/--no-browser", help=OPENS)]
Password  = Annotated[str | None,  typer.Option(help=ASKS, envvar=PASSWORD, metavar="WORD")]
# fmt: on


@app.command(epilog="Example: [bold]twinverter live house.toml --speed 60 --data memory[/]")
def live(
    house: HouseFile = None,
    speed: Speed = 1.0,
    start: Start = None,
    host: Host = HOST,
    port: Port = PORT,
    data: Data = None,
    browser: Browser = True,
    password: Password = None,
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
    parallel_bus: group.ParallelBus = None,
    unit: group.OneUnit = None,
    history: report.History = None,
    tick: report.Tick = 60.0,
    portal: report.PortalAt = None,
    report_to: report.ReportTo = None,
    token: report.Token = None,
    report_ca: report.Authority = None,
    device: report.Device = None,
) -> int:
    """Start the device, its panel and its wires; it goes on where it was. Ctrl-C ends it.

    Wires listen where the panel does, and ask for no password: their protocols know none.
    """
    asked = wires.Wires(
        modbus, rtu, solarman, solarman_push, can, bms, meter, meter_server, mqtt, sunspec
    )
    reports = report.Reports(history, tick, portal, report_to, token, report_ca, device)
    door, link = group.Door(host, port, password, browser), group.Link(parallel_bus, unit)
    begin = start_moment(start)
    _check_door(door)
    _log_to_stderr()
    from twinverter.live.store import StoreError
    from twinverter.ports.port import PortError

    clock = _clock(speed)
    try:
        where = _checked_house(house, link)
        folder = data or memory_folder(where.name, house)
        begin = begin or now_at(where.timezone)
        if where.group is None:
            return single.live_single(where, house, folder, clock, begin, door, asked, reports)
        return group.live_group(where, folder, clock, begin, door, asked, reports, link)
    except (ValueError, StoreError, PortError) as error:
        raise InputError(str(error)) from None


def _check_door(door: group.Door) -> None:
    """Raise InputError where others could reach the panel and nothing is asked of them."""
    from twinverter.cli.server import is_own

    if not is_own(door.host) and not door.password:
        raise InputError(
            f"--host {door.host}: others could reach the panel, so it needs a password"
            f" (--password WORD, or {PASSWORD})"
        )


def _log_to_stderr() -> None:
    """Let what the device logs stand on the standard error, a plain line each."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("twinverter").setLevel(logging.INFO)


def _clock(speed: float) -> "Clock":
    """Return the clock of a device at this speed; InputError where it cannot be one."""
    from twinverter.live.clock import Clock

    try:
        return Clock(speed)
    except ValueError as error:
        raise InputError(f"--{error}") from None


def _checked_house(file: Path | None, link: group.Link) -> "House":
    """Return the house, its files and its options checked before a memory is made.

    ValueError or InputError, one line each, for what does not fit.
    """
    from twinverter.scenario.house import load_house

    house = load_house(file)
    house.world.check(house.steps())
    group.check_link(house, link)
    return house


def now_at(timezone: str) -> datetime:
    """Return the wall clock of a time zone now, to the second."""
    return datetime.now(ZoneInfo(timezone)).replace(microsecond=0, tzinfo=None)


def memory_folder(name: str, file: Path | None = None) -> Path:
    """Return where the device of a house keeps its memory: one folder per house file."""
    from platformdirs import user_data_path

    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "house"
    if file is not None:
        slug += "-" + hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:6]
    return user_data_path("twinverter") / slug
