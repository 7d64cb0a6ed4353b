"""All wires together: opened and closed as one, told in each snapshot, asked for by options."""

import asyncio
import contextlib
import json
import re
import socket
import subprocess
import sys
import urllib.request

import pytest
from pymodbus.client import ModbusTcpClient

from twinverter.cli.wires import Wires, ports
from twinverter.ports.port import OPEN, Counter, PortError
from twinverter.ports.wiring import Ports


class Wire:
    """A wire that only keeps count."""

    def __init__(self, name, fault=None, ends_badly=False):
        self.name = name
        self.counter = Counter()
        self.is_open = False
        self._fault, self._ends_badly = fault, ends_badly

    async def start(self):
        if self._fault is not None:
            raise self._fault
        self.is_open = True

    async def stop(self):
        self.is_open = False
        if self._ends_badly:
            raise RuntimeError("stuck")

    def told(self):
        return self.counter.told(self.name, f"{self.name} socket")


def test_open_wires_are_told_in_the_snapshot_with_what_came_by(device):
    one, other = Wire("one"), Wire("other")
    wiring = Ports(device.twin, [one, other])
    asyncio.run(wiring.start())
    one.counter.note("192.0.2.1")
    one.counter.note("192.0.2.2")
    one.counter.fail("192.0.2.3")
    shown = json.loads(json.dumps(device.twin.snapshot()["ports"]))
    assert shown[0] == {
        "name": "one", "where": "one socket", "state": OPEN,
        "requests": 2, "errors": 1, "last_client": "192.0.2.3",
    }  # fmt: skip
    assert [row["name"] for row in shown] == ["one", "other"]
    asyncio.run(wiring.stop())
    assert not one.is_open and not other.is_open
    assert "ports" not in device.twin.snapshot()


def test_without_wires_the_snapshot_does_not_speak_of_them(device):
    asyncio.run(Ports(device.twin, []).start())
    assert "ports" not in device.twin.snapshot()


def test_a_wire_that_cannot_be_had_is_told_and_the_others_are_closed_again(device):
    good = Wire("good")
    taken = Wire("taken", OSError(98, "Address already in use"))
    lost = Wire("lost", PortError("lost: no such device"))
    with pytest.raises(PortError) as refusal:
        asyncio.run(Ports(device.twin, [good, taken, lost]).start())
    assert str(refusal.value) == (
        "taken: taken socket cannot be had (Address already in use); lost: no such device"
    )
    assert not good.is_open and "ports" not in device.twin.snapshot()


def test_a_wire_that_closes_badly_does_not_keep_the_others_open(device, caplog):
    good, bad = Wire("good"), Wire("bad", ends_badly=True)
    wiring = Ports(device.twin, [bad, good])
    asyncio.run(wiring.start())
    asyncio.run(wiring.stop())
    assert not good.is_open
    assert "bad: did not close well (stuck)" in caplog.text


# fmt: off
ASKED = (
    # wires                                       names of the ports
    (Wires(),                                     []),
    (Wires(modbus=0),                             ["modbus"]),
    (Wires(modbus=0, solarman=0, sunspec=0),      ["modbus", "solarman", "sunspec"]),
    (Wires(rtu="/dev/ttyS9"),                     ["rtu"]),
    (Wires(solarman_push="127.0.0.1:1"),          ["solarman push"]),
    (Wires(mqtt="mqtt://127.0.0.1:1"),            ["mqtt"]),
    (Wires(can="virtual", bms="/dev/ttyS9"),      ["can", "bms"]),
    (Wires(meter="127.0.0.1:1", meter_server=0),  ["meter", "meter_server"]),
)
# fmt: on


@pytest.mark.parametrize(("asked", "names"), ASKED)
def test_each_option_makes_its_wire(device, asked, names):
    assert [port.name for port in ports(device.twin, "127.0.0.1", asked)] == names


def test_servers_of_several_kinds_listen_beside_each_other(device):
    wires = Wires(modbus=0, solarman=0, sunspec=0)
    wiring = Ports(device.twin, ports(device.twin, "127.0.0.1", wires))

    async def live():
        await wiring.start()
        for told in wiring.told():
            host, _, port = told["where"].rpartition(":")
            with socket.create_connection((host, int(port)), 5.0):
                assert told["state"] == OPEN and told["requests"] == 0
        await wiring.stop()

    asyncio.run(live())


# ---- the command -------------------------------------------------------------------------------

COMMAND = (sys.executable, "-m", "twinverter", "live", "--no-browser", "--port", "0")


@contextlib.contextmanager
def running(folder, *words):
    """Yield a live command's process, its panel's address, and name -> port of its wires."""
    process = subprocess.Popen(
        [*COMMAND, "--data", str(folder), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        panel = process.stdout.readline().removeprefix("Panel: ").strip()
        wires = {}
        while panel and len(wires) < sum(word.startswith("--") for word in words):
            found = re.match(r"([\w ]+): 127\.0\.0\.1:(\d+), ", process.stderr.readline())
            wires |= {found[1]: int(found[2])} if found else {}
        yield process, panel, wires
    finally:
        process.kill()
        process.communicate()


def test_a_live_device_answers_on_its_wires_and_counts_what_came_by(tmp_path):
    words = ("--modbus", "0", "--solarman", "0")
    with running(tmp_path / "memory", *words) as (process, panel, wires):
        with ModbusTcpClient("127.0.0.1", port=wires["modbus"]) as client:
            assert client.read_holding_registers(0, count=23).registers[22] == 0x0203
            assert client.read_holding_registers(108, count=1).registers == [100]
            assert not client.write_registers(108, [41]).isError()
            assert client.write_registers(108, [191]).exception_code == 3
        with urllib.request.urlopen(f"{panel}/api/settings", timeout=10) as answer:
            settings = answer.read().decode()
        with urllib.request.urlopen(f"{panel}/api/snapshot", timeout=10) as answer:
            modbus, solarman = json.load(answer)["ports"]
        assert re.search(r'"battery.max_charge_a":\s*41\b', settings), settings[:500]
        assert (modbus["requests"], modbus["errors"]) == (4, 1)
        assert modbus["last_client"] == "127.0.0.1" and solarman["requests"] == 0
        process.terminate()
        assert process.wait(15) == 0


def test_a_wire_that_cannot_be_had_ends_the_command_with_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = ("--modbus", str(taken.getsockname()[1]), "--data", str(tmp_path / "memory"))
        done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last.startswith("twinverter: ") and words[1] in last and "cannot be had" in last
    assert "Traceback" not in done.stderr
