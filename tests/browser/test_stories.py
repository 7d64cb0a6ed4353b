"""Stories before the panel: somebody moves the world or the machine, and the panel shows it.

The world is moved with the controls on the page, time passes in steps, and only what the page
shows is judged: lamps, the middle of the main screen, gauges, pages, reasons, alarms.
"""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SAVE, LEAVE = "Save and leave", "Leave without saving"
PHASES = ("load_l1_w", "load_l2_w", "load_l3_w")


@pytest.fixture
def screen(screen):
    """The main screen in the dark: no sun but by hand."""
    screen.slide("sun_w_m2", 0)
    screen.run(30)
    return screen.home()


def reads_page(screen, route, *words):
    """Expect words on a page of the LCD, then go back to the main screen."""
    screen.go(route).shows(*words).home()


def loads(screen, each_w):
    """Move the load of every phase."""
    for key in PHASES:
        screen.slide(key, each_w)


def test_the_grid_goes_and_the_loads_stay_up_and_it_comes_back_after_its_time(screen):
    """CH4.2-DSP-001, CH4.2-DSP-003, CH4.2-DSP-004, CH4.2-DSP-005, CH5.1-DSP-002, CH5.1-DSP-003,
    CH5.1-DSP-004, CH5.1-DSP-008, CH5.2-DSP-015: F35, AC out, 60 s of reconnection."""
    screen.lamps("AC", "Normal").centre("ON").reads("Load", "1.00 kW")
    screen.turn("grid_on")
    screen.run(2)
    screen.lamps("Normal", "Alarm").centre("F35", "AC")
    screen.reads("Grid", "not there").reads("Load", "1.00 kW").reads("Battery", "discharging")
    screen.says("alarms", "F35", "What to do:")
    screen.press(screen.lcd.locator(".core"))
    expect(screen.lcd.locator(".a-line").first).to_contain_text("F35")
    expect(screen.lcd.locator(".foot")).to_contain_text("1 not cleared")
    screen.keys("X")
    screen.turn("grid_on")
    screen.run(58)
    reads_page(screen, "grid", "Status: Stand-by", "230 V", "0 W")
    screen.reads("Battery", "discharging")
    screen.run(4)
    reads_page(screen, "grid", "Status: Normal", "50.00 Hz")
    screen.lamps("AC", "Normal").centre("ON").says("alarms", "none now", "F35", "over")


def test_in_the_evening_another_slot_begins_and_the_battery_takes_the_house(screen):
    """CH5.1-DSP-005, CH5.7-SET-002: the clock is set on its page; at 17:00 row 5 runs."""
    rows = {f"tou{row}_batt_pct": 100 for row in range(1, 7)} | {"tou5_batt_pct": 20}
    screen.device.set(tou_enable=True, **rows)
    screen.touch("System Setup", "Basic Setting", "Time Syncs")
    screen.touch("Hour").keys("16 E").touch("Minute").keys("58 E").touch(SAVE)
    screen.at("menu")
    screen.run(100)
    screen.home()
    expect(screen.lcd.locator(".clock")).to_contain_text("16:59:")
    screen.reads("Battery", "resting").reads("Grid", "1.0", "buying")
    reads_page(screen, "set/work2", "now")
    screen.go("set/work2")
    expect(screen.lcd.locator(".s-tr.is-now")).to_contain_text("13:00")
    screen.run(30)
    expect(screen.lcd.locator(".s-tr.is-now")).to_contain_text("17:00")
    screen.home().reads("Battery", "discharging").reads("Grid", "0.02 kW")


def test_the_generator_starts_when_the_battery_is_low_and_stops_when_it_is_charged(screen):
    """CH5.1-DSP-008, CH5.1-DSP-009: its icon comes and goes, its page tells the start signal."""
    device = screen.device
    soc_pct = round(device.flows["soc"] * 100)
    device.set(
        gen_start_soc_pct=soc_pct - 1,
        gen_stop_soc_pct=soc_pct,
        gen_charge_a=60,
        max_discharge_a=190,
    )
    icon = screen.lcd.locator(".genpill")
    expect(icon).to_be_hidden()
    screen.turn("grid_on")
    loads(screen, 2500)
    device.until(lambda it: "gen_start" in it["flows"]["relays"], 900, 20)
    expect(icon).to_be_visible()
    loads(screen, 150)
    reads_page(screen, "generator", "Start signal on", "runs up")
    screen.run(120)
    screen.reads("Battery", "charging").says("why", "generator")
    reads_page(screen, "generator", "feeds the house", "Hz")
    device.until(lambda it: not it["flows"]["gen_running"], 1200, 30)
    expect(icon).to_be_hidden()
    screen.reads("Load", "0.45 kW").reads("Battery", "discharging")


def test_the_smart_load_comes_on_with_the_sun_and_goes_with_it(screen):
    """CH5.9-SET-002: battery above ON and sun above Power; without them it is off."""
    screen.device.set(
        gen_port_mode="smart_load_output",
        port_on_soc_pct=50,
        port_off_soc_pct=45,
        smart_power_w=500,
        smart_on_grid_always=False,
    )
    icon = screen.lcd.locator(".genpill")
    screen.slide("smart_load_w", 900).slide("sun_w_m2", 900)
    screen.run(150)
    expect(icon).to_have_accessible_name(re.compile(r"^Smart load −0\.90\skW"))
    screen.says("why", "smart load")
    screen.slide("sun_w_m2", 0)
    screen.run(150)
    expect(icon).to_be_hidden()


def test_alone_the_frequency_rises_with_the_charge_and_the_micro_inverter_gives_less(screen):
    """CH5.2-DSP-006, CH5.2-DSP-007: read on the inverter page and at the icon of the port."""
    device = screen.device
    floor_pct = int(device.flows["soc"] * 100) - 1
    thresholds = {"port_on_soc_pct": floor_pct, "port_off_soc_pct": floor_pct + 4}
    device.set(gen_port_mode="micro_inv_input", max_charge_a=100, **thresholds)
    screen.run(90)
    reads_page(screen, "inverter", "50.00 Hz")
    screen.turn("grid_on").slide("micro_inverter_w", 3000)
    screen.run(90)
    first_hz, first_kw = island(screen)
    screen.run(400)
    then_hz, then_kw = island(screen)
    assert 50.3 < first_hz < then_hz - 0.1 < 52.0
    assert 3.0 > first_kw > then_kw + 0.1 > 0.1
    screen.says("why", "micro-inverter")


def island(screen):
    """Return the frequency on the inverter page and the kW at the icon of the micro-inverter."""
    screen.go("inverter").shows("AC frequency")
    found = re.search(r"(\d\d\.\d\d)\sHz", screen.lcd.inner_text())
    name = screen.home().lcd.locator(".genpill").get_attribute("aria-label")
    return float(found[1]), float(re.match(r"Micro-inverter (\d\.\d\d)\skW", name)[1])


# fmt: off
@pytest.mark.parametrize("stops, code, centre, under, lamps", [
    (False,  "W31",  "ON",   "W31 Battery communication",  ("AC", "Normal", "Alarm")),
    (True,   "F58",  "F58",  "BMS communication fault",    ("AC", "Alarm")),
])
# fmt: on
def test_a_silent_battery_is_left_alone_or_stops_the_machine(
    screen, stops, code, centre, under, lamps
):
    """CH5.1-DSP-003, CH4.2-DSP-005: with BMS_Err_Stop F58 after its time, without it a warning."""
    if stops:
        screen.go("set/func").touch("BMS_Err_Stop", SAVE).at("menu").home()
    reads_page(screen, "bms", "answers")
    screen.turn("bms_silent")
    screen.run(40)
    screen.centre(centre, under).says("alarms", code, "What to do:").lamps(*lamps)
    reads_page(screen, "bms", "silent", "– –")
    screen.turn("bms_silent")
    screen.run(90)
    screen.centre("ON").says("alarms", "none now").lamps("AC", "Normal")


def test_alone_an_overload_is_carried_for_ten_seconds_and_tried_again_after_a_minute(screen):
    """CH5.1-DSP-003, CH5.1-DSP-010: near the limit the gauge says so; F34; the loads come back."""
    screen.device.set(max_discharge_a=190)
    screen.slide("sun_w_m2", 1100)
    screen.run(150)
    screen.turn("grid_on")
    screen.run(2)
    loads(screen, 4100)
    screen.run(8)
    screen.reads("Load", "12.30 kW", "near limit")
    screen.run(4)
    screen.centre("F34").reads("Load", "0.00 kW").lamps("DC", "Alarm").says("alarms", "F34")
    loads(screen, 500)
    screen.run(65)
    screen.reads("Load", "1.50 kW")


def test_the_lock_refuses_changes_until_the_code_is_typed(screen):
    """CH5.5-SET-003, CH5.5-SET-006, CH5.5-SET-005: 7777 locks, opens a page, and unlocks."""
    screen.touch("System Setup", "Basic Setting", "Lock out all changes", *"7777", "OK")
    locked = screen.page.get_by_role("img", name="Changes are locked")
    screen.home()
    expect(locked).to_be_visible()
    screen.touch("System Setup", "Basic Setting", "Beep", *"1234", "OK")
    screen.shows("PassWork", "not").excuse("403")
    screen.touch("CANCEL", LEAVE)
    assert screen.device.settings["basic.beep"] is True
    screen.touch("Basic Setting", "Beep", *"7777", "OK")
    expect(screen.target("Beep")).to_have_attribute("aria-checked", "false")
    screen.touch(SAVE)
    screen.at("menu")
    assert screen.device.settings["basic.beep"] is False
    screen.home()
    expect(locked).to_be_visible()
    screen.touch("System Setup", "Basic Setting", "Lock out all changes", *"7777", "OK")
    screen.home()
    expect(locked).to_be_hidden()


def test_a_factory_reset_puts_every_setting_back_and_asks_for_its_code_first(screen):
    """CH5.5-SET-002, CH5.5-SET-004: 9999 typed by keys; a wrong code changes nothing."""
    device = screen.device.set(zero_export_power_w=100, beep=False)
    screen.touch("System Setup", "Basic Setting", "Factory Reset", *"1111", "OK")
    screen.shows("PassWork", "not").excuse("403")
    assert device.settings["work_mode.zero_export_power_w"] == 100
    screen.touch(*"9999", "OK")
    screen.at("menu")
    menu, now = device.get("menu")["rows"], device.settings
    own = {path for path, value in now.items() if value != menu[path]["default"]}
    assert {path for path in own if not path.startswith("basic.clock_")} == set()
    screen.touch("System Work Mode")
    expect(screen.target("Zero-export Power")).to_contain_text("20")


def test_the_button_and_the_dc_switch_of_the_case_turn_it_off_and_take_the_sun_away(screen):
    """CH2.1-OPR-014, CH2.1-DSP-001, CH2.1-DSP-002, CH4.2-DSP-002, CH5.2-DSP-002, CH5.2-DSP-003,
    CH5.1-DSP-011: OFF in the middle with live gauges; the lamp DC and the solar page."""
    screen.slide("sun_w_m2", 800)
    screen.run(120)
    screen.lamps("DC", "AC", "Normal")
    screen.push("DC switch").run(2)
    screen.lamps("AC", "Normal").reads("Solar", "0.00 kW")
    reads_page(screen, "solar", "DC switch is off", "0 V", "0.0 A")
    screen.push("DC switch").push("ON/OFF button").run(2)
    screen.centre("OFF").lamps("DC", "AC").reads("Grid", "0.00 kW")
    power = screen.page.get_by_role("button", name="ON/OFF button")
    expect(power).to_have_attribute("aria-pressed", "false")
    screen.push("ON/OFF button").run(90)
    screen.centre("ON").lamps("DC", "AC", "Normal")
