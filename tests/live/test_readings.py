"""What the figures on the display count and mean: signs, measuring points, counters, codes."""

from dataclasses import replace

import pytest

from twinverter.catalog.alarms import find_alarm
from twinverter.catalog.errors import SettingError

# fmt: off
EXCHANGE = [
    # settings                                 sun  between W       counts   stands
    ({"max_discharge_a": 0},                   0,   (1000, 1200),   "buy",   "sell"),
    ({"solar_sell": True, "max_charge_a": 0},  900, (-4000, -1000), "sell",  "buy"),
]
# fmt: on


@pytest.mark.parametrize("settings, sun_w_m2, range_w, counts, stands", EXCHANGE)
def test_the_grid_is_positive_while_buying_and_negative_while_selling(
    alive, settings, sun_w_m2, range_w, counts, stands
):
    """CH5.1-MET-013, CH5.2-MET-019, CH5.2-MET-020: and each way has its counter."""
    device = alive(**settings).world(sun_w_m2=sun_w_m2).run(180)
    before = device.seen("energy")
    device.run(36)
    after, grid_w = device.seen("energy"), sum(device.flows["grid_w"])
    assert range_w[0] < grid_w < range_w[1]
    counted_wh = after[counts]["total_wh"] - before[counts]["total_wh"]
    assert counted_wh == pytest.approx(abs(grid_w) / 100, rel=0.02, abs=0.2)
    assert after[stands]["total_wh"] == before[stands]["total_wh"]


def test_the_battery_is_negative_while_charging_and_positive_while_discharging(alive):
    """CH5.1-MET-014."""
    device = alive().world(sun_w_m2=900).run(180)
    assert device.flows["battery_w"] < -500.0 and device.flows["battery_a"] < 0.0
    device.world(sun_w_m2=0, grid_on=False).run(60)
    assert device.flows["battery_w"] > 1000.0 and device.flows["battery_a"] > 0.0


def test_sun_and_load_are_never_negative_through_a_day(alive, house):
    """CH5.1-DSP-011, CH5.1-DSP-012: night, outages and surplus of the built-in house included."""
    device = alive(house=house, tick_s=60.0, solar_sell=True).world(sun_w_m2=None)
    seen = []
    for _ in range(24 * 6):
        flows = device.run(600).flows
        seen.append((flows["pv_w"], flows["battery_w"]))
        shown = (flows["pv_w"], flows["pv1_w"], flows["pv2_w"], *flows["load_w"])
        assert min(shown) >= 0.0, shown
    sun_w, battery_w = zip(*seen, strict=True)
    assert min(sun_w) == 0.0 < max(sun_w) and min(battery_w) < 0.0 < max(battery_w)


def test_the_grid_page_tells_the_mains_from_the_terminals(alive):
    """CH5.2-MET-016, CH5.2-MET-017, CH5.2-MET-018: L, CT, LD.

    900 W are taken before the meter, 300 on each line: the clamps at the mains see them, the
    sensors at the machine's own grid terminals do not.
    """
    device = alive(max_discharge_a=0)
    device.world(home_w=900, load_l1_w=1000, load_l2_w=400, load_l3_w=0)
    flows = device.world(grid_l1_v=225, grid_l2_v=231, grid_l3_v=236).run(30).flows
    assert flows["grid_v"] == [225.0, 231.0, 236.0]
    apart_w = [ct - ld for ct, ld in zip(flows["grid_w"], flows["ld_w"], strict=True)]
    assert apart_w == pytest.approx([300.0] * 3)
    assert 1400.0 < sum(flows["ld_w"]) < 1600.0


def test_zero_export_at_the_mains_is_refused_without_clamps(alive, quiet):
    """CH5.7-MET-013."""
    site = quiet.form.site
    bare = site.measuring.model_copy(update={"ct": False})
    form = quiet.form.model_copy(update={"site": site.model_copy(update={"measuring": bare})})
    with pytest.raises(SettingError, match="needs"):
        alive(house=replace(quiet, form=form), work_mode="zero_export_ct")
    alive(folder="with clamps", work_mode="zero_export_ct")


@pytest.mark.parametrize("start_pct", [10, 30, 90])
def test_the_start_of_grid_charge_changes_nothing(alive, start_pct):
    """CH5.6-SET-019: at 60 % the battery is charged whether Start lies below or above."""
    device = alive(grid_charge=True, grid_charge_a=40, grid_charge_start_soc_pct=start_pct)
    assert device.run(120).flows["battery_a"] == pytest.approx(-40.0, abs=1.0)


# fmt: off
MAINS = [
    # statement      the mains           code   name
    ("CH7-FLT-028",  {"grid_on": False}, "F35", "No AC grid"),
    ("CH7-FLT-032",  {"grid_l2_v": 170}, "F42", "AC line low voltage"),
    ("CH7-FLT-034",  {"grid_hz": 53},    "F47", "AC over frequency"),
    ("CH7-FLT-036",  {"grid_hz": 46},    "F48", "AC under frequency"),
]
# fmt: on


@pytest.mark.parametrize("statement, world, code, name", MAINS)
def test_what_is_wrong_with_the_mains_has_its_code(alive, statement, world, code, name):
    device = alive().run(5)
    assert device.world(**world).run(5).alarms == [code]
    assert find_alarm(code).name == name
    device.twin.give_back()
    device.until(lambda it: it.alarms == [], 120)
