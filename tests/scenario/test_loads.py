"""Demands: what appliances add up to, what a meter's file says, whatever the step."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from twinverter.scenario.clock import wall_of, zone
from twinverter.scenario.error import HouseError
from twinverter.scenario.loads import Appliance, ModelledLoad, on_share
from twinverter.scenario.steps import Steps

DAY_S = 86400.0
H = 3600.0
ALWAYS = ((0.0, DAY_S),)


def appliance(**changes):
    plain = dict(
        name="thing", shares=(1.0, 0.0, 0.0), power_w=100.0, windows_s=ALWAYS, duty=1.0,
        cycle_s=1800.0, probability=1.0, spread_s=0.0, uses_per_day=0.0, use_s=600.0,
        months=frozenset(range(1, 13)), weekdays=frozenset(range(7)),
    )  # fmt: skip
    return Appliance(**(plain | changes))


def load(*appliances, seed=1, here="UTC"):
    return ModelledLoad(appliances, seed, here)


def days(first, count, step_s=60.0, here="UTC"):
    begin = date.fromisoformat(first)
    start_s, end_s = (zone(here).midnight_s(begin + timedelta(days=n)) for n in (0, count))
    return Steps(start_s, step_s, round((end_s - start_s) / step_s))


def energy_wh(watts, steps):
    return [part.sum() * steps.step_s / 3600 for part in watts]


# fmt: off
ENERGIES = [
    # changes                                                       wh_a_day  tolerance  what
    ({},                                                                2400,    1e-9,   "100 W all day"),
    ({"windows_s": ((18 * H, 23 * H),)},                                 500,    1e-9,   "five hours"),
    ({"windows_s": ((22 * H, 30 * H),)},                                 800,    1e-9,   "over midnight"),
    ({"windows_s": ((0, 2 * H), (5 * H, 6 * H))},                        300,    1e-9,   "two windows"),
    ({"duty": 0.4},                                                      960,    0.02,   "a fridge"),
    ({"duty": 0.0},                                                        0,    1e-9,   "never"),
    ({"probability": 0.25},                                              600,    0.15,   "one day in four"),
    ({"uses_per_day": 3.0, "use_s": 600.0},                               50,    0.10,   "three uses of ten minutes"),
    ({"windows_s": ((18 * H, 20 * H),), "spread_s": 900.0},              200,    0.05,   "two unpunctual hours"),
    ({"months": frozenset({1})},                                        2400 * 31 / 365, 1e-9, "in January only"),
    ({"weekdays": frozenset({5, 6})},                                   2400 * 105 / 365, 1e-9, "at weekends only"),
]
# fmt: on


@pytest.mark.parametrize(
    "changes, wh_a_day, tolerance, what", ENERGIES, ids=[r[-1] for r in ENERGIES]
)
def test_an_appliance_takes_this_much_a_day(changes, wh_a_day, tolerance, what):
    steps = days("2023-01-01", 365, 3600.0)
    total_wh, *others = energy_wh(load(appliance(**changes)).watts(steps), steps)
    assert total_wh / 365 == pytest.approx(wh_a_day, rel=tolerance, abs=1e-6)
    assert others == [0.0, 0.0]


def test_a_window_over_midnight_belongs_to_the_evening_it_begins_in():
    late = appliance(windows_s=((22 * H, 30 * H),), weekdays=frozenset({5}))  # Saturday
    watts, *_ = load(late).watts(days("2023-01-08", 1, 3600.0))  # Sunday
    assert watts.tolist() == [100.0] * 6 + [0.0] * 18


@pytest.mark.parametrize("step_s", [1.0, 10.0, 60.0, 600.0, 3600.0])
def test_the_energy_of_a_day_does_not_depend_on_the_step(step_s):
    house = load(
        appliance(name="a", duty=0.37, cycle_s=1234.0),
        appliance(name="b", uses_per_day=9.0, use_s=77.0, shares=(0.0, 0.5, 0.5)),
    )
    exact = energy_wh(house.watts(days("2023-05-05", 1, 60.0)), days("2023-05-05", 1, 60.0))
    steps = days("2023-05-05", 1, step_s)
    assert energy_wh(house.watts(steps), steps) == pytest.approx(exact, rel=1e-9)


def test_a_moment_is_the_same_in_any_run():
    house = load(appliance(duty=0.4), appliance(name="b", uses_per_day=5.0))
    whole, *_ = house.watts(days("2023-05-01", 10))
    part, *_ = house.watts(Steps(days("2023-05-04", 1).start_s + 7200.0, 60.0, 500))
    assert part == pytest.approx(whole[3 * 1440 + 120 : 3 * 1440 + 620], abs=1e-9)


def test_another_seed_or_name_has_other_habits():
    steps = days("2023-05-01", 1)
    same = [load(appliance(duty=0.4), seed=seed).watts(steps)[0] for seed in (1, 1, 2)]
    assert np.array_equal(same[0], same[1]) and not np.array_equal(same[0], same[2])
    assert not np.array_equal(same[0], load(appliance(name="other", duty=0.4)).watts(steps)[0])


@pytest.mark.parametrize("day, hours", [("2023-03-26", 23), ("2023-10-29", 25), ("2023-06-01", 24)])
def test_habits_follow_the_clock_on_the_wall(day, hours):
    steps = days(day, 1, 3600.0, "Europe/Berlin")
    watts, *_ = load(appliance(windows_s=((18 * H, 19 * H),)), here="Europe/Berlin").watts(steps)
    assert len(watts) == hours
    walls_s = zone("Europe/Berlin").wall_s(steps.starts_s)
    assert (walls_s[watts > 0] % DAY_S / H).tolist() == [18.0]


def test_a_share_of_a_step_counts_as_a_share():
    steps = Steps(0.0, 60.0, 3)
    assert on_share(steps, np.array([[30.0, 90.0]])).tolist() == [0.5, 0.5, 0.0]
    assert on_share(steps, np.array([[-10.0, 60.0], [170.0, 999.0]])) == pytest.approx(
        [1, 0, 1 / 6]
    )


# --- a meter's file ----------------------------------------------------------------------------


@pytest.fixture
def metered(tmp_path, bare_house):
    """Return a loader of houses whose load is a CSV of these cells."""

    def make(rows, table, header="time,a,b", **place):
        path = tmp_path / "m.csv"
        path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
        return bare_house(f'[world.load]\nfile = "m.csv"\n{table}', **place)

    return make


def quarter_hours(count, first=datetime(2023, 1, 1), a=400.0, b=200.0):
    return [[f"{first + timedelta(minutes=15) * n:%Y-%m-%dT%H:%M}", a, b] for n in range(count)]


# fmt: off
COLUMNS = [
    # table                                                  l1     l2     l3   what
    ('l1 = "a"\nl3 = "b"',                                  400,     0,   200,  "a column per phase"),
    ('total = "a"',                                         400,     0,     0,  "one column on L1"),
    ('total = "a"\nsplit = [0.5, 0.25, 0.25]',              200,   100,   100,  "one column shared out"),
    ('total = "a"\nunit = "kW"\nscale = 0.01',             4000,     0,     0,  "kW, scaled"),
    ('total = "a"\nunit = "Wh"',                           1600,     0,     0,  "Wh in a quarter of an hour"),
    ('total = "a"\nunit = "kWh"\nscale = 0.001',           1600,     0,     0,  "kWh in a quarter of an hour, scaled"),
]
# fmt: on


@pytest.mark.parametrize("table, l1, l2, l3, what", COLUMNS, ids=[row[-1] for row in COLUMNS])
def test_a_meter_is_read_by_its_columns_and_unit(metered, table, l1, l2, l3, what):
    house = metered(quarter_hours(96), table)
    rows = next(house.chunks(days=1))
    for name, watts in (("load_w_l1", l1), ("load_w_l2", l2), ("load_w_l3", l3)):
        assert rows[name] == pytest.approx(watts, abs=1e-3)


def test_a_meters_energy_is_kept_at_any_step(metered):
    rows = [[stamp, 100 * (n % 7), 0] for n, (stamp, *_) in enumerate(quarter_hours(96))]
    house = metered(rows, 'total = "a"')
    wanted = sum(row[1] for row in rows) / 4
    for step_s in (10.0, 60.0, 300.0, 900.0, 3600.0):
        chunk = np.concatenate([c["load_w_l1"] for c in house.chunks(days=1, step_s=step_s)])
        assert chunk.astype(float).sum() * step_s / 3600 == pytest.approx(wanted, rel=1e-6)


# fmt: off
REFUSED = [
    # row  cell      the line
    (  9,  "-40",    "m.csv line 11: a = -40: negative load"),
    (  9,  "much",   "m.csv line 11: a = 'much': is not a number"),
    (  0,  "",       "m.csv line 2: a is missing at the beginning"),
]
# fmt: on


@pytest.mark.parametrize("row, cell, line", REFUSED)
def test_a_wrong_reading_is_refused_with_file_and_line(metered, row, cell, line):
    rows = quarter_hours(96)
    rows[row][1] = cell
    with pytest.raises(HouseError) as refused:
        metered(rows, 'total = "a"')
    assert str(refused.value) == line


def test_a_short_gap_is_filled_on_a_line_and_counted(metered):
    rows = [[stamp, n, 0] for n, (stamp, *_) in enumerate(quarter_hours(96))]
    house = metered(rows[:30] + rows[42:], 'total = "a"')
    assert "m.csv: 12 missing values filled in one short gap" in house.notes
    held = next(house.chunks(days=1, step_s=900.0))["load_w_l1"]
    assert held == pytest.approx(np.arange(96), abs=1e-3)


def test_a_long_gap_is_refused(metered):
    rows = quarter_hours(96)
    with pytest.raises(HouseError, match=r"^m.csv line 31: a is missing for 3.25 h from here on"):
        metered(rows[:30] + rows[43:], 'total = "a"')


def test_small_negative_readings_are_zero_and_counted(metered):
    rows = quarter_hours(96)
    rows[5][1] = -3
    house = metered(rows, 'total = "a"')
    assert "m.csv: 1 small negative values set to 0" in house.notes


def test_days_beyond_the_file_are_refused_before_anything_is_made(metered):
    house = metered(quarter_hours(96), 'total = "a"')
    with pytest.raises(HouseError) as refused:
        house.chunks(days=2)
    line = "m.csv: covers 2023-01-01 to 2023-01-01; the run needs 2023-01-02"
    assert str(refused.value) == line


def test_a_house_abroad_keeps_its_habits_on_the_wall_clock(metered):
    rows = [[stamp, 1000 if "T18" in stamp else 0, 0] for stamp, *_ in quarter_hours(96 * 365)]
    table = 'total = "a"\ntimezone = "Europe/London"\nsame_clock = {}'
    for same, hour in (("true", 18), ("false", 10)):
        house = metered(rows, table.format(same), timezone="America/Los_Angeles", longitude=-120.0)
        chunk = next(house.chunks(start=date(2023, 7, 1), days=1))
        on = chunk["clock_s"][chunk["load_w_l1"] > 0]
        assert set(on % DAY_S // H) == {hour}


def test_a_meter_of_another_year_keeps_its_clock_over_daylight_saving(metered):
    rows = [[stamp, 1000 if "T18" in stamp else 0, 0] for stamp, *_ in quarter_hours(96 * 365)]
    rows = [row for row in rows if not row[0].startswith("2023-03-26T02")]
    house = metered(rows, 'total = "a"', timezone="Europe/Berlin", longitude=13.0)
    # 28 March 2024 is still winter time, 28 March 2023 is summer time already.
    chunk = next(house.chunks(start=date(2024, 3, 28), days=1))
    assert set(chunk["clock_s"][chunk["load_w_l1"] > 0] % DAY_S // H) == {18}
    assert chunk["clock_s"][0] == wall_of(date(2024, 3, 28))
