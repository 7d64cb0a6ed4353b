"""An advice holds what it says: settings that differ, figures of unseen years, and a best kept."""

from dataclasses import replace

import pytest

from twinverter.planner.advice import DEFAULTS, NOW, TUNED, advised
from twinverter.planner.compare import read_ways
from twinverter.planner.telling import headline
from twinverter.planner.unseen import Mean
from twinverter.planner.wishes import Wishes


@pytest.fixture(scope="module")
def advice(weak_house):
    return advised(weak_house, minutes=0.05, searched_years=1, unseen_years=2)


def test_every_change_is_one_and_the_others_are_as_they_were(advice, weak_house):
    changed = {change.key for change in advice.changes}
    for key, value in weak_house.values.items():
        assert (advice.tuned.values[key] != value) == (key in changed)


def test_changes_come_in_the_order_of_the_panel(advice, weak_house):
    order = list(weak_house.values)
    places = [order.index(change.key) for change in advice.changes]
    assert places == sorted(places)


def test_ways_and_bound_are_all_there_and_nobody_beats_the_bound(advice):
    by_name = {line.name: line for line in advice.lines}
    assert list(by_name) == [NOW, DEFAULTS, TUNED, "bound"]
    assert by_name["bound"].money <= by_name[TUNED].money <= by_name[NOW].money
    assert advice.saved.value == pytest.approx(by_name[NOW].money - by_name[TUNED].money)
    assert 0.0 < advice.closed.value <= 1.0


def test_the_settings_it_writes_are_those_it_judged(advice, weak_house, tmp_path):
    path = tmp_path / "tuned.toml"
    path.write_text(advice.toml(), encoding="utf-8")
    assert read_ways([weak_house.file, path])[1].settings == advice.tuned.settings


def test_an_interrupted_search_keeps_its_best(weak_house):
    def stop(share, words):
        if "tried" in words:
            raise KeyboardInterrupt

    found = advised(weak_house, minutes=1.0, searched_years=1, unseen_years=2, tell=stop)
    assert found.interrupted
    by_name = {line.name: line.money for line in found.lines}
    assert by_name[TUNED] <= by_name[NOW]


def test_a_wish_that_cannot_be_met_says_by_how_much_it_is_missed(weak_house):
    """A night of ten hours at 900 W is more than the bank: it stays dark for some hours."""
    found = advised(weak_house, minutes=0.0, searched_years=1, unseen_years=2,
                    wishes=Wishes(dark_h=0.0))  # fmt: skip
    assert found.too_dark_h > 0.0
    assert f"0.0 dark hours in 4 days: {found.too_dark_h:.1f} h are left over" in headline(found)


def test_fewer_dark_hours_that_cost_more_are_told_with_their_price(engineless_house):
    emptied = engineless_house.with_settings(
        {"shutdown_soc_pct": 40, "low_batt_soc_pct": 60, "restart_soc_pct": 60}
    )
    found = advised(emptied, minutes=0.0, searched_years=1, unseen_years=2,
                    wishes=Wishes(dark_h=0.0))  # fmt: skip
    dark_h = found.dark_h(TUNED)
    assert dark_h < found.dark_h(NOW)
    dearer = replace(found, saved=Mean(-12.3, 1.0))
    said = f"Costs 12.3 NGN more in 4 days than what is set, for {dark_h:,.1f} dark hours instead"
    assert headline(dearer).startswith(said)
    assert headline(replace(dearer, wishes=Wishes())).startswith("Nothing better was found")
