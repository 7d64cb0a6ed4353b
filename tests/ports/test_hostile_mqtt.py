"""Hostile commands over MQTT: any topic, any bytes; each is an entry, a button or a refusal."""

import json

import pytest
from aiomqtt import Message
from hypothesis import given

from tests.ports.conftest import Device
from tests.ports.hostile import SESSION, chances, hostile
from twinverter.catalog.errors import SettingError
from twinverter.catalog.settings import SETTINGS, check_all
from twinverter.ports.discovery import ACKNOWLEDGE, Topics
from twinverter.ports.mqtt_messages import Refusal, encoded, obey, readable

TOPICS = Topics("twinverter/device", "homeassistant")
ROWS = [row for row in SETTINGS if row.stored]
VALUES = (
    True,
    False,
    None,
    0,
    -1,
    1,
    40,
    1e308,
    "on",
    "",
    "12:30",
    "lithium",
    [],
    {},
    "\x00",
    "9" * 400,
)
NESTED = "[" * 3000


class Taker:
    """A twin that checks entries as the real one does and keeps none."""

    def __init__(self, twin):
        self.twin, self.pressed, self.taken = twin, 0, 0

    def press(self, button, by):
        assert button == ACKNOWLEDGE
        self.pressed += 1

    def write(self, entries, by, code):
        assert by == "mqtt" and isinstance(code, str)
        after = self.twin.entered(entries)
        assert check_all(after) == []
        self.taken += 1


def key(chance):
    """Return the key of a setting, or something that looks like one."""
    return chance.pick(
        chance.pick(*ROWS).key,
        chance.pick(*ROWS).path,
        "",
        "no_such",
        "a" * 100,
        "..",
        "code",
        "\u2028",
    )


def value(chance):
    """Return a value of any kind, often one that a row has."""
    row = chance.pick(*ROWS)
    return chance.pick(row.default, row.low, row.high, *row.choices[:1], *VALUES)


def command(chance):
    """Return topic and payload of a command, whole or spoilt."""
    kind = chance.pick("right", "right", "one", "several", "press", "noise", "nested")
    topic = chance.pick(TOPICS.command, TOPICS.press, f"{TOPICS.command}/{key(chance)}")
    if kind == "right":
        row = chance.pick(*ROWS)
        topic, text = f"{TOPICS.command}/{row.key}", str(chance.pick(row.default, *row.choices))
    elif kind == "one":
        topic, text = f"{TOPICS.command}/{key(chance)}", str(value(chance))
    elif kind == "several":
        entries = {key(chance): value(chance) for _ in range(chance.below(6))}
        topic, text = TOPICS.command, json.dumps(entries)
    elif kind == "press":
        topic, text = TOPICS.press, chance.pick(ACKNOWLEDGE, "power", "dc", "")
    else:
        text = NESTED if kind == "nested" else chance.bytes(chance.below(300)).decode("latin-1")
    payload = text.encode(errors="surrogatepass")
    return topic, payload if chance.below(2) else chance.spoilt(payload)


@pytest.fixture(scope="module")
def device(house, tmp_path_factory):
    living = Device(house, tmp_path_factory.mktemp("mqtt"))
    yield living
    living.close()


@hostile
@given(chances)
def test_any_command_is_entered_pressed_or_refused_in_one_line(device, chance):
    taker = Taker(device.twin)
    for number in range(SESSION):
        topic, payload = command(chance)
        message = Message(topic, payload, 1, chance.below(20) == 0, number, None)
        before = taker.taken + taker.pressed
        try:
            obey(taker, TOPICS, topic, message)
        except (Refusal, SettingError) as error:
            told = {"topic": topic, "payload": readable(message), "text": str(error)}
            assert "\n" not in str(error) and len(encoded(told)) < 2000
            assert taker.taken + taker.pressed == before
        else:
            assert taker.taken + taker.pressed == before + 1 and not message.retain
