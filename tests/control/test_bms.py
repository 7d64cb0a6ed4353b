"""The battery's own management: its limits, its silence, its wishes (C-46)."""

import pytest

WIDE = {"max_charge_a": 190, "max_discharge_a": 190, "max_sell_power_w": 0}


def test_a_limit_of_zero_is_obeyed_at_once_and_a_rising_one_with_ten_percent_a_second(machine):
    """CH9-BMS-008, CH5.6-BMS-039: C-46. 10 % of 190 A are 19 A or 950 W."""
    m = machine({**WIDE, "max_charge_a": 60}, sun=8000.0).run(2)
    assert -m.battery_w == pytest.approx(3000.0)
    m.world(bms_charge_max_a=0.0).run(0.001, 0.001)
    assert m.battery_w == pytest.approx(0.0, abs=1e-6) and m.why["battery"] == "batt_bms_limit"
    m.world(bms_charge_max_a=100.0)
    for charge_w in (950.0, 1900.0, 2850.0, 3000.0):
        assert -m.run(1).battery_w == pytest.approx(charge_w)
    assert m.why["battery"] == "batt_charge_limit"


def test_the_discharge_limit_is_followed_alike(machine):
    m = machine(WIDE, soc=0.9, load=5020, bms_discharge_max_a=40.0).run(2)
    assert m.battery_w == pytest.approx(2000.0) and m.why["battery"] == "batt_bms_limit"
    m.world(bms_discharge_max_a=1000.0)
    assert [round(m.run(1).battery_w) for _ in range(4)] == [2950, 3900, 4850, 5000]


# fmt: off
@pytest.mark.parametrize(
    ("timeout_s", "silent_s", "share", "alarms",   "why"),
    [
        # linear from the warning at 10 s down to nothing at the time-out
        (30,          9.0,      1.0,  set(),     "batt_bms_limit"),
        (30,         10.0,      1.0,  {"W31"},   "batt_bms_limit"),
        (30,         15.0,     0.75,  {"W31"},   "batt_bms_silent"),
        (30,         20.0,      0.5,  {"W31"},   "batt_bms_silent"),
        (30,         29.0,     0.05,  {"W31"},   "batt_bms_silent"),
        (30,         30.0,      0.0,  {"W31"},   "batt_bms_silent"),
        (60,         35.0,      0.5,  {"W31"},   "batt_bms_silent"),
        (5,           4.0,      1.0,  set(),     "batt_bms_limit"),
        (5,           5.0,      0.0,  set(),     "batt_bms_silent"),
    ],
)
# fmt: on
def test_on_grid_a_silent_battery_is_taken_back_to_zero(machine, timeout_s, silent_s, share, alarms, why):
    """CH5.10-BMS-007, CH7-FLT-040: C-46 with BMS_Err_Stop off: sun and mains go on alone."""
    m = machine({**WIDE, "bms_timeout_s": timeout_s}, soc=0.9, load=3000, bms_discharge_max_a=40.0)
    m.run(1).world(bms_silent=1.0).run(silent_s)
    assert m.battery_w == pytest.approx(2000.0 * share, abs=0.01)
    assert m.grid_w == pytest.approx(3000.0 - 2000.0 * share, abs=0.01)
    assert m.load_unserved_w == 0.0 and m.why["battery"] == why and m.alarms == alarms


def test_a_battery_that_speaks_again_is_trusted_step_by_step(machine):
    m = machine(WIDE, soc=0.9, load=5020).run(1)
    m.world(bms_silent=1.0).run(40)
    assert m.battery_w == pytest.approx(0.0, abs=1e-6)
    m.world(bms_silent=0.0)
    assert [round(m.run(1).battery_w) for _ in range(6)] == [950, 1900, 2850, 3800, 4750, 5000]


def test_off_grid_the_last_limits_are_held_so_that_no_load_is_dropped(machine):
    """CH5.10-BMS-007: C-46 with BMS_Err_Stop off."""
    m = machine(WIDE, soc=0.9, grid="off", load=2000, bms_discharge_max_a=50.0).run(2)
    m.world(bms_silent=1.0, bms_discharge_max_a=0.0).run(300)
    assert m.battery_w == pytest.approx(2000.0) and "W31" in m.alarms
    m.world(load=2600).run(2)
    assert m.load_unserved_w == pytest.approx(2600.0) and "F56" in m.alarms


# fmt: off
@pytest.mark.parametrize(
    ("source_v", "sun_w",  "battery_w"),
    [
        (55.9,      3000.0,   -2000.0),
        (56.0,      3000.0,       0.0),  # enough without anybody watching
        (46.1,         0.0,    1000.0),
        (46.0,         0.0,       0.0),
    ],
)
# fmt: on
def test_off_grid_an_unwatched_battery_stays_between_46_and_56_v(machine, source_v, sun_w, battery_w):
    m = machine(WIDE, soc=0.5, grid="off", load=1000, sun=sun_w).run(2)
    flat = m.site.battery._replace(ocv_v=(source_v,) * 21)
    m.site = m.site._replace(battery=flat)
    m.world(bms_silent=1.0).run(40)
    assert m.battery_w == pytest.approx(battery_w, abs=0.01)


@pytest.mark.parametrize("grid", ["on", "off"])
def test_with_bms_err_stop_a_silent_battery_stops_the_machine(machine, grid):
    """CH5.10-BMS-007, CH7-FLT-040: C-46, K18. F58 at 30 s, gone after frames for 10 s."""
    m = machine({"bms_err_stop": 1}, soc=0.9, load=500, grid=grid).run(2)
    m.world(bms_silent=1.0).run(29)
    assert m.load_unserved_w == 0.0 and "W31" in m.alarms
    m.run(1)
    assert m.mode == "FAULT" and "F58" in m.alarms and "W31" not in m.alarms
    assert m.load_unserved_w == pytest.approx(500.0)
    assert m.why["load"] == "load_off"
    m.world(bms_silent=0.0).run(9)
    assert "F58" in m.alarms
    m.run(2)
    assert "F58" not in m.alarms and m.load_unserved_w == 0.0


def test_before_the_first_frame_the_battery_rests(machine):
    """C-46: as silence, limits 0; then the limits rise from nothing."""
    m = machine(WIDE, soc=0.9, load=3000)
    m.change(guard_heard=0, followed_charge_a=0, followed_discharge_a=0).world(bms_silent=1.0).run(3)
    assert m.battery_w == pytest.approx(0.0, abs=1e-6) and m.why["battery"] == "batt_bms_silent"
    m.world(bms_silent=0.0)
    assert [round(m.run(1).battery_w) for _ in range(3)] == [950, 1900, 2850]


# fmt: off
@pytest.mark.parametrize(
    ("settings",                               "sun_w", "battery_w", "grid_w"),
    [
        # the battery would serve 1000 W; asked for, it charges with 5 A = 250 W instead
        ({"grid_charge": 0},                       0.0,    -250.0,    1250.0),
        ({"grid_charge": 0},                     500.0,    -250.0,     750.0),
        # the sun's surplus comes first, and is not limited to 5 A
        ({"grid_charge": 0},                    1100.0,    -250.0,     150.0),
        ({"grid_charge": 0},                    3000.0,   -2020.0,      20.0),
        ({"work_mode": "selling_first"},           0.0,    -250.0,    1250.0),
        ({"max_charge_a": 3},                      0.0,    -150.0,    1150.0),
        ({"grid_charge": 1, "grid_charge_a": 0},   0.0,    -250.0,    1250.0),
        ({"grid_charge": 1, "grid_charge_a": 20},  0.0,   -1000.0,    2000.0),
    ],
)
# fmt: on
def test_a_battery_that_asks_is_charged_from_sun_then_grid(machine, settings, sun_w, battery_w, grid_w):
    """CH9-BMS-008: C-46. Whatever Grid Charge says."""
    m = machine({**WIDE, **settings}, soc=0.9, load=1000, sun=sun_w, bms_force_charge=1.0).run(3)
    assert (m.battery_w, m.grid_w) == (pytest.approx(battery_w), pytest.approx(grid_w))
    m.world(bms_force_charge=0.0, sun=0.0).run(3)
    if not settings.get("grid_charge") and "work_mode" not in settings:
        assert m.battery_w == pytest.approx(980.0)


@pytest.mark.parametrize(("gen_charge", "charge_w"), [(0, 250.0), (1, 2000.0)])
def test_a_battery_that_asks_is_charged_by_a_running_generator(machine, gen_charge, charge_w):
    m = machine({"gen_charge": gen_charge}, soc=0.6, load=1000, grid="off", bms_force_charge=1.0)
    m.world(gen_ready=1.0, gen_by_hand=1.0).run(90)
    m.change(control_generator_charge_on=1).run(1)
    assert m.mode == "GEN"
    assert (m.battery_w, m.gen_w) == (pytest.approx(-charge_w), pytest.approx(1000.0 + charge_w))


def test_a_lithium_bank_is_charged_to_the_voltage_its_management_gives(machine):
    """CH5.6-BMS-039, CH9-BMS-008: C-46. On real cells the terminals meet 56 V and never pass it."""
    m = machine({**WIDE, "max_charge_a": 100}, soc=0.9, lossless=False, sun=8000.0)
    highest_v = max(m.run(60, 60.0).battery_v for _ in range(120))
    assert 54.5 < highest_v <= m.site.battery.bms_charge_v + 1e-9
    assert m.soc > 0.999
