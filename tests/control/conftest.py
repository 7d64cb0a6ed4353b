"""What the tests of the law share: a plain house, and situations in words asked about it."""

import pytest

from twinverter.batch.ask import ask
from twinverter.batch.cases import arguments
from twinverter.scenario.house import load_house

# Every setting stands at its default, but for the bank's type and a sun without a ceiling.
PLAIN_HOUSE = """
[site]
latitude = 6.5
longitude = 3.4
timezone = "Africa/Lagos"
turbidity = 3
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 12
azimuth_deg = 120
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 12
azimuth_deg = 240
[site.battery]
chemistry = "lfp"
capacity_ah = 200
[site.measuring]
ct = true
[settings.battery]
batt_mode = "lithium"
[settings.work_mode]
max_solar_power_w = 10400
[world]
start = 2023-01-02
"""


@pytest.fixture
def house_text():
    """Return the text of the plain house, for a test that needs another one."""
    return PLAIN_HOUSE


@pytest.fixture(scope="session")
def plain_house(tmp_path_factory):
    """Return a house with 8.1 kW of sun, 10 kWh of LFP, and settings as delivered."""
    path = tmp_path_factory.mktemp("house") / "house.toml"
    path.write_text(PLAIN_HOUSE, encoding="utf-8")
    return load_house(path)


@pytest.fixture(scope="session")
def asked(plain_house):
    """Return a caller of `ask` that takes settings and situation as words of a file of cases.

    Nothing is lost unless told: 40 A, the default of both currents, are 2000 W.
    """

    def answer(settings="", situation="", ideal=True):
        row = dict(word.split("=", 1) for word in situation.split())
        return ask(plain_house, **arguments(row | {"set": settings}, ideal))

    return answer
