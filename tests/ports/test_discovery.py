"""What Home Assistant is told, and what commands over MQTT do; without a broker."""

import json
import re
import time

import hypothesis
import pytest
from aiomqtt import Message
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.ports.living import Living, quiet_house
from tests.ports.mosquitto import HOST, free_port, until
from twinverter.catalog.errors import SettingError
from twinverter.catalog.settings import SETTINGS, check_all, find
from twinverter.catalog.telemetry import TELEMETRY
from twinverter.live.codes import Locked, WrongCode
from twinverter.ports import discovery
from twinverter.ports.broker import BASE, broker
from twinverter.ports.discovery import Topics, reason_key, setting_rows
from twinverter.ports.mqtt import Mqtt
from twinverter.ports.mqtt_messages import Refusal, encoded, obey, settings, state

TOPICS = Topics("attic/twin", "homeassistant")
# What Home Assistant's documentation allows (developers.home-assistant.io, sensor and number).
# fmt: off
CLASS_UNITS = {
    "apparent_power": {"VA"}, "battery": {"%"}, "current": {"A"}, "duration": {"ms", "s", "h", "d"},
    "energy": {"kWh"}, "frequency": {"Hz"}, "power": {"W"}, "power_factor": {None}, "temperature": {"°C"},
    "voltage": {"V"}, "enum": {None}, "problem": {None},
}
CLASS_STATES = {"energy": {"total", "total_increasing", None}, "battery": {"measurement", None},
                "power": {"measurement", None}, "enum": {None}}
REQUIRED = {
    "sensor": {"state_topic"}, "binary_sensor": {"state_topic"}, "button": {"command_topic"},
    "switch": {"state_topic", "command_topic"}, "select": {"state_topic", "command_topic", "options"},
    "number": {"state_topic", "command_topic", "min", "max", "step"},
    "text": {"state_topic", "command_topic", "pattern"},
}
# fmt: on


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return quiet_house(tmp_path_factory.mktemp("discovery"))


@pytest.fixture
def device(house, tmp_path):
    living = Living(house, tmp_path / "memory", lambda twin, image: [])
    yield living
    living.end()


def components():
    return discovery.discovery("house", TOPICS)["components"]


def shown(device):
    """Return both messages as a listener reads them."""
    state_ = device.call(lambda: encoded(state(device.twin, device.image)))
    settings_ = device.call(lambda: encoded(settings(device.twin.scene)))
    return {TOPICS.state: json.loads(state_), TOPICS.settings: json.loads(settings_)}


def command(device, topic, payload, retain=False):
    data = payload if isinstance(payload, bytes) else payload.encode()
    device.call(obey, device.twin, TOPICS, topic, Message(topic, data, 1, retain, 1, None))


# ---- discovery --------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "component"), components().items(), ids=components())
def test_an_entity_is_one_that_home_assistant_takes(key, component):
    assert {"platform", "name", "unique_id"} | REQUIRED[component["platform"]] <= set(component)
    kind, unit = component.get("device_class"), component.get("unit_of_measurement")
    if kind is not None:
        assert unit in CLASS_UNITS[kind]
        counts = component.get("state_class")
        assert counts in CLASS_STATES.get(kind, {"measurement", "total_increasing", None})
    if component["platform"] == "number":
        assert component["min"] < component["max"]
        assert component["step"] >= 0.001


def test_no_two_entities_have_one_name_or_identity():
    found = list(components().values())
    for what in ("name", "unique_id"):
        assert len({component[what] for component in found}) == len(found)
    assert all(component["unique_id"].startswith("attic_twin_") for component in found)


def test_every_setting_that_holds_a_value_is_an_entity():
    platforms = {"number": "number", "choice": "select", "switch": "switch", "time": "text"}
    found = components()
    for row in SETTINGS:
        if row.stored and row.key != "lock_out_all_changes":
            assert found[row.key]["platform"] == platforms[row.kind]
    assert found["lock_out_all_changes"]["platform"] == "binary_sensor"


def test_every_measured_quantity_of_the_family_is_an_entity():
    found = components()
    for row in TELEMETRY:
        if row.source and row.unit:
            assert found[row.key]["platform"] == "sensor"


# fmt: off
CLASSES = (
    # key                      unit    device_class   state_class
    ("battery_power",          "W",    "power",       "measurement"),
    ("battery_soc",            "%",    "battery",     "measurement"),
    ("battery_temperature",    "°C",   "temperature", "measurement"),
    ("grid_frequency",         "Hz",   "frequency",   "measurement"),
    ("grid_import_total",      "kWh",  "energy",      "total_increasing"),
    ("grid_export_today",      "kWh",  "energy",      "total_increasing"),
    ("energy_active_total",    "kWh",  "energy",      "total"),
    ("energy_active_today",    "kWh",  "energy",      None),
    ("gen_runtime_today",      "h",    "duration",    "total_increasing"),
    ("inverter_apparent_total", "VA",  "apparent_power", "measurement"),
    ("bms1_soh",               "%",    None,          "measurement"),
    ("bms1_rated_capacity",    "Ah",   None,          "measurement"),
    ("grid_power_factor",      None,   "power_factor", "measurement"),
    ("run_state",              None,   "enum",        None),
    ("max_charge_a",           "A",    "current",     None),
    ("gen_start_soc_pct",      "%",    "battery",     None),
    ("batt_resistance_mohm",   "mOhms", None,         None),
)
# fmt: on


@pytest.mark.parametrize(
    ("key", "unit", "kind", "counts"), CLASSES, ids=[row[0] for row in CLASSES]
)
def test_a_quantity_has_its_class(key, unit, kind, counts):
    found = components()[key]
    told = tuple(found.get(name) for name in ("unit_of_measurement", "device_class", "state_class"))
    assert told == (unit, kind, counts)


def test_the_message_can_be_sent_whole():
    message = encoded(discovery.discovery("house", TOPICS))
    assert len(message) < 250_000
    assert json.loads(message)["device"]["identifiers"] == ["attic_twin"]


def test_every_template_names_a_value_that_is_told(device):
    device.pass_s(10)
    messages = shown(device)
    for key, component in components().items():
        for name in re.findall(r"value_json\.(\w+)", component.get("value_template", "")):
            if component["state_topic"] != TOPICS.error:
                assert name in messages[component["state_topic"]], key


# ---- state ------------------------------------------------------------------------------------


def test_state_is_what_the_panel_shows(device):
    device.call(device.twin.take, "sun_w_m2", 500)
    device.pass_s(120)
    told, panel = shown(device)[TOPICS.state], device.shown
    flows = panel["flows"]
    assert told["battery_power"] == pytest.approx(flows["battery_w"], abs=0.5)
    assert told["pv1_power"] == pytest.approx(flows["pv1_w"], abs=0.5)
    assert told["grid_voltage_a"] == pytest.approx(flows["grid_v"][0], abs=0.05)
    assert told["pv_energy_today"] == pytest.approx(
        panel["energy"]["pv"]["today_wh"] / 1000, abs=0.05
    )
    assert told["run_state"] == "normal"
    assert told["alarms"] == ""
    for reason in panel["reasons"]:
        assert told[reason_key(reason["line"])] == reason["text"]


def test_alarms_are_told_by_their_codes(device):
    device.call(device.twin.take, "grid_on", 0)
    device.pass_s(30)
    assert shown(device)[TOPICS.state]["alarms"] == "F35"


def test_what_a_silent_management_said_is_unknown(device):
    assert shown(device)[TOPICS.state]["bms1_voltage"] > 40.0
    device.call(device.twin.write, {"batt_mode": "no_batt"})
    device.pass_s(5)
    told = shown(device)[TOPICS.state]
    assert {value for key, value in told.items() if key.startswith("bms1_")} == {None}


# ---- commands ---------------------------------------------------------------------------------


def as_told(row, value):
    """Return a value as the entity of its row sends it: its template's text."""
    return ("ON" if value else "OFF") if row.kind == "switch" else str(value)


@pytest.mark.parametrize(
    "row",
    [row for row in setting_rows() if row.key != "lock_out_all_changes"],
    ids=lambda row: row.key,
)
def test_an_entity_takes_what_it_shows(row, house_without_sync):
    values = house_without_sync.call(lambda: house_without_sync.twin.values)
    component = components()[row.key]
    text = as_told(row, values[row.key])
    if row.kind == "choice":
        assert text in component["options"]
    if row.kind == "time":
        assert re.fullmatch(component["pattern"], text)
    command(house_without_sync, component["command_topic"], text)
    after = house_without_sync.call(lambda: house_without_sync.twin.values)
    assert after == values


@pytest.fixture(scope="module")
def house_without_sync(house, tmp_path_factory):
    """A device whose clock can be set."""
    living = Living(house, tmp_path_factory.mktemp("unsynced") / "memory", lambda twin, image: [])
    living.call(living.twin.write, {"time_syncs": False})
    yield living
    living.end()


# fmt: off
ENTRIES = (
    # topic                            payload                                    settings
    ("attic/twin/set/work_mode",       "selling_first",                           {"work_mode": "selling_first"}),
    ("attic/twin/set/solar_sell",      "ON",                                      {"solar_sell": True}),
    ("attic/twin/set/max_charge_a",    "55",                                      {"max_charge_a": 55}),
    ("attic/twin/set/max_charge_a",    "55.0",                                    {"max_charge_a": 55}),
    ("attic/twin/set/tou1_time",       "02:30",                                   {"tou1_time": "02:30"}),
    ("attic/twin/set",                 '{"max_charge_a": 55, "solar_sell": true}', {"max_charge_a": 55, "solar_sell": True}),
    ("attic/twin/set",                 '{"battery.max_charge_a": "55 A"}',        {"max_charge_a": 55}),
)
REFUSED = (
    # topic                            payload                                     error         says
    ("attic/twin/set/work_mode",       "sell_all",                                 SettingError, "no choice"),
    ("attic/twin/set/max_charge_a",    "191",                                      SettingError, "0 to 190 A"),
    ("attic/twin/set/max_charge_a",    "nan",                                      SettingError, "not a number"),
    ("attic/twin/set/max_charge_a",    "",                                         SettingError, "not a number"),
    ("attic/twin/set/max_charge",      "50",                                       SettingError, "did you mean battery.max_charge_a"),
    ("attic/twin/set/grid_type",       "1p_220",                                   SettingError, "refused"),
    ("attic/twin/set/lock_password",   "1234",                                     SettingError, "cannot be set"),
    ("attic/twin/set/" + 90 * "x",     "1",                                        Refusal,      "no such setting"),
    ("attic/twin/set",                 '{"max_charge_a": 55, "solar_sell": 7}',    SettingError, "not on or off"),
    ("attic/twin/set",                 '{"max_charge_a": [55]}',                   SettingError, "not a number"),
    ("attic/twin/set",                 '{"max_charge_a": 1e999}',                  SettingError, "not a number"),
    ("attic/twin/set",                 '{"lock_out_all_changes": true, "code": 1}', WrongCode,   "Wrong code"),
    ("attic/twin/set",                 '{"lock_out_all_changes": true}',           Locked,       "code"),
    ("attic/twin/set",                 "{}",                                       Refusal,      "enters nothing"),
    ("attic/twin/set",                 "[1]",                                      Refusal,      "no JSON object"),
    ("attic/twin/set",                 "max_charge_a=5",                           Refusal,      "no JSON object"),
    ("attic/twin/set",                 4000 * "[",                                 Refusal,      "no JSON object"),
    ("attic/twin/set",                 5000 * " ",                                 Refusal,      "4096"),
    ("attic/twin/set/max_charge_a",    b"\xff\xfe",                                Refusal,      "UTF-8"),
    ("attic/twin/press",               "explode",                                  Refusal,      "is none"),
)
# fmt: on


@pytest.mark.parametrize(("topic", "payload", "expected"), ENTRIES, ids=lambda part: str(part)[:40])
def test_a_command_is_entered(device, topic, payload, expected):
    before = device.call(lambda: device.twin.values)
    command(device, topic, payload)
    assert device.call(lambda: device.twin.values) == before | expected


@pytest.mark.parametrize(
    ("topic", "payload", "error", "says"), REFUSED, ids=lambda part: str(part)[:40]
)
def test_a_command_that_is_none_changes_nothing(device, topic, payload, error, says):
    before = device.call(lambda: device.twin.values)
    with pytest.raises(error) as raised:
        command(device, topic, payload)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
    assert device.call(lambda: device.twin.values) == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)
# No topic holds the signs that subscriptions have.
LETTERS = st.characters(exclude_characters="+#", exclude_categories=["Cs"])
KEYS = st.sampled_from([row.key for row in setting_rows()]) | st.text(LETTERS, max_size=9)


@hypothesis.settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    key=KEYS | st.just(""),
    payload=st.binary(max_size=40) | JSON | st.dictionaries(KEYS, JSON, max_size=3),
)
def test_any_command_is_entered_or_refused_in_one_line(house_without_sync, key, payload):
    topic = f"{TOPICS.command}/{key}" if key else TOPICS.command
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    try:
        command(house_without_sync, topic, data)
    except (Refusal, SettingError, Locked, WrongCode) as error:
        assert "\n" not in str(error)
    assert check_all(house_without_sync.call(lambda: house_without_sync.twin.values)) == []


def test_a_retained_command_is_refused(device):
    with pytest.raises(Refusal):
        command(device, "attic/twin/set/max_charge_a", "55", retain=True)
    assert device.call(lambda: device.twin.values["max_charge_a"]) == find("max_charge_a").default


def test_a_locked_device_takes_entries_with_the_code_only(device):
    device.call(device.twin.lock, "7777")
    with pytest.raises(Locked):
        command(device, "attic/twin/set/max_charge_a", "55")
    command(device, "attic/twin/set", '{"max_charge_a": 55, "code": "7777"}')
    assert device.call(lambda: device.twin.values["max_charge_a"]) == 55


def test_the_button_acknowledges(device):
    command(device, TOPICS.press, "acknowledge")
    device.pass_s(2)
    assert device.shown["alarms"] == []


# ---- a broker that is away ---------------------------------------------------------------------


def test_a_broker_that_is_away_is_tried_ever_more_rarely_and_complained_of_once(
    house, tmp_path, caplog
):
    url = f"mqtt://u:secret@{HOST}:{free_port()}"
    living = Living(house, tmp_path / "memory", lambda *parts: [Mqtt(*parts, url, 0.05)])
    try:
        tried_s = []
        for count in range(1, 5):
            until(lambda count=count: living.ports[0].told()["errors"] >= count, "it tries")
            tried_s.append(time.monotonic())
        # The gaps are at least 0.05, 0.1 and 0.2 s; seen a little late, so the sum counts.
        assert tried_s[-1] - tried_s[0] > 0.3
        living.pass_s(5)
        assert living.ports[0].told()["state"] == "searching"
    finally:
        living.end()
    complaints = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(complaints) == 1
    assert complaints[0].startswith("mqtt: mqtt://127.0.0.1:")
    assert "secret" not in complaints[0]


# ---- address ----------------------------------------------------------------------------------

# fmt: off
URLS = (
    # URL                                     host        port   user    password  base        prefix           TLS
    ("mqtt://broker",                         "broker",   1883,  None,   None,     BASE,       "homeassistant", False),
    ("mqtts://broker",                        "broker",   8883,  None,   None,     BASE,       "homeassistant", True),
    ("mqtt://u:p@broker:1884/a/b?discovery=x", "broker",  1884,  "u",    "p",      "a/b",      "x",             False),
    ("mqtt://u%40h:p%2F%3A@[::1]:1",          "::1",      1,     "u@h",  "p/:",    BASE,       "homeassistant", False),
    ("mqtts://broker/attic/?verify=no",       "broker",   8883,  None,   None,     "attic",    "homeassistant", True),
)
WRONG = (
    # URL                              says
    ("broker:1883",                    "begins with mqtt://"),
    ("http://broker",                  "begins with mqtt://"),
    ("mqtt://",                        "names no host"),
    ("mqtt://broker:99999",            "is not one"),
    ("mqtt://broker/a/#b",             "written as %23"),
    ("mqtt://broker/a%23",             "cannot be a topic"),
    ("mqtt://broker/$SYS",             "cannot be a topic"),
    ("mqtt://broker?discovery=a%2Bb",  "cannot be a topic"),
    ("mqtt://broker?discovery=",       "cannot be a topic"),
    ("mqtt://broker?qos=2",            "no option 'qos'"),
    ("mqtt://broker?ca=x.pem",         "ca needs mqtts://"),
    ("mqtts://broker?ca=/no/such.pem", "/no/such.pem cannot be read"),
)
# fmt: on


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "base", "prefix", "tls"),
    URLS,
    ids=[row[0] for row in URLS],
)
def test_a_url_names_a_broker(url, host, port, user, password, base, prefix, tls):
    found = broker(url)
    assert (found.host, found.port, found.user, found.password) == (host, port, user, password)
    assert found.topics == Topics(base, prefix)
    assert (found.tls is not None) == tls
    assert "@" not in found.where


@pytest.mark.parametrize(("url", "says"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_url_is_refused_in_one_line(url, says):
    with pytest.raises(ValueError) as raised:
        broker(url)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_wrong_url_does_not_tell_the_password():
    with pytest.raises(ValueError) as raised:
        broker("mqtt://u:secret@broker:99999")
    assert "secret" not in str(raised.value)
