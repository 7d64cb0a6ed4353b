"""Which source carries the bus: window and return of the mains, change-over, power-on, island.

Rules C-10, C-11, C-43, C-47, C-48, C-55. Expected powers are lossless.
"""

import pytest

from twinverter.inverter import initial, step

SELL = "work_mode=selling_first;"
NONE = "batt_mode=no_batt;"
OFF = "power_button=0;"
ALONE = "offgrid_no_battery=1;"

WINDOW = [
    # grid            relay  alarms   grid line
    ("230",           True,  [],      "grid_rest"),
    ("185",           True,  [],      "grid_rest"),
    ("184.9",         False, ["F42"], "grid_outside_window"),
    ("265",           True,  [],      "grid_rest"),
    ("265.1",         False, ["F45"], "grid_outside_window"),
    ("230,230,184.9", False, ["F42"], "grid_outside_window"),
    ("230,265.1,230", False, ["F45"], "grid_outside_window"),
    ("230@51.5",      True,  [],      "grid_rest"),
    ("230@51.51",     False, ["F47"], "grid_outside_window"),
    ("230@48",        True,  [],      "grid_rest"),
    ("230@47.99",     False, ["F48"], "grid_outside_window"),
    ("0,230,230",     False, ["F42"], "grid_outside_window"),
    ("49",            False, ["F35"], "grid_absent"),
    ("off",           False, ["F35"], "grid_absent"),
]  # fmt: skip


@pytest.mark.parametrize("grid, closed, shown, reason", WINDOW)
def test_the_mains_is_left_outside_its_window(asked, grid, closed, shown, reason):
    said = asked(SELL, f"soc=90% load=600 grid={grid} after=3s")
    assert said["relays"]["grid"] == closed
    assert said["alarms"] == shown
    assert said["reasons"]["grid"] == reason
    # The backup load is served on both sides.
    assert said["unserved_w"] == pytest.approx(0.0)
    assert said["battery_w"] == pytest.approx(0.0 if closed else 600.0)


TIMES = [
    # grid       after    relay  alarms
    ("184.9",    "150ms", True,  []),
    ("184.9",    "170ms", False, ["F42"]),
    ("265.1",    "150ms", True,  []),
    ("265.1",    "170ms", False, ["F45"]),
    ("230@47.9", "150ms", True,  []),
    ("230@47.9", "170ms", False, ["F48"]),
    # the backup path's own detector opens at once; the code follows after its own time
    ("off",          "3ms",   True,  []),
    ("off",          "5ms",   False, []),
    ("off",          "90ms",  False, []),
    ("off",          "110ms", False, ["F35"]),
    ("45.9,230,230", "3ms",   True,  []),
    ("45.9,230,230", "5ms",   False, []),
    ("45.9,230,230", "170ms", False, ["F42"]),
    ("46.1,230,230", "150ms", True,  []),
    ("46.1,230,230", "170ms", False, ["F42"]),
]  # fmt: skip


@pytest.mark.parametrize("grid, after, closed, shown", TIMES)
def test_the_relay_opens_and_the_code_comes_in_their_time(asked, grid, after, closed, shown):
    said = asked("", f"soc=90% load=600 grid={grid} after={after}")
    assert said["relays"]["grid"] == closed
    assert said["alarms"] == shown


def test_a_short_excursion_is_forgotten(machine):
    house = machine(soc=0.9, load=600)
    for _ in range(5):
        house.world(grid="184").run(0.15, 0.01)
        assert "grid" in house.relays and not house.alarms
        house.world(grid="230").run(0.01, 0.01)
    assert house.world(grid="184").run(0.17, 0.01).alarms == {"F42"}


RETURN = [
    # grid        closes after
    ("230",       60.0),
    ("187",       60.0),
    ("263",       60.0),
    ("186.9",     None),  # inside the window, outside the narrower one
    ("263.1",     None),
    ("230@51.3",  60.0),
    ("230@51.31", None),
    ("230@48.2",  60.0),
    ("230@48.19", None),
    ("230,230,0", None),
]  # fmt: skip


@pytest.mark.parametrize("grid, closes_s", RETURN)
def test_the_mains_is_taken_again_after_the_reconnection_time(machine, grid, closes_s):
    """CH2.3-OPR-002"""
    house = machine(soc=0.9, load=600).at(0.9)
    assert house.world(grid="off").run(30.0).mode == "OFF_GRID"
    house.world(grid=grid)
    if closes_s is None:
        assert house.run(300.0).mode == "OFF_GRID"
        assert house.why["grid"] != "grid_reconnecting"
        return
    assert house.run(closes_s).mode == "OFF_GRID"
    assert house.why["grid"] == "grid_reconnecting"
    assert house.run(1.0).mode == "ON_GRID" and "grid" in house.relays
    assert house.alarms == set()


def test_the_reconnection_time_is_without_a_break(machine):
    house = machine({"reconnection_time_s": 20}, soc=0.9, load=600).at(0.9)
    house.world(grid="off").run(5.0)
    house.world(grid="230").run(19.0)
    house.world(grid="186").run(1.0)
    assert house.world(grid="230").run(20.0).mode == "OFF_GRID"
    assert house.run(1.0).mode == "ON_GRID"


@pytest.mark.parametrize("dt_s", [0.001, 0.1, 1.0, 60.0])
def test_an_outage_is_the_same_story_at_any_step(machine, dt_s):
    """C-05a, C-55: 10 ms of change-over, and 4 ms until the dip is seen where steps show it."""
    house = machine({"max_discharge_a": 190}, soc=0.9, load=3600).at(0.9)
    house.world(grid="off").run(max(dt_s, 1.0), dt_s)
    assert house.mode == "OFF_GRID" and house.alarms == {"F35"}
    lost_ws = house.state.meters.load_unserved_wh * 3600.0
    assert 36.0 - 1e-6 <= lost_ws <= 50.4 + 1e-6
    house.run(max(dt_s, 1.0), dt_s)
    assert house.state.meters.load_unserved_wh * 3600.0 == pytest.approx(lost_ws)


TYPES = [
    # grid_type    grid     may close: within 20 % of the type
    ("3p_230_400", "184.1", True),
    ("3p_230_400", "183.9", False),
    ("3p_230_400", "275.9", True),
    ("3p_230_400", "276.1", False),
    ("3p_220_380", "176.1", True),
    ("3p_220_380", "175.9", False),
]  # fmt: skip


@pytest.mark.parametrize("grid_type, grid, may", TYPES)
def test_the_mains_must_be_of_the_chosen_type(machine, grid_type, grid, may):
    wide = {"grid_vol_low": 100, "reconnect_vol_low": 100, "grid_vol_high": 290}
    wide |= {"reconnect_vol_high": 290, "grid_type": grid_type}
    house = machine(wide, soc=0.9, load=600).at(0.9)
    house.world(grid="off").run(5.0)
    assert (house.world(grid=grid).run(61.0).mode == "ON_GRID") == may


def test_a_wrong_phase_order_is_no_mains(machine):
    house = machine(soc=0.9, load=600, phase_order_ok=0.0).at(0.9)
    assert house.run(0.9, 0.1).mode == "ON_GRID"
    assert house.run(0.2, 0.1).mode == "OFF_GRID" and house.alarms == {"W03"}
    assert house.run(120.0).mode == "OFF_GRID"
    assert house.world(phase_order_ok=1.0).run(61.0).mode == "ON_GRID"


# C-55: off grid neither work mode nor pattern, shaving, grid charge or rows mean anything.
MEANINGLESS = [
    "",
    SELL,
    "work_mode=zero_export_ct",
    "solar_sell=1",
    "energy_pattern=batt_first",
    "grid_charge=1",
    "grid_peak_shaving=1;grid_peak_shaving_w=100",
    "tou_enable=1;tou2_power_w=0",
    "tou_enable=1;tou2_batt_pct=100",
    "firmware=later",
]
ISLANDS = [
    # situation                     pv_w  batt_w  lost_w
    ("soc=60% load=1000 home=2000",    0,   1000,   2000),
    ("soc=60% sun=600 load=1000",    600,    400,      0),
    ("soc=60% sun=2500 load=1000",  2500,  -1500,      0),
    ("soc=60% sun=5000 load=1000",  3000,  -2000,      0),
    ("soc=21% load=1000",              0,   1000,      0),
]  # fmt: skip


@pytest.mark.parametrize("settings", MEANINGLESS)
@pytest.mark.parametrize("situation, pv_w, batt_w, lost_w", ISLANDS)
def test_off_grid_only_sun_load_and_battery_count(asked, settings, situation, pv_w, batt_w, lost_w):
    """CH2.3-OPR-004 CH5.6-CTL-025: home load upstream is dead, the battery serves to Shutdown."""
    said = asked(settings, situation + " grid=off at=06:00 after=5s")
    found = tuple(said[name] for name in ("pv_w", "battery_w", "unserved_w", "grid_w"))
    assert found == pytest.approx((pv_w, batt_w, lost_w, 0.0), abs=0.5)
    assert said["state"] == "OFF_GRID"


def test_three_ways_of_working_and_between_them_the_load_goes_on(machine):
    """CH2.3-OPR-004: on grid, off grid, and as an uninterruptible supply between the two."""
    wanted = {"work_mode": "selling_first", "max_discharge_a": 190}
    house = machine(wanted, soc=0.9, load=3600).at(0.9)
    assert house.run(10.0).mode == "STANDBY" and house.ld_w == pytest.approx(3600.0)
    assert house.world(grid="off").run(1.0, 0.001).mode == "OFF_GRID"
    assert house.load_unserved_w == 0.0 and house.frequency_hz == 50.0
    assert house.state.meters.unserved_s == pytest.approx(0.014, abs=0.0011)
    lost_wh = house.state.meters.load_unserved_wh
    assert house.world(grid="on").run(61.0).mode == "STANDBY"
    assert house.state.meters.load_unserved_wh == lost_wh


def test_below_shutdown_the_output_goes_off_and_comes_back_at_restart(machine):
    """CH5.6-CTL-025 CH5.6-CTL-026 CH5.6-CTL-027"""
    house = machine({"gen_charge": 0}, soc=0.36, load=500, grid="off")
    assert house.at(0.36).run(30.0).alarms == {"F35"}
    assert house.at(0.34).run(9.0).alarms == {"F35"}
    assert house.run(1.0).alarms == {"F35", "LOWBAT"} and house.load_unserved_w == 0.0
    assert house.at(0.20).run(60.0).mode == "OFF_GRID"
    assert house.at(0.199).run(9.0).mode == "OFF_GRID"
    assert house.run(1.0).mode == "BATSHUT" and house.load_unserved_w == pytest.approx(500.0)
    assert "load" not in house.relays
    house.world(sun=2000).at(0.30).run(60.0)
    assert house.mode == "BATSHUT" and house.battery_w == pytest.approx(-2000.0)
    assert house.at(0.499).run(60.0).mode == "BATSHUT"
    assert house.at(0.50).run(1.0).mode == "OFF_GRID" and house.load_unserved_w == 0.0


def test_after_a_shutdown_the_mains_brings_the_output_back_and_the_battery_only_charges(machine):
    """CH2.3-OPR-002 CH5.6-CTL-027"""
    wanted = {"gen_charge": 0, "max_discharge_a": 190}
    house = machine(wanted, soc=0.19, load=500, grid="off").at(0.19).run(20.0)
    assert house.mode == "BATSHUT"
    assert house.world(grid="on").run(60.0).mode == "BATSHUT"
    assert house.run(1.0).mode == "STANDBY" and house.load_unserved_w == 0.0
    # Above the floor of 35 %, but not at Restart: it rests, in the next outage too.
    assert house.at(0.45).run(60.0).battery_w == 0.0
    assert house.why["battery"] == "batt_wait_restart"
    assert house.world(grid="off").run(1.0).mode == "BATSHUT"
    house.world(grid="on").run(61.0)
    assert house.at(0.50).run(1.0).battery_w == pytest.approx(480.0)
    assert house.at(0.45).world(grid="off").run(1.0).mode == "OFF_GRID"


def test_on_grid_shutdown_interrupts_nothing(asked):
    """CH5.6-CTL-025: no discharge, no interruption, no waiting for Restart."""
    said = asked("on_grid_floor=shutdown", "soc=19% load=500 after=60s")
    assert (said["battery_w"], said["unserved_w"]) == pytest.approx((0.0, 0.0))
    said = asked("on_grid_floor=shutdown", "soc=23% load=500 after=60s")
    assert said["battery_w"] == pytest.approx(480.0)
    assert "BATSHUT" not in said["alarms"]


# C-11. A machine that was running before: its self-test is passed.
POWER_ON = [
    # set          situation                     state       grid   load   unserved_w
    ("",           "soc=60% load=600",           "ON_GRID",  True,  True,           0),
    ("",           "soc=60% load=600 grid=off",  "OFF_GRID", False, True,           0),
    ("",           "soc=19% load=600 grid=off",  "BATSHUT",  False, False,        600),
    (NONE,         "sun=2000 load=600",          "ON_GRID",  True,  True,           0),
    (NONE,         "load=600",                   "STANDBY",  True,  True,           0),
    (NONE,         "sun=2000 load=600 grid=off", "OFF_GRID", False, False,        600),
    (NONE + ALONE, "sun=2000 load=600 grid=off", "OFF_GRID", False, True,           0),
    (NONE,         "load=600 grid=off",          "DARK",     False, False,        600),
    (NONE + ALONE, "load=600 grid=off",          "DARK",     False, False,        600),
    (OFF,          "soc=60% load=600",           "OFF",      False, False,        600),
    (OFF,          "soc=60% load=600 grid=off",  "OFF",      False, False,        600),
    (OFF + NONE,   "load=600",                   "OFF",      False, False,        600),
    (OFF + NONE,   "sun=2000 load=600 grid=off", "OFF",      False, False,        600),
    (OFF + NONE,   "load=600 grid=off",          "DARK",     False, False,        600),
]  # fmt: skip


@pytest.mark.parametrize("settings, situation, state, grid, load, lost_w", POWER_ON)
def test_what_the_button_and_the_sources_make_of_it(
    asked, settings, situation, state, grid, load, lost_w
):
    """CH4.1-OPR-001 CH4.1-OPR-002 CH4.1-OPR-003"""
    said = asked(settings, situation + " after=30s")
    assert said["state"] == state
    assert (said["relays"]["grid"], said["relays"]["load"]) == (grid, load)
    assert said["unserved_w"] == pytest.approx(lost_w)
    assert ("OFF" in said["alarms"]) == (OFF in settings)
    if OFF in settings or state == "DARK":
        assert (said["pv_w"], said["battery_w"], said["ld_w"]) == (0.0, 0.0, 0.0)


def test_without_a_battery_sun_feeds_loads_and_grid_by_mode(asked):
    """CH4.1-OPR-003"""
    said = asked(NONE + SELL, "sun=2000 load=600")
    assert (said["pv_w"], said["ld_w"]) == pytest.approx((2000.0, -1400.0))
    said = asked(NONE, "sun=2000 load=600")
    assert (said["pv_w"], said["ld_w"]) == pytest.approx((580.0, 20.0))
    assert said["reasons"]["battery"] == "batt_absent"
    said = asked(NONE + ALONE, "sun=2000 load=600 grid=off")
    assert (said["pv_w"], said["battery_w"]) == pytest.approx((600.0, 0.0))


def test_a_machine_that_misses_its_battery_hints_at_no_batt(machine):
    """CH4.1-OPR-003: without the choice of No Batt the text of F56 stands, the load passes."""
    house = machine({"active_battery": 0}, load=600)
    missing = house.site.battery._replace(ocv_v=(0.0,) * len(house.site.battery.ocv_v))
    house.site = house.site._replace(battery=missing)
    house.state = initial(house.site, house.settings, 0.5, 25.0)
    assert house.run(30.0).alarms == {"F56"}
    assert house.load_unserved_w == 0.0 and house.ld_w == pytest.approx(600.0)
    house.set(batt_mode="no_batt").world(sun=400).run(120.0)
    assert (house.pv_w, house.ld_w) == pytest.approx((400.0, 200.0))


def test_the_button_turns_the_machine_on_through_its_self_test(machine):
    """CH4.1-OPR-001"""
    house = machine(soc=0.6, load=600)
    assert house.set(power_button=0).run(1.0).mode == "OFF"
    assert house.set(power_button=1).run(1.0).mode == "SELFTEST"
    assert house.load_unserved_w == pytest.approx(600.0)
    assert house.run(8.0).mode == "SELFTEST"
    assert house.run(1.0).mode == "ON_GRID" and house.load_unserved_w == 0.0
    house.world(grid="off").set(power_button=0).run(1.0)
    assert house.set(power_button=1).run(9.0).mode == "SELFTEST"
    assert house.run(1.0).mode == "OFF_GRID"


def test_a_command_makes_an_island_of_a_healthy_mains(machine):
    """C-11b: off grid in every respect, and back at once when the command ends."""
    house = machine({"work_mode": "selling_first"}, soc=0.6, load=1000, home=500, sun=600)
    assert house.run(10.0).mode == "ON_GRID"
    house.world(forced_island=1.0).run(10.0)
    assert house.mode == "OFF_GRID" and "grid" not in house.relays
    assert house.why["grid"] == "grid_forced_island" and house.alarms == set()
    assert (house.battery_w, house.pv_w) == pytest.approx((400.0, 600.0))
    # The mains is there: what hangs before the machine goes on.
    assert (house.grid_w, house.home_unserved_w) == pytest.approx((500.0, 0.0))
    assert house.world(forced_island=0.0).run(10.0).mode == "ON_GRID"


def test_drm0_makes_an_island_where_it_is_obeyed(asked):
    said = asked("drm=1", "soc=60% load=1000 input.drm=1")
    assert (said["state"], said["relays"]["grid"]) == ("OFF_GRID", False)
    assert said["reasons"]["grid"] == "grid_demand_response"
    assert asked("", "soc=60% load=1000 input.drm=1")["state"] == "ON_GRID"


def test_standby_is_a_night_with_nothing_to_convert(machine):
    """C-10, C-11a: the relay stays closed, the load passes, the stage takes its idle power."""
    house = machine({"work_mode": "selling_first"}, soc=0.6, load=600, lossless=False).run(60.0)
    assert house.mode == "STANDBY" and "grid" in house.relays
    assert house.battery_w == pytest.approx(0.0, abs=1e-6)
    assert 0.0 < house.loss_w < 60.0
    assert house.world(sun=1000).run(120.0).mode == "ON_GRID"


def test_one_step_asks_nothing_of_the_one_before_but_its_state(machine):
    """C-05a: equal settings, inputs and state give equal output."""
    house = machine(soc=0.6, load=600, sun=1000).run(10.0)
    again = [step(house.site, house.settings, house.state, house.inputs, 1.0) for _ in range(2)]
    assert again[0] == again[1]
