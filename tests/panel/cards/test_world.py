"""The world's card in a browser: taking over, giving back, and whose hand counts."""

import re
import time

from playwright.sync_api import expect

from tests.panel.cards.stage import world

SUN = '[data-key="sun_w_m2"]'


def grab(page, selector, share):
    """Press the mouse on a slider and hold it at a share of its width."""
    box = page.locator(selector).bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)


def test_every_control_of_the_table_has_its_place_on_the_card(stage):
    page = stage.open()
    shown = page.eval_on_selector_all("#world [data-key]", "all => all.map(one => one.dataset.key)")
    wanted = set(world()) - {"acknowledged"}
    assert set(" ".join(shown).split()) == wanted


def test_the_voltage_of_a_120_volt_grid_can_be_moved_around_its_own_window(stage):
    window = {"grid.grid_vol_low": 96.5, "grid.grid_vol_high": 138.3}
    stage.replies["settings"]["values"] |= window
    page = stage.open()
    volts = page.get_by_role("slider", name="Voltage of all phases")
    assert (volts.get_attribute("min"), volts.get_attribute("max")) == ("71.5", "163.3")


def test_a_slider_in_the_hand_does_not_follow_a_snapshot(stage):
    page = stage.open()
    grab(page, SUN, 0.9)
    held = page.input_value(SUN)
    stage.play(world=world(sun_w_m2=100.0))
    assert page.input_value(SUN) == held
    assert float(held) > 1000.0
    page.mouse.up()


def test_a_slider_let_go_follows_snapshots_again_a_moment_later(stage):
    page = stage.open()
    grab(page, SUN, 0.9)
    page.mouse.up()
    page.wait_for_timeout(900)
    stage.play(world=world(sun_w_m2=100.0))
    assert page.input_value(SUN) == "100"
    expect(page.locator(".w-row", has=page.locator(SUN)).locator("output")).to_have_text("100W/m²")


def test_a_slider_that_moves_posts_seldom_and_its_last_value_for_sure(stage):
    page = stage.open()
    began_s = time.monotonic()
    grab(page, SUN, 0.5)
    box = page.locator(SUN).bounding_box()
    for step in range(60):
        page.mouse.move(box["x"] + box["width"] * (0.5 + step / 150), box["y"] + 22)
    last = float(page.input_value(SUN))
    page.mouse.up()
    page.wait_for_timeout(400)
    posts = stage.posted("world")
    # One at once, then one per 120 ms at most.
    assert 2 <= len(posts) <= (time.monotonic() - began_s) / 0.12 + 1
    assert posts[-1] == {"take": {"sun_w_m2": last}}


def test_one_slider_moves_all_phases_and_each_can_be_opened(stage):
    page = stage.open()
    joint, single = '[data-key="grid_l1_v grid_l2_v grid_l3_v"]', '[data-key="grid_l2_v"]'
    page.focus(joint)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert stage.posted("world") == [{"take": {f"grid_l{phase}_v": 231 for phase in (1, 2, 3)}}]
    expect(page.locator(single)).to_be_hidden()
    page.get_by_role("button", name="Voltage of each phase").click()
    page.focus(single)
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(200)
    assert stage.posted("world")[-1] == {"take": {"grid_l2_v": 229}}


def test_the_marks_of_the_window_stand_where_the_grid_settings_have_them(stage):
    page = stage.open()
    marks = page.locator(".w-window span")
    assert marks.all_text_contents() == ["185", "265", "48.0", "51.5"]
    # 160 to 290 V are shown: (185 - 160) / 130; 45 to 55 Hz: (48 - 45) / 10.
    places = [
        marks.nth(place).evaluate("mark => mark.style.getPropertyValue('--at')") for place in (0, 2)
    ]
    assert places == ["19.23%", "30.00%"]
    expect(page.locator(".w-past")).to_have_count(0)
    stage.play(world=world(grid_l1_v=270.0, grid_l2_v=230.0, grid_l3_v=230.0))
    expect(page.locator(".w-past")).to_have_count(1)


def test_what_is_taken_is_marked_and_given_back_alone_or_together(stage):
    page = stage.open(world=world(sun_w_m2=500.0, gen_ready=False, appliance__kettle=True))
    expect(page.get_by_role("button", name="Give all 3 back")).to_be_visible()
    expect(page.locator('.w-name[data-mark="yours"]')).to_have_count(2)
    expect(page.get_by_role("switch", name="Generator")).to_contain_text("refuses to start")
    page.get_by_role("button", name="Give Sun back to the house").click()
    expect(page.locator(SUN)).to_be_focused()
    page.wait_for_timeout(200)
    assert stage.posted("world") == [{"give_back": ["sun_w_m2"]}]
    page.get_by_role("button", name="Give all 3 back").click()
    page.wait_for_timeout(200)
    given = stage.posted("world")[-1]["give_back"]
    assert set(given) == {"sun_w_m2", "gen_ready", "appliance.kettle"}


def test_a_pressed_appliance_is_taken_and_released_it_goes_back(stage):
    page = stage.open()
    kettle = page.get_by_role("button", name="Kettle")
    expect(kettle).to_contain_text("2.00 kW · L1")
    kettle.click()
    expect(kettle).to_have_attribute("aria-pressed", "true")
    kettle.click()
    page.wait_for_timeout(300)
    assert stage.posted("world") == [
        {"take": {"appliance.kettle": 1}},
        {"give_back": ["appliance.kettle"]},
    ]


def test_a_broken_thing_and_a_silent_bms_are_sent_as_the_world_has_them(stage):
    page = stage.open()
    page.get_by_role("button", name="Clamps not readable").click()
    page.wait_for_timeout(200)
    page.get_by_role("switch", name="Battery BMS").click()
    page.wait_for_timeout(200)
    assert stage.posted("world") == [{"take": {"ct_ok": 0}}, {"take": {"bms_silent": 1}}]


def test_without_a_grid_its_voltage_has_no_figure_and_cannot_be_moved(stage):
    page = stage.open(world=world(grid_on=False))
    expect(page.locator('[data-key="grid_hz"]')).to_be_disabled()
    expect(page.get_by_role("switch", name="Grid", exact=False).first).to_contain_text("not there")


def test_a_refused_take_says_why_and_the_control_goes_back(stage):
    page = stage.open()
    stage.refusal = {"text": "world.sun_w_m2 = 9000 is out of range (0 to 1200 W/m2)"}
    page.focus(SUN)
    page.keyboard.press("End")
    expect(page.locator(".w-refusal")).to_contain_text("out of range")
    expect(page.locator(SUN)).to_have_value("820")
    # A refusal is an answer of the server, which the browser reports too.
    stage.complaints = [line for line in stage.complaints if "422" not in line]


def test_a_defect_behind_its_button_is_broken_moved_and_mended(stage):
    page = stage.open()
    leak = page.get_by_role("button", name="Sudden leakage to earth")
    expect(leak).to_be_hidden()
    opener = page.get_by_role("button", name="More that can break")
    opener.click()
    expect(leak).to_have_attribute("title", re.compile("touches a live part"))
    amount = page.locator('input[data-key="defect.earth_leak_a"]')
    expect(amount).to_be_hidden()
    leak.click()
    expect(leak).to_have_attribute("aria-pressed", "true")
    expect(amount).to_be_visible()
    page.wait_for_timeout(200)
    assert stage.posted("world") == [{"take": {"defect.earth_leak_a": 0.1}}]
    page.wait_for_timeout(800)
    stage.play(world=world(defect__earth_leak_a=0.1))
    expect(opener).to_contain_text("1 broken")
    page.focus('input[data-key="defect.earth_leak_a"]')
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    # 0 to 0.4 A in 200 places.
    assert stage.posted("world")[-1] == {"take": {"defect.earth_leak_a": 0.102}}
    leak.click()
    page.wait_for_timeout(200)
    assert stage.posted("world")[-1] == {"give_back": ["defect.earth_leak_a"]}
    expect(amount).to_be_hidden()


def test_a_defect_of_the_house_itself_is_shown_and_can_be_held_mended(stage):
    page = stage.open()
    house = world() | {"defect.pv1_reversed": {"value": True, "taken": False}}
    stage.play(world=house | {"defect.pv_insulation_ohm": {"value": 1.0e4, "taken": False}})
    page.get_by_role("button", name="More that can break").click()
    row = page.locator(".w-row", has=page.locator('input[data-key="defect.pv_insulation_ohm"]'))
    expect(row.locator("output")).to_have_text("10\u202f000Ω")
    turned = page.get_by_role("button", name="String 1 connected the wrong way")
    expect(turned).to_have_attribute("aria-pressed", "true")
    turned.click()
    page.wait_for_timeout(200)
    assert stage.posted("world") == [{"take": {"defect.pv1_reversed": 0}}]
