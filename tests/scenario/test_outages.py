"""The mains: listed and drawn outages, their borders at any step, voltage and frequency."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from twinverter.scenario.clock import wall_of, zone
from twinverter.scenario.error import HouseError
from twinverter.scenario.outages import (
    ListedOutages,
    Mains,
    NoOutages,
    drawn_outages,
    merged,
)
from twinverter.scenario.steps import Steps

H = 3600.0
EVEN = np.ones(24)


def day(text, step_s=60.0, days=1):
    return Steps(wall_of(date.fromisoformat(text)), step_s, int(days * 86400 / step_s))


def wall(text):
    return wall_of(datetime.fromisoformat(text))


def listed(*events, here="UTC", **more):
    return ListedOutages(np.array([[wall(a), wall(b)] for a, b in events]), here, **more)


def mains(outages, here="UTC", **more):
    return Mains(outages, (230.0, 230.0, 230.0), 50.0, 1, here, **more)


# fmt: off
BORDERS = [
    # step_s  outage                                     first off   last off   what
    (    60,  ("2023-06-01T10:00", "2023-06-01T11:00"),  "10:00",    "10:59",   "whole minutes are exact"),
    (    60,  ("2023-06-01T10:00:20", "2023-06-01T11:00:20"), "10:00", "10:59", "the nearest minute"),
    (    60,  ("2023-06-01T10:00:40", "2023-06-01T11:00:40"), "10:01", "11:00", "the nearest minute, later"),
    (     1,  ("2023-06-01T10:00:20", "2023-06-01T10:00:25"), "10:00:20", "10:00:24", "seconds are exact"),
    (   600,  ("2023-06-01T10:05", "2023-06-01T10:20"),  "10:00",    "10:10",   "half a step counts"),
    (   600,  ("2023-06-01T10:06", "2023-06-01T10:20"),  "10:10",    "10:10",   "less than half does not"),
    (  3600,  ("2023-06-01T10:20", "2023-06-01T12:20"),  "10:00",    "11:00",   "an hour with forty minutes off"),
]
# fmt: on


@pytest.mark.parametrize("step_s, outage, first, last, what", BORDERS, ids=[r[-1] for r in BORDERS])
def test_an_outage_has_these_borders(step_s, outage, first, last, what):
    steps = day("2023-06-01", float(step_s))
    off = steps.starts_s[mains(listed(outage)).there(steps) == 0.0]
    assert (off[0], off[-1]) == (wall(f"2023-06-01T{first}"), wall(f"2023-06-01T{last}"))


def test_an_outage_too_short_for_a_step_is_none():
    steps = day("2023-06-01", 3600.0)
    assert mains(listed(("2023-06-01T10:05", "2023-06-01T10:30"))).there(steps).all()


def test_outages_that_overlap_count_once():
    steps = day("2023-06-01", 3600.0)
    twice = listed(
        ("2023-06-01T10:10", "2023-06-01T10:30"), ("2023-06-01T10:15", "2023-06-01T10:35")
    )
    assert mains(twice).there(steps).all()
    spans_s = np.array([[5.0, 6.0], [0.0, 4.0], [1.0, 2.0], [3.0, 4.5]])
    assert merged(spans_s).tolist() == [[0.0, 4.5], [5.0, 6.0]]


def test_nothing_has_voltage_in_an_outage_and_everything_has_it_beside():
    steps = day("2023-06-01", 3600.0)
    voltages_v, frequency_hz = mains(listed(("2023-06-01T10:00", "2023-06-01T12:00"))).supply(steps)
    off = np.array([10, 11])
    for values, level in ((voltages_v[0], 230), (voltages_v[2], 230), (frequency_hz, 50)):
        assert values[off].tolist() == [0, 0]
        assert np.delete(values, off) == pytest.approx(level)


def test_a_list_by_the_wall_clock_jumps_with_it():
    berlin = listed(("2023-03-26T01:00", "2023-03-26T04:00"), here="Europe/Berlin")
    start_s = zone("Europe/Berlin").midnight_s(date(2023, 3, 26))
    steps = Steps(start_s, 3600.0, 23)
    assert np.flatnonzero(mains(berlin, "Europe/Berlin").there(steps) == 0).tolist() == [1, 2]


COVERED = {"first": date(2023, 1, 1), "last": date(2023, 12, 31)}


# fmt: off
CALENDAR = [
    # day asked     hours off  what
    ("2023-02-28",  2,         "the day itself"),
    ("2024-02-29",  2,         "a leap day repeats the 28th"),
    ("2031-02-28",  2,         "another year takes the calendar day"),
    ("2023-03-01",  0,         "a day without an event"),
    ("2023-06-10",  3,         "an outage over midnight, its evening"),
    ("2025-06-11",  4,         "an outage over midnight, its morning"),
]
# fmt: on


@pytest.mark.parametrize("text, hours, what", CALENDAR, ids=[row[-1] for row in CALENDAR])
def test_other_years_take_the_lists_calendar(text, hours, what):
    events = (("2023-02-28T06:00", "2023-02-28T08:00"), ("2023-06-10T21:00", "2023-06-11T04:00"))
    there = mains(listed(*events, **COVERED)).there(day(text, 3600.0))
    assert (there == 0).sum() == hours


def test_days_that_a_list_does_not_cover_have_no_outage():
    spring = listed(
        ("2023-03-05T06:00", "2023-03-05T08:00"), first=date(2023, 3, 1), last=date(2023, 3, 31)
    )
    assert mains(spring).there(day("2024-04-05", days=30)).all()


# fmt: off
STATISTICS = [
    # hours  mean_min  weights
    (     2,       30, EVEN),
    (     9,      150, EVEN),
    (     9,      150, np.array([0.2] * 12 + [2.0] * 12)),
    (    16,      240, EVEN),
]
# fmt: on


@pytest.mark.parametrize("hours, mean_min, weights", STATISTICS)
def test_drawn_outages_have_the_hours_and_length_that_were_asked_for(hours, mean_min, weights):
    steps = day("2023-01-01", days=1000)
    off = mains(drawn_outages(hours, mean_min * 60, weights, 1, "UTC")).there(steps) == 0
    assert off.sum() / 60 / 1000 == pytest.approx(hours, rel=0.06)
    lengths = off.sum() / (np.diff(off.astype(int)) == 1).sum()
    assert lengths == pytest.approx(mean_min, rel=0.15)


def test_drawn_outages_come_at_the_hours_that_weigh_most():
    evening = np.array([1.0] * 18 + [8.0] * 4 + [1.0] * 2)
    steps = day("2023-01-01", days=400)
    off = mains(drawn_outages(4, 3600, evening, 1, "UTC")).there(steps) == 0
    per_hour = off.reshape(400, 24, 60).mean(axis=(0, 2))
    assert per_hour[18:22].mean() > 3 * per_hour[6:16].mean()


def test_a_date_has_the_same_outages_in_any_run_and_step():
    outages = drawn_outages(9, 9000, EVEN, 5, "Africa/Lagos")
    whole = mains(outages).there(day("2023-05-01", days=20))
    part = mains(outages).there(Steps(day("2023-05-09").start_s + 12_000.0, 60.0, 3000))
    assert np.array_equal(part, whole[8 * 1440 + 200 : 8 * 1440 + 3200])
    for step_s in (1.0, 10.0):
        fine = mains(outages).there(day("2023-05-09", step_s)) == 0
        assert fine.mean() == pytest.approx((whole[8 * 1440 : 9 * 1440] == 0).mean(), abs=0.002)


def test_no_hours_are_no_outages():
    assert mains(NoOutages()).there(day("2023-06-01")).all()


def test_the_voltage_sags_by_the_hour_and_on_straight_lines_round_midnight():
    weak = mains(NoOutages(), sag_hours=np.array([6.0, 20.0]), sags_v=np.array([0.0, 30.0]))
    (l1_v, *_), _ = weak.supply(day("2023-06-01"))
    assert l1_v[6 * 60] == pytest.approx(230, abs=0.1)
    assert l1_v[13 * 60] == pytest.approx(215, abs=0.1)
    assert l1_v[20 * 60] == pytest.approx(200, abs=0.1)
    assert l1_v[1 * 60] == pytest.approx(215, abs=0.1)


def test_voltage_and_frequency_wander_slowly_and_each_for_itself():
    steps = day("2023-06-01", days=30)
    (l1_v, l2_v, _), hz = mains(NoOutages(), wander_v=3.0, wander_hz=0.05).supply(steps)
    assert l1_v.std() == pytest.approx(3.0 * np.sqrt(2 / 3), rel=0.1)
    assert hz.std() == pytest.approx(0.05 * np.sqrt(2 / 3), rel=0.1)
    assert abs(np.corrcoef(l1_v, l2_v)[0, 1]) < 0.2
    assert np.abs(np.diff(l1_v)).max() < 0.25
    later, _ = mains(NoOutages(), wander_v=3.0).supply(day("2023-06-07"))
    assert later[0] == pytest.approx(l1_v[6 * 1440 : 7 * 1440])


# --- lists in files and in the house -----------------------------------------------------------


@pytest.fixture
def with_list(tmp_path, bare_house):
    """Return a loader of houses whose outages are a CSV of these lines."""

    def make(lines, table, **place):
        (tmp_path / "o.csv").write_text("\n".join(lines) + "\n")
        return bare_house(f'[world.grid.outages]\nfile = "o.csv"\n{table}', **place)

    return make


def minutes_off(house, **when):
    return sum(int((chunk["grid_v_l1"] == 0).sum()) for chunk in house.chunks(**when))


# fmt: off
LISTS = [
    # lines                                                               table                                      minutes off
    (["start,end", "2023-01-02T10:00,2023-01-02T11:30"],                  'end = "end"',                             90),
    (["start,min", "2023-01-02T10:00,90"],                                'duration_min = "min"',                    90),
    (["start,s", "2023-01-02T10:00:00,5400"],                             'duration_s = "s"',                        90),
    (["from,min", "2023-01-02 10:00,90"],                                 'start = "from"\nduration_min = "min"',    90),
    (["start,min", "2023-01-02T09:00Z,90"],                               'duration_min = "min"',                    90),
    (["start,min", "02.01.2023 10:00,90"],                                'duration_min = "min"\ntime_format = "%d.%m.%Y %H:%M"', 90),
    (["b,start,min", "A,2023-01-02T10:00,90", "B,2023-01-03T10:00,30"],   'duration_min = "min"\nwhere = { b = "B" }', 30),
    (["start,min", "2023-01-03T10:00,30", "2023-01-02T10:00,60"],         'duration_min = "min"',                    90),
]
# fmt: on


@pytest.mark.parametrize("lines, table, off", LISTS, ids=[table for _, table, _ in LISTS])
def test_a_list_is_read_by_its_columns(with_list, lines, table, off):
    house = with_list(lines, table)
    assert minutes_off(house, days=10) == off
    assert any(
        f"{1 if off != 90 or len(lines) == 2 else 2} outages" in note for note in house.notes
    )


# fmt: off
WRONG_LISTS = [
    # lines                                              table                                      the line
    (["start,end", "2023-01-02T10:00,2023-01-02T09:00"], 'end = "end"',                             "o.csv line 2: outage ends before it starts"),
    (["start,min", "2023-01-02T10:00,-5"],               'duration_min = "min"',                    "o.csv line 2: outage ends before it starts"),
    (["start,min", "2023-01-02T10:00,"],                 'duration_min = "min"',                    "o.csv line 2: outage has no length"),
    (["start,min", "2023-01-02T10:00,long"],             'duration_min = "min"',                    "o.csv line 2: min = 'long': is not a number"),
    (["start,min", "2023-01-02T10:00,5", "soon,5"],      'duration_min = "min"',                    "o.csv line 3: start = 'soon': is not a time"),
    (["start,min", "2023-01-02T10:00,5"],                'duration_min = "mins"',                   "o.csv: world.grid.outages.duration: has no column 'mins'; did you mean min?"),
    (["b,start,min", "A,2023-01-02T10:00,5"],            'duration_min = "min"\nwhere = { b = "C" }', "o.csv: world.grid.outages.where: holds no such event"),
]
# fmt: on


@pytest.mark.parametrize("lines, table, line", WRONG_LISTS, ids=[row[-1] for row in WRONG_LISTS])
def test_a_wrong_list_is_refused_with_file_and_line(with_list, lines, table, line):
    with pytest.raises(HouseError) as refused:
        with_list(lines, table)
    assert str(refused.value).startswith(line)


def test_outages_in_the_house_file_are_all_there_are(bare_house):
    events = "events = [{start = 2023-01-02T10:00:00, duration_min = 90}, {start = 2023-01-05T23:30:00, end = 2023-01-06T00:30:00}]"
    house = bare_house(f"[world.grid.outages]\n{events}")
    assert minutes_off(house, days=10) == 150
    assert minutes_off(house, start=date(2024, 1, 1), days=10) == 0


def test_a_list_in_another_zone_is_brought_to_the_house(with_list):
    house = with_list(
        ["start,min", "2023-01-02T09:00,60"], 'duration_min = "min"\ntimezone = "UTC"'
    )
    chunk = next(house.chunks(start=date(2023, 1, 2), days=1))
    off = chunk["clock_s"][chunk["grid_v_l1"] == 0]
    assert off[0] == wall("2023-01-02T10:00")
    assert off[-1] - off[0] == timedelta(minutes=59).total_seconds()
