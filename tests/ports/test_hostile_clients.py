"""Hostile clients of a living device: no tick is lost, nothing grows, every valid client goes on."""

import contextlib
import random
import socket
import struct
import threading
import time

import pytest

from tests.ports.served import HOST, Served
from twinverter.ports.modbus import MOST_CONNECTIONS, ModbusTcp

READ_SOC = struct.pack(">HHHBBHH", 1, 0, 6, 1, 0x03, 588, 1)
READ_MUCH = struct.pack(">HHHBBHH", 1, 0, 6, 1, 0x03, 500, 125)
IDLE = 500
PATIENCE_S = 5.0


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path, lambda image: ModbusTcp(image, HOST, 0)) as served:
        yield served


def connected(served):
    return socket.create_connection((HOST, served.port.port), PATIENCE_S)


class Valid(threading.Thread):
    """A client that asks for 100 registers some times a second and notes every answer."""

    def __init__(self, served):
        super().__init__()
        self.served, self.ending = served, threading.Event()
        self.answers, self.wrong, self.slowest_s = 0, [], 0.0

    def run(self):
        with connected(self.served) as wire, wire.makefile("rb") as answers:
            number = 0
            while not self.ending.wait(0.02):
                number = (number + 1) % 65536
                began_s = time.monotonic()
                wire.sendall(struct.pack(">HHHBBHH", number, 0, 6, 1, 0x03, 500, 100))
                answer = answers.read(9 + 200)
                self.slowest_s = max(self.slowest_s, time.monotonic() - began_s)
                if answer[:9] != struct.pack(">HHHBBB", number, 0, 203, 1, 3, 200):
                    self.wrong.append(answer)
                    return
                self.answers += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.join(PATIENCE_S)


def noise(served):
    """Send random bytes on connections that come and go."""
    chance = random.Random(4)
    for _ in range(200):
        with connected(served) as wire, contextlib.suppress(OSError):
            for _ in range(chance.randint(1, 5)):
                wire.sendall(chance.randbytes(chance.randint(1, 2000)))


def idle(served):
    """Open connections that never ask."""
    wires = [connected(served) for _ in range(IDLE)]
    time.sleep(1.0)
    for wire in wires:
        wire.close()


def slow_writers(served):
    """Ask byte by byte on many connections at once; all are answered."""
    wires = [connected(served) for _ in range(30)]
    for byte in READ_SOC:
        for wire in wires:
            wire.sendall(bytes((byte,)))
        time.sleep(0.02)
    for wire in wires:
        assert len(wire.recv(11, socket.MSG_WAITALL)) == 11
        wire.close()


def hang_ups(served):
    """Disconnect in the middle of a request, and before its answer, softly and hard."""
    for place in range(1, len(READ_SOC) + 1):
        for hard in (False, True):
            with connected(served) as wire:
                if hard:
                    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                wire.sendall(READ_SOC[:place])


def deaf(served):
    """Ask and ask without reading an answer, until the device takes no more."""
    wires = [connected(served) for _ in range(5)]
    sent = [0] * len(wires)
    for wire in wires:
        wire.setblocking(False)
    for _ in range(200):
        for place, wire in enumerate(wires):
            with contextlib.suppress(BlockingIOError):
                sent[place] += wire.send(READ_MUCH * 100)
        time.sleep(0.005)
    for wire in wires:
        with pytest.raises(BlockingIOError):
            for _ in range(10_000):
                wire.send(READ_MUCH * 100)
        wire.close()


def oversized(served):
    """Send headers that announce more than a frame can hold, and much behind them."""
    for length in (0, 1, 255, 65535):
        with connected(served) as wire, contextlib.suppress(OSError):
            wire.sendall(struct.pack(">HHHB", 1, 0, length, 1) + bytes(100_000))
            assert wire.recv(1) == b""


@pytest.mark.parametrize("attack", (noise, idle, slow_writers, hang_ups, deaf, oversized))
def test_no_tick_is_lost_and_every_valid_client_goes_on_under(served, attack):
    with Valid(served) as valid:
        time.sleep(0.2)
        began_s, clock_s = time.monotonic(), served.ask(lambda it: it.runner.twin.clock_s)
        attack(served)
        most = served.ask(lambda it: len(it.port.connections))
        time.sleep(1.2)
        passed_s = time.monotonic() - began_s
        ticked_s = served.ask(lambda it: it.runner.twin.clock_s) - clock_s
        before = valid.answers
        time.sleep(0.2)
        assert valid.answers > before
    assert valid.wrong == []
    assert valid.slowest_s < 1.0
    assert ticked_s == pytest.approx(passed_s, abs=1.1)
    assert most <= MOST_CONNECTIONS
    assert served.ask(lambda it: len(it.port.connections)) <= 1


def test_who_asks_keeps_the_connection_when_too_many_come(served):
    with connected(served) as wire:
        wire.sendall(READ_SOC)
        assert len(wire.recv(11, socket.MSG_WAITALL)) == 11
        wires = [connected(served) for _ in range(2 * MOST_CONNECTIONS)]
        assert served.ask(lambda it: len(it.port.connections)) == MOST_CONNECTIONS
        wire.sendall(READ_SOC)
        assert len(wire.recv(11, socket.MSG_WAITALL)) == 11
        for idle_wire in wires:
            idle_wire.close()
