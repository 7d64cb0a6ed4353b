"""A portal as a program, a fleet of made-up devices that reports to it, and a line to cut.

Devices repeat what was not acknowledged, now and then what was, and each sample's sums follow from
its number, so whoever reads them knows what they should be.
"""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2 as httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deliverer import START_S, sums_of
from history import SENT

from twinverter.monitor.batch import columns
from twinverter.monitor.columns import KEYS
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
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])
