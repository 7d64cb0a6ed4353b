"""A grid code is chosen on Grid Set1: its figures stand grey on the pages behind, and go again."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SAVE = "Save and leave"
HIGH, LEVEL, TICK = "grid.grid_vol_high", "grid.vrt_hv2_v", "grid.qv_enable"


def test_a_code_shows_its_figures_greyed_and_gives_the_fields_back(screen):
    """CH5.8-GRD-001, CH5.8-GRD-010, C-47."""
    screen.go("set/grid1").touch("CPUC RULE21")
    # Seen before it is saved.
    screen.touch("Page down")
    expect(screen.field(HIGH)).to_contain_text("253.0")
    expect(screen.field(HIGH)).to_have_class(re.compile(r"\bgreyed\b"))
    screen.press(screen.field(HIGH).locator("button"), greyed=True)
    expect(screen.lcd.locator(".foot")).to_contain_text("Grid Mode is CPUC RULE21")
    screen.touch(SAVE)
    screen.go("set/grid4")
    expect(screen.field(LEVEL)).to_contain_text("276.0")
    screen.go("set/grid3")
    expect(screen.field(TICK).locator("button")).to_have_attribute("aria-checked", "true")
    assert screen.device.get("settings")["values"][TICK] is False
    screen.go("set/grid1").touch("General Standard", SAVE)
    screen.go("set/grid4")
    expect(screen.field(LEVEL)).to_contain_text("0.0")
    screen.go("set/grid3").touch("Q(V)")
    expect(screen.field(TICK).locator("button")).to_have_attribute("aria-checked", "true")


@pytest.mark.parametrize("page", ["grid1", "grid2", "grid3", "grid4"])
def test_nothing_of_the_grid_pages_stands_outside_a_small_screen(phone, page):
    phone.device.set(grid_mode="cpuc_rule21")
    phone.go(f"set/{page}")
    assert phone.overflows() == []
