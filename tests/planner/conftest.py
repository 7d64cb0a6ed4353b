"""Small houses for the planner's tests: one with a tariff, two with a weak grid."""

import pytest

from twinverter.scenario.house import load_house

HOUSE = """
[site]
latitude = 36.7
longitude = -119.8
timezone = "America/Los_Angeles"
turbidity = 3
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 20
azimuth_deg = 180
[site.battery]
chemistry = "lfp"
capacity_ah = 200
[site.measuring]
ct = true
[settings.battery]
batt_mode = "lithium"
batt_capacity_ah = 200
[world]
start = 2023-04-01
days = 4
[world.load]
appliances = [
    { name = "standby", phase = 1, power_w = 300 },
    { name = "evening", phase = 2, power_w = 1500, hours = ["17:00-22:00"] },
]
[world.tariff]
currency = "USD"
[[world.tariff.band]]
name = "peak"
hours = ["16:00-21:00"]
buy = 0.60
sell = 0.05
[[world.tariff.band]]
name = "off-peak"
hours = ["21:00-16:00"]
buy = 0.30
sell = 0.05
"""


@pytest.fixture(scope="session")
def tariff_house(tmp_path_factory):
    """Return a house with 4 kW of sun, 10 kWh of LFP and a dear evening."""
    path = tmp_path_factory.mktemp("planner") / "house.toml"
    path.write_text(HOUSE, encoding="utf-8")
    return load_house(path)


WEAK = """
[site]
latitude = 6.5
longitude = 3.4
timezone = "Africa/Lagos"
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 10
azimuth_deg = 180
[site.battery]
chemistry = "lfp"
capacity_ah = 200
[site.genset]
fuel = "petrol"
rated_w = 5000
[settings.battery]
batt_mode = "lithium"
batt_capacity_ah = 200
max_charge_a = 100
shutdown_soc_pct = 20
low_batt_soc_pct = 40
restart_soc_pct = 40
gen_signal = false
[world]
start = 2023-04-01
days = 4
initial_soc_pct = 50
[world.load]
appliances = [{ name = "all day", phase = 1, power_w = 900 }]
[world.grid.outages]
events = [
    { start = 2023-04-01T20:00:00, duration_min = 60 },
    { start = 2023-04-02T19:00:00, duration_min = 600 },
    { start = 2023-04-03T20:00:00, duration_min = 60 },
]
[world.tariff]
currency = "NGN"
buy = 50
may_sell = false
[world.costs]
fuel_per_l = 900
unserved_per_kwh = 1500
"""


@pytest.fixture(scope="session")
def weak_house(tmp_path_factory):
    """Return a house of a steady 900 W whose mains fail three times, once for ten hours."""
    path = tmp_path_factory.mktemp("weak") / "weak.toml"
    path.write_text(WEAK, encoding="utf-8")
    return load_house(path)


ENGINE = """[site.genset]
fuel = "petrol"
rated_w = 5000
"""


@pytest.fixture(scope="session")
def engineless_house(tmp_path_factory):
    """Return the house with the weak grid without its generator."""
    path = tmp_path_factory.mktemp("engineless") / "engineless.toml"
    path.write_text(WEAK.replace(ENGINE, ""), encoding="utf-8")
    return load_house(path)
