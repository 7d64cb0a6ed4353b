"""The MQTT port at a real broker: found, told, entered, refused, gone, back."""

import json
import shutil
import subprocess

import pytest

from tests.ports.living import Living, quiet_house
from tests.ports.mosquitto import (
    HOST,
    PATH,
    Line,
    Listener,
    Mosquitto,
    free_port,
    needs_mosquitto,
    until,
)
from twinverter.catalog.telemetry import SERIAL
from twinverter.ports.mqtt import Mqtt

BASE = f"twinverter/{SERIAL}"
CONFIG = f"homeassistant/device/twinverter_{SERIAL}/config"
AVAILABILITY, STATE, SETTINGS, ERROR = (
    f"{BASE}/{name}" for name in ("availability", "state", "settings", "error")
)
OPENSSL = shutil.which("openssl")
PASSWD = shutil.which("mosquitto_passwd") or shutil.which("mosquitto_passwd", path=PATH)
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="needs openssl to make certificates")
# A broker that is away is tried again so soon.
PAUSE_S = 0.1


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return quiet_house(tmp_path_factory.mktemp("mqtt"))


@pytest.fixture
def broker(tmp_path):
    with Mosquitto(tmp_path, "allow_anonymous true") as broker:
        yield broker


@pytest.fixture
def line(broker):
    line = Line(broker.port)
    yield line
    line.close()


@pytest.fixture
def listener(broker):
    with Listener(broker.port) as listener:
        yield listener


@pytest.fixture
def connected(house, tmp_path):
    """Return a function: URL -> a device with its MQTT port started; the one before has ended."""
    made = []

    def connect(url):
        if made:
            made.pop().end()
        made.append(Living(house, tmp_path / "memory", lambda *parts: [Mqtt(*parts, url, PAUSE_S)]))
        return made[-1]

    yield connect
    for living in made:
        living.end()


@pytest.fixture
def device(line, listener, connected):
    """Return a device that is online, on a line that can be cut."""
    device = connected(f"mqtt://{HOST}:{line.port}")
    until(lambda: listener.text(AVAILABILITY) == "online", "online")
    return device


def told(device):
    return device.call(device.ports[0].told)


def value(device, key):
    return device.call(lambda: device.twin.values[key])


pytestmark = needs_mosquitto


def test_a_device_that_starts_is_found_told_and_only_then_online(device, listener):
    topics = [message.topic for message in listener.messages]
    assert topics[:4] == [CONFIG, STATE, SETTINGS, AVAILABILITY]
    found = json.loads(listener.text(CONFIG))
    assert found["device"]["name"] == "house on wires"
    assert found["availability_topic"] == AVAILABILITY
    state = json.loads(listener.text(STATE))
    assert state["battery_soc"] == device.call(device.image.value, "battery_soc")
    assert json.loads(listener.text(SETTINGS))["work_mode"] == value(device, "work_mode")
    assert told(device) | {"requests": 0} == {
        "name": "mqtt", "where": f"mqtt://{HOST}:{told(device)['where'].rpartition(':')[2]}",
        "requests": 0, "errors": 0, "last_client": "", "state": "open",
    }  # fmt: skip


def test_nothing_that_ages_is_retained(device, broker):
    with Listener(broker.port) as late:
        until(lambda: late.text(AVAILABILITY) and late.text(CONFIG), "retained messages")
        assert {message.topic for message in late.messages if message.retain} == {
            AVAILABILITY,
            CONFIG,
        }


def test_state_follows_the_device_within_two_seconds(device, listener):
    device.call(device.twin.take, "load_l1_w", 3000)
    device.pass_s(10)
    expected_w = device.call(device.image.value, "load_power_total")
    assert expected_w == pytest.approx(3000, abs=1)
    until(lambda: json.loads(listener.text(STATE))["load_power_total"] == expected_w, "state", 2.0)


def test_an_entry_is_on_the_device_and_told_back(device, listener):
    listener.say(f"{BASE}/set/low_batt_soc_pct", "41")
    until(lambda: json.loads(listener.text(SETTINGS))["low_batt_soc_pct"] == 41, "told", 2.0)
    assert value(device, "low_batt_soc_pct") == 41
    change = device.call(lambda: device.store.changes(1)[0])
    assert (change.by, change.key) == ("mqtt", "battery.low_batt_soc_pct")
    assert told(device)["requests"] == 1
    assert told(device)["last_client"] == "set/low_batt_soc_pct"


def test_a_refused_entry_is_told_and_the_value_that_stands_too(device, listener):
    before, settings = value(device, "low_batt_soc_pct"), listener.count(SETTINGS)
    listener.say(f"{BASE}/set/low_batt_soc_pct", "141")
    error = json.loads(until(lambda: listener.text(ERROR), "error"))
    assert error["topic"] == f"{BASE}/set/low_batt_soc_pct"
    assert error["payload"] == "141"
    assert (
        error["text"] == "battery.low_batt_soc_pct = 141 %: is out of range (allowed: 0 to 100 %)"
    )
    until(lambda: listener.count(SETTINGS) > settings, "settings again", 2.0)
    assert (
        json.loads(listener.text(SETTINGS))["low_batt_soc_pct"]
        == before
        == value(device, "low_batt_soc_pct")
    )
    assert told(device)["errors"] == 1


def test_a_device_that_stops_is_offline(device, listener, broker):
    device.run(device.ports[0].stop())
    until(lambda: listener.text(AVAILABILITY) == "offline", "offline", 2.0)
    assert told(device)["state"] == "closed"
    with Listener(broker.port) as late:
        until(lambda: late.text(AVAILABILITY) == "offline", "offline is retained")


def test_a_device_whose_line_is_cut_is_offline_by_its_last_will_and_comes_back(
    device, line, listener
):
    line.cut()
    until(lambda: listener.text(AVAILABILITY) == "offline", "last will")
    until(lambda: told(device)["state"] == "searching", "it knows")
    device.call(device.twin.write, {"low_batt_soc_pct": 42})
    line.mend()
    until(lambda: listener.text(AVAILABILITY) == "online", "online again")
    assert json.loads(listener.text(SETTINGS))["low_batt_soc_pct"] == 42
    until(lambda: told(device)["state"] == "open", "open")
    assert told(device)["errors"] >= 1


def test_a_device_waits_for_a_broker_that_comes_later(connected, tmp_path):
    port = free_port()
    device = connected(f"mqtt://{HOST}:{port}")
    until(lambda: told(device)["errors"] >= 2, "it tries")
    assert told(device)["state"] == "searching"
    device.pass_s(5)
    with Mosquitto(tmp_path, "allow_anonymous true", port=port):
        with Listener(port) as listener:
            until(lambda: listener.text(AVAILABILITY) == "online", "online")
        device.run(device.ports[0].stop())


def test_a_port_that_waits_for_its_broker_stops_at_once(connected):
    device = connected(f"mqtt://{HOST}:{free_port()}")
    until(lambda: told(device)["errors"] >= 1, "it tries")
    device.run(device.ports[0].stop())
    assert told(device)["state"] == "closed"


def test_home_assistant_that_starts_is_told_all_again(device, listener):
    states, settings = listener.count(STATE), listener.count(SETTINGS)
    listener.say("homeassistant/status", "online")
    until(
        lambda: listener.count(STATE) > states and listener.count(SETTINGS) > settings, "told", 2.0
    )
    assert told(device)["requests"] == 0


def test_a_retained_command_is_refused_and_never_entered(broker, listener, connected):
    listener.say(f"{BASE}/set/low_batt_soc_pct", "43", retain=True)
    device = connected(f"mqtt://{HOST}:{broker.port}")
    error = json.loads(until(lambda: listener.text(ERROR), "error"))
    assert error["text"].startswith("a retained command is not taken")
    assert value(device, "low_batt_soc_pct") == 35


def test_a_flood_of_entries_is_taken_in_order_and_told_in_few_messages(device, listener):
    before = listener.count(STATE)
    for soc_pct in (*range(40, 60), 44):
        listener.say(f"{BASE}/set/low_batt_soc_pct", str(soc_pct))
    until(lambda: json.loads(listener.text(SETTINGS))["low_batt_soc_pct"] == 44, "told")
    assert value(device, "low_batt_soc_pct") == 44
    assert listener.count(STATE) - before <= 12


def test_a_path_gives_a_device_topics_of_its_own(broker, listener, connected):
    device = connected(f"mqtt://{HOST}:{broker.port}/attic/twin?discovery=ha")
    until(lambda: listener.text("attic/twin/availability") == "online", "online")
    assert "ha/device/attic_twin/config" in listener.last
    listener.say("attic/twin/set/low_batt_soc_pct", "44")
    until(lambda: value(device, "low_batt_soc_pct") == 44, "entered")


@pytest.mark.skipif(PASSWD is None, reason="needs mosquitto_passwd")
def test_user_and_password_come_from_the_url(connected, tmp_path):
    passwords = tmp_path / "passwords"
    passwords.touch()
    subprocess.run(
        [PASSWD, "-b", passwords, "twin", "p@ss:w/rd"], check=True, stderr=subprocess.DEVNULL
    )
    with Mosquitto(tmp_path, "allow_anonymous false", f"password_file {passwords}") as broker:
        device = connected(f"mqtt://twin:wrong@{HOST}:{broker.port}")
        until(lambda: told(device)["errors"] >= 1, "refused")
        assert told(device)["state"] == "searching"
        with Listener(broker.port, "twin", "p@ss:w/rd") as listener:
            device = connected(f"mqtt://twin:p%40ss%3Aw%2Frd@{HOST}:{broker.port}")
            until(lambda: listener.text(AVAILABILITY) == "online", "online")
            assert "p@ss" not in json.dumps(told(device))


def certificates(folder, name):
    """Make an authority and a certificate of 127.0.0.1; return its options for mosquitto."""
    authority, key, request, certificate = (
        folder / f"{name}{end}" for end in (".ca.pem", ".key.pem", ".csr", ".pem")
    )
    extensions = folder / f"{name}.ext"
    extensions.write_text("subjectAltName=IP:127.0.0.1\n", encoding="utf-8")

    def openssl(*words):
        subprocess.run([OPENSSL, *map(str, words)], check=True, capture_output=True)

    ca_key = folder / f"{name}.ca.key"
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(
        "req",
        "-x509",
        *new,
        "-keyout",
        ca_key,
        "-out",
        authority,
        "-subj",
        f"/CN={name}",
        "-days",
        2,
    )
    openssl("req", *new, "-keyout", key, "-out", request, "-subj", "/CN=broker")
    openssl("x509", "-req", "-in", request, "-CA", authority, "-CAkey", ca_key, "-CAcreateserial",
            "-extfile", extensions, "-days", 2, "-out", certificate)  # fmt: skip
    return authority, (f"certfile {certificate}", f"keyfile {key}", f"cafile {authority}")


@needs_openssl
def test_tls_trusts_the_given_authority_and_no_other(connected, tmp_path):
    authority, lines = certificates(tmp_path, "one")
    stranger, _ = certificates(tmp_path, "two")
    with Mosquitto(tmp_path, "allow_anonymous true", *lines) as broker:
        device = connected(f"mqtts://{HOST}:{broker.port}?ca={stranger}")
        until(lambda: told(device)["errors"] >= 2, "refused")
        assert told(device)["state"] == "searching"
        for options in (f"ca={authority}", "verify=no"):
            device = connected(f"mqtts://{HOST}:{broker.port}?{options}")
            until(lambda device=device: told(device)["state"] == "open", options)
            assert told(device)["where"] == f"mqtts://{HOST}:{broker.port}"
