"""The Modbus TCP wire measured: every byte right, and how fast beside pymodbus's own plain server.

    python tools/wires.py [exact] [speed] [--transactions N] [--rounds N] [--json]

`exact` lets a device live at sixty times the wall's speed and has four connections ask it at once,
reads of every length anywhere, refused ones, and writes that are read back; each answer is held to
the byte against what the register image said at a moment between request and answer. `speed` reads
100 registers again and again, from a running `twinverter live` whose clock is watched and from
pymodbus's server over constant registers, in turns. Exit status 1 where a goal is missed.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from score import Line, at_least, at_most, figure, ratio
from soak import Device, living

from twinverter.live.clock import Clock
from twinverter.live.runner import Runner
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.ports import mbap, pdu
from twinverter.ports.image import Image, Refused
from twinverter.ports.modbus import ModbusTcp
from twinverter.scenario.house import load_house

HOST, UNIT, BEGIN = "127.0.0.1", 1, datetime(2023, 1, 2, 6)
CONNECTIONS, SPEED = 4, 60.0
# Requests sent at once, and how seldom one is a write or one that is refused.
DEPTH, WRITES, WRONG = 16, 2000, 50
# So many moments may pass between a request and its answer.
REMEMBERED = 64
LAST_REGISTER = 1500
# Twelve registers that are kept without effect: a wind turbine's curve.
KEPT, KEPT_COUNT, KEPT_MOST = 323, 12, 200
FIRST, COUNT = 586, 100
READS, WARM_READS = 3000, 500
PATIENCE_S = 10.0
ANSWER = 2 * COUNT + 9


# ---- exact ----------------------------------------------------------------------------------


class Witness(Image):
    """An image that remembers the registers of its latest moments, and since when each stood.

    Between a request and its answer more than one moment may pass: a tick, another's write.
    """

    def __init__(self, twin: Twin) -> None:
        super().__init__(twin)
        self.moment = 0
        self.past: deque[tuple[int, list[int]]] = deque(maxlen=REMEMBERED)

    def _renew(self) -> None:
        super()._renew()
        self.moment += 1
        self.past.append((self.moment, self._low.copy()))


class Asking:
    """One connection that asks and compares; `asked` and `wrong` count its transactions."""

    def __init__(self, image: Image, chance: random.Random) -> None:
        self.asked = self.wrong = 0
        self._image = image
        self._chance = chance

    async def run(self, port: int, transactions: int) -> None:
        """Ask until so many transactions are done."""
        reader, writer = await asyncio.open_connection(HOST, port)
        while self.asked < transactions:
            bodies = [self._body() for _ in range(self._chance.randint(1, DEPTH))]
            numbers = [(self.asked + place) & 0xFFFF for place in range(len(bodies))]
            since = getattr(self._image, "moment", 0)
            before = [self._expected(body) for body in bodies]
            asked = zip(numbers, bodies, strict=True)
            writer.write(b"".join(mbap.framed(number, UNIT, body) for number, body in asked))
            for number, body, expected in zip(numbers, bodies, before, strict=True):
                header = await reader.readexactly(mbap.HEADER.size)
                answer = await reader.readexactly(mbap.HEADER.unpack(header)[2] - 1)
                fits = answer in (expected, self._expected(body)) or self._stood(
                    body, answer, since
                )
                whole = header + answer == mbap.framed(number, UNIT, answer)
                self.wrong += not (fits and whole)
            self.asked += len(bodies)
        writer.close()

    def _body(self) -> bytes:
        chance = self._chance
        if chance.randrange(WRITES) == 0:
            words = [chance.randint(0, KEPT_MOST) for _ in range(KEPT_COUNT)]
            block = struct.pack(">BHHB", pdu.WRITE, KEPT, KEPT_COUNT, 2 * KEPT_COUNT)
            return block + struct.pack(f">{KEPT_COUNT}H", *words)
        count = chance.randint(1, 125)
        most = LAST_REGISTER - count if chance.randrange(WRONG) else 0xFFFF
        return struct.pack(">BHH", pdu.READ, chance.randint(0, most), count)

    def _stood(self, body: bytes, answer: bytes, since: int) -> bool:
        """Return whether an answer is what the image gave at a moment since the request."""
        first, count = struct.unpack(">HH", body[1 : pdu.SHORT])
        past = getattr(self._image, "past", ())
        return any(
            answer == _answer(low[first : first + count])
            for moment, low in past
            if moment > since and body[0] == pdu.READ
        )

    def _expected(self, body: bytes) -> bytes:
        """Return the answer that the image gives now; that to a write is known without one."""
        if body[0] == pdu.WRITE:
            return body[: pdu.SHORT]
        first, count = struct.unpack(">HH", body[1:])
        try:
            words = self._image.read(first, count)
        except Refused as refusal:
            return pdu.exception(pdu.READ, refusal.code)
        return _answer(words)


def _answer(words: Sequence[int]) -> bytes:
    """Return the answer to a read that gives these words."""
    return bytes((pdu.READ, 2 * len(words))) + b"".join(word.to_bytes(2, "big") for word in words)


async def ask_exactly(folder: Path, transactions: int) -> dict[str, float]:
    """Return how many transactions were made, how many were wrong, and in how many moments."""
    store = Store.open(folder)
    twin = Twin(load_house(), store, Clock(SPEED), begin=BEGIN)
    runner, image = Runner(twin), Witness(twin)
    port = ModbusTcp(image, HOST, 0)
    living = asyncio.create_task(runner.run())
    await port.start()
    began_s, began_seq = time.perf_counter(), twin.seq
    asking = [Asking(image, random.Random(place)) for place in range(CONNECTIONS)]
    await asyncio.gather(*(one.run(port.port, transactions // CONNECTIONS) for one in asking))
    seconds, moments = time.perf_counter() - began_s, twin.seq - began_seq
    await port.stop()
    runner.stop()
    await living
    store.close()
    return {
        "asked": sum(one.asked for one in asking),
        "wrong": sum(one.wrong for one in asking),
        "seconds": seconds,
        "moments": moments,
    }


def exact(transactions: int) -> Iterator[Line]:
    """Yield how many transactions were wrong."""
    with tempfile.TemporaryDirectory(prefix="twinverter-wires-") as folder:
        found = asyncio.run(ask_exactly(Path(folder), transactions))
    note = f"over {found['moments']:,} moments of the device, in {found['seconds']:.0f} s"
    name = f"wrong answers of {found['asked']:,}"
    yield Line(name, figure([found["wrong"]]), "", at_most(0.0), note)


# ---- speed ----------------------------------------------------------------------------------


async def serve_plain() -> None:
    """Serve constant registers with pymodbus's own server until the input ends."""
    from pymodbus.server import ModbusTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    registers = SimData(0, count=LAST_REGISTER, values=7, datatype=DataType.REGISTERS)
    server = ModbusTcpServer(SimDevice(id=0, simdata=[registers]), address=(HOST, port))
    await server.serve_forever(background=True)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.shutdown()


class Reader:
    """Reads 100 registers on some connections, one request on each at a time."""

    def __init__(self, port: int, connections: int) -> None:
        self._wires = [
            socket.create_connection((HOST, port), PATIENCE_S) for _ in range(connections)
        ]
        for wire in self._wires:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = mbap.framed(1, UNIT, struct.pack(">BHH", pdu.READ, FIRST, COUNT))
        self._header = mbap.HEADER.pack(1, 0, 3 + 2 * COUNT, UNIT) + bytes((pdu.READ, 2 * COUNT))

    def times_s(self, reads: int) -> list[float]:
        """Return the seconds from each request to its whole answer."""
        times = []
        for _ in range(reads // len(self._wires)):
            began_s = time.perf_counter()
            for wire in self._wires:
                wire.sendall(self._request)
            for wire in self._wires:
                answer = wire.recv(ANSWER, socket.MSG_WAITALL)
                if len(answer) != ANSWER or not answer.startswith(self._header):
                    raise RuntimeError(f"a wrong answer: {answer.hex()}")
            times.append(time.perf_counter() - began_s)
        return times

    def close(self) -> None:
        """Close the connections."""
        for wire in self._wires:
            wire.close()


def round_of(port: int, connections: int) -> list[float]:
    """Return the times of one round."""
    reader = Reader(port, connections)
    reader.times_s(WARM_READS)
    times = reader.times_s(READS)
    reader.close()
    return times


def in_turns(ports: dict[str, int], rounds: int, connections: int) -> dict[str, list[list[float]]]:
    """Return the times of each side's rounds; the sides take turns."""
    found: dict[str, list[list[float]]] = {side: [] for side in ports}
    for _ in range(rounds):
        for side, port in ports.items():
            found[side].append(round_of(port, connections))
    return found


def speed(rounds: int) -> Iterator[Line]:
    """Yield reads a second and latencies of both sides, and whether the clock kept time."""
    words = [sys.executable, __file__, "--serve-plain"]
    with (
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as plain,
        living("--modbus", "0") as device,
    ):
        assert plain.stdout is not None
        (told,) = device.ask("snapshot")["ports"]
        ports = {"plain": int(plain.stdout.readline()), "ours": int(told["where"].split(":")[1])}
        before = wall_and_clock(device)
        alone, several = (in_turns(ports, rounds, count) for count in (1, CONNECTIONS))
        after = wall_and_clock(device)
        assert plain.stdin is not None
        plain.stdin.close()
    yield from beside("one connection", alone, 1)
    for side, title in (("plain", "pymodbus's plain server"), ("ours", "ours")):
        for share in (50, 99):
            times = [statistics.quantiles(times, n=100)[share - 1] for times in alone[side]]
            yield Line(f"  {title}, {share}th percentile", figure(times, 1e6), "us")
    yield from beside(f"{CONNECTIONS} connections", several, CONNECTIONS)
    passed_s, ticked_s = (after[place] - before[place] for place in (0, 1))
    drift = figure([abs(ticked_s - passed_s)])
    note = f"while {passed_s:.0f} s passed on the wall"
    yield Line("the device's clock against the wall", drift, "s", at_most(1.5), note)


def beside(title: str, found: dict[str, list[list[float]]], at_once: int) -> Iterator[Line]:
    """Yield the reads a second of both sides, and ours in proportion."""
    means = {
        side: [statistics.fmean(one) / at_once for one in rounds_]
        for side, rounds_ in found.items()
    }
    for side, name in (("plain", "pymodbus's plain server"), ("ours", "ours, ticking")):
        rates = figure([1.0 / mean for mean in means[side]])
        yield Line(f"{name}, {title}", rates, "reads of 100 registers a second")
    yield Line("  ours against it", ratio(means["plain"], means["ours"]), "times", at_least(0.8))


def wall_and_clock(device: Device) -> tuple[float, float]:
    """Return the wall's clock and the device's."""
    return time.monotonic(), device.ask("snapshot")["clock_s"]


def main() -> int:
    """Print a line per figure and return 0, or 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description="The Modbus TCP wire: exactness and speed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="exact, speed")
    parser.add_argument("--transactions", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print JSON at the end")
    parser.add_argument("--serve-plain", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve_plain:
        asyncio.run(serve_plain())
        return 0
    measurements: dict[str, Any] = {
        "exact": lambda: exact(options.transactions),
        "speed": lambda: speed(options.rounds),
    }
    for name in options.names:
        if name not in measurements:
            parser.error(f"{name}: no such measurement ({', '.join(measurements)})")
    lines = []
    for name in options.names or measurements:
        for line in measurements[name]():
            lines.append(line)
            if not options.json:
                print(line.text, flush=True)
    load = os.getloadavg()
    if options.json:
        print(json.dumps({"lines": [line.as_dict() for line in lines], "load_average": load}))
    else:
        loads = ", ".join(f"{value:.1f}" for value in load)
        print(f"{os.cpu_count()} cores; load average over 1, 5 and 15 minutes {loads}")
    return int(any(line.verdict == "missed" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
