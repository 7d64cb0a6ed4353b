"""Wall clocks of zones, with the days on which they jump."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinverter.scenario.clock import date_of, seasonal, wall_of, year_part, zone

H = 3600.0


def wall(text):
    return wall_of(datetime.fromisoformat(text))


# fmt: off
WALL_AND_UTC = [
    # zone               wall clock           UTC                  what
    ("UTC",              "2023-06-01T12:00",  "2023-06-01T12:00",  "no offset"),
    ("Africa/Lagos",     "2023-01-01T00:00",  "2022-12-31T23:00",  "one hour ahead, never a change"),
    ("Asia/Kolkata",     "2023-01-01T05:30",  "2023-01-01T00:00",  "half an hour"),
    ("Europe/Berlin",    "2023-03-26T01:59",  "2023-03-26T00:59",  "the minute before spring"),
    ("Europe/Berlin",    "2023-03-26T02:30",  "2023-03-26T01:00",  "skipped: the moment of the change"),
    ("Europe/Berlin",    "2023-03-26T03:00",  "2023-03-26T01:00",  "the minute after spring"),
    ("Europe/Berlin",    "2023-10-29T02:30",  "2023-10-29T00:30",  "comes twice: the first is meant"),
    ("Europe/Berlin",    "2023-10-29T03:00",  "2023-10-29T02:00",  "after autumn"),
    ("America/New_York", "2023-11-05T01:00",  "2023-11-05T05:00",  "west of Greenwich, first pass"),
    ("Australia/Sydney", "2023-10-01T03:00",  "2023-09-30T16:00",  "southern spring"),
]
# fmt: on


@pytest.mark.parametrize(
    "name, local, utc, what", WALL_AND_UTC, ids=lambda v: v if " " in str(v) else ""
)
def test_a_wall_clock_reading_is_this_moment(name, local, utc, what):
    assert zone(name).utc_s(np.array([wall(local)])) == [wall(utc)]


def test_the_second_pass_of_a_repeated_hour_is_one_hour_later():
    berlin = zone("Europe/Berlin")
    twice = np.array([wall("2023-10-29T02:30")] * 2)
    assert berlin.repeats(twice).all()
    assert np.diff(berlin.utc_s(twice, np.array([False, True]))) == [H]


def test_only_the_skipped_hour_is_skipped():
    berlin = zone("Europe/Berlin")
    readings = [wall(f"2023-03-26T{text}") for text in ("01:59", "02:00", "02:59", "03:00")]
    assert berlin.skips(np.array(readings)).tolist() == [False, True, True, False]


@given(st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"]),
       st.integers(0, 4_000_000_000))  # fmt: skip
def test_there_and_back_is_the_same_moment(name, utc_s):
    moment_s = np.array([float(utc_s)])
    walls_s = zone(name).wall_s(moment_s)
    both = zone(name).utc_s(np.repeat(walls_s, 2), np.array([False, True]))
    assert moment_s[0] in both


def test_fractions_of_a_second_survive():
    moments_s = wall("2023-03-26T00:59:59") + np.array([0.0, 0.001, 0.999, 1.0])
    steps_s = np.diff(zone("Europe/Berlin").wall_s(moments_s))
    assert steps_s == pytest.approx([0.001, 0.998, 0.001 + H], abs=1e-6)


def test_a_month_figure_stands_for_the_middle_of_its_month():
    months = np.arange(12.0)
    middles = np.array([wall(f"2023-{month:02d}-16") for month in (3, 6, 11)])
    assert seasonal(months, middles) == pytest.approx([2, 5, 10], abs=0.1)
    assert seasonal(months, np.array([wall("2023-01-01")])) == pytest.approx([5.5], abs=0.05)


def test_a_year_passes_from_0_to_1_leap_or_not():
    moments_s = np.array([wall("2024-01-01"), wall("2024-07-02"), wall("2023-07-02T12:00")])
    assert year_part(moments_s) == pytest.approx([0.0, 183 / 366, 0.5])
    assert str(date_of(wall("2024-02-29T23:59"))) == "2024-02-29"
