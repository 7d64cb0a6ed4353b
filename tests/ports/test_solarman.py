"""The data logger: its manners towards any client, and pysolarmanv5 as it comes."""

import socket
import time

import pytest

from tests.ports.living import Living
from tests.ports.peers import peer_environment  # noqa: F401
from tests.ports.talk import Talk
from twinverter.ports import rtu, v5frame
from twinverter.ports.logger import SERIAL
from twinverter.ports.solarman import SolarmanServer
from twinverter.ports.v5frame import Frame, Splitter

HOST = "127.0.0.1"


@pytest.fixture
def serving(house, tmp_path):
    """Yield a function that opens a device with a logger of some quirks."""
    opened = []

    def serve(**quirks):
        opened.append(
            Living(house, tmp_path / str(len(opened)), lambda _, image: [
                SolarmanServer(image, HOST, 0, **quirks)
            ])
        )  # fmt: skip
        return opened[-1]

    yield serve
    for living in opened:
        living.end()


class Line:
    """A bare connection to a logger."""

    def __init__(self, living, timeout_s=5.0):
        self._socket = socket.create_connection((HOST, living.ports[0].port), timeout_s)
        self.splitter = Splitter()

    def send(self, data):
        self._socket.sendall(data)
        return self

    def receive(self):
        """Return what one `recv` brings, as one frame, as the clients do."""
        (frame,) = self.splitter.feed(self._socket.recv(v5frame.LONGEST))
        return frame

    def ask(self, words, serial=SERIAL, sequence=0x83, slave=1):
        """Return the answer to a request's PDU in hexadecimal."""
        return self.send(request(words, serial, sequence, slave)).receive()

    def is_cut(self):
        """Return whether the logger has hung up."""
        try:
            return self._socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def close(self):
        self._socket.close()


def request(words, serial=SERIAL, sequence=0x83, slave=1):
    """Return the bytes of a request with a PDU in hexadecimal."""
    payload = v5frame.asking(rtu.sealed(slave, bytes.fromhex(words)))
    return v5frame.pack(Frame(v5frame.REQUEST, sequence, 0, serial, payload))


def inner(frame):
    """Return what an answer carries, in hexadecimal."""
    return v5frame.answered(frame.payload)[1].hex()


def sealed(words):
    """Return a PDU in hexadecimal as unit 1 sends it."""
    return rtu.sealed(1, bytes.fromhex(words)).hex()


# ---- the server ---------------------------------------------------------------------------------


def test_an_answer_echoes_the_sequence_counts_on_and_tells_the_time(serving):
    line = Line(serving())
    answers = [line.ask("03 0000 0001", sequence=sequence) for sequence in (7, 255, 0)]
    assert [frame.sequence for frame in answers] == [7, 255, 0]
    assert [frame.counter for frame in answers] == [1, 2, 3]
    assert {(frame.code, frame.serial) for frame in answers} == {(0x15, SERIAL)}
    assert inner(answers[0]) == sealed("03 02 0005")
    times, _ = v5frame.answered(answers[0].payload)
    assert abs(times.total_s + times.offset_s - time.time()) <= 2


def test_no_answer_comes_sooner_than_five_milliseconds(serving):
    line, waits_s = Line(serving()), []
    for _ in range(20):
        began_s = time.perf_counter()
        line.ask("03 0000 0064")
        waits_s.append(time.perf_counter() - began_s)
    assert min(waits_s) >= 0.005


def test_two_requests_in_one_piece_get_two_answers_in_two_pieces(serving):
    line = Line(serving())
    line.send(request("03 0000 0001") + request("03 0000 0001"))
    assert [line.receive().counter, line.receive().counter] == [1, 2]


# fmt: off
ODD = (
    # request           serial        slave  what the answer carries   what
    ("03 0000 0001",    SERIAL,           1, sealed("03 02 0005"),     "nothing odd"),
    ("03 0000 0001",    0,                1, sealed("03 02 0005"),     "the serial that asks for the serial"),
    ("03 0000 0001",    SERIAL + 1,       1, "0600",                   "another logger"),
    ("03 0000 0001",    SERIAL,           2, "0500",                   "another slave"),
    ("03 0000 007e",    SERIAL,           1, sealed("83 03"),          "more than 125 registers"),
    ("03 05dc 0001",    SERIAL,           1, sealed("83 02"),          "an address beyond the map"),
    ("10 008f 0001 02 ffff", SERIAL,      1, sealed("90 03"),          "a value out of range"),
    ("10 01f4 0001 02 0000", SERIAL,      1, sealed("90 02"),          "a write to what is measured"),
    ("01 0000 0001",    SERIAL,           1, sealed("81 01"),          "a function that is not open"),
)
# fmt: on


def test_what_is_wrong_is_answered_as_a_logger_answers_it(serving):
    living = serving()
    line = Line(living)
    for request, serial, slave, carried, what in ODD:
        answer = line.ask(request, serial, slave=slave)
        assert (inner(answer), answer.serial) == (carried, SERIAL), what
    told = living.call(living.ports[0].told)
    assert (told["requests"], told["errors"]) == (len(ODD), len(ODD) - 2)
    assert told["last_client"] == HOST and told["state"] == "open"


def test_what_asks_nothing_gets_no_answer_and_the_next_request_does(serving):
    line = Line(serving())
    broken = v5frame.asking(bytes.fromhex("010300000001ffff"))
    for frame in (
        Frame(v5frame.REQUEST, 1, 0, SERIAL, broken),
        Frame(v5frame.REQUEST, 2, 0, SERIAL, b"\x01" + bytes(22)),
        Frame(v5frame.HEARTBEAT - v5frame.ANSWER, 3, 0, SERIAL, bytes(10)),
    ):
        line.send(v5frame.pack(frame))
    assert line.ask("03 0000 0001", sequence=9).sequence == 9


def test_a_write_is_on_disk_when_it_is_answered_and_names_its_client(serving):
    living = serving()
    assert inner(Line(living).ask("10 008f 0001 02 1d4c")) == sealed("10 008f 0001")
    change = living.call(living.store.changes, 1)[0]
    assert (change.key, change.after) == ("work_mode.max_sell_power_w", 7500)
    assert change.by == f"solarman {HOST}"


def test_a_logger_of_one_socket_gives_it_to_the_newest_client(serving):
    living = serving(most=1)
    first, second = Line(living), Line(living)
    assert second.ask("03 0000 0001").sequence == 0x83
    assert first.is_cut()


def test_idle_connections_do_not_keep_a_client_out(serving):
    living = serving(most=8)
    idle = [Line(living) for _ in range(8)]
    client = Line(living)
    assert client.ask("03 0000 0001").sequence == 0x83
    more = [Line(living) for _ in range(8)]
    assert client.ask("03 0000 0001").sequence == 0x83
    assert idle[0].is_cut() and len(more) == 8


def test_a_logger_that_beats_takes_the_answer_to_it_and_goes_on(serving):
    line = Line(serving(heartbeat_s=0.05))
    beat = line.receive()
    assert (beat.code, beat.serial, beat.payload) == (v5frame.HEARTBEAT, SERIAL, b"\x00")
    line.send(v5frame.pack(v5frame.time_answer(beat, 1_700_000_000)))
    line.send(request("03 0000 0001", sequence=9))
    while (frame := line.receive()).code == v5frame.HEARTBEAT:
        pass
    assert (frame.code, frame.sequence) == (0x15, 9)


def test_some_loggers_put_two_bytes_behind_the_crc(serving):
    answer = Line(serving(double_crc=True)).ask("03 0000 0001")
    assert inner(answer) == sealed("03 02 0005") + "0000"


# ---- pysolarmanv5, unmodified -------------------------------------------------------------------


@pytest.fixture(scope="module")
def python(peer_environment):  # noqa: F811
    return peer_environment("pysolarmanv5==3.0.6")


def test_pysolarmanv5_reads_and_writes_with_every_call_it_has(python, serving):
    """CH2.3-MON-010: the Wi-Fi logger is read and set by what is made for it."""
    living = serving()
    port = living.ports[0].port
    voltage = living.read(598)[0]
    charging_w = living.read(590)[0] - 0x10000
    masked = 0b10_10_10_10_10_10_10_10 | 0b01_00_00
    calls = (
        # method                                 positional        named                    answer
        ("read_holding_registers",               [598, 3],         {},                      [voltage] * 3),
        ("read_holding_registers",               [0, 125],         {},                      living.read(0, 125)),
        ("read_holding_register_formatted",      [598, 1],         {"scale": 0.5},          voltage / 2),
        ("read_holding_register_formatted",      [590, 1],         {"signed": True},        charging_w),
        ("read_holding_register_formatted",      [178, 1],         {"bitmask": 48, "bitshift": 4}, 2),
        ("write_holding_register",               [143, 7000],      {},                      7000),
        ("write_multiple_holding_registers",     [143, [7500]],    {},                      1),
        ("write_multiple_holding_registers",     [166, [71, 72]],  {},                      2),
        ("masked_write_holding_register",        [178],            {"or_mask": 0x10},       masked),
        ("send_raw_modbus_frame",                ["010300000001840a"], {},                  sealed("03 02 0005")),
        ("send_raw_modbus_frame_parsed",         ["010300000001840a"], {},                  [5]),
    )  # fmt: skip
    with Talk(python, "pysolarman_client.py", port, SERIAL, 1) as client:
        for method, positional, named, answer in calls:
            assert client.ask(method, positional, named) == ["answer", answer], method
        assert "" == client.end()
    values = living.call(lambda: living.twin.values)
    assert values["max_sell_power_w"] == 7500 and values["grid_peak_shaving"] is True
    assert (values["tou1_batt_pct"], values["tou2_batt_pct"]) == (71, 72)


def test_pysolarmanv5_names_what_the_machine_refuses(python, serving):
    refusals = (
        # method                             positional      what it raises
        ("read_input_registers",             [0, 1],         "IllegalFunctionError"),
        ("read_input_register_formatted",    [0, 1],         "IllegalFunctionError"),
        ("read_coils",                       [0, 8],         "IllegalFunctionError"),
        ("read_discrete_inputs",             [0, 8],         "IllegalFunctionError"),
        ("write_single_coil",                [0, 0xFF00],    "IllegalFunctionError"),
        ("write_multiple_coils",             [0, [1, 0]],    "IllegalFunctionError"),
        ("read_holding_registers",           [1500, 1],      "IllegalDataAddressError"),
        ("write_holding_register",           [500, 1],       "IllegalDataAddressError"),
        ("write_multiple_holding_registers", [143, [65535]], "IllegalDataValueError"),
    )  # fmt: skip
    with Talk(python, "pysolarman_client.py", serving().ports[0].port, SERIAL, 1) as client:
        for method, positional, error in refusals:
            assert client.ask(method, positional, {})[:2] == ["error", error], method


def test_pysolarmanv5_loses_no_answer_of_four_hundred(python, serving):
    with Talk(python, "pysolarman_client.py", serving().ports[0].port, SERIAL, 1) as client:
        for _ in range(400):
            assert client.ask("read_holding_registers", [0, 1], {}) == ["answer", [5]]


def test_pysolarmanv5_strips_the_bytes_behind_the_crc(python, serving):
    port = serving(double_crc=True).ports[0].port
    with Talk(python, "pysolarman_client.py", port, SERIAL, 1) as client:
        assert client.ask("read_holding_registers", [0, 1], {}) == ["answer", [5]]


@pytest.mark.parametrize(
    "serial, slave, what",
    [(SERIAL + 1, 1, "logger serial number"), (SERIAL, 2, "AcknowledgeError")],
)
def test_pysolarmanv5_says_that_it_was_set_up_for_another(python, serving, serial, slave, what):
    with Talk(python, "pysolarman_client.py", serving().ports[0].port, serial, slave) as client:
        answer = client.ask("read_holding_registers", [0, 1], {})
    assert answer[:2] == ["error", "V5FrameError"] and what in answer[2]
