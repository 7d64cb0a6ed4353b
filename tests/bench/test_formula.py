"""The bench's own judge: closed forms whose figures can be done in the head."""

import math

import numpy as np
import pytest

from twinverter.bench import expected
from twinverter.bench.case import Case, Stretch, course
from twinverter.bench.formula import Lag, Timer, along, circle, most_reactive, seen
from twinverter.bench.support import VOLT_VAR_A, VOLT_VAR_B, WATT_VAR, Droop, Support

EVEN = (0.0, 0.0, 0.0)


# fmt: off
@pytest.mark.parametrize("points, x, y", [
    # curve       where   what
    (VOLT_VAR_B,  0.90,   0.44),
    (VOLT_VAR_B,  0.92,   0.44),
    (VOLT_VAR_B,  0.95,   0.22),
    (VOLT_VAR_B,  1.00,   0.00),
    (VOLT_VAR_B,  1.05,  -0.22),
    (VOLT_VAR_B,  1.20,  -0.44),
    (VOLT_VAR_A,  1.00,   0.00),
    (VOLT_VAR_A,  1.05,  -0.125),
    (WATT_VAR,   -0.75,   0.22),
    (WATT_VAR,    0.75,  -0.22),
])
# fmt: on
def test_a_curve_is_straight_between_its_points_and_flat_outside(points, x, y):
    assert along(points, x) == pytest.approx(y)


# fmt: off
@pytest.mark.parametrize("volts, angle_rad, mean, positive, low, high", [
    # phases             angles                 mean  positive  lowest      highest
    ((1.0, 1.0, 1.0),    EVEN,                  1.0,  1.0,      1.0,        1.0),
    ((1.0, 1.0, 1.0),    (0.3, 0.3, 0.3),       1.0,  1.0,      1.0,        1.0),
    ((1.2, 1.0, 0.8),    EVEN,                  1.0,  1.0,      0.8,        1.2),
    # A phase turned against another by 60 degrees stands 180 degrees from it.
    ((1.0, 1.0, 1.0),    (0.0, -math.pi / 3, 0.0), 1.0, None,   math.sin(math.pi / 6) * 2 / math.sqrt(3), 2 / math.sqrt(3)),
])
# fmt: on
def test_the_voltages_that_the_standard_judges(volts, angle_rad, mean, positive, low, high):
    by_mean = seen(np.array(volts), np.array(angle_rad), positive_sequence=False)
    assert by_mean.applicable == pytest.approx(mean)
    assert (by_mean.low, by_mean.high) == (pytest.approx(low), pytest.approx(high))
    if positive is not None:
        by_sequence = seen(np.array(volts), np.array(angle_rad), positive_sequence=True)
        assert by_sequence.applicable == pytest.approx(positive)


@pytest.mark.parametrize("dt_s", [0.01, 0.5, 5.0])
def test_a_lag_has_90_percent_behind_it_after_its_response_time(dt_s):
    lag = Lag()
    lag(0.0, 5.0, dt_s)
    for _ in range(round(5.0 / dt_s)):
        value = lag(1.0, 5.0, dt_s)
    assert value == pytest.approx(0.9)


def test_a_timer_is_full_in_the_step_that_completes_its_time_and_forgets_at_once():
    timer = Timer()
    assert [timer(True, 0.3, 0.1) for _ in range(4)] == [False, False, True, True]
    assert [timer(False, 0.3, 0.1), timer(True, 0.3, 0.1)] == [False, False]


# fmt: off
@pytest.mark.parametrize("before, active, reactive, gives", [
    # Q first  wanted P Q    P and Q inside the circle
    (1.0,      0.6, 0.44,    (0.6, 0.44)),
    (1.0,      1.0, 0.6,     (0.8, 0.6)),
    (1.0,     -1.0, -0.6,    (-0.8, -0.6)),
    (0.0,      1.0, 0.44,    (1.0, 0.0)),
    (0.0,      0.8, 0.7,     (0.8, 0.6)),
    (0.28,     1.0, 0.6,     (0.96, 0.28)),
])
# fmt: on
def test_who_gives_way_in_the_circle(before, active, reactive, gives):
    support = Support(volt_var=VOLT_VAR_B, reactive_before=before)
    assert circle(support, active, reactive, 1.0) == pytest.approx(gives)


def test_a_power_factor_keeps_its_angle_in_the_circle():
    support = Support(power_factor=0.8)
    assert circle(support, 1.0, -0.75, 1.0) == pytest.approx((0.8, -0.6))


# fmt: off
@pytest.mark.parametrize("active, most", [(0.04, 0.0), (0.1, 0.3), (0.2, 0.6), (1.0, 0.6)])
# fmt: on
def test_reactive_power_is_reduced_at_low_power_where_asked(active, most):
    assert most_reactive(Support(reduced_at_low_power=True), active) == pytest.approx(most)
    assert most_reactive(Support(), active) == 0.6


def test_a_droop_takes_a_third_of_the_rating_for_a_hertz_beyond_its_band():
    support = Support(droop=Droop(over_hz=0.0, response_s=0.0))
    way = [Stretch(2, wish=0.9), Stretch(2, frequency_hz=61.0, wish=0.9), Stretch(2, wish=0.9)]
    found = expected.trace(Case("droop", "", support, course(way), 1.0, "settled"))
    third = 1.0 / 3.0
    assert found.active.tolist() == pytest.approx([0.9, 0.9, 0.9 - third, 0.9 - third, 0.9, 0.9])
