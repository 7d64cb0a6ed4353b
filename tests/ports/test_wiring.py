"""All wires together: opened and closed as one, told in each snapshot, asked for by options."""

import asyncio
import json
import socket
import subprocess
import sys
import time

import pytest
from pymodbus.client import ModbusTcpClient

from tests.ports.command import COMMAND, asked, running, told
from tests.ports.served import Cable
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
    (Wires(meter="127.0.0.1:1"),                  ["meter"]),
    (Wires(meter="/dev/ttyS9"),                   ["meter"]),
    (Wires(meter_server="0"),                     ["meter_server"]),
    (Wires(meter_server="/dev/ttyS9"),            ["meter_line"]),
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
        for wire in wiring.told():
            host, _, port = wire["where"].rpartition(":")
            with socket.create_connection((host, int(port)), 5.0):
                assert wire["state"] == OPEN and wire["requests"] == 0
        await wiring.stop()

    asyncio.run(live())


# ---- the command -------------------------------------------------------------------------------


def test_a_live_device_answers_on_its_wires_and_counts_what_came_by(tmp_path):
    words = ("--modbus", "0", "--solarman", "0")
    with running(tmp_path / "memory", *words) as (process, panel, wires):
        with ModbusTcpClient("127.0.0.1", port=wires["modbus"]) as client:
            assert client.read_holding_registers(0, count=23).registers[22] == 0x0203
            assert client.read_holding_registers(108, count=1).registers == [100]
            assert not client.write_registers(108, [41]).isError()
            assert client.write_registers(108, [191]).exception_code == 3
        settings = asked(panel, "settings")
        modbus, solarman = asked(panel, "snapshot")["ports"]
        assert '"battery.max_charge_a": 41' in json.dumps(settings)
        assert (modbus["requests"], modbus["errors"]) == (4, 1)
        assert modbus["last_client"] == "127.0.0.1" and solarman["requests"] == 0
        process.terminate()
        assert process.wait(15) == 0


def test_a_live_device_offers_its_meter_on_a_serial_line_and_reads_one_there(tmp_path):
    cable = Cable()
    words = ("--meter-server", cable.near, "--meter", cable.far)
    with running(tmp_path / "memory", *words) as (_, panel, _):
        end_s = time.monotonic() + 15.0
        while True:
            reader, own = asked(panel, "snapshot")["ports"]
            if reader["requests"] >= 3 and own["requests"] >= 3:
                break
            assert time.monotonic() < end_s, (reader, own)
            time.sleep(0.2)
    assert (reader["name"], reader["where"]) == ("meter", cable.far)
    assert (own["name"], own["where"]) == ("meter_line", f"{cable.near} at 9600 Bd")
    assert reader["errors"] == own["errors"] == 0
    cable.close()


def test_a_meter_server_on_a_port_that_cannot_be_is_told_in_one_line(device):
    with pytest.raises(ValueError, match="--meter-server 65536: is no port"):
        ports(device.twin, "127.0.0.1", Wires(meter_server="65536"))


def test_a_brokers_password_comes_by_the_environment_and_stands_in_no_list_of_processes(tmp_path):
    url = "mqtt://somebody:secret@127.0.0.1:1"
    with running(tmp_path / "memory", TWINVERTER_MQTT=url) as (process, panel, _):
        (broker,) = asked(panel, "snapshot")["ports"]
        listed = subprocess.run(
            ("ps", "-o", "args=", "-p", str(process.pid)), capture_output=True, text=True
        )
        process.terminate()
        _, said = process.communicate(timeout=15)
    assert (broker["name"], broker["where"]) == ("mqtt", "mqtt://127.0.0.1:1")
    assert "live" in listed.stdout and "secret" not in listed.stdout + said


def test_a_wire_that_cannot_be_had_ends_the_command_with_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = ("--modbus", str(taken.getsockname()[1]), "--data", str(tmp_path / "memory"))
        done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last.startswith("twinverter: ") and words[1] in last and "cannot be had" in last
    assert "Traceback" not in done.stderr


# ---- the test's own hands --------------------------------------------------------------------

SAID = "a wire that never opens"


@pytest.mark.parametrize("ends", [True, False])
def test_a_command_that_does_not_tell_of_its_wires_fails_the_test_with_what_it_said(ends):
    script = "import sys, time; print(sys.argv[1], file=sys.stderr, flush=True); time.sleep(float(sys.argv[2]))"
    words = (sys.executable, "-c", script, SAID, "0" if ends else "60")
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        with pytest.raises(AssertionError, match=SAID):
            told(process, 1, within_s=30.0 if ends else 1.0)
        process.kill()
