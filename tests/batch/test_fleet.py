"""A fleet: as many devices as members, each as if it were alone."""

import pytest

from twinverter.batch.fleet import Member, fleet
from twinverter.batch.simulate import simulate
from twinverter.inverter import Meters

pytestmark = pytest.mark.compiled


def test_a_fleet_of_three_is_three_single_runs(house):
    frugal = house.with_settings({"low_batt_soc_pct": 60, "restart_soc_pct": 70})
    houses = {
        "as it is": house,
        "frugal": frugal,
        "selling": house.with_settings({"solar_sell": True}),
    }
    members = [
        Member(name, one.site, one.settings, one.initial_soc) for name, one in houses.items()
    ]
    table = fleet(house, members, days=3)
    assert table["name"].to_pylist() == list(houses)
    for place, one in enumerate(houses.values()):
        alone = simulate(one, days=3)
        for name in Meters._fields:
            assert table[name][place].as_py() == pytest.approx(
                getattr(alone.meters, name), rel=1e-9, abs=1e-9
            ), name
        assert table["soc"][place].as_py() == pytest.approx(alone.soc_end, rel=1e-9)
    assert max(table["balance_error_relative"].to_pylist()) <= 1e-9


def test_scaled_loads_ask_for_so_much_more(house):
    members = [Member(str(scale), house.site, house.settings, 0.6, scale) for scale in (1.0, 0.5)]
    table = fleet(house, members, days=1)
    one, half = table["load_wh"].to_pylist()
    assert half == pytest.approx(0.5 * one)


def test_a_fleet_of_nobody_is_refused(house):
    with pytest.raises(ValueError, match="at least one"):
        fleet(house, [], days=1)
