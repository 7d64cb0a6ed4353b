"""The story of a made-up day, and what it leaves out."""

import numpy as np
import pytest

from twinverter.batch.spans import SPAN
from twinverter.batch.story import COLUMNS, MOST_MOMENTS, day_story, steady, stories
from twinverter.catalog import alarms
from twinverter.catalog.settings import full_values, kernel_settings, parse_values
from twinverter.words import wording

MIDNIGHT_S = 18744 * 86400.0  # Tuesday 27 April 2021
MINUTES = 1440


def day_of(**changes):
    """Return a day's columns; a change is {minute: value from then on}."""
    columns = {name: np.zeros(MINUTES) for name in COLUMNS}
    columns["clock_s"] = MIDNIGHT_S + np.arange(MINUTES) * 60.0
    for name, steps in changes.items():
        for minute, value in steps.items():
            columns[name][minute:] = wording.code_of(value) if isinstance(value, str) else value
    return columns


def told(columns, **given):
    settings = kernel_settings(full_values(parse_values({"batt_mode": "lithium"} | given)))
    return day_story(settings, MIDNIGHT_S, columns, 60.0)


def test_the_story_of_a_day():
    columns = day_of(
        soc={0: 0.62, 7 * 60: 0.5, 18 * 60 + 2: 0.4},
        battery_w={0: 800.0, 7 * 60: -2000.0, 18 * 60: 600.0, 18 * 60 + 2: 0.0},
        reasons_battery={0: "batt_serves_load", 7 * 60: "batt_charging_pv", 18 * 60: "batt_serves_load", 18 * 60 + 2: "batt_below_target"},
        reasons_grid={0: "grid_absent", 9 * 60: "grid_setpoint", 18 * 60 + 2: "grid_rest"},
        grid_w_l1={18 * 60 + 2: 900.0},
        reasons_load={0: "load_inverter", 9 * 60: "load_grid"},
        load_w_l1={0: 900.0},
        reasons_pv={0: "pv_dark", 7 * 60: "pv_all_used", 18 * 60: "pv_dark"},
        pv1_w={7 * 60: 2900.0, 18 * 60: 0.0},
        reasons_generator={0: "gen_not_needed"},
        alarms={11 * 60: alarms.F15, 11 * 60 + 1: 0.0},
    )  # fmt: skip
    timetable = {
        "tou_enable": True,
        "tou5_time": "18:00",
        "tou6_time": "23:00",
        "tou5_batt_pct": 40,
        "low_batt_soc_pct": 20,
    }
    story = told(columns, **timetable)
    assert story.text().replace("\u00a0", " ").splitlines() == [
        "Tuesday 27 April 2021",
        "  00:00  The mains is gone. The house runs on sun and battery. The battery gives 800 W at 62 %: the",
        "         house needs more than the sun gives.",
        "  07:00  The battery takes 2.00 kW at 50 %: the sun gives more than the house needs. The sun gives",
        "         2.90 kW.",
        "  09:00  The mains gives 20 W at most, so that nothing is fed back. The house hangs on the mains.",
        f"  11:00  Fault F15: {alarms.rows_of(alarms.F15)[0].message}",
        "  18:00  The battery gives 600 W at 50 %: the house needs more than the sun gives. The sun is down.",
        "  18:02  The mains gives 900 W: it covers what sun and battery do not. The battery stops at 40 %:",
        "         row 5 of the timetable holds 40 %.",
        "  24:00  The day: sun 31.9 kWh, bought 5.4 kWh, house 21.6 kWh; never without power.",
    ]


def test_a_restless_day_is_told_in_so_many_moments_and_says_what_is_missing():
    flicker = {
        minute: ("batt_serves_load", "batt_charging_pv")[minute // 2 % 2]
        for minute in range(0, MINUTES, 2)
    }
    power = {minute: (500.0, -500.0)[minute // 2 % 2] for minute in range(0, MINUTES, 2)}
    story = told(day_of(reasons_battery=flicker, battery_w=power))
    assert len(story.rows()) <= MOST_MOMENTS + 1
    assert story.remark == "changes shorter than 5\u00a0min are left out"


def test_a_dark_house_is_told_however_short_it_was():
    load = {0: "load_grid"} | {hour * 60: "load_inverter" for hour in range(1, 24, 2)}
    load |= {hour * 60 + 1: "load_grid" for hour in range(1, 24, 2)}
    load |= {330: "load_overload", 331: "load_grid"}
    battery = {
        minute: ("batt_serves_load", "batt_charging_pv")[minute % 2] for minute in range(MINUTES)
    }
    power = {minute: (500.0, -500.0)[minute % 2] for minute in range(MINUTES)}
    story = told(day_of(reasons_load=load, reasons_battery=battery, battery_w=power))
    dark = [text for time, text in story.rows() if time == "05:30"]
    assert dark and dark[0].startswith("The house goes dark")


def test_time_without_power_is_in_the_last_line():
    story = told(day_of(load_w_l2={0: 100.0}, load_unserved_w_l2={600: 100.0, 690: 0.0}))
    assert story.lines[-1].text.endswith("1\u00a0h 30\u00a0min without power.")


# fmt: off
@pytest.mark.parametrize("lengths, kept", [
    # minutes of each run          runs that are left
    ([10, 1, 10],                  [20 + 1]),        # a flicker between two of the same
    ([10, 1, 1, 10],               [12, 10]),        # two flickers belong to the run before
    ([1, 10],                      [1, 10]),         # a day may begin short
])
# fmt: on
def test_short_runs_belong_to_the_one_before(lengths, kept):
    charging, serving = wording.code_of("batt_charging_pv"), wording.code_of("batt_serves_load")
    spans = np.zeros(len(lengths), SPAN)
    spans["code"] = [(charging, serving, charging, serving)[place] for place in range(len(lengths))]
    spans["steps"] = lengths
    spans["end_s"] = np.cumsum(lengths) * 60.0
    spans["start_s"] = spans["end_s"] - spans["steps"] * 60.0
    assert steady(spans, 120.0)["steps"].tolist() == kept


@pytest.mark.compiled
def test_every_day_of_a_run_has_a_story_without_gaps_in_its_sentences(week):
    found = list(stories(week))
    assert [str(story.day) for story in found] == [f"2023-01-0{day}" for day in range(1, 8)]
    for story in found:
        text = story.text()
        assert "{" not in text and "…" not in text
        assert len(story.rows()) <= MOST_MOMENTS + 1
