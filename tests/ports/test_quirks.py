"""A unit's own ways: two ages of the firmware, larger steps, and loggers with manners of their own."""

import asyncio
import socket

import pytest

from tests.ports.living import Living
from twinverter.catalog.links import FIRMWARES, LOGGER_SERIAL, LOGGERS
from twinverter.catalog.settings import find
from twinverter.ports import rtu, v5frame
from twinverter.ports.dialect import dialect
from twinverter.ports.port import OPEN, SEARCHING
from twinverter.ports.quirks import Rebooting, solarman
from twinverter.scenario.error import HouseError

HOST = "127.0.0.1"
# What a test waits at most for an answer that is lost.
LOST_S = 0.3


# ---- firmware ----------------------------------------------------------------------------------


@pytest.fixture
def unit(devices, linked):
    """Return a maker of devices with a firmware."""
    return lambda firmware: devices(linked(firmware=firmware))


# fmt: off
CONSTANTS = (
    # firmware    0: device  2: protocol  23
    ("v104",      0x0005,    0x0104,      2),
    ("v100",      0x0500,    0x0100,      1),
    ("v104_10w",  0x0005,    0x0104,      2),
)
# fmt: on


@pytest.mark.parametrize(("firmware", "device", "protocol", "frame"), CONSTANTS)
def test_a_firmware_says_its_age(unit, firmware, device, protocol, frame):
    assert unit(firmware).words(0, 2, 23) == {0: device, 2: protocol, 23: frame}


# fmt: off
PLACES = (
    # setting             value    firmware   address  word
    ("reconnect_vol_high", 263.0,  "v104",    350,     2630),
    ("grid_vol_high",     265.0,   "v104",    185,     2650),
    ("grid_vol_high",     265.0,   "v100",    185,     2650),
    ("vrt_hv2_v",         270.0,   "v100",    381,     2700),
    ("vrt_lv3_s",         0.5,     "v100",    390,     50),
    ("frt_lf1_hz",        47.5,    "v100",    394,     4750),
    ("qv_q1",             -0.44,   "v100",    405,     0x10000 - 44),
    ("normal_ramp_pct_s", 20.0,    "v100",    415,     20),
    ("max_sell_power_w",  5000,    "v104",    143,     5000),
    ("max_sell_power_w",  5000,    "v104_10w", 143,    500),
    ("tou3_power_w",      2500,    "v104_10w", 156,    250),
    ("max_charge_a",      40,      "v104_10w", 108,    40),
)
# fmt: on


@pytest.mark.parametrize(("key", "value", "firmware", "address", "word"), PLACES)
def test_a_setting_stands_where_the_firmware_has_it_both_ways(
    unit, key, value, firmware, address, word
):
    device = unit(firmware)
    first = device.twin.values[key]
    device.twin.write({key: value})
    assert device.word(address) == word
    device.twin.write({key: first})
    assert device.write(address, word) == (0, "")
    assert device.twin.values[key] == value


def test_what_the_older_firmware_has_no_place_for_is_left_alone(unit):
    device = unit("v100")
    before = device.twin.values["reconnect_vol_high"]
    assert device.write(350, 400) == (0, "")
    assert device.word(350) == 400, "there it is the ramp of charging"
    assert device.write(350, 501)[0] == 3
    assert device.twin.values["reconnect_vol_high"] == before


def test_the_older_firmware_has_no_high_words_of_grid_powers(unit):
    device = unit("v100")
    device.twin.write({"solar_sell": True})
    device.twin.take("sun_w_m2", 1000)
    device.run(60)
    assert device.word(625) > 0x8000 and device.word(690) == 0
    assert device.image.value("grid_power_total") == device.word(625) - 0x10000


def test_a_larger_step_is_read_as_the_same_power(unit):
    device = unit("v104_10w")
    device.twin.take("sun_w_m2", 800)
    device.run(30)
    power_w = device.twin.snapshot()["flows"]["pv1_w"]
    assert device.word(672) == round(power_w / 10.0) > 50
    assert device.image.value("pv1_power") == pytest.approx(power_w, abs=10.0)


@pytest.mark.parametrize("firmware", [row.key for row in FIRMWARES])
def test_no_two_rows_of_a_firmware_claim_the_same_bits(firmware):
    rows, claimed = dialect(firmware), {}
    claims = [(word.address, word.mask, row.key) for row in rows.settings for word in row.words]
    claims += [(place, row.mask, row.key) for row in rows.held for place in row.addresses]
    claims += [(place, 0xFFFF, row.key) for row in rows.telemetry for place in row.addresses]
    for address, mask, key in claims:
        for bit in range(16):
            if mask >> bit & 1:
                assert claimed.setdefault((address, bit), key) == key, f"{address}.{bit}"


@pytest.mark.parametrize("firmware", [row.key for row in FIRMWARES])
def test_every_setting_of_a_firmware_is_one_of_the_table(firmware):
    assert all(find(row.key).path == row.path for row in dialect(firmware).settings)


# ---- the house file ----------------------------------------------------------------------------


# fmt: off
WRONG = (
    # link                              says
    ({"firmware": "v10"},               "site.link.firmware = 'v10': is not known"),
    ({"logger": "singel_socket"},       "did you mean single_socket"),
    ({"logger_serial": 0},              "site.link.logger_serial = 0: is out of range"),
    ({"quirk": 1},                      "site.link.quirk"),
)
# fmt: on


@pytest.mark.parametrize(("link", "says"), WRONG)
def test_a_house_file_with_a_wrong_word_is_refused_by_its_name(linked, link, says):
    with pytest.raises(HouseError) as refusal:
        linked(**link)
    assert says in str(refusal.value)


# ---- loggers -----------------------------------------------------------------------------------


@pytest.fixture
def logger(house, tmp_path):
    """Return a maker of devices with a data logger of some ways."""
    opened = []

    def make(key):
        folder = tmp_path / key
        wires = lambda _, image: [solarman(image, HOST, 0, key, LOGGER_SERIAL)]  # noqa: E731
        opened.append(Living(house, folder, wires))
        return opened[-1].ports[0]

    yield make
    for living in opened:
        living.end()


def connected(port):
    return socket.create_connection((HOST, port.port), 5.0)


def asked(line, sequence=1):
    """Return what the inverter's side says to a read of register 0, None for silence."""
    inner = v5frame.asking(rtu.sealed(1, bytes.fromhex("0300000001")))
    line.sendall(v5frame.pack(v5frame.Frame(v5frame.REQUEST, sequence, 0, LOGGER_SERIAL, inner)))
    try:
        (answer,) = v5frame.Splitter().feed(line.recv(v5frame.LONGEST))
    except TimeoutError:
        return None
    return v5frame.answered(answer.payload)[1]


GOOD = rtu.sealed(1, bytes.fromhex("03020005"))


@pytest.mark.parametrize("key", [row.key for row in LOGGERS if not row.reboots_every_s])
def test_every_logger_answers(logger, key):
    with connected(logger(key)) as line:
        assert asked(line)[: len(GOOD)] == GOOD


def test_a_lossy_logger_is_silent_on_every_tenth_request(logger):
    with connected(logger("lossy")) as line:
        line.settimeout(LOST_S)
        answers = [asked(line, sequence) for sequence in range(20)]
    assert [place for place, answer in enumerate(answers, 1) if answer is None] == [10, 20]


def test_a_single_socket_logger_serves_the_newest_client(logger):
    port = logger("single_socket")
    with connected(port) as first, connected(port) as second:
        assert asked(second) == GOOD
        assert first.recv(1) == b""


def test_a_slow_logger_takes_its_time(logger):
    with connected(logger("slow")) as line:
        line.settimeout(0.1)
        assert asked(line) is None
        line.settimeout(5.0)
        assert line.recv(v5frame.LONGEST)


def test_some_loggers_put_zeros_behind_the_checksum(logger):
    with connected(logger("double_crc")) as line:
        assert asked(line) == GOOD + b"\0\0"


class Wire:
    """A wire that counts how often it was opened and closed."""

    name = "wire"

    def __init__(self):
        self.opened = self.closed = 0
        self.refuses = 0

    async def start(self):
        if self.opened and self.refuses:
            self.refuses -= 1
            raise OSError("taken")
        self.opened += 1

    async def stop(self):
        self.closed += 1

    def told(self):
        return {"name": self.name, "state": OPEN}


def test_a_rebooting_logger_goes_away_and_comes_back():
    wire, states = Wire(), []

    async def live():
        port = Rebooting(wire, every_s=0.02, away_s=0.03)
        await port.start()
        while wire.opened < 3:
            states.append(port.told()["state"])
            await asyncio.sleep(0.005)
        await port.stop()
        await asyncio.sleep(0.1)

    asyncio.run(live())
    assert {OPEN, SEARCHING} == set(states)
    assert (wire.opened, wire.closed) == (3, 3)


def test_a_rebooting_logger_whose_address_is_taken_tries_again(monkeypatch):
    monkeypatch.setattr("twinverter.ports.quirks.AGAIN_S", 0.01)
    wire = Wire()
    wire.refuses = 2

    async def live():
        port = Rebooting(wire, every_s=0.01, away_s=0.01)
        await port.start()
        while wire.opened < 2:
            await asyncio.sleep(0.005)
        await port.stop()

    asyncio.run(live())
    assert wire.refuses == 0 and wire.closed == wire.opened
