"""Where is measured, with which sign, and what is counted (C-01, C-03, C-04)."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from twinverter.batch.situation import quiet_inputs, with_sun
from twinverter.catalog.installed import bank, defaults, flat
from twinverter.catalog.settings import check_all, full_values, kernel_settings
from twinverter.core.blocks import Phases, total
from twinverter.core.converter import taken_w
from twinverter.core.records import build
from twinverter.inverter import Site, ideal, initial, step

SELL = "work_mode=selling_first;"
LOAD = "work_mode=zero_export_load;"
CT = "work_mode=zero_export_ct;"
WIDE = "max_discharge_a=190;"
METER = "ex_meter_for_ct=1;"

SIGNS = [
    # what flows                  set                               situation                                                           line          watts
    ("buying",                    SELL,                             "soc=90% load=600",                                                 "grid_w",       600),
    ("selling",                   SELL,                             "soc=100% sun=600",                                                 "grid_w",      -600),
    ("selling, at the terminals", SELL,                             "soc=100% sun=600 home=200",                                        "ld_w",        -600),
    ("discharging",               WIDE,                             "soc=90% load=620",                                                 "battery_w",    600),
    ("charging",                  "",                               "soc=50% sun=600",                                                  "battery_w",   -600),
    ("discharging, amperes",      WIDE,                             "soc=90% load=620",                                                 "battery_a",     12),
    ("charging, amperes",         "",                               "soc=50% sun=600",                                                  "battery_a",    -12),
    ("from the stage",            WIDE,                             "soc=90% load=620",                                                 "inverter_w",   600),
    ("into the stage",            "grid_charge=1;grid_charge_a=12", "soc=50%",                                                          "inverter_w",  -600),
    ("generator",                 "",                               "soc=100% load=600 grid=off input.gen_by_hand=1 input.gen_ready=1", "gen_w",        600),
]  # fmt: skip


@pytest.mark.parametrize("flow, settings, situation, line, watts", SIGNS)
def test_what_feeds_the_loads_is_positive(asked, flow, settings, situation, line, watts):
    assert asked(settings, situation)[line] == pytest.approx(watts)


# Where the 20 W of Zero-export Power, or nothing, is held: 1000 W on LOAD, 2000 W before it.
POINTS = [
    # set                 situation          ld_w  grid_w
    (LOAD + WIDE,         "",                  20,   2020),
    (CT + WIDE,           "",               -1980,     20),
    (CT + WIDE + METER,   "",               -1980,     20),
    (CT + WIDE,           " input.ct_ok=0",    20,   2020),
    (CT + WIDE + METER,   " input.ct_ok=0",    20,   2020),
    (CT + WIDE + "drm=1", " input.drm=32",     20,   2020),
]  # fmt: skip


@pytest.mark.parametrize("settings, situation, ld_w, grid_w", POINTS)
def test_the_mode_chooses_where_is_measured(asked, settings, situation, ld_w, grid_w):
    """CH5.7-MET-009 CH5.7-MET-014 CH5.10-MET-010"""
    said = asked(settings, "soc=90% load=1000 home=2000" + situation)
    assert (said["ld_w"], said["grid_w"]) == pytest.approx((ld_w, grid_w))


REVERSE = [
    # set  line      before  after the load has gone
    (LOAD, "ld_w",       20,                       0),
    (CT,   "grid_w",     20,                       0),
]  # fmt: skip


@pytest.mark.parametrize("settings, line, before_w, after_w", REVERSE)
def test_reverse_flow_is_cut_back_at_once(asked, machine, settings, line, before_w, after_w):
    """CH5.7-MET-009 CH5.7-MET-014: to loads and charging, within the second of C-05."""
    mode = settings.split("=")[1].rstrip(";")
    house = machine({"work_mode": mode, "max_discharge_a": 190}, soc=1.0, sun=5000)
    house.world(load=2000, home=1000).run(10.0)
    assert getattr(house, line) == pytest.approx(before_w)
    house.world(load=0, home=0).run(0.1, 0.1)
    assert getattr(house, line) == pytest.approx(after_w, abs=1e-6)
    assert house.pv_w == pytest.approx(0.0, abs=1e-6)


COUNTED = [
    # set  situation                                  buys_wh  sells_wh
    (SELL, {"load": 1000, "home": 500},                  1500,        0),
    (SELL, {"sun": 3000, "load": 1000, "home": 500},        0,     1500),
    (SELL, {"sun": 3000, "load": 1000, "home": 2500},     500,        0),
    # the sum of the phases counts: two phases buy what the third one sells
    (SELL, {"sun": 3000, "load": "3000,0,0"},  0,   0),
    (SELL, {"sun": 3000, "load": "0,0,2400"},  0, 600),
    (LOAD, {"sun": 3000, "load": 1000},       20,   0),
    (CT,   {"sun": 3000, "home": 1000},       20,   0),
]  # fmt: skip


@pytest.mark.parametrize("settings, situation, buys_wh, sells_wh", COUNTED)
def test_an_hour_of_buying_and_selling_is_counted_by_the_sum(
    machine, settings, situation, buys_wh, sells_wh
):
    """CH5.7-CTL-018: C-03, at the mains."""
    mode = settings.split("=")[1].rstrip(";")
    house = machine({"work_mode": mode, "max_charge_a": 0, "max_discharge_a": 0}, **situation)
    house.run(3600.0, 60.0)
    meters = house.state.meters
    found = (meters.grid_import_wh, meters.grid_export_wh)
    assert found == pytest.approx((buys_wh, sells_wh), abs=1e-3)


# Both balances of C-03, whatever is set and whatever happens.

VALUES = defaults() | bank("lfp", 200.0)
SITES = [build(Site, flat(VALUES)), ideal(build(Site, flat(VALUES)))]
SUNS = {
    (site, sun_w): with_sun(SITES[site], quiet_inputs(0.0, 50.0), sun_w)
    for site in (0, 1)
    for sun_w in (0.0, 90.0, 1500.0, 7500.0)
}
WATTS = st.sampled_from([0.0, 7.0, 500.0, 2900.0, 6000.0])
THREE = st.builds(Phases, WATTS, WATTS, WATTS)
SETTINGS = st.fixed_dictionaries(
    {
        "work_mode": st.sampled_from(["selling_first", "zero_export_load", "zero_export_ct"]),
        "solar_sell": st.integers(0, 1),
        "energy_pattern": st.sampled_from(["batt_first", "load_first"]),
        "tou_enable": st.integers(0, 1),
        "tou4_batt_pct": st.sampled_from([40, 90]),
        "tou4_grid_charge": st.integers(0, 1),
        "grid_charge": st.integers(0, 1),
        "grid_peak_shaving": st.integers(0, 1),
        "grid_peak_shaving_w": st.sampled_from([0, 1500]),
        "gen_port_mode": st.sampled_from(
            ["generator_input", "smart_load_output", "micro_inv_input"]
        ),
        "smart_on_grid_always": st.integers(0, 1),
        "mi_export_cutoff": st.integers(0, 1),
        "asymmetric_phase_feeding": st.integers(0, 1),
        "zero_export_scope": st.sampled_from(["sum", "per_phase"]),
        "max_charge_a": st.sampled_from([0, 40, 190]),
        "max_discharge_a": st.sampled_from([0, 40, 190]),
        "batt_mode": st.sampled_from(["lithium", "lithium", "no_batt"]),
        "power_button": st.sampled_from([1, 1, 1, 0]),
    }
)
WORLDS = st.fixed_dictionaries(
    {
        "site": st.integers(0, 1),
        "sun_w": st.sampled_from([0.0, 90.0, 1500.0, 7500.0]),
        "load_w": THREE,
        "home_w": THREE,
        "micro_inverter_w": st.sampled_from([0.0, 2000.0]),
        "grid_v": st.sampled_from([230.0, 230.0, 230.0, 0.0, 190.0, 180.0]),
        "gen_by_hand": st.integers(0, 1),
        "ct_ok": st.sampled_from([1.0, 1.0, 0.0]),
        "drm": st.sampled_from([0.0, 2.0, 32.0, 64.0]),
    }
)


def flows_of(values, world, soc, dt_s, steps=3):
    """Yield site, inputs, state and flows of a few steps in one world."""
    site = SITES[world["site"]]
    settings = kernel_settings(full_values({"drm": 1, "max_solar_power_w": 10400} | values))
    inputs = SUNS[world["site"], world["sun_w"]]._replace(
        clock_s=15.0 * 3600.0,
        load_w=world["load_w"],
        home_w=world["home_w"],
        smart_load_w=Phases(400.0, 0.0, 0.0),
        micro_inverter_w=world["micro_inverter_w"],
        grid_v=Phases(*(world["grid_v"],) * 3),
        gen_ready=1.0,
        gen_by_hand=float(world["gen_by_hand"]),
        ct_ok=world["ct_ok"],
        drm=world["drm"],
    )
    state = initial(site, settings, soc, 25.0)
    for _ in range(steps):
        state, flows = step(site, settings, state, inputs, dt_s)
        yield site, inputs, state, flows


@given(
    values=SETTINGS,
    world=WORLDS,
    soc=st.sampled_from([0.1, 0.39, 0.6, 1.0]),
    dt_s=st.sampled_from([0.1, 60.0, 900.0]),
)
def test_both_balances_close_on_each_phase_and_in_sum(values, world, soc, dt_s):
    """CH2.3-CTL-001"""
    assert check_all(full_values(values)) == []
    # A machine without battery lives from what its relays connect.
    assume(
        values["batt_mode"] == "lithium" or (values["power_button"] and world["grid_v"] == 230.0)
    )
    bought_wh = sold_wh = 0.0
    flown = list(flows_of(values, world, soc, dt_s))
    for site, inputs, _, flows in flown:
        # AC bus: terminals, stage, generator and micro-inverter carry what is served.
        for line in range(3):
            given_w = flows.ld_w[line] + flows.inverter_w[line] + flows.gen_w[line]
            given_w += flows.micro_inverter_w / 3.0
            served_w = inputs.load_w[line] - flows.load_unserved_w[line]
            assert given_w == pytest.approx(served_w + flows.smart_load_w[line], abs=1e-6)
            # mains: terminals and home load
            home_w = inputs.home_w[line] - flows.home_unserved_w[line]
            assert flows.grid_w[line] == pytest.approx(flows.ld_w[line] + home_w, abs=1e-6)
        # DC link: boost, battery converter and inverter, each with its loss, and own consumption.
        boost = site.tracker.loss
        link_w = sum(
            power_w - boost.linear * power_w - boost.per_w * power_w * power_w
            for power_w in (flows.pv1_w, flows.pv2_w)
        )
        converter = site.bridge.battery_loss
        size_w = abs(flows.battery_w)
        link_w += flows.battery_w - (converter.linear + converter.per_w * size_w) * size_w
        own_w = link_w - taken_w(site.bridge.inverter_loss, total(flows.inverter_w))
        assert -1e-6 <= own_w <= site.bridge.own_running_w + 1e-6
        # In words: sources and what went unserved are loads and losses.
        sources_w = flows.pv1_w + flows.pv2_w + flows.battery_w + total(flows.grid_w)
        sources_w += total(flows.gen_w) + flows.micro_inverter_w
        sources_w += total(flows.load_unserved_w) + total(flows.home_unserved_w)
        sinks_w = total(flows.load_w) + total(flows.home_w) + total(flows.smart_load_w)
        assert sources_w == pytest.approx(sinks_w + flows.loss_w, rel=1e-9, abs=1e-6)
        assert flows.loss_w >= -1e-9
        bought_wh += max(0.0, total(flows.grid_w)) * dt_s / 3600.0
        sold_wh += max(0.0, -total(flows.grid_w)) * dt_s / 3600.0
    meters = flown[-1][2].meters
    assert meters.grid_import_wh == pytest.approx(bought_wh)
    assert meters.grid_export_wh == pytest.approx(sold_wh)


@given(values=SETTINGS, world=WORLDS, soc=st.sampled_from([0.1, 0.39, 0.6, 1.0]))
def test_what_must_hold_on_grid_after_every_tick(values, world, soc):
    """CH2.3-CTL-009 CH5.7-CTL-008 CH5.7-CTL-012 CH5.7-CTL-017 CH5.7-CTL-018 CH5.7-CTL-024"""
    world = world | {"site": 1, "grid_v": 230.0}
    values = values | {"power_button": 1}
    for _, _, _, flows in flows_of(values, world, soc, 60.0):
        mode = values["work_mode"]
        drm5 = world["drm"] == 32.0
        at_mains = mode != "zero_export_load" and world["ct_ok"] > 0.0 and not drm5
        left = flows.grid_w if at_mains else flows.ld_w
        left_w, fed_w = total(left), total(flows.inverter_w)
        demand_w = left_w + fed_w
        pv_export = (mode == "selling_first" or values["solar_sell"]) and not drm5
        assert abs(fed_w) <= 8800.0 + 1e-6
        assert all(abs(phase_w) <= 4140.0 + 1e-6 for phase_w in flows.inverter_w)
        assert flows.pv1_w + flows.pv2_w <= min(flows.pv_available_w, 10400.0) + 1e-6
        assert -50.0 * values["max_charge_a"] - 1e-6 <= flows.battery_w
        assert flows.battery_w <= 50.0 * values["max_discharge_a"] + 1e-6
        if not pv_export:
            assert left_w >= min(20.0, demand_w) - 1e-6
            if values["zero_export_scope"] == "per_phase" and fed_w > 0.0:
                for phase_w, stage_w in zip(left, flows.inverter_w, strict=True):
                    assert phase_w >= min(20.0 / 3.0, phase_w + stage_w) - 1e-4
        if fed_w > 1e-6:
            assert left_w >= min(-5000.0, demand_w) - 1e-6
        sold = mode == "selling_first" and values["tou_enable"] and not drm5
        if flows.battery_w > 1e-6 and not sold:
            # Selling first may shave its import down to nothing.
            shaves = values["grid_peak_shaving"] and mode == "selling_first"
            assert left_w >= min(0.0 if shaves else 20.0, demand_w) - 1e-6
        if -flows.battery_w > flows.pv1_w + flows.pv2_w + flows.micro_inverter_w + 1e-6:
            assert values["grid_charge"]
            assert values["tou4_grid_charge"] or not values["tou_enable"]
