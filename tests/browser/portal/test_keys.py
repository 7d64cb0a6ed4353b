"""The portal by keyboard alone, and for who asked for stillness."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.portal.visitor import Visitor
from tests.browser.screen import DESK
from tools.portal_demo import PASSWORD, READER


def test_the_first_stop_leads_past_the_top_bar_to_the_page(desk):
    desk.go().keys("Tab")
    assert desk.focused == "To the page"
    desk.keys("Enter", "Tab")
    assert desk.page.evaluate(
        "() => document.getElementById('page').contains(document.activeElement)"
    )


def test_rows_are_walked_with_arrows_and_opened_with_enter(desk):
    desk.go()
    desk.page.locator(".site-list a.site").first.focus()
    desk.keys("ArrowDown", "ArrowDown", "ArrowUp", "Enter").arrived()
    expect(desk.page.locator("h1")).to_have_text("Okafor clinic")
    assert desk.page.evaluate("() => document.activeElement.id") == "page"


def test_the_tabs_are_walked_with_arrows(desk):
    desk.go("device/inverter-001")
    desk.page.locator(".tabs a").first.focus()
    desk.keys("ArrowRight", "ArrowRight")
    assert desk.focused == "Balance"
    desk.keys("Enter").arrived()
    expect(desk.page.locator(".tabs [aria-current]")).to_have_text("Balance")


@pytest.mark.parametrize(
    "page, first, after",
    [
        ("curves", "13:30", "12:30"),
        ("curves?period=month&date=2026-06-17", "17", "12"),
    ],
)
def test_a_chart_is_read_with_arrow_keys_and_says_what_it_says(desk, page, first, after):
    desk.go(f"device/inverter-001/{page}")
    plot = desk.page.locator(".k-plot")
    plot.focus()
    whole = desk.page.locator(".k-reading").inner_text()
    desk.keys("End")
    reading = desk.page.locator(".k-reading")
    expect(reading).to_have_text(re.compile(f"^{first}: solar .*kWh|^{first}: solar .*W"))
    assert plot.get_attribute("aria-valuetext") == reading.text_content()
    desk.keys("PageUp")
    expect(reading).to_have_text(re.compile(f"^{after}: "))
    desk.keys("Home")
    expect(reading).to_have_text(re.compile("^(00:00|1): "))
    desk.keys("Escape")
    expect(reading).to_have_text(whole)


def test_a_chart_is_read_by_mouse_and_lets_go(desk):
    desk.go("device/inverter-001/curves")
    box = desk.page.locator(".k-plot").bounding_box()
    whole = desk.page.locator(".k-reading").inner_text()
    desk.page.mouse.move(box["x"] + box["width"] / 2.0, box["y"] + box["height"] / 2.0)
    expect(desk.page.locator(".k-reading")).to_have_text(re.compile(r"^1[12]:\d\d: solar"))
    desk.page.mouse.move(5, 5)
    expect(desk.page.locator(".k-reading")).to_have_text(whole)


def test_the_map_moves_and_zooms_by_keys_and_its_marks_are_links(desk):
    desk.go("map")
    at = "() => document.querySelector('.map g').getAttribute('transform')"
    begin = desk.page.evaluate(at)
    desk.page.locator(".map").focus()
    desk.keys("+", "ArrowLeft")
    assert desk.page.evaluate(at) != begin
    desk.keys("0")
    assert desk.page.evaluate(at) == begin
    desk.page.locator(".map-pin").first.focus()
    desk.keys("Enter").arrived()
    expect(desk.page.locator(".tabs")).to_be_visible()


def test_every_stop_on_a_page_shows_that_it_has_the_focus(desk):
    desk.go("device/inverter-001/curves")
    ring = "() => getComputedStyle(document.activeElement).outlineStyle"
    for _ in range(24):
        desk.keys("Tab")
        assert desk.page.evaluate(ring) != "none", desk.focused


def test_nothing_moves_for_who_asked_for_stillness(browser, house):
    visitor = Visitor(browser, house, reduced_motion="reduce", **DESK)
    visitor.go("device/inverter-001")
    assert visitor.page.evaluate("() => document.getAnimations().length") == 0
    visitor.leave()


def test_the_way_from_the_login_to_the_curve_of_a_month_goes_by_keyboard_alone(stranger):
    page = stranger.page
    page.goto(stranger.address)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type(READER)
    stranger.keys("Tab")
    page.keyboard.type(PASSWORD)
    stranger.keys("Enter").arrived()
    expect(page.locator("a.site").first).to_be_visible()
    stranger.tab_to("F56 DC busbar voltage too low").keys("Enter").arrived()
    stranger.tab_to("Curves").keys("Enter").arrived()
    stranger.tab_to("Month").keys("Enter").arrived()
    expect(page.locator(".period .now")).to_have_text("June 2026")
    stranger.tab_to("Energy over the period").keys("Home")
    expect(page.locator(".k-reading")).to_have_text(re.compile("^1: solar"))


def test_a_chart_is_read_by_touch(phone):
    phone.go("device/inverter-001/curves")
    phone.page.locator(".k-plot").scroll_into_view_if_needed()
    box = phone.page.locator(".k-plot").bounding_box()
    phone.page.touchscreen.tap(box["x"] + box["width"] * 0.55, box["y"] + box["height"] / 2.0)
    expect(phone.page.locator(".k-reading")).to_have_text(re.compile(r"^1[12]:\d\d: solar"))
