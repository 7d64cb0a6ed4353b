"""The outbox and the recorder: nothing lost and nothing twice, whatever dies, fills up or jumps."""

import sqlite3

import pytest

from tests.monitor.samples import DAY_S, HOUR_S, MONDAY_S, sample
from twinverter.inverter import Meters
from twinverter.monitor.columns import SUMS
from twinverter.monitor.history import HistoryAway, HistoryError
from twinverter.monitor.levels import Plan
from twinverter.monitor.meter import since
from twinverter.monitor.opened import open_history
from twinverter.monitor.outbox import Left, Outbox, OutboxFull
from twinverter.monitor.recorder import Recorder

ALL = (0, 1e10)
NO_METERS = Meters(*(0.0 for _ in Meters._fields))
NOW_S = 1_700_000_000.0


def counters(solar=0):
    return (solar,) + (0,) * (len(SUMS) - 1)


def put(outbox, number, solar=1000):
    return outbox.put(sample(number, solar=solar), Left(0.0, counters(solar)))


def meters(solar_wh):
    return NO_METERS._replace(pv_wh=solar_wh)


class Stopped:
    """A clock of the host that stands still until a test sets it."""

    now_s = NOW_S

    def __call__(self):
        return self.now_s


class Away:
    """A history that cannot be reached for its first so many deliveries."""

    def __init__(self, times, behind=None):
        self.times, self.behind, self.asked = times, behind, []

    def write(self, batches):
        self.asked.append(batches[0].number.tolist())
        if len(self.asked) <= self.times:
            raise HistoryAway("gone")
        return self.behind.write(batches) if self.behind else []


@pytest.fixture
def outbox(tmp_path):
    kept = Outbox(tmp_path / "outbox.sqlite", "home", now_s=Stopped())
    yield kept
    kept.close()


@pytest.fixture
def history(tmp_path):
    opened = open_history(tmp_path / "history.duckdb", Plan())
    yield opened
    opened.close()


def solar_wh(history, level="total"):
    return history.read("home", level, *ALL, figures=(), sums=("solar_wh",))["solar_wh"].to_pylist()


# ---- the outbox ------------------------------------------------------------------------------


def test_numbers_grow_even_where_the_hosts_clock_stands_still_or_goes_back(tmp_path):
    clock = Stopped()
    outbox = Outbox(tmp_path / "outbox.sqlite", "home", now_s=clock)
    first = put(outbox, 0)
    assert first == 1_700_000_000_000
    assert put(outbox, 1) == first + 1
    clock.now_s = NOW_S - 1e6
    assert put(outbox, 2) == first + 2
    clock.now_s = NOW_S + 1.0
    assert put(outbox, 3) == first + 1000
    outbox.close()


def test_samples_wait_while_the_history_is_away_and_then_go_in_order(outbox, history):
    for number in range(5):
        put(outbox, number)
    away = Away(2, history)
    for _ in range(2):
        with pytest.raises(HistoryAway):
            outbox.deliver(away)
    assert len(outbox) == 5
    assert outbox.deliver(away, 3) == 3
    assert outbox.deliver(away, 3) == 2
    assert outbox.deliver(away) == 0
    numbers = [number for asked in away.asked[2:] for number in asked]
    assert numbers == sorted(set(numbers)) and len(numbers) == 5
    assert solar_wh(history) == [5.0]


def test_what_was_acknowledged_just_before_a_crash_is_not_counted_twice(outbox, history):
    for number in range(4):
        put(outbox, number)

    class CrashError(Exception):
        pass

    class Acknowledges:
        def write(self, batches):
            history.write(batches)
            raise CrashError

    with pytest.raises(CrashError):
        outbox.deliver(Acknowledges())
    assert outbox.deliver(history) == 4
    assert solar_wh(history) == [4.0]


def test_what_was_put_down_is_there_after_a_restart(tmp_path):
    outbox = Outbox(tmp_path / "outbox.sqlite", "home")
    last = put(outbox, 0, solar=1234)
    outbox.close()
    again = Outbox(tmp_path / "outbox.sqlite", "home")
    assert len(again) == 1
    assert again.left == Left(0.0, counters(1234))
    assert put(again, 1) > last
    again.close()


def test_a_full_outbox_says_so_and_keeps_what_it_has(tmp_path):
    outbox = Outbox(tmp_path / "outbox.sqlite", "home", most=2)
    put(outbox, 0)
    put(outbox, 1)
    with pytest.raises(OutboxFull, match="holds 2 samples"):
        put(outbox, 2, solar=9)
    assert len(outbox) == 2
    assert outbox.left == Left(0.0, counters(1000))
    outbox.close()


def test_an_outbox_of_another_version_is_left_alone(tmp_path):
    path = tmp_path / "outbox.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 7")
    with pytest.raises(HistoryError, match="version 7"):
        Outbox(path, "home")


# fmt: off
COUNTED = [
    # before   now    counted since
    (None,     500,     0),   # the first reading counts nothing
    (500,      500,     0),
    (500,      800,   300),
    (500,      120,   120),   # reset: what it shows is what it counted since
    (500,        0,     0),
]
# fmt: on


@pytest.mark.parametrize("before, now, counted", COUNTED)
def test_what_a_counter_counted_between_two_readings(before, now, counted):
    assert since((now,), None if before is None else (before,)) == (counted,)


# ---- the recorder ----------------------------------------------------------------------------


class Course:
    """A device's course as the recorder sees it; every second brings 1 Wh of sun."""

    def __init__(self, outbox, history, tick_s=60.0, start_s=MONDAY_S):
        self.recorder = Recorder(outbox, Plan(tick_s), lambda: {"battery_power": self.clock_s % 97})
        self.outbox, self.history = outbox, history
        self.clock_s, self.solar_wh = start_s, 0.0
        self.recorder.observe(self.clock_s, meters(0.0))

    def run(self, seconds, step_s=1.0):
        for _ in range(round(seconds / step_s)):
            self.clock_s += step_s
            self.solar_wh += step_s
            self.recorder.observe(self.clock_s, meters(self.solar_wh))
        return self

    def set_clock(self, clock_s):
        self.clock_s = clock_s
        return self

    def deliver(self):
        self.recorder.finish()
        while self.outbox.deliver(self.history):
            pass
        return solar_wh(self.history)


def test_a_sample_a_tick_each_with_what_was_counted_in_it(outbox, history):
    assert Course(outbox, history).run(180).deliver() == [180.0]
    assert solar_wh(history, "samples") == [60.0, 60.0, 60.0]
    assert solar_wh(history, "minute") == [60.0, 60.0, 60.0]


# fmt: off
TICKS = [
    # tick   samples of five minutes
    (1.0,    300),
    (10.0,    30),
    (60.0,     5),
    (300.0,    1),
]
# fmt: on


@pytest.mark.parametrize("tick_s, count", TICKS)
def test_the_tick_is_chosen_from_a_second_to_five_minutes(outbox, history, tick_s, count):
    assert Course(outbox, history, tick_s).run(300).deliver() == [300.0]
    assert len(solar_wh(history, "samples")) == count


@pytest.mark.parametrize("tick_s", [0.5, 301.0])
def test_another_tick_is_refused(tick_s):
    with pytest.raises(ValueError, match="out of range"):
        Plan(tick_s)


def test_a_clock_set_ahead_ends_the_sample_that_runs(outbox, history):
    course = Course(outbox, history).run(90)
    assert course.set_clock(MONDAY_S + 2 * DAY_S).run(60).deliver() == [150.0]
    assert solar_wh(history, "day") == [90.0, 60.0]


def test_a_clock_set_back_loses_nothing_and_counts_nothing_twice(outbox, history):
    course = Course(outbox, history, start_s=MONDAY_S + 3 * HOUR_S).run(HOUR_S)
    course.set_clock(MONDAY_S + 3 * HOUR_S).run(HOUR_S)
    assert course.deliver() == [7200.0]
    # The second that passes while the clock is set belongs to the new reading.
    assert solar_wh(history, "hour") == [7200.0]


def test_a_full_disk_keeps_the_energy_in_the_meters(tmp_path, history):
    outbox = Outbox(tmp_path / "small.sqlite", "home", most=2)
    course = Course(outbox, history).run(300)
    assert len(outbox) == 2
    outbox.deliver(history)
    assert course.run(60).deliver() == [360.0]
    assert solar_wh(history, "samples") == [60.0, 60.0, 181.0, 59.0]
    outbox.close()


def test_a_restart_goes_on_from_the_last_sample(outbox, history):
    course = Course(outbox, history).run(90)
    # It died without a word: half a minute was counted and not yet put down.
    again = Recorder(outbox, Plan(), dict)
    again.observe(course.clock_s + 5.0, meters(course.solar_wh + 5.0))
    again.observe(MONDAY_S + 120.0, meters(120.0))
    outbox.deliver(history)
    assert solar_wh(history, "samples") == [60.0, 60.0]


def test_meters_that_begin_anew_are_a_reset(outbox, history):
    course = Course(outbox, history).run(90)
    course.solar_wh = 0.0
    assert course.run(90).deliver() == [180.0]
    assert solar_wh(history, "samples") == [60.0, 60.0, 60.0]
