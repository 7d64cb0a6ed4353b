"""The generator set: cranking, catching, stopping, droop and fuel."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.catalog.installed import FUELS, defaults, flat, site_defaults
from twinverter.catalog.installed import genset as preset
from twinverter.core.kernel import compiled
from twinverter.core.records import build, values
from twinverter.plant import genset
from twinverter.plant.site import Genset, Site
from twinverter.plant.state import GensetState

ENGINE = Genset(
    rated_w=5000.0,
    no_load_v=240.0,
    droop_v_per_w=0.002,
    no_load_hz=52.0,
    droop_hz_per_w=0.0004,
    crank_s=5.0,
    fuel_idle_l_per_s=0.0002,
    fuel_l_per_ws=1.0e-7,
    load_min_w=1250.0,
    on_grid_port=0.0,
)
STANDS = GensetState(0.0, 0.0, 0.0, 0.0)
RUNS = GensetState(1.0, 0.0, 2000.0, 0.0)

STEPS = [
    # before                      contact hand ready power_w  dt_s   running crank_s power_w
    (STANDS,                      0.0,    0.0, 1.0,  0.0,     1.0,   0.0,    0.0,    0.0),
    (STANDS,                      1.0,    0.0, 1.0,  0.0,     1.0,   0.0,    1.0,    0.0),
    (GensetState(0.0, 3.9, 0.0, 0.0),  1.0,    0.0, 1.0,  0.0,     1.0,   0.0,    4.9,    0.0),
    (GensetState(0.0, 4.0, 0.0, 0.0),  1.0,    0.0, 1.0,  0.0,     1.0,   1.0,    0.0,    0.0),
    (STANDS,                      1.0,    0.0, 1.0,  0.0,    60.0,   1.0,    0.0,    0.0),  # over within the step
    (STANDS,                      0.0,    1.0, 1.0,  0.0,    60.0,   1.0,    0.0,    0.0),  # by hand
    (STANDS,                      1.0,    0.0, 0.0,  0.0,    60.0,   0.0,   60.0,    0.0),  # no fuel: it cranks on
    (GensetState(0.0, 60.0, 0.0, 0.0), 1.0,    0.0, 1.0,  0.0,     1.0,   1.0,    0.0,    0.0),  # fuel comes
    (GensetState(0.0, 4.0, 0.0, 0.0),  0.0,    0.0, 1.0,  0.0,     1.0,   0.0,    0.0,    0.0),  # let go too early
    (RUNS,                        1.0,    0.0, 1.0,  3000.0,  1.0,   1.0,    0.0, 3000.0),
    (RUNS,                        0.0,    1.0, 1.0,  3000.0,  1.0,   1.0,    0.0, 3000.0),  # the hand holds it
    (RUNS,                        0.0,    0.0, 1.0,  3000.0,  1.0,   0.0,    0.0,    0.0),
    (RUNS,                        1.0,    0.0, 0.0,  3000.0,  1.0,   0.0,    0.0,    0.0),  # out of fuel
]  # fmt: skip


@pytest.mark.parametrize(
    "before, contact, by_hand, ready, power_w, dt_s, running, crank_s, after_w", STEPS
)
def test_it_cranks_catches_and_stops(
    before, contact, by_hand, ready, power_w, dt_s, running, crank_s, after_w
):
    after = genset.step(ENGINE, before, contact, by_hand, ready, power_w, dt_s)
    assert after[:3] == pytest.approx((running, crank_s, after_w))


TERMINALS = [
    # running  power_w   voltage_v  frequency_hz
    (0.0,          0.0,     0.0,      0.0),
    (1.0,          0.0,   240.0,     52.0),
    (1.0,       2500.0,   235.0,     51.0),
    (1.0,       5000.0,   230.0,     50.0),
    (1.0,      10000.0,   220.0,     48.0),
    (1.0,     200000.0,     0.0,      0.0),
]  # fmt: skip


@pytest.mark.parametrize("running, power_w, voltage_v, frequency_hz", TERMINALS)
def test_voltage_and_frequency_droop_with_load(running, power_w, voltage_v, frequency_hz):
    found = genset.terminal(ENGINE, GensetState(running, 0.0, power_w, 0.0))
    assert found == pytest.approx((voltage_v, frequency_hz))


FUELS_BURNT = [
    # running  power_w  dt_s     litres
    (0.0,      2000.0,  3600.0,  0.0),
    (1.0,         0.0,  3600.0,  0.72),
    (1.0,      5000.0,  3600.0,  2.52),  # 0.72 and 0.36 for each kWh
    (1.0,     -1000.0,  3600.0,  0.72),
    (1.0,      5000.0,     1.0,  0.0007),
]  # fmt: skip


@pytest.mark.parametrize("running, power_w, dt_s, litres", FUELS_BURNT)
def test_fuel_is_a_line_over_load(running, power_w, dt_s, litres):
    state = GensetState(running, 0.0, power_w, 0.0)
    assert genset.fuel_l(ENGINE, state, power_w, dt_s) == pytest.approx(litres)


@settings(max_examples=60)
@given(
    crank_s=st.floats(0.0, 30.0),
    dt_s=st.floats(0.001, 3600.0),
    calls=st.lists(st.booleans(), min_size=1, max_size=30),
)
def test_it_runs_as_soon_as_it_was_called_for_its_cranking_time(crank_s, dt_s, calls):
    engine = ENGINE._replace(crank_s=crank_s)
    state, called_s = STANDS, 0.0
    for call in calls:
        state = genset.step(engine, state, 1.0 if call else 0.0, 0.0, 1.0, 500.0, dt_s)
        called_s = called_s + dt_s if call else 0.0
        assert (state.running > 0.0) == (call and called_s >= crank_s)
        assert state.power_w == (500.0 if state.running > 0.0 else 0.0)


RATES = [
    # fuel      share of 5 kW  lowest  highest litres per kWh of small sets
    ("petrol",  1.0,           0.45,   0.65),
    ("petrol",  0.5,           0.70,   0.95),
    ("diesel",  1.0,           0.30,   0.40),
    ("diesel",  0.25,          0.45,   0.66),
]  # fmt: skip


@pytest.mark.parametrize("fuel, share, lowest, highest", RATES)
def test_the_catalogs_sets_burn_what_such_sets_burn(fuel, share, lowest, highest):
    engine = build(Site, flat(defaults() | preset(fuel, 5000.0))).genset
    power_w = share * engine.rated_w
    state = GensetState(1.0, 0.0, power_w, 0.0)
    per_kwh_l = genset.fuel_l(engine, state, power_w, 3600.0) / (0.001 * power_w)
    assert lowest < per_kwh_l < highest


@pytest.mark.parametrize("fuel", FUELS)
@pytest.mark.parametrize("rated_w", [2000.0, 5000.0, 20000.0])
def test_a_set_of_any_size_gives_230_volts_and_50_hertz_at_its_rating(fuel, rated_w):
    engine = build(Site, flat(defaults() | preset(fuel, rated_w))).genset
    found = genset.terminal(engine, GensetState(1.0, 0.0, rated_w, 0.0))
    assert found == pytest.approx((230.0, 50.0))


def ridden(engine, state, count):
    """Return state, fuel and sum of voltages after an uneven ride."""
    burnt_l = sum_v = 0.0
    for index in range(count):
        contact = 1.0 if index % 50 > 10 else 0.0
        ready = 0.0 if index % 170 == 60 else 1.0
        power_w = 10.0 * (index % 500)
        state = genset.step(engine, state, contact, 0.0, ready, power_w, 3.0)
        burnt_l += genset.fuel_l(engine, state, power_w, 3.0)
        voltage_v, frequency_hz = genset.terminal(engine, state)
        sum_v += voltage_v + frequency_hz
    return state, burnt_l, sum_v


@pytest.mark.compiled
def test_compiled_equals_interpreted():
    engine = build(Site, site_defaults()).genset
    plain = ridden(engine, STANDS, 1000)
    fast = compiled(ridden)(engine, STANDS, 1000)
    assert list(values(fast)) == pytest.approx(list(values(plain)), rel=1e-12)


# fmt: off
STANDING = [
    # before                           dt_s   standing_s
    (GensetState(0.0, 0.0, 0.0, 0.0),  60.0,  55.0),  # cranked for 5 s of them
    (GensetState(0.0, 4.0, 0.0, 0.0),   1.0,   0.0),  # caught at this moment
    (GensetState(1.0, 0.0, 0.0, 55.0),  60.0, 115.0),
    (GensetState(0.0, 99.0, 0.0, 0.0),  1.0,   1.0),  # fuel came at the start of the step
]
# fmt: on


@pytest.mark.parametrize("before, dt_s, standing_s", STANDING)
def test_it_knows_how_long_its_voltage_has_stood(before, dt_s, standing_s):
    assert genset.step(ENGINE, before, 1.0, 0.0, 1.0, 0.0, dt_s).standing_s == standing_s
