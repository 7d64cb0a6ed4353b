"""Hostile bytes: whatever comes, each parser answers what it must and nothing else."""

import asyncio
import itertools
import struct

import pytest
from hypothesis import given

from tests.ports.hostile import SESSION, chances, hostile
from tests.ports.served import HOST, Served
from twinverter.catalog.settings import check_all
from twinverter.ports import mbap, pdu, rtu
from twinverter.ports.image import Refused
from twinverter.ports.modbus import ModbusTcp
from twinverter.ports.rtu_line import MOST_BURST, Burst

CODES = {1, 2, 3, 4, 11}


class Words:
    """An image of 65536 words; it keeps what was written and refuses the word 0xBAD."""

    def __init__(self):
        self.words = [0] * 65536

    def read(self, first, count):
        if not 1 <= count <= 125 or first + count > 1500:
            raise Refused(2, "outside the map")
        return self.words[first : first + count]

    def write(self, first, words, by):
        if not 1 <= len(words) <= 123 or 0xBAD in words:
            raise Refused(3, "out of range")
        self.words[first : first + len(words)] = words


def request(chance):
    """Return a request: of any function, with any figures, told and true lengths apart or not."""
    function = chance.pick(0x03, 0x06, 0x10, 0x10, 0x04, chance.below(256))
    short = struct.pack(">BHH", function, chance.word(), chance.word())
    kind = chance.pick("short", "block", "bent block", "noise")
    if kind == "noise":
        return bytes((chance.below(256),)) + chance.bytes(chance.below(pdu.MOST_PDU))
    if kind == "short":
        return short
    data = chance.bytes(2 * chance.below(20))
    if kind == "block":
        return struct.pack(">BHHB", 0x10, chance.word(), len(data) // 2, len(data) // 2 * 2) + data
    return short + bytes((chance.pick(len(data), chance.below(256)),)) + data


# ---- the application protocol ---------------------------------------------------------------


@hostile
@given(chances)
def test_every_request_gets_its_answer_or_an_exception(chance):
    image = Words()
    for _ in range(SESSION):
        asked = request(chance)
        before = image.words[:1500]
        answer = pdu.answer(image, asked, "someone")
        assert 2 <= len(answer) <= pdu.MOST_PDU
        if pdu.is_exception(answer):
            assert answer[0] == asked[0] | 0x80 and answer[1] in CODES
            assert image.words[:1500] == before
        else:
            assert answer[0] == asked[0]


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """A device whose time stands."""
    with Served(tmp_path_factory.mktemp("held"), lambda image: ModbusTcp(image, HOST, 0)) as held:
        yield held.hold()


@hostile
@given(chances)
def test_no_request_leaves_a_device_with_what_its_menu_would_not_take(held, chance):
    def asked(served):
        for _ in range(SESSION):
            answer = pdu.answer(served.image, request(chance), "someone")
            assert answer[0] < 0x80 or answer[1] in CODES
        assert check_all(served.runner.twin.values) == []
        for first in range(0, 1500, 125):
            served.image.read(first, 125)

    held.ask(asked)


# ---- TCP ------------------------------------------------------------------------------------


class Wire:
    """The transport of a connection that nobody reads from, and the owner that keeps it."""

    def __init__(self):
        self.sent, self.served, self.broken_count = b"", [], 0
        self.closing, self.reading = False, True
        self.on_write = lambda: None

    def set_write_buffer_limits(self, high):
        pass

    def get_extra_info(self, name):
        return ("somewhere", 1)

    def write(self, data):
        assert not self.closing
        self.sent += data
        self.on_write()

    def close(self):
        self.closing = True

    def is_closing(self):
        return self.closing

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True

    def opened(self, connection):
        pass

    def closed(self, connection):
        pass

    def broken(self, client):
        self.broken_count += 1

    def serve(self, unit, body, client):
        self.served.append((unit, body))
        return bytes((body[0], unit))


def expected(stream):
    """Return every request of a stream as (transaction, unit, body), and whether it breaks."""
    found, place = [], 0
    while place + 6 <= len(stream):
        transaction, protocol, length = struct.unpack_from(">HHH", stream, place)
        if protocol != 0 or not 2 <= length <= 254:
            return found, True
        if place + 6 + length > len(stream):
            break
        found.append((transaction, stream[place + 6], stream[place + 7 : place + 6 + length]))
        place += 6 + length
    return found, False


def piece_of_stream(chance):
    """Return a frame, whole or spoilt, or a header alone with any figures."""
    if chance.below(8) == 0:
        return struct.pack(
            ">HHHB", chance.word(), chance.pick(0, 0, 0, 1), chance.word(), chance.below(256)
        )
    frame = mbap.framed(chance.word(), chance.below(256), request(chance))
    return frame if chance.below(4) else chance.spoilt(frame)


@hostile
@given(chances)
def test_a_stream_is_answered_in_order_up_to_where_it_breaks(chance):
    left = SESSION
    while left:
        wire, fed = Wire(), b""
        connection = mbap.Connection(wire, now=lambda: 0.0)
        connection.connection_made(wire)
        while left and not wire.closing:
            fed += feed(connection, wire, piece_of_stream(chance), chance)
            left -= 1
        requests, breaks = expected(fed)
        assert wire.served == [(unit, body) for _, unit, body in requests]
        assert wire.sent == b"".join(
            mbap.framed(transaction, unit, bytes((body[0], unit)))
            for transaction, unit, body in requests
        )
        assert wire.closing == breaks == bool(wire.broken_count)


def feed(connection, wire, data, chance):
    """Give a connection data in pieces of any size; return what it took."""
    given_ = b""
    while data and not wire.closing:
        place = connection.get_buffer(-1)
        assert 0 < len(place) <= mbap.BUFFER
        count = min(len(place), 1 + chance.below(len(data)))
        place[:count] = data[:count]
        connection.buffer_updated(count)
        given_, data = given_ + data[:count], data[count:]
    return given_


def test_a_flood_waits_after_each_pass_and_is_answered_in_order():
    asked = b"".join(mbap.framed(number, 1, b"\x03\0\0\0\1") for number in range(40))
    ticks = itertools.count()

    async def passes():
        # Every look at this clock is later by more than a pass may take.
        wire = Wire()
        connection = mbap.Connection(wire, now=lambda: next(ticks) * 2.0 * mbap.PASS_S)
        connection.connection_made(wire)
        connection.get_buffer(-1)[: len(asked)] = asked
        connection.buffer_updated(len(asked))
        answered = []
        while len(wire.served) < 40:
            answered.append((len(wire.served), wire.reading))
            await asyncio.sleep(0)
        return answered, wire.reading

    answered, reads_on = asyncio.run(asyncio.wait_for(passes(), 5.0))
    assert answered == [(count, False) for count in range(1, 40)]
    assert reads_on


def test_a_client_that_does_not_fetch_its_answers_is_not_read_from():
    asked = mbap.framed(1, 1, b"\x03\0\0\0\1")

    def ask(connection):
        connection.get_buffer(-1)[: len(asked)] = asked
        connection.buffer_updated(len(asked))

    async def script():
        wire = Wire()
        connection = mbap.Connection(wire)
        connection.connection_made(wire)
        ask(connection)
        seen = [(len(wire.served), wire.reading)]
        # The transport says so from inside the write that fills it.
        wire.on_write = connection.pause_writing
        ask(connection)
        seen.append((len(wire.served), wire.reading))
        connection.resume_writing()
        await asyncio.sleep(0)
        seen.append((len(wire.served), wire.reading))
        return seen

    assert asyncio.run(script()) == [(1, True), (2, False), (2, True)]


# ---- the serial line ------------------------------------------------------------------------


def piece_of_line(chance):
    """Return a frame to this unit, to all or to another, whole or spoilt."""
    frame = rtu.sealed(chance.pick(0, 1, 1, 1, 2), request(chance))
    return frame if chance.below(2) else chance.spoilt(frame)


@hostile
@given(chances)
def test_only_sound_requests_to_this_unit_are_heard_on_a_line(chance):
    burst = Burst(lambda: 1)
    for _ in range(SESSION):
        heard = list(burst.add(piece_of_line(chance)))
        if chance.below(2):
            heard.append(burst.end())
            assert len(burst) == 0
        for frame in heard:
            if frame is not None:
                assert frame[0] in (0, 1) and rtu.is_sound(frame) and len(frame) >= rtu.LEAST
        assert len(burst) <= MOST_BURST


@hostile
@given(chances)
def test_a_sound_request_after_a_silence_is_heard_whatever_was_before(chance):
    burst, asked = Burst(lambda: 1), rtu.sealed(1, bytes.fromhex("03 0000 0001"))
    for _ in range(SESSION):
        list(burst.add(piece_of_line(chance)))
        burst.end()
        assert list(burst.add(asked)) == [asked]
