"""Hours to empty and odds of darkness are those that the device itself would bring."""

import pytest

from twinverter.planner.reserve import floors_of, hours_to_empty, reserve, wilson


def test_a_full_bank_lasts_as_long_as_its_energy_does(weak_house):
    """200 Ah at 52.8 V hold 10.5 kWh; 80 % of them at 1 kW are 8.4 h, less 5 to 15 % losses."""
    assert 7.1 < hours_to_empty(weak_house, 1.0, 1000.0) < 8.0


def test_twice_the_load_and_half_the_charge_last_less(weak_house):
    full_h = hours_to_empty(weak_house, 1.0, 1000.0)
    assert hours_to_empty(weak_house, 1.0, 2000.0) < 0.55 * full_h
    # Above the shutdown level of 20 % there are 40 of 80 points.
    assert hours_to_empty(weak_house, 0.6, 1000.0) == pytest.approx(0.5 * full_h, rel=0.1)
    assert hours_to_empty(weak_house, 0.2, 1000.0) < 0.1


@pytest.mark.parametrize(
    ("changes", "floors"),
    # fmt: off
    [
        ({}, (0.40,)),
        ({"tou_enable": True} | {f"tou{row}_batt_pct": 60 for row in range(1, 7)}, (0.60,)),
        # Rows below Low Batt are raised to it.
        (
            {"tou_enable": True} | {f"tou{row}_batt_pct": 10 * row for row in range(1, 7)},
            (0.40, 0.50, 0.60),
        ),
    ],
    # fmt: on
)
def test_with_mains_the_bank_serves_down_to_the_floor_of_its_row(weak_house, changes, floors):
    assert floors_of(weak_house.with_settings(changes)) == floors


def test_of_three_outages_the_long_one_is_dark(weak_house):
    """At 900 W, 60 % last some 4 h: one outage of ten hours is dark, two of one hour are not."""
    found = reserve(weak_house, [0.6, 1.0], years=1)
    assert (found.outages, found.longest_h) == (3, pytest.approx(10.0, abs=0.1))
    assert found.load_w == pytest.approx(900.0)
    from_60, full = found.rows
    assert (from_60.dark, full.dark) == (1, 1)
    assert from_60.share == pytest.approx(1 / 3)
    assert 5.0 < from_60.dark_h < 7.0 < 10.0 - full.dark_h
    assert from_60.low < 1 / 3 < from_60.high


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    # fmt: off
    [
        # By hand: 0 of n reaches z^2 / (n + z^2).
        (0, 100, 0.000, 0.037),
        (50, 100, 0.404, 0.596),
        (0, 0, 0.000, 1.000),
    ],
    # fmt: on
)
def test_the_interval_of_a_share(hits, count, low, high):
    assert wilson(hits, count) == pytest.approx((low, high), abs=5e-4)
