"""Suggested settings before the panel of a real device: searched, looked at, applied and undone."""

import pytest
from playwright.sync_api import expect

from tests.browser.device import HOUSE, Device
from tests.browser.screen import PHONE, Screen

pytestmark = pytest.mark.browser

# A search of a few seconds, on a computer that compiles the loop first.
MINUTES, PATIENCE_MS = 0.1, 240_000
# Bought dear, with a bank that is kept full for nothing: there is something to find.
PRICED = """
[world.tariff]
currency = "NGN"
buy = 200
may_sell = false
"""


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    folder = tmp_path_factory.mktemp("suggest")
    house = folder / "priced.toml"
    text = HOUSE.read_text(encoding="utf-8")
    house.write_text(text.replace("[world]\n", "[world]\ndays = 2\n") + PRICED, encoding="utf-8")
    device = Device(folder / "memory", house)
    yield device
    device.end()


def test_a_search_is_looked_at_applied_by_one_press_and_undone_by_another(screen, browser):
    page, device = screen.page, screen.device
    card = page.locator("#suggest")
    expect(card.get_by_role("button", name="Suggest settings")).to_be_visible()
    before = device.settings
    device.post("speed", speed=1.0, paused=False)
    device.post("suggest", action="start", minutes=MINUTES)
    expect(card.get_by_role("progressbar")).to_be_visible()
    look = card.get_by_role("button", name="What to turn")
    expect(look).to_be_visible(timeout=PATIENCE_MS)
    screen.press(look)
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Battery Setting")
    expect(sheet).to_contain_text("Factory settings")
    screen.press(sheet.get_by_role("button", name="Apply"))
    expect(card).to_contain_text("applied")
    turned = {key for key, value in device.settings.items() if before[key] != value}
    assert turned
    low = "battery.low_batt_soc_pct"
    device.set(low_batt_soc_pct=device.settings[low] + 1)
    screen.press(card.get_by_role("button", name="Undo"))
    expect(card).to_contain_text("What stood before is back.")
    phone = Screen(browser, device, **PHONE).open()
    expect(phone.page.locator("#suggest")).to_contain_text("Suggested settings")
    assert phone.overflows() == []
    phone.end()
