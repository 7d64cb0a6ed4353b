"""Every page of the LCD, from the main screen and back: by touch on a phone, by keys at a desk.

The ways are those of the manual's flow chart. Keys are E, D, U, X for Enter, Down, Up, Esc; a name
among them is stepped to with Up and pressed with Enter.
"""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# fmt: off
WAYS = [
    # head of the page                 touched one after the other                                                             keys, and names stepped to
    ("Solar",                           ["Solar"],                                                                               "D E"),
    ("Solar.*: Day",                    ["Solar", "Energy"],                                                                     "D E, E"),
    ("Solar.*: Month",                  ["Solar", "Energy", "Month"],                                                            "D E, E, E"),
    ("Solar.*: Year",                   ["Solar", "Energy", "Year"],                                                             "D E, E, E E"),
    ("Solar.*: Total",                  ["Solar", "Energy", "Total"],                                                            "D E, E, E E E"),
    ("Grid",                            ["Grid"],                                                                                "D D E"),
    ("Grid.*: Day",                     ["Grid", "Energy"],                                                                      "D D E, E"),
    ("Batt",                            ["Battery"],                                                                             "D D D E"),
    ("Battery.*: Day",                  ["Battery", "Energy"],                                                                   "D D D E, D D E"),
    ("Li-BMS",                          ["Battery", "Li-BMS"],                                                                   "D D D E, E"),
    ("Li-BMS",                          ["Battery", "Li-BMS", "Details Data"],                                                   "D D D E, E, D"),
    ("Load",                            ["Load"],                                                                                "D D D D E"),
    ("Load.*: Day",                     ["Load", "Energy"],                                                                      "D D D D E, E"),
    ("Inverter",                        ["ON"],                                                                                  "D E, D"),
    ("Generator",                       ["Generator"],                                                                           "U U E"),
    ("Generator.*: Day",                ["Generator", "Energy"],                                                                 "U U E, E"),
    ("System Setup",                    ["System Setup"],                                                                        "E"),
    ("Battery Setting / Batt Mode",     ["System Setup", "Battery Setting"],                                                     "E, Battery Setting"),
    ("Battery Setting / Batt Set2",     ["System Setup", "Battery Setting", "Page down"],                                        "E, Battery Setting, Page down"),
    ("Battery Setting / Batt Set3",     ["System Setup", "Battery Setting", "Page down", "Page down"],                           "E, Battery Setting, Page down, Page down"),
    ("System Work Mode / Work Mode1",   ["System Setup", "System Work Mode"],                                                    "E, System Work Mode"),
    ("System Work Mode / Work Mode2",   ["System Setup", "System Work Mode", "Page down"],                                       "E, System Work Mode, Page down"),
    ("System Work Mode / Days",         ["System Setup", "System Work Mode", "Page down", "Page down"],                          "E, System Work Mode, Page down, Page down"),
    ("Grid Setting / Grid Set1",        ["System Setup", "Grid Setting"],                                                        "E, Grid Setting"),
    ("Grid Setting / Grid Set2",        ["System Setup", "Grid Setting", "Page down"],                                           "E, Grid Setting, Page down"),
    ("Grid Setting / Grid Set3",        ["System Setup", "Grid Setting", "Page down", "Page down"],                              "E, Grid Setting, Page down, Page down"),
    ("Grid Setting / Grid Set4",        ["System Setup", "Grid Setting", "Page down", "Page down", "Page down"],                 "E, Grid Setting, Page down, Page down, Page down"),
    ("Gen Port Use / PORT Set1",        ["System Setup", "Gen Port Use"],                                                        "E, Gen Port Use"),
    ("Basic Setting",                   ["System Setup", "Basic Setting"],                                                       "E, Basic Setting"),
    ("Advanced Function / Func Set1",   ["System Setup", "Advanced Function"],                                                   "E, Advanced Function"),
    ("Advanced Function / Par. Set",    ["System Setup", "Advanced Function", "Page down"],                                      "E, Advanced Function, Page down"),
    ("Li-BMS",                          ["System Setup", "Li-Batt Info"],                                                        "E, Li-Batt Info"),
    ("Device Info.",                    ["System Setup", "Device Info"],                                                         "E, Device Info"),
    ("Installer / Installer1",          ["System Setup", "Installer"],                                                           "E, Installer"),
    ("Installer / Installer2",          ["System Setup", "Installer", "Page down"],                                              "E, Installer, Page down"),
    ("Installer / Installer3",          ["System Setup", "Installer", "Page down", "Page down"],                                 "E, Installer, Page down, Page down"),
]
# fmt: on
NAMES = [f"{' > '.join(touched)}" for _, touched, _ in WAYS]


@pytest.fixture(scope="module", autouse=True)
def running_generator(device):
    """The page of the generator is there while one runs."""
    device.world(gen_by_hand=1).run(60)


@pytest.fixture(scope="module")
def desk(desk):
    """A desk whose browser has read the files of all pages: the first time takes a moment."""
    for route in ("curve/solar", "menu", "info"):
        desk.go(route)
    return desk


def stands(screen, head):
    """Expect the page with this head: title, and after a slash the second word."""
    title, _, second = head.partition(" / ")
    expect(screen.lcd.locator(".head h3")).to_have_text(re.compile(f"^{title}$"))
    if second:
        expect(screen.lcd.locator(".head .sub")).to_have_text(second)


def at_home(screen):
    """Expect the main screen."""
    screen.at("home")
    expect(screen.gauge("Solar")).to_be_visible()


@pytest.mark.parametrize("head, touched, keys", WAYS, ids=NAMES)
def test_touch_leads_to_every_page_and_back_and_nothing_stands_past_the_edge_of_a_phone(
    phone, head, touched, keys
):
    """CH5.1-DSP-001, CH5.1-DSP-006, CH5.1-DSP-007, CH5.1.1-DSP-001, CH5.2-DSP-001,
    CH5.2-DSP-005, CH5.2-DSP-006, CH5.2-DSP-011, CH5.2-DSP-014, CH5.2-DSP-021, CH5.2-DSP-022,
    CH5.2-BMS-023, CH5.3-MON-001, CH5.3-MON-002, CH5.4-DSP-001, CH5.6-SET-011, CH5.11-DSP-001."""
    phone.home().touch(*touched)
    stands(phone, head)
    assert phone.overflows() == []
    while phone.lcd.get_attribute("data-page") != "home":
        depth = phone.page.locator(".lcd [aria-label=Back]")
        phone.press(depth)
    at_home(phone)
    assert phone.complaints == []


@pytest.mark.parametrize("head, touched, keys", WAYS, ids=NAMES)
def test_four_keys_lead_to_every_page_and_back(desk, head, touched, keys):
    """CH4.2-DSP-006, CH4.2-DSP-007, CH4.2-DSP-008, CH4.2-DSP-009, CH5.1.1-DSP-001."""
    desk.home().lcd.focus()
    desk.keys("X")
    for part in keys.split(", "):
        if set(part) <= set("EDU "):
            desk.keys(part)
        else:
            desk.step_to(part).keys("E")
    stands(desk, head)
    desk.keys("XXX")
    at_home(desk)
    assert desk.complaints == []


@pytest.mark.parametrize("view", ["twin", "front"])
def test_the_left_edge_of_the_lcd_does_not_press_the_power_button(phone, view):
    """CH2.1-OPR-014: on a phone the button is close to the LCD, and stands out beside it."""
    phone.home().page.evaluate("(view) => { location.hash = view; }", view)
    expect(phone.page.locator("html")).to_have_attribute("data-view", view)
    button = phone.page.get_by_role("button", name="ON/OFF button")
    box, lcd = button.bounding_box(), phone.lcd.bounding_box()
    middle = box["y"] + box["height"] / 2.0
    phone.page.touchscreen.tap(lcd["x"] + 3.0, middle)
    expect(button).to_have_attribute("aria-pressed", "true")
    with phone.page.expect_response("**/api/press"):
        phone.page.touchscreen.tap(lcd["x"] - 6.0, middle)
    expect(button).to_have_attribute("aria-pressed", "false")
    phone.push("ON/OFF button")
    expect(button).to_have_attribute("aria-pressed", "true")
    phone.device.run(120)


@pytest.mark.parametrize("place", ["phone", "desk"])
def test_both_keypads_can_be_seen_and_touched_whole(request, place):
    """CH5.5-SET-004: the keypad of a number, and PassWork."""
    screen = request.getfixturevalue(place)
    for route, name in (("set/batt1", "Max A Charge"), ("set/basic", "Factory Reset")):
        screen.go(route).touch(name)
        if name == "Max A Charge":
            screen.touch(f"{name}: keypad")
        expect(screen.lcd.get_by_role("button", name="CANCEL")).to_be_visible()
        assert screen.lcd.locator(".k-key").count() >= 12
        assert screen.covered() == [] and screen.overflows() == []
        screen.touch("CANCEL").home()
