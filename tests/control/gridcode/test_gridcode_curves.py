"""Lines between points and lags: the shapes of grid support."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinverter.control.gridcode import curves

CATEGORY_B = {"qv_v1": 211.6, "qv_v2": 225.4, "qv_v3": 234.6, "qv_v4": 248.4}
CATEGORY_B |= {"qv_q1": 0.44, "qv_q2": 0.0, "qv_q3": 0.0, "qv_q4": -0.44, "qv_enable": True}
# Category A has no band: points 2 and 3 are the same.
CATEGORY_A = {"qv_v1": 207.0, "qv_v2": 230.0, "qv_v3": 230.0, "qv_v4": 253.0}
CATEGORY_A |= {"qv_q1": 0.25, "qv_q2": 0.0, "qv_q3": 0.0, "qv_q4": -0.25, "qv_enable": True}

VOLT_VAR = [
    # curve       volts   share injected
    (CATEGORY_B,  180.0,  0.44),
    (CATEGORY_B,  211.6,  0.44),
    (CATEGORY_B,  218.5,  0.22),
    (CATEGORY_B,  225.4,  0.0),
    (CATEGORY_B,  230.0,  0.0),
    (CATEGORY_B,  234.6,  0.0),
    (CATEGORY_B,  241.5, -0.22),
    (CATEGORY_B,  248.4, -0.44),
    (CATEGORY_B,  270.0, -0.44),
    (CATEGORY_A,  218.5,  0.125),
    (CATEGORY_A,  230.0,  0.0),
    (CATEGORY_A,  241.5, -0.125),
]  # fmt: skip


@pytest.mark.parametrize("curve, volts, share", VOLT_VAR)
def test_volt_var_goes_through_its_points_and_is_flat_outside(asked_of, curve, volts, share):
    """CH5.8-GSP-012"""
    assert curves.volt_var(asked_of(**curve).grid, volts) == pytest.approx(share)


WATT_VAR = [
    # power   share injected; points 0.2: 0, 0.5: 0, 1: -0.44, drawing mirrored
    (1.2,  -0.44),
    (1.0,  -0.44),
    (0.75, -0.22),
    (0.5,   0.0),
    (0.1,   0.0),
    (0.0,   0.0),
    (-0.1,  0.0),
    (-0.75, 0.22),
    (-1.0,  0.44),
    (-1.2,  0.44),
]  # fmt: skip


@pytest.mark.parametrize("power, share", WATT_VAR)
def test_watt_var_works_while_drawing_too(asked_of, power, share):
    asked = asked_of().law.support
    assert curves.watt_var(asked, power) == pytest.approx(share)


def test_watt_var_runs_straight_between_the_innermost_points(asked_of):
    inner = asked_of({"support_qp_q1": -0.2, "support_qp_charge_q1": 0.2}).law.support
    assert curves.watt_var(inner, 0.2) == pytest.approx(-0.2)
    assert curves.watt_var(inner, 0.0) == pytest.approx(0.0)
    assert curves.watt_var(inner, -0.1) == pytest.approx(0.1)


LAGS = [
    # response  passed   gone of the step
    (5.0,       0.0,     0.0),
    (5.0,       2.5,     1.0 - 0.1 ** 0.5),
    (5.0,       5.0,     0.9),
    (5.0,       10.0,    0.99),
    (0.0,       0.001,   1.0),
]  # fmt: skip


@pytest.mark.parametrize("response_s, passed_s, gone", LAGS)
def test_nine_tenths_are_there_after_the_response_time(response_s, passed_s, gone):
    assert curves.lagged(100.0, 200.0, response_s, passed_s) == pytest.approx(100.0 + 100.0 * gone)


@given(
    steps=st.integers(1, 40),
    first=st.floats(-1.0, 1.0),
    value=st.floats(-1.0, 1.0),
    response_s=st.floats(0.1, 90.0),
)
def test_a_lag_tells_the_same_story_at_any_step(steps, first, value, response_s):
    """C-05a"""
    last = first
    for _ in range(steps):
        last = curves.lagged(last, value, response_s, 10.0 / steps)
    assert last == pytest.approx(curves.lagged(first, value, response_s, 10.0), abs=1e-9)


def test_a_time_constant_leaves_a_part_in_e():
    assert curves.followed(1.0, 0.0, 5.0, 5.0) == pytest.approx(0.36787944)
