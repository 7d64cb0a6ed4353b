"""Modbus TCP against clients of different makes: pymodbus, mbpoll, and bare sockets."""

import socket
import struct
import time

import pytest
from pymodbus.client import ModbusTcpClient

from tests.ports.mbpoll import mbpoll, needs_mbpoll
from tests.ports.served import HOST, Served
from twinverter.ports.modbus import ModbusTcp
from twinverter.ports.port import PortError

# What the family's clients ask for, as (first, count); their sources: docs of each client.
# fmt: off
BLOCKS = {
    "sunsynk":       ((0, 8), (20, 2), (62, 3), (80, 1), (99, 20), (119, 19), (139, 20), (159, 20), (182, 3),
                      (209, 12), (228, 2), (336, 1), (340, 1), (500, 3), (514, 16), (552, 1), (586, 15),
                      (604, 16), (622, 20), (650, 20), (670, 14), (687, 20), (707, 2)),
    "ha-solarman":   ((0, 125), (125, 113), (340, 2), (500, 59), (586, 123), (0, 23), (10002, 1)),
    "StephanJoubert": ((3, 87), (99, 11), (133, 1), (514, 45), (536, 3), (586, 6), (598, 39), (644, 10), (661, 11), (672, 8)),
    "evcc":          ((516, 23), (588, 38), (667, 9), (143, 1)),
    "kbialek":       ((62, 3), (108, 2), (128, 1), (142, 2), (146, 32), (500, 1), (514, 45), (598, 39), (672, 8)),
}
# fmt: on


def tcp(image):
    return ModbusTcp(image, HOST, 0)


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path, tcp) as served:
        yield served


@pytest.fixture
def client(served):
    with ModbusTcpClient(HOST, port=served.port.port, timeout=5) as client:
        yield client


@pytest.fixture
def wire(served):
    """Return a socket to the device."""
    with socket.create_connection((HOST, served.port.port), 5.0) as wire:
        yield wire


def request(transaction, body, unit=1):
    return struct.pack(">HHHB", transaction, 0, 1 + len(body), unit) + body


def answered(wire):
    """Return transaction, unit and PDU of the next answer."""
    header = taken(wire, 7)
    transaction, _, length, unit = struct.unpack(">HHHB", header)
    return transaction, unit, taken(wire, length - 1)


def taken(wire, count):
    data = b""
    while len(data) < count:
        piece = wire.recv(count - len(data))
        assert piece, "the device has closed the connection"
        data += piece
    return data


def read_body(first, count):
    return struct.pack(">BHH", 0x03, first, count)


# ---- pymodbus -------------------------------------------------------------------------------


@pytest.mark.parametrize("make", BLOCKS)
def test_the_blocks_of_the_familys_clients_are_read_as_the_image_holds_them(served, client, make):
    served.hold()
    for first, count in BLOCKS[make]:
        assert client.read_holding_registers(first, count=count).registers == served.read(
            first, count
        )


def test_a_block_that_is_written_changes_the_settings_and_is_on_disk(served, client):
    assert not client.write_registers(108, [40, 60]).isError()
    assert client.read_holding_registers(108, count=2).registers == [40, 60]
    stored = served.ask(lambda served: served.runner.store.load().settings)
    assert (stored["max_charge_a"], stored["max_discharge_a"]) == (40, 60)


def test_one_register_is_written_with_the_function_for_one(served, client):
    assert not client.write_register(108, 41).isError()
    assert served.value("max_charge_a") == 41


def test_the_event_list_names_the_wire_and_the_client(served, client):
    client.write_register(108, 42)
    change = served.ask(lambda served: served.runner.store.changes(1)[0])
    assert (change.by, change.after) == ("modbus 127.0.0.1", 42)


def test_a_block_with_one_bad_word_is_refused_and_changes_nothing(served, client):
    before = served.value("max_charge_a")
    assert client.write_registers(108, [before - 1, 60_000]).exception_code == 3
    assert served.value("max_charge_a") == before


def test_the_lock_refuses_writes_and_lets_reads_through(served, client):
    served.ask(lambda served: served.runner.twin.lock("7777"))
    assert client.write_register(108, 43).exception_code == 4
    assert client.read_holding_registers(108, count=1).registers == served.read(108)


# fmt: off
REFUSED = (
    (lambda client: client.read_holding_registers(1500, count=1),      2, "a read outside the map"),
    (lambda client: client.read_holding_registers(1490, count=20),     2, "a read across its end"),
    (lambda client: client.read_input_registers(0, count=1),           1, "input registers"),
    (lambda client: client.read_coils(0, count=1),                     1, "coils"),
    (lambda client: client.write_coil(0, True),                        1, "a write of a coil"),
    (lambda client: client.mask_write_register(address=178),           1, "a masked write"),
    (lambda client: client.write_register(500, 1),                     2, "a write of a live value"),
    (lambda client: client.write_registers(498, [0, 0, 0]),            2, "a write across the last setting"),
)
# fmt: on


@pytest.mark.parametrize(("call", "code", "name"), REFUSED, ids=[row[2] for row in REFUSED])
def test_refuses(client, call, code, name):
    assert call(client).exception_code == code


@pytest.mark.parametrize(("first", "count"), ((0, 0), (0, 126), (0, 65535)))
def test_a_count_that_no_frame_can_carry_is_refused(wire, first, count):
    wire.sendall(request(1, read_body(first, count)))
    assert answered(wire) == (1, 1, bytes((0x83, 3)))


# ---- units, streams, counters ---------------------------------------------------------------


def test_it_hears_its_address_and_what_means_the_device_itself(wire):
    wire.sendall(b"".join(request(unit, read_body(588, 1), unit) for unit in (1, 0, 255, 7)))
    answers = [answered(wire) for _ in range(4)]
    assert [(transaction, unit) for transaction, unit, _ in answers] == [
        (1, 1), (0, 0), (255, 255), (7, 7),
    ]  # fmt: skip
    assert [body[0] for _, _, body in answers] == [0x03, 0x03, 0x03, 0x83]
    assert answers[3][2] == bytes((0x83, 11))


def test_the_address_follows_the_modbus_sn_setting(served, wire):
    served.set(parallel_enable=True, parallel_address=5)
    wire.sendall(request(1, read_body(588, 1), 5) + request(2, read_body(588, 1), 1))
    assert [answered(wire)[2][0] for _ in range(2)] == [0x03, 0x83]


def test_requests_in_one_segment_are_all_answered_in_order(served, wire):
    served.hold()
    # More than fit the buffer of a connection, so that some wait outside it.
    wire.sendall(b"".join(request(n, read_body(n % 500, 1 + n % 125)) for n in range(300)))
    for n in range(300):
        transaction, _, body = answered(wire)
        words = struct.unpack(f">{1 + n % 125}H", body[2:])
        assert (transaction, list(words)) == (n, served.read(n % 500, 1 + n % 125))


def test_a_request_byte_by_byte_is_answered(wire):
    for byte in request(9, read_body(588, 1)):
        wire.sendall(bytes((byte,)))
        time.sleep(0.005)
    assert answered(wire)[0] == 9


def test_what_asks_and_hangs_up_its_side_is_still_answered(wire):
    wire.sendall(request(9, read_body(588, 1)))
    wire.shutdown(socket.SHUT_WR)
    assert answered(wire)[0] == 9


# fmt: off
NO_HEADER = (
    ("0001 0001 0006 01 03 0000 0001", "another protocol"),
    ("0001 0000 0001 01 03 0000 0001", "a length without a function"),
    ("0001 0000 00ff 01 03 0000 0001", "a length beyond the longest frame"),
)
# fmt: on


@pytest.mark.parametrize(("sent", "name"), NO_HEADER, ids=[row[1] for row in NO_HEADER])
def test_a_header_that_cannot_be_one_ends_the_connection(served, wire, sent, name):
    wire.sendall(request(3, read_body(588, 1)) + bytes.fromhex(sent))
    assert answered(wire)[0] == 3
    assert wire.recv(1) == b""
    assert served.told["errors"] == 1


def test_it_tells_how_often_it_was_asked_and_by_whom(served, client):
    client.read_holding_registers(588, count=1)
    client.read_holding_registers(1500, count=1)
    assert served.told == {
        "name": "modbus",
        "where": f"127.0.0.1:{served.port.port}",
        "requests": 2,
        "errors": 1,
        "last_client": "127.0.0.1",
        "state": "open",
    }


def test_a_port_that_is_taken_is_one_line(tmp_path):
    with socket.create_server((HOST, 0)) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(PortError) as error:
            Served(tmp_path, lambda image: ModbusTcp(image, HOST, number)).__enter__()
    assert str(error.value) == f"127.0.0.1:{number} cannot be had (address already in use)"


# ---- mbpoll ---------------------------------------------------------------------------------


@needs_mbpoll
def test_mbpoll_reads_and_writes_over_tcp(served):
    served.hold()
    link = ("-m", "tcp", "-p", str(served.port.port), "-a", "1")
    read = mbpoll(*link, "-t", "4", "-r", "586", "-c", "100", HOST)
    assert list(read.values()) == served.read(586, 100)
    mbpoll(*link, "-t", "4", "-r", "108", HOST, "44")
    mbpoll(*link, "-t", "4", "-r", "109", HOST, "45")
    mbpoll(*link, "-t", "4", "-r", "166", HOST, "20", "30")
    assert served.read(108, 2) == [44, 45]
    assert served.read(166, 2) == [20, 30]


# ---- agreement ------------------------------------------------------------------------------

# Register, its least significant bit, and where the panel shows the same figure.
# fmt: off
SHOWN = (
    (587,  0.01, lambda flows: flows["battery_v"]),
    (588,  1.0,  lambda flows: flows["soc"] * 100.0),
    (590,  1.0,  lambda flows: flows["battery_w"]),
    (598,  0.1,  lambda flows: flows["grid_v"][0]),
    (599,  0.1,  lambda flows: flows["grid_v"][1]),
    (600,  0.1,  lambda flows: flows["grid_v"][2]),
    (625,  1.0,  lambda flows: sum(flows["grid_w"])),
    (636,  1.0,  lambda flows: sum(flows["inverter_w"])),
    (672,  1.0,  lambda flows: flows["pv1_w"]),
    (673,  1.0,  lambda flows: flows["pv2_w"]),
    (676,  0.1,  lambda flows: flows["pv1_v"]),
    (678,  0.1,  lambda flows: flows["pv2_v"]),
)
# fmt: on


@needs_mbpoll
def test_two_makes_polling_each_second_agree_with_the_panel_at_the_same_tick(served, client):
    link = ("-m", "tcp", "-p", str(served.port.port), "-a", "1", "-t", "4", "-r", "586")
    agreed, until_s = set(), time.monotonic() + 15.0
    while len(agreed) < 3 and time.monotonic() < until_s:
        before = served.ask(lambda served: served.runner.twin.snapshot())
        one = dict(enumerate(client.read_holding_registers(586, count=100).registers, 586))
        other = mbpoll(*link, "-c", "100", HOST)
        after = served.ask(lambda served: served.runner.twin.snapshot())
        if before["clock_s"] == after["clock_s"]:
            assert one == other
            for address, lsb, shown in SHOWN:
                word = one[address] - (one[address] >> 15 << 16)
                assert word * lsb == pytest.approx(shown(before["flows"]), abs=lsb), address
            agreed.add(before["clock_s"])
            time.sleep(1.0)
    assert len(agreed) == 3
