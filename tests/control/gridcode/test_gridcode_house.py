"""What grid support does to a whole house: who gives way, who steps in, and what the panel says.

The sites are lossless and 40 A, the default of both battery currents, are 2000 W or little more.
"""

import pytest

from twinverter.catalog.law import kernel_law
from twinverter.catalog.settings import full_values, kernel_settings

SELL = {"work_mode": "selling_first"}
SUNNY = SELL | {"solar_sell": True}
VW = {"vw_enable": True, "vw_vstart_v": 240.0, "vw_vstop_v": 250.0}
FW = {"fw_enable": True, "fw_fstart_hz": 50.2, "fw_fstop_hz": 51.2}
DROOP = {
    "support_droop_over_k": 0.05,
    "support_droop_under_k": 0.05,
    "support_droop_response_s": 0.0,
}
# Grid charge without a timetable, to a full bank.
CHARGE = {"grid_charge": True, "grid_charge_a": 40}


@pytest.fixture
def house(machine):
    """Return a maker of houses in the menu's words, with some figures of the law changed."""

    def make(settings=None, law=None, **world):
        made = machine(settings, **world)
        made.settings = kernel_settings(full_values(made.typed), kernel_law(law))
        return made

    return make


REDUCED = [
    # grid   sun     load    feeds    PV       why the grid gives or takes what it does
    ("230",  8000,   1000,   6000,    8000,    "grid_sells_pv"),
    # 245 V leave half of 8000 W; what finds no way out and no room in the battery is curtailed
    ("245",  8000,   1000,   4000,    6000,    "grid_support"),
    ("245",  5500,   1000,   3500,    5500,    "grid_sells_pv"),
    ("248",  8000,   3000,   1600,    3600,    "grid_support"),
    ("250",  8000,   3000,      0,    2000,    "grid_support"),
]  # fmt: skip


@pytest.mark.parametrize("grid, sun, load, feeds_w, pv_w, why", REDUCED)
def test_high_voltage_cuts_selling_before_the_sun_on_the_loads(
    house, grid, sun, load, feeds_w, pv_w, why
):
    """CH5.8-GSP-014"""
    made = house(SUNNY | VW, soc=0.5, sun=sun, load=load, grid=grid).at(0.5).run(10.0)
    assert made.inverter_w == pytest.approx(feeds_w, abs=1.0)
    assert made.pv_w == pytest.approx(pv_w, rel=0.02)
    assert made.why["grid"] == why
    assert (made.why["pv"] == "grid_support") == (pv_w < sun)
    assert made.grid_w == pytest.approx(load - feeds_w, abs=1.0)


def test_fw_cuts_what_was_fed_and_the_grid_fills_the_load(house):
    """CH5.8-GSP-013"""
    made = house(SUNNY | FW, soc=1.0, sun=6000, load=2000).at(1.0).run(10.0)
    assert made.inverter_w == pytest.approx(6000.0, abs=1.0)
    assert made.world(grid="230@50.7").run(2.0).inverter_w == pytest.approx(3000.0, abs=1.0)
    assert made.world(grid="230@51.1").run(2.0).inverter_w == pytest.approx(600.0, abs=1.0)
    assert made.grid_w == pytest.approx(1400.0, abs=1.0)
    assert made.world(grid="230").run(2.0).inverter_w == pytest.approx(6000.0, abs=1.0)


def test_low_frequency_ends_charging_and_calls_the_battery_as_far_as_loads_go(house):
    made = house(CHARGE, DROOP, soc=0.5, load=1000).at(0.5).run(10.0)
    drawn_w = -made.inverter_w
    assert drawn_w > 1900.0
    # 1 Hz beyond the band raises by 3200 W; without a right to export the loads are the end.
    made.world(grid="230@49.764").run(5.0)
    assert made.inverter_w == pytest.approx(640.0 - drawn_w, abs=1.0)
    made.world(grid="230@48.964").run(5.0)
    assert made.inverter_w == pytest.approx(1000.0 - 20.0, abs=1.0)
    assert made.grid_w == pytest.approx(20.0, abs=1.0)
    assert made.world(grid="230").run(5.0).inverter_w == pytest.approx(-drawn_w, abs=1.0)


@pytest.mark.parametrize("helps, drawn_w", [(1.0, 1600.0), (0.0, 0.0)])
def test_high_frequency_may_make_the_battery_draw(house, helps, drawn_w):
    law = DROOP | {"support_droop_battery": helps}
    made = house({}, law, soc=0.5, load=0).at(0.5).run(10.0)
    made.world(grid="230@50.536").run(3.0)
    assert made.inverter_w == pytest.approx(-drawn_w, abs=1.0)
    assert made.battery_w == pytest.approx(-drawn_w, abs=1.0)
    if drawn_w:
        assert made.why["grid"] == made.why["battery"] == "grid_support"


def test_charging_from_the_grid_is_ramped_and_gives_way_to_low_voltage(house):
    law = {"support_vw_charge_high": 215.0 / 230.0, "support_vw_charge_low": 207.0 / 230.0}
    ramped = CHARGE | {"normal_ramp_pct_s": 5.0}
    made = house(ramped, law | {"support_vw_charge_share": 0.1}, soc=0.5).at(0.5)
    drawn = [-made.run(1.0).inverter_w for _ in range(4)]
    assert drawn == pytest.approx([400.0, 800.0, 1200.0, 1600.0], abs=1.0)
    made.run(5.0).world(grid="205").run(1.0)
    assert made.inverter_w == pytest.approx(-800.0, abs=1.0)


def test_a_charge_may_take_at_once_what_was_fed(house):
    made = house({"normal_ramp_pct_s": 5.0}, soc=0.5, sun=3000, load=3000).at(0.5).run(60.0)
    fed_w = made.inverter_w
    assert fed_w == pytest.approx(2980.0, abs=1.0)
    # Feeding less is no rise: sun and grid change places without a ramp.
    made.set(**CHARGE).run(1.0)
    assert made.battery_w < -1900.0
    assert made.inverter_w == pytest.approx(3000.0 + made.battery_w, abs=25.0)


def test_q_of_v_flows_beside_the_feeding_and_warms_the_stage(machine):
    """CH5.8-GSP-012"""
    curve = {"qv_enable": True, "qv_v1": 200.0, "qv_v2": 220.0, "qv_v3": 240.0, "qv_v4": 250.0}
    curve |= {"qv_q1": 0.4, "qv_q4": -0.4}
    lossy = {"soc": 1.0, "lossless": False, "sun": 6000, "load": 1000, "grid": "250"}
    plain = machine(SUNNY, **lossy).at(1.0).run(120.0)
    made = machine(SUNNY | curve, **lossy).at(1.0).run(120.0)
    assert plain.flows.reactive_var == 0.0
    assert made.flows.reactive_var == pytest.approx(-3200.0, abs=1.0)
    per_w = made.site.bridge.inverter_loss.per_w
    assert made.flows.loss_w - plain.flows.loss_w == pytest.approx(per_w * 3200.0**2, rel=0.05)


def test_reactive_power_ends_with_the_mains(machine):
    made = machine({"power_factor": -0.9} | SUNNY, soc=1.0, sun=6000, load=1000).at(1.0)
    assert made.run(60.0).flows.reactive_var == pytest.approx(-2906.0, abs=1.0)
    assert made.world(grid="off").run(1.0).flows.reactive_var == 0.0


RIDING = {"vrt_enable": True, "vrt_lv1_v": 200.0, "vrt_lv1_s": 3.0}
CEASE = {"ride_cease_low": 0.5, "ride_recover_s": 0.4}


def test_a_sag_is_ridden_through_with_the_relay_closed(house):
    """CH5.8-GSP-018, CH5.8-GSP-020"""
    made = house(SUNNY | RIDING, CEASE, soc=1.0, sun=6000, load=1000).at(1.0).run(10.0)
    made.world(grid="150").run(2.0, 0.01)
    assert "grid" in made.relays and made.inverter_w == pytest.approx(6000.0, abs=1.0)
    made.world(grid="100").run(0.5, 0.01)
    assert "grid" in made.relays and made.inverter_w == pytest.approx(0.0, abs=1e-6)
    assert made.grid_w == pytest.approx(1000.0) and made.why["grid"] == "grid_support"
    made.world(grid="230").run(0.1, 0.01)
    assert made.inverter_w == pytest.approx(2000.0, abs=1.0)
    assert made.run(1.0, 0.01).inverter_w == pytest.approx(6000.0, abs=1.0)


def test_a_sag_that_lasts_is_left_with_its_code_and_the_backup_goes_on(house):
    made = house(RIDING, soc=0.5, load=600).at(0.5).run(10.0)
    assert "grid" in made.world(grid="150").run(2.98, 0.01).relays
    assert "grid" not in made.run(0.04, 0.01).relays
    assert made.alarms == {"F42"} and made.run(1.0).load_unserved_w == 0.0


def test_the_soft_start_follows_a_reconnection_and_holds_nothing_else(house):
    """CH5.8-GSP-016"""
    slow = SUNNY | {"soft_start_ramp_pct_s": 1.0, "reconnection_time_s": 10}
    made = house(slow, soc=1.0, sun=6000, load=1000).at(1.0)
    assert made.run(1.0).inverter_w == pytest.approx(6000.0, abs=1.0)
    made.world(grid="off").run(5.0)
    made.world(grid="230").until(lambda m: m.mode == "ON_GRID", 20.0)
    assert made.inverter_w == pytest.approx(80.0, abs=1.0)
    assert made.run(9.0).inverter_w == pytest.approx(800.0, abs=1.0)
    assert made.run(80.0).inverter_w == pytest.approx(6000.0, abs=1.0)


def test_a_house_without_support_keeps_the_state_it_was_given(machine):
    made = machine(soc=0.5, sun=3000, load=1000)
    before = made.state.control.support
    assert made.run(5.0).state.control.support is before
