"""Settings are changed on their pages: one of every kind, what comes of it, and what is refused."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SAVE, LEAVE = "Save and leave", "Leave without saving"


@pytest.fixture
def sunny(screen):
    """Sun enough for more than the house takes, and a battery that takes little of it."""
    screen.device.set(max_charge_a=5, max_solar_power_w=8000).world(sun_w_m2=900)
    return screen.run(120)


def foot(screen, *words):
    """Expect words in the foot of the page."""
    for word in words:
        expect(screen.lcd.locator(".foot")).to_contain_text(word)


def saved(screen, **expected):
    """Expect the page left and these values in force."""
    screen.at("menu")
    values = {path.rpartition(".")[2]: value for path, value in screen.device.settings.items()}
    assert {key: values[key] for key in expected} == expected


def test_a_tick_is_set_by_touch_and_the_surplus_is_sold(sunny):
    """CH5.7-SET-002, CH5.1-DSP-009, CH5.1-MET-013, CH5.1-MET-014: Solar Sell beside Zero Export
    To Load; the figure turns negative, and its arrow round."""
    arrow = sunny.lcd.locator(".flows.wide .l-grid")
    sunny.home().reads("Grid", "0.02 kW buying").reads("Battery", "−", "charging")
    expect(arrow).not_to_have_class(re.compile(r"\brev\b"))
    sunny.touch("System Setup", "System Work Mode", "Solar Sell", SAVE)
    saved(sunny, solar_sell=True)
    sunny.run(60)
    sunny.home().reads("Grid", "−", "selling")
    expect(arrow).to_have_class(re.compile(r"\bon rev\b"))


def test_a_radio_is_chosen_by_touch_and_the_battery_sells_too(sunny):
    """CH5.7-SET-002: Selling First, up to Max Sell Power."""
    sunny.device.set(max_sell_power_w=3000, max_discharge_a=60)
    sunny.touch("System Setup", "System Work Mode", "Selling First", SAVE)
    saved(sunny, work_mode="selling_first")
    sunny.run(60)
    sunny.home().reads("Grid", "−3.00 kW selling")
    sunny.says("why", "Selling First")


def test_a_number_is_typed_on_the_keypad_and_the_sun_is_cut_to_it(sunny):
    """CH5.7-SET-002: Max Solar Power."""
    sunny.device.set(solar_sell=True)
    sunny.run(60)
    sunny.touch("System Setup", "System Work Mode", "Max Solar Power")
    foot(sunny, "Max Solar Power:", "0 to 10400 W, steps of 10.")
    sunny.touch("Max Solar Power: keypad", "1", "5", "0", "0", "OK", SAVE)
    saved(sunny, max_solar_power_w=1500)
    sunny.run(60)
    sunny.home().reads("Solar", "1.50 kW")


def test_a_number_is_stepped_by_keys_alone_and_the_grid_gives_that_much(sunny):
    """CH4.2-DSP-007, CH4.2-DSP-008, CH4.2-DSP-009: Up and Down step, Enter takes, the tick saves."""
    sunny.home().lcd.focus()
    sunny.keys("E").at("menu").step_to("System Work Mode").keys("E").at("set").keys("DDDDD")
    foot(sunny, "Zero-export Power:")
    sunny.keys("E UUUUU D E").step_to(SAVE).keys("E")
    saved(sunny, zero_export_power_w=24)
    sunny.run(30)
    sunny.says("why", "A small import of 24 W is held")


def test_the_four_keys_under_the_lcd_do_what_a_keyboard_does(sunny):
    """CH4.2-DSP-001, CH4.2-DSP-006, CH4.2-DSP-007, CH4.2-DSP-008, CH4.2-DSP-009, CH2.1-DSP-003."""
    sunny.home().front("E").at("menu").front("UUUU UUUU E")
    expect(sunny.lcd.locator(".head h3")).to_have_text("System Work Mode")
    sunny.front("DDDD E UU E X X")
    sunny.at("home")
    assert sunny.device.settings["work_mode.zero_export_power_w"] == 20


def test_a_time_is_typed_and_the_slot_before_it_goes_on(screen):
    """CH5.7-SET-002: at eleven the third row runs, until its start is put to noon."""
    screen.device.set(tou_enable=True)
    screen.go("set/work2")
    now = screen.lcd.locator(".s-tr.is-now")
    expect(now).to_contain_text("09:00")
    screen.press(screen.field("time_of_use.tou3_time").get_by_role("button"))
    screen.keys("1200 E")
    expect(now).to_contain_text("05:00")
    screen.touch(SAVE)
    saved(screen, tou3_time="12:00")


def test_a_figure_past_the_end_is_refused_with_the_end_and_the_old_one_stays(screen):
    """190 A is the most, whatever is typed."""
    screen.touch("System Setup", "Battery Setting", "Max A Charge").keys("200")
    foot(screen, "Max A Charge 200 A not taken:", "the largest value is 190 A. Still 40 A.")
    expect(screen.target(SAVE)).to_have_attribute("aria-disabled", "true")
    screen.press(screen.target(SAVE), greyed=True)
    screen.keys("X")
    expect(screen.target("Max A Charge")).to_contain_text("40")
    expect(screen.target(SAVE)).not_to_have_attribute("aria-disabled", "true")
    screen.touch(SAVE)
    saved(screen, max_charge_a=40)


def test_a_value_that_contradicts_another_is_refused_with_the_reason_and_neither_is_saved(screen):
    """Shutdown lies below Low Batt, and both below Restart."""
    screen.go("set/batt3").touch("Shutdown %").keys("60 E")
    foot(screen, "Shutdown %", "not taken")
    expect(screen.field("battery.shutdown_soc_pct")).to_have_class(re.compile("is-bad"))
    expect(screen.target(SAVE)).to_have_attribute("aria-disabled", "true")
    screen.touch(LEAVE)
    saved(screen, shutdown_soc_pct=20)


def test_above_the_mark_the_machine_asks_once_more(screen):
    """CH5.6-CHG-004: no is no, yes is saved."""
    screen.touch("System Setup", "Battery Setting", "Max A Charge").keys("120 E")
    foot(screen, "Enter once more.")
    screen.touch("Take it back")
    expect(screen.target("Max A Charge")).to_contain_text("40")
    screen.touch("Max A Charge").keys("120 E")
    foot(screen, "Enter once more.")
    screen.keys("E").touch(SAVE)
    saved(screen, max_charge_a=120)


def test_entries_of_a_page_that_is_left_are_dropped(screen):
    """CH4.2-DSP-006: Esc and the cross."""
    screen.touch("System Setup", "Basic Setting", "Beep")
    foot(screen, "Beep:")
    screen.touch(LEAVE)
    saved(screen, beep=True)
    screen.touch("Basic Setting", "Beep").keys("X")
    saved(screen, beep=True)


def test_a_greyed_field_says_which_setting_greys_it_and_opens_with_that(screen):
    """CH5.7-SET-002: Grid Peak Shaving with its power."""
    screen.go("set/work1")
    power = screen.field("work_mode.grid_peak_shaving_w").get_by_role("button")
    expect(power).to_have_attribute("aria-disabled", "true")
    screen.press(power, greyed=True)
    foot(screen, "Power (Grid Peak Shaving) is grey:", "Grid Peak Shaving is off.")
    screen.touch("Grid Peak Shaving")
    expect(power).not_to_have_attribute("aria-disabled", "true")
    screen.touch(LEAVE)
    saved(screen, grid_peak_shaving=False)


def test_a_link_of_a_reason_opens_the_page_of_its_setting(sunny):
    """Why, on the page: the sentence, and the setting behind it one press away."""
    sunny.page.get_by_role("link", name="Zero-export Power: 20 W").click()
    expect(sunny.lcd.locator(".head .sub")).to_have_text("Work Mode1")
    sunny.keys("X")
    sunny.at("menu")
