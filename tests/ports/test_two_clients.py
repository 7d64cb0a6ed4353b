"""Two clients of different makes on two wires and the panel, second by second: all see the same."""

import pytest

from tests.ports.living import Living
from tests.ports.peers import peer_environment  # noqa: F401
from tests.ports.talk import Talk
from twinverter.ports.logger import SERIAL
from twinverter.ports.modbus import ModbusTcp
from twinverter.ports.solarman import SolarmanServer

HOST, SECONDS = "127.0.0.1", 10

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
                told, value = other.ask("read_holding_register_formatted", [address, 1], named)
                assert told == "answer"
                within = pytest.approx(panel(shown), abs=scale + 1e-6)
                assert (read[sensor], value) == (pytest.approx(value), within), sensor
