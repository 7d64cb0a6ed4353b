"""Two ways in the same world: the difference is the day's own, and its interval is honest."""

import html.parser

import numpy as np
import pytest

from twinverter.planner.compare import FIGURES, compared, interval, read_ways
from twinverter.planner.compare_page import comparison_html, difference_text
from twinverter.scenario.error import HouseError

BY_NAME = {figure.name: figure for figure in FIGURES}


def test_the_same_difference_every_day_is_certain():
    assert interval(np.full(40, 2.0)) == pytest.approx((80.0, 80.0))


def test_an_interval_covers_the_truth_about_as_often_as_it_says():
    """Days that hand half of themselves on: of 60 such stretches nine in ten cover the mean."""
    chance = np.random.default_rng(7)
    covered = 0
    for _ in range(60):
        noise = chance.normal(size=364)
        for day in range(1, len(noise)):
            noise[day] += 0.5 * noise[day - 1]
        low, high = interval(1.0 + noise)
        covered += low <= 364.0 <= high
    assert 52 <= covered <= 60


def test_blocks_widen_what_hangs_together():
    weekly = np.repeat(np.random.default_rng(2).normal(size=52), 7)
    narrow, wide = (np.ptp(interval(weekly, block)) for block in (1, 7))
    assert wide > 1.5 * narrow


@pytest.fixture(scope="module")
def found(weak_house):
    thrifty = weak_house.with_settings({"low_batt_soc_pct": 80, "restart_soc_pct": 80})
    return compared([weak_house, weak_house, thrifty], ["as it is", "twin", "fuller <80>"])


def test_a_house_differs_from_itself_by_nothing(found):
    for figure in FIGURES:
        one = found.difference(figure, 1)
        assert (one.more, one.low, one.high) == (0.0, 0.0, 0.0)
        assert difference_text(figure, one, "NGN") == "the same"


def test_a_fuller_bank_is_dark_for_less(found):
    dark = found.difference(BY_NAME["Dark"], 2)
    assert dark.more < -0.5
    assert dark.low <= dark.more <= dark.high
    assert found.furthest(2)[0][0] in ("2023-04-02", "2023-04-03")


def test_the_difference_in_money_is_that_of_the_bills(found):
    first, _, third = (way.verdict.bill.total for way in found.ways)
    assert found.difference(BY_NAME["Costs"], 2).more == pytest.approx(third - first)


def test_what_is_set_otherwise_is_listed(found):
    assert found.settings() == {
        "low_batt_soc_pct": [40, 40, 80],
        "restart_soc_pct": [40, 40, 80],
    }


def test_the_page_is_whole_and_escapes_names(found):
    page = comparison_html(found)
    assert "fuller &lt;80&gt;" in page and "<80>" not in page
    opened = []

    class Tags(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag != "meta":
                opened.append(tag)

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            assert opened.pop() == tag

    Tags().feed(page)
    assert opened == []


def test_a_file_of_settings_changes_the_first_house(weak_house, tmp_path):
    path = tmp_path / "set.toml"
    path.write_text("[settings.battery]\nlow_batt_soc_pct = 70\nrestart_soc_pct = 70\n")
    first, second = read_ways([weak_house.file, path])
    assert (first.values["low_batt_soc_pct"], second.values["low_batt_soc_pct"]) == (40, 70)
    path.write_text("[settings.battery]\nlow_batt_soc_pct = 700\n")
    with pytest.raises(HouseError, match=r"set.toml: settings.*low_batt_soc_pct = 700"):
        read_ways([weak_house.file, path])


def test_houses_in_two_time_zones_are_no_pair(weak_house, tariff_house):
    with pytest.raises(HouseError, match="is another time zone than Africa/Lagos"):
        compared([weak_house, tariff_house], ["one", "other"])
