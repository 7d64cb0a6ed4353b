"""The lines of the alarm list: code, name, date and time as the machine's own list prints them."""

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from twinverter.live.memory import AlarmEntry
from twinverter.words.logbook import alarm_line, change_line


@pytest.mark.parametrize("clock", ["2019-03-11 15:58", "2019-03-08 10:48", "2019-03-08 10:45"])
def test_an_entry_of_the_printed_log_is_shown_as_it_is_printed(clock):
    """CH5.11-FLT-005: with the misprinted number, under the name of the heat sink's fault."""
    clock_s = (datetime.fromisoformat(clock) - datetime(1970, 1, 1)) / timedelta(seconds=1)
    line = alarm_line(AlarmEntry(clock_s + 42.0, "F84", True, 1))
    assert (line["clock"], line["code"]) == (clock, "F84")
    assert line["name"] == "Heatsink_HighTemp_Fault"
    assert line["message"] and line["advice"]


class Line(NamedTuple):
    """A line of a journal of changes, of any version."""

    key: str
    before: object
    after: object
    seq: int = 1
    clock_s: float = 0.0
    by: str = "panel"


# fmt: off
CHANGES = [
    # line                                     label              from                to
    (Line("battery.max_charge_a", 40, 33),     "Max A Charge",    "40 A",             "33 A"),
    (Line("max_charge_a", None, 33),           "Max A Charge",    "",                 "33 A"),
    (Line("work_mode.work_mode", "no", 5),     "Work mode",       "no",               "5"),
    (Line("novelty.key", 1, None),             "novelty.key",     "1",                ""),
]
# fmt: on


@pytest.mark.parametrize("line, label, before, after", CHANGES)
def test_a_change_is_told_in_words_and_as_it_came_where_there_are_none(line, label, before, after):
    told = change_line(line)
    assert (told["label"], told["before_text"], told["after_text"]) == (label, before, after)


def test_a_code_of_another_version_is_a_fault_by_its_name():
    line = alarm_line(AlarmEntry(0.0, "F99", True, 1))
    assert (line["name"], line["severity"]) == ("F99", "fault")
    assert line["message"]
