"""The page of the timetable in a browser: the row that runs is marked."""

from playwright.sync_api import expect


def test_the_running_row_is_marked_but_none_on_a_day_that_is_left_out(stage):
    """C-17: at 13:34 the fourth row holds, where the weekday is ticked."""
    stage.replies["settings"]["values"]["time_of_use.tou_enable"] = True
    page = stage.open()
    page.evaluate("location.hash = '#lcd/set/work2'")
    marked = page.locator(".s-tr.is-now")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("13:00")
    stage.play(tou_row=0)
    expect(marked).to_have_count(0)
    stage.play(tou_row=4)
    expect(marked).to_have_count(1)
