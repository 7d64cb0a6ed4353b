"""Pictures of every page at one moment: the device stands still at one in the afternoon."""

import io

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser import picture
from tests.browser.device import Device
from tests.browser.picture import OTHER_LETTERS, SAME_LETTERS, distance, judge
from tests.browser.screen import DESK, PHONE, Screen

pytestmark = pytest.mark.browser

# Two hours: enough for curves and strip.
RUN_S = 7200
WORLD = {
    "sun_w_m2": 700,
    "cloud": 0,
    "ambient_c": 30,
    "battery_c": 25,
    "load_l1_w": 1000,
    "load_l2_w": 300,
    "load_l3_w": 1500,
    "home_w": 600,
}
SETTINGS = {"max_charge_a": 60, "max_solar_power_w": 8000, "tou_enable": True}
# How long ago the page heard of the device, and the LCD's caret, are of this run alone.
STILL = "#link { visibility: hidden } .s-caret { visibility: hidden } * { transition: none }"

VIEWS = ("home", "solar", "inverter", "load", "grid", "battery", "bms", "bmsd", "generator")
CURVES = ("curve/solar", "curve/grid", "curve/battery")
SETS = (
    "basic",
    *("batt1", "batt2", "batt3", "work1", "work2", "days", "grid1", "grid2", "grid3", "grid4"),
    *("port", "func", "par", "installer1", "installer2", "installer3"),
)
ROUTES = (*VIEWS, *CURVES, "menu", "info", *(f"set/{key}" for key in SETS))
UPRIGHT = ("home", "grid", "set/batt1", "set/work2", "curve/solar")


def settled(device):
    """Put a device to the moment of the pictures."""
    device.set(**SETTINGS).world(**WORLD).run(RUN_S)
    return device


def dressed(screen, rules):
    """Lay rules of style over the page; the page's own policy forbids style elements."""
    screen.page.evaluate(
        """(rules) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(rules);
          document.adoptedStyleSheets.push(sheet);
        }""",
        rules,
    )


def undressed(screen):
    """Take the last rules off again."""
    screen.page.evaluate("() => { document.adoptedStyleSheets.pop(); }")


def opened(browser, device, view="twin", theme="light", context=DESK):
    screen = Screen(browser, device, color_scheme=theme, **context).open(view)
    dressed(screen, STILL)
    if view == "twin":
        expect(screen.page.locator("#strip .d-load")).to_be_attached()
    expect(screen.page.locator("#speed")).to_contain_text("Paused")
    screen.page.mouse.move(0, 0)
    return screen


@pytest.fixture(scope="module")
def device(device):
    return settled(device)


@pytest.fixture(scope="module")
def desk(browser, device):
    screen = opened(browser, device)
    yield screen
    screen.end()


@pytest.fixture(scope="module")
def phone(browser, device):
    screen = opened(browser, device, context=PHONE)
    yield screen
    screen.end()


def taken(screen, place=".lcd"):
    """Return a picture of the LCD, or of what is seen of the page."""
    target = screen.page.locator(place) if place else screen.page
    return Image.open(io.BytesIO(target.screenshot(animations="disabled", caret="hide")))


def looks(name, screen, scratch, place=".lcd"):
    """Judge what is seen of a screen against the kept picture of this name."""
    judge(name, taken(screen, place), screen.letters, scratch)


def show(screen, route):
    """Open a page of the LCD and wait until it is drawn."""
    screen.go(route)
    if route.startswith("curve"):
        expect(screen.lcd.locator(".c-sums")).to_contain_text("Wh")
    if route.startswith("set/"):
        expect(screen.lcd.locator(".foot")).not_to_be_empty()
    return screen


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_of_the_lcd_looks_as_it_did(desk, route, tmp_path):
    """CH5.1-DSP-001, CH5.1-DSP-008, CH5.2-DSP-003, CH5.2-DSP-007, CH5.2-DSP-012, CH5.2-DSP-015."""
    looks(f"lcd-{route.replace('/', '-')}", show(desk, route), tmp_path)


@pytest.mark.parametrize("route", UPRIGHT)
def test_a_page_of_an_upright_lcd_looks_as_it_did(phone, route, tmp_path):
    looks(f"upright-{route.replace('/', '-')}", show(phone, route), tmp_path)


def test_a_page_being_edited_looks_as_it_did(desk, tmp_path):
    """CH5.5-SET-004: an open number, a refused one, its keypad, and the keypad of a code."""
    show(desk, "set/batt1").touch("Max A Charge")
    looks("edit-open", desk, tmp_path)
    desk.touch("Max A Charge: keypad")
    looks("edit-keypad", desk, tmp_path)
    desk.keys("200")
    looks("edit-refused", desk, tmp_path)
    desk.keys("X")
    show(desk, "set/basic").touch("Factory Reset")
    looks("edit-code", desk, tmp_path)
    desk.touch("CANCEL").home()


@pytest.mark.parametrize("view", ["twin", "front"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_whole_page_looks_as_it_did(browser, device, view, theme, tmp_path):
    """CH4.2-DSP-001, CH2.1-DSP-001, CH2.1-DSP-002, CH2.1-DSP-003, CH2.1-OPR-014."""
    screen = opened(browser, device, view, theme)
    looks(f"{view}-{theme}", screen, tmp_path, "")
    screen.end()


# fmt: off
MOMENTS = [
    # name      what happened                              for  centre
    ("cut",     {"grid_on": 0},                              5, "F35"),
    ("silent",  {"bms_silent": 1},                          60, "ON"),
    ("hand",    {"gen_by_hand": 1, "grid_on": 0},          180, "F35"),
]
# fmt: on


@pytest.mark.parametrize("name, world, seconds, centre", MOMENTS, ids=[one[0] for one in MOMENTS])
def test_the_main_screen_in_trouble_looks_as_it_did(
    browser, tmp_path, name, world, seconds, centre
):
    """CH5.1-DSP-003, CH5.1-DSP-009: a fault, a warning, the generator in its place."""
    device = Device(tmp_path / "memory")
    try:
        device.set(**SETTINGS).world(**WORLD).run(300).world(**world).run(seconds)
        screen = opened(browser, device).centre(centre)
        looks(f"home-{name}", screen, tmp_path)
        screen.end()
    finally:
        device.end()


# ---- the eye itself ------------------------------------------------------------------------


def test_other_letters_are_not_seen_as_another_picture(desk):
    """As on a machine that has none of the fonts; the densest pages are the worst."""
    for route in ("home", "set/work2", "info"):
        before = taken(show(desk, route))
        dressed(desk, "* { font-family: serif !important }")
        after = taken(desk)
        undressed(desk)
        assert distance(before, after).mean > 0.0
        assert distance(before, after).within(OTHER_LETTERS), (route, distance(before, after))


# fmt: off
@pytest.mark.parametrize("change", [
    ".lcd .g-grid { visibility: hidden }",
    ".lcd .flows { visibility: hidden }",
    ".lcd .g-pv .val { stroke: red }",
    ".lcd .core { translate: 40px }",
    ".lcd { filter: brightness(1.3) }",
])
# fmt: on
def test_a_part_that_is_missing_moved_or_of_another_colour_is_seen(desk, change):
    before = taken(show(desk, "home"))
    dressed(desk, change)
    after = taken(desk)
    undressed(desk)
    assert not distance(before, after).within(SAME_LETTERS), distance(before, after)


def test_the_width_of_letters_tells_fonts_apart(desk):
    before = desk.letters
    dressed(desk, "body { font-family: serif !important }")
    after = desk.letters
    undressed(desk)
    assert before != after and desk.letters == before


def test_another_digit_is_the_same_picture_and_another_size_is_not():
    before, after = (Image.new("RGB", (480, 240), "black") for _ in range(2))
    ImageDraw.Draw(before).text((200, 100), "1234", fill="white")
    ImageDraw.Draw(after).text((200, 100), "1254", fill="white")
    assert distance(before, after).within(SAME_LETTERS)
    assert not distance(before, before.resize((481, 240))).within(OTHER_LETTERS)


def test_a_picture_is_judged_by_the_letters_it_was_kept_with(tmp_path, monkeypatch):
    monkeypatch.setattr(picture, "KEPT", tmp_path)
    before = Image.new("RGB", (480, 240), "black")
    after = before.copy()
    ImageDraw.Draw(after).rectangle((100, 60, 125, 85), fill="grey")
    monkeypatch.setenv(picture.RECORD, "1")
    picture.judge("square", before, "500 510", tmp_path)
    monkeypatch.delenv(picture.RECORD)
    picture.judge("square", before, "500 510", tmp_path)
    picture.judge("square", after, "440 450", tmp_path)
    with pytest.raises(AssertionError, match="square.png"):
        picture.judge("square", after, "500 510", tmp_path)
    with pytest.raises(AssertionError, match="no picture circle.png is kept"):
        picture.judge("circle", before, "500 510", tmp_path)
