"""What a portal takes, how fast, and what it survives: a fleet over HTTP against the real program.

    python tools/portal.py fleet [--devices N] [--every S] [--minutes M]
    python tools/portal.py kills [--times N]        the portal killed at random under a fleet
    python tools/portal.py beside [--times N]       two portals over one PostgreSQL, one killed
    python tools/portal.py cuts [--minutes M]       the network cut, the database crashed
    python tools/portal.py lists [--sites N]        how long the list of sites takes
    python tools/portal.py full                     the disk full (root alone: a small tmpfs)

Devices repeat what was not acknowledged, now and then what was, and each sample's sums and lines of
the journals follow from its number: at the end every sample must be there once and every sum exact,
every alarm with its whole diagnosis and every change. PostgreSQL is started from the programs
installed here. Exit status 1 where something was lost, doubled or inexact.
"""

import argparse
import asyncio
import contextlib
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deliverer import sums_of
from history import ALL, say, server
from pg_server import Server
from portal_fleet import LIFE, Fleet, alarm, change, name_of
from portal_lists import lists
from portal_program import Line, Portal
from sqlalchemy import Table, select

from twinverter.monitor.columns import SUMS
from twinverter.monitor.opened import open_history
from twinverter.portal.register import Register
from twinverter.portal.tables import alarms, changes, devices


def wrong(fleet: Fleet, place: str) -> int:
    """Return how many devices have something lost, doubled or inexact, and say it."""
    history, register = open_history(place), Register.opened(place)
    samples = journals = 0
    for device, made in enumerate(fleet.made):
        if not made:
            continue
        (total,) = history.read(name_of(device), "total", *ALL, figures=()).to_pylist()
        expected = np.sum([sums_of(number) for number in range(made)], axis=0).tolist()
        exact = [round(total[name] * 1000.0) for name in SUMS] == expected
        samples += not (exact and total["samples"] == made)
        lines = range(1, made + 1)
        journals += not (
            kept(register, alarms, device) == [tuple(alarm(seq, True)) for seq in lines]
            and kept(register, changes, device) == [tuple(change(seq)) for seq in lines]
        )
    history.close()
    register.close()
    say("samples", str(sum(fleet.made)))
    say("lines of journals, half of the alarms with a diagnosis", str(2 * sum(fleet.made)))
    say("refused or unanswered, then repeated", str(fleet.refused))
    say("acknowledged twice or more", str(fleet.repeated))
    say("devices with a lost, doubled or inexact sample", str(samples), "0")
    say("devices with a lost, doubled or other line of a journal", str(journals), "0")
    return samples + journals


def kept(register: Register, journal: Table, device: int) -> list[tuple[Any, ...]]:
    """Return the lines of a device's journal, as it told them."""
    own = select(devices.c.id).where(devices.c.name == name_of(device)).scalar_subquery()
    lines = [column for column in journal.c if column.name not in ("device_id", "life")]
    query = select(*lines).where(journal.c.device_id == own, journal.c.life == LIFE)
    with register.reading() as link:
        return [tuple(row) for row in link.execute(query.order_by(journal.c.seq))]


@contextmanager
def on_postgres() -> Iterator[tuple[Server, Path]]:
    """Yield a server and a folder; SystemExit without PostgreSQL's programs."""
    with tempfile.TemporaryDirectory(prefix="twinverter-portal-") as folder, server() as running:
        if running is None:
            raise SystemExit(2)
        yield running, Path(folder)


def fleet(devices: int, every_s: float, minutes: float) -> int:
    """Let a fleet report to a portal on PostgreSQL, paced, and then as fast as it takes."""
    with on_postgres() as (running, folder):
        portal = Portal(running.fresh(), folder)
        portal.start()
        paced = Fleet(portal, devices, every_s)
        asyncio.run(_run(paced, minutes * 60.0))
        latencies_ms = np.array(paced.latencies_s) * 1000.0
        print(f"{devices} devices every {every_s:g} s for {minutes:g} min over HTTP")
        for name, share in (("median", 50), ("p99", 99), ("worst", 100)):
            say(f"from due to acknowledged, {name}", f"{np.percentile(latencies_ms, share):.0f} ms")
        busy_s = portal.stop()
        say("portal's processor time a delivery", f"{busy_s / len(latencies_ms) * 1000.0:.2f} ms")
        bad = wrong(paced, portal.place)
        bad += _ceiling(running, folder)
    return int(bad > 0)


def _ceiling(running: Server, folder: Path, run_s: float = 30.0) -> int:
    """Measure how many deliveries a second are taken of devices that never wait."""
    portal = Portal(running.fresh(), folder)
    portal.start()
    hurried = Fleet(portal, 200, 0.0)
    asyncio.run(_run(hurried, run_s))
    portal.stop()
    print(f"200 devices as fast as they are taken, {run_s:g} s (the fleet runs beside the portal)")
    say("deliveries acknowledged a second", f"{sum(hurried.made) / run_s:.0f}")
    return wrong(hurried, portal.place)


async def _run(fleet: Fleet, run_s: float) -> None:
    async with fleet.running():
        await asyncio.sleep(run_s)


def kills(times: int) -> int:
    """Kill the portal at random moments, over the file and over PostgreSQL."""
    bad = 0
    with on_postgres() as (running, folder):
        for name, place, count in (
            ("file", str(folder / "history.duckdb"), times // 2),
            ("PostgreSQL", running.fresh(), times - times // 2),
        ):
            portal = Portal(place, folder)
            under = Fleet(portal, 20, 0.1)
            asyncio.run(_killing([portal], under, count))
            print(f"portal over {name} killed {count} times")
            bad += wrong(under, place)
    return int(bad > 0)


def beside(times: int) -> int:
    """Let two portals take deliveries over one PostgreSQL, and kill one or the other at random."""
    with on_postgres() as (running, folder):
        first = Portal(running.fresh(), folder)
        both = [first, first.beside()]
        under = Fleet(first, 20, 0.1, [one.port for one in both])
        asyncio.run(_killing(both, under, times))
        print(f"two portals over one PostgreSQL, one of them killed {times} times")
        bad = wrong(under, first.place)
    return int(bad > 0)


async def _killing(portals: Sequence[Portal], under: Fleet, times: int) -> None:
    dice = random.Random(3)
    for portal in portals:
        await asyncio.to_thread(portal.start)
    async with under.running():
        for _ in range(times):
            # One that is killed before it took anything shows little.
            await under.takes()
            await asyncio.sleep(dice.uniform(0.0, 0.8))
            portal = dice.choice(portals)
            portal.kill()
            await asyncio.to_thread(portal.start)
    for portal in portals:
        portal.stop()


def cuts(minutes: float) -> int:
    """Cut the network for minutes and many times shortly, and crash the database."""
    with on_postgres() as (running, folder):
        portal = Portal(running.fresh(), folder)
        portal.start()
        under = asyncio.run(_cutting(portal, running, minutes))
        portal.stop()
        print(
            f"network cut once for {minutes:g} min and 20 times shortly, database crashed 5 times"
        )
        bad = wrong(under, portal.place)
    return int(bad > 0)


async def _cutting(portal: Portal, running: Server, minutes: float) -> Fleet:
    line, dice = Line(portal.port), random.Random(5)
    await line.start()
    under = Fleet(portal, 50, 0.5, [line.port])
    async with under.running():
        for pause_s in [minutes * 60.0, *(dice.uniform(0.05, 3.0) for _ in range(20))]:
            await asyncio.sleep(dice.uniform(0.2, 1.5))
            line.cut()
            await asyncio.sleep(pause_s)
            line.mend()
        for _ in range(5):
            await asyncio.sleep(dice.uniform(0.5, 1.5))
            await asyncio.to_thread(running.stop)
            await asyncio.sleep(dice.uniform(0.0, 2.0))
            await asyncio.to_thread(running.start)
        await asyncio.sleep(1.0)
    await line.stop()
    return under


def full() -> int:
    """Fill the disk under a portal over a file, and free it again."""
    if os.geteuid() != 0:
        raise SystemExit("a small file system can be mounted by root alone")
    with tempfile.TemporaryDirectory(prefix="twinverter-full-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", folder], check=True)
        try:
            portal = Portal(str(Path(folder) / "history.duckdb"), Path(tempfile.gettempdir()))
            portal.start()
            under = asyncio.run(_filling(portal, Path(folder) / "ballast"))
            portal.stop()
            print("disk full three times under a portal over a file")
            bad = wrong(under, portal.place)
        finally:
            subprocess.run(["umount", folder], check=True)
    return int(bad > 0 or under.refused == 0)


async def _filling(portal: Portal, ballast: Path) -> Fleet:
    under = Fleet(portal, 20, 0.2)
    async with under.running():
        for _ in range(3):
            await asyncio.sleep(3.0)
            with contextlib.suppress(OSError), ballast.open("wb") as file:
                while True:
                    file.write(b"\0" * 65536)
                    file.flush()
            await asyncio.sleep(8.0)
            ballast.unlink()
    return under


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = parser.add_subparsers(dest="what", required=True)
    many = parts.add_parser("fleet")
    many.add_argument("--devices", type=int, default=1000)
    many.add_argument("--every", type=float, default=10.0)
    many.add_argument("--minutes", type=float, default=10.0)
    parts.add_parser("kills").add_argument("--times", type=int, default=200)
    parts.add_parser("beside").add_argument("--times", type=int, default=50)
    parts.add_parser("cuts").add_argument("--minutes", type=float, default=2.0)
    parts.add_parser("lists").add_argument("--sites", type=int, default=1000)
    parts.add_parser("full")
    asked = parser.parse_args()
    if asked.what == "fleet":
        status = fleet(asked.devices, asked.every, asked.minutes)
    elif asked.what == "kills":
        status = kills(asked.times)
    elif asked.what == "beside":
        status = beside(asked.times)
    elif asked.what == "lists":
        with on_postgres() as (running, folder):
            status = lists(asked.sites, [str(folder / "lists.duckdb"), running.fresh()])
    elif asked.what == "cuts":
        status = cuts(asked.minutes)
    else:
        status = full()
    print("load average", *(f"{load:.1f}" for load in os.getloadavg()))
    return status


if __name__ == "__main__":
    sys.exit(main())
