"""The card of the wires in a browser: there while one is open, with what came by."""

from playwright.sync_api import expect

from tests.panel.cards.stage import PHONE

MODBUS = {
    "name": "modbus", "where": "127.0.0.1:5020", "state": "open",
    "requests": 12345, "errors": 0, "last_client": "192.0.2.7",
}  # fmt: skip
LOGGER = {
    "name": "solarman", "where": "127.0.0.1:8899", "state": "open",
    "requests": 0, "errors": 0, "last_client": "",
}  # fmt: skip


def test_without_a_wire_there_is_no_card(stage):
    page = stage.open()
    expect(page.locator("#ports")).to_be_hidden()
    stage.play(ports=[LOGGER])
    expect(page.locator("#ports")).to_be_visible()


def test_each_wire_says_where_it_is_what_came_by_and_who_asked_last(stage):
    page = stage.open(ports=[MODBUS, LOGGER])
    expect(page.locator("#ports h2 small")).to_have_text("2 open")
    rows = page.locator("#ports li")
    expect(rows.nth(0)).to_contain_text("127.0.0.1:5020 · open")
    expect(rows.nth(0).locator("p")).to_have_text("12\u202f345 requests, last from 192.0.2.7")
    expect(rows.nth(1).locator("p")).to_have_text("nobody has asked yet")


def test_counts_go_on_and_a_wire_that_has_gone_goes(stage):
    page = stage.open(ports=[MODBUS, LOGGER])
    stage.play(ports=[MODBUS | {"requests": 12346, "errors": 1, "last_client": "192.0.2.8"}])
    words = "12\u202f346 requests, 1 error, last from 192.0.2.8"
    expect(page.locator("#ports li p")).to_have_text([words])
    expect(page.locator("#ports li")).to_have_class(["wire bad"])


def test_the_card_fits_a_phone(stage):
    page = stage.open(ports=[MODBUS | {"where": "/dev/serial/by-id/usb-adapter-of-a-long-name"}])
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
