"""The energy meter's wire: a foreign meter that is regulated by, and the twin's own one."""

import asyncio
import math
import os
import random
import socket
import struct
import tty

import pytest
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tests.ports.bench import QUIET, benched, pass_by
from twinverter.ports import dtsu666, rtu
from twinverter.ports.dtsu666 import Setup
from twinverter.ports.meter import MeterClient, MeterLine, MeterServer, client
from twinverter.ports.port import PortError

BY_METER = {"work_mode": "zero_export_ct", "ex_meter_for_ct": True, "max_discharge_a": 190}
NOWHERE = "127.0.0.1:1"


@pytest.fixture
def device(tmp_path):
    with benched(tmp_path, **BY_METER) as living:
        yield living.run(5)


@pytest.fixture
def meter(device):
    return MeterClient(device.twin, NOWHERE)


def words(*values):
    """Return the registers of floats, high word first."""
    data = struct.pack(f">{len(values)}f", *values)
    return list(struct.unpack(f">{2 * len(values)}H", data))


# ---- the registers ----------------------------------------------------------------------------

PLAIN = Setup()
# fmt: off
POWERS = [
    # total and phases as they stand there     setup                  watts
    ((15000.0, 4000.0, 5000.0, 6000.0),        PLAIN,                 (400.0, 500.0, 600.0)),
    ((-300.0, -100.0, -200.0, 0.0),            PLAIN,                 (-10.0, -20.0, 0.0)),
    ((30.0, 10.0, 10.0, 10.0),                 Setup(0.1 * 40),       (40.0, 40.0, 40.0)),
]
# fmt: on


@pytest.mark.parametrize("values, setup, watts", POWERS)
def test_powers_are_tenths_of_watts_times_the_ratios(values, setup, watts):
    assert dtsu666.powers_w(words(*values), setup) == pytest.approx(watts)


# fmt: off
SETUPS = [
    # CT ratio  VT ratio  order  scale          bytes
    (1,         10,       0,     0.1,           "ABCD"),
    (40,        10,       1,     4.0,           "CDAB"),
    (40,        20,       2,     8.0,           "BADC"),
    (0,         0,        3,     0.1,           "DCBA"),
    (1,         10,       9,     0.1,           "ABCD"),
]
# fmt: on


@pytest.mark.parametrize("current, voltage, order, scale, letters", SETUPS)
def test_ratios_and_the_order_of_the_bytes_are_read_from_the_meter(
    current, voltage, order, scale, letters
):
    found = [0] * dtsu666.SET_COUNT
    found[0x06], found[0x07], found[0x0C] = current, voltage, order
    assert dtsu666.setup(found) == (pytest.approx(scale), letters)


@pytest.mark.parametrize("order", dtsu666.ORDERS)
def test_a_float_is_read_in_whatever_order_its_bytes_come(order):
    plain = struct.pack(">f", 4000.0)
    came = bytes(plain["ABCD".index(letter)] for letter in order)
    turned = [*struct.unpack(">HH", came)] * 4
    assert dtsu666.powers_w(turned, Setup(0.1, order)) == pytest.approx((400.0,) * 3)


# fmt: off
NEVER = [
    words(0.0, math.nan, 0.0, 0.0),
    words(0.0, 0.0, math.inf, 0.0),
    words(0.0, 0.0, 0.0, 1e9),
    words(0.0, 0.0, 0.0),
    [],
]
# fmt: on


@pytest.mark.parametrize("found", NEVER)
def test_what_was_never_measured_is_no_reading(found):
    with pytest.raises(ValueError):
        dtsu666.powers_w(found, PLAIN)


# ---- regulating by a foreign meter ------------------------------------------------------------


def closed_loop(device, meter, home_w, seconds, late=False):
    """Let a meter at the mains of a house read, twice a second as the port does."""
    before = device.twin.flows.ld_w

    def ask():
        own_w = before if late else device.twin.flows.ld_w
        for _ in range(2):
            meter.hear(tuple(home + own for home, own in zip(home_w, own_w, strict=True)))

    for _ in range(seconds):
        now = device.twin.flows.ld_w
        pass_by(device, 1, ask)
        before = now
    return sum(home + own for home, own in zip(home_w, device.flows["ld_w"], strict=True))


@pytest.mark.parametrize("late", [False, True])
def test_zero_export_to_ct_follows_a_foreign_meter_that_shows_500_w_import(device, meter, late):
    """Must show 7: the house before the meter takes 480 W more than nobody knew of."""
    device.world(home_w=0).run(2)
    assert sum(device.flows["grid_w"]) == pytest.approx(20.0, abs=0.5)
    own_w = device.flows["ld_w"]
    house_w = tuple((500.0 - sum(own_w)) / 3.0 for _ in own_w)
    # The first reading is 500 W; at the end the set 20 W are imported, whoever reads a second late.
    left_w = closed_loop(device, meter, house_w, 40 if late else 10, late)
    assert left_w == pytest.approx(20.0, abs=1.0)
    assert sum(device.flows["home_w"]) == pytest.approx(480.0, abs=1.0)
    assert sum(device.flows["inverter_w"]) == pytest.approx(1000.0 + 480.0 - 20.0, abs=1.5)
    assert device.why["grid"] == "grid_setpoint" and "regulates by" in meter.foreign.told()


def test_a_meter_whose_reading_does_not_answer_to_the_machine_drives_it_to_its_limit(device, meter):
    """500 W import whatever the machine does: it gives more and more, as a real one would."""
    device.set(max_discharge_a=60)
    for _ in range(20):
        meter.hear((500.0, 0.0, 0.0))
        device.run(1)
    assert device.flows["battery_a"] == pytest.approx(60.0, abs=0.1)
    assert device.why["battery"] == "batt_discharge_limit"


def test_a_meter_that_dies_is_fallen_back_from_within_two_seconds_and_named_after_ten(
    device, meter
):
    """Must show 7, C-26: zero export to load, W04, until it answers again."""
    closed_loop(device, meter, (300.0, 300.0, 300.0), 15)
    assert sum(device.flows["ld_w"]) == pytest.approx(20.0 - 900.0, abs=1.0)
    pass_by(device, 1, meter.miss)
    assert "W04" not in device.alarms
    pass_by(device, 1, meter.miss)
    assert sum(device.flows["ld_w"]) == pytest.approx(20.0, abs=1.0)
    # The house is still there, and the grid carries it.
    assert sum(device.flows["grid_w"]) == pytest.approx(920.0, abs=1.0)
    assert device.alarms == [] and device.why["grid"] == "grid_sensor_lost"
    assert meter.foreign.told() == "does not answer" and meter.told()["errors"] == 2
    pass_by(device, 7, meter.miss)
    assert device.alarms == []
    pass_by(device, 1, meter.miss)
    assert device.alarms == ["W04"]
    closed_loop(device, meter, (300.0, 300.0, 300.0), 15)
    assert device.alarms == [] and sum(device.flows["ld_w"]) == pytest.approx(-880.0, abs=1.0)


def test_a_meter_that_never_answered_is_as_a_dead_one(device, meter):
    pass_by(device, 10, meter.miss)
    assert device.alarms == ["W04"] and device.seen("wires") == {"meter": {"ct_ok": 0.0}}


# fmt: off
TURNED = [
    # inverter L1 on  phases A, B, C of the meter  L1, L2, L3 of the house
    ("A",             (100.0, 200.0, 300.0),       [100.0, 200.0, 300.0]),
    ("B",             (100.0, 200.0, 300.0),       [200.0, 300.0, 100.0]),
    ("C",             (100.0, 200.0, 300.0),       [300.0, 100.0, 200.0]),
    # others behind the meter give 600 W in sum: the house takes nothing in sum
    ("A",             (-900.0, 0.0, 300.0),        [-700.0, 200.0, 500.0]),
]
# fmt: on


@pytest.mark.parametrize("letter, read_w, house_w", TURNED)
def test_the_meters_phases_are_those_the_inverter_is_told_of(device, letter, read_w, house_w):
    device.set(ex_meter_phase=letter)
    meter = MeterClient(device.twin, NOWHERE)
    own_w = device.twin.flows.ld_w
    turn = "ABC".index(letter)
    added_w = [own_w[(place - turn) % 3] for place in range(3)]
    meter.hear(tuple(read + own for read, own in zip(read_w, added_w, strict=True)))
    held = device.seen("wires")["meter"]
    assert list(held.values()) == pytest.approx(house_w, abs=0.01)
    assert list(held) == ["home_w_l1", "home_w_l2", "home_w_l3"]


# fmt: off
UNUSED = [
    {"ex_meter_for_ct": False},
    {"meter_select": "none"},
    {"meter_select": "eastron"},
]
# fmt: on


@pytest.mark.parametrize("changes", UNUSED)
def test_a_meter_that_is_not_set_is_read_and_not_regulated_by(device, meter, changes):
    meter.hear((100.0, 100.0, 100.0))
    device.set(**changes)
    meter.hear((900.0, 900.0, 900.0))
    assert device.run(1).seen("wires") == {}
    assert "is off" in meter.foreign.told() and meter.told()["requests"] == 2
    meter.miss()
    assert device.run(5).alarms == []


def test_the_house_of_a_meter_never_makes_its_counter_run_backwards(device, meter):
    chance, counted_wh = random.Random(7), 0.0
    for _ in range(200):
        meter.hear(tuple(chance.uniform(-9000.0, 9000.0) for _ in range(3)))
        device.run(1)
        home_wh = device.twin.state.meters.home_wh
        assert home_wh >= counted_wh
        counted_wh = home_wh


# ---- over the wire ----------------------------------------------------------------------------


async def foreign_server(found, address=("127.0.0.1", 0)):
    """Return somebody's DTSU666 on TCP, and its port; `found` are its registers, read anew."""

    async def fill(function, start, address, count, registers, values):
        for place in range(len(registers)):
            registers[place] = found.get(start + place, 0)

    blocks = [
        SimData(0, count=64, values=0, datatype=DataType.REGISTERS),
        SimData(0x2000, count=128, values=0, datatype=DataType.REGISTERS),
    ]
    gap = SimData(64, count=0x2000 - 64, datatype=DataType.INVALID)
    blocks.insert(1, gap)
    server = ModbusTcpServer(SimDevice(id=1, simdata=blocks, action=fill), address=address)
    await server.serve_forever(background=True)
    return server, server.transport.sockets[0].getsockname()[1]


def registers(ratio=1, **phases_w):
    """Return the registers of a meter that reads these powers of its phases."""
    found = {0x06: ratio, 0x07: 10}
    values = [phases_w.get(letter, 0.0) * 10.0 / ratio for letter in "abc"]
    for place, word in enumerate(words(sum(values), *values)):
        found[0x2012 + place] = word
    return found


async def until(holds, device=None):
    """Wait until something holds, for a few seconds at most; the device lives on meanwhile."""
    for _ in range(400):
        if holds():
            return
        if device is not None:
            device.run(1)
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to it")


def test_a_client_reads_a_meter_loses_it_and_finds_it_again(device):
    found = registers(ratio=40, a=700.0, b=-100.0)

    async def story():
        server, port = await foreign_server(found)
        meter = MeterClient(device.twin, f"127.0.0.1:{port}")
        await meter.start()
        await until(lambda: meter.told()["requests"])
        assert meter.foreign.power_w == pytest.approx((700.0, -100.0, 0.0))
        await server.shutdown()
        await until(lambda: meter.told()["errors"])
        assert meter.told()["state"] == "does not answer"
        server, _ = await foreign_server(found, ("127.0.0.1", port))
        await until(lambda: not meter.foreign.is_silent)
        await meter.stop()
        await server.shutdown()
        return meter.told()["state"]

    assert asyncio.run(story()) == "closed" and device.run(1).seen("wires") == {}


def test_a_meter_that_is_not_there_yet_is_searched_for_and_stops_no_device(device):
    async def story():
        meter = MeterClient(device.twin, NOWHERE)
        await meter.start()
        await until(lambda: meter.told()["errors"] >= 2, device)
        state = meter.told()["state"]
        await meter.stop()
        return state

    assert asyncio.run(story()) == "searching" and device.mode != "fault"


def test_a_meter_that_comes_later_than_the_device_is_found(device):
    async def story():
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        meter = MeterClient(device.twin, f"127.0.0.1:{port}")
        await meter.start()
        await until(lambda: meter.told()["errors"])
        server, _ = await foreign_server(registers(c=300.0), ("127.0.0.1", port))
        await until(lambda: meter.foreign.power_w)
        power_w = meter.foreign.power_w
        await meter.stop()
        await server.shutdown()
        return power_w

    assert asyncio.run(story()) == pytest.approx((0.0, 0.0, 300.0))


def test_a_meter_that_answers_nonsense_is_no_meter(device):
    """Must show 5: random bytes instead of answers, and readings that cannot be."""
    chance = random.Random(6)

    async def nonsense(reader, writer):
        while await reader.read(300):
            writer.write(chance.randbytes(chance.randrange(1, 400)))
            await writer.drain()

    async def story():
        server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        meter = MeterClient(device.twin, f"127.0.0.1:{port}")
        await meter.start()
        await until(lambda: meter.told()["errors"] >= 3, device)
        power_w = meter.foreign.power_w
        await meter.stop()
        server.close()
        return power_w

    assert asyncio.run(story()) is None and device.run(3).alarms == []


@pytest.mark.parametrize(
    "where, host",
    [("10.0.0.5:502", "10.0.0.5"), ("[::1]:502", "::1"), ("meter.lan:1502", "meter.lan")],
)
def test_an_address_with_a_port_is_a_meter_on_the_network(where, host):
    async def made():
        return client(where)

    found = asyncio.run(made())
    assert isinstance(found, AsyncModbusTcpClient) and found.comm_params.host == host


@pytest.mark.parametrize("where", ["/dev/no-such", "COM3:", "host:99999"])
def test_a_device_that_cannot_be_had_is_told_in_one_line(device, where):
    with pytest.raises(PortError, match=f"meter {where}: cannot be had"):
        asyncio.run(MeterClient(device.twin, where).start())


@pytest.fixture
def pty():
    """A serial line without hardware: our end, and the device at the other."""
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    yield ours, os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


async def heard(ours):
    """Return the next bytes on our end of a line, nothing where none came for two seconds."""
    for _ in range(400):
        await asyncio.sleep(0.005)
        try:
            return os.read(ours, 1000)
        except BlockingIOError:
            continue
    return b""


def test_a_client_reads_a_meter_on_a_serial_line(device, pty):
    ours, name = pty
    found = registers(a=250.0, b=-50.0, c=1000.0)

    async def story():
        meter = MeterClient(device.twin, name)
        await meter.start()
        asked = []
        while meter.foreign.power_w is None and len(asked) < 10:
            address, body = rtu.opened(await heard(ours))
            first, count = struct.unpack(">HH", body[1:])
            asked.append((address, body[0], first, count))
            words = [found.get(first + place, 0) for place in range(count)]
            answer = struct.pack(f">BB{count}H", body[0], 2 * count, *words)
            os.write(ours, rtu.sealed(address, answer))
            await asyncio.sleep(0.02)
        power_w = meter.foreign.power_w
        await meter.stop()
        return asked, power_w

    asked, power_w = asyncio.run(story())
    assert asked == [(1, 3, 0x0000, 13), (1, 3, 0x2012, 8)]
    assert power_w == pytest.approx((250.0, -50.0, 1000.0))


def test_the_twins_own_meter_answers_on_a_serial_line(device, pty):
    ours, name = pty
    grid_w = device.flows["grid_w"]

    async def story():
        line = MeterLine(device.twin, name)
        await line.start()
        os.write(ours, rtu.sealed(1, struct.pack(">BHH", 3, 0x2012, 8)))
        answer = rtu.opened(await heard(ours))
        await line.stop()
        return answer

    address, body = asyncio.run(story())
    words = struct.unpack(">8H", body[2:])
    assert (address, body[0], body[1]) == (1, 3, 16)
    assert dtsu666.powers_w(words, PLAIN) == pytest.approx(grid_w, abs=0.01)


# ---- the twin's own meter ---------------------------------------------------------------------


def own_meter(device, ask):
    """Return what a client of the field gets from the twin's own meter."""

    async def story():
        server = MeterServer(device.twin, "127.0.0.1", 0)
        await server.start()
        reader = AsyncModbusTcpClient("127.0.0.1", port=server.port)
        await reader.connect()
        answer = await ask(reader)
        reader.close()
        told = server.told()
        await server.stop()
        return answer, told

    return asyncio.run(story())


def floats(answer):
    data = struct.pack(f">{len(answer.registers)}H", *answer.registers)
    return struct.unpack(f">{len(answer.registers) // 2}f", data)


def test_the_twins_own_meter_reads_what_passes_the_mains(device):
    device.world(home_w=600, grid_l1_v=230, grid_l2_v=231, grid_l3_v=232).run(60)
    flows, energy = device.flows, device.seen("energy")
    held, told = own_meter(
        device, lambda reader: reader.read_holding_registers(0x2000, count=70, device_id=1)
    )
    read = floats(held)
    assert read[3:6] == pytest.approx((2300.0, 2310.0, 2320.0))
    assert read[0] == pytest.approx(math.sqrt(3.0) * 2305.0, rel=1e-3)
    power_w = [value / 10.0 for value in read[9:13]]
    assert power_w == pytest.approx([sum(flows["grid_w"]), *flows["grid_w"]], abs=0.01)
    assert read[6] == pytest.approx(1000.0 * flows["grid_w"][0] / 230.0, rel=1e-4)
    assert read[34] == pytest.approx(flows["grid_hz"] * 100.0)
    counted, _ = own_meter(
        device, lambda reader: reader.read_holding_registers(0x101E, count=12, device_id=1)
    )
    assert floats(counted)[0] == pytest.approx(energy["buy"]["total_wh"] / 1000.0)
    assert floats(counted)[5] == pytest.approx(energy["sell"]["total_wh"] / 1000.0)
    assert (told["requests"], told["last_client"], told["name"]) == (1, "127.0.0.1", "meter_server")


# fmt: off
ASKED = [
    # what is asked                                                     exception
    (lambda reader: reader.read_holding_registers(0x0000, count=13),    0),
    (lambda reader: reader.read_holding_registers(0x3000, count=2),     2),
    (lambda reader: reader.write_register(0x06, 40),                    2),
    (lambda reader: reader.write_registers(0x2012, [1, 2]),             2),
]
# fmt: on


@pytest.mark.parametrize("ask, exception", ASKED)
def test_the_meters_settings_are_read_and_never_written(device, ask, exception):
    answer, _ = own_meter(device, ask)
    assert getattr(answer, "exception_code", 0) == exception


def test_one_twin_regulates_by_the_meter_of_another(device, tmp_path):
    """The second twin is the house: 900 W of its own behind the same mains."""
    folder = tmp_path / "house"
    folder.mkdir()
    with benched(folder, QUIET, work_mode="zero_export_load") as house:
        grid_w = house.world(load_l1_w=0, home_w=900).run(10).flows["grid_w"]

        async def story():
            server = MeterServer(house.twin, "127.0.0.1", 0)
            await server.start()
            meter = MeterClient(device.twin, f"127.0.0.1:{server.port}")
            await meter.start()
            await until(lambda: meter.told()["requests"])
            power_w = meter.foreign.power_w
            await meter.stop()
            await server.stop()
            return power_w

        assert asyncio.run(story()) == pytest.approx(grid_w, abs=0.01)
