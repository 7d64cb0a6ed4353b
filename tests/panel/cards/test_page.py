"""Speed and appearance in a browser, and what holds for all cards: targets, width, keyboard, figures."""

import re

import pytest
from playwright.sync_api import expect

from tests.panel.cards.stage import DESK, PHONE, Stage, world

SUN = '[data-key="sun_w_m2"]'


def test_speed_shows_what_is_asked_and_what_is_held(stage):
    page = stage.open(speed={"asked": 600.0, "held": 412.3, "paused": False, "fastest": 450.7})
    expect(page.locator(".speed-held")).to_have_text("Asked 600×, held 412×")
    expect(page.get_by_role("button", name="600×")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="fastest").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".speed-held")).to_have_text("Paused at 13:34:40")
    page.get_by_role("button", name="One step").click()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_timeout(100)
    assert stage.posted("speed") == [
        {"speed": 450},
        {"paused": True},
        {"paused": True, "step": True},
        {"paused": False},
    ]


def test_light_and_dark_are_chosen_apart_for_page_and_lcd_and_kept(stage):
    page = stage.open()
    chosen = "() => [document.documentElement.dataset.theme, document.documentElement.dataset.lcd]"
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("group", name="Page").get_by_role("radio", name="Dark").check()
    page.get_by_role("group", name="LCD").get_by_role("radio", name="Light").check()
    assert page.evaluate(chosen) == ["dark", "light"]
    page.keyboard.press("Escape")
    expect(page.locator("#look-card")).to_be_hidden()
    expect(page.get_by_role("button", name="Light or dark")).to_be_focused()
    page.reload()
    assert page.evaluate(chosen) == ["dark", "light"]


def test_system_follows_the_system_while_the_page_is_open(stage):
    page = stage.open()
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("group", name="LCD").get_by_role("radio", name="System").check()
    shade = "() => getComputedStyle(document.querySelector('#world')).backgroundColor"
    for scheme, lcd, ground in (
        ("dark", "dark", "rgb(26, 30, 32)"),
        ("light", "light", "rgb(247, 248, 246)"),
    ):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-lcd", lcd)
        assert page.evaluate(shade) == ground


@pytest.mark.parametrize("view", [DESK, PHONE], ids=["desk", "phone"])
def test_every_target_is_44_px_and_nothing_overflows(browser, view):
    stage = Stage(browser, viewport=view)
    page = stage.open(world=world(sun_w_m2=500.0, grid_l1_v=240.0, gen_ready=False))
    page.get_by_role("button", name="Voltage of each phase").click()
    page.get_by_role("button", name="Light or dark").click()
    small = page.evaluate(
        """() => [...document.querySelectorAll('#world :is(button, input), #why a, #alarms a, #speed button, #theme :is(button, label)')]
          .filter((one) => one.getClientRects().length)
          .map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 90)])
          .filter(([box]) => box.height < 43.9 || box.width < 43.9).map(([box, html]) => `${box.width} x ${box.height} ${html}`)"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= view["width"]
    outside = page.evaluate(
        """() => [...document.querySelectorAll('#world *, #why *, #alarms *, .lane *')]
          .filter((one) => !one.closest('.vh') && one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML.slice(0, 90))"""
    )
    assert outside == []
    stage.context.close()
    assert stage.complaints == []


def test_the_cards_are_walked_by_tab_alone_with_a_visible_focus(stage):
    page = stage.open()
    page.focus(SUN)
    seen = []
    for _ in range(12):
        seen.append(
            page.evaluate(
                "document.activeElement.dataset.key || document.activeElement.textContent"
            )
        )
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring == "solid"
        page.keyboard.press("Tab")
    # fmt: off
    assert seen[:9] == [
        "sun_w_m2", "cloud", "ambient_c", "load_l1_w", "load_l2_w", "load_l3_w", "home_w",
        "appliance.kettle", "appliance.fridge",
    ]
    # fmt: on


def test_the_legend_and_the_numbers_use_a_true_minus_and_unbroken_units(stage):
    page = stage.open()
    text = page.locator("#why").inner_text() + page.locator(".lane").inner_text()
    assert not re.search(r"-\d", text)
    assert not re.search(r"\d (kW|kWh|W|%)\b", text)
