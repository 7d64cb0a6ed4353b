"""The house without losses: every figure can be done in the head."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinverter.catalog.installed import CHEMISTRIES, bank, defaults, flat
from twinverter.core.kernel import kernel
from twinverter.core.records import build
from twinverter.plant import battery, genset, pv
from twinverter.plant.bridge import PATHS, path_efficiency
from twinverter.plant.ideal import ideal
from twinverter.plant.site import Site
from twinverter.plant.state import GensetState


@kernel
def stepped(bank, state, power_w, ambient_c, dt_s):
    """Return the state after a step that begins from the bank as it is."""
    return battery.step(bank, state, battery.source(bank, state), power_w, ambient_c, dt_s)


@kernel
def limits_of(bank, state):
    """Return what the bank's management allows now."""
    return battery.bms_limits(bank, state, battery.source(bank, state))


HOUSES = [
    ideal(build(Site, flat(defaults() | bank(chemistry, 150.0)))) for chemistry in CHEMISTRIES
]


@pytest.mark.parametrize("site", HOUSES, ids=CHEMISTRIES)
def test_40_amperes_are_2000_watts_and_nothing_wears(site):
    state = battery.rested(site.battery, 0.5, -10.0)
    for power_w in (2000.0, -2000.0) * 50:
        state = stepped(site.battery, state, power_w, -10.0, 3600.0)
        assert (state.voltage_v, abs(state.current_a)) == (50.0, 40.0)
    assert state.soc == pytest.approx(0.5, abs=1e-14)
    assert state.temp_c == -10.0
    assert battery.soh(state) == 1.0


@pytest.mark.parametrize("site", HOUSES, ids=CHEMISTRIES)
@pytest.mark.parametrize(
    "soc, temp_c, limits",
    [
        (0.0, -30.0, (60.0, 500.0, 0.0)),
        (0.5, 25.0, (60.0, 500.0, 500.0)),
        (1.0, 60.0, (60.0, 0.0, 500.0)),
    ],
)
def test_its_management_never_interferes(site, soc, temp_c, limits):
    state = battery.rested(site.battery, soc, temp_c)
    assert limits_of(site.battery, state) == limits


@given(path=st.sampled_from(PATHS), power_w=st.floats(1.0, 2.0e4))
def test_every_path_gives_what_it_gets(path, power_w):
    assert path_efficiency(HOUSES[0], path, power_w) == 1.0


def test_full_sun_has_room_above_the_rating_within_the_current_of_an_input():
    site = HOUSES[0]
    for cell_c in (0.0, 25.0, 65.0):
        point = pv.max_power(pv.string_curve(site.pv1, 1000.0, cell_c))
        assert point.power_w > 0.5 * 10400.0
        assert point.current_a < site.tracker.current_max_a
        assert site.tracker.track_low_v < point.voltage_v < site.tracker.track_high_v


@pytest.mark.parametrize("power_w", [0.0, 5000.0])
def test_its_generator_holds_voltage_and_frequency(power_w):
    found = genset.terminal(HOUSES[0].genset, GensetState(1.0, 0.0, power_w, 0.0))
    assert found == pytest.approx((230.0, 50.0))
