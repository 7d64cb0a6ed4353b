"""The log: one line per event with the device's own clock, none per tick."""

import logging

import pytest

from twinverter.catalog.alarms import F35, LOWBAT, OFF_SHOWN
from twinverter.live.events import alarm_changes, bits_of


@pytest.fixture
def lines(caplog):
    """Return a reader of the lines since it was last asked."""
    caplog.set_level(logging.INFO, "twinverter.live")

    def read():
        found = [record.getMessage() for record in caplog.records]
        caplog.clear()
        return found

    return read


def test_an_outage_is_told_in_a_few_lines(alive, lines):
    device = alive().run(5)
    lines()
    device.world(grid_on=False).run(60).world(grid_on=True).run(90)
    assert lines() == [
        "2023-01-02 12:00:05  panel holds grid_on at 0",
        "2023-01-02 12:00:05  grid lost",
        "2023-01-02 12:00:05  the machine runs alone, without the grid",
        "2023-01-02 12:00:05  alarm F35 No AC grid",
        "2023-01-02 12:01:05  panel holds grid_on at 1",
        "2023-01-02 12:01:05  grid back",
        "2023-01-02 12:02:06  the machine runs on the grid",
        "2023-01-02 12:02:06  alarm F35 No AC grid is over",
    ]


def test_entries_buttons_and_codes_are_told_with_who_did_it(alive, lines):
    device = alive()
    lines()
    device.twin.write({"max_charge_a": 50}, by="Ada")
    device.twin.press("dc", by="Ada")
    device.twin.reset("9999", by="Bob")
    assert [line[21:] for line in lines()] == [
        "Ada set battery.max_charge_a = 50 (was 40)",
        "Ada turned the DC switch off",
        "Bob put all settings to their defaults",
        "alarm F13 Working mode change",
    ]


def test_a_quiet_hour_writes_nothing(alive, lines):
    device = alive().run(100)
    lines()
    device.run(600)
    assert lines() == []


# fmt: off
ALARMS = [
    # before      after          entries
    (0.0,         0.0,           []),
    (0.0,         F35,           [("F35", True)]),
    (F35,         F35 + LOWBAT,  [("LOWBAT", True)]),
    (F35,         LOWBAT,        [("F35", False), ("LOWBAT", True)]),
    (0.0,         OFF_SHOWN,     []),
    (F35,         OFF_SHOWN,     [("F35", False)]),
]
# fmt: on


@pytest.mark.parametrize("before, after, entries", ALARMS)
def test_alarms_are_entered_when_they_rise_and_when_they_go(before, after, entries):
    found = alarm_changes(60.0, before, after)
    assert [(entry.code, entry.raised) for entry in found] == entries
    assert all(entry.clock_s == 60.0 for entry in found)


def test_codes_and_bits_are_the_same_alarms():
    assert bits_of(["F35", "LOWBAT"]) == F35 + LOWBAT
    assert bits_of([]) == 0.0
