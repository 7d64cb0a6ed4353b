"""What the tests of the scenario room share: house files to write, and real data where there is."""

import os
from pathlib import Path

import pytest

from twinverter.scenario.house import load_house

ROOT = Path(__file__).resolve().parents[2]

# A house with something in every table, for the tests to break.
FULL = """
[site]
latitude = 6.52
longitude = 3.38
altitude_m = 20
timezone = "Africa/Lagos"
turbidity = [5.7, 5.8, 6.0, 5.4, 5.4, 5.2, 4.9, 4.6, 4.9, 5.4, 5.6, 5.8]
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 12
azimuth_deg = 120
[site.battery]
chemistry = "lfp"
capacity_ah = 200
bms_speaks = true
[site.genset]
fuel = "petrol"
rated_w = 5000
[site.measuring]
ct = false
[site.feeder]
resistance_ohm = 0.6
[settings.battery]
batt_mode = "lithium"
max_charge_a = 100
low_batt_soc_pct = 40
restart_soc_pct = 40
[settings.work_mode]
work_mode = "zero_export_load"
[world]
start = 2023-01-01
initial_soc_pct = 60
[world.weather]
clear_index = [0.80, 0.79, 0.76, 0.74, 0.69, 0.58, 0.55, 0.55, 0.58, 0.68, 0.76, 0.80]
day_spread = 0.15
[world.load]
appliances = [
    { name = "fridge", phase = 1, power_w = 150, duty = 0.40, cycle_min = 45 },
    { name = "freezer", phase = 2, power_w = 160 },
    { name = "lights", phase = 1, power_w = 180, hours = ["18:30-23:00"] },
]
[world.grid]
voltage_v = 229
sag_v = { "00:00" = 8, "19:30" = 26 }
[world.grid.outages]
hours_per_day = 9
mean_min = 150
[world.generator]
fails_pct = 2
"""

# A house in which nothing happens: every test adds the part it is about.
BARE = """
[site]
latitude = {latitude}
longitude = {longitude}
timezone = "{timezone}"
turbidity = 3
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 20
azimuth_deg = 180
[site.battery]
chemistry = "lfp"
capacity_ah = 200
[settings.battery]
batt_mode = "lithium"
[world]
start = 2023-01-01
"""


@pytest.fixture
def bare(tmp_path):
    """Return a writer of bare houses: place, and TOML text that is added at the end."""

    def write(more="", latitude=6.5, longitude=3.4, timezone="Africa/Lagos", world=""):
        text = BARE.format(latitude=latitude, longitude=longitude, timezone=timezone)
        path = tmp_path / "house.toml"
        path.write_text(text + world + "\n" + more, encoding="utf-8")
        return path

    return write


@pytest.fixture
def bare_house(bare):
    """Return a loader of bare houses."""
    return lambda *given, **named: load_house(bare(*given, **named))


@pytest.fixture
def edited(tmp_path):
    """Return a writer of the full house with one stretch of its text replaced."""

    def write(old, new):
        assert old in FULL, old
        path = tmp_path / "house.toml"
        path.write_text(FULL.replace(old, new, 1), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def data():
    """Return the folder of real data files; the test is skipped where there is none."""
    given = os.environ.get("TWINVERTER_DATA")
    folder = Path(given) if given else ROOT.parent / "shared" / "data"
    if not (folder / "weather").is_dir():
        pytest.skip("no real data: set TWINVERTER_DATA to the folder that holds weather/, loads/")
    return folder
