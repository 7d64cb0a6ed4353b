"""Sums of many devices read together: the same as read one by one, stored or rolled up."""

import pytest

from tests.monitor.samples import DAY_S, MONDAY_S, minutes
from twinverter.monitor.history import HistoryError
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history

DAY = (MONDAY_S, MONDAY_S + DAY_S)
SUMS = ("solar_wh", "load_wh")


@pytest.fixture(params=[10.0, 60.0], ids=["quarters stored", "quarters rolled up"])
def fleet(request, place):
    """Return a history of three devices: a fast tick has its quarters stored, a slow one not."""
    history = open_history(place, Plan(request.param))
    history.write(
        [minutes(0, 50, device="a"), minutes(10, 5, device="b"), minutes(1440, 5, device="late")]
    )
    yield history
    history.close()


def test_each_device_has_the_slots_that_it_has_alone(fleet):
    found = fleet.across(["a", "b", "late", "nobody"], "quarter", *DAY, SUMS)
    assert [row["solar_wh"] for row in found["a"]] == [15.0, 15.0, 15.0, 5.0]
    assert [(row["start_s"] - MONDAY_S, row["span_s"]) for row in found["b"]] == [(0.0, 300.0)]
    assert found["late"] == found["nobody"] == []
    for device in ("a", "b"):
        alone = fleet.read(device, "quarter", *DAY, (), SUMS).drop(["samples"]).to_pylist()
        assert found[device] == alone


def test_days_are_stored_at_any_tick(fleet):
    found = fleet.across(["a", "late"], "day", MONDAY_S, MONDAY_S + 2 * DAY_S, SUMS)
    assert [row["solar_wh"] for row in found["a"]] == [50.0]
    assert [row["start_s"] for row in found["late"]] == [MONDAY_S + DAY_S]


def test_no_devices_and_words_that_are_none(fleet):
    assert fleet.across([], "day", *DAY, SUMS) == {}
    for level, sums in (("samples", SUMS), ("day", ("solar_wh; --",))):
        with pytest.raises(HistoryError):
            fleet.across(["a"], level, *DAY, sums)
