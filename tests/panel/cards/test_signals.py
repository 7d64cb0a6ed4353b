"""The device's signal pins on the world's card: inputs to press, outputs to read."""

from playwright.sync_api import expect

from tests.panel.cards.stage import world


def pin(key, value, unit="", direction="out"):
    return {"key": key, "label": key, "direction": direction, "unit": unit, "value": value}


def pins(gen_start, ats):
    return {
        "drm": pin("drm", [5], direction="in"),
        "gen_start": pin("gen_start", gen_start),
        "ats": pin("ats", ats, "V"),
    }


def test_a_mode_of_the_drm_input_is_pressed_and_released(stage):
    page = stage.open()
    mode = page.get_by_role("button", name="DRM5")
    expect(mode).to_have_attribute("title", "DRM5: feed nothing in")
    mode.click()
    page.wait_for_timeout(200)
    expect(mode).to_have_attribute("aria-pressed", "true")
    stage.play(world=world(**{"drm__5": True}))
    mode.click()
    page.wait_for_timeout(200)
    assert stage.posted("world") == [{"take": {"drm.5": 1}}, {"give_back": ["drm.5"]}]


def test_the_machine_is_told_to_leave_the_grid_with_a_switch(stage):
    page = stage.open()
    signal = page.get_by_role("switch", name="Leave the grid")
    expect(signal).to_contain_text("not told")
    signal.click()
    page.wait_for_timeout(200)
    assert stage.posted("world") == [{"take": {"forced_island": 1}}]


def test_the_outputs_are_read_as_they_change_and_are_no_controls(stage):
    page = stage.open(pins=pins(False, 0.0))
    outputs = page.get_by_role("group", name="Outputs")
    expect(outputs.locator("[data-pin=gen_start]")).to_contain_text("open")
    expect(outputs.locator("[data-pin=ats]")).to_contain_text("0\u00a0V")
    stage.play(pins=pins(True, 230.0))
    expect(outputs.locator("[data-pin=gen_start]")).to_contain_text("closed")
    expect(outputs.locator("[data-pin=ats]")).to_contain_text("230\u00a0V")
    assert outputs.locator("button, input").count() == 0


def test_a_device_that_tells_of_no_outputs_shows_none(stage):
    page = stage.open()
    expect(page.get_by_role("group", name="Outputs")).to_have_count(0)
