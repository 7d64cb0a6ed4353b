"""The check in a browser: the banner until it is seen, the card, and the sheet behind its address."""

from playwright.sync_api import expect

from tests.panel.cards.stage import PHONE

COUNTS = {"danger": 1, "wrong": 1, "doubtful": 0, "fine": 2, "not told": 1}
TITLE = "fuse or breaker at the battery"
SHORT = {"counts": COUNTS, "unseen": [TITLE], "rev": 1}


def finding(severity, title, advice=""):
    return {"id": title, "part": "battery", "title": title, "severity": severity, "found": "none",
            "limit": "one of its own", "source": "manual 3.3", "advice": advice, "ledger": []}  # fmt: skip


FINDINGS = [
    finding("danger", TITLE, "Fit a fuse close to the battery."),
    finding("wrong", "DC breaker", "Fit a DC breaker."),
    finding("fine", "grid type"),
    finding("fine", "meter"),
    finding("not told", "torque of the lugs"),
]
STATE = SHORT | {"findings": FINDINGS, "seen": []}
SEEN_LINE = {"clock_s": 0.0, "clock": "2026-11-24 10:15", "by": "panel 192.0.2.7", "dangers": ["x"]}
SEEN = STATE | {"unseen": [], "seen": [SEEN_LINE]}


def opened(stage, short=SHORT):
    stage.replies |= {"check": STATE, "check/seen": SEEN}
    return stage.open(**({"check": short} if short else {}))


def banner(page):
    return page.get_by_role("region", name="Dangers in this installation")


def test_without_a_check_there_is_neither_card_nor_banner(stage):
    page = opened(stage, None)
    expect(page.locator("#check")).to_be_hidden()
    expect(banner(page)).to_be_hidden()


def test_the_banner_names_the_dangers_until_somebody_has_seen_them(stage):
    page = opened(stage)
    expect(banner(page)).to_contain_text("Before you switch on: 1 danger in this installation.")
    expect(banner(page)).to_contain_text("Fuse or breaker at the battery")
    banner(page).get_by_role("button", name="I have seen them").click()
    expect(banner(page)).to_be_hidden()
    assert stage.posted("check/seen") == [{}]
    expect(page.locator("#device")).to_be_visible()


def test_the_sheet_has_the_gravest_first_and_folds_what_is_fine(stage):
    page = opened(stage)
    expect(page.locator("#check h2")).to_contain_text("1 danger, 1 wrong")
    banner(page).get_by_role("link", name="Look at them").focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog")
    titles = sheet.locator("section > h3")
    expect(titles).to_have_text(["Dangerous (1)", "Wrong (1)", "The rest"])
    expect(sheet.locator(".al.f")).to_contain_text("Found: none")
    expect(sheet.locator(".al.f")).to_contain_text("Limit: one of its own")
    expect(sheet.locator(".al.f")).to_contain_text("manual 3.3")
    expect(sheet.locator(".al.f")).to_contain_text("What to do: Fit a fuse close to the battery.")
    expect(sheet.locator("details[open]")).to_have_count(0)
    expect(sheet.locator("summary")).to_have_text(["Fine (2)", "Not told (1)"])
    sheet.get_by_role("button", name="I have seen these dangers").click()
    expect(sheet.locator("summary").last).to_have_text("Dangers seen (1)")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.wait_for_url("**/#twin")


def test_the_address_of_the_check_opens_it_and_may_be_asked_again(stage):
    page = opened(stage)
    for _ in range(2):
        page.locator("#check").get_by_role("link", name="All findings").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_banner_and_sheet_fit_a_phone(stage):
    page = opened(stage)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    banner(page).get_by_role("link", name="Look at them").click()
    sheet = page.locator(".g-sheet")
    expect(sheet.locator(".al.f")).to_be_visible()
    assert sheet.evaluate("node => node.scrollWidth - node.clientWidth") == 0
