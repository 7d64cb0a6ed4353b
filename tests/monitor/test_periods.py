"""Curves, balances and outages of a device, read from both kinds of database."""

from datetime import date

import numpy as np
import pytest

from tests.monitor.samples import DAY_S, HOUR_S, MINUTE_S, MONDAY_S
from twinverter.monitor.balance import balance, sums_of
from twinverter.monitor.batch import Sample, batch
from twinverter.monitor.columns import SUMS
from twinverter.monitor.curves import PERIODS, clock_of, curve, day_of, span
from twinverter.monitor.history import HistoryError
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history
from twinverter.monitor.outages import per_day, supply

MONDAY = date(2023, 1, 2)
LIVE, DEAD = 230.0, 0.0


def rows(count, *, first=0, start_s=MONDAY_S, span_s=MINUTE_S, figures=(), **sums_wh):
    """Return samples in a row that each counted these Wh, with figures by their place."""
    thousandths = [round(1000 * sums_wh.get(name, 0)) for name in SUMS]
    given = dict(figures)
    return [
        Sample(
            first + number,
            start_s + number * span_s,
            span_s,
            {key: values[number] for key, values in given.items()},
            thousandths,
        )
        for number in range(count)
    ]


def write(history, samples):
    history.write([batch("home", samples)])


# fmt: off
SPANS = [
    # period   day                 begin               end                 bars
    ("day",    date(2024, 2, 29),  date(2024, 2, 29),  date(2024, 3, 1),   "hour"),
    ("month",  date(2024, 2, 29),  date(2024, 2, 1),   date(2024, 3, 1),   "day"),
    ("month",  date(2023, 12, 31), date(2023, 12, 1),  date(2024, 1, 1),   "day"),
    ("year",   date(2024, 2, 29),  date(2024, 1, 1),   date(2025, 1, 1),   "month"),
]
# fmt: on


@pytest.mark.parametrize("period, day, begin, end, bars", SPANS)
def test_the_period_that_holds_a_day(period, day, begin, end, bars):
    assert span(period, day) == (clock_of(begin), clock_of(end), bars)
    assert day_of(clock_of(day) + DAY_S - 1) == day


def test_a_day_shows_mean_powers_of_five_minutes_and_where_nothing_is_known(history):
    # 50 Wh a minute are 3 kW; 10 Wh into the battery and 20 Wh out of it are 600 W given.
    write(
        history,
        rows(
            10, start_s=MONDAY_S + HOUR_S, solar_wh=50, load_wh=40, home_wh=20, charge_wh=10,
            discharge_wh=20, grid_import_wh=0, grid_export_wh=1, figures={"battery_soc": [50] * 10},
        ),
    )  # fmt: skip
    found = curve(history, "home", "day", MONDAY)
    assert found.step_s == 300 and len(found.labels) == 288
    assert found.labels[12:14] == ["01:00", "01:05"]
    expected = {
        "solar_w": 3000.0, "load_w": 3600.0, "battery_w": 600.0, "grid_w": -60.0,
        "generator_w": 0.0, "micro_inverter_w": 0.0, "soc": 0.5,
    }  # fmt: skip
    for line, value in expected.items():
        assert found.lines[line][11:15] == [None, value, value, None], line


def test_a_minute_that_was_counted_in_half_keeps_its_power(history):
    write(history, rows(1, span_s=30, solar_wh=25))
    assert curve(history, "home", "day", MONDAY).lines["solar_w"][0] == 3000.0


def test_a_day_whose_samples_are_gone_is_drawn_by_the_hour(tmp_path):
    plan = Plan(kept_days={"samples": 1, "minute": 1, "quarter": 1})
    history = open_history(tmp_path / "h.duckdb", plan)
    write(history, rows(2880, solar_wh=10))
    history.sweep()
    found = curve(history, "home", "day", MONDAY)
    assert found.step_s == HOUR_S
    assert found.lines["solar_w"] == [600.0] * 24
    history.close()


def test_longer_periods_show_energies_in_a_bar_a_slot(history):
    # Two days of 1440 Wh, the second in another month and year than the third.
    eve_s = clock_of(date(2022, 12, 31))
    write(history, rows(2880, start_s=eve_s - DAY_S, solar_wh=1))
    write(history, rows(1440, first=2880, start_s=eve_s + DAY_S, solar_wh=1))
    month = curve(history, "home", "month", date(2022, 12, 5))
    assert month.labels == [str(day) for day in range(1, 32)]
    assert month.lines["solar_wh"] == [None] * 29 + [1440.0, 1440.0]
    year = curve(history, "home", "year", date(2022, 12, 5))
    assert year.labels[0] == "Jan" and year.lines["solar_wh"] == [None] * 11 + [2880.0]
    total = curve(history, "home", "total", MONDAY)
    assert (total.labels, total.lines["solar_wh"]) == (["2022", "2023"], [2880.0, 1440.0])


def test_a_period_of_which_nothing_is_known_has_no_values(history):
    write(history, rows(1, solar_wh=1))
    empty = [
        curve(history, "home", period, date(2030, 1, 1)) for period in ("day", "month", "year")
    ]
    assert [
        one for found in empty for one in sum(found.lines.values(), []) if one is not None
    ] == []


def test_a_period_that_is_none_is_a_key_error(history):
    write(history, rows(1))
    with pytest.raises(KeyError):
        curve(history, "home", "week", MONDAY)


def test_a_balance_closes_with_what_nobody_counted(history):
    # 10 in from the sun and 4 from the battery; 6 used, 5 lost: 3 are missing.
    write(history, rows(60, solar_wh=10, discharge_wh=4, load_wh=6, losses_wh=5))
    found = balance(sums_of(history, "home", "day", span("day", MONDAY)))
    came_in = {part.key: part.wh for part in found.came_in if part.wh}
    went_out = {part.key: part.wh for part in found.went_out if part.wh}
    assert came_in == {"solar_wh": 600.0, "discharge_wh": 240.0}
    assert went_out == {"load_wh": 360.0, "losses_wh": 300.0}
    assert found.unexplained_wh == pytest.approx(180.0)
    assert found.unexplained_share == pytest.approx(180.0 / 840.0)
    assert found.stored_wh == -240.0
    assert found.counted_s == HOUR_S


def test_a_balance_of_nothing_is_nothing(history):
    write(history, rows(1))
    found = balance(sums_of(history, "home", "month", span("month", date(2030, 1, 1))))
    assert (found.unexplained_wh, found.unexplained_share, found.counted_s) == (0, 0, 0)


def volts(text, live=LIVE):
    """Return voltages of three phases, a letter a sample: `|` there, `_` gone, `1` phase 1 only."""
    return {
        f"grid_voltage_{phase}": [
            DEAD if letter == "_" or (letter == "1" and phase != "a") else live for letter in text
        ]
        for phase in "abc"
    }


# fmt: off
COURSES = [
    # mains a minute      outages as (first minute, end)
    ("||||||||||",        []),
    ("||__||||__",        [(2, 4), (8, 10)]),
    ("__________",        [(0, 10)]),
    ("|1111111__",        [(8, 10)]),
    ("_|_|_|_|_|",        [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]),
]
# fmt: on


@pytest.mark.parametrize("text, expected", COURSES)
def test_an_outage_lasts_while_no_phase_is_there(text, expected, history):
    write(history, rows(10, figures=volts(text)))
    found = supply(history, "home", "day", MONDAY)
    minutes = [
        ((one.start_s - MONDAY_S) / MINUTE_S, (one.end_s - MONDAY_S) / MINUTE_S)
        for one in found.outages
    ]
    assert minutes == expected
    assert found.outage_s == text.count("_") * MINUTE_S
    assert found.listed_s == 10 * MINUTE_S
    assert [one.is_open for one in found.outages] == [end == 10 for _, end in expected]


def test_an_outage_tells_its_dark_time_and_the_lowest_charge(history):
    samples = rows(4, figures=volts("|__|") | {"battery_soc": [50, 40, 30, 35]},
                   unserved_s=15, unserved_wh=2)  # fmt: skip
    write(history, samples)
    (one,) = supply(history, "home", "day", MONDAY).outages
    assert (one.dark_s, one.unserved_wh, one.lowest_soc) == (30.0, 4.0, 0.3)


def test_a_run_without_voltages_is_told_by_its_alarm_and_one_with_neither_is_not_known(history):
    no_grid = float(1 << 2)
    write(history, rows(4, figures={"fault_3": [0.0, no_grid, no_grid + 1, 0.0]}))
    write(history, rows(2, first=4, start_s=MONDAY_S + 4 * MINUTE_S))
    found = supply(history, "home", "day", MONDAY)
    assert [(one.start_s - MONDAY_S, one.end_s - MONDAY_S) for one in found.outages] == [(60, 180)]
    assert found.listed_s == 4 * MINUTE_S


def test_outages_of_a_fast_tick_are_known_by_the_minute(tmp_path):
    history = open_history(tmp_path / "h.duckdb", Plan(10.0))
    write(history, rows(18, span_s=10, figures=volts("|" * 5 + "_" * 8 + "|" * 5)))
    (one,) = supply(history, "home", "day", MONDAY).outages
    assert (one.start_s - MONDAY_S, one.end_s - MONDAY_S) == (60, 120)
    history.close()


def test_an_outage_over_midnight_is_shared_out_among_its_days(history):
    start_s = MONDAY_S - 3 * MINUTE_S
    write(history, rows(5, start_s=start_s, figures=volts("_____")))
    found = supply(history, "home", "day", MONDAY)
    assert per_day(found.outages, span("day", MONDAY)) == {MONDAY: 120.0}
    both = supply(history, "home", "total", MONDAY)
    assert per_day(both.outages, span("total", MONDAY)) == {date(2023, 1, 1): 180.0, MONDAY: 120.0}


def test_every_period_of_a_device_that_is_not_known_is_refused_in_one_line(history):
    for period in PERIODS:
        for read in (curve, supply):
            with pytest.raises(HistoryError, match="device nobody: is not known here"):
                read(history, "nobody", period, MONDAY)


def test_means_are_of_the_time_that_was_heard(history):
    values = [40.0, np.nan, 60.0]
    figures = [{"battery_soc": one} if np.isfinite(one) else {} for one in values]
    samples = [one._replace(figures=given)
               for one, given in zip(rows(3), figures, strict=True)]  # fmt: skip
    write(history, samples)
    assert curve(history, "home", "day", MONDAY).lines["soc"][0] == 0.5
