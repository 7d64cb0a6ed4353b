"""Two clients of different makes on two wires and the panel, second by second: all see the same.

Once with time in the test's hands, once at the real speed of the real command: ten seconds of it
with every run, a minute with TWINVERTER_POLLED_SECONDS=60.
"""

import os
import threading
import time

import pytest

from tests.ports.command import asked, running
from tests.ports.living import Living, quiet_house
from tests.ports.peers import peer_environment  # noqa: F401
from tests.ports.talk import PATIENCE_S, Talk
from twinverter.ports.logger import SERIAL
from twinverter.ports.modbus import ModbusTcp
from twinverter.ports.solarman import SolarmanServer

HOST, SECONDS = "127.0.0.1", 10
# By night no hand gives a living device a sun.
NOON = "2023-01-02T12:00"
POLLED_S = int(os.environ.get("TWINVERTER_POLLED_SECONDS", "10"))

# fmt: off
FIGURES = (
    # sensor of sunsynk   register  scale  signed  part of the panel's snapshot
    ("grid_power",             625,  1,    True,   lambda it: sum(it["grid_w"])),
    ("inverter_power",         636,  1,    True,   lambda it: sum(it["inverter_w"])),
    ("load_power",             653,  1,    True,   lambda it: sum(it["load_w"])),
    ("pv1_power",              672,  1,    False,  lambda it: it["pv1_w"]),
    ("battery_power",          590,  1,    True,   lambda it: it["battery_w"]),
    ("battery_current",        591,  0.01, True,   lambda it: it["battery_a"]),
    ("battery_voltage",        587,  0.01, False,  lambda it: it["battery_v"]),
    ("battery_soc",            588,  1,    False,  lambda it: 100 * it["soc"]),
    ("grid_l1_voltage",        598,  0.1,  False,  lambda it: it["grid_v"][0]),
    ("grid_frequency",         609,  0.01, False,  lambda it: it["grid_hz"]),
)
# fmt: on
SENSORS = [row[0] for row in FIGURES]


@pytest.fixture
def device(house, tmp_path):
    living = Living(
        house,
        tmp_path,
        lambda _, image: [SolarmanServer(image, HOST, 0), ModbusTcp(image, HOST, 0)],
    )
    yield living
    living.end()


def test_two_makes_and_the_panel_agree_at_every_tick(device, peer_environment):  # noqa: F811
    sunsynk = peer_environment("sunsynk[solarman]==1.3.0", least=(3, 12))
    pysolarmanv5 = peer_environment("pysolarmanv5==3.0.6")
    logger, inverter = device.ports
    with (
        Talk(sunsynk, "sunsynk_client.py", f"tcp://{HOST}:{inverter.port}", SERIAL) as one,
        Talk(pysolarmanv5, "pysolarman_client.py", logger.port, SERIAL, 1) as other,
    ):
        for second in range(SECONDS):
            device.call(device.twin.take, "sun_w_m2", 37 * second)
            device.call(device.twin.take, "load_l2_w", 91 * (SECONDS - second))
            device.pass_s(1)
            shown, read = device.shown["flows"], one.ask("read", *SENSORS)
            for sensor, address, scale, signed, panel in FIGURES:
                named = {"scale": scale, "signed": signed}
                told, *found = other.ask("read_holding_register_formatted", [address, 1], named)
                assert told == "answer", found
                [value] = found
                within = pytest.approx(panel(shown), abs=scale + 1e-6)
                assert (read[sensor], value) == (pytest.approx(value), within), sensor


# ---- the real speed ---------------------------------------------------------------------------

CLOCK, CLOCK_WORDS = 62, 3
LOOK_S = 0.1


class Poller(threading.Thread):
    """Asks once a second on the wall; `read()` returns the device's time of day and figures."""

    def __init__(self, read, ending):
        super().__init__(daemon=True)
        self.read, self.ending = read, ending
        # Time of day on the device -> figures; how often a tick came in the middle; what broke.
        self.seen, self.torn, self.failed = {}, 0, None

    def run(self):
        due_s = time.monotonic()
        try:
            while not self.ending.wait(max(0.0, due_s - time.monotonic())):
                due_s += 1.0
                self._poll()
        except Exception as error:
            self.failed = error

    def _poll(self):
        """Note a moment whole: the clock is the same before and after the figures."""
        before, figures, after = self.read()
        while before != after and not self.ending.is_set():
            self.torn += 1
            before, figures, after = self.read()
        if before == after:
            self.seen[before] = figures


def by_sunsynk(client):
    """Return a reader in the words of sunsynk."""

    def read():
        found = client.ask("read", "date_time", *SENSORS)
        after = client.ask("read", "date_time")
        return of_day(found.pop("date_time")), found, of_day(after["date_time"])

    return read


def by_pysolarman(client):
    """Return a reader in the words of pysolarmanv5."""

    def told(method, *positional, **named):
        kind, value = client.ask(method, list(positional), named)
        assert kind == "answer", value
        return value

    def clock():
        words = told("read_holding_registers", CLOCK, CLOCK_WORDS)
        return words[1] & 0xFF, words[2] >> 8, words[2] & 0xFF

    def read():
        before = clock()
        found = {
            sensor: told("read_holding_register_formatted", address, 1, scale=scale, signed=signed)
            for sensor, address, scale, signed, _ in FIGURES
        }
        return before, found, clock()

    return read


def of_day(text):
    """Return hour, minute and second of a date with a time."""
    return tuple(map(int, text.split()[-1].split(":")))


def wait_for_a_tick(panel):
    """Wait until the device's clock has just moved, so that a poll a second meets few ticks."""
    before = asked(panel, "snapshot")["clock"]
    while asked(panel, "snapshot")["clock"] == before:
        time.sleep(LOOK_S / 5)
    time.sleep(LOOK_S)


def lived(panel, ending):
    """Change the world once a second until told to end; return time of day -> panel's flows."""
    seen, second = {}, 0
    due_s = time.monotonic()
    while not ending.wait(LOOK_S):
        shown = asked(panel, "snapshot")
        seen[of_day(shown["clock"])] = shown["flows"]
        if time.monotonic() >= due_s:
            due_s, second = due_s + 1.0, second + 1
            take = {"sun_w_m2": 13 * (second % 90), "load_l2_w": 50 * (second % 60)}
            asked(panel, "world", {"take": take})
    return seen


def test_two_makes_at_one_hertz_agree_with_the_panel_tick_by_tick(tmp_path, peer_environment):  # noqa: F811
    sunsynk = peer_environment("sunsynk[solarman]==1.3.0", least=(3, 12))
    pysolarmanv5 = peer_environment("pysolarmanv5==3.0.6")
    file = quiet_house(tmp_path).file
    words = (str(file), "--start", NOON, "--modbus", "0", "--solarman", "0")
    with running(tmp_path / "memory", *words) as (_, panel, wires):
        modbus = f"tcp://{HOST}:{wires['modbus']}"
        with (
            Talk(sunsynk, "sunsynk_client.py", modbus, SERIAL) as one,
            Talk(pysolarmanv5, "pysolarman_client.py", wires["solarman"], SERIAL, 1) as other,
        ):
            one.ask("sensors")
            ending = threading.Event()
            pollers = [Poller(by_sunsynk(one), ending), Poller(by_pysolarman(other), ending)]
            timer = threading.Timer(POLLED_S + 1.0, ending.set)
            wait_for_a_tick(panel)
            for thread in (*pollers, timer):
                thread.start()
            panels = lived(panel, ending)
            for poller in pollers:
                poller.join(PATIENCE_S)
    assert [poller.is_alive() for poller in pollers] == [False, False]
    assert [poller.failed for poller in pollers] == [None, None]
    seen = [poller.seen for poller in pollers]
    # A poll that meets a tick is asked again, so two polls may show the same second: few do.
    assert min(len(moments) for moments in seen) >= 0.8 * POLLED_S
    common = seen[0].keys() & seen[1].keys() & panels.keys()
    assert len(common) >= 0.7 * POLLED_S, (len(common), *(one.torn for one in pollers))
    for moment in sorted(common):
        for sensor, _, scale, _, figure in FIGURES:
            within = pytest.approx(figure(panels[moment]), abs=scale + 1e-6)
            assert (seen[0][moment][sensor], seen[1][moment][sensor]) == (within, within), (
                moment, sensor,
            )  # fmt: skip
    # What was looked at moved, or nothing was shown.
    for sensor in ("load_power", "pv1_power", "battery_power"):
        assert len({seen[0][moment][sensor] for moment in common}) > len(common) // 2, sensor
