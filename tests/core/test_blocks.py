"""The control blocks, at figures that can be done in the head."""

import pytest

from twinverter.core.blocks import (
    Phases,
    clamp,
    curve,
    equal_split,
    held_for,
    latch,
    low_pass,
    ramp,
    total,
)

# fmt: off
CLAMPS = [
    # value  low   high  expected
    (  5.0,  0.0,  10.0,   5.0),
    ( -1.0,  0.0,  10.0,   0.0),
    ( 11.0,  0.0,  10.0,  10.0),
    (  5.0,  8.0,   2.0,   8.0),  # crossed bounds: low wins
]
LATCHES = [
    # on   set    reset  expected
    (0.0,  True,  False,  1.0),
    (1.0,  False, False,  1.0),
    (1.0,  False, True,   0.0),
    (0.0,  True,  True,   0.0),   # reset wins
]
RAMPS = [
    # last  wanted  rate  dt    expected
    ( 0.0,  10.0,   2.0,  1.0,   2.0),
    ( 0.0, -10.0,   2.0,  1.0,  -2.0),
    ( 0.0,  10.0,   2.0,  9.0,  10.0),
    ( 0.0,  10.0,   0.0,  1.0,  10.0),  # no rate, no limit
]
# fmt: on


@pytest.mark.parametrize("value, low, high, expected", CLAMPS)
def test_clamp_holds_a_value_between_its_bounds(value, low, high, expected):
    assert clamp(value, low, high) == expected


@pytest.mark.parametrize("on, set_when, reset_when, expected", LATCHES)
def test_a_latch_keeps_until_told_otherwise(on, set_when, reset_when, expected):
    assert latch(on, set_when, reset_when) == expected


@pytest.mark.parametrize("last, wanted, rate, dt_s, expected", RAMPS)
def test_a_ramp_moves_no_faster_than_its_rate(last, wanted, rate, dt_s, expected):
    assert ramp(last, wanted, rate, dt_s) == expected


def test_a_delay_shorter_than_the_step_has_passed_within_it():
    assert held_for(0.0, True, 60.0) == 60.0
    assert held_for(50.0, False, 60.0) == 0.0


def test_a_low_pass_is_stable_at_any_step():
    assert low_pass(0.0, 10.0, 10.0, 10.0) == 5.0
    assert low_pass(0.0, 10.0, 10.0, 1.0e9) == pytest.approx(10.0)


def test_a_curve_is_linear_between_its_points_and_flat_outside():
    points = (0.0, 10.0, 30.0)
    values = [curve(points, x, 0.0, 1.0) for x in (-1.0, 0.0, 0.25, 0.75, 1.0, 2.0)]
    assert values == [0.0, 0.0, 5.0, 20.0, 30.0, 30.0]


def test_phases_add_up():
    assert total(equal_split(9.0)) == pytest.approx(9.0)
    assert total(Phases(1.0, 2.0, 3.0)) == 6.0
