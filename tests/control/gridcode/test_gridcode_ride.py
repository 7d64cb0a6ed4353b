"""Riding through, ceasing and leaving; entering service again (C-47, C-49, C-52)."""

import pytest

from twinverter.catalog import alarms
from twinverter.catalog.alarms import F35, F42, F45, F47, F48
from twinverter.catalog.support import OPERATIONS
from twinverter.control import transfer
from twinverter.control.gridcode import ride, status

VOLTS = {
    "vrt_enable": True,
    "vrt_hv2_v": 276.0, "vrt_hv2_s": 0.16, "vrt_hv1_v": 253.0, "vrt_hv1_s": 2.0,
    "vrt_lv1_v": 202.4, "vrt_lv1_s": 3.0, "vrt_lv2_v": 161.0, "vrt_lv2_s": 1.0,
    "vrt_lv3_v": 115.0, "vrt_lv3_s": 0.3,
}  # fmt: skip
HERTZ = {
    "frt_enable": True,
    "frt_hf2_hz": 52.0, "frt_hf2_s": 0.2, "frt_hf1_hz": 51.0, "frt_hf1_s": 2.0,
    "frt_lf1_hz": 48.5, "frt_lf1_s": 2.0, "frt_lf2_hz": 47.0, "frt_lf2_s": 0.2,
}  # fmt: skip


def step_after(seconds, dt_s=0.01):
    """Return the time in which a timer runs out: sums of steps may miss it by one."""
    return None if seconds is None else pytest.approx(seconds, abs=1.01 * dt_s)


def left_after(house, most_s=5.0, dt_s=0.01, **seen):
    """Return the time after which the relay opened, None where it stayed closed."""
    for count in range(1, round(most_s / dt_s) + 1):
        house.run(1000.0, dt_s, dt_s, **seen)
        if not house.connected:
            return count * dt_s
    return None


LEVELS = [
    # menu    seen                               leaves  code; a used side has no plain window
    (VOLTS,   {"volts": 253.0},                  None,   0.0),
    (VOLTS,   {"volts": 253.1},                  2.0,    F45),
    (VOLTS,   {"volts": 276.1},                  0.16,   F45),
    (VOLTS,   {"volts": (230.0, 254.0, 230.0)},  2.0,    F45),
    (VOLTS,   {"volts": 202.4},                  None,   0.0),
    (VOLTS,   {"volts": 202.0},                  3.0,    F42),
    (VOLTS,   {"volts": (230.0, 230.0, 160.0)},  1.0,    F42),
    (VOLTS,   {"volts": 114.0},                  0.3,    F42),
    # the backup path's own detector leaves the side to the levels too
    (VOLTS,   {"volts": 0.0},                    0.3,    F35),
    (VOLTS,   {"hertz": 51.6},                   0.16,   F47),
    (HERTZ,   {"hertz": 51.0},                   None,   0.0),
    (HERTZ,   {"hertz": 51.1},                   2.0,    F47),
    (HERTZ,   {"hertz": 52.1},                   0.2,    F47),
    (HERTZ,   {"hertz": 48.4},                   2.0,    F48),
    (HERTZ,   {"hertz": 46.9},                   0.2,    F48),
    (HERTZ,   {"volts": 184.0},                  0.16,   F42),
    (HERTZ,   {"volts": 0.0},                    0.01,   0.0),
]  # fmt: skip


@pytest.mark.parametrize("menu, seen, leaves_s, code", LEVELS)
def test_each_level_opens_the_relay_in_its_time(supported, menu, seen, leaves_s, code):
    """CH5.8-GSP-018, CH5.8-GSP-020"""
    house = supported(**menu)
    assert left_after(house, **seen) == step_after(leaves_s)
    assert house.watch.code == code


UNUSED = [
    # levels set to 0 are unused, and a side without any keeps the plain window
    ({"vrt_hv1_v": 0.0},                                       {"volts": 254.0}, None),
    ({"vrt_hv1_v": 0.0},                                       {"volts": 277.0}, 0.16),
    ({"vrt_hv1_v": 0.0, "vrt_hv2_v": 0.0},                     {"volts": 264.9}, None),
    ({"vrt_hv1_v": 0.0, "vrt_hv2_v": 0.0},                     {"volts": 265.1}, 0.16),
    ({"vrt_lv2_v": 0.0, "vrt_lv3_v": 0.0},                     {"volts": 1.0},   3.0),
    ({"vrt_enable": False},                                    {"volts": 184.0}, 0.16),
]  # fmt: skip


@pytest.mark.parametrize("changes, seen, leaves_s", UNUSED)
def test_a_level_of_zero_is_not_used(supported, changes, seen, leaves_s):
    house = supported(**VOLTS | changes)
    assert left_after(house, **seen) == step_after(leaves_s)


def test_a_timer_begins_anew_after_a_moment_inside(supported):
    house = supported(**VOLTS)
    for _ in range(3):
        assert left_after(house, 1.9, volts=254.0) is None
        house.run(1000.0, 0.01, 0.01)
    # From one level deeper into the next, the outer timer goes on.
    assert left_after(house, 1.9, volts=254.0) is None
    assert left_after(house, volts=276.5) == pytest.approx(0.1)


def test_from_too_high_to_too_low_a_frequency_starts_its_timer_anew(supported):
    house = supported(**HERTZ)
    assert left_after(house, 1.9, hertz=51.5) is None
    assert left_after(house, hertz=48.0) == pytest.approx(2.0)


@pytest.mark.parametrize("dt_s", [0.001, 0.02, 0.5, 60.0])
def test_a_level_shorter_than_the_step_has_passed_within_it(supported, dt_s):
    """C-05a"""
    house = supported(**VOLTS)
    assert left_after(house, 60.0, dt_s, volts=254.0) == step_after(max(2.0, dt_s), dt_s)


CEASE = {"ride_cease_low": 0.5, "ride_cease_high": 1.2}
CESSATION = [
    # law                        volts   gives    still connected
    (CEASE,                      116.0,  4000.0),
    (CEASE,                      115.0,     0.0),
    (CEASE,                      100.0,     0.0),
    (CEASE,                      275.0,  4000.0),
    (CEASE,                      277.0,     0.0),
    ({"ride_cease_high": 1.2},   100.0,  4000.0),
]  # fmt: skip


@pytest.mark.parametrize("law, volts, gives_w", CESSATION)
def test_beyond_the_cessation_levels_the_machine_stays_and_gives_nothing(
    supported, law, volts, gives_w
):
    house = supported(law, **VOLTS, power_factor=0.9)
    house.run(4000.0, 30.0)
    active_w, var = house.run(4000.0, 0.05, 0.01, volts=volts)
    assert house.connected
    assert active_w == pytest.approx(gives_w)
    assert (var == 0.0) == (gives_w == 0.0)
    assert house.run(-4000.0, 0.01, 0.01, volts=volts)[0] == pytest.approx(-gives_w)


def test_ceasing_and_returning_take_their_times_and_the_power_its_ramp(supported):
    law = CEASE | {"ride_cease_s": 0.08, "ride_return_s": 0.04, "ride_recover_s": 0.4}
    house = supported(law, **VOLTS)
    assert house.run(4000.0, 0.07, 0.01, volts=110.0)[0] == pytest.approx(4000.0)
    assert house.run(4000.0, 0.01, 0.01, volts=110.0)[0] == 0.0
    assert house.run(4000.0, 0.03, 0.01)[0] == 0.0
    # 8000 W in 0.4 s are 200 W each 10 ms.
    assert house.run(4000.0, 0.01, 0.01)[0] == pytest.approx(200.0)
    assert house.run(4000.0, 0.04, 0.01)[0] == pytest.approx(1000.0)
    assert house.run(4000.0, 0.5, 0.01)[0] == pytest.approx(4000.0)


RATES = [
    # Hz each second  after a while   leaves   code: 1 Hz/s for half a second
    (0.9,             None,  0.0),
    (1.1,             0.5,   F47),
    (-1.1,            0.5,   F48),
    (4.0,             0.5,   F47),
]  # fmt: skip


@pytest.mark.parametrize("rate_hz_per_s, least_s, code", RATES)
def test_a_frequency_that_runs_away_opens_the_relay(supported, rate_hz_per_s, least_s, code):
    house = supported({"ride_rocof_hz_per_s": 1.0}, grid_hz_high=65.0, grid_hz_low=45.0)
    house.run(0.0, 1.0, 0.02)
    passed_s = 0.0
    while house.connected and passed_s < 1.2:
        passed_s += 0.02
        house.run(0.0, 0.02, 0.02, hertz=50.0 + rate_hz_per_s * passed_s)
    assert house.connected == (least_s is None)
    assert house.watch.code == code
    if least_s is not None:
        # The measured rate follows with its window, so the time begins a little later.
        assert least_s <= passed_s <= least_s + 0.3


JUMPS = [
    # angles                stays
    ((0.3, 0.3, 0.3),       True),
    ((0.4, 0.4, 0.4),       False),
    ((-0.4, -0.4, -0.4),    False),
    ((1.0, 0.0, 0.0),       True),
    ((1.1, 0.0, 0.0),       False),
]  # fmt: skip


@pytest.mark.parametrize("angle_rad, stays", JUMPS)
def test_a_jump_of_phase_opens_the_relay_and_a_lasting_angle_does_not(supported, angle_rad, stays):
    house = supported({"ride_jump_rad": 0.35})
    house.run(0.0, 1.0)
    house.run(0.0, 0.01, 0.01, angle_rad=angle_rad)
    assert house.connected == stays
    assert house.watch.code == (0.0 if stays else F35)
    if stays:
        house.run(0.0, 1.0, 0.01, angle_rad=angle_rad)
        assert house.connected


def test_a_long_mean_opens_the_relay_where_no_moment_does(supported):
    house = supported({"ride_mean_high": 1.1})
    house.run(0.0, 1.0)
    # From 230 V towards 260 V with 300 s: 253 V are passed after 300 * ln(30 / 7) = 437 s.
    assert left_after(house, 600.0, 1.0, volts=260.0) == pytest.approx(437.0)
    assert house.watch.code == F45


def test_without_permission_the_mains_is_left_and_not_taken(supported):
    house = supported({"ride_permit": 0.0})
    assert left_after(house, 1.0) == pytest.approx(0.01)
    assert house.watch.code == 0.0
    house.run(0.0, 200.0)
    assert not house.connected


def test_the_reconnection_time_gets_this_devices_share_of_the_random_delay(supported):
    house = supported({"ride_random_s": 40.0, "ride_random_share": 0.25})
    house.run(0.0, 1.0, volts=0.0)
    house.run(0.0, 70.0)
    assert not house.connected
    house.run(0.0, 1.0)
    assert house.connected


ENTER = [
    # law                             menu                            after 10 s of service
    ({},                              {},                             8800.0),
    ({"support_service_ramp_s": 20.}, {},                             4400.0),
    ({},                              {"soft_start_ramp_pct_s": 1.0},  880.0),
    ({"support_service_ramp_s": 20.}, {"soft_start_ramp_pct_s": 1.0}, 4400.0),
]  # fmt: skip


@pytest.mark.parametrize("law, menu, fed_w", ENTER)
def test_after_connecting_power_rises_with_its_ramp(supported, law, menu, fed_w):
    """CH5.8-GSP-016"""
    house = supported(law, **menu)
    house.run(8800.0, 1.0, volts=0.0)
    house.run(8800.0, 60.0)
    assert not house.connected
    # The tenth step ends after ten seconds: eleven shares of a ramp of 800 W.
    assert house.run(8800.0, 11.0)[0] == pytest.approx(fed_w)
    assert house.run(-8800.0, 1.0)[0] <= -fed_w
    assert house.run(8800.0, 200.0)[0] == pytest.approx(8800.0)


OPERATION = [
    # seen                           called
    ({},                             "continuous"),
    ({"volts": 202.4},               "continuous"),
    ({"volts": 202.3},               "mandatory"),
    ({"volts": 253.1},               "mandatory"),
    ({"volts": (230, 230, 202)},     "mandatory"),
    ({"hertz": 51.2},                "continuous"),
    ({"hertz": 51.3},                "mandatory"),
    ({"hertz": 48.7},                "mandatory"),
    ({"volts": 114.0},               "ceased"),
]  # fmt: skip


@pytest.mark.parametrize("seen_now, called", OPERATION)
def test_each_operation_has_its_name(supported, seen, seen_now, called):
    house = supported(CEASE | {"support_service_ramp_s": 20.0}, **VOLTS, **HERTZ)
    house.run(1000.0, 0.02, 0.02, **seen_now)
    code = status.operation(house.settings, house.watch, house.state, seen(**seen_now))
    assert OPERATIONS[int(code)] == called


def test_an_outage_is_told_as_tripped_and_the_ramp_after_it_as_entering_service(supported, seen):
    house = supported({"support_service_ramp_s": 20.0})
    told = []
    for seconds, volts in ((1, 230.0), (1, 0.0), (60, 230.0), (1, 230.0), (30, 230.0)):
        house.run(1000.0, seconds, volts=volts)
        code = status.operation(house.settings, house.watch, house.state, seen(volts))
        told.append(OPERATIONS[int(code)])
    assert told == ["continuous", "tripped", "tripped", "entering_service", "continuous"]


def test_a_lost_mains_is_left_whatever_stands_at_the_terminals(asked_of, seen):
    for menu in ({}, VOLTS):
        watch = transfer.watch_grid(asked_of(**menu), transfer.initial(1e6), seen(), True, 0.01)
        assert watch.qualified == 0.0 and watch.code == F35
        assert watch.ride == ride.RESTED


def test_a_watch_with_nothing_to_remember_is_not_made_anew(asked_of, seen):
    watch = transfer.initial(1e6)
    assert transfer.watch_grid(asked_of(), watch, seen(), False, 1.0) is watch


def test_phase_order_still_counts_where_levels_rule(supported):
    house = supported(**VOLTS, **HERTZ)
    assert left_after(house, order_ok=0.0) == pytest.approx(1.0)
    assert alarms.names(house.watch.code) == []
