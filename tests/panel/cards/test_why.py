"""The cards of reasons and alarms in a browser."""

from playwright.sync_api import expect

from tests.panel.cards.stage import NOON_S, noon


def test_a_reason_shows_its_figure_in_bold_and_links_to_its_setting(stage):
    page = stage.open()
    rows = page.locator("#why li")
    expect(rows.nth(0)).to_contain_text(
        "Solar gives 6.84\u00a0kW. All available solar power is used. Manual 5.7"
    )
    expect(rows.nth(1)).to_contain_text("(3.92\u00a0kW)")
    assert rows.locator("b").all_text_contents() == ["6.84\u00a0kW", "3.92\u00a0kW"]
    link = page.get_by_role("link", name="Energy pattern: LoadFirst")
    expect(link).to_have_attribute("href", "#lcd/setting/work_mode.energy_pattern")


def test_a_sentence_about_the_battery_gets_its_figure_behind_it(stage):
    reasons = noon()["reasons"]
    reasons[0] |= {"text": "The battery is nearly full: charging is held at 56.4 V (absorption)."}
    page = stage.open(reasons=reasons)
    expect(page.locator("#why li").nth(1)).to_contain_text("(absorption). It takes 3.92\u00a0kW.")
    assert page.locator("#why b").all_text_contents()[1:] == ["56.4\u00a0V", "3.92\u00a0kW"]


def test_a_link_keeps_the_focus_while_its_figure_changes(stage):
    page = stage.open()
    link = page.get_by_role("link", name="Energy pattern: LoadFirst")
    link.focus()
    reasons = noon()["reasons"]
    reasons[0] |= {"text": "Solar power that the loads do not need (2500 W) charges the battery."}
    stage.play(reasons=reasons)
    expect(page.locator("#why")).to_contain_text("2.50\u00a0kW")
    expect(link).to_be_focused()


def test_an_alarm_says_since_when_what_it_means_and_what_to_do(stage):
    alarm = {"code": "F35", "name": "AC_NoUtility_Fault", "severity": "fault (grid side only)", "since_s": NOON_S - 60,
             "message": "There is no mains supply.", "advice": "Look at the grid breaker."}  # fmt: skip
    page = stage.open(alarms=[alarm])
    card = page.locator("#alarms .al.f")
    expect(card).to_contain_text("F35 AC_NoUtility_Fault · since 13:33")
    expect(card).to_contain_text("There is no mains supply.")
    expect(card).to_contain_text("What to do: Look at the grid breaker.")
    expect(page.locator("#alarms h2")).to_contain_text("1 now")


def test_what_gave_up_is_started_again_from_its_alarm(stage):
    alarm = {"code": "F64", "name": "Heatsink_HighTemp_Fault", "severity": "fault", "since_s": NOON_S - 60,
             "message": "The inverter is too hot.", "advice": "Check the air around it."}  # fmt: skip
    page = stage.open()
    expect(page.get_by_role("button", name="Start again")).to_be_hidden()
    stage.play(alarms=[alarm])
    page.get_by_role("button", name="Start again").click()
    page.wait_for_timeout(50)
    assert stage.posted("press") == [{"button": "acknowledge"}]


def test_an_alarm_that_is_over_shows_from_when_to_when(stage):
    stage.replies["journal"] = [
        {
            "seq": 2,
            "clock_s": NOON_S - 3600,
            "code": "W05",
            "raised": False,
            "name": "CT direction wrong",
        },
        {
            "seq": 1,
            "clock_s": NOON_S - 7200,
            "code": "W05",
            "raised": True,
            "name": "CT direction wrong",
        },
    ]
    page = stage.open()
    expect(page.locator("#alarms .al.n").last).to_contain_text(
        "W05 CT direction wrong · over11:34 to 12:34."
    )
    expect(page.get_by_role("link", name="All alarms")).to_have_attribute("href", "#lcd/info")
