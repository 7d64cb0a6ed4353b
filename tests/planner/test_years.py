"""Other years of a house keep its seasons and weekdays, and share no measured day."""

import numpy as np
import pytest

from twinverter.planner.years import (
    REACH_DAYS,
    REPORTED,
    SEARCHED,
    WEATHER,
    WEEK,
    Part,
    Year,
    measured_parts,
    years_of,
)

DAYS = np.arange(19000, 19120)
EVEN = np.full(len(DAYS), 1440)
SKY, LOADS = Part("weather", WEATHER, 1), Part("load", ("load_w_l1",), WEEK)


def sources(house, part, seed=1, odd_weeks=SEARCHED, lengths=EVEN):
    year = Year(house, seed, (part,), odd_weeks)
    return DAYS[list(year.sources(part, DAYS, lengths))]


@pytest.mark.parametrize("part", [SKY, LOADS])
@pytest.mark.parametrize("odd_weeks", [SEARCHED, REPORTED])
def test_a_day_is_one_of_its_season_and_of_its_set_of_weeks(tariff_house, part, odd_weeks):
    from_days = sources(tariff_house, part, odd_weeks=odd_weeks)
    assert np.abs(from_days - DAYS).max() <= REACH_DAYS
    assert set(from_days // WEEK % 2) == {odd_weeks}
    assert len(set(from_days)) > 20


def test_loads_keep_their_day_of_the_week(tariff_house):
    assert ((sources(tariff_house, LOADS) - DAYS) % WEEK == 0).all()


def test_years_searched_and_reported_on_share_no_day(tariff_house):
    searched = sources(tariff_house, SKY, odd_weeks=SEARCHED)
    reported = sources(tariff_house, SKY, odd_weeks=REPORTED)
    assert not set(searched) & set(reported)


def test_another_seed_makes_another_year_and_the_same_seed_the_same(tariff_house):
    one, again, other = (sources(tariff_house, SKY, seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).mean() > 0.5


def test_a_day_of_another_length_stands_for_nobody_but_itself(tariff_house):
    lengths = EVEN.copy()
    lengths[60] = 1380
    from_days = sources(tariff_house, SKY, lengths=lengths)
    assert from_days[60] == DAYS[60]
    assert (from_days == DAYS[60]).sum() == 1


def test_a_modelled_house_is_drawn_again(tariff_house):
    assert measured_parts(tariff_house) == ()
    seeds = [year.house.form.world.seed for year in years_of(tariff_house, 2, SEARCHED)]
    other = [year.seed for year in years_of(tariff_house, 2, REPORTED)]
    assert seeds == [1, 1] and not {1, 2} & set(other)
