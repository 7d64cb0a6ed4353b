"""`twinverter live` of a house with several units: their panels, the page of all, their wires.

The page of the system is on the port asked for, the panel of unit n on the n-th port after it, or
on a free one where any was asked for.
"""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from twinverter.cli.check import house_check
from twinverter.cli.frame import FINE, InputError
from twinverter.cli.report import Reports, reporters
from twinverter.cli.wires import PANEL, Wires

if TYPE_CHECKING:
    from fastapi import FastAPI

    from twinverter.live.clock import Clock
    from twinverter.live.group import System
    from twinverter.live.group_runner import GroupRunner
    from twinverter.ports.port import Port
    from twinverter.scenario.house import House

MOST_PORT = 65535
STARTING_S = 0.02
# Wires of a battery, which one device has.
BATTERY_WIRES = ("can", "bms")


# fmt: off
ParallelBus = Annotated[str | None, typer.Option(
    help="Bus to units in other processes: udp (a second system: 239.1.2.3), or socketcan:can0.",
    metavar="BUS", rich_help_panel=PANEL,
)]
OneUnit = Annotated[int | None, typer.Option(
    "--unit", help="The unit that lives in this process, by its Modbus SN; --parallel-bus with it.",
    metavar="N", rich_help_panel=PANEL,
)]
# fmt: on


class Link(NamedTuple):
    """The bus to units in other processes, and the one unit that lives in this one."""

    bus: str | None = None
    unit: int | None = None


class Door(NamedTuple):
    """Where the pages listen, what they ask for, and whether they are opened in a browser."""

    host: str
    port: int
    password: str | None
    browser: bool


def check_link(house: "House", link: Link) -> None:
    """Raise InputError where the options of the parallel bus do not fit each other or the house."""
    if link == Link():
        return
    if house.group is None:
        option = "--parallel-bus" if link.bus else "--unit"
        raise InputError(f"{option}: {house.file} has one device; [parallel] makes it several")
    if link.bus is None:
        raise InputError(f"--unit {link.unit}: needs --parallel-bus, on which it hears the others")
    if link.unit is None:
        addresses = ", ".join(str(one.address) for one in house.group.units)
        raise InputError(f"--parallel-bus: needs --unit N, one of {addresses}")


def live_group(
    house: "House",
    folder: Path,
    clock: "Clock",
    begin: datetime,
    door: Door,
    asked: Wires,
    reports: Reports,
    link: Link,
) -> int:
    """Let the units of a house live in this process until a signal; return the exit status.

    InputError, StoreError or PortError, one line each, where something cannot be had.
    """
    from twinverter.cli.server import address_of
    from twinverter.live.group_open import opened, unit_folder

    _check_single(asked, reports, link)
    with contextlib.ExitStack() as stack:
        stores, system = opened(house, folder, clock, begin, only=link.unit)
        for store in stores:
            stack.callback(store.close)
        stack.callback(system.close)
        listeners = [stack.enter_context(one) for one in _listeners(door, len(system.units))]
        print(greeting(system, folder), file=sys.stderr)
        ports = _ports(system, door.host, asked, house.form.site.link.logger_serial)
        if link.bus is not None:
            panel, place = address_of(listeners[1]), unit_folder(folder, system.units[0].address)
            ports.append(_bus(house, system, link.bus))
            ports += reporters(system.units[0], place, reports, None, panel)
        asyncio.run(_serve(system, listeners, door, ports, folder))
    return FINE


def _check_single(asked: Wires, reports: Reports, link: Link) -> None:
    """Raise InputError for what is of one device, where several live in this process."""
    if reports.portal is not None:
        raise InputError("--portal: shows a single device; let each unit --report to a portal")
    if link.bus is not None:
        return
    alone = {f"--{wire}": getattr(asked, wire) for wire in BATTERY_WIRES}
    alone |= {"--history": reports.history, "--report": reports.url}
    for option, value in alone.items():
        if value is not None:
            raise InputError(
                f"{option}: is of one device; give each unit a process of its own"
                " (--parallel-bus BUS --unit N)"
            )


def greeting(system: "System", folder: Path) -> str:
    """Return what is said at the start: which units there are and where their memories lie."""
    units = system.units
    goes_on = all(unit.remembers for unit in units)
    begins = "go on where they were" if goes_on else "start"
    addresses = ", ".join(f"{unit.address}{' (master)' * unit.is_master}" for unit in units)
    return (
        f"{system.name}: {len(units)} units {begins}, Modbus SN {addresses}."
        f" Their memories: {folder}"
    )


def _listeners(
    door: Door, units: int
) -> Sequence[contextlib.AbstractContextManager[socket.socket]]:
    """Return a listener for the system's page and one for each unit's panel, in order."""
    from twinverter.cli.server import listening

    if door.port and door.port + units > MOST_PORT:
        allowed = f"0 to {MOST_PORT - units}"
        raise InputError(f"--port {door.port}: the panels of {units} units follow it ({allowed})")
    numbers = range(door.port, door.port + units + 1) if door.port else [0] * (units + 1)
    return [listening(door.host, number) for number in numbers]


def _ports(system: "System", host: str, asked: Wires, serial: int) -> "list[Port]":
    """Return the wires asked for: where addresses are known for all units, else the master's."""
    from twinverter.cli import wires
    from twinverter.ports.image import Image
    from twinverter.ports.parallel_logger import ParallelLoggers
    from twinverter.ports.parallel_modbus import ParallelRtu, ParallelTcp

    master = system.master
    units = sorted(system.units, key=lambda unit: unit is not master)
    images = [Image(unit) for unit in units]
    found: list[Port] = []
    if asked.modbus is not None:
        found.append(ParallelTcp(images, host, asked.modbus))
    if asked.rtu is not None:
        found.append(ParallelRtu(images, asked.rtu))
    if asked.solarman is not None:
        found.append(ParallelLoggers(images, host, asked.solarman, serial))
    rest = asked._replace(modbus=None, rtu=None, solarman=None)
    return found + wires.ports(master, host, rest)


def _bus(house: "House", system: "System", channel: str) -> "Port":
    """Return the bus to the other units of a house."""
    from twinverter.live.group_open import badges
    from twinverter.ports.parallel_bus import ParallelBus as Bus

    return Bus(system, badges(house, system.units[0].address), channel)


async def _serve(
    system: "System",
    listeners: Sequence[socket.socket],
    door: Door,
    ports: "list[Port]",
    folder: Path,
) -> None:
    """Let the units live, pages and wires serve, until a signal, or the end of one."""
    from twinverter.cli.server import server_of
    from twinverter.live.group_runner import GroupRunner
    from twinverter.ports.wiring import Ports

    runner = GroupRunner(system)
    wired = Ports(system.master, ports)
    apps = _apps(runner, listeners, door.password, folder)
    servers = [(server_of(app), heard) for app, heard in zip(apps, listeners, strict=True)]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, runner.stop)
    await wired.start()
    living = asyncio.create_task(runner.run())
    tasks = [living, *(asyncio.create_task(one.serve([heard])) for one, heard in servers)]
    while not all(one.started for one, _ in servers) and not any(task.done() for task in tasks):
        await asyncio.sleep(STARTING_S)
    _show(system, listeners, door)
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    runner.stop()
    for server, _ in servers:
        server.should_exit = True
    await wired.stop()
    await asyncio.wait(tasks)
    for task in tasks:
        task.result()


def _apps(
    runner: "GroupRunner", listeners: Sequence[socket.socket], password: str | None, folder: Path
) -> "list[FastAPI]":
    """Return the page of the system, and the panel of each unit."""
    from twinverter.live.group_open import unit_folder
    from twinverter.panel.app import create_app
    from twinverter.panel.group import create_group_app

    units = runner.system.units
    panels = {
        unit.address: heard.getsockname()[1]
        for unit, heard in zip(units, listeners[1:], strict=True)
    }
    apps = [create_group_app(runner, panels, password)]
    for unit, one in zip(units, runner.units, strict=True):
        check = house_check(unit, unit.house, unit_folder(folder, unit.address))
        apps.append(create_app(one, password=password, check=check))
    return apps


def _show(system: "System", listeners: Sequence[socket.socket], door: Door) -> None:
    """Say where the pages are, and open the system's where there is a screen."""
    from twinverter.cli.server import address_of, has_screen

    where = [address_of(heard) for heard in listeners]
    print(f"Panel: {where[0]}", flush=True)
    for unit, address in zip(system.units, where[1:], strict=True):
        print(f"Unit {unit.address}: {address}", flush=True)
    if door.browser and has_screen():
        import webbrowser

        asyncio.get_running_loop().run_in_executor(None, webbrowser.open, where[0])
