"""sunsynk with its three-phase low-voltage definitions, unmodified.

The newest version comes through the data logger, the last one for Python 3.11, with the pymodbus
of its time, by Modbus TCP. Every sensor decodes and lies in its range, every writable is written
and read back; what a write does is lived through (`sunsynk_effects.py`), or the catalog says why it
does nothing.
"""

from typing import NamedTuple

import pytest

from tests.ports.living import LEAD, quiet_house
from tests.ports.peers import peer_environment  # noqa: F401
from tests.ports.stage import Stage
from tests.ports.sunsynk_effects import BY_POWER, EFFECTS, SUN, TOLERANCES
from tests.ports.talk import Talk
from twinverter.catalog.held import HELD
from twinverter.catalog.held import TWIN as OBEYED
from twinverter.catalog.registers import settings_at
from twinverter.ports.logger import SERIAL

HOST = "127.0.0.1"
# Tells on which a writable acts that the machine's law does not read, by who does.
ELSEWHERE = {
    "panel": "shown on the panel",
    "twin": "kept by the twin",
    "ports": "read by a wire",
    "group": "read by units side by side",
}


@pytest.fixture(scope="module")
def stage(house, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stage")
    stage = Stage(house, quiet_house(tmp_path_factory.mktemp("lead"), LEAD), folder)
    yield stage
    stage.end()


class Version(NamedTuple):
    """One version of the client: what it needs, how it comes, how many definitions it has."""

    requirement: str
    least: tuple[int, int]
    url: str
    wire: str
    sensors: int
    writable: int


NEWEST = "1.3.0"
# fmt: off
VERSIONS = {
    #                requirement                 Python   URL                               wire        sensors, writable
    NEWEST:  Version("sunsynk[solarman]==1.3.0", (3, 12), "solarman-tcp://{host}:{logger}", "solarman", 240, 100),
    "0.8.4": Version("sunsynk==0.8.4",           (3, 11), "tcp://{host}:{inverter}",        "modbus",   209, 103),
}
# fmt: on


@pytest.fixture(scope="module", params=VERSIONS)
def version(request):
    return VERSIONS[request.param]


@pytest.fixture(scope="module")
def client(stage, version, peer_environment):  # noqa: F811
    python = peer_environment(version.requirement, least=version.least)
    url = version.url.format(host=HOST, logger=stage.logger, inverter=stage.inverter)
    with Talk(python, "sunsynk_client.py", url, SERIAL) as client:
        yield client


only_newest = pytest.mark.parametrize("version", [NEWEST], indirect=True, scope="module")


@pytest.fixture(scope="module")
def sensors(client):
    """What the client knows: sensor -> kind, registers, bits, unit, options, writable or not."""
    return client.ask("sensors")


# ---- reading ------------------------------------------------------------------------------------

# fmt: off
RANGES = {
    # unit: lowest and highest that this machine can show
    "W":     (-20000, 20000),
    "V":     (0, 800),
    "A":     (-240, 2000),
    "Hz":    (45, 65),
    "HZ":    (45, 65),
    "KWh":   (0, 10),
    "kWh":   (0, 10),
    "%":     (0, 100),
    "°C":    (-40, 100),
    "mΩ":    (0, 6000),
    "days":  (0, 90),
    "h":     (0, 20),
    "s":     (0, 30000),
    "Hours": (0, 24),
    "":      (0, 0xFFFF),
}
# fmt: on
# The client takes this register of whole, signed amperes for hundredths without a sign.
MISREAD = {"battery_1_bms_current"}
# Nothing stands is an empty word.
MAY_BE_EMPTY = {"fault"}


@pytest.fixture(scope="module")
def read(stage, client):
    """All sensors of a device in the sun, and what its panel shows."""
    stage.renew()
    stage.give(SUN)
    stage.live(300)
    return client.ask("read"), stage.shown


def test_every_sensor_decodes_and_lies_in_its_range(read, sensors, version):
    values, _ = read
    assert len(sensors) >= version.sensors and values.keys() == sensors.keys()
    for key, value in values.items():
        sensor = sensors[key]
        if isinstance(value, str):
            assert value or key in MAY_BE_EMPTY, key
            assert "unknown" not in value, (key, value)
            assert not sensor["options"] or value in sensor["options"], (key, value)
        elif not isinstance(value, bool):
            low, high = RANGES[sensor["unit"]]
            assert value is not None, key
            assert key in MISREAD or low <= value <= high, (key, value)


# fmt: off
SAME = (
    # sensor                                part of the snapshot             one least significant bit
    ("grid_power",                          lambda it: sum(it["grid_w"]),               1),
    ("grid_l1_power",                       lambda it: it["grid_w"][0],                 1),
    ("grid_l1_voltage",                     lambda it: it["grid_v"][0],                 0.1),
    ("grid_frequency",                      lambda it: it["grid_hz"],                   0.01),
    ("inverter_power",                      lambda it: sum(it["inverter_w"]),           1),
    ("load_power",                          lambda it: sum(it["load_w"]),               1),
    ("pv1_power",                           lambda it: it["pv1_w"],                     1),
    ("pv_power",                            lambda it: it["pv_w"],                      2),
    ("pv2_voltage",                         lambda it: it["pv2_v"],                     0.1),
    ("battery_power",                       lambda it: it["battery_w"],                 1),
    ("battery_current",                     lambda it: it["battery_a"],                 0.01),
    ("battery_voltage",                     lambda it: it["battery_v"],                 0.01),
    ("battery_temperature",                 lambda it: it["battery_c"],                 0.1),
    ("battery_soc",                         lambda it: 100 * it["soc"],                 1),
)
# fmt: on


@pytest.mark.parametrize("key, shown, bit", SAME, ids=[row[0] for row in SAME])
def test_a_sensor_shows_what_the_panel_shows(read, key, shown, bit):
    values, snapshot = read
    assert values[key] == pytest.approx(shown(snapshot["flows"]), abs=bit + 1e-6)


# ---- writing ------------------------------------------------------------------------------------


def inert(sensor):
    """Return why a writable changes nothing in the law: the catalog's words; empty where it does."""
    address, mask = sensor["address"][0], sensor["bitmask"] or 0xFFFF
    for row in settings_at([address]):
        if any(word.address == address and word.mask & mask for word in row.words):
            use = row.use
            why = use.awaits and f"awaits {use.awaits}"
            return why or use.reserved or ELSEWHERE.get(use.read_by, "")
    for row in HELD:
        if address in row.addresses and row.mask & mask:
            return row.reason if row.reason != OBEYED else ""
    return ""


def unlike(sensor, value):
    """Return another value that a writable takes beside the others of a new device."""
    if sensor["kind"] == "SelectRWSensor":
        return next(option for option in sensor["options"] if option not in (value, "No work"))
    if sensor["kind"] == "SwitchRWSensor":
        return "OFF" if value else "ON"
    return None


# fmt: off
# What is written where neither the kind of the sensor says it nor an experiment within the bounds
# that other settings have on a new device.
WRITTEN = {
    "date_time":                    "2023-05-06 7:08:09",
    "battery_shutdown_capacity":    25,
    "battery_low_capacity":         40,
    "battery_shutdown_voltage":     45,
    "battery_low_voltage":          48,
    "battery_restart_voltage":      53,
    "battery_absorption_voltage":   58,
    "prog1_time":                   "2:00",
    "prog2_time":                   "6:00",
    "prog3_time":                   "10:00",
    "prog4_time":                   "14:00",
    "prog5_time":                   "18:00",
    "prog6_time":                   "22:00",
    "ups_delay_time":               3,
}
# What the machine refuses or the client cannot say: sensor -> value, why.
REFUSED = {
    "configured_grid_phases": ("Single Phase", "a three-phase machine (manual 5.8)"),
    "parallel_modbus_sn":     (3,              "the client sends the number unshifted: bits 0 to 9 fall away"),
}
# fmt: on


# What the client cannot put back: the clock as it was, and a power above its own limit of 100 W.
STAYS = {"date_time", "min_pv_power_for_gen_start"}


def written():
    """Return sensor -> the value it is given."""
    given = {effect.sensor: effect.value for effect in EFFECTS}
    return given | WRITTEN | {key: value for key, (value, _) in REFUSED.items()}


def same(told, value):
    """Return whether what is read back is what was written."""
    if isinstance(told, bool):
        return told is (value == "ON")
    if isinstance(value, str):
        return told == value
    return told == pytest.approx(value)


def test_every_writable_is_written_read_back_and_journaled(stage, client, sensors, version):
    # A lead-acid bank, which has every setting there is.
    stage.renew("use_batt_pct")
    stage.give({"time_syncs": False})
    given, wrong = written(), []
    writable = [key for key, sensor in sensors.items() if sensor["writable"]]
    assert len(writable) >= version.writable
    before = client.ask("read", *writable)
    for key in writable:
        value = given.get(key, unlike(sensors[key], before[key]))
        assert value is not None, f"{key}: a value to write is missing"
        told = client.ask("write", key, value)
        if same(told, value) is (key in REFUSED):
            wrong.append((key, value, told))
        client.ask("write", key, spoken(before[key]))
    assert not wrong, wrong
    after = client.ask("read", *writable)
    assert {key for key in writable if after[key] != before[key]} <= STAYS
    names = {change.by for change in stage.call(stage.store.changes, 10)}
    assert names == {f"{version.wire} {HOST}"}


def spoken(value):
    """Return a value as the client wants it to be told."""
    return ("ON" if value else "OFF") if isinstance(value, bool) else value


# Second names of sensors.
ALIASES = {"use_timer", "generator_port_usage"}


def test_every_writable_has_its_effect_shown_or_a_reason_why_it_has_none(sensors, version):
    shown = {effect.sensor for effect in EFFECTS} | ALIASES | REFUSED.keys()
    silent = {
        key: inert(sensor)
        for key, sensor in sensors.items()
        if sensor["writable"] and key not in shown
    }
    assert version is not VERSIONS[NEWEST] or shown <= sensors.keys()
    assert [key for key, why in silent.items() if not why] == []


@only_newest
@pytest.mark.parametrize("effect", EFFECTS, ids=[effect.sensor for effect in EFFECTS])
def test_a_write_changes_what_the_device_does(stage, client, effect):
    figures = stage.lived(effect), stage.lived(effect, client)
    for figure, expected in zip(figures, (effect.without, effect.with_it), strict=True):
        if isinstance(expected, str | bool):
            assert figure == expected
        else:
            within = TOLERANCES.get(effect.figure, BY_POWER)
            assert figure == pytest.approx(expected, **within)


def test_the_client_sets_the_clock_once_it_no_longer_follows_the_house(stage, client):
    stage.renew()
    client.ask("write", "date_time", "2023-05-06 7:08:09")
    stage.live(1)
    assert stage.figure("clock") == "01/02/2023 12:00:01"
    client.ask("write", "time_synchronization", "Disable")
    client.ask("write", "date_time", "2023-05-06 7:08:09")
    stage.live(1)
    assert stage.figure("clock") == "05/06/2023 07:08:10"
