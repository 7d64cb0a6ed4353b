"""A portal as a program that is started, killed and started again, and a line to it that is cut."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history
from twinverter.portal import accounts, tokens
from twinverter.portal.register import Register
from twinverter.portal.tables import sites

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
PATIENCE_S = 60.0
OPERATOR = "nobody"


class Portal:
    """The program `twinverter portal` over a place, started, killed and started again.

    With a token the place is ready already: another portal stands there.
    """

    def __init__(self, place: str, folder: Path, tick_s: float = 10.0, token: str = "") -> None:
        self.place, self._folder = place, folder
        self.port = free_port()
        self._log = folder / f"portal-{self.port}.log"
        self._program: subprocess.Popen[bytes] | None = None
        self.token = token or _prepared(place, tick_s)

    def beside(self) -> "Portal":
        """Return another portal over the same place."""
        return Portal(self.place, self._folder, token=self.token)

    def start(self) -> None:
        """Start it, and wait until it listens."""
        words = ["-m", "twinverter", "portal", "--db", self.place, "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._program = subprocess.Popen(
                [sys.executable, *words], stdout=log, stderr=log, cwd=ROOT
            )
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
        self._program.returncode = 0
        return usage.ru_utime + usage.ru_stime


def _prepared(place: str, tick_s: float) -> str:
    """Return a device's token of a new site at a new place."""
    open_history(place, Plan(tick_s)).close()
    register = Register.opened(place)
    with register.begin() as link:
        site = sites.insert().values(name="fleet", made_s=0.0).returning(sites.c.id)
        site_id = int(link.execute(site).scalar_one())
        accounts.added(link, OPERATOR, "!", 0.0, is_operator=True)
        token = tokens.made(link, "device", "tool", 0.0, site_id=site_id).secret
    register.close()
    return token


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
