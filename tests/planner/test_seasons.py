"""Sets by season: a year divided by trying all, lived through with settings that change, and paid."""

import time
from dataclasses import replace

import numpy as np
import pytest

from twinverter.planner.bill import bill, monthly
from twinverter.planner.judge import World, trial_of
from twinverter.planner.menu import Menu
from twinverter.planner.search import Search, present_scale
from twinverter.planner.seasons import check_changes, divided, months_of, seasonal, seasons_of
from twinverter.planner.years import as_it_is
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import load_house

STEP_S = 1800.0
SUMMER, WINTER = (1.0,), (2.0,)

# Dear evenings in winter, dear mornings in summer: one table cannot hold the bank back for both.
YEAR = """
[site]
latitude = 36.7
longitude = -119.8
timezone = "America/Los_Angeles"
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 8
tilt_deg = 20
azimuth_deg = 180
[site.battery]
chemistry = "lfp"
capacity_ah = 200
[site.measuring]
ct = true
[settings.battery]
batt_mode = "lithium"
batt_capacity_ah = 200
[world]
start = 2023-01-01
days = 365
[world.load]
appliances = [{ name = "all day", phase = 1, power_w = 900 }]
[world.tariff]
currency = "USD"
[[world.tariff.band]]
name = "winter peak"
months = [11, 12, 1, 2]
hours = ["17:00-22:00"]
buy = 0.90
[[world.tariff.band]]
name = "summer peak"
months = [3, 4, 5, 6, 7, 8, 9, 10]
hours = ["05:00-09:00"]
buy = 0.90
[[world.tariff.band]]
name = "winter"
months = [11, 12, 1, 2]
hours = ["22:00-17:00"]
buy = 0.10
[[world.tariff.band]]
name = "summer"
months = [3, 4, 5, 6, 7, 8, 9, 10]
hours = ["09:00-05:00"]
buy = 0.10
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    path = tmp_path_factory.mktemp("seasons") / "year.toml"
    path.write_text(YEAR, encoding="utf-8")
    return load_house(path)


@pytest.fixture(scope="module")
def world(house):
    return World(as_it_is(house), step_s=STEP_S)


def test_a_year_is_divided_where_another_hand_is_cheaper():
    """From May to September one hand costs 1 a month and the other 3, else the other way round."""
    warm = np.array([3.0 if not 5 <= month <= 9 else 1.0 for month in range(1, 13)])
    cost, sets = divided({SUMMER: warm, WINTER: 4.0 - warm}, 2)
    assert cost == 12.0
    assert sorted(sets) == [(5, SUMMER), (10, WINTER)]
    assert months_of(sets, sets.index((5, SUMMER))) == [5, 6, 7, 8, 9]
    assert months_of(sets, sets.index((10, WINTER))) == [10, 11, 12, 1, 2, 3, 4]


def test_months_bills_are_the_years_bill(world, house):
    verdict = world.judge([trial_of(house)])[0]
    parts = monthly(world.tariff, world.calendar, verdict.account)
    assert len(parts) == 12
    assert sum(one.total for _, one in parts) == pytest.approx(verdict.bill.total)
    assert bill(world.tariff, world.calendar, verdict.account) == verdict.bill


def test_the_same_set_in_every_season_is_the_year_itself(world, house):
    trial = trial_of(house)
    whole = world.judge([trial])[0]
    parts = world.judge_sets([(4, trial), (10, trial)])
    assert parts.bill.total == pytest.approx(whole.bill.total, rel=1e-12)
    assert parts.soc == whole.soc
    assert np.array_equal(parts.account.bought_wh, whole.account.bought_wh)


def test_each_set_holds_in_its_own_months(world, house):
    """Without a battery page that serves at all, nothing is drawn from the bank from April on."""
    kept = house.with_settings({"low_batt_soc_pct": 100, "restart_soc_pct": 100})
    used = house.with_settings({"low_batt_soc_pct": 20, "restart_soc_pct": 40})
    verdict = world.judge_sets([(4, trial_of(kept)), (10, trial_of(used))])
    bought = verdict.account.bought_wh.sum(axis=1)
    alone = world.judge([trial_of(used)])[0].account.bought_wh.sum(axis=1)
    assert np.allclose(bought[:90], alone[:90])
    assert bought[91:270].sum() > 1.2 * alone[91:270].sum()


def test_a_part_of_the_world_is_its_months_alone(world, house):
    part = world.part([6, 7])
    assert part.days == pytest.approx(61.0)
    verdict = part.judge([trial_of(house)])[0]
    wanted_wh = 61 * 24 * 900.0
    assert verdict.account.bought_wh.sum() < wanted_wh
    assert verdict.account.bought_wh[:, [0, 2]].sum() == 0.0


def test_changes_are_made_only_where_they_pay(world, house):
    menu = Menu(house)
    search = Search(menu, [world], "money", present_scale(world))
    hands = [
        menu.changed(menu.now, tou_enable=1.0, low_batt_soc_pct=15.0, shutdown_soc_pct=10.0,
                     restart_soc_pct=20.0, grid_charge=1.0, grid_charge_a=60.0,
                     tou1_time=0.0, tou2_time=60.0, tou3_time=300.0, tou4_time=540.0,
                     tou5_time=1020.0, tou6_time=1320.0,
                     tou3_batt_pct=15.0 if morning else 100.0,
                     tou5_batt_pct=100.0 if morning else 15.0,
                     tou4_grid_charge=1.0, tou6_grid_charge=1.0,
                     **{f"tou{row}_batt_pct": 100.0 for row in (1, 2, 4, 6)})
        for morning in (True, False)
    ]  # fmt: skip
    search.judge([menu.now, *hands])
    chance = np.random.default_rng(1)
    sets = seasonal(search, search.best()[0], 2, time.monotonic(), chance, lambda *words: None)
    assert sorted(month for month, _ in sets) == [3, 11]
    seasons = seasons_of(search, sets)
    trials = [(season.month, trial_of(season.house)) for season in seasons]
    by_season = world.judge_sets(trials).bill.total
    assert by_season < search.scores[search.best()[0]] - 100.0
    assert all(change.before != change.after for one in seasons for change in one.changes)
    # Where a walk to the panel costs more than a year, nobody makes it.
    dear = replace(search, scale=1e6)
    assert seasonal(dear, search.best()[0], 2, time.monotonic(), chance, lambda *words: None) == []


def test_seasons_want_a_whole_year(tariff_house):
    days = World(as_it_is(tariff_house), step_s=STEP_S)
    with pytest.raises(HouseError, match="changes = '2': needs a whole year"):
        check_changes([days], 2)
    check_changes([days], 0)
