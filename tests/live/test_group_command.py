"""`twinverter live` of a house of several units: pages, memories that outlive a kill, plain refusals."""

import contextlib
import json
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.live.units import GROUP, OWN_BUS, THREE

WORDS = (sys.executable, "-m", "twinverter", "live")


@pytest.fixture
def house(tmp_path):
    path = tmp_path / "three.toml"
    path.write_text(THREE, encoding="utf-8")
    return path


@contextlib.contextmanager
def running(house, folder, *words):
    """Yield a live system: its process, the address of its page, and of each unit's panel."""
    command = [*WORDS, str(house), "--no-browser", "--port", "0", "--data", str(folder), *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("Panel: http://127.0.0.1:"), line or process.stderr.read()
        lines = [process.stdout.readline().split() for _ in range(3)]
        yield process, line.split()[1], {int(one[1].rstrip(":")): one[2] for one in lines}
    finally:
        process.kill()
        process.communicate()


def asked(address, body=None):
    data = None if body is None else json.dumps(body).encode()
    head = {"Content-Type": "application/json"}
    request = urllib.request.Request(address, data, head)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_what_a_unit_acknowledged_outlives_a_kill_and_all_go_on_together(house, tmp_path):
    with running(house, tmp_path / "memory", "--speed", "20") as (process, page, units):
        asked(f"{units[2]}/api/settings", {"changes": {"battery.batt_capacity_ah": 300}})
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with running(house, tmp_path / "memory") as (process, page, units):
        values = asked(f"{units[2]}/api/settings")["values"]
        assert values["battery.batt_capacity_ah"] == 300
        until = time.monotonic() + 30.0
        while not all("F46" in one["alarms"] for one in asked(f"{page}/api/group")["units"]):
            assert time.monotonic() < until
            time.sleep(0.2)
        clocks = {asked(f"{address}/api/snapshot")["clock"] for address in units.values()}
        assert len(clocks) <= 2
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "3 units go on where they were, Modbus SN 1 (master), 2, 3" in told


@contextlib.contextmanager
def beside_each_other(house, folder, addresses):
    """Yield the page of each unit, every one in a process of its own on the network's bus."""
    with contextlib.ExitStack() as running_units:
        pages = []
        for address in addresses:
            memory = str(folder / f"memory-{address}")
            words = ("--no-browser", "--port", "0", "--data", memory)
            bus = ("--parallel-bus", OWN_BUS, "--unit", str(address))
            process = subprocess.Popen(
                [*WORDS, str(house), *words, *bus],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            running_units.callback(process.communicate)
            running_units.callback(process.kill)
            line = process.stdout.readline()
            assert line.startswith("Panel: http://127.0.0.1:"), line
            pages.append(line.split()[1])
        yield pages


def test_processes_on_the_networks_bus_share_a_load_within_two_percent(house, tmp_path):
    """CH3.11-PAR-008: what each of three processes says it feeds, read back from its own page."""
    with beside_each_other(house, tmp_path, (1, 2, 3)) as pages:
        until, found = time.monotonic() + 120.0, []
        while time.monotonic() < until:
            shown = [asked(f"{page}/api/group") for page in pages]
            units = [one["units"][0] for one in shown]
            found = [unit["inverter_w"] for unit in units]
            apart_w = max(found) - min(found)
            if not any(unit["alarms"] for unit in units) and apart_w < 0.02 * max(found):
                break
            time.sleep(0.5)
        else:
            raise AssertionError(f"not within 120 s: {found}")
        # Three thirds of the load of 6 kW, each from its own process, and each hears two others.
        assert sum(found) == pytest.approx(6000.0, rel=0.03)
        assert [len(one["heard"]) for one in shown] == [2, 2, 2]
        assert [unit["address"] for unit in units] == [1, 2, 3]


def refused(*words):
    """Return the lines of a command that ends at once with wrong input."""
    done = subprocess.run([*WORDS, *map(str, words)], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr.splitlines()


UNIT = '[[parallel.unit]]\naddress = {}\nrole = "{}"\n'


# fmt: off
@pytest.mark.parametrize(("units", "words", "told"), [
    ("units = 17\n",                                               (),                       "parallel.units = 17: is out of range"),
    (UNIT.format(1, "master") + UNIT.format(2, "master"),          (),                       "parallel: has 2 masters: units 1 and 2"),
    (UNIT.format(1, "master") + UNIT.format(1, "slave"),           (),                       "parallel: has two units with address 1"),
    ("units = 3\n", ("--parallel-bus", "virtual:a", "--unit", 4),                            "has no unit 4 (allowed: 1, 2, 3)"),
    ("units = 3\n", ("--unit", 2),                                                           "--unit 2: needs --parallel-bus"),
    ("units = 3\n", ("--parallel-bus", "virtual:a"),                                         "--parallel-bus: needs --unit N, one of 1, 2, 3"),
    ("units = 3\n", ("--parallel-bus", "socketcan:none7", "--unit", 2),                      "parallel bus socketcan:none7: is no bus here"),
    ("units = 3\n", ("--can", "vcan0"),                                                      "--can: is of one device"),
])
# fmt: on
def test_what_cannot_be_is_said_in_one_line(tmp_path, units, words, told):
    path = tmp_path / "house.toml"
    path.write_text(GROUP + units, encoding="utf-8")
    lines = refused(path, "--no-browser", "--port", 0, "--data", tmp_path / "memory", *words)
    assert told in lines[-1]
    assert [line for line in lines if line.startswith("twinverter: ")] == lines[-1:]


def test_units_beside_each_other_need_a_house_that_has_them():
    [line] = refused("--no-browser", "--unit", 1)
    assert "has one device; [parallel] makes it several" in line
