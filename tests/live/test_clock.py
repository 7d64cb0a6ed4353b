"""The clock that paces a twin: no drift, backlog let go, pause, single steps, what it tells."""

import random

import pytest

from twinverter.live.clock import Clock


def ticks(clock, tick_s=1.0):
    """Make all ticks that are due; return how many."""
    count = 0
    while clock.is_due(tick_s):
        clock.ran(tick_s)
        count += 1
    return count


def test_an_hour_of_late_passes_does_not_drift_against_the_wall(wall):
    clock, chance, made = Clock(now=wall), random.Random(1), 0
    while wall.now_s < 1000.0 + 3600.0:
        wall.now_s += chance.uniform(0.001, 2.5)
        made += ticks(clock)
    assert made == int(wall.now_s - 1000.0)


# fmt: off
DUE = [
    # speed   on the wall  ticks
    (1.0,     4.9,         4),
    (1.0,     5.1,         0),   # behind by more than it makes good: let go
    (60.0,    1.0,         60),
    (3600.0,  0.5,         1800),
    (0.1,     10.0,        1),
    (0.1,     49.0,        4),
]
# fmt: on


@pytest.mark.parametrize("speed, wall_s, made", DUE)
def test_so_many_ticks_are_due_after_so_long(wall, speed, wall_s, made):
    clock = Clock(speed, now=wall)
    wall.now_s += wall_s
    assert ticks(clock) == made


def test_what_is_too_far_behind_is_let_go_and_time_goes_on_from_there(wall):
    clock = Clock(now=wall)
    wall.now_s += 100.0
    assert ticks(clock) == 0
    wall.now_s += 3.0
    assert ticks(clock) == 3


def test_a_new_speed_counts_from_when_it_is_asked_for(wall):
    clock = Clock(now=wall)
    wall.now_s += 3.0
    ticks(clock)
    clock.ask(10.0)
    wall.now_s += 1.0
    assert ticks(clock) == 10


def test_a_pause_holds_the_machine_and_owes_nothing_afterwards(wall):
    clock = Clock(now=wall)
    clock.pause()
    wall.now_s += 4.0
    assert ticks(clock) == 0 and clock.wait_s(1.0) == float("inf")
    clock.resume()
    wall.now_s += 2.0
    assert ticks(clock) == 2


def test_a_single_step_is_one_tick_and_holds_a_running_machine(wall):
    clock = Clock(now=wall)
    clock.step(1.0)
    wall.now_s += 4.0
    assert clock.paused and clock.wait_s(1.0) == 0.0
    assert ticks(clock) == 1
    assert ticks(clock) == 0


def test_it_waits_until_the_next_tick(wall):
    clock = Clock(2.0, now=wall)
    assert clock.wait_s(1.0) == pytest.approx(0.5)
    wall.now_s += 0.3
    assert clock.wait_s(1.0) == pytest.approx(0.2)


def test_held_and_fastest_speed_are_those_of_the_last_passes(wall):
    clock = Clock(60.0, now=wall)
    for _ in range(50):
        wall.now_s += 0.1
        made = ticks(clock)
        clock.worked(made, made * 0.0002, 0.0)
    told = clock.told()
    assert told["asked"] == 60.0 and told["held"] == pytest.approx(60.0, rel=0.01)
    # A tick takes 0.2 ms and a fifth of the time is left to others: 0.8 / 0.0002.
    assert told["fastest"] == pytest.approx(4000.0)


def test_lateness_is_that_of_the_latest_hundredth(wall):
    clock = Clock(now=wall)
    for place in range(101):
        clock.worked(1.0, 0.0, place / 1000.0)
    assert clock.lateness_s == pytest.approx(0.099)
    told = clock.told()
    assert (told["late_median_s"], told["late_s"], told["late_most_s"]) == (0.05, 0.099, 0.1)


@pytest.mark.parametrize("speed", [0.0, -1.0, 0.09, 1e6, float("nan"), float("inf")])
def test_a_speed_that_cannot_be_is_refused(speed):
    with pytest.raises(ValueError, match="is out of range"):
        Clock(speed)
