"""The strip of the last day in a browser."""

from playwright.sync_api import expect

from tests.panel.cards.stage import HOME, noon


def test_the_strip_has_the_day_the_outage_the_slots_and_now(stage):
    stage.replies["settings"]["values"]["time_of_use.tou_enable"] = True
    page = stage.open()
    expect(page.locator(".d-pill-text")).to_have_text("13:34")
    expect(page.locator(".strip .d-out")).to_have_count(1)
    # Six rows, the last one over midnight in two pieces; one of them holds now.
    expect(page.locator(".d-slot")).to_have_count(7)
    expect(page.locator(".d-slot.d-current")).to_have_count(1)
    expect(page.locator(".d-reading")).to_contain_text("solar 45.8\u00a0kWh, load 24.0\u00a0kWh")
    expect(page.locator('#legend [data-line="gen"]')).to_be_hidden()


def test_the_strip_is_read_with_the_arrow_keys(stage):
    page = stage.open()
    plot = page.get_by_role("slider", name="The last day")
    plot.focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("PageUp")
    expect(page.locator(".d-reading")).to_contain_text(
        "03:00 today: solar 0\u00a0W, battery 1.00\u00a0kW giving at 50\u00a0%, no grid"
    )
    assert plot.get_attribute("aria-valuetext").startswith("03:00 today")
    page.keyboard.press("Escape")
    expect(page.locator(".d-reading")).to_contain_text("In these 24 hours")


def test_an_empty_store_says_what_will_appear(stage):
    stage.replies["strip"] = []
    page = stage.page
    stage.snapshot = noon()
    page.goto(HOME)
    expect(page.locator(".d-reading")).to_contain_text("Nothing recorded yet")
    expect(page.locator(".strip")).to_contain_text("Time Of Use is off")


def test_the_strip_is_read_again_when_the_store_has_more(stage):
    page = stage.open()
    stage.replies["strip"] = []
    page.wait_for_timeout(1600)
    stage.play(strip_seq=2)
    expect(page.locator(".d-reading")).to_contain_text("Nothing recorded yet")
