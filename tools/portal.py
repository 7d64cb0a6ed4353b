"""What a portal takes, how fast, and what it survives: a fleet over HTTP against the real program.

    python tools/portal.py fleet [--devices N] [--every S] [--minutes M]
    python tools/portal.py kills [--times N]        the portal killed at random under a fleet
    python tools/portal.py cuts [--minutes M]       the network cut, the database crashed
    python tools/portal.py full                     the disk full (root alone: a small tmpfs)

Devices repeat what was not acknowledged, now and then what was, and each sample's sums follow from
its number: at the end every sample must be there once and every sum exact. PostgreSQL is started
from the programs installed here. Exit status 1 where a sample was lost, doubled or inexact.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2 as httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deliverer import START_S, sums_of
from history import ALL, SENT, say, server
from pg_server import Server

from twinverter.monitor.batch import columns
from twinverter.monitor.columns import KEYS, SUMS
from twinverter.monitor.delivery import MEDIA_TYPE, Delivery, Moment, packed
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history
from twinverter.portal import accounts, tokens
from twinverter.portal.register import Register
from twinverter.portal.tables import sites

HOST = "127.0.0.1"
LIFE = "tool"
PATIENCE_S = 30.0
# A device gives a portal so long to answer, and asks again after so long.
ANSWER_S, AGAIN_S = 20.0, 0.2
# One delivery in so many comes again although it was acknowledged.
DOUBLED = 10


class Portal:
    """The program `twinverter portal` over a place, started, killed and started again."""

    def __init__(self, place: str, folder: Path, tick_s: float = 10.0) -> None:
        self.place, self._log = place, folder / "portal.log"
        self.port = free_port()
        self._program: subprocess.Popen[bytes] | None = None
        open_history(place, Plan(tick_s)).close()
        register = Register.opened(place)
        with register.begin() as link:
            site = sites.insert().values(name="fleet", made_s=0.0).returning(sites.c.id)
            site_id = int(link.execute(site).scalar_one())
            accounts.added(link, "nobody", "!", 0.0, is_operator=True)
            self.token = tokens.made(link, "device", "tool", 0.0, site_id=site_id).secret
        register.close()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        words = ["-m", "twinverter", "portal", "--db", self.place, "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._program = subprocess.Popen(
                [sys.executable, *words], stdout=log, stderr=log,
                cwd=Path(__file__).resolve().parents[1],
            )  # fmt: skip
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://{HOST}:{self.port}/api/v1/me", timeout=2.0)
                return
            if self._program.poll() is not None:
                break
            time.sleep(0.02)
        raise SystemExit(f"the portal does not start:\n{self._log.read_text()[-2000:]}")

    def kill(self) -> None:
        """Kill it where it stands."""
        if self._program is not None:
            self._program.send_signal(signal.SIGKILL)
            self._program.wait()

    def stop(self) -> float:
        """End it in good order and return the seconds of processor time it took."""
        assert self._program is not None
        self._program.send_signal(signal.SIGTERM)
        _, _, usage = os.wait4(self._program.pid, 0)
        return usage.ru_utime + usage.ru_stime


class Fleet:
    """Devices that deliver a sample at a time over HTTP until each is acknowledged."""

    def __init__(self, portal: Portal, devices: int, every_s: float, port: int = 0) -> None:
        self._url = f"http://{HOST}:{port or portal.port}/api/v1/deliver"
        self._headers = {
            "Authorization": f"Bearer {portal.token}",
            "Content-Type": MEDIA_TYPE,
        }
        self.devices, self._every_s = devices, every_s
        self.made = [0] * devices
        self.latencies_s: list[float] = []
        self.refused = self.repeated = 0
        self._dice = random.Random(7)
        self._rng = np.random.default_rng(7)
        self._ending = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let all devices live; at the end each hands over what it has."""
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
        async with httpx.AsyncClient(limits=limits, timeout=ANSWER_S) as client:
            living = [asyncio.create_task(self._live(client, n)) for n in range(self.devices)]
            try:
                yield
            finally:
                self._ending.set()
                await asyncio.gather(*living)

    async def _live(self, client: httpx.AsyncClient, device: int) -> None:
        due_s = time.monotonic() + self._dice.uniform(0.0, self._every_s)
        while not self._ending.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), max(0.0, due_s - time.monotonic()))
                return
            body = self._body(device, self.made[device])
            self.made[device] += 1
            await self._hand_over(client, body)
            self.latencies_s.append(time.monotonic() - due_s)
            due_s = max(due_s + self._every_s, time.monotonic())

    async def _hand_over(self, client: httpx.AsyncClient, body: bytes) -> None:
        """Post until it is acknowledged, and sometimes once more."""
        left = 2 if self._dice.random() * DOUBLED < 1.0 else 1
        while left:
            try:
                reply = await client.post(self._url, content=body, headers=self._headers)
            except httpx.HTTPError:
                self.refused += 1
                await asyncio.sleep(AGAIN_S)
                continue
            if reply.status_code == 200:
                self.repeated += reply.json()["repeated"]
                left -= 1
                continue
            if reply.status_code not in (429, 502, 503):
                raise SystemExit(f"the portal refuses for good: {reply.text[:300]}")
            self.refused += 1
            await asyncio.sleep(AGAIN_S)

    def _body(self, device: int, number: int) -> bytes:
        figures = np.full((1, len(KEYS)), np.nan)
        figures[:, :SENT] = self._rng.normal(1000.0, 300.0, (1, SENT))
        start_s = START_S + number * self._every_s
        name = f"device{device}"
        samples = columns(
            name, np.array([number]), np.array([start_s]), np.array([self._every_s]), figures,
            np.array([sums_of(number)]),
        )  # fmt: skip
        told = dict(zip(KEYS[:SENT], figures[0, :SENT].tolist(), strict=True))
        moment = Moment(start_s + self._every_s, told, {})
        return packed(Delivery(name, LIFE, samples, moment=moment, every_s=max(1.0, self._every_s)))


class Line:
    """A line between a fleet and a portal that can be cut: nothing passes, nobody is told."""

    def __init__(self, port: int) -> None:
        self._far, self.port = port, free_port()
        self._is_cut = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to carry."""
        self._server = await asyncio.start_server(self._visit, HOST, self.port)

    def cut(self) -> None:
        """Cut it: what is on its way is lost."""
        self._is_cut = True
        for task in self._tasks:
            task.cancel()

    def mend(self) -> None:
        """Mend it."""
        self._is_cut = False

    async def stop(self) -> None:
        """Take it away."""
        assert self._server is not None
        self._server.close()
        self.cut()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._far)
        except OSError:
            writer.transport.abort()
            return
        both = [(reader, far_writer), (far_reader, writer)]
        tasks = [asyncio.create_task(self._carry(*ways)) for ways in both]
        self._tasks.update(tasks)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        self._tasks.difference_update(tasks)
        for end in (writer, far_writer):
            end.transport.abort()

    @staticmethod
    async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()


def free_port() -> int:
    """Return a port that nobody listens on."""
    import socket

    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def wrong(fleet: Fleet, place: str) -> int:
    """Return the number of devices with a lost, doubled or inexact sample, and say it."""
    history = open_history(place)
    bad = 0
    for device, made in enumerate(fleet.made):
        if not made:
            continue
        (total,) = history.read(f"device{device}", "total", *ALL, figures=()).to_pylist()
        expected = np.sum([sums_of(number) for number in range(made)], axis=0).tolist()
        exact = [round(total[name] * 1000.0) for name in SUMS] == expected
        bad += not (exact and total["samples"] == made)
    history.close()
    say("samples", str(sum(fleet.made)))
    say("refused or unanswered, then repeated", str(fleet.refused))
    say("acknowledged twice or more", str(fleet.repeated))
    say("devices with a lost, doubled or inexact sample", str(bad), "0")
    return bad


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
            asyncio.run(_killing(portal, under, count))
            print(f"portal over {name} killed {count} times")
            bad += wrong(under, place)
    return int(bad > 0)


async def _killing(portal: Portal, under: Fleet, times: int) -> None:
    dice = random.Random(3)
    await asyncio.to_thread(portal.start)
    async with under.running():
        for _ in range(times):
            await asyncio.sleep(dice.uniform(0.05, 0.8))
            portal.kill()
            await asyncio.to_thread(portal.start)
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
    under = Fleet(portal, 50, 0.5, line.port)
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
    parts.add_parser("cuts").add_argument("--minutes", type=float, default=2.0)
    parts.add_parser("full")
    asked = parser.parse_args()
    if asked.what == "fleet":
        status = fleet(asked.devices, asked.every, asked.minutes)
    elif asked.what == "kills":
        status = kills(asked.times)
    elif asked.what == "cuts":
        status = cuts(asked.minutes)
    else:
        status = full()
    print("load average", *(f"{load:.1f}" for load in os.getloadavg()))
    return status


if __name__ == "__main__":
    sys.exit(main())
