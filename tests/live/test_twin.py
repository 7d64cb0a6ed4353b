"""The twin as the owner of settings and state: entries, lock, reset, clock, memory, snapshot."""

import json
from dataclasses import replace
from datetime import date, datetime

import pytest

from twinverter.batch.simulate import simulate
from twinverter.catalog.errors import SettingError
from twinverter.catalog.settings import default_values
from twinverter.live.codes import Locked, WrongCode
from twinverter.live.store import StoreError
from twinverter.live.world import CONTROLS

ENERGIES = (
    "pv_available_wh", "pv_wh", "load_wh", "home_wh", "load_unserved_wh", "grid_import_wh",
    "grid_export_wh", "buy_wh", "generator_wh", "battery_charge_wh", "battery_discharge_wh",
    "losses_wh",
)  # fmt: skip


@pytest.mark.parametrize("hour", [5, 10, 16])
def test_hours_lived_are_the_hours_simulated_to_a_thousandth(alive, tmp_path, house, hour):
    there = replace(house, start=datetime(2023, 3, 8, hour))
    simulated = simulate(there, days=2.5 / 24, step_s=10.0, interpreted=True).meters
    lived = alive(house=there, tick_s=10.0, folder=f"from {hour}")
    lived.world(sun_w_m2=None).run(2.5 * 3600)
    meters = lived.twin.state.meters
    for name in ENERGIES:
        expected_wh = getattr(simulated, name)
        assert getattr(meters, name) == pytest.approx(expected_wh, rel=1e-3, abs=1.0), name


def test_entries_are_stored_with_who_and_when_before_they_are_answered(alive):
    device = alive().run(61)
    rev = device.seen("settings_rev")
    values = device.twin.write({"battery.max_charge_a": 80, "low_batt_soc_pct": 30}, by="Ada")
    assert values["battery.max_charge_a"] == 80 and values["battery.low_batt_soc_pct"] == 30
    made = device.store.changes()[:2]
    assert {(change.by, change.key, change.after) for change in made} == {
        ("Ada", "battery.max_charge_a", 80),
        ("Ada", "battery.low_batt_soc_pct", 30),
    }
    assert device.store.load().settings["max_charge_a"] == 80
    assert device.twin.snapshot()["settings_rev"] > rev


# fmt: off
REFUSED = [
    # changes                                        names                     says
    ({"max_charge_a": 900},                          "battery.max_charge_a",   "allowed: 0 to 190 A"),
    ({"max_charge": 90},                             "max_charge",             "did you mean battery.max_charge_a"),
    ({"shutdown_soc_pct": 60},                       "battery.shutdown_soc_pct", "must be"),
    ({"max_charge_a": 90, "shutdown_soc_pct": 60},   "battery.shutdown_soc_pct", "must be"),
    ({"batt_mode": "use_batt_v"},                    "battery.batt_mode",      "lead-acid"),
    ({"absorption_v": 57.0},                         "battery.absorption_v",   "lead-acid setting"),
    ({"ex_meter_for_ct": True},                      "advanced.ex_meter_for_ct", "needs a meter"),
    ({"tou1_time": "25:00"},                         "time_of_use.tou1_time",  "is not a time of day"),
    ({"clock_hour": 5},                              "basic.clock_hour",       "Time Syncs"),
    ({"system_selfcheck": True, "max_charge_a": 50}, "advanced.system_selfcheck", "For factory use"),
    ({"time_syncs": False, "clock_month": 2, "clock_day": 30}, "basic.clock_day", "no such day"),
]
# fmt: on


@pytest.mark.parametrize("changes, names, said", REFUSED)
def test_what_is_not_allowed_changes_nothing_and_names_what_is(alive, changes, names, said):
    device = alive()
    before = device.twin.values
    with pytest.raises(SettingError, match=said) as refused:
        device.twin.write(changes)
    assert refused.value.key == names
    assert device.twin.values == before and device.store.changes() == []


def test_a_choice_writes_what_goes_with_it_but_not_what_is_entered_beside_it(alive):
    """C-35: the micro-inverter mode offers 95 and 90."""
    device = alive().set(gen_port_mode="micro_inv_input", port_off_soc_pct=97)
    values = device.twin.values
    assert (values["port_off_soc_pct"], values["port_on_soc_pct"]) == (97, 90)


def test_the_lock_refuses_every_change_but_button_and_reading(alive):
    """C-61: 7777 locks, unlocks, and lets one change through."""
    device = alive()
    with pytest.raises(Locked):
        device.twin.write({"lock_out_all_changes": True})
    device.twin.lock("7777")
    assert device.twin.locked and device.seen("locked")
    with pytest.raises(Locked):
        device.set(max_charge_a=50)
    with pytest.raises(Locked):
        device.twin.set_clock(hour=3)
    with pytest.raises(WrongCode):
        device.twin.write({"max_charge_a": 50}, code="1234")
    device.twin.write({"max_charge_a": 50}, code="7777")
    assert device.twin.values["max_charge_a"] == 50
    device.twin.press("power")
    assert device.seen("power_on") is False
    device.twin.unlock("7777")
    device.set(max_charge_a=60)


def test_a_factory_reset_restores_defaults_and_keeps_counters_and_alarm_list(alive):
    """C-62, CH5.5-SET-002: refused while locked, 9999, F13, self-test."""
    device = alive(max_charge_a=33, beep=False)
    device.world(grid_on=False).run(120).world(grid_on=True).run(70)
    load_wh = device.seen("energy")["load"]["total_wh"]
    device.twin.lock("7777")
    with pytest.raises(Locked):
        device.twin.reset("9999")
    device.twin.unlock("7777")
    with pytest.raises(WrongCode):
        device.twin.reset("7777")
    device.twin.reset("9999")
    values = device.twin.values
    clock = {key for key in values if key.startswith("clock_") and key != "clock_24h"}
    assert {key: values[key] for key in values.keys() - clock} == {
        key: value for key, value in default_values().items() if key not in clock
    }
    assert device.alarms == ["F13"] and device.seen("centre")["text"] == "F13"
    assert device.run(1).mode == "selftest"
    assert device.seen("energy")["load"]["total_wh"] >= load_wh > 40.0
    assert device.journal[:3] == [("F35", True), ("F35", False), ("F13", True)]
    device.run(80)
    assert device.alarms == []
    # The bank is lithium and the defaults are not; other entries are taken all the same.
    device.set(max_charge_a=70)


# fmt: off
@pytest.mark.parametrize("changes, restarts", [
    ({"grid_frequency_hz": 60},                                True),
    ({"grid_type": "3p_220_380"},                              True),
    ({"batt_mode": "no_batt"},                                 True),
    ({"work_mode": "selling_first"},                           False),
    ({"work_mode": "selling_first", "f13_on_work_mode": True}, True),
    ({"max_charge_a": 20},                                     False),
])
# fmt: on
def test_some_entries_restart_the_machine_with_f13(alive, changes, restarts):
    """C-63, CH7-FLT-010: F13, gone by itself."""
    device = alive().set(**changes)
    assert ("F13" in device.alarms) == restarts
    device.run(1)
    assert (device.mode == "selftest") == restarts
    device.run(11)
    assert "F13" not in device.alarms


def test_three_wrong_codes_close_the_panel_for_five_seconds(alive):
    device = alive()
    for _ in range(3):
        with pytest.raises(WrongCode):
            device.twin.lock("0000")
    with pytest.raises(WrongCode, match="wait"):
        device.twin.lock("7777")
    device.wall.now_s += 5.1
    device.twin.lock("7777")


def test_the_clock_is_set_by_hand_and_follows_the_platform_again(alive):
    device = alive(time_syncs=False).run(30)
    device.twin.set_clock(year=2024, month=2, day=29, hour=23, minute=59)
    assert device.seen("clock") == "02/29/2024 23:59:00"
    assert device.run(60).seen("clock") == "03/01/2024 00:00:00"
    # The world goes on where it was: only the device's own clock is another.
    device.set(time_syncs=True)
    assert device.seen("clock") == "01/02/2023 12:01:30"


def test_it_goes_on_where_it_was(alive):
    device = alive(max_charge_a=44).world(grid_on=False, load_l2_w=500).run(600)
    device.twin.press("dc")
    before = device.twin.snapshot()
    again = alive.again()
    after = again.twin.snapshot()
    assert again.twin.remembers and not device.twin.remembers
    for part in ("clock", "energy", "alarms", "world", "dc_on", "settings_rev", "journal_seq"):
        assert after[part] == before[part], part
    assert after["flows"]["soc"] == pytest.approx(before["flows"]["soc"], abs=1e-4)
    assert again.twin.values == device.twin.values
    assert again.run(1).journal == [("F35", True)]


def test_a_restart_in_the_middle_of_another_one_goes_on_with_it(alive):
    device = alive(grid_frequency_hz=60).run(4)
    device.twin.save()
    again = alive.again()
    assert "F13" in again.alarms and again.run(1).mode == "selftest"
    assert "F13" not in again.run(10).alarms
    assert again.journal.count(("F13", True)) == 1


def test_the_day_shown_is_that_of_the_clock_shown(alive):
    device = alive(time_syncs=False).run(3600)
    device.twin.set_clock(hour=23, minute=59)
    assert device.run(59).seen("clock")[11:] == "23:59:59"
    before_wh = device.seen("energy")["load"]["today_wh"]
    assert device.run(1).seen("clock")[11:] == "00:00:00"
    assert before_wh > 1000.0 and device.seen("energy")["load"]["today_wh"] == 0.0
    device.run(1800)
    device.twin.set_clock(day=2, hour=12, minute=0)
    assert device.seen("energy")["load"]["today_wh"] == pytest.approx(before_wh, abs=0.5)


def failing(state, moment):
    raise StoreError("the disk is full")


def test_an_entry_is_on_disk_with_the_clock_and_the_restart_it_brings_or_not_at_all(
    alive, monkeypatch
):
    device = alive().run(30)
    device.twin.save()
    before = device.twin.snapshot()
    monkeypatch.setattr(device.store, "save_tick", failing)
    with pytest.raises(StoreError):
        device.set(grid_frequency_hz=60, time_syncs=False, clock_year=2030)
    again = alive.again()
    assert again.store.changes() == []
    assert again.twin.values["grid_frequency_hz"] == 50 and again.twin.values["time_syncs"]
    assert again.twin.snapshot()["clock"] == before["clock"] and again.alarms == []
    again.set(grid_frequency_hz=60, time_syncs=False, clock_year=2030)
    again = alive.again()
    assert again.seen("clock")[:10] == "01/02/2030" and again.alarms == ["F13"]


def test_a_device_whose_memory_failed_once_takes_nothing_more_and_leaves_no_gap(alive, monkeypatch):
    device = alive().world(grid_on=False).run(130)
    with monkeypatch.context() as broken, pytest.raises(StoreError, match="full"):
        broken.setattr(device.store, "save_tick", failing)
        device.twin.save()
    deeds = (
        device.twin.save, lambda: device.set(max_charge_a=50), lambda: device.twin.press("dc"),
        lambda: device.twin.press("power"), lambda: device.world(grid_on=None),
        lambda: device.twin.reset("9999"),
    )  # fmt: skip
    values, world, dc_on = device.twin.values, dict(device.twin._life.hands.taken), True
    for deed in deeds:
        with pytest.raises(StoreError, match="full"):
            deed()
    assert device.twin.values == values
    assert (device.twin._life.hands.taken, device.twin._life.dc_on) == (world, dc_on)
    again = alive.again().run(130)
    assert again.journal == [("F35", True)]
    assert again.store.curve("load", "day", date(2023, 1, 2)).up[12 * 60] == pytest.approx(1000.0, abs=1.0)


def test_several_hands_on_the_world_are_taken_together_or_not_at_all(alive):
    device = alive()
    seq = device.twin.seq
    device.twin.turn({"grid_l1_v": 200, "grid_l2_v": 201}, ["sun_w_m2"])
    assert device.twin.seq == seq + 1
    with pytest.raises(SettingError):
        device.twin.turn({"grid_l1_v": 250}, ["moon"])
    with pytest.raises(SettingError):
        device.twin.turn({"grid_l1_v": 250, "grid_l2_v": 10**400}, ())
    taken = {key: at["value"] for key, at in device.seen("world").items() if at["taken"]}
    assert taken == {"grid_l1_v": 200.0, "grid_l2_v": 201.0}


def test_at_midnight_the_day_begins_anew_and_the_totals_go_on(alive):
    device = alive().run(10)
    load = device.seen("energy")["load"]
    assert load["today_wh"] == load["total_wh"] == pytest.approx(1000.0 * 10 / 3600, abs=0.1)
    device.set(time_syncs=False)
    device.twin.set_clock(hour=23, minute=59)
    device.run(90)
    load = device.seen("energy")["load"]
    assert load["today_wh"] == pytest.approx(1000.0 * 30 / 3600, abs=0.1)
    assert load["total_wh"] == pytest.approx(1000.0 * 100 / 3600, abs=0.1)


def test_a_snapshot_is_plain_json_and_shows_only_what_is_stored(alive):
    device = alive().run(3)
    device.twin.save()
    shown = device.twin.snapshot()
    device.run(5)
    assert device.twin.snapshot()["clock"] == shown["clock"] == "01/02/2023 12:00:03"
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    assert list(shown["world"]) == [control.key for control in CONTROLS]


# fmt: off
@pytest.mark.parametrize("grid_v, there", [
    (230.0, True),
    ( 60.0, True),
    ( 45.0, False),
    (  0.0, False),
])
# fmt: on
def test_a_mains_is_there_from_the_voltage_on_that_the_law_has(alive, grid_v, there):
    device = alive().world(grid_l1_v=grid_v, grid_l2_v=grid_v, grid_l3_v=grid_v).run(1)
    assert device.flows["grid_there"] is there
    assert device.seen("world")["grid_on"]["value"] is there


# fmt: off
@pytest.mark.parametrize("entries, row", [
    # 2023-01-02, noon, is a Monday; row 3 runs from 09:00 to 13:00
    ({},                                       0),
    ({"tou_enable": True},                     3),
    ({"tou_enable": True, "tou_mon": False},   0),
    ({"tou_enable": True, "tou3_time": "12:30"}, 2),
])
# fmt: on
def test_the_row_of_the_timetable_that_holds_is_shown(alive, entries, row):
    assert alive(**entries).seen("tou_row") == row


def test_gauges_end_at_the_rating_or_the_setting_whichever_is_lower(alive):
    device = alive(max_solar_power_w=3000, max_discharge_a=100, max_charge_a=50).run(1)
    gauges = device.seen("gauges")
    battery_v = device.flows["battery_v"]
    limits_w = {name: gauge["limit_w"] for name, gauge in gauges.items()}
    assert limits_w["pv"] == 3000.0 and limits_w["load"] == 8000.0 and limits_w["grid"] == 8800.0
    assert limits_w["battery"] == pytest.approx(100 * battery_v, abs=0.5)
    device.set(max_solar_power_w=10400)
    assert device.seen("gauges")["pv"]["limit_w"] == 10400.0


def test_reasons_are_sentences_with_the_setting_behind_them(alive):
    device = alive(zero_export_power_w=30).world(sun_w_m2=700).run(120)
    found = {reason["line"]: reason for reason in device.seen("reasons")}
    assert found["grid"]["text"] == "A small import of 30 W is held so that nothing is fed back."
    assert found["grid"]["setting"] == "work_mode.zero_export_power_w"
    assert found["grid"]["label"] == "Zero-export Power: 30 W"
    assert all(reason["text"].endswith(".") for reason in found.values())


def test_every_alarm_has_something_to_do():
    from twinverter.catalog.advice import ADVICE
    from twinverter.catalog.alarms import ALARMS, STATE

    assert set(ADVICE) == {row.code for row in ALARMS if row.severity not in (STATE, "alias")}


def test_the_screen_dims_when_nobody_touches_it(alive):
    device = alive(auto_dim=True)
    device.wall.now_s += 59.0
    assert device.seen("dimmed") is False
    device.wall.now_s += 2.0
    assert device.seen("dimmed") is True
    device.twin.touch()
    assert device.seen("dimmed") is False
    device.set(auto_dim=False)
    device.wall.now_s += 100.0
    assert device.seen("dimmed") is False
