"""Grid peak shaving (C-27): a soft limit of import, held by charge, sun and battery in this order.

Expected powers are lossless; 1500 W is the limit unless a row says otherwise.
"""

import pytest

SELL = "work_mode=selling_first;"  # without time of use the battery rests there
CT = "work_mode=zero_export_ct;"
LATER = "firmware=later;"  # without time of use it rests in the zero-export modes too
TOU = "tou_enable=1;"  # 05:00-09:00: 40 %, 5000 W
FIRST = "energy_pattern=batt_first;"
FILL = "grid_charge=1;"
WIDE = "max_discharge_a=190;"
APART = "zero_export_scope=per_phase;"
ASYM = "asymmetric_phase_feeding=1;"
ROW = " at=06:00"

# fmt: off
SHAVING = [
    # case                                   set          situation            limit_w  batt_w  ld_w  grid_w  battery line        grid line
    ("below the limit nothing happens",      SELL + WIDE, "soc=90% load=1000",    1500,      0, 1000,   1000, "batt_tou_off",     "grid_rest"),
    ("at the limit nothing happens",         SELL + WIDE, "soc=90% load=1500",    1500,      0, 1500,   1500, "batt_tou_off",     "grid_rest"),
    ("a watt above is one from the battery", SELL + WIDE, "soc=90% load=1501",    1500,      1, 1500,   1500, "batt_shaves_peak", "grid_peak_limit"),
    # 1: grid charging gives way
    ("charge is cut",              FILL, "soc=60% load=500",  1500, -1000, 1500, 1500, "batt_charging_grid", "grid_peak_limit"),
    ("charge is cut to nothing",   FILL, "soc=60% load=1500", 1500,     0, 1500, 1500, "batt_kept_full",     "grid_peak_limit"),
    ("and then the battery helps", FILL, "soc=60% load=2500", 1500,  1000, 1500, 1500, "batt_shaves_peak",   "grid_peak_limit"),
    # 2: the sun goes from the battery to the load
    ("sun moves to the load",      FIRST,        "soc=60% sun=1000 load=2000", 1500, -500, 1500, 1500, "batt_pv_first",    "grid_peak_limit"),
    ("all of it",                  FIRST,        "soc=60% sun=1000 load=2500", 1500,    0, 1500, 1500, "batt_shaves_peak", "grid_peak_limit"),
    ("and then the battery helps", FIRST + WIDE, "soc=60% sun=1000 load=4000", 1500, 1500, 1500, 1500, "batt_shaves_peak", "grid_peak_limit"),
    ("charge first, then the sun", FIRST + FILL, "soc=60% sun=1000 load=2000", 1500, -500, 1500, 1500, "batt_pv_first",    "grid_peak_limit"),
    # 3: the battery, whatever the timetable says
    ("below a row's target",            TOU + WIDE,                                                                                        "soc=38% load=3000" + ROW,                1500, 1500, 1500, 1500, "batt_shaves_peak",  "grid_peak_limit"),
    ("above a row's Power",             SELL + TOU + WIDE + "tou2_power_w=200",                                                            "soc=90% load=3000" + ROW,                1500, 1500, 1500, 1500, "batt_shaves_peak",  "grid_peak_limit"),
    ("row Power 0",                     TOU + WIDE + "tou2_power_w=0",                                                                     "soc=90% load=3000" + ROW,                1500, 1500, 1500, 1500, "batt_shaves_peak",  "grid_peak_limit"),
    ("time of use off, later texts",    LATER + WIDE,                                                                                      "soc=90% load=3000",                      1500, 1500, 1500, 1500, "batt_shaves_peak",  "grid_peak_limit"),
    ("not below Low Batt",              TOU + WIDE,                                                                                        "soc=35% load=3000" + ROW,                1500,    0, 3000, 3000, "batt_below_target", "grid_peak_exceeded"),
    ("not below the row, where chosen", TOU + WIDE + "peak_shave_floor=slot_target",                                                       "soc=38% load=3000" + ROW,                1500,    0, 3000, 3000, "batt_below_target", "grid_peak_exceeded"),
    ("above the row, where chosen",     TOU + WIDE + "peak_shave_floor=slot_target;firmware=later;work_mode=selling_first;tou2_power_w=0", "soc=42% load=3000" + ROW,                1500, 1500, 1500, 1500, "batt_shaves_peak",  "grid_peak_limit"),
    ("not while waiting for Restart",   SELL + WIDE,                                                                                       "soc=45% load=3000 state.wait_restart=1", 1500,    0, 3000, 3000, "batt_wait_restart", "grid_peak_exceeded"),
    # 4: what is left is let through, nothing is cut
    ("Max A Discharge", SELL,                       "soc=90% load=5000",  1500, 2000, 3000, 3000, "batt_shaves_peak", "grid_peak_exceeded"),
    ("no battery",      SELL + "batt_mode=no_batt", "load=5000",          1500,    0, 5000, 5000, "batt_absent",      "grid_peak_exceeded"),
    ("the stage",       SELL + WIDE,                "soc=90% load=12000", 1500, 8800, 3200, 3200, "batt_shaves_peak", "grid_peak_exceeded"),
    # the limit counts where the mode measures
    ("at the mains",                     SELL + WIDE,       "soc=90% load=1000 home=2000",               1500, 1500, -500, 1500, "batt_shaves_peak", "grid_peak_limit"),
    ("at the mains",                     CT + LATER + WIDE, "soc=90% load=1000 home=2000",               1500, 1500, -500, 1500, "batt_shaves_peak", "grid_peak_limit"),
    ("at the terminals",                 LATER + WIDE,      "soc=90% load=1000 home=2000",               1500,    0, 1000, 3000, "batt_tou_off",     "grid_rest"),
    ("at the terminals, without clamps", SELL + WIDE,       "soc=90% load=2000 home=2000 input.ct_ok=0", 1500,  500, 1500, 3500, "batt_shaves_peak", "grid_peak_limit"),
    # never past the standing import of a zero-export mode
    ("limit 0, zero export",              LATER + WIDE,                  "soc=90% load=1000",              0,  980, 20, 20, "batt_shaves_peak", "grid_peak_limit"),
    ("limit 0, zero export, Solar Sell",  LATER + WIDE + "solar_sell=1", "soc=90% load=1000",              0,  980, 20, 20, "batt_shaves_peak", "grid_peak_limit"),
    ("limit 0, selling first",            SELL + WIDE,                   "soc=90% load=1000",              0, 1000,  0,  0, "batt_shaves_peak", "grid_peak_limit"),
    ("limit 0, selling first under DRM5", SELL + WIDE + "drm=1",         "soc=90% load=1000 input.drm=32", 0,  980, 20, 20, "batt_shaves_peak", "grid_peak_limit"),
    # no phase is made to export for the sake of the sum, where that is the scope
    ("one idle phase",                      LATER + APART + WIDE,        "soc=90% load=3000,0,0",              1500,    0, 3000, 3000, "batt_tou_off",     "grid_peak_exceeded"),
    ("one weak phase",                      LATER + APART + WIDE,        "soc=90% load=2000,500,500",          1000, 1480, 1520, 1520, "batt_shaves_peak", "grid_peak_exceeded"),
    ("phases fed apart",                    LATER + APART + WIDE + ASYM, "soc=90% load=3000,0,0",              1500, 1500, 1500, 1500, "batt_shaves_peak", "grid_peak_limit"),
    ("the sum",                             LATER + WIDE,                "soc=90% load=3000,0,0",              1500, 1500, 1500, 1500, "batt_shaves_peak", "grid_peak_limit"),
    ("sun stays within the weak phase too", FIRST + APART,               "soc=60% sun=1900 load=2000,500,500", 1000, -420, 1520, 1520, "batt_charging_pv", "grid_peak_exceeded"),
]
# fmt: on


@pytest.mark.parametrize(
    "case, settings, situation, limit_w, batt_w, ld_w, grid_w, battery, grid", SHAVING
)
def test_import_is_held_at_the_limit_as_far_as_possible(
    asked, case, settings, situation, limit_w, batt_w, ld_w, grid_w, battery, grid
):
    """CH5.7-PKS-025 CH5.7-PKS-026 CH5.7-PKS-027"""
    tick = f"grid_peak_shaving=1;grid_peak_shaving_w={limit_w};"
    said = asked(tick + settings, situation)
    found = tuple(said[name] for name in ("battery_w", "ld_w", "grid_w", "unserved_w"))
    assert found == pytest.approx((batt_w, ld_w, grid_w, 0.0), abs=0.5)
    assert (said["reasons"]["battery"], said["reasons"]["grid"]) == (battery, grid)


def test_without_its_tick_the_limit_has_no_effect(asked):
    """CH5.7-PKS-025"""
    said = asked(SELL + WIDE + "grid_peak_shaving_w=1500", "soc=90% load=3000")
    assert (said["battery_w"], said["ld_w"]) == pytest.approx((0.0, 3000.0))


def test_shaving_moves_with_the_load_and_knows_no_band(machine):
    wanted = {"work_mode": "selling_first", "max_discharge_a": 190, "grid_peak_shaving": 1}
    house = machine(wanted | {"grid_peak_shaving_w": 1500}, soc=0.9).at(0.9)
    for load_w in (1400, 1600, 1490, 3000, 1500, 1501, 0):
        house.world(load=load_w).run(1.0)
        assert house.battery_w == pytest.approx(max(0.0, load_w - 1500.0), abs=1e-6)
