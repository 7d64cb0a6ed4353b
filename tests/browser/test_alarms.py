"""An alarm before the panel: from its line to its causes, its evidence, and the service report."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import OVERFLOWS

pytestmark = pytest.mark.browser

SHEET = ".g-sheet"
# What stands further right than the sheet is wide.
WIDE = """() => {
  const sheet = document.querySelector('.g-sheet');
  const box = sheet.getBoundingClientRect();
  const past = [...sheet.querySelectorAll('*')].filter((node) => (
    node.checkVisibility() && node.getBoundingClientRect().right > box.right + 1));
  return [sheet.scrollWidth - sheet.clientWidth, past.map((node) => `${node.tagName}.${node.className}`)];
}"""


def sheet(screen):
    return screen.page.locator(SHEET)


def causes(screen):
    return sheet(screen).locator(".g-cause")


def why_button(screen):
    """Return the button of the alarm that stands."""
    return screen.page.get_by_role("button", name="W31: why, and what to check")


def silent_battery(screen):
    """Let the battery fall silent until W31 stands."""
    screen.run(30).turn("bms_silent")
    screen.run(20)
    screen.says("alarms", "W31", "What to do:")


def test_an_alarm_of_the_card_opens_its_causes_its_curves_and_a_report_to_copy(screen):
    """CH7-FLT-003, CH7-FLT-005, CH7-FLT-006, CH7-FLT-007: what the service asks for."""
    silent_battery(screen)
    why = why_button(screen)
    screen.press(why)
    expect(sheet(screen)).to_be_visible()
    expect(sheet(screen).locator("h2")).to_have_text("W31 Battery communication")
    expect(causes(screen).first).to_contain_text("Cable to the battery loose or cut")
    expect(causes(screen).first).to_contain_text("The readings speak for it")
    expect(causes(screen).first).to_contain_text("It answered until 10")
    expect(causes(screen).first).to_contain_text("Check first: Check both plugs")
    expect(causes(screen).nth(1)).to_contain_text("The readings speak against it")
    curves = sheet(screen).locator(".e-chart")
    expect(curves).to_have_count(3)
    expect(curves.first).to_have_accessible_name(re.compile("^BMS silent.* no, yes at the alarm"))
    report = sheet(screen).locator("pre")
    expect(report).to_contain_text("1. Inverter serial number: 1801012001")
    expect(report).to_contain_text("Indicators then: DC")
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.press(sheet(screen).get_by_role("button", name="Copy the report"))
    expect(sheet(screen)).to_contain_text("Copied.")
    assert screen.page.evaluate("navigator.clipboard.readText()") == report.inner_text()
    screen.page.keyboard.press("Escape")
    expect(sheet(screen)).to_have_count(0)
    expect(why).to_be_focused()
    screen.turn("bms_silent")


def test_the_sheet_grows_with_the_readings_and_says_when_the_alarm_is_over(screen):
    silent_battery(screen)
    screen.press(why_button(screen))
    expect(sheet(screen)).to_contain_text("not cleared")
    expect(sheet(screen)).to_contain_text("Readings go on for a minute")
    screen.device.world(bms_silent=0).run(80)
    expect(sheet(screen)).to_contain_text("over at")
    expect(sheet(screen)).not_to_contain_text("Readings go on for a minute")
    screen.press(sheet(screen).get_by_role("button", name="Close"))
    expect(sheet(screen)).to_have_count(0)


def test_the_keys_of_the_lcd_lead_to_it_and_stay_out_of_what_is_behind(screen):
    silent_battery(screen)
    screen.go("info").lcd.focus()
    line = screen.lcd.locator(".a-line").first
    expect(line).to_be_visible()
    screen.keys("D")
    expect(screen.lcd.locator(".a-line.cur")).to_have_count(1)
    screen.keys("E")
    expect(line).to_have_attribute("aria-expanded", "true")
    screen.keys("D")
    expect(screen.lcd.locator(".a-why.cur")).to_have_text("Why, and what to check")
    screen.keys("E")
    expect(sheet(screen)).to_be_visible()
    screen.page.keyboard.press("ArrowDown")
    expect(screen.lcd.locator(".a-why.cur")).to_have_count(1)
    screen.page.keyboard.press("Escape")
    expect(sheet(screen)).to_have_count(0)
    screen.at("info").keys("U")
    expect(screen.lcd.locator(".a-line.cur")).to_have_count(1)
    screen.keys("X").at("menu")
    screen.turn("bms_silent")


def test_on_a_phone_everything_stands_in_one_column_and_nothing_past_the_edge(phone):
    phone.device.world(grid_on=1).run(90).world(grid_on=0).run(3)
    phone.go("info")
    phone.press(phone.lcd.locator('.a-line[data-code="F35"]').first)
    assert phone.page.evaluate(OVERFLOWS) == []
    phone.press(phone.lcd.locator(".a-why"))
    expect(causes(phone).first).to_contain_text("The public grid is out")
    phone.press(sheet(phone).locator("summary"))
    table = sheet(phone).locator(".g-table")
    expect(table.get_by_role("row", name="Grid voltage L1 230")).to_be_visible()
    assert phone.page.evaluate(WIDE) == [0, []]
    small = (
        sheet(phone)
        .locator("button, summary")
        .evaluate_all(
            "(all) => all.filter((one) => one.getBoundingClientRect().height < 43.5).length"
        )
    )
    assert small == 0
    assert phone.complaints == []
