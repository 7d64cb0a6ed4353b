"""`twinverter live`: the device alive, with its panel in the browser."""

import asyncio
import contextlib
import functools
import hashlib
import logging
import re
import signal
import socket
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from twinverter.cli import group, report, wires
from twinverter.cli.check import house_check
from twinverter.cli.frame import FINE, InputError, app, start_moment
from twinverter.cli.portal import portal_server

if TYPE_CHECKING:
    from fastapi import FastAPI

    from twinverter.live.runner import Runner
    from twinverter.live.twin import Twin
    from twinverter.ports.wiring import Ports
    from twinverter.scenario.house import House

HOST, PORT = "127.0.0.1", 8080
PASSWORD = "TWINVERTER_PASSWORD"
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
    begin = start_moment(start)
    from twinverter.cli.server import address_of, is_own, listening

    if not is_own(host) and not password:
        raise InputError(
            f"--host {host}: others could reach the panel, so it needs a password"
            f" (--password WORD, or {PASSWORD})"
        )
    from twinverter.live.clock import Clock
    from twinverter.live.store import Store, StoreError
    from twinverter.live.twin import Twin
    from twinverter.panel.app import create_app
    from twinverter.planner.suggestion import Suggestion
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
        link = group.Link(parallel_bus, unit)
        group.check_link(where, link)
        if where.group is not None:
            door = group.Door(host, port, password, browser)
            at = begin or now_at(where.timezone)
            return group.live_group(where, folder, clock, at, door, asked, reports, link)
        with (
            contextlib.closing(Store.open(folder)) as store,
            listening(host, port) as listener,
            report.portal_beside(folder, reports) as beside,
            contextlib.closing(Suggestion(house)) as suggestion,
        ):
            begin = begin or now_at(where.timezone)
            twin = Twin(where, store, clock, begin=begin)
            print(greeting(twin, where, folder), file=sys.stderr)
            with contextlib.closing(twin):
                found = wires.ports(twin, host, asked)
                found += report.reporters(twin, folder, reports, beside, address_of(listener))
                panel = functools.partial(
                    create_app,
                    password=password,
                    check=house_check(twin, where, folder),
                    suggest=(suggestion, folder),
                )
                asyncio.run(_serve(twin, listener, panel, browser, Ports(twin, found), beside))
    except (ValueError, StoreError, PortError) as error:
        raise InputError(str(error)) from None
    return FINE


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


async def _serve(
    twin: "Twin",
    listener: socket.socket,
    panel: "Callable[[Runner], FastAPI]",
    browser: bool,
    ports: "Ports",
    beside: "report.Beside | None",
) -> None:
    """Let the twin live, panel, portal and wires serve, until a signal, or the end of one."""
    from twinverter.cli.server import server_of
    from twinverter.live.runner import Runner

    runner = Runner(twin)
    servers = [(server_of(panel(runner)), listener)]
    if beside is not None:
        servers.append((portal_server(beside.portal), beside.listener))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, runner.stop)
    await ports.start()
    living = asyncio.create_task(runner.run())
    tasks = [living, *(asyncio.create_task(one.serve([heard])) for one, heard in servers)]
    while not all(one.started for one, _ in servers) and not any(task.done() for task in tasks):
        await asyncio.sleep(STARTING_S)
    if servers[0][0].started:
        _show(listener, browser, beside)
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    runner.stop()
    for server, _ in servers:
        server.should_exit = True
    await ports.stop()
    await asyncio.wait(tasks)
    for task in tasks:
        task.result()


def _show(listener: socket.socket, browser: bool, beside: "report.Beside | None") -> None:
    """Say where panel and portal are, and open the panel where there is a screen."""
    from twinverter.cli.server import address_of, has_screen

    print(f"Panel: {address_of(listener)}", flush=True)
    if beside is not None:
        print(f"Portal: {address_of(beside.listener)}", flush=True)
    if browser and has_screen():
        import webbrowser

        loop = asyncio.get_running_loop()
        loop.run_in_executor(None, webbrowser.open, address_of(listener))
