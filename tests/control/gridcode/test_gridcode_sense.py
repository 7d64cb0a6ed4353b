"""Which voltage the functions follow and which one the levels judge (IEEE 1547-2018, 4.3)."""

import math

import pytest

from twinverter.control.gridcode import sense

THIRD = 2.0 * math.pi / 3.0
MEAN, SEQUENCE = 0.0, 1.0

FOLLOWED = [
    # phases                 out of place          mean    positive sequence
    ((230.0, 230.0, 230.0), (0.0, 0.0, 0.0),        230.0, 230.0),
    ((200.0, 230.0, 260.0), (0.0, 0.0, 0.0),        230.0, 230.0),
    ((0.0,   230.0, 230.0), (0.0, 0.0, 0.0),        230.0 * 2.0 / 3.0, 230.0 * 2.0 / 3.0),
    # a common turn of all phases is no unbalance
    ((230.0, 230.0, 230.0), (0.5, 0.5, 0.5),        230.0, 230.0),
    # two phases exchanged: nothing but negative sequence
    ((230.0, 230.0, 230.0), (0.0, -THIRD, THIRD),   230.0, 0.0),
    # one phase turned by 180 degrees takes twice its third away
    ((230.0, 230.0, 230.0), (math.pi, 0.0, 0.0),    230.0, 230.0 / 3.0),
]  # fmt: skip


@pytest.mark.parametrize("volts, angle_rad, mean_v, positive_v", FOLLOWED)
def test_functions_follow_the_mean_or_the_positive_sequence(
    asked_of, seen, volts, angle_rad, mean_v, positive_v
):
    ac = seen(volts, angle_rad=angle_rad)
    by_mean = asked_of({"support_positive_sequence": MEAN})
    by_sequence = asked_of({"support_positive_sequence": SEQUENCE})
    assert sense.applicable_v(by_mean, ac) == pytest.approx(mean_v)
    assert sense.applicable_v(by_sequence, ac) == pytest.approx(positive_v, abs=1e-9)


JUDGED = [
    # phases                 out of place            lines   low                high
    ((230.0, 240.0, 220.0), (0.0, 0.0, 0.0),          False, 220.0,             240.0),
    ((230.0, 230.0, 230.0), (0.0, 0.0, 0.0),          True,  230.0,             230.0),
    # without L1 the voltages to it are those of the others: 230 V of 398 V
    ((0.0,   230.0, 230.0), (0.0, 0.0, 0.0),          True,  0.0,               230.0),
    ((0.0,   240.0, 240.0), (0.0, 0.0, 0.0),          True,  0.0,               240.0),
    # L2 in the place of L1: nothing between these two
    ((230.0, 230.0, 230.0), (0.0, THIRD, 0.0),        True,  0.0,               230.0),
    # L1 turned by 60 degrees stands opposite to L2: 460 V of 398 V between them
    ((230.0, 230.0, 230.0), (math.pi / 3.0, 0.0, 0.0), True, 230.0 / math.sqrt(3.0), 460.0 / math.sqrt(3.0)),
]  # fmt: skip


@pytest.mark.parametrize("volts, angle_rad, lines, low_v, high_v", JUDGED)
def test_levels_judge_the_worst_phase_and_where_asked_the_worst_pair(
    asked_of, seen, volts, angle_rad, lines, low_v, high_v
):
    said = asked_of({"ride_line_volts": float(lines)})
    worst = sense.worst_v(said, seen(volts, angle_rad=angle_rad))
    assert worst == pytest.approx((low_v, high_v), abs=1e-9)
