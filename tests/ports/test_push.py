"""The data logger as a client: a server stands where the maker's cloud does, and plays its part."""

import socket
import struct

import pytest

from tests.ports.living import Living
from twinverter.ports import rtu, v5frame
from twinverter.ports.logger import SERIAL
from twinverter.ports.port import PortError
from twinverter.ports.push import split
from twinverter.ports.solarman import SolarmanPush
from twinverter.ports.v5frame import Frame, Splitter

HOST, UNIX_S = "127.0.0.1", 1_700_000_000
# The first of a day's frames, then what comes round: two heartbeats between two uploads.
GREETING = [v5frame.HANDSHAKE, v5frame.DATA, v5frame.INFO]
ROUND = [v5frame.HEARTBEAT, v5frame.HEARTBEAT, v5frame.DATA]
QUICK = {"upload_s": 0.25, "beat_s": 0.1, "pause_s": 0.05}


class Cloud:
    """A server that takes one logger after another."""

    def __init__(self, port=0):
        self._listener = socket.create_server((HOST, port))
        self._listener.settimeout(10.0)
        self.port = self._listener.getsockname()[1]
        self.line = None

    def accept(self):
        """Wait for the logger to come."""
        self.line, _ = self._listener.accept()
        self.line.settimeout(10.0)
        self._splitter, self._frames = Splitter(), []
        return self

    def hear(self):
        """Return the next frame of the logger."""
        while not self._frames:
            piece = self.line.recv(v5frame.LONGEST)
            assert piece, "the logger has hung up"
            self._frames += self._splitter.feed(piece)
        return self._frames.pop(0)

    def say(self, frame):
        self.line.sendall(v5frame.pack(frame))

    def take(self):
        """Return the next frame of the logger, acknowledged."""
        frame = self.hear()
        self.say(v5frame.time_answer(frame, UNIX_S))
        return frame

    def hang_up(self):
        self.line.close()

    def close(self):
        if self.line:
            self.line.close()
        self._listener.close()


@pytest.fixture
def cloud():
    cloud = Cloud()
    yield cloud
    cloud.close()


@pytest.fixture
def pushing(house, tmp_path, cloud):
    living = Living(
        house,
        tmp_path,
        lambda _, image: [SolarmanPush(image, f"{HOST}:{cloud.port}", **QUICK)],
    )
    yield living
    living.end()


def told(living):
    return living.call(living.ports[0].told)


def test_the_logger_greets_uploads_and_beats_in_the_order_of_the_real_one(cloud, pushing):
    """CH2.3-MON-010: what a GPRS or Wi-Fi logger tells its server."""
    cloud.accept()
    frames = [cloud.take() for _ in range(9)]
    assert [frame.code for frame in frames] == GREETING + ROUND + ROUND
    assert {frame.serial for frame in frames} == {SERIAL}
    assert [frame.counter for frame in frames] == list(range(1, 10))
    # Each frame begins where the server's last answer left off.
    assert [frame.sequence for frame in frames] == list(range(9))


def test_the_greeting_says_who_is_there(cloud, pushing):
    payload = cloud.accept().take().payload
    assert len(payload) == 86 and payload[0] == 0x01
    assert payload[13:16] == bytes((5, 60, 120))
    assert payload[19:59].rstrip(b"\0") == b"LSW3_TWINVERTER"
    assert payload[65:80].rstrip(b"\0") == HOST.encode()


def test_an_upload_carries_the_figures_of_the_registers(cloud, pushing):
    pushing.pass_s(60)
    cloud.accept().take()
    payload = cloud.take().payload
    words = dict(enumerate(pushing.read(500, 125), 500))
    assert payload[0:2] == b"\x01\x11"
    assert payload[25:35] == struct.pack(">5H", *pushing.read(3, 5))
    figures = (
        # place, format, register: what the published decoders call it
        (95, ">H", words[514]),
        (99, ">I", words[516] | words[517] << 16),
        (135, ">I", words[534] | words[535] << 16),
        (177, ">H", words[588]),
        (181, ">H", words[590]),
        (187, ">H", words[598]),
        (205, ">H", words[624]),
    )
    for place, form, number in figures:
        assert struct.unpack_from(form, payload, place) == (number,), place
    assert words[588] == 60 and words[598] == 2300 and words[590] != 0


def answered(cloud, *requests):
    """Return what the logger answers to the server's requests, written in hexadecimal."""
    answers = []
    for sequence, words in enumerate(requests):
        inner = rtu.sealed(1, bytes.fromhex(words))
        cloud.say(Frame(v5frame.REQUEST, sequence, 0, SERIAL, v5frame.asking(inner)))
        while (frame := cloud.hear()).code != v5frame.REQUEST - v5frame.ANSWER:
            cloud.say(v5frame.time_answer(frame, UNIX_S))
        answers.append((frame.sequence, v5frame.answered(frame.payload)[1][1:-2].hex()))
    return answers


def test_the_server_may_ask_and_with_allow_remote_set_over_the_same_line(cloud, pushing):
    pushing.call(pushing.twin.write, {"basic.allow_remote": True})
    cloud.accept()
    for _ in GREETING:
        cloud.take()
    answers = answered(cloud, "03 008f 0001", "10 008f 0001 02 1d4c", "03 008f 0001")
    assert answers == [(0, "03021388"), (1, "10008f0001"), (2, "03021d4c")]
    change = pushing.call(pushing.store.changes, 1)[0]
    assert change.by == f"solarman push {HOST}" and change.after == 7500


def test_without_allow_remote_the_server_reads_and_sets_nothing(cloud, pushing):
    cloud.accept()
    for _ in GREETING:
        cloud.take()
    requests = ("10 008f 0001 02 1d4c", "06 008f 1d4c", "03 008f 0001")
    assert answered(cloud, *requests) == [(0, "9004"), (1, "8604"), (2, "03021388")]


def test_a_server_that_goes_is_found_again_when_it_is_back(cloud, pushing):
    cloud.accept().take()
    assert told(pushing)["state"] == "open"
    cloud.hang_up()
    # It greets anew, and counts on.
    again = cloud.accept().take()
    assert again.code == v5frame.HANDSHAKE and again.counter > 1
    port = cloud.port
    cloud.close()
    back = Cloud(port)
    try:
        assert back.accept().take().code == v5frame.HANDSHAKE
    finally:
        back.close()
    assert told(pushing)["errors"] > 0


@pytest.fixture
def impatient(monkeypatch):
    """The logger's patience cut short, before it first goes to its server."""
    monkeypatch.setattr("twinverter.ports.push.PATIENCE_S", 0.2)


def test_a_server_that_does_not_acknowledge_is_given_up(impatient, cloud, pushing):
    cloud.accept()
    assert cloud.hear().code == v5frame.HANDSHAKE
    assert cloud.accept().hear().code == v5frame.HANDSHAKE


def test_noise_from_the_server_does_no_harm(cloud, pushing):
    cloud.accept()
    cloud.hear()
    cloud.line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"\xa5" * 5000)
    cloud.say(Frame(v5frame.HANDSHAKE - v5frame.ANSWER, 1, 1, SERIAL, bytes(10)))
    assert cloud.take().code == v5frame.DATA
    assert told(pushing)["errors"] > 0


def test_the_panel_is_told_where_it_pushes_to_and_that_it_searches(house, tmp_path, cloud):
    port = cloud.port
    cloud.close()
    living = Living(
        house, tmp_path, lambda _, image: [SolarmanPush(image, f"{HOST}:{port}", **QUICK)]
    )
    assert told(living)["where"] == f"{HOST}:{port}" and told(living)["state"] == "searching"
    living.end()
    assert living.ports[0].told()["state"] == "closed"


# fmt: off
ADDRESSES = (
    ("cloud.example",        ("cloud.example", 10000)),
    ("cloud.example:5432",   ("cloud.example", 5432)),
    ("[::1]:5432",           ("::1", 5432)),
    ("[::1]",                ("::1", 10000)),
)
# fmt: on


@pytest.mark.parametrize("address, parts", ADDRESSES)
def test_an_address_may_leave_the_port_out(address, parts):
    assert split(address) == parts


@pytest.mark.parametrize("address", ["", ":10000", "host:", "host:x", "host:0", "host:65536"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(PortError, match="is no HOST:PORT"):
        split(address)
