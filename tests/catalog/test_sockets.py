"""The signal sockets: their contacts are the manual's, their wires and pins exist."""

import pytest

from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.row import MANUAL
from twinverter.catalog.sockets import SOCKETS
from twinverter.catalog.wiring_page import wiring_page
from twinverter.cli.wires import Wires
from twinverter.live.pins import PINS

BY_KEY = {row.key: row for row in SOCKETS}

# fmt: off
BMS_PINS = [
    # pin   signal    shown
    ("1",   "485_B",  "CH10-BMS-002"),
    ("2",   "485_A",  "CH10-BMS-002"),
    ("3",   "",       "CH10-BMS-004"),
    ("4",   "CAN-H",  "CH10-BMS-003"),
    ("5",   "CAN-L",  "CH10-BMS-003"),
    ("6",   "GND",    "CH10-BMS-004"),
    ("7",   "485_A",  "CH10-BMS-002"),
    ("8",   "485_B",  "CH10-BMS-002"),
]
# fmt: on


@pytest.mark.parametrize("pin, signal, shown", BMS_PINS)
def test_a_pin_of_the_bms_sockets_carries_what_the_manual_says(pin, signal, shown):
    for key in ("bms_485", "bms_can"):
        socket = BY_KEY[key]
        assert (socket.shape, socket.origin) == ("RJ45", MANUAL)
        assert {one.number: one.signal for one in socket.contacts}[pin] == signal, shown


def test_both_bms_sockets_have_the_one_table_and_a_wire_each():
    """CH10-BMS-001."""
    rs485, can = BY_KEY["bms_485"], BY_KEY["bms_can"]
    assert rs485.contacts == can.contacts and len(rs485.contacts) == 8
    assert (rs485.options, can.options) == (("bms",), ("can",))


def test_the_function_port_has_the_clamps_and_the_outputs_that_the_device_drives():
    """CH3.3.2-WIR-001: by function; the numbers are on the lost drawing."""
    signals = [one.signal for one in BY_KEY["function"].contacts]
    assert signals == ["CT L1, L2, L3", "GEN start", "ATS"]
    outputs = {pin.key for pin in PINS if pin.direction == "out"}
    assert set(BY_KEY["function"].pins) == outputs


def test_the_wifi_plug_is_configured_beside_the_machine_and_not_by_its_menu():
    """CH3.8-MON-001: its leaflet is another one; here it is the house file and the options."""
    words = ("wifi", "wi-fi", "wlan", "logger", "ssid")
    assert not [row.key for row in SETTINGS if any(word in row.label.lower() for word in words)]
    note = BY_KEY["wifi"].note
    assert "[site.link]" in note and BY_KEY["wifi"].options == ("solarman", "solarman_push")


def test_every_wire_of_a_socket_is_an_option_and_every_pin_is_one_of_the_device():
    assert {option for row in SOCKETS for option in row.options} <= set(Wires._fields)
    known = {pin.key for pin in PINS}
    assert {pin for row in SOCKETS for pin in row.pins} <= known
    callouts = [row.callout for row in SOCKETS]
    assert callouts == sorted(set(callouts))


def test_the_page_shows_every_socket_with_all_its_contacts():
    page = wiring_page()
    for row in SOCKETS:
        _, _, part = page.partition(f"\n## {row.name}\n")
        table = part.split("\n## ")[0]
        assert all(
            f"| {one.number or '-'} | {one.signal or '-'} | {one.meaning} |" in table
            for one in row.contacts
        )
    assert "TWINVERTER_MQTT" in page and "`--meter-server`" in page
