"""The page of a parallel system in a browser: a unit switched off, a cable pulled, on desk and phone."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.live.units import THREE

pytestmark = pytest.mark.browser

PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("group")
    house = folder / "three.toml"
    house.write_text(THREE, encoding="utf-8")
    words = (sys.executable, "-m", "twinverter", "live", str(house), "--no-browser", "--port", "0")
    command = [*words, "--data", str(folder / "memory"), "--speed", "5"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    yield process.stdout.readline().split()[1]
    process.kill()
    process.communicate()


def test_hands_on_the_page_show_at_every_unit(browser, address):
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(address)
    units = page.locator("[data-unit]")
    expect(units).to_have_count(3, timeout=PATIENCE_MS)
    expect(page.locator("#alarms")).to_contain_text("Nothing is wrong", timeout=PATIENCE_MS)
    units.nth(1).get_by_role("button", name="Switch off").click()
    expect(units.nth(0)).to_contain_text("F41", timeout=PATIENCE_MS)
    expect(units.nth(1)).to_contain_text("F61", timeout=PATIENCE_MS)
    units.nth(1).get_by_role("button", name="Switch on").click()
    expect(page.locator("#alarms")).to_contain_text("Nothing is wrong", timeout=2 * PATIENCE_MS)
    units.nth(2).get_by_role("button", name="Pull the cable").click()
    expect(page.locator("#alarms")).to_contain_text("F29", timeout=PATIENCE_MS)
    units.nth(2).get_by_role("button", name="Put the cable in").click()
    with context.expect_page() as opened:
        units.nth(1).get_by_role("link", name="Its panel").click(modifiers=["Control"])
    expect(opened.value.locator("#device")).to_be_visible(timeout=PATIENCE_MS)
    context.close()
    assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_nothing_is_wider_than_the_screen_and_targets_are_large(browser, address, theme):
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=theme)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-unit]")).to_have_count(3, timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for target in page.locator("main .btn").all():
        box = target.bounding_box()
        assert box["height"] >= 44 and box["width"] >= 44
    context.close()
