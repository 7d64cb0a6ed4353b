"""Converter losses and their inverses are exact opposites, in both directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinverter.core.converter import Loss, given_w, loss_w, passed_w, source_w, taken_w

LOSSES = st.builds(Loss, st.floats(0.0, 0.05), st.floats(0.0, 2.0e-6))
POWERS_W = st.floats(-12000.0, 12000.0)


def test_a_converter_of_one_percent_loses_one_percent():
    one = Loss(0.01, 0.0)
    assert loss_w(one, 1000.0) == 10.0
    assert loss_w(one, -1000.0) == 10.0
    assert taken_w(one, 1000.0) == 1010.0
    assert taken_w(one, -1000.0) == -990.0
    assert passed_w(one, 1000.0) == 990.0
    assert passed_w(one, -1000.0) == -1010.0


@given(LOSSES, POWERS_W)
def test_given_undoes_taken(loss, power_w):
    assert given_w(loss, taken_w(loss, power_w)) == pytest.approx(power_w, rel=1e-9, abs=1e-9)


@given(LOSSES, POWERS_W)
def test_source_undoes_passed(loss, power_w):
    assert source_w(loss, passed_w(loss, power_w)) == pytest.approx(power_w, rel=1e-9, abs=1e-9)


@given(LOSSES, POWERS_W)
def test_no_converter_makes_power(loss, power_w):
    assert loss_w(loss, power_w) >= 0.0
    assert taken_w(loss, power_w) >= power_w
    assert passed_w(loss, power_w) <= power_w
