"""The strip of the last day in a browser."""

from playwright.sync_api import expect

from tests.panel.cards.stage import HOME, NOON_S, noon


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
    # A day that the timetable leaves out: the slots stand there, none of them holds.
    stage.play(tou_row=0, clock_s=NOON_S + 60.0)
    expect(page.locator(".d-slot")).to_have_count(7)
    expect(page.locator(".d-slot.d-current")).to_have_count(0)


# fmt: off
TIMETABLES = [
    # start times of the six rows                              pieces on the day                       row at 23:00
    ("01:00 05:00 09:00 13:00 17:00 21:00", "1:1-5 2:5-9 3:9-13 4:13-17 5:17-21 6:0-1 6:21-24", 6),
    ("22:00 05:00 09:00 13:00 17:00 21:00", "1:0-5 1:22-24 2:5-9 3:9-13 4:13-17 5:17-21 6:21-22", 1),
    ("05:00 05:00 09:00 13:00 23:30 02:00", "2:5-9 3:9-13 4:13-23.5 5:0-2 5:23.5-24 6:2-5",     4),
    ("06:00 06:00 06:00 06:00 06:00 06:00", "1:0-24",                                           1),
]
# fmt: on


def test_any_row_of_the_timetable_may_run_over_midnight(stage):
    """C-17: going round the six rows, times rise or repeat, with at most one wrap."""
    page = stage.open()
    for starts, pieces, late in TIMETABLES:
        times = starts.split()
        values = {f"tou{row}_time": time for row, time in enumerate(times, 1)}
        found = page.evaluate(
            """async (values) => {
              const {slotsOf} = await import('/static/js/strip_day.js');
              return slotsOf((key) => values[key]).map(({row, from, to}) => `${row}:${from}-${to}`);
            }""",
            values | {"tou_enable": True, "batt_mode": "lithium"},
        )
        assert sorted(found) == sorted(pieces.split()), starts
        place = page.evaluate(
            "async (times) => (await import('/static/js/rows.js')).slotAt(times, 23 * 60)", times
        )
        assert place + 1 == late, starts


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
