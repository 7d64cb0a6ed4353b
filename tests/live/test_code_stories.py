"""Codes in which the living device takes part: its memory, its entries, its journal (C-63, C-64)."""

import pytest


def names(journal):
    """Return what the journal says, in order: codes, with a minus for those that went."""
    return [code if raised else f"-{code}" for code, raised in journal]


# fmt: off
@pytest.mark.parametrize("changes", [
    {"grid_frequency_hz": 60},
    {"grid_type": "3p_220_380"},
    {"batt_mode": "no_batt"},
])
# fmt: on
def test_a_basic_setting_restarts_the_machine_and_its_code_goes_by_itself(alive, changes):
    """F13, CH7-FLT-010: the output pauses for the self-test of 10 s, then the mains is waited for."""
    device = alive(reconnection_time_s=60).run(5)
    before = device.twin.state.meters
    device.set(**changes)
    assert device.alarms == ["F13"] and device.seen("centre")["text"] == "F13"
    assert device.until(lambda it: it.alarms != ["F13"], 30) <= 11
    device.run(70)
    assert "F13" not in device.alarms and "F13" in names(device.journal)
    paused_s = device.twin.state.meters.unserved_s - before.unserved_s
    if "grid_frequency_hz" in changes:
        # 60 Hz on a mains of 50 Hz: the battery carries the loads from now on.
        assert device.alarms == ["F48"] and device.mode == "off_grid"
    if "batt_mode" in changes:
        assert paused_s == pytest.approx(60.0, abs=2.0)
    else:
        assert paused_s == pytest.approx(10.0, abs=1.0)


def test_the_legacy_firmware_restarts_for_the_work_mode_too(alive):
    """F13, CH7-FLT-010."""
    device = alive().set(work_mode="selling_first").run(1)
    assert "F13" not in device.alarms
    device.set(f13_on_work_mode=True).set(work_mode="zero_export_load")
    assert device.alarms == ["F13"] and device.run(12).alarms == []


def test_stored_settings_that_cannot_be_read_keep_the_machine_off_over_every_restart(alive):
    """F05: found at power-on, kept in the journal, gone with a sound memory and the button."""
    device = alive().run(2).world(**{"defect.memory_unreadable": 1}).run(30)
    assert device.alarms == []
    device.twin.press("power")
    device.run(2)
    device.twin.press("power")
    assert device.until(lambda it: it.alarms, 15) <= 11
    assert device.alarms == ["F05"] and device.mode == "fault" and "load" not in device.relays
    device.twin.save()
    again = alive.again()
    assert again.run(5).alarms == ["F05"] and again.journal == [("F05", True)]
    again.world(**{"defect.memory_unreadable": None}).run(300)
    assert again.alarms == ["F05"]
    again.twin.press("power")
    again.run(2)
    again.twin.press("power")
    assert again.run(12).alarms == [] and again.mode == "on_grid"
    assert names(again.journal) == ["F05", "-F05"]


def test_a_memory_that_takes_nothing_stops_the_machine_until_it_is_mended_and_looked_after(alive):
    """F06: advice and diagnosis are shown with it."""
    device = alive().run(2).world(**{"defect.memory_unwritable": 1}).run(1)
    [shown] = device.seen("alarms")
    assert shown["code"] == "F06" and shown["advice"].startswith("Switch off and on")
    assert device.lamps == "AA" and device.mode == "fault"
    device.world(**{"defect.memory_unwritable": None}).run(300)
    assert device.alarms == ["F06"]
    device.twin.press("acknowledge")
    assert device.run(2).alarms == [] and device.lamps == "AN"
    assert names(device.journal) == ["F06", "-F06"]
