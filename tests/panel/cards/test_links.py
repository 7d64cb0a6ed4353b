"""Links into the panel in a browser: whatever stands behind the hash, the page opens."""

import pytest
from playwright.sync_api import expect

from tests.panel.cards.stage import HOME, noon

# fmt: off
LINKS = [
    # behind the hash         page of the LCD
    ("%",                     "home"),
    ("lcd/nothing",           "home"),
    ("lcd/constructor",       "home"),
    ("lcd/curve/constructor", "curve"),
    ("lcd/setting/no.such",   "menu"),
    ("lcd/grid",              "grid"),
]
# fmt: on


@pytest.mark.parametrize(("link", "shown"), LINKS)
def test_a_link_opens_its_page_or_the_nearest_there_is(stage, link, shown):
    stage.snapshot = noon()
    stage.replies["curve"] = {
        "line": "solar", "period": "day", "start": "2021-04-27", "unit": "W", "step_s": 300.0,
        "labels": ["00:00"] * 288, "up": [None] * 288, "down": [], "soc": [], "up_wh": 0.0,
        "down_wh": 0.0,
    }  # fmt: skip
    stage.page.goto(HOME)
    stage.page.wait_for_selector("#world [data-key]")
    stage.page.evaluate("hash => { location.hash = hash; location.reload(); }", f"#{link}")
    stage.page.wait_for_selector("#world [data-key]")
    if link.startswith("lcd/"):
        # The link is pressed again where the page is open already.
        stage.page.evaluate("hash => { location.hash = hash; }", f"#{link}")
    expect(stage.page.locator(".lcd")).to_have_attribute("data-page", shown)
