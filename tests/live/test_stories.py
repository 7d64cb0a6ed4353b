"""Stories of a living device: somebody does something to it or to its world, and it answers."""

import pytest

from twinverter.live import machine


def test_when_the_mains_fails_the_loads_stay_up_and_it_comes_back_after_its_time(alive):
    """C-43, C-47, C-55: F35, AC lamp out, reconnection after `reconnection_time_s`."""
    device = alive(reconnection_time_s=60)
    assert device.run(5).mode == "on_grid" and device.lamps == "AN" and device.alarms == []
    device.world(grid_on=False).run(1)
    assert device.mode == "off_grid" and device.alarms == ["F35"] and device.lamps == "NA"
    flows = device.flows
    assert flows["load_w"] == [1000.0, 0.0, 0.0] and flows["load_v"] == [230.0] * 3
    assert flows["battery_w"] > 1000.0 and flows["grid_w"] == [0.0] * 3
    device.world(grid_on=True)
    assert device.until(lambda it: it.mode == "on_grid", 70) == 61
    assert device.alarms == [] and device.lamps == "AN"
    assert device.journal == [("F35", True), ("F35", False)]


def test_the_second_in_which_the_mains_fails_costs_the_loads_ten_milliseconds(alive):
    """C-05: the second is cut fine enough to show the transfer time, and the meters agree."""
    device = alive(transfer_time_ms=10).run(5)
    before_wh = device.seen("energy")["load"]["total_wh"]
    meters = device.twin.state.meters
    device.world(grid_on=False).run(1)
    after = device.twin.state.meters
    # F35 opens the relay within 4 ms of a dead mains; the gap of 10 ms follows.
    assert 0.010 <= after.unserved_s - meters.unserved_s <= 0.016
    assert device.seen("energy")["load"]["total_wh"] >= before_wh


def test_a_slot_of_the_timetable_begins_in_its_very_second(alive):
    """C-17: at 17:00 row 5 takes over, and with it the battery's level."""
    rows = {f"tou{row}_batt_pct": 100 for row in range(1, 7)} | {"tou5_batt_pct": 20}
    days = dict.fromkeys(("tou_mon", "tou_tue"), True)
    device = alive(tou_enable=True, time_syncs=False, **rows, **days)
    device.twin.set_clock(hour=16, minute=58)
    device.run(119)
    assert device.seen("clock") == "01/02/2023 16:59:59"
    assert device.why["battery"] == "batt_below_target"
    device.run(1)
    assert device.seen("clock") == "01/02/2023 17:00:00"
    assert device.run(1).why["battery"] == "batt_serves_load"
    found = [reason for reason in device.seen("reasons") if reason["line"] == "grid"]
    assert found[0]["key"] == "grid_setpoint"


def test_a_long_tick_is_cut_at_the_borders_of_minutes(alive, monkeypatch):
    """C-05a: step borders lie on slot times, which are whole minutes."""
    device, steps, step = alive(tick_s=600.0), [], machine.step

    def noted(site, settings, state, inputs, dt_s):
        steps.append((inputs.clock_s % 3600.0, dt_s))
        return step(site, settings, state, inputs, dt_s)

    monkeypatch.setattr(machine, "step", noted)
    device.twin.tick(90.0)
    device.twin.tick(100.0)
    assert steps == [(0.0, 60.0), (60.0, 30.0), (90.0, 30.0), (120.0, 60.0), (180.0, 10.0)]


def test_the_generator_starts_when_the_battery_is_low_and_stops_when_it_is_charged(alive):
    """C-29, C-30: asked for, cranks, warms up, takes the loads, charges, stops."""
    device = alive(
        gen_charge=True,
        gen_signal=True,
        gen_start_soc_pct=58,
        gen_stop_soc_pct=60,
        gen_charge_a=60,
        max_discharge_a=190,
        gen_port_mode="generator_input",
        gen_rated_w=5000,
    )
    device.world(grid_on=False, load_l1_w=2500, load_l2_w=2500, load_l3_w=2500)
    device.until(lambda it: "gen_start" in it.relays, 600)
    device.world(load_l1_w=500, load_l2_w=0, load_l3_w=0)
    assert device.why["generator"] == "gen_runs_low"
    device.until(lambda it: it.mode == "gen", 120)
    flows = device.run(60).flows
    assert sum(flows["gen_w"]) > 2000.0 and flows["battery_w"] < -1000.0
    assert flows["gen_running"] and flows["gen_v"][0] > 200.0 and "gen" in flows["relays"]
    device.run(400).until(lambda it: it.mode == "off_grid", 400)
    assert not device.run(1).flows["gen_running"]
    assert device.seen("energy")["generator"]["today_wh"] > 100.0


def test_a_generator_that_does_not_start_is_told_and_tried_again_once_acknowledged(alive):
    """C-31, F60: three tries with pauses, then it waits for somebody."""
    device = alive(gen_charge=True, gen_signal=True, gen_start_soc_pct=59, gen_stop_soc_pct=70)
    device.world(grid_on=False, gen_ready=False).run(3600)
    assert "F60" in device.alarms and "gen_start" not in device.relays
    device.world(gen_ready=True)
    device.twin.press("acknowledge")
    device.until(lambda it: it.mode == "gen", 200)
    assert "F60" not in device.alarms


def test_the_smart_load_is_on_above_its_thresholds_and_off_below(alive):
    """C-34: battery at or above ON and sun above Power; off below OFF."""
    device = alive(
        gen_port_mode="smart_load_output",
        port_on_soc_pct=55,
        port_off_soc_pct=50,
        smart_power_w=500,
        smart_on_grid_always=False,
    )
    device.world(smart_load_w=900, sun_w_m2=900)
    device.until(lambda it: "smart_load" in it.relays, 300)
    assert sum(device.run(1).flows["smart_load_w"]) == pytest.approx(900.0)
    device.world(sun_w_m2=0)
    device.until(lambda it: "smart_load" not in it.relays, 300)
    assert sum(device.run(1).flows["smart_load_w"]) == 0.0


# fmt: off
@pytest.mark.parametrize("off_pct, frequency_hz, given_w", [
    # OFF   frequency of the island    of 3 kW: all up to 50.2 Hz, nothing from 52 Hz on
    (100,   50.0 + 2.0 * 10 / 50,      3000 * (52.0 - 50.4) / 1.8),
    (70,    50.0 + 2.0 * 10 / 20,      3000 * (52.0 - 51.0) / 1.8),
    (62,    50.0 + 2.0 * 10 / 12,      3000 * (52.0 - 51.6667) / 1.8),
    (60,    52.0,                      0.0),
])
# fmt: on
def test_alone_the_frequency_rises_with_the_battery_and_the_micro_inverter_gives_less(
    alive, off_pct, frequency_hz, given_w
):
    """C-35: the battery at 60 %, ON at 50 %, OFF as the column says; 1 kW of load."""
    device = alive(gen_port_mode="micro_inv_input", max_charge_a=100)
    device.set(port_on_soc_pct=50, port_off_soc_pct=off_pct)
    device.world(grid_on=False, micro_inverter_w=3000).run(90)
    flows = device.flows
    # In a minute and a half the battery moves a tenth of a percent or less.
    assert flows["frequency_hz"] == pytest.approx(frequency_hz, abs=0.03)
    assert flows["micro_inverter_w"] == pytest.approx(given_w, abs=50.0)
    assert flows["load_w"] == [1000.0, 0.0, 0.0]
    assert (flows["battery_w"] < 0.0) is (given_w > 1100.0)


def test_alone_without_room_for_its_power_the_micro_inverter_is_stopped_at_once(alive):
    """C-36, C-37: 3 kW beside 1 kW of load and no charging: 52 Hz within the second, then alone."""
    device = alive(gen_port_mode="micro_inv_input", port_off_soc_pct=100, port_on_soc_pct=90)
    device.set(max_charge_a=0).run(5)
    device.world(grid_on=False, micro_inverter_w=3000).run(1)
    assert device.flows["frequency_hz"] == 52.0 and device.flows["micro_inverter_w"] == 0.0
    device.run(3)
    assert "micro_inverter" not in device.relays
    assert device.flows["load_w"] == [1000.0, 0.0, 0.0] and device.flows["battery_w"] > 1000.0
    device.world(load_l1_w=2500, load_l2_w=1500)
    device.until(lambda it: "micro_inverter" in it.relays, 70)
    flows = device.run(5).flows
    assert flows["frequency_hz"] == 50.0 and flows["micro_inverter_w"] == 3000.0


# fmt: off
@pytest.mark.parametrize("stop, alarm, mode", [
    (False,  "W31",  "on_grid"),
    (True,   "F58",  "fault"),
])
# fmt: on
def test_a_silent_battery_is_left_alone_or_stops_the_machine(alive, stop, alarm, mode):
    """C-46: with BMS_Err_Stop on the machine stops with F58 after its time."""
    device = alive(bms_err_stop=stop, bms_timeout_s=30).world(bms_silent=True).run(40)
    assert device.alarms == [alarm] and device.mode in (mode, "standby")
    assert device.seen("bms") == {"speaks": False}
    assert device.flows["battery_w"] == pytest.approx(0.0, abs=100.0)
    device.world(bms_silent=False).run(90)
    assert device.alarms == [] and device.seen("bms")["speaks"]


def test_alone_an_overload_trips_after_ten_seconds_and_is_tried_again(alive):
    """C-57, CH7-FLT-026: between 12 and 16 kW for 10 s, F34, a pause of 60 s."""
    device = alive(max_discharge_a=190).world(sun_w_m2=1100).run(120)
    device.world(grid_on=False, load_l1_w=4100, load_l2_w=4100, load_l3_w=4100)
    assert device.until(lambda it: "load" not in it.relays, 20) in (10, 11)
    assert "F34" in device.alarms
    assert device.seen("centre")["kind"] == "fault"
    device.world(load_l1_w=500, load_l2_w=0, load_l3_w=0)
    device.until(lambda it: "load" in it.relays, 61)


# fmt: off
@pytest.mark.parametrize("timetable, second, third", [
    (False,  "battery_w", "grid_w"),
    (True,   "grid_w",    "battery_w"),
])
# fmt: on
def test_the_sun_serves_first_and_the_settings_say_who_is_second(
    alive, timetable, second, third
):
    """CH6-CTL-005, CH6-CTL-006: a slot that holds 100 % puts the mains before the battery."""
    levels = {f"tou{row}_batt_pct": 100 for row in range(1, 7)}
    device = alive(tou_enable=timetable, tou_mon=True, zero_export_power_w=0, **levels)

    def given(name):
        return sum(part) if isinstance(part := device.flows[name], list) else part

    device.world(sun_w_m2=900, load_l1_w=500).run(180)
    assert given("pv_w") > 500.0 and given("battery_w") <= 0.0
    assert given("grid_w") == pytest.approx(0.0, abs=30.0)
    device.world(sun_w_m2=200, load_l1_w=2000).run(180)
    sun_w = given("pv_w")
    assert sun_w > 300.0 and sun_w == pytest.approx(device.flows["pv_available_w"], rel=0.02)
    assert given(second) > 1000.0
    assert given(third) == pytest.approx(0.0, abs=30.0)


def test_switched_off_it_is_dark_for_the_loads_and_on_again_it_tests_itself_first(alive):
    """C-10, C-11: OFF, then the self-test, then the mains."""
    device = alive().run(2)
    device.twin.press("power")
    device.run(1)
    assert device.mode == "off" and device.relays <= {"battery"}
    assert device.seen("centre")["text"] == "OFF" and device.seen("power_on") is False
    assert "N" not in device.lamps and device.alarms == []
    device.twin.press("power")
    assert device.run(1).mode == "selftest"
    assert device.until(lambda it: it.mode == "on_grid", 20) <= 10


def test_the_dc_switch_takes_the_sun_away(alive):
    device = alive().world(sun_w_m2=800)
    device.until(lambda it: it.flows["pv_w"] > 500.0, 120)
    assert "D" in device.lamps
    device.twin.press("dc")
    device.run(1)
    assert device.flows["pv_w"] == 0.0 and device.flows["pv1_v"] == 0.0
    assert "D" not in device.lamps and device.seen("dc_on") is False


def test_a_hot_battery_rests_and_the_heat_is_gone_with_the_hand(alive):
    """C-07: above 55 degC F51, again below 50."""
    device = alive().world(battery_c=60).run(15)
    assert "F51" in device.alarms
    device.world(battery_c=40).run(2)
    assert "F51" not in device.alarms and device.flows["battery_c"] == pytest.approx(40.0, abs=0.1)
