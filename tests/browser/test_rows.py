"""Every setting of the manual stands on its page in the manual's order, or is hidden with a reason."""

import pytest
from playwright.sync_api import expect

from tests.browser.device import HOUSE, Device
from tests.browser.screen import DESK, Screen

pytestmark = pytest.mark.browser

# Pages that show and set nothing, and the button on the case.
READ_ONLY = ("bms", "info", "button")
# Rows of theirs that are not a name with its value: where they stand instead.
SHOWN_ELSEWHERE = {
    "device.flash_mark": ".head .sub",
    "device.alarm_log": "[aria-label=Alarms]",
}
PATHS = (
    """(nodes) => nodes.filter((node) => node.checkVisibility()).map((node) => node.dataset.path)"""
)

# fmt: off
SITUATIONS = [
    # battery      what somebody set                                        shows among others
    ("lithium",    {},                                                      "battery.lithium_mode"),
    ("lithium",    {"batt_mode": "no_batt"},                                "work_mode.work_mode"),
    ("lithium",    {"gen_on_grid_port": True, "parallel_feature": True},    "parallel.parallel_address"),
    ("lead-acid",  {"batt_mode": "use_batt_pct"},                           "battery.float_v"),
    ("lead-acid",  {"batt_mode": "use_batt_v"},                             "battery.shutdown_v"),
]
# fmt: on
# The same house with the other kind of battery.
LEAD = [
    ('chemistry = "lfp"', 'chemistry = "agm"'),
    ("bms_speaks = true", "bms_speaks = false"),
    ('batt_mode = "lithium"', 'batt_mode = "use_batt_pct"'),
]
# One machine carries all three phases, so none is ever chosen; codes are asked for, not set.
NEVER = {
    "parallel.parallel_phase",
    "basic.factory_reset_password",
    "basic.lock_password",
}


@pytest.fixture(scope="module")
def menu(device):
    return device.get("menu")


@pytest.fixture(scope="module")
def devices(device, tmp_path_factory):
    """The device of this file by its battery, and a second one with the other battery."""
    folder, text = tmp_path_factory.mktemp("lead"), HOUSE.read_text(encoding="utf-8")
    for before, after in LEAD:
        assert text.count(before) == 1
        text = text.replace(before, after)
    house = folder / "house.toml"
    house.write_text(text, encoding="utf-8")
    lead = Device(folder / "memory", house)
    yield {"lithium": device, "lead-acid": lead}
    lead.end()


def set_pages(menu):
    """Return the pages on which something is set."""
    return [page for page in menu["pages"] if page["key"] not in READ_ONLY]


def on_page(screen, page):
    """Return the paths of the fields that can be seen on a page, in the order of the page."""
    screen.go(f"set/{page['key']}")
    expect(screen.lcd.locator(".head .sub")).to_have_text(
        "" if page["title"] == page["tile"] else page["title"]
    )
    expect(screen.lcd.locator(".head h3")).to_have_text(page["tile"])
    return screen.lcd.locator("[data-path]").evaluate_all(PATHS)


@pytest.mark.parametrize("battery, entries, shown", SITUATIONS)
def test_each_page_shows_its_rows_in_the_order_of_the_manual_and_hides_the_others_with_a_reason(
    browser, devices, menu, battery, entries, shown
):
    """CH2-DSP-002, CH5.6-SET-011, CH5.7-SET-002, CH5.9-SET-002: every page of System Setup."""
    device = devices[battery].begin().set(**entries)
    hidden = device.get("settings")["hidden"]
    screen = Screen(browser, device, **DESK).open()
    seen = []
    for page in set_pages(menu):
        expected = [path for path in page["rows"] if path not in hidden]
        assert on_page(screen, page) == expected, page["key"]
        seen += expected
    assert shown in seen
    elsewhere = [row["path"] for row in menu["rows"].values() if row["page"] in READ_ONLY]
    assert set(menu["rows"]) == {*seen, *elsewhere, *hidden}
    screen.end()
    assert screen.complaints == []


def test_what_is_only_read_stands_on_its_page(desk, device, menu):
    """CH5.11-IDN-002, CH5.11-IDN-003, CH5.11-DSP-006, CH5.11-DSP-007, CH5.2-BMS-023."""
    device.begin()
    pages = {page["key"]: page for page in menu["pages"]}
    for key in ("bms", "info"):
        desk.go(key)
        for path in pages[key]["rows"]:
            row = menu["rows"][path]
            if path in SHOWN_ELSEWHERE:
                place = desk.lcd.locator(SHOWN_ELSEWHERE[path])
                expect(place).to_be_visible()
                assert not row["default"] or place.inner_text() == row["default"]
            else:
                line = desk.lcd.locator("dl > div").filter(
                    has=desk.page.get_by_text(row["label"], exact=True)
                )
                expect(line.locator("dd")).to_be_visible()
                assert not row["default"] or line.locator("dd").inner_text() == row["default"]
    power = desk.page.get_by_role("button", name="ON/OFF button")
    expect(power).to_have_attribute("aria-pressed", "true")


def test_no_setting_is_left_out(devices, menu):
    """Each of the 227 rows can be seen in one of the situations, or never, for a reason given."""
    assert len(menu["rows"]) == 227
    assert sorted(path for page in menu["pages"] for path in page["rows"]) == sorted(menu["rows"])
    always_hidden = set(menu["rows"])
    for battery, entries, _ in SITUATIONS:
        told = devices[battery].begin().set(**entries).get("settings")["hidden"]
        assert all(told.values())
        always_hidden &= set(told)
    assert always_hidden == NEVER
