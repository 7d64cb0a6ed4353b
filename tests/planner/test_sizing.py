"""Sizes: what is installed changes as told, and money is counted as an accountant does."""

import math
from dataclasses import replace

import pytest

from twinverter.planner.sizing import (
    Prices,
    Size,
    annuity,
    check_cold,
    coldest_c,
    grid_of,
    invested,
    resized,
    size_of,
    sized,
)
from twinverter.scenario.error import HouseError

PRICES = Prices(module=100.0, battery_kwh=200.0, generator_kw=50.0)


def test_one_a_year_is_worth_less_the_later_it_comes():
    assert annuity(2, 0.0) == 2.0
    # 1 / 1.25 + 1 / 1.5625
    assert annuity(2, 0.25) == pytest.approx(0.8 + 0.64)


def test_a_house_knows_its_size_and_what_it_cost(weak_house):
    assert size_of(weak_house) == Size(9, 200.0, 5000.0)
    # 9 modules, 10.56 kWh at the middle voltage of 52.79 V, 5 kW
    assert invested(weak_house, PRICES) == pytest.approx(900 + 10.558 * 200 + 250, rel=1e-3)


def test_another_size_is_another_site_with_fitting_settings(weak_house):
    other = resized(weak_house, Size(6, 300.0, 0.0))
    assert size_of(other) == Size(6, 300.0, 0.0)
    assert other.values["batt_capacity_ah"] == 300
    assert other.values["max_charge_a"] == 150
    assert other.site.pv1.modules == 6.0 and other.form.site.genset is None


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (Size(0, 200.0, 0.0), "modules_in_series = 0: is out of range"),
        (Size(9, 0.0, 0.0), "capacity_ah = 0: is out of range"),
    ],
)
def test_a_size_that_cannot_be_is_named(weak_house, size, said):
    with pytest.raises(HouseError, match=said):
        resized(weak_house, size)


def test_a_bigger_bank_is_set_against_the_cheapest(weak_house):
    found = sized(weak_house, grid_of([9], [100.0, 400.0], [5000.0]), PRICES, years=5)
    by_ah = {one.size.battery_ah: one for one in found}
    small, big = by_ah[100.0], by_ah[400.0]
    assert math.isnan(small.pay_back) and small.present_value == 0.0
    saving, more = small.per_year - big.per_year, big.invested - small.invested
    assert big.dark_h < small.dark_h and saving > 0.0
    assert big.pay_back == pytest.approx(more / saving)
    assert big.present_value == pytest.approx(saving * annuity(5, 0.1) - more)
    assert [one.present_value for one in found] == sorted(
        (one.present_value for one in found), reverse=True
    )


def test_a_string_that_the_cold_would_raise_above_the_inputs_voltage_is_refused(weak_house):
    """49.3 V a module at 25 degC; the coldest hour of the modelled sky less 10 K is 6 degC."""
    with pytest.raises(HouseError, match=r"'20': gives 10\d\d V .* bears 800 V; 15 in series"):
        sized(weak_house, [Size(20, 200.0, 5000.0)], PRICES)
    check_cold(resized(weak_house, Size(15, 200.0, 5000.0)), coldest_c(weak_house))


def test_a_record_low_that_is_told_counts_before_the_weather(weak_house):
    site = weak_house.form.site
    wiring = site.wiring.model_copy(update={"record_low_c": -20.0})
    form = weak_house.form.model_copy(update={"site": site.model_copy(update={"wiring": wiring})})
    assert coldest_c(replace(weak_house, form=form)) == -20.0
