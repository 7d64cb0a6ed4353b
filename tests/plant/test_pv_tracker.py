"""What a PV input holds of a string: window, start-up voltage, current clip (rule C-06)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.catalog.modules import MODULES
from twinverter.core.converter import Loss
from twinverter.core.kernel import compiled
from twinverter.plant.pv import at_voltage, max_power, open_circuit_v, string_curve
from twinverter.plant.site import Tracker
from twinverter.plant.tracker import NO_LIMITS, available_w, best_point, drawn_point, held_point
from twinverter.scenario.module_fit import pv_string

TRACKER = Tracker(
    start_v=150.0,
    track_low_v=200.0,
    track_high_v=650.0,
    current_max_a=12.5,
    efficiency=0.999,
    loss=Loss(0.0, 0.0),
)
TYPES = list(MODULES.values())
M450, M550 = MODULES["LONGi LR4-72HPH-450M"], MODULES["LONGi LR5-72HPH-550M"]

lengths = st.integers(1, 20)
modules = st.sampled_from(TYPES)
suns_w_m2 = st.floats(0.0, 1500.0)
cells_c = st.floats(-20.0, 90.0)

# One 450 W module: 49.3 V open, 41.5 V and 10.85 A at its best; one 550 W module: 13.12 A.
# fmt: off
HELD = [
    # module, in series, W/m2,  degC,  volt,       ampere,  what holds it
    (M450,    9,         1000., 25.,   9 * 41.5,   10.85,   "its maximum power point"),
    (M450,    15,        1000., 25.,   15 * 41.5,  10.85,   "its maximum power point"),
    (M450,    16,        1000., 25.,   650.0,      None,    "the upper edge, 664 V being best"),
    (M450,    20,        1000., 25.,   650.0,      None,    "the upper edge, 830 V being best"),
    (M450,    5,         1000., 25.,   5 * 41.5,   10.85,   "its maximum power point, 207 V"),
    (M450,    5,         1000., 60.,   200.0,      None,    "the lower edge, 183 V being best"),
    (M450,    4,         1000., 25.,   4 * 49.3,   0.0,     "open circuit, 197 V: connected, not moved"),
    (M450,    3,         1000., 25.,   3 * 49.3,   0.0,     "open circuit, 148 V: off"),
    (M450,    5,         2.,    25.,   None,       0.0,     "open circuit at dawn, below 200 V"),
    (M450,    9,         0.5,   10.,   0.0,        0.0,     "the dark"),
    (M550,    9,         1000., 25.,   None,       12.5,    "the current limit, 13.12 A being best"),
    (M550,    9,         800.,  25.,   None,       10.5,    "its maximum power point, 0.8 * 13.12 A"),
    (M550,    20,        1000., 25.,   None,       12.5,    "the current limit, above the upper edge"),
]
# fmt: on


@pytest.mark.parametrize("module, in_series, irradiance_w_m2, cell_c, volt, ampere, holder", HELD)
def test_an_input_holds_a_string_at(
    module, in_series, irradiance_w_m2, cell_c, volt, ampere, holder
):
    curve = string_curve(pv_string(module, in_series), irradiance_w_m2, cell_c)
    point = best_point(TRACKER, curve)
    if volt is not None:
        assert point.voltage_v == pytest.approx(volt, rel=1e-7), holder
    if ampere is not None:
        assert point.current_a == pytest.approx(ampere, rel=2e-3, abs=1e-12), holder
    assert point.power_w == pytest.approx(point.voltage_v * point.current_a)
    if point.current_a > 0.0:
        on_curve = at_voltage(curve, point.voltage_v)
        assert on_curve.current_a == pytest.approx(point.current_a, rel=1e-9)


@pytest.mark.parametrize(
    "in_series, side",
    [
        (9, "right of the maximum, below the upper edge"),
        (16, "above the upper edge, the limit coming last"),
    ],
)
def test_a_clipped_string_moves_up_its_curve(in_series, side):
    curve = string_curve(pv_string(M550, in_series), 1000.0, 25.0)
    mpp, point = max_power(curve), best_point(TRACKER, curve)
    assert point.current_a == 12.5
    assert point.voltage_v > mpp.voltage_v, side
    assert 0.97 * mpp.power_w < point.power_w < mpp.power_w
    assert (point.voltage_v > TRACKER.track_high_v) == side.startswith("above")


def test_an_input_that_may_track_below_its_start_voltage_still_stops_there():
    # Four modules at 70 degC have their best near 140 V and 170 V open: held at the 150 V of start.
    low = TRACKER._replace(track_low_v=100.0)
    curve = string_curve(pv_string(M450, 4), 1000.0, 70.0)
    assert best_point(low, curve).voltage_v == 150.0
    assert best_point(low._replace(start_v=100.0), curve) == max_power(curve)


# fmt: off
DRAWN = [
    # asked W,  gets,                  mean current over that of the curve
    (1.0e6,     "all, less the search", 0.999),
    (4100.0,    "all, less the search", 0.999),
    (2000.0,    "what it asked for",    1.0),
    (1.0,       "what it asked for",    1.0),
    (0.0,       "what it asked for",    1.0),
]
# fmt: on


@pytest.mark.parametrize("asked_w, gets, of_curve", DRAWN)
def test_an_input_that_shall_take_a_power_draws(asked_w, gets, of_curve):
    curve = string_curve(pv_string(M450, 9), 1000.0, 25.0)
    mpp = max_power(curve)
    point = drawn_point(TRACKER, curve, mpp, held_point(TRACKER, curve, mpp), asked_w)
    expected_w = 0.999 * 9 * 41.5 * 10.85 if gets.startswith("all") else asked_w
    assert point.power_w == pytest.approx(expected_w, rel=1e-7)
    assert point.current_a * point.voltage_v == pytest.approx(point.power_w)
    on_curve_a = at_voltage(curve, point.voltage_v).current_a
    assert point.current_a == pytest.approx(of_curve * on_curve_a, rel=1e-9, abs=1e-9)


def test_in_the_dark_an_input_draws_nothing_whatever_it_is_asked():
    curve = string_curve(pv_string(M450, 9), 0.0, 25.0)
    mpp = max_power(curve)
    best = held_point(TRACKER, curve, mpp)
    for asked_w in (-1.0, 0.0, 1000.0):
        assert drawn_point(TRACKER, curve, mpp, best, asked_w).power_w == 0.0


def test_without_limits_an_input_gets_the_maximum_power():
    curve = string_curve(pv_string(M550, 20), 1200.0, 0.0)
    assert best_point(NO_LIMITS, curve) == max_power(curve)
    assert available_w(NO_LIMITS, max_power(curve)) == max_power(curve).power_w


@settings(max_examples=80, deadline=None)
@given(modules, lengths, suns_w_m2, cells_c)
def test_an_input_never_passes_its_limits_nor_the_maximum(
    module, in_series, irradiance_w_m2, cell_c
):
    curve = string_curve(pv_string(module, in_series), irradiance_w_m2, cell_c)
    mpp, point = max_power(curve), best_point(TRACKER, curve)
    assert 0.0 <= point.current_a <= 12.5
    assert 0.0 <= point.power_w <= mpp.power_w
    assert point.voltage_v <= open_circuit_v(curve) * (1.0 + 1e-12)
    if point.current_a > 0.0:
        assert point.voltage_v >= TRACKER.track_low_v
    if point.voltage_v > TRACKER.track_high_v and point.current_a > 0.0:
        assert point.current_a == 12.5


@settings(max_examples=60, deadline=None)
@given(modules, lengths, suns_w_m2, st.floats(1.0, 2.0), cells_c)
def test_more_light_never_gives_an_input_less(module, in_series, irradiance_w_m2, factor, cell_c):
    string = pv_string(module, in_series)
    less = best_point(TRACKER, string_curve(string, irradiance_w_m2, cell_c))
    more = best_point(TRACKER, string_curve(string, factor * irradiance_w_m2, cell_c))
    assert more.power_w >= less.power_w * (1.0 - 1e-12)


@settings(max_examples=60, deadline=None)
@given(modules, lengths, suns_w_m2, cells_c, st.floats(0.0, 9000.0))
def test_an_input_takes_what_it_is_asked_or_all_it_has(
    module, in_series, irradiance_w_m2, cell_c, asked_w
):
    curve = string_curve(pv_string(module, in_series), irradiance_w_m2, cell_c)
    mpp = max_power(curve)
    best = held_point(TRACKER, curve, mpp)
    point = drawn_point(TRACKER, curve, mpp, best, asked_w)
    assert point.power_w == pytest.approx(min(asked_w, 0.999 * best.power_w), rel=1e-12)
    assert point.current_a <= 12.5


def _sweep(tracker, string, irradiance_w_m2, cell_c, points):
    for index in range(len(irradiance_w_m2)):
        curve = string_curve(string, irradiance_w_m2[index], cell_c[index])
        mpp = max_power(curve)
        best = held_point(tracker, curve, mpp)
        some = drawn_point(tracker, curve, mpp, best, 1500.0)
        points[index, 0] = best.power_w
        points[index, 1] = best.voltage_v
        points[index, 2] = some.power_w
        points[index, 3] = some.current_a


@pytest.mark.compiled
def test_compiled_and_interpreted_agree():
    irradiance_w_m2, cell_c = np.meshgrid(
        np.array([0.0, 2.0, 100.0, 600.0, 1100.0]), np.array([-20.0, 25.0, 80.0])
    )
    irradiance_w_m2, cell_c = irradiance_w_m2.ravel(), cell_c.ravel()
    plain, fast = np.empty((2, len(cell_c), 4))
    for in_series in (4, 5, 9, 17):
        string = pv_string(M550, in_series)
        _sweep(TRACKER, string, irradiance_w_m2.tolist(), cell_c.tolist(), plain)
        compiled(_sweep)(TRACKER, string, irradiance_w_m2, cell_c, fast)
        assert fast == pytest.approx(plain, rel=1e-12)
