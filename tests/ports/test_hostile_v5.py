"""Hostile wires of the data logger: noise, frames cut off, spoilt or too long, other serials."""

import contextlib
import random
import socket
import struct
import threading
import time

import pytest
from hypothesis import given

from tests.ports.hostile import INPUTS, SESSION, chances, hostile
from tests.ports.served import HOST, Served
from twinverter.ports import rtu, v5frame
from twinverter.ports.image import Refused
from twinverter.ports.logger import SERIAL, Logger
from twinverter.ports.solarman import SolarmanServer
from twinverter.ports.v5frame import Frame, Splitter

IDLE = 500
PATIENCE_S = 5.0


def frame_of(chance):
    """Return a frame: of any code and logger, with a request, a broken one or noise inside."""
    code = chance.pick(0x45, 0x45, 0x45, 0x41, 0x42, 0x47, 0x15, 0x17, chance.below(256))
    serial = chance.pick(SERIAL, SERIAL, 0, SERIAL + 1, chance.word())
    function = chance.pick(0x03, 0x06, 0x10, 0x04, chance.below(256))
    body = struct.pack(">BHH", function, chance.word(), chance.word())
    if function == 0x10:
        body += b"\x02" + chance.bytes(2)
    inner = rtu.sealed(chance.pick(1, 1, 1, 0, 2, 255), body)
    carried = chance.pick(inner, inner, chance.spoilt(inner))
    payload = chance.pick(v5frame.asking(carried), v5frame.asking(carried), carried)
    return Frame(code, chance.below(256), chance.below(256), serial, payload)


class Words:
    """An image of 1500 words of a unit 1; the word 0xBAD is refused."""

    def __init__(self):
        self.words = [0] * 1500

    def value(self, key):
        return 1

    def read(self, first, count):
        if not 1 <= count <= 125 or first + count > len(self.words):
            raise Refused(2, "outside the map")
        return self.words[first : first + count]

    def write(self, first, words, by):
        if 0xBAD in words or first + len(words) > len(self.words):
            raise Refused(3, "out of range")
        self.words[first : first + len(words)] = words


@hostile
@given(chances)
def test_frames_found_stand_in_the_stream_in_order_and_the_next_client_is_heard(chance):
    session = [chance.spoilt(v5frame.pack(frame_of(chance))) for _ in range(SESSION)]
    splitter, stream, found, place = Splitter(), b"".join(session), [], 0
    while place < len(stream):
        length = 1 + chance.below(chance.pick(1, 20, 1500))
        found += splitter.feed(stream[place : place + length])
        place += length
    found += splitter.expire()
    place = 0
    for frame in found:
        packed = v5frame.pack(frame)
        place = stream.index(packed, place) + len(packed)
    assert not splitter.waits
    asked = Frame(v5frame.REQUEST, 1, 0, SERIAL, v5frame.asking(rtu.sealed(1, b"\x03\0\0\0\1")))
    assert splitter.feed(v5frame.pack(asked)) == [asked]


def test_frames_glued_together_are_all_found_to_the_byte():
    chance, splitter = random.Random(7), Splitter()
    for _ in range(INPUTS // SESSION):
        lengths = [chance.randint(0, 300) for _ in range(SESSION)]
        sent = [Frame(*chance.randbytes(3), SERIAL, chance.randbytes(size)) for size in lengths]
        assert splitter.feed(b"".join(map(v5frame.pack, sent))) == sent
    assert splitter.errors == 0 and not splitter.waits


@hostile
@given(chances)
def test_a_logger_answers_what_asks_it_in_form_and_nothing_else(chance):
    image = Words()
    logger = Logger(image, "solarman")
    for _ in range(SESSION):
        frame, before = frame_of(chance), list(image.words)
        answer = logger.answer(frame, HOST)
        if answer is None:
            assert image.words == before
            continue
        assert frame.code == v5frame.REQUEST
        assert (answer.code, answer.sequence, answer.serial) == (0x15, frame.sequence, SERIAL)
        assert len(v5frame.pack(answer)) <= v5frame.LONGEST
        _, inner = v5frame.answered(answer.payload)
        if frame.serial not in (SERIAL, 0):
            assert inner == b"\x06\x00"
        if len(inner) == 2:
            assert image.words == before
        else:
            assert rtu.is_sound(inner) and inner[0] == 1


# ---- a living device ------------------------------------------------------------------------


def request(words, sequence=1, serial=SERIAL):
    """Return the bytes of a request."""
    payload = v5frame.asking(rtu.sealed(1, bytes.fromhex(words)))
    return v5frame.pack(Frame(v5frame.REQUEST, sequence, 0, serial, payload))


READ_SOC = request("03 024c 0001")
READ_MUCH = request("03 01f4 007d")


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path, lambda image: SolarmanServer(image, HOST, 0)) as served:
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
        with connected(self.served) as wire:
            sequence, splitter = 0, Splitter()
            while not self.ending.wait(0.02):
                sequence = (sequence + 1) % 256
                began_s = time.monotonic()
                wire.sendall(request("03 01f4 0064", sequence))
                found = splitter.feed(wire.recv(v5frame.LONGEST))
                self.slowest_s = max(self.slowest_s, time.monotonic() - began_s)
                if len(found) != 1 or found[0].sequence != sequence:
                    self.wrong.append(found)
                    return
                _, inner = v5frame.answered(found[0].payload)
                if not rtu.is_sound(inner) or inner[:3] != b"\x01\x03\xc8":
                    self.wrong.append(inner)
                    return
                self.answers += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.join(PATIENCE_S)


def noise(served):
    """Send random bytes, some of them like a frame's start, on connections that come and go."""
    chance = random.Random(4)
    for _ in range(200):
        with connected(served) as wire, contextlib.suppress(OSError):
            for _ in range(chance.randint(1, 5)):
                begun = chance.choice((b"", b"\xa5", READ_SOC[:4], READ_SOC[:-2]))
                wire.sendall(begun + chance.randbytes(chance.randint(1, 2000)))


def idle(served):
    """Open connections that never ask."""
    wires = [connected(served) for _ in range(IDLE)]
    time.sleep(1.0)
    for wire in wires:
        wire.close()


def slow_writers(served):
    """Ask byte by byte on many connections at once; all are answered."""
    wires = [connected(served) for _ in range(30)]
    for one in READ_SOC:
        for wire in wires:
            wire.sendall(bytes((one,)))
        time.sleep(0.01)
    for wire in wires:
        assert len(wire.recv(v5frame.LONGEST)) == 34
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
    for wire in wires:
        wire.setblocking(False)
    for _ in range(200):
        for wire in wires:
            with contextlib.suppress(BlockingIOError):
                wire.send(READ_MUCH * 100)
        time.sleep(0.005)
    for wire in wires:
        with pytest.raises(BlockingIOError):
            for _ in range(10_000):
                wire.send(READ_MUCH * 100)
        wire.close()


def oversized(served):
    """Announce more than a frame can hold and send much; then ask on the same connection."""
    for length in (0, 1012, 65535):
        with connected(served) as wire:
            header = struct.pack("<BHBBBBI", 0xA5, length, 0x10, 0x45, 1, 0, SERIAL)
            wire.sendall(header + bytes(100_000) + READ_SOC)
            assert len(wire.recv(v5frame.LONGEST)) == 34


def other_serials(served):
    """Ask for other loggers; each is told so."""
    chance = random.Random(5)
    with connected(served) as wire:
        for _ in range(50):
            wire.sendall(request("03 0000 0001", serial=chance.randrange(1, SERIAL)))
            assert len(wire.recv(v5frame.LONGEST)) == 29


ATTACKS = (noise, idle, slow_writers, hang_ups, deaf, oversized, other_serials)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_tick_is_lost_and_every_valid_client_goes_on_under(served, attack):
    with Valid(served) as valid:
        time.sleep(0.2)
        began_s, clock_s = time.monotonic(), served.ask(lambda it: it.runner.twin.clock_s)
        attack(served)
        time.sleep(1.2)
        passed_s = time.monotonic() - began_s
        ticked_s = served.ask(lambda it: it.runner.twin.clock_s) - clock_s
        before = valid.answers
        time.sleep(0.2)
        assert valid.answers > before
    assert valid.wrong == []
    assert valid.slowest_s < 1.0
    assert ticked_s == pytest.approx(passed_s, abs=1.1)
    assert served.ask(lambda it: len(it.port.connections)) <= 1
