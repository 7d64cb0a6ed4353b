"""What a group does when a unit is lost, a cable comes out, a setting differs (C-60)."""

import pytest

from twinverter.batch.situation import phases

SLOW = pytest.mark.parametrize("dt_s", [1.0, 60.0])
ALL = 3


def all_show(*codes):
    return [set(codes)] * ALL


@SLOW
def test_a_unit_lost_on_the_mains_stops_the_others_while_the_loads_pass_through(units_of, dt_s):
    """F41, F61, CH7-FLT-030."""
    it = units_of().run(120, dt_s)
    assert it.codes == all_show() and it.w("inverter_w") == pytest.approx([2993.3] * ALL, abs=0.1)
    it.be(2, power_button=False).run(dt_s, dt_s)
    assert it.codes == [{"F41"}, {"F61"}, {"F41"}]
    assert it.states == ["STANDBY", "OFF", "STANDBY"] and it.unserved_w == 0.0
    assert it.w("load_w") == pytest.approx([4500.0, 0.0, 4500.0])
    assert [{"grid", "load"} <= relays for relays in it.relays] == [True, False, True]
    assert "alarm" in it.lamps(1) and "alarm" not in it.lamps(2)
    it.be(2, power_button=True)
    it.within(lambda group: group.codes == all_show(), 70.0, dt_s)
    assert it.run(60, dt_s).w("inverter_w") == pytest.approx([2993.3] * ALL, abs=0.1)


@SLOW
def test_a_unit_lost_in_an_island_leaves_the_house_dark_until_it_is_back(units_of, dt_s):
    """F41, CH7-FLT-030: the others stop output (contradiction D7)."""
    it = units_of(grid="off").run(120, dt_s)
    assert it.codes == all_show("F35") and it.w("inverter_w") == pytest.approx([3000.0] * ALL)
    it.be(2, power_button=False).run(dt_s, dt_s)
    assert it.codes == [{"F35", "F41"}, {"F35", "F61"}, {"F35", "F41"}]
    assert it.unserved_w == pytest.approx(9000.0)
    assert not any({"load", "grid"} & relays for relays in it.relays)
    it.be(2, power_button=True)
    it.within(lambda group: group.codes == all_show("F35"), 70.0, dt_s)
    assert it.unserved_w == 0.0 and it.w("inverter_w") == pytest.approx([3000.0] * ALL)


def test_all_wait_for_the_last_unit_to_start(units_of):
    """F29, CH7-FLT-024: during the start-up it stands until all units are ON, then it clears."""
    it = units_of(grid="off").run(5)
    for unit in (1, 2, 3):
        it.be(unit, power_button=False)
    it.run(2).be(1, power_button=True).be(2, power_button=True).run(20)
    # The third is off, so nobody works yet.
    assert it.unserved_w == pytest.approx(9000.0) and "F41" in it.codes[0] & it.codes[1]
    it.be(3, power_button=True)
    assert it.run(5).codes == all_show("F29", "F35") and it.unserved_w == pytest.approx(9000.0)
    assert it.run(6).codes == all_show("F35") and it.unserved_w == 0.0


@SLOW
@pytest.mark.parametrize("grid", ["on", "off"])
def test_a_cable_pulled_out_stops_all_after_a_second(units_of, grid, dt_s):
    """F29, CH7-FLT-024, CH2.1-PAR-008."""
    it = units_of(grid=grid).run(120, dt_s).be(3, loss=1.0).run(dt_s, dt_s)
    assert all("F29" in codes for codes in it.codes) and "alarm" in it.lamps(3)
    # On the mains it passes through, in an island every unit opens its load relay.
    assert it.unserved_w == pytest.approx(0.0 if grid == "on" else 9000.0)
    assert ["load" in relays for relays in it.relays] == [grid == "on"] * ALL
    it.be(3, loss=0.0).run(2 * dt_s, dt_s)
    assert not any("F29" in codes for codes in it.codes) and it.unserved_w == 0.0


def test_a_short_loss_of_the_link_stops_nobody(units_of):
    it = units_of(grid="off").run(5).be(2, loss=1.0).run(0.9, 0.1)
    assert it.codes == all_show("F35") and it.unserved_w == 0.0
    assert it.run(0.2, 0.1).codes == all_show("F29", "F35")


@SLOW
def test_a_poor_link_is_told_and_stops_nobody(units_of, dt_s):
    """W32."""
    it = units_of().run(120, dt_s).be(2, loss=0.2).run(max(11.0, dt_s), dt_s)
    assert it.codes == all_show("W32") and min(it.w("inverter_w")) > 2900.0
    assert it.be(2, loss=0.0).run(dt_s, dt_s).codes == all_show()


@SLOW
def test_battery_settings_that_differ_rest_every_battery(units_of, dt_s):
    """F46: the loads go on from the mains; it goes with the difference."""
    it = units_of().run(120, dt_s).be(2, max_charge_a=60).run(dt_s, dt_s)
    assert it.codes == all_show("F46") and it.unserved_w == 0.0
    assert it.w("battery_w") == [0.0] * ALL and "alarm" in it.lamps(1)
    assert it.be(2, max_charge_a=100).run(dt_s, dt_s).codes == all_show()


def test_where_each_has_its_own_bank_currents_may_differ_but_not_its_kind(units_of):
    """F46."""
    it = units_of('[parallel]\nunits = 3\nbattery = "separate"', capacity_ah=200).run(5)
    assert it.be(2, max_charge_a=60).run(2).codes == all_show()
    assert it.be(2, shutdown_soc_pct=10).run(2).codes == all_show("F46")


@pytest.mark.parametrize(
    "wrong, right",
    [
        ({"parallel_address": 1}, {"parallel_address": 2}),
        ({"parallel_role": "master"}, {"parallel_role": "slave"}),
    ],
)
def test_two_of_one_address_or_two_masters_stop_all(units_of, wrong, right):
    """F29, CH3.11-PAR-008."""
    it = units_of().run(5).be(2, **wrong).run(1)
    assert it.codes == all_show("F29") and it.unserved_w == 0.0
    assert it.be(2, **right).run(1).codes == all_show()


def test_a_fault_of_one_unit_is_f41_at_the_others(units_of):
    """F41, CH7-FLT-030."""
    it = units_of().run(5).be(2, defects={"estop": 1.0}).run(2)
    assert it.codes == [{"F41"}, {"F22"}, {"F41"}] and it.unserved_w == 0.0


def test_a_group_shares_what_one_unit_could_not_carry(units_of):
    """CH3.11-PAR-008: 21 kW over three units of 8.8 kW, in an island."""
    it = units_of(load=21000.0, grid="off", capacity_ah=900).run(10)
    assert it.codes == all_show("F35") and it.unserved_w == 0.0
    assert it.w("inverter_w") == pytest.approx([7000.0] * ALL)


def test_the_sun_of_one_roof_serves_the_house_before_any_battery(units_of):
    roofs = (
        "[parallel]\n[[parallel.unit]]\naddress = 1\nrole = 'master'\n"
        "[[parallel.unit]]\naddress = 2\npv = []\n"
    )
    it = units_of(roofs, load=3000.0)
    it.world(suns=[6000.0, 0.0]).run(30)
    # 3000 W of the sun to the house, the rest through one unit into the bank of both.
    assert it.w("inverter_w") == pytest.approx([2990.0, -0.0], abs=30.0)
    first_w, second_w = it.w("battery_w")
    assert first_w < -2000.0 and abs(second_w) < 100.0
    assert it.w("soc")[0] == it.w("soc")[1]


def test_one_unit_may_use_what_the_others_leave_of_the_bank(units_of):
    # The bank of 100 Ah takes 50 A, and all of it through the only roof: 2.6 kW, not half of it.
    roofs = (
        "[parallel]\n[[parallel.unit]]\naddress = 1\nrole = 'master'\n"
        "[[parallel.unit]]\naddress = 2\npv = []\n"
    )
    it = units_of(roofs, capacity_ah=100, load=0.0)
    it.world(suns=[6000.0, 0.0]).run(30)
    assert sum(it.w("battery_w")) == pytest.approx(-50.0 * 53.0, rel=0.03)


def test_single_phase_units_serve_their_own_phase(units_of):
    """CH3.11-PAR-008, CH9-DAT-024: A, B and C."""
    named = zip((1, 2, 3), "ABC", strict=True)
    rows = [f"[[parallel.unit]]\naddress = {one}\nphase = '{phase}'\n" for one, phase in named]
    rows[0] += "role = 'master'\n"
    it = units_of(
        "[parallel]\n" + "".join(rows), load="6000,3000,1500", grid="off", capacity_ah=900
    )
    it.run(10)
    assert it.w("inverter_w") == pytest.approx([6000.0, 3000.0, 1500.0])
    placed = [float(it.sums[f"inverter_w_l{phase}"][-1]) for phase in (1, 2, 3)]
    assert placed == pytest.approx([6000.0, 3000.0, 1500.0]) and it.unserved_w == 0.0
    it.world(grid="on").run(400)
    assert it.w("grid_w") == pytest.approx([20.0 / 3.0] * 3, abs=0.5)
    assert phases("load", "6000,3000,1500") == it.inputs.load_w


def test_zero_export_holds_at_the_clamps_of_the_master(units_of):
    """CH3.11-PAR-008: one set of clamps, 20 W of import for the whole group."""
    it = units_of(load=6000.0, home=3000.0).run(60)
    assert sum(it.w("grid_w")) == pytest.approx(20.0, abs=0.1)
    assert it.w("inverter_w") == pytest.approx([2993.3] * ALL, abs=0.1)


def test_what_a_limited_unit_cannot_give_the_others_do_and_no_limit_is_passed(units_of):
    """CH3.11-PAR-008: 9 kW in an island, one of three batteries may give 20 A and no more."""
    it = units_of('[parallel]\nunits = 3\nbattery = "separate"', capacity_ah=200, grid="off")
    it.be(2, max_discharge_a=20).run(20)
    assert it.codes == all_show("F35") and it.unserved_w == 0.0
    fed_w, from_battery_w = it.w("inverter_w"), it.w("battery_w")
    assert sum(fed_w) == pytest.approx(9000.0)
    # 20 A of some 52 V are 1 kW; the two others carry 4 kW each.
    assert from_battery_w[1] <= 20.0 * it.w("battery_v")[1] * 1.001 and 850.0 < fed_w[1] < 1050.0
    assert fed_w[0] == pytest.approx(fed_w[2]) and fed_w[0] == pytest.approx(4000.0, rel=0.03)


def test_shares_stay_within_two_percent_where_every_sensor_errs(units_of):
    """CH3.11-PAR-008: sensors from end to end of their spread, in an island without sun."""
    rows = "".join(
        f"[[parallel.unit]]\naddress = {one}\nsense_error_pct = {error}\n"
        + ("role = 'master'\n" if one == 1 else "")
        for one, error in ((1, -0.5), (2, 0.0), (3, 0.5))
    )
    it = units_of("[parallel]\n" + rows, load=12000.0, grid="off").run(20)
    fed_w = it.w("inverter_w")
    assert sum(fed_w) == pytest.approx(12000.0)
    assert 0.0 < max(fed_w) - min(fed_w) <= 0.02 * max(fed_w)


def test_two_units_lost_at_once_and_one_back_leave_the_house_waiting(units_of):
    """F41: nobody works before all are back."""
    it = units_of().run(30)
    it.be(2, power_button=False).be(3, power_button=False).run(2)
    assert it.codes == [{"F41"}, {"F61"}, {"F61"}] and it.unserved_w == 0.0
    it.be(2, power_button=True).run(30)
    # Resting units draw what they need themselves, 10 W each, and feed nothing.
    assert "F41" in it.codes[0] & it.codes[1]
    assert it.w("inverter_w")[:2] == pytest.approx([-10.0, -10.0], abs=1.0)
    it.be(3, power_button=True)
    it.within(lambda group: group.codes == all_show(), 70.0)
