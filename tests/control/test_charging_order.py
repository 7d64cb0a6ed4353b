"""Who fills the battery: the sun first, the mains where it may, the generator where it may (C-12)."""

import pytest

# fmt: off
LIMIT = "max_charge_a=100;grid_charge_a=40;gen_charge_a=40;max_solar_power_w=10400;tou_enable=0;"
ORDER = [
    # what                                settings                          situation                                            pv_w  grid_w  gen_w  battery_w
    ("the sun alone",                     "grid_charge=0",                  "soc=50% sun=3000",                                  3000,    0,      0,   -3000),
    ("ticked, the mains adds its 40 A",   "grid_charge=1",                  "soc=50% sun=3000",                                  3000, 2000,      0,   -5000),
    ("and only what the sun leaves",      "grid_charge=1;max_charge_a=80",  "soc=50% sun=3000",                                  3000, 1000,      0,   -4000),
    ("the mains alone",                   "grid_charge=1",                  "soc=50%",                                              0, 2000,      0,   -2000),
    ("unticked it gives nothing",         "grid_charge=0",                  "soc=50%",                                              0,    0,      0,       0),
    ("mains there: no engine",            "grid_charge=1;gen_charge=1",     "soc=25% input.gen_ready=1",                            0, 2000,      0,   -2000),
    ("mains gone: the engine, last",      "gen_charge=1",                   "soc=25% sun=1000 grid=off input.gen_ready=1",       1000,    0,   2000,   -3000),
    ("unticked the engine only carries",  "gen_charge=0",                   "soc=25% sun=1000 grid=off input.gen_by_hand=1 input.gen_ready=1", 1000, 0, 0,   -1000),
]
# fmt: on


@pytest.mark.parametrize("what, settings, situation, pv_w, grid_w, gen_w, battery_w", ORDER)
def test_sun_then_mains_then_generator(
    asked, what, settings, situation, pv_w, grid_w, gen_w, battery_w
):
    """CH2.3-CHG-006 CH5.6-CHG-021: the settings Grid Charge and Gen Charge make the order."""
    said = asked(LIMIT + settings, situation)
    found = tuple(said[key] for key in ("pv_w", "grid_w", "gen_w", "battery_w"))
    assert found == pytest.approx((pv_w, grid_w, gen_w, battery_w), abs=1e-6)
