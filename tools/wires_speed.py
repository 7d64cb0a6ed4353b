"""The speed of the Modbus TCP wire: 100 registers again and again, in turns with a plain server.

Ours is a running `twinverter live`, whose clock is watched; the other serves constant registers
(`wires_plain.py`).
"""

import socket
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from score import Line, at_least, at_most, figure, ratio
from soak import Device, living
from wires_exact import CONNECTIONS, HOST, UNIT

from twinverter.ports import mbap, pdu

PLAIN = Path(__file__).with_name("wires_plain.py")
FIRST, COUNT = 586, 100
READS, WARM_READS = 3000, 500
PATIENCE_S = 10.0
ANSWER = 2 * COUNT + 9


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
    words = [sys.executable, str(PLAIN)]
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
