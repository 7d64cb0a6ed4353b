"""The lines of the alarm list: code, name, date and time as the machine's own list prints them."""

from datetime import datetime, timedelta

import pytest

from twinverter.live.memory import AlarmEntry
from twinverter.panel.logbook import alarm_line


@pytest.mark.parametrize("clock", ["2019-03-11 15:58", "2019-03-08 10:48", "2019-03-08 10:45"])
def test_an_entry_of_the_printed_log_is_shown_as_it_is_printed(clock):
    """CH5.11-FLT-005: with the misprinted number, under the name of the heat sink's fault."""
    clock_s = (datetime.fromisoformat(clock) - datetime(1970, 1, 1)) / timedelta(seconds=1)
    line = alarm_line(AlarmEntry(clock_s + 42.0, "F84", True, 1))
    assert (line["clock"], line["code"]) == (clock, "F84")
    assert line["name"] == "Heatsink_HighTemp_Fault"
    assert line["message"] and line["advice"]
