"""`twinverter live` of a house with one device: its memory, its panel, its wires, its reports."""

import asyncio
import contextlib
import functools
import signal
import socket
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from twinverter.cli import report, wires
from twinverter.cli.check import house_check
from twinverter.cli.frame import FINE
from twinverter.cli.group import Door
from twinverter.cli.portal import portal_server

if TYPE_CHECKING:
    from fastapi import FastAPI

    from twinverter.live.clock import Clock
    from twinverter.live.runner import Runner
    from twinverter.live.twin import Twin
    from twinverter.ports.wiring import Ports
    from twinverter.scenario.house import House

STARTING_S = 0.02
# So many settings are named at the start.
MOST_NAMED = 4


def live_single(
    house: "House",
    file: Path | None,
    folder: Path,
    clock: "Clock",
    begin: datetime,
    door: Door,
    asked: wires.Wires,
    reports: report.Reports,
) -> int:
    """Let the device of a house live in this process until a signal; return the exit status.

    InputError, StoreError or PortError, one line each, where something cannot be had.
    """
    from twinverter.cli.server import address_of, listening
    from twinverter.live.store import Store
    from twinverter.live.twin import Twin
    from twinverter.panel.app import create_app
    from twinverter.planner.suggestion import Suggestion
    from twinverter.ports.wiring import Ports

    with (
        contextlib.closing(Store.open(folder)) as store,
        listening(door.host, door.port) as listener,
        report.portal_beside(folder, reports) as beside,
        contextlib.closing(Suggestion(file)) as suggestion,
        contextlib.closing(Twin(house, store, clock, begin=begin)) as twin,
    ):
        print(greeting(twin, house, folder), file=sys.stderr)
        found = wires.ports(twin, door.host, asked)
        found += report.reporters(twin, folder, reports, beside, address_of(listener))
        panel = functools.partial(
            create_app,
            password=door.password,
            check=house_check(twin, house, folder),
            suggest=(suggestion, folder),
        )
        asyncio.run(_serve(twin, listener, panel, door.browser, Ports(twin, found), beside))
    return FINE


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
