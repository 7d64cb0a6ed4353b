"""What the tests of the scenario room share: house files to write, and real data where there is."""

import os
from pathlib import Path

import pytest

from twinverter.scenario.house import load_house

ROOT = Path(__file__).resolve().parents[2]
BUILT_IN = (ROOT / "twinverter" / "scenario" / "houses" / "lagos.toml").read_text(encoding="utf-8")

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
    """Return a writer of the built-in house with one stretch of its text replaced."""

    def write(old, new):
        assert BUILT_IN.count(old) >= 1, old
        path = tmp_path / "house.toml"
        path.write_text(BUILT_IN.replace(old, new, 1), encoding="utf-8")
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
