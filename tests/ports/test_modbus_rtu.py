"""Modbus RTU on a pseudo-terminal: pymodbus and mbpoll over a cable, and frames bent by hand."""

import os
import select
import time
import tty

import pytest
from pymodbus.client import ModbusSerialClient

from tests.ports.mbpoll import mbpoll, needs_mbpoll
from tests.ports.served import Cable, Served
from twinverter.ports import rtu
from twinverter.ports.modbus import CARE_S, ModbusRtu
from twinverter.ports.port import PortError
from twinverter.ports.rtu_line import GAP_S

READ_SOC = bytes.fromhex("03 024c 0001")
PATIENCE_S = 2.0
# Long enough that an answer would have come.
SILENT_S = 3.0 * GAP_S


class Line:
    """The far end of the device's serial line, bytes in a test's hands."""

    def __init__(self, place):
        self.device = str(place / "tty")
        self.end, self.own = None, None
        self.plug()

    def plug(self):
        """Put a new adapter in, under the same name."""
        self.end, self.own = os.openpty()
        tty.setraw(self.own)
        if os.path.lexists(self.device):
            os.unlink(self.device)
        os.symlink(os.ttyname(self.own), self.device)

    def pull(self):
        """Pull the adapter out."""
        os.close(self.end)
        os.close(self.own)
        self.end = self.own = None

    def send(self, frame):
        os.write(self.end, frame)

    def heard(self, seconds):
        """Return what comes until the line is silent, for so long at most."""
        data, end_s = b"", time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0.0:
            ready, _, _ = select.select([self.end], [], [], left_s)
            if ready:
                data += os.read(self.end, 1024)
                end_s = min(end_s, time.monotonic() + SILENT_S)
        return data


@pytest.fixture
def line(tmp_path):
    line = Line(tmp_path)
    yield line
    if line.end is not None:
        line.pull()


@pytest.fixture
def served(tmp_path, line):
    with Served(tmp_path, lambda image: ModbusRtu(image, line.device)) as served:
        yield served


@pytest.fixture
def cable():
    cable = Cable()
    yield cable
    cable.close()


@pytest.fixture
def wired(tmp_path, cable):
    with Served(tmp_path, lambda image: ModbusRtu(image, cable.near)) as served:
        yield served


def soc(served, address=1):
    """Return the frame that answers READ_SOC."""
    return rtu.sealed(address, bytes((0x03, 2)) + served.read(588)[0].to_bytes(2, "big"))


# ---- clients --------------------------------------------------------------------------------


def test_pymodbus_reads_and_writes(wired, cable):
    wired.hold()
    with ModbusSerialClient(cable.far, baudrate=9600, timeout=5) as client:
        for first, count in ((0, 125), (586, 123), (1490, 10)):
            assert client.read_holding_registers(first, count=count).registers == wired.read(
                first, count
            )
        assert not client.write_registers(108, [40, 60]).isError()
        assert client.write_register(108, 60_000).exception_code == 3
        assert client.read_input_registers(0, count=1).exception_code == 1
    assert wired.read(108, 2) == [40, 60]


@needs_mbpoll
def test_mbpoll_reads_and_writes(wired, cable):
    wired.hold()
    link = ("-m", "rtu", "-b", "9600", "-P", "none", "-a", "1")
    read = mbpoll(*link, "-t", "4", "-r", "586", "-c", "100", cable.far)
    assert list(read.values()) == wired.read(586, 100)
    mbpoll(*link, "-t", "4", "-r", "108", cable.far, "44")
    mbpoll(*link, "-t", "4", "-r", "166", cable.far, "20", "30")
    assert wired.read(108) == [44]
    assert wired.read(166, 2) == [20, 30]


# ---- frames ---------------------------------------------------------------------------------

ASKED = rtu.sealed(1, READ_SOC)
OTHER = rtu.sealed(2, bytes.fromhex("03 0000 0002"))
OTHER_ANSWERED = rtu.sealed(2, bytes.fromhex("03 04 0102 0304"))
# fmt: off
BURSTS = (
    ((ASKED,),                              True,  "a request"),
    ((ASKED[:3], ASKED[3:]),                True,  "a request in two pieces"),
    (tuple(bytes((b,)) for b in ASKED),     True,  "a request byte by byte"),
    ((b"\x00\xff\x01\x03", ASKED),          True,  "noise, then a request"),
    ((OTHER, OTHER_ANSWERED, ASKED),        True,  "the talk of another unit, then a request"),
    ((bytes(5000), ASKED),                  True,  "a burst longer than any frame, then a request"),
    ((OTHER,),                              False, "a request to another unit"),
    ((OTHER_ANSWERED,),                     False, "another unit's answer"),
    ((ASKED[:-1],),                         False, "a request that is cut off"),
    ((ASKED[:-1] + b"\x00",),               False, "a request with a wrong CRC"),
    ((ASKED[:-2] + ASKED[:-3:-1],),         False, "a request with the CRC's bytes swapped"),
    ((b"\x01",),                            False, "one byte"),
    ((b"\x01\x10\x00\x6c\x00\x02\xff",),    False, "a write that tells of more than comes"),
    ((rtu.sealed(0, READ_SOC),),            False, "a broadcast"),
)
# fmt: on


@pytest.mark.parametrize(("pieces", "is_answered", "name"), BURSTS, ids=[row[2] for row in BURSTS])
def test_hears(served, line, pieces, is_answered, name):
    served.hold()
    for piece in pieces:
        line.send(piece)
        time.sleep(GAP_S / 20.0)
    assert line.heard(PATIENCE_S if is_answered else SILENT_S) == soc(served) * is_answered


@pytest.mark.parametrize(
    "bent", (ASKED[:-1], ASKED[:-1] + b"\x00", b"\x01\x10\x00\x6c\x00\x02\xff")
)
def test_what_is_bent_does_not_spoil_the_request_after_a_silence(served, line, bent):
    served.hold()
    line.send(bent)
    assert line.heard(SILENT_S) == b""
    line.send(ASKED)
    assert line.heard(PATIENCE_S) == soc(served)
    assert served.told["errors"] == 1


def test_a_function_that_is_not_open_is_answered_so_whatever_its_length(served, line):
    for body in ("07", "16 0064 00f2 0025", "2b 0e 01 00"):
        line.send(rtu.sealed(1, bytes.fromhex(body)))
        expected = rtu.sealed(1, bytes((int(body[:2], 16) | 0x80, 1)))
        assert line.heard(PATIENCE_S) == expected


def test_a_broadcast_writes_and_is_not_answered(served, line):
    line.send(rtu.sealed(0, bytes.fromhex("06 006c 002a")))
    assert line.heard(SILENT_S) == b""
    assert served.value("max_charge_a") == 42


def test_the_address_follows_the_modbus_sn_setting(served, line):
    served.hold().set(parallel_enable=True, parallel_address=5)
    line.send(ASKED)
    assert line.heard(SILENT_S) == b""
    line.send(rtu.sealed(5, READ_SOC))
    assert line.heard(PATIENCE_S) == soc(served, 5)


def test_the_speed_follows_its_setting(served, line):
    served.hold()
    assert served.told["where"].endswith("at 9600 Bd")
    served.set(modbus_baud=19200)
    time.sleep(2.0 * CARE_S)
    assert served.told["where"].endswith("at 19200 Bd")
    line.send(ASKED)
    assert line.heard(PATIENCE_S) == soc(served)


def test_an_adapter_that_is_pulled_out_is_opened_again_when_it_is_back(served, line):
    served.hold()
    line.pull()
    os.unlink(line.device)
    time.sleep(2.0 * CARE_S)
    assert served.told["state"] == "searching"
    line.plug()
    time.sleep(2.0 * CARE_S)
    line.send(ASKED)
    assert line.heard(PATIENCE_S) == soc(served)
    assert served.told["state"] == "open"


def test_a_device_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(PortError) as error:
        Served(tmp_path, lambda image: ModbusRtu(image, "/dev/ttyNONE")).__enter__()
    assert str(error.value) == "/dev/ttyNONE cannot be had (no such file or directory)"
