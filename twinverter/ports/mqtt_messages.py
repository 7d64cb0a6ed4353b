"""What goes over MQTT: the device's state and settings as JSON, and commands that come in.

A command enters one setting by its key, several at once as a JSON object (with `code` beside them
where changes are locked), or presses a button. What is retained, too long or no text is refused.
"""

import json
from typing import Any

from aiomqtt import Message

from twinverter.catalog.errors import shown
from twinverter.catalog.reasons import LINES
from twinverter.live.snapshot import Scene
from twinverter.live.twin import Twin
from twinverter.ports import discovery
from twinverter.ports.discovery import Topics
from twinverter.ports.image import Image

MOST_BYTES, MOST_KEY = 4096, 80
BY = "mqtt"
CODE_KEY = "code"
BMS_KEYS = "bms1_"


class Refusal(Exception):  # noqa: N818
    """A command that is not one; `str` is one line."""


def state(twin: Twin, image: Image) -> dict[str, Any]:
    """Return every measurement of the newest moment on disk, ready for JSON.

    What the battery's management says is null while it is silent, a line without a reason empty.
    """
    known = twin.shown
    speaks = known["bms"]["speaks"]
    found: dict[str, Any] = {}
    for row in discovery.measured_rows():
        value: Any = image.value(row.key)
        if row.key.startswith(BMS_KEYS) and not speaks:
            value = None
        states = discovery.states_of(row)
        found[row.key] = states.get(int(value)) if states else value
    found[discovery.ALARMS] = " ".join(alarm["code"] for alarm in known["alarms"])
    for line in LINES:
        found[discovery.reason_key(line)] = ""
    for reason in known["reasons"]:
        found[discovery.reason_key(reason["line"])] = reason["text"]
    return found


def settings(scene: Scene) -> dict[str, Any]:
    """Return every setting of a moment, ready for JSON."""
    return {row.key: scene.values[row.key] for row in discovery.setting_rows()}


def obey(twin: Twin, topics: Topics, topic: str, message: Message) -> None:
    """Do what a command says; Refusal and the errors of `Twin.write` where it cannot be."""
    text = _text(message)
    if topic == topics.press:
        if text != discovery.ACKNOWLEDGE:
            raise Refusal(f"button {shown(text)}: is none (allowed: {discovery.ACKNOWLEDGE})")
        twin.press(text, BY)
        return
    entries, code = _entries(topic.removeprefix(topics.command).lstrip("/"), text)
    twin.write(entries, BY, code)


def _entries(key: str, text: str) -> tuple[dict[str, Any], str]:
    """Return entries and code of a command: a value for its key, or without one a JSON object."""
    if key:
        return {_key(key): text}, ""
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        entries = None
    if not isinstance(entries, dict):
        raise Refusal("is no JSON object of settings and their values")
    code = entries.pop(CODE_KEY, "")
    if not entries:
        raise Refusal("enters nothing")
    return {_key(key): value for key, value in entries.items()}, str(code)


def _key(key: str) -> str:
    if len(key) > MOST_KEY or not key.isprintable():
        raise Refusal(f"{shown(ascii(key))}: no such setting")
    return key


def _text(message: Message) -> str:
    """Return the payload of a command; Refusal where it is retained, too long or no text."""
    if message.retain:
        raise Refusal("a retained command is not taken: it would be entered again and again")
    payload = message.payload if isinstance(message.payload, bytes) else b""
    if len(payload) > MOST_BYTES:
        raise Refusal(f"{len(payload)} bytes are too many (allowed: {MOST_BYTES})")
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise Refusal("is no text in UTF-8") from None


def readable(message: Message) -> str:
    """Return the payload of a command as an error may quote it."""
    payload = message.payload if isinstance(message.payload, bytes) else b""
    return shown(payload[:MOST_KEY].decode(errors="replace"))


def encoded(message: Any) -> str:
    """Return a message as it goes over the wire."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
