"""Who feeds whom: the three work modes side by side, export rights, PV order, and `firmware`.

Rows are asked without losses: 40 A are 2000 W, Zero-export Power is 20 W, Max Sell Power 5000 W.
"""

import pytest

from twinverter.catalog.choices import LATER, MANUAL, SELLING_FIRST, ZERO_EXPORT_LOAD
from twinverter.catalog.settings import full_values, kernel_settings
from twinverter.control import latches, response, rights, starting
from twinverter.control.level import Latch, Level
from twinverter.control.schedule import Slot
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import load_house

SELL = "work_mode=selling_first;"
LOAD = "work_mode=zero_export_load;"
CT = "work_mode=zero_export_ct;"
SUNSELL = "solar_sell=1;"
TOU = "tou_enable=1;"  # 05:00-09:00: 40 %, 5000 W
WIDE = "max_discharge_a=190;"
FIRST = "energy_pattern=batt_first;"
FILL = "grid_charge=1;"

# 1000 W on LOAD, 2000 W in the house before it.
HOME = "load=1000 home=2000 at=06:00 "

# fmt: off
MODES = [
    # line of the table        set                                 situation                        pv_w  batt_w    ld_w  grid_w
    # serves the backup load, offsets the home load
    ("serves load",  SELL, HOME + "soc=100% sun=500",   500, 0,   500, 2500),
    ("serves load",  LOAD, HOME + "soc=30% sun=500",    500, 0,   500, 2500),
    ("serves load",  CT,   HOME + "soc=30% sun=500",    500, 0,   500, 2500),
    ("offsets home", SELL, HOME + "soc=100% sun=2500", 2500, 0, -1500,  500),
    ("offsets home", LOAD, HOME + "soc=100% sun=2500",  980, 0,    20, 2020),
    ("offsets home", CT,   HOME + "soc=30% sun=2500",  2500, 0, -1500,  500),
    # exports PV surplus: 6000 W of sun, 2000 W of them into the battery
    ("exports PV", SELL,           HOME + "soc=50% sun=6000", 6000, -2000, -3000, -1000),
    ("exports PV", LOAD,           HOME + "soc=50% sun=6000", 2980, -2000,    20,  2020),
    ("exports PV", LOAD + SUNSELL, HOME + "soc=50% sun=6000", 6000, -2000, -3000, -1000),
    ("exports PV", CT,             HOME + "soc=50% sun=6000", 4980, -2000, -1980,    20),
    ("exports PV", CT + SUNSELL,   HOME + "soc=50% sun=6000", 6000, -2000, -3000, -1000),
    # limit at the measuring point
    ("Max Sell Power",    SELL + "max_sell_power_w=600",           HOME + "soc=50% sun=6000", 5600, -2000, -2600, -600),
    ("Max Sell Power",    LOAD + SUNSELL + "max_sell_power_w=600", HOME + "soc=50% sun=6000", 3600, -2000,  -600, 1400),
    ("Max Sell Power",    CT + SUNSELL + "max_sell_power_w=600",   HOME + "soc=50% sun=6000", 5600, -2000, -2600, -600),
    ("Max Sell Power",    SELL + "max_sell_power_w=0",             HOME + "soc=50% sun=6000", 5000, -2000, -2000,    0),
    ("Zero-export Power", LOAD + "zero_export_power_w=100",        HOME + "soc=50% sun=6000", 2900, -2000,   100, 2100),
    ("Zero-export Power", CT + "zero_export_power_w=0",            HOME + "soc=50% sun=6000", 5000, -2000, -2000,    0),
    # load order, TOU off: PV, grid, battery; PV, battery, grid
    ("TOU off",               SELL + WIDE, HOME + "soc=90%", 0,    0,  1000, 3000),
    ("TOU off",               LOAD + WIDE, HOME + "soc=90%", 0,  980,    20, 2020),
    ("TOU off",               CT + WIDE,   HOME + "soc=90%", 0, 2980, -1980,   20),
    ("TOU off",               CT,          HOME + "soc=90%", 0, 2000, -1000, 1000),
    ("TOU off, at the floor", LOAD + WIDE, HOME + "soc=35%", 0,    0,  1000, 3000),
    ("TOU off, at the floor", CT + WIDE,   HOME + "soc=35%", 0,    0,  1000, 3000),
    # load order, TOU on, above the target: PV, battery, grid; only selling first exports the battery
    ("TOU above",             SELL + TOU + WIDE,                HOME + "soc=90%", 0, 5000, -4000, -2000),
    ("TOU above",             LOAD + TOU + WIDE,                HOME + "soc=90%", 0,  980,    20,  2020),
    ("TOU above",             CT + TOU + WIDE,                  HOME + "soc=90%", 0, 2980, -1980,    20),
    ("TOU above, row 2500 W", SELL + TOU + "tou2_power_w=2000", HOME + "soc=90%", 0, 2000, -1000,  1000),
    ("TOU above, Solar Sell", LOAD + TOU + SUNSELL + WIDE,      HOME + "soc=90%", 0,  980,    20,  2020),
    ("TOU above, Solar Sell", CT + TOU + SUNSELL + WIDE,        HOME + "soc=90%", 0, 2980, -1980,    20),
    # load order, TOU on, at or below the target: PV, grid
    ("TOU at target",    SELL + TOU + WIDE, HOME + "soc=40%",             0,     0, 1000, 3000),
    ("TOU at target",    LOAD + TOU + WIDE, HOME + "soc=40%",             0,     0, 1000, 3000),
    ("TOU below target", CT + TOU + WIDE,   HOME + "soc=39%",             0,     0, 1000, 3000),
    ("TOU below target", LOAD + TOU,        HOME + "soc=39% sun=2500", 2500, -1520,   20, 2020),
    # sensor: inner ones without CT in selling first, and in zero export to CT as a fall-back
    ("no CT", SELL, HOME + "soc=100% sun=6500 input.ct_ok=0", 6000, 0, -5000, -3000),
    ("no CT", CT,   HOME + "soc=100% sun=2500 input.ct_ok=0",  980, 0,    20,  2020),
]
# fmt: on


@pytest.mark.parametrize("line, settings, situation, pv_w, batt_w, ld_w, grid_w", MODES)
def test_the_modes_side_by_side(asked, line, settings, situation, pv_w, batt_w, ld_w, grid_w):
    """CH2.3-CTL-001 CH2.3-CTL-003 CH2.3-CTL-009 CH5.7-CTL-001 CH5.7-CTL-003 CH5.7-CTL-005

    CH5.7-CTL-006 CH5.7-CTL-007 CH5.7-CTL-008 CH5.7-CTL-010 CH5.7-CTL-011 CH5.7-CTL-012
    CH5.7-CTL-015 CH5.7-CTL-016 CH5.7-CTL-017 CH5.7-CTL-018 CH5.7-MET-009 CH5.7-MET-014
    CH5.7-TOU-004 CH5.7-TOU-032
    """
    said = asked(settings, situation)
    found = tuple(said[name] for name in ("pv_w", "battery_w", "ld_w", "grid_w"))
    assert found == pytest.approx((pv_w, batt_w, ld_w, grid_w), abs=0.5)


# fmt: off
ORDER = [
    # rule and case                           set                                           situation                                  pv_w  batt_w   ld_w
    # C-20: what may leave, and what is left alone
    ("PV alone may bring the import to 0", SUNSELL,                                                                "soc=100% sun=1000 load=1000",                                1000,   0,     0),
    ("the battery never passes 20 W",      SUNSELL + WIDE,                                                         "soc=90% sun=500 load=1000",                                   500, 480,    20),
    ("nothing is drawn to make an import", "",                                                                     "soc=100% sun=3000 load=10",                                     0,   0,    10),
    ("nothing is drawn to make an import", "",                                                                     "soc=90% load=10",                                               0,   0,    10),
    ("DRM5: nothing leaves",               SELL + "drm=1",                                                         "soc=100% sun=6000 load=1000 home=2000 input.drm=32",          980,   0,    20),
    ("DRM5: nor does the battery",         SELL + TOU + WIDE + "drm=1",                                            "soc=90% load=1000 at=06:00 input.drm=32",                       0, 980,    20),
    ("DRM5: nor the micro-inverter",       "gen_port_mode=micro_inv_input;drm=1;max_charge_a=0;max_discharge_a=0", "soc=60% load=1000 input.micro_inverter_w=3000 input.drm=32",    0,   0,  1000),
    ("DRM6: half the rating",              SELL + "drm=1;max_sell_power_w=8800",                                   "soc=100% sun=9000 input.drm=64",                             4000,   0, -4000),
    ("DRM7: three quarters",               SELL + "drm=1;max_sell_power_w=8800",                                   "soc=100% sun=9000 input.drm=128",                            6000,   0, -6000),
    ("DRM6 and 7: the stricter",           SELL + "drm=1;max_sell_power_w=8800",                                   "soc=100% sun=9000 input.drm=192",                            4000,   0, -4000),
    ("DRM without its tick",               SELL,                                                                   "soc=100% sun=9000 input.drm=32",                             5000,   0, -5000),
    # C-21: the split of the sun
    ("Load First",                        "",                       "soc=35% sun=800 load=1000",     800,     0,   200),
    ("Load First",                        "",                       "soc=50% sun=1500 load=1000",   1500,  -520,    20),
    ("Load First",                        "",                       "soc=50% sun=5000 load=1000",   2980, -2000,    20),
    ("Battery First",                     FIRST,                    "soc=50% sun=800 load=1000",     800,  -800,  1000),
    ("Battery First",                     FIRST,                    "soc=50% sun=2500 load=1000",   2500, -2000,   500),
    ("Battery First",                     FIRST,                    "soc=50% sun=5000 load=1000",   2980, -2000,    20),
    ("Battery First, battery takes none", FIRST + "max_charge_a=0", "soc=30% sun=800 load=1000",     800,     0,   200),
    ("Solar Sell: load, battery, grid",   SUNSELL,                  "soc=50% sun=1500 load=1000",   1500,  -500,     0),
    ("Solar Sell: load, battery, grid",   SUNSELL,                  "soc=50% sun=5000 load=1000",   5000, -2000, -2000),
    ("Solar Sell: battery, load, grid",   SUNSELL + FIRST,          "soc=50% sun=2500 load=1000",   2500, -2000,   500),
    ("Solar Sell: battery, load, grid",   SUNSELL + FIRST,          "soc=50% sun=5000 load=1000",   5000, -2000, -2000),
    ("the stage is full",                 "",                       "soc=50% sun=10400 load=9900", 10400, -1600,  1100),
    # C-21a: Battery First gives way to a row, never to dusk's flicker
    ("it does not discharge beside charging", FIRST + WIDE,                      "soc=90% sun=800 load=1000",          800, -800, 1000),
    ("a full battery serves",                 FIRST + WIDE,                      "soc=100% sun=800 load=1000",         800,  180,   20),
    ("a row above its target rules",          FIRST + TOU + WIDE,                "soc=90% sun=800 load=1000 at=06:00", 800,  180,   20),
    ("a row at its target does not",          FIRST + TOU + WIDE,                "soc=40% sun=800 load=1000 at=06:00", 800, -800, 1000),
    ("a row without Power does not",          FIRST + TOU + "tou2_power_w=0",    "soc=90% sun=800 load=1000 at=06:00", 800, -800, 1000),
    ("nor one without discharge",             FIRST + TOU + "max_discharge_a=0", "soc=90% sun=800 load=1000 at=06:00", 800, -800, 1000),
    ("nor an unticked day",                   FIRST + TOU + WIDE + "tou_mon=0",  "soc=90% sun=800 load=1000 at=06:00", 800, -800, 1000),
    ("99 W are no sun",                       FIRST + WIDE,                      "soc=90% sun=99 load=1000",            99,  881,   20),
    ("101 W are",                             FIRST + WIDE,                      "soc=90% sun=101 load=1000",          101, -101, 1000),
    ("off grid the load comes first",         FIRST + WIDE,                      "soc=90% sun=800 load=1000 grid=off", 800,  200,    0),
    # C-22: the battery serves what is left, within its limits
    ("what the sun leaves", WIDE,                 "soc=90% sun=300 load=1000", 300,  680,   20),
    ("Max A Discharge",     "max_discharge_a=10", "soc=90% load=1000",           0,  500,  500),
    ("no discharge",        "max_discharge_a=0",  "soc=90% load=1000",           0,    0, 1000),
    ("the stage",           WIDE,                 "soc=90% load=10000",          0, 8800, 1200),
    # C-24: the row's Power is the whole discharge, sun comes first, the stage cuts the battery
    ("sold: load part included",            SELL + TOU + WIDE + "tou2_power_w=3000",                    "soc=90% load=1000 at=06:00",               0,  3000, -2000),
    ("sold: Max A Discharge",               SELL + TOU,                                                 "soc=90% load=1000 at=06:00",               0,  2000, -1000),
    ("sold: after the sun",                 SELL + TOU + WIDE,                                          "soc=90% sun=3000 load=1000 at=06:00",   3000,  3000, -5000),
    ("sold: the stage cuts it",             SELL + TOU + WIDE + "max_sell_power_w=8800",                "soc=90% sun=6000 load=1000 at=06:00",   6000,  2800, -7800),
    ("sold: sun above the stage charges",   SELL + TOU + WIDE + "max_sell_power_w=8800",                "soc=90% sun=10400 load=1000 at=06:00", 10400, -1600, -7800),
    ("sold: and is curtailed",              SELL + TOU + WIDE + "max_sell_power_w=8800;max_charge_a=0", "soc=90% sun=10400 load=1000 at=06:00",  8800,     0, -7800),
    ("sold: sun first charges",             SELL + TOU + "tou2_power_w=0",                              "soc=90% sun=5000 load=1000 at=06:00",   5000, -2000, -2000),
    ("sold: Battery First does not matter", SELL + TOU + WIDE + FIRST,                                  "soc=90% sun=3000 load=1000 at=06:00",   3000,  3000, -5000),
]
# fmt: on


@pytest.mark.parametrize("rule, settings, situation, pv_w, batt_w, ld_w", ORDER)
def test_sun_and_battery_keep_their_order(asked, rule, settings, situation, pv_w, batt_w, ld_w):
    """CH5.7-CTL-015 CH5.7-CTL-016 CH5.7-CTL-018 CH5.7-CTL-019 CH5.7-CTL-020 CH5.7-CTL-022

    CH5.7-CTL-021 CH5.7-CTL-023: the grid makes up the rest in both patterns.
    """
    said = asked(settings, situation)
    found = tuple(said[name] for name in ("pv_w", "battery_w", "ld_w"))
    assert found == pytest.approx((pv_w, batt_w, ld_w), abs=0.5)


# Where the sun is short the grid makes up for the load, and for the battery where it may charge.
SHORT_SUN = [
    # set          situation                    pv_w  batt_w  ld_w
    ("",           "soc=35% sun=800 load=1000",  800,      0,  200),
    (FIRST,        "soc=35% sun=800 load=1000",  800,   -800, 1000),
    (FILL,         "soc=35% sun=800 load=1000",  800,  -2000, 2200),
    (FILL + FIRST, "soc=35% sun=800 load=1000",  800,  -2000, 2200),
]  # fmt: skip


@pytest.mark.parametrize("settings, situation, pv_w, batt_w, ld_w", SHORT_SUN)
def test_the_grid_supplements_load_and_battery(asked, settings, situation, pv_w, batt_w, ld_w):
    """CH5.7-CTL-021 CH5.7-CTL-023"""
    said = asked(settings, situation)
    found = tuple(said[name] for name in ("pv_w", "battery_w", "ld_w"))
    assert found == pytest.approx((pv_w, batt_w, ld_w), abs=0.5)


def test_dusk_does_not_flicker_between_the_patterns(machine):
    """Present from 100 W, gone after 60 s below 50 W: Battery First charges until then."""
    dusk = machine({"energy_pattern": "batt_first"}, soc=0.9, load=1000, sun=150).at(0.9)
    assert dusk.run(5.0).battery_w == pytest.approx(-150.0)
    assert dusk.world(sun=60).run(300.0).battery_w == pytest.approx(-60.0)
    assert dusk.world(sun=40).run(59.0).battery_w == pytest.approx(-40.0)
    assert dusk.run(1.0).battery_w == pytest.approx(940.0)
    assert dusk.world(sun=90).run(300.0).battery_w == pytest.approx(890.0)
    assert dusk.world(sun=110).run(1.0).battery_w == pytest.approx(-110.0)


# C-20: a generator on either port takes nothing back, whatever the mode; 20 W stay its own.
GENERATORS = [
    # set                             situation
    (SELL + "gen_on_grid_port=1;",    "grid=230"),
    (SUNSELL + "gen_on_grid_port=1;", "grid=230"),
    (SELL,                            "grid=off input.gen_by_hand=1 input.gen_ready=1"),
    (SUNSELL,                         "grid=off input.gen_by_hand=1 input.gen_ready=1"),
]  # fmt: skip


@pytest.mark.parametrize("settings, situation", GENERATORS)
def test_nothing_is_sold_to_a_generator(asked, settings, situation):
    said = asked(settings, "soc=100% sun=6000 load=1000 " + situation)
    assert said["state"] == "GEN"
    assert said["pv_w"] == pytest.approx(980.0)
    assert said["battery_w"] == pytest.approx(0.0)
    assert said["gen_w"] + said["ld_w"] == pytest.approx(20.0)


# C-16 on the function: may the battery serve loads, may it be sold, does the row's Power bind.
OFF = Slot(0.0, 0.0, 0.35, 0.0, 0.0)
ROW = Slot(2.0, 5000.0, 0.40, 0.0, 0.0)
ROW_0 = Slot(2.0, 0.0, 0.40, 0.0, 0.0)
ZERO, SELLS = ZERO_EXPORT_LOAD, SELLING_FIRST
RIGHTS = [
    # mode  firmware fill  row    above  waiting present drm5   serves sold   binds
    (ZERO,  MANUAL, 0, OFF,   True,  False, True,  False, True,  False, False),
    (ZERO,  MANUAL, 1, OFF,   True,  False, True,  False, False, False, False),
    (ZERO,  MANUAL, 0, OFF,   False, False, True,  False, False, False, False),
    (ZERO,  MANUAL, 0, OFF,   True,  True,  True,  False, False, False, False),
    (ZERO,  MANUAL, 0, OFF,   True,  False, False, False, False, False, False),
    (ZERO,  MANUAL, 0, ROW,   True,  False, True,  False, True,  False, True),
    (ZERO,  MANUAL, 1, ROW,   True,  False, True,  False, True,  False, True),
    (ZERO,  MANUAL, 1, ROW_0, True,  False, True,  False, True,  False, True),
    (ZERO,  MANUAL, 0, ROW,   False, False, True,  False, False, False, True),
    (ZERO,  MANUAL, 0, ROW,   True,  True,  True,  False, False, False, True),
    (ZERO,  LATER,  0, OFF,   True,  False, True,  False, False, False, False),
    (ZERO,  LATER,  0, ROW,   True,  False, True,  False, True,  False, False),
    (SELLS, MANUAL, 0, OFF,   True,  False, True,  False, False, False, False),
    (SELLS, MANUAL, 0, ROW,   True,  False, True,  False, True,  True,  True),
    (SELLS, MANUAL, 0, ROW_0, True,  False, True,  False, True,  False, True),
    (SELLS, MANUAL, 0, ROW,   True,  False, True,  True,  True,  False, True),
    (SELLS, MANUAL, 0, ROW,   False, False, True,  False, False, False, True),
    (SELLS, LATER,  0, OFF,   True,  False, True,  False, False, False, False),
    (SELLS, LATER,  0, ROW,   True,  False, True,  False, True,  True,  True),
]  # fmt: skip


@pytest.mark.parametrize(
    "mode, firmware, fill, row, above, waiting, present, drm5, serves, sold, binds", RIGHTS
)
def test_what_the_battery_may_do_on_grid(
    mode, firmware, fill, row, above, waiting, present, drm5, serves, sold, binds
):
    settings = kernel_settings({"grid_charge": fill})
    settings = settings._replace(
        work_mode=settings.work_mode._replace(work_mode=mode),
        installer=settings.installer._replace(firmware=firmware),
    )
    level = Level(0.9, 0.9, 0.0, float(present), 0.2, 0.35, 0.5, 0.02, 0.35, 0.0)
    held = latches.initial()._replace(
        discharge=Latch(float(above), 0.0), wait_restart=float(waiting)
    )
    answer = response.Response(0.0, 1e9, float(drm5), 1e9, float(drm5))
    found = rights.rights(settings, level, row, held, True, answer)
    assert (found.discharge, found.sell_battery, found.row_binds) == (serves, sold, binds)


# C-26: the sensor's death, and the mode that needs it.
SENSOR = [
    # set                      ct_ok  after    ld_w  alarms   grid line
    (CT,                           1, "5s",   -1980, [],      "grid_setpoint"),
    (CT,                           0, "1.9s", -1980, [],      "grid_setpoint"),
    (CT,                           0, "2.1s",    20, ["W06"], "grid_sensor_lost"),
    (CT + "ex_meter_for_ct=1",     0, "2.1s",    20, [],      "grid_sensor_lost"),
    (CT + "ex_meter_for_ct=1",     0, "9.9s",    20, [],      "grid_sensor_lost"),
    (CT + "ex_meter_for_ct=1",     0, "10.1s",   20, ["W04"], "grid_sensor_lost"),
    (LOAD,                         0, "2.1s",    20, [],      "grid_setpoint"),
]  # fmt: skip


@pytest.mark.parametrize("settings, ct_ok, after, ld_w, shown, reason", SENSOR)
def test_a_dead_sensor_falls_back_to_the_inner_ones(
    asked, settings, ct_ok, after, ld_w, shown, reason
):
    """CH5.10-MET-010: with the meter in place of the clamps it is the meter that is missed."""
    words = f"soc=90% sun=5000 load=1000 home=2000 input.ct_ok={ct_ok} after={after}"
    said = asked(settings, words)
    assert said["ld_w"] == pytest.approx(ld_w)
    assert said["alarms"] == shown
    assert said["reasons"]["grid"] == reason


def test_zero_export_to_ct_needs_clamps_or_a_meter(house_text, tmp_path):
    """CH5.10-MET-010: the DTSU666 does in place of the clamps."""

    def house_with(sensor):
        path = tmp_path / "house.toml"
        path.write_text(house_text.replace("ct = true", sensor), encoding="utf-8")
        return load_house(path)

    wanted = {"work_mode": "zero_export_ct"}
    assert house_with('meter = "chnt_dtsu666"').with_settings(wanted).typed["work_mode"]
    with pytest.raises(HouseError, match="needs CT clamps or a meter"):
        house_with("ct = false").with_settings(wanted)


# C-19a, every row: what `firmware` decides where the manual and later texts differ.
# fmt: off
FIRMWARE = [
    # question                  set                                                 situation                                                           line                manual  later
    ("serves, TOU off",         WIDE,                                               "soc=90% load=1000",                                                "battery_w",           980,     0),
    ("serves, TOU off",         CT + WIDE,                                          "soc=90% load=1000 home=2000",                                      "battery_w",          2980,     0),
    ("serves, Grid Charge",     WIDE + FILL + "max_charge_a=0",                     "soc=90% load=1000",                                                "battery_w",             0,     0),
    ("pattern and Grid Charge", FIRST + FILL,                                       "soc=50% sun=2500 load=1000",                                       "ld_w",                500,    20),
    ("pattern alone",           FIRST,                                              "soc=50% sun=2500 load=1000",                                       "ld_w",                500,   500),
    ("row Power, zero export",  TOU + WIDE + "tou2_power_w=300",                    "soc=90% load=1000 at=06:00",                                       "battery_w",           300,   980),
    ("row Power, zero export",  TOU + WIDE + "tou2_power_w=0",                      "soc=90% load=1000 at=06:00",                                       "battery_w",             0,   980),
    ("row Power, selling",      SELL + TOU + WIDE + "tou2_power_w=300",             "soc=90% load=1000 at=06:00",                                       "battery_w",           300,   300),
    ("smart load at night",     "gen_port_mode=smart_load_output",                  "soc=100% load=1000 input.smart_load_w=100",                        "smart_load_w",          0,   300),
    ("smart load, battery low", "gen_port_mode=smart_load_output",                  "soc=94% sun=5000 load=1000 input.smart_load_w=100",                "smart_load_w",          0,     0),
    ("micro-inverter at OFF",   "gen_port_mode=micro_inv_input;mi_export_cutoff=1", "soc=96% load=1000 input.micro_inverter_w=500",                     "micro_inverter_w",      0,   500),
    ("micro-inverter at OFF",   "gen_port_mode=micro_inv_input",                    "soc=96% load=1000 input.micro_inverter_w=500",                     "micro_inverter_w",    500,   500),
    ("gen_rated_w",             "gen_rated_w=2500",                                 "soc=50% load=1000 grid=off input.gen_by_hand=1 input.gen_ready=1", "gen_w",              2500,  3000),
    ("gen_rated_w, shaving",    "gen_rated_w=2500;gen_peak_shaving=1",              "soc=50% load=1000 grid=off input.gen_by_hand=1 input.gen_ready=1", "gen_w",              2500,  2500),
    ("grid charge ends",        FILL,                                               "soc=50% load=1000",                                                "battery_w",         -2000,     0),
    ("grid charge ends",        FILL,                                               "soc=29% load=1000",                                                "battery_w",         -2000, -2000),
    ("grid charge ends",        FILL + "grid_charge_start_active=1",                "soc=50% load=1000",                                                "battery_w",             0,     0),
]
# fmt: on


@pytest.mark.parametrize("question, settings, situation, line, manual, later", FIRMWARE)
def test_firmware_decides_where_the_texts_differ(
    asked, question, settings, situation, line, manual, later
):
    for firmware, wanted_w in (("manual", manual), ("later", later)):
        said = asked(f"{settings};firmware={firmware}", situation)
        assert said[line] == pytest.approx(wanted_w, abs=0.5), firmware


DOWN_TIME = [
    # firmware gen_down_meaning rests
    ("manual", "by_firmware", False),
    ("later",  "by_firmware", True),
    ("manual", "rest",        True),
    ("later",  "run_on",      False),
]  # fmt: skip


@pytest.mark.parametrize("firmware, meaning, rests", DOWN_TIME)
def test_firmware_decides_what_gen_down_time_means(firmware, meaning, rests):
    values = full_values({"firmware": firmware, "gen_down_meaning": meaning})
    assert starting.rests(kernel_settings(values)) == rests
