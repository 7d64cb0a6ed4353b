"""Who comes in and what they see; names and notes that would be markup are shown as they stand."""

import re

from playwright.sync_api import expect

from tools.portal_demo import (
    HOSTILE_BY,
    HOSTILE_PLACE,
    HOSTILE_SITE,
    HOSTILE_TITLE,
    OPERATOR,
    PASSWORD,
    READER,
)


def enter(visitor, name, password=PASSWORD):
    visitor.page.goto(visitor.address)
    visitor.page.get_by_label("Name").fill(name)
    visitor.page.get_by_label("Password").fill(password)
    visitor.press("Open the portal", "button")
    return visitor


def test_nobody_sees_anything_before_they_have_logged_in(stranger):
    stranger.page.goto(stranger.address)
    expect(stranger.page.get_by_role("dialog")).to_be_visible()
    stranger.keys("Escape")
    expect(stranger.page.get_by_role("dialog")).to_be_visible()
    assert not stranger.page.locator(".site").count()


def test_a_wrong_password_is_told_and_the_right_one_lets_in_and_out(stranger):
    enter(stranger, READER, "guessed")
    expect(stranger.page.get_by_role("alert")).to_contain_text("Wrong name or password.")
    enter(stranger, READER).arrived()
    expect(stranger.page.locator("h1")).to_have_text("3 sites")
    expect(stranger.page.locator(".nav")).not_to_contain_text("People")
    stranger.press("Log out", "button")
    expect(stranger.page.get_by_role("dialog")).to_be_visible()


def test_a_reader_finds_no_form_for_what_is_not_theirs(stranger):
    enter(stranger, READER).arrived().go("site/3")
    stranger.sees("Report of a month")
    assert not stranger.page.get_by_role("button", name="Save").count()
    assert not stranger.page.get_by_role("button", name="Let them in").count()


def test_an_operator_adds_somebody_makes_a_token_and_reads_of_it_in_the_audit_log(stranger):
    enter(stranger, OPERATOR).arrived().go("people/users")
    stranger.page.get_by_label("Name").fill("<i>ngozi</i>")
    stranger.page.get_by_label("Password").fill("a long enough one")
    stranger.press("Add", "button")
    stranger.sees("may log in now")
    expect(stranger.page.locator("tbody tr", has_text="<i>ngozi</i>")).to_have_count(1)
    stranger.go("people/tokens")
    stranger.page.get_by_label("Label").fill("roof")
    stranger.press("Make it", "button")
    expect(stranger.page.locator(".secret")).to_have_text(re.compile("^twd_"))
    row = stranger.page.locator("tbody tr", has_text="roof")
    row.get_by_role("button", name="Revoke").click()
    row.get_by_role("button", name="Really revoke?").click()
    expect(row).to_contain_text("revoked")
    stranger.go("people/audit")
    expect(stranger.page.locator("tbody")).to_contain_text("POST /api/v1/tokens")


def test_a_note_of_a_site_is_kept_and_shown_as_it_was_written(desk):
    note = '<script>alert(9)</script>\n& "second line"'
    desk.go("site/2")
    desk.page.get_by_label("Note").fill(note)
    desk.press("Save", "button")
    desk.sees("Saved.")
    desk.go("site/2")
    assert desk.page.locator("p.note").inner_text() == note


def test_names_that_would_be_markup_stand_on_every_page_as_they_are(desk):
    desk.go()
    row = desk.page.locator("a.site", has_text=HOSTILE_SITE)
    expect(row).to_contain_text(HOSTILE_PLACE)
    row.click()
    desk.arrived()
    expect(desk.page.locator("h1")).to_have_text(HOSTILE_TITLE)
    assert HOSTILE_TITLE in desk.page.title()
    desk.go("device/inverter-007/settings")
    expect(desk.page.locator("tbody").first).to_contain_text(HOSTILE_BY)
    desk.go("map")
    expect(desk.page.locator(".map-list")).to_contain_text(HOSTILE_SITE)
    desk.go("people/tokens")
    expect(desk.page.get_by_label("Its site")).to_contain_text(HOSTILE_SITE)
    assert not desk.page.locator("main img, main script, main svg[onload]").count()
