"""Charging from the grid (C-28, C-19): who may, how much, until when.

Expected powers are lossless: 40 A are 2000 W, the load is 1000 W unless a row says otherwise.
"""

import pytest

FILL = "grid_charge=1;"
SELL = "work_mode=selling_first;"
TOU = "tou_enable=1;"  # 05:00-09:00: 40 %
TICK = "tou2_grid_charge=1;"
START = "grid_charge_start_active=1;"  # 30 %
STRONG = "grid_charge_a=190;max_charge_a=190;"  # 9500 W
DRM = "drm=1;"
FIRST = "energy_pattern=batt_first;"
ROW = " load=1000 at=06:00"

# fmt: off
CHARGE = [
    # case                                    set                                   situation                                        batt_w     ld_w  battery line
    # who may
    ("Grid Charge",          FILL,                       "soc=60% load=1000",                                  -2000, 3000, "batt_charge_limit"),
    ("not without it",       "",                         "soc=30% load=1000",                                      0, 1000, "batt_below_floor"),
    ("nor by Battery First", FIRST,                      "soc=30% load=1000",                                      0, 1000, "batt_below_floor"),
    ("nor by a row's tick",  TOU + TICK,                 "soc=30%" + ROW,                                          0, 1000, "batt_below_target"),
    ("a row needs its tick", FILL + TOU,                 "soc=30%" + ROW,                                          0, 1000, "batt_below_target"),
    ("a row with its tick",  FILL + TOU + TICK,          "soc=30%" + ROW,                                      -2000, 3000, "batt_charge_limit"),
    ("in selling first too", FILL + SELL,                "soc=60% load=1000",                                  -2000, 3000, "batt_charge_limit"),
    ("a battery there",      FILL + "batt_mode=no_batt", "load=1000",                                              0, 1000, "batt_absent"),
    ("a warm battery",       FILL,                       "soc=60% load=1000 state.battery_temp_c=-1 after=5s",     0, 1000, "batt_temperature"),
    ("a grid",               FILL,                       "soc=60% load=1000 grid=off",                          1000,    0, "batt_serves_load"),
    # how much
    ("grid_charge_a",                     FILL + "grid_charge_a=10",                             "soc=60% load=1000",               -500,  1500, "batt_charging_grid"),
    ("max_charge_a",                      FILL + "max_charge_a=10",                              "soc=60% load=1000",               -500,  1500, "batt_charge_limit"),
    ("0 A",                               FILL + "grid_charge_a=0",                              "soc=60% load=1000",                  0,  1000, "batt_kept_full"),
    ("what the sun leaves",               FILL,                                                  "soc=60% sun=1500 load=1000",     -2000,  1500, "batt_charge_limit"),
    ("nothing beside enough sun",         FILL,                                                  "soc=60% sun=4000 load=1000",     -2000,    20, "batt_charge_limit"),
    ("beside Battery First",              FILL + FIRST,                                          "soc=60% sun=1500 load=1000",     -2000,  1500, "batt_charge_limit"),
    ("a little on top of the sun",        FILL + "grid_charge_a=10",                             "soc=60% sun=1500 load=1000",     -1020,   520, "batt_charging_grid"),
    ("the stage",                         FILL + STRONG,                                         "soc=60%",                        -8800,  8800, "batt_charging_grid"),
    ("the stage, which the sun relieves", FILL + STRONG,                                         "soc=60% sun=500 load=1000",      -9300,  9800, "batt_charging_grid"),
    ("the grid port: 50 A",               FILL + STRONG,                                         "soc=60% load=10500,10500,10500", -3000, 34500, "batt_charging_grid"),
    ("the grid port: its fullest phase",  FILL + STRONG,                                         "soc=60% load=11000,0,0",         -1500, 12500, "batt_charging_grid"),
    ("the grid port is full",             FILL + STRONG,                                         "soc=60% load=11500,0,0",             0, 11500, "batt_kept_full"),
    ("the peak limit",                    FILL + "grid_peak_shaving=1;grid_peak_shaving_w=1500", "soc=60% load=1000",               -500,  1500, "batt_charging_grid"),
    # demand response: DRM1 nothing, DRM2 half, DRM3 three quarters of 8000 W
    ("DRM1",                     FILL + STRONG + DRM, "soc=60% load=1000 input.drm=2",              0, 1000, "batt_kept_full"),
    ("DRM2",                     FILL + STRONG + DRM, "soc=60% load=1000 input.drm=4",          -4000, 5000, "batt_charging_grid"),
    ("DRM3",                     FILL + STRONG + DRM, "soc=60% load=1000 input.drm=8",          -6000, 7000, "batt_charging_grid"),
    ("DRM1 and 3: the stricter", FILL + STRONG + DRM, "soc=60% load=1000 input.drm=10",             0, 1000, "batt_kept_full"),
    ("DRM2 and 3: the stricter", FILL + STRONG + DRM, "soc=60% load=1000 input.drm=12",         -4000, 5000, "batt_charging_grid"),
    ("DRM1: the sun charges",    FILL + DRM,          "soc=60% sun=1500 load=1000 input.drm=2",  -520,   20, "batt_charging_pv"),
    ("without the tick",         FILL + STRONG,       "soc=60% load=1000 input.drm=2",          -8800, 9800, "batt_charging_grid"),
    # until when: full, a row's target, or Start
    ("full",                               FILL,                      "soc=99% load=1000",  -2000, 3000, "batt_charge_limit"),
    ("kept full, not served from",         FILL,                      "soc=100% load=1000",     0, 1000, "batt_kept_full"),
    ("a row's target",                     FILL + TOU + TICK,         "soc=39%" + ROW,      -2000, 3000, "batt_charge_limit"),
    ("a row's target",                     FILL + TOU + TICK,         "soc=40%" + ROW,          0, 1000, "batt_below_target"),
    ("Start has no effect",                FILL,                      "soc=31% load=1000",  -2000, 3000, "batt_charge_limit"),
    ("Start active",                       FILL + START,              "soc=29% load=1000",  -2000, 3000, "batt_charge_limit"),
    ("Start active: kept there",           FILL + START,              "soc=31% load=1000",      0, 1000, "batt_below_floor"),
    ("Start active: not served from",      FILL + START,              "soc=60% load=1000",      0, 1000, "batt_kept_full"),
    ("Start active: a row's target rules", FILL + START + TOU + TICK, "soc=39%" + ROW,      -2000, 3000, "batt_charge_limit"),
    # nobody has to allow what the battery itself asks for
    ("forced charge: 5 A",     "",  "soc=60% load=1000 input.bms_force_charge=1", -250, 1250, "batt_forced_charge"),
    ("forced charge in a row", TOU, "soc=60% input.bms_force_charge=1" + ROW,     -250, 1250, "batt_forced_charge"),
]
# fmt: on


@pytest.mark.parametrize("case, settings, situation, batt_w, ld_w, reason", CHARGE)
def test_what_the_grid_charges(asked, case, settings, situation, batt_w, ld_w, reason):
    """CH5.7-CTL-021 CH5.7-CTL-023 CH5.7-TOU-033 CH5.7-TOU-039"""
    said = asked(settings, situation)
    assert (said["battery_w"], said["ld_w"]) == pytest.approx((batt_w, ld_w), abs=0.5)
    assert said["reasons"]["battery"] == reason


TURNS = [
    # set                             ends at    soc  batt_w
    ({},                                 1.00, 1.000,      0),
    ({},                                 1.00, 0.981,      0),
    ({},                                 1.00, 0.979,  -2000),
    ({"grid_charge_start_active": 1},    0.30, 0.300,      0),
    ({"grid_charge_start_active": 1},    0.30, 0.281,      0),
    ({"grid_charge_start_active": 1},    0.30, 0.279,  -2000),
    ({"firmware": "later"},              0.30, 0.281,      0),
    ({"firmware": "later"},              0.30, 0.279,  -2000),
]  # fmt: skip


@pytest.mark.parametrize("more, end, soc, batt_w", TURNS)
def test_charging_begins_again_two_percent_below_its_end(machine, more, end, soc, batt_w):
    house = machine({"grid_charge": 1} | more, soc=end - 0.01, load=1000)
    assert house.at(end - 0.01).run(1.0).battery_w == pytest.approx(-2000.0)
    assert house.at(end).run(30.0).battery_w == pytest.approx(0.0)
    assert house.at(soc).run(9.0).battery_w == pytest.approx(0.0)
    assert house.run(2.0).battery_w == pytest.approx(batt_w)


def test_a_battery_in_use_is_not_charged_and_one_being_charged_not_used(asked):
    """K19: the two never meet, in any mode, whatever the timetable."""
    for mode in ("selling_first", "zero_export_load", "zero_export_ct"):
        for row in ("", TOU, TOU + TICK):
            for soc in (39, 41, 99):
                said = asked(f"work_mode={mode};{FILL}{row}", f"soc={soc}%" + ROW)
                served_w = said["load_w"] - said["ld_w"]
                assert said["battery_w"] == pytest.approx(served_w, abs=0.5)
                assert said["battery_w"] <= 0.5 or (row and soc > 40)
