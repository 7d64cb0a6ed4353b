"""The card of the self-test in a browser: begun, followed, ended, and its sheet by keyboard alone."""

from playwright.sync_api import expect

from tests.panel.cards.stage import PHONE
from twinverter.catalog.selftests import PARTS
from twinverter.live.selftest.finding import fault, untested

QUIET = {"running": False, "done": 0.0, "words": ""}
UNDER_WAY = {"running": True, "done": 0.4, "words": "Charges the battery a little from the mains"}
IDLE = QUIET | {"why_not": "", "owing": "", "most_s": 102.0, "report": None,
                "parts": [part._asdict() for part in PARTS]}  # fmt: skip


def report(*verdicts, ended=""):
    """Return the state after a test with these verdicts."""
    found = [one.plain() for verdict in verdicts for one in verdict.found]
    left = [one.plain() for verdict in verdicts for one in verdict.untested]
    return IDLE | {"done": 1.0, "report": {
        "by": "panel 192.0.2.7", "clock_s": 0.0, "clock": "2026-11-24 10:15", "length_s": 47.0,
        "ended": ended, "findings": found, "untested": left,
        "measured": [{"label": "Mains", "text": "230, 231, 229 V"}],
        "parts": [part._asdict() | {"verdict": "fine"} for part in PARTS]}}  # fmt: skip


TURNED = fault("ct-reversed", "L2", moved="300 W", read="304 W", turned="101 %")


def opened(stage, state, **snapshot):
    stage.replies["selftest"] = state
    page = stage.open(selftest=QUIET | snapshot)
    expect(page.locator("#selftest h2")).to_contain_text("Wiring self-test")
    return page, page.locator("#selftest")


def test_before_the_first_test_it_can_be_begun_and_says_what_it_does(stage):
    page, card = opened(stage, IDLE)
    expect(card).to_contain_text("not done yet")
    card.get_by_role("button", name="What it does").click()
    expect(page.get_by_role("dialog")).to_contain_text("What is tested, and how")
    expect(page.locator(".c-part")).to_have_count(len(PARTS))


def test_a_test_under_way_shows_how_far_it_is_and_can_be_stopped(stage):
    page, card = opened(stage, IDLE)
    stage.replies["selftest"] = IDLE | UNDER_WAY
    card.get_by_role("button", name="Start the self-test").click()
    stage.play(selftest=UNDER_WAY)
    bar = card.get_by_role("progressbar")
    expect(bar).to_have_js_property("value", 0.4)
    expect(card).to_contain_text("Charges the battery a little from the mains.")
    stage.replies["selftest"] = report(TURNED)
    card.get_by_role("button", name="Stop").click()
    assert stage.posted("selftest") == [{"action": "start"}, {"action": "stop"}]
    expect(card.get_by_role("button", name="Start the self-test")).to_be_visible()
    expect(bar).to_be_hidden()


def test_the_end_of_a_test_is_read_and_its_faults_named(stage):
    page, card = opened(stage, IDLE | UNDER_WAY, **UNDER_WAY)
    expect(card).to_contain_text("under way")
    stage.replies["selftest"] = report(TURNED)
    stage.play(selftest=QUIET)
    expect(card).to_contain_text("1 fault found")
    expect(card).to_contain_text("Clamp on L2 turned round")


def test_a_refusal_is_said_on_the_card(stage):
    page, card = opened(stage, IDLE)
    stage.refusal = {"text": "The backup loads take 4.50 kW; the test wants 4.00 kW at most."}
    card.get_by_role("button", name="Start the self-test").click()
    expect(card).to_contain_text("The backup loads take 4.50 kW")
    stage.complaints.clear()


def test_the_sheet_is_walked_by_keyboard_and_gives_the_focus_back(stage):
    night = untested("strings", "night")
    page, card = opened(stage, report(TURNED, night, ended="The machine left the mains."))
    card.get_by_role("button", name="What was found").focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("When 300 W more flowed on L2, its clamp read 304 W less")
    expect(sheet).to_contain_text("What to do: Turn the clamp on L2")
    expect(sheet).to_contain_text("Solar strings: No string has light.")
    expect(sheet).to_contain_text("It ended early: The machine left the mains.")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(sheet.locator("details[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(card.get_by_role("button", name="What was found")).to_be_focused()


def test_a_sound_wiring_says_what_was_left_out(stage):
    page, card = opened(stage, report(untested("strings", "night")))
    expect(card).to_contain_text("no fault found in what could be tested")
    card.get_by_role("button", name="What was found").click()
    expect(page.get_by_role("dialog")).to_contain_text("No wiring fault was found")


def test_card_and_sheet_fit_a_phone(stage):
    page, card = opened(stage, report(TURNED, untested("strings", "night")))
    page.set_viewport_size(PHONE)
    card.get_by_role("button", name="What was found").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    sheet = page.locator(".g-sheet")
    assert sheet.evaluate("node => node.scrollWidth - node.clientWidth") == 0
