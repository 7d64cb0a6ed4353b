"""Who feeds whom: the three work modes side by side, export rights, PV order, and `firmware`.

Rows are asked without losses: 40 A are 2000 W, Zero-export Power is 20 W, Max Sell Power 5000 W.
"""

import pytest

from twinverter.catalog.choices import BATT_FIRST, LATER, MANUAL, SELLING_FIRST, ZERO_EXPORT_LOAD
from twinverter.catalog.settings import full_values, kernel_settings
from twinverter.control import generator, latches, response, rights
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
