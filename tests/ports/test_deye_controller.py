"""deye-controller, unmodified, reads the whole device through the data logger."""

import json
import subprocess

import pytest

from tests.ports.living import Living
from tests.ports.peers import peer_environment  # noqa: F401
from twinverter.catalog.registers import REGISTERS
from twinverter.ports.logger import SERIAL
from twinverter.ports.solarman import SolarmanServer

# The client's port is fixed; an address of its own keeps another logger on this machine out.
HOST, PORT = "127.8.8.99", 8899

# The client divides these otherwise than the maker's documents say: 586 has an offset of 100 degC,
# 124 is a whole percentage, 107 is signed.
MISREAD = {586: "/ 100 without offset", 124: "/ 100", 107: "unsigned"}
# In another unit than the catalog's: so many of its units are one of the client's.
SHOWN = {503: 60}


@pytest.fixture(scope="module")
def python(peer_environment):  # noqa: F811
    return peer_environment("deye-controller==0.2.4")


@pytest.fixture
def device(house, tmp_path):
    """A device in the sun with a logger where the client looks for it."""
    try:
        living = Living(
            house, tmp_path, lambda _, image: [SolarmanServer(image, HOST, PORT)]
        )  # fmt: skip
    except OSError as error:
        pytest.skip(f"{HOST}:{PORT} cannot be had here ({error.strerror})")
    living.call(living.twin.take, "sun_w_m2", 800)
    living.pass_s(300)
    yield living
    living.end()


def deye_read(python, *options):
    """Return what the command `deye-read` prints as JSON: address -> value, and the serial."""
    command = [python.with_name("deye-read"), "--json", *options, HOST, str(SERIAL)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60.0, check=True)
    told = json.loads(said.stdout)
    rows = [row for named in told["data"] for row in named.values()]
    return {row["addr"]: row["value"] for row in rows}, told["serial"]


def test_deye_read_finds_the_device_that_the_panel_shows(python, device):
    read, serial = deye_read(python)
    flows, energy = device.shown["flows"], device.shown["energy"]
    values = device.call(lambda: device.twin.values)
    assert len(read) > 180 and len(serial) == 10
    panel = {
        # address: what the panel shows of it
        0: "Hybrid3Phase",
        62: "2023-01-02 12:05:00",
        80: "Active",
        108: values["max_charge_a"],
        133: "GenInput",
        142: "ZeroExportToLoad",
        148: values["tou1_time"],
        183: values["grid_frequency_hz"],
        555: "Normal: OK/No Error",
        587: flows["battery_v"],
        588: round(100 * flows["soc"]),
        590: flows["battery_w"],
        591: flows["battery_a"],
        598: flows["grid_v"][0],
        609: flows["grid_hz"],
        625: sum(flows["grid_w"]),
        636: sum(flows["inverter_w"]),
        653: sum(flows["load_w"]),
        672: flows["pv1_w"],
        676: flows["pv1_v"],
        529: energy["pv"]["today_wh"] / 1000.0,
    }
    # One least significant bit of each register, as the client shows it.
    fine = {587: 0.01, 588: 1, 590: 1, 591: 0.01, 598: 0.1, 609: 0.01, 529: 0.1, 676: 0.1}
    for address, shown in panel.items():
        if isinstance(shown, float):
            within = pytest.approx(shown, abs=fine.get(address, 1) + 1e-6)
            assert read[address] == within, address
        else:
            assert read[address] == shown, address
    assert flows["pv_w"] > 1000 and flows["battery_w"] < -1000


def meant(device, register):
    """Return the number that a register holds by the catalog, None where it holds none."""
    raw = device.read(register.address)[0]
    if register.telemetry:
        value = device.call(device.image.value, register.telemetry.key)
        return value if isinstance(value, int | float) else None
    for setting in register.settings:
        for word in setting.words:
            if word.address == register.address and word.bits == 16 and not word.codes:
                return word.value(raw)
    held = register.held[0] if register.held else None
    return raw * held.scale if held and held.bits == 16 and not held.values else None


def test_every_number_that_deye_read_prints_is_what_the_catalog_means(python, device):
    read, _ = deye_read(python)
    compared = 0
    for register in REGISTERS:
        value = read.get(register.address)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        expected = meant(device, register) if number else None
        if expected is not None and register.address not in MISREAD:
            compared += 1
            shown = value * SHOWN.get(register.address, 1)
            assert shown == pytest.approx(expected, abs=1e-6), register
    assert compared > 150


def test_deye_read_of_the_battery_alone_agrees_with_the_whole(python, device):
    whole, serial = deye_read(python)
    battery, same = deye_read(python, "--battery")
    assert same == serial and len(battery) > 5
    assert battery == {address: whole[address] for address in battery}
