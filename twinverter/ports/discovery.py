"""Home Assistant's view of the device: one discovery message, derived from the catalog's tables.

Every telemetry row that moves and has a unit, or a list of states, is a sensor; every setting is a
number, a select, a switch or a text for a time of day. Topics, keys and classes follow the MQTT
integration's documentation (home-assistant.io/integrations/mqtt, "Device discovery payload").
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from twinverter.catalog.reasons import LINES
from twinverter.catalog.row import CHOICE, NUMBER, SWITCH, Setting
from twinverter.catalog.screens import name_of, screen_of, unit_of
from twinverter.catalog.settings import SETTINGS
from twinverter.catalog.telemetry import MAIN, SERIAL, TELEMETRY, Telemetry
from twinverter.ports.readings import reading

ONLINE, OFFLINE = "online", "offline"
ON, OFF = "ON", "OFF"
# Without a message for so long a sensor counts as unknown: some state messages are missed then.
EXPIRE_S = 45
LOCK_KEY = "lock_out_all_changes"
ACKNOWLEDGE = "acknowledge"
ALARMS, PROBLEM, REFUSED = "alarms", "problem", "refused"
TIME_PATTERN = "([01][0-9]|2[0-3]):[0-5][0-9]"

# fmt: off
# Unit of a row -> (unit in Home Assistant, device class), both without where the class has no name.
UNITS = {
    "W":    ("W",    "power"),
    "VA":   ("VA",   "apparent_power"),
    "kWh":  ("kWh",  "energy"),
    "V":    ("V",    "voltage"),
    "A":    ("A",    "current"),
    "Hz":   ("Hz",   "frequency"),
    "degC": ("°C",   "temperature"),
    "h":    ("h",    "duration"),
    "s":    ("s",    "duration"),
    "ms":   ("ms",   "duration"),
    "d":    ("d",    "duration"),
}
MEASUREMENT, TOTAL, RISING = "measurement", "total", "total_increasing"
# A balance of what came out and went in may fall: no counter of its own kind, by key of its row.
FALLING = {"energy_active_today": None, "energy_active_total": TOTAL}
NO_COUNTER = (None, MEASUREMENT)
# What a key's words are written as in a name.
WORDS = {"pv1": "PV1", "pv2": "PV2", "pv": "PV", "bms1": "BMS", "soc": "SOC", "soh": "SOH",
         "ups": "Backup", "ct": "CT", "dc": "DC", "a": "A", "b": "B", "c": "C",
         "ab": "AB", "bc": "BC", "ca": "CA"}
# fmt: on


class Topics(NamedTuple):
    """The topics of one device under `base`."""

    base: str
    prefix: str

    @property
    def node(self) -> str:
        """Return the device's name in identifiers."""
        return "".join(sign if sign.isalnum() else "_" for sign in self.base.lower())

    @property
    def discovery(self) -> str:
        """Return where the discovery message lies."""
        return f"{self.prefix}/device/{self.node}/config"

    @property
    def birth(self) -> str:
        """Return where Home Assistant says that it has started."""
        return f"{self.prefix}/status"

    @property
    def availability(self) -> str:
        """Return where the device is online or offline."""
        return f"{self.base}/availability"

    @property
    def state(self) -> str:
        """Return where measurements stand."""
        return f"{self.base}/state"

    @property
    def settings(self) -> str:
        """Return where settings stand."""
        return f"{self.base}/settings"

    @property
    def command(self) -> str:
        """Return where entries come in: here several at once, one below it by its key."""
        return f"{self.base}/set"

    @property
    def press(self) -> str:
        """Return where buttons are pressed."""
        return f"{self.base}/press"

    @property
    def error(self) -> str:
        """Return where refused entries are told."""
        return f"{self.base}/error"


@cache
def measured_rows() -> tuple[Telemetry, ...]:
    """Return the telemetry rows that are sensors."""
    return tuple(
        row
        for row in TELEMETRY
        if reading(row) is not None and (row.unit or row.key.endswith("_factor") or states_of(row))
    )


@cache
def setting_rows() -> tuple[Setting, ...]:
    """Return the settings that hold a value."""
    return tuple(row for row in SETTINGS if row.stored)


@cache
def states_of(row: Telemetry) -> dict[int, str]:
    """Return raw value -> word of a row whose values are a list of states, empty for any other."""
    found = {}
    for part in row.values.split("; "):
        number, sign, word = part.partition("=")
        if not sign or not number.isdecimal():
            return {}
        found[int(number)] = word
    return found


def discovery(name: str, topics: Topics) -> dict[str, Any]:
    """Return the discovery message of a device of this name, ready for JSON."""
    components = {
        **{row.key: _sensor(row, topics) for row in measured_rows()},
        **dict(_words(topics)),
        **{row.key: _entity(row, topics) for row in setting_rows()},
    }
    for key, component in components.items():
        component["unique_id"] = f"{topics.node}_{key}"
    return {
        "device": {
            "identifiers": [topics.node],
            "name": name,
            "manufacturer": "Twinverter",
            "model": "Digital twin of a hybrid inverter, 8 kW",
            "model_id": "JSO8048104",
            "serial_number": SERIAL,
            "sw_version": MAIN,
        },
        "origin": {"name": "twinverter"},
        "availability_topic": topics.availability,
        "payload_available": ONLINE,
        "payload_not_available": OFFLINE,
        "components": components,
    }


def _sensor(row: Telemetry, topics: Topics) -> dict[str, Any]:
    """Return a telemetry row as a sensor."""
    found: dict[str, Any] = {
        "platform": "sensor",
        "name": _name(row.key),
        "state_topic": topics.state,
        "value_template": _template(row.key),
        "expire_after": EXPIRE_S,
    }
    states = states_of(row)
    if states:
        return found | {"device_class": "enum", "options": list(states.values())}
    unit, kind = UNITS.get(row.unit, (row.unit, None))
    if row.key.endswith("_soc"):
        kind = "battery"
    elif row.key.endswith("_factor"):
        kind = "power_factor"
    counts = RISING if row.unit == "kWh" or row.period else MEASUREMENT
    counts_as = FALLING.get(row.key, counts)
    optional = {"unit_of_measurement": unit, "device_class": kind, "state_class": counts_as}
    decimals = len(f"{row.scale:f}".rstrip("0").partition(".")[2])
    return found | _given(optional) | {"suggested_display_precision": decimals}


def _words(topics: Topics) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield what no register holds: alarms, why each line does what it does, what was refused."""
    state = {"state_topic": topics.state, "expire_after": EXPIRE_S}
    yield (
        PROBLEM,
        state
        | {
            "platform": "binary_sensor",
            "name": "Problem",
            "device_class": "problem",
            "value_template": _on_off(f"value_json.{ALARMS}"),
        },
    )
    yield ALARMS, state | _text("Alarms", _template(ALARMS))
    for line in LINES:
        yield reason_key(line), state | _text(f"Why {line}", _template(reason_key(line)))
    yield (
        REFUSED,
        _text("Last refused entry", "{{ value_json.text }}")
        | {"state_topic": topics.error, "entity_category": "diagnostic"},
    )
    yield (
        ACKNOWLEDGE,
        {
            "platform": "button",
            "name": "Acknowledge alarms",
            "command_topic": topics.press,
            "payload_press": ACKNOWLEDGE,
        },
    )


def reason_key(line: str) -> str:
    """Return the key under which the reason of a line stands."""
    return f"why_{line}"


def _entity(row: Setting, topics: Topics) -> dict[str, Any]:
    """Return a setting as an entity that can be written, the lock as one that can only be read."""
    found: dict[str, Any] = {
        "name": _setting_name(row),
        "state_topic": topics.settings,
        "value_template": _template(row.key),
        "entity_category": "config",
        "enabled_by_default": bool(row.use.read_by) and screen_of(row.key).tile != "Installer",
    }
    if row.key == LOCK_KEY:
        read_only = {"platform": "binary_sensor", "entity_category": "diagnostic"}
        return found | read_only | {"value_template": _on_off(f"value_json.{row.key}")}
    found["command_topic"] = f"{topics.command}/{row.key}"
    if row.kind == SWITCH:
        return found | {
            "platform": "switch",
            "value_template": _on_off(f"value_json.{row.key}"),
        }
    if row.kind == CHOICE:
        options = [str(choice) for choice in row.choices if choice not in row.refused]
        return found | {"platform": "select", "options": options}
    if row.kind == NUMBER:
        return found | _number(row)
    return found | {"platform": "text", "min": 5, "max": 5, "pattern": TIME_PATTERN}


def _number(row: Setting) -> dict[str, Any]:
    unit, kind = UNITS.get(row.unit, (unit_of(row), None))
    if row.key.endswith("_soc_pct"):
        kind = "battery"
    return _given({"unit_of_measurement": unit, "device_class": kind}) | {
        "platform": "number",
        "min": row.low,
        "max": row.high,
        "step": row.step,
        "mode": "box",
    }


def _setting_name(row: Setting) -> str:
    """Return a name that no other setting has: the page goes first where labels are alike."""
    name = name_of(row)
    alike = [other for other in setting_rows() if name_of(other) == name]
    return name if len(alike) == 1 else f"{screen_of(row.key).title}: {name}"


def _text(name: str, template: str) -> dict[str, Any]:
    return {"platform": "sensor", "name": name, "value_template": template}


def _name(key: str) -> str:
    words = [WORDS.get(word, word) for word in key.split("_")]
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])


def _template(key: str) -> str:
    return f"{{{{ value_json.{key} }}}}"


def _on_off(value: str) -> str:
    return f"{{{{ '{ON}' if {value} else '{OFF}' }}}}"


def _given(optional: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in optional.items() if value}
