"""Registers of grid support: the grid code, the limit of active power, and what comes of them."""

import math

import pytest

from tests.ports.living import Living, quiet_house
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.profiles import PROFILES

MODE, LIMIT, GRID_HIGH, POWER_FACTOR = 182, 77, 185, 621
PAST_RAMP_S = 60


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return quiet_house(tmp_path_factory.mktemp("grid"))


@pytest.fixture
def device(house, tmp_path):
    living = Living(house, tmp_path / "memory", lambda *parts: [])
    yield living
    living.end()


def written(device, first, *words):
    device.call(device.image.write, first, words, "a test")


def grid_of(device):
    return device.call(lambda: device.twin.scene.settings.grid)


def fed_w(device):
    return sum(device.shown["flows"]["inverter_w"])


def sold(device):
    """Let the sun be sold: more than 2.5 kW leave the machine."""
    device.call(device.twin.write, {"work_mode": "selling_first"})
    device.call(device.twin.take, "sun_w_m2", 900)
    device.pass_s(120)
    assert fed_w(device) > 2500.0


def test_a_grid_code_by_register_rules_and_what_was_typed_in_stays_in_its_register(device):
    written(device, GRID_HIGH, 2500)
    written(device, MODE, 10)
    assert device.call(lambda: device.twin.values["grid_mode"]) == "vde_4105"
    # 1.25 of 230 V
    assert grid_of(device).vrt_hv2_v == pytest.approx(287.5)
    assert device.read(MODE) == [10] and device.read(GRID_HIGH) == [2500]
    written(device, MODE, 0)
    assert grid_of(device).grid_high_v == 250.0


def test_a_limit_by_register_is_obeyed_survives_a_restart_and_is_taken_back(house, tmp_path):
    first = Living(house, tmp_path / "memory", lambda *parts: [])
    sold(first)
    # 15.0 % of 8000 W
    written(first, LIMIT, 150)
    first.pass_s(PAST_RAMP_S)
    assert fed_w(first) == pytest.approx(1200.0, rel=0.01)
    first.end()
    second = Living(house, tmp_path / "memory", lambda *parts: [])
    try:
        second.pass_s(PAST_RAMP_S)
        assert second.read(LIMIT) == [150]
        assert fed_w(second) == pytest.approx(1200.0, rel=0.01)
        written(second, LIMIT, 1000)
        second.pass_s(PAST_RAMP_S)
        assert fed_w(second) > 2500.0
    finally:
        second.end()


def test_apparent_power_current_and_power_factor_hold_the_reactive_part(device):
    device.call(device.twin.write, {"power_factor": 0.8})
    sold(device)
    flows = device.shown["flows"]
    power_w, grid_w = sum(flows["inverter_w"]), sum(flows["grid_w"])
    # cos phi 0.8: three quarters of the active power.
    reactive_var = 0.75 * power_w

    def read(key):
        return device.call(device.image.value, key)

    assert read("inverter_apparent_total") == pytest.approx(1.25 * power_w, rel=0.01)
    grid_va = math.hypot(grid_w, reactive_var)
    assert read("grid_ct_apparent_total") == pytest.approx(grid_va, rel=0.01)
    assert device.read(POWER_FACTOR)[0] / 1000 == pytest.approx(abs(grid_w) / grid_va, abs=0.005)
    # A third of the power on each phase, at 230 V.
    assert read("inverter_current_a") == pytest.approx(1.25 * power_w / 3.0 / 230.0, rel=0.02)


def test_without_reactive_power_the_power_factor_is_one(device):
    device.pass_s(5)
    assert device.read(POWER_FACTOR) == [1000]


def test_a_wrong_grid_type_keeps_the_machine_off_the_mains_and_the_right_one_lets_it_back(device):
    # CH5.8-GRD-004, C-48
    device.pass_s(90)
    assert device.shown["flows"]["state"] == "on_grid"
    device.call(device.twin.write, {"grid_type": "3p_120_208"})
    device.pass_s(180)
    assert device.shown["flows"]["state"] != "on_grid"
    assert "grid" not in device.shown["flows"]["relays"]
    device.call(device.twin.write, {"grid_type": "3p_230_400"})
    device.pass_s(180)
    assert device.shown["flows"]["state"] == "on_grid"


def test_general_standard_works_with_every_other_field_of_its_pages_at_default(device):
    # CH5.8-GRD-011
    values = device.call(lambda: device.twin.values)
    pages = ("Grid 1", "Grid 2", "Grid 3", "Grid 4")
    assert all(values[row.key] == row.default for row in SETTINGS if row.page in pages)
    device.pass_s(90)
    assert device.shown["flows"]["state"] == "on_grid"


@pytest.mark.parametrize("profile", PROFILES, ids=lambda one: one.key)
def test_after_an_outage_every_code_is_back_on_the_mains_after_its_own_time(device, profile):
    written(device, MODE, profile.code)
    wait_s = grid_of(device).reconnection_time_s
    device.pass_s(5)
    assert device.shown["flows"]["state"] == "on_grid"
    device.call(device.twin.take, "grid_on", 0)
    device.pass_s(10)
    assert device.shown["flows"]["state"] == "off_grid"
    device.call(device.twin.take, "grid_on", 1)
    device.pass_s(wait_s - 2)
    assert device.shown["flows"]["state"] == "off_grid"
    device.pass_s(5)
    assert device.shown["flows"]["state"] == "on_grid"
