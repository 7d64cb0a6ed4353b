"""Active power: limit, volt-watt, FW and droop, in both directions (C-49, C-51)."""

import pytest

from twinverter.control.gridcode.gridcode import NO_LIMIT_W

VW = {"vw_enable": True, "vw_vstart_v": 240.0, "vw_vstop_v": 250.0}
FW = {"fw_enable": True, "fw_fstart_hz": 50.2, "fw_fstop_hz": 51.2}
# A band of 0.036 Hz and a droop of 5 %: 2.5 Hz are the whole rating.
DROOP = {
    "support_droop_over_k": 0.05,
    "support_droop_under_k": 0.05,
    "support_droop_response_s": 0.0,
}
KEPT_IN = DROOP | {"support_droop_battery": 0.0}
STORAGE = {"support_vw_stop_share": -1.0}

VOLT_WATT = [
    # law      phases                 wish      flows: 800 W a volt, the highest phase
    ({},      240.0,                  8800.0,   8800.0),
    ({},      240.1,                  8800.0,   7920.0),
    ({},      245.0,                  8000.0,   4000.0),
    ({},      245.0,                  3000.0,   3000.0),
    ({},      250.0,                  8000.0,      0.0),
    ({},      260.0,                  8000.0,      0.0),
    ({},      (230.0, 230.0, 245.0),  8000.0,   4000.0),
    # charging is not held by high voltage
    ({},      250.0,                 -5000.0,  -5000.0),
    # IEEE 1547-2018: the mean decides, and a fifth is left
    ({"support_vw_highest_phase": 0.0}, (230.0, 230.0, 245.0), 8000.0, 8000.0),
    ({"support_vw_stop_share": 0.2},    245.0,                 8000.0, 4800.0),
    ({"support_vw_stop_share": 0.2},    260.0,                 8000.0, 1600.0),
    # with a battery the line may go on below zero: the machine must draw
    (STORAGE, 245.0,                  8000.0,      0.0),
    (STORAGE, 247.5,                  8000.0,  -4000.0),
    (STORAGE, 250.0,                 -1000.0,  -8000.0),
]  # fmt: skip


@pytest.mark.parametrize("law, volts, wish_w, flows_w", VOLT_WATT)
def test_high_voltage_takes_feeding_back(supported, law, volts, wish_w, flows_w):
    """CH5.8-GSP-014"""
    assert supported(law, **VW).run(wish_w, 1.0, volts=volts)[0] == pytest.approx(flows_w)


CHARGE = {"support_vw_charge_high": 215.0 / 230.0, "support_vw_charge_low": 207.0 / 230.0}
LOW_VOLTAGE = [
    # volts  wish      flows
    (215.0, -8000.0,  -8000.0),
    (211.0, -8000.0,  -4800.0),
    (207.0, -8000.0,  -1600.0),
    (200.0, -1000.0,  -1000.0),
    (200.0,  8000.0,   8000.0),
]  # fmt: skip


@pytest.mark.parametrize("volts, wish_w, flows_w", LOW_VOLTAGE)
def test_low_voltage_takes_charging_back(supported, volts, wish_w, flows_w):
    assert supported(CHARGE).run(wish_w, 1.0, volts=volts)[0] == pytest.approx(flows_w)


OVER = [
    # menu, law     before     hertz     flows: FW of a hertz, droop of 2.5 Hz
    (FW, {},        8000.0,    50.2,     8000.0),
    (FW, {},        8000.0,    50.7,     4000.0),
    (FW, {},        4000.0,    50.7,     2000.0),
    (FW, {},        8000.0,    51.2,        0.0),
    (FW, {},       -4000.0,    51.2,    -4000.0),
    ({}, DROOP,     8000.0,    50.036,   8000.0),
    ({}, DROOP,     8000.0,    50.536,   6400.0),
    ({}, DROOP,     4000.0,    51.286,      0.0),
    ({}, DROOP,     4000.0,    51.786,  -1600.0),
    ({}, DROOP,    -4000.0,    50.536,  -5600.0),
    ({}, DROOP,    -7000.0,    51.286,  -8000.0),
    # without the battery's help droop ends at nothing, and charging is not raised
    ({}, KEPT_IN,   4000.0,    51.786,      0.0),
    ({}, KEPT_IN,  -4000.0,    50.536,  -4000.0),
]  # fmt: skip


@pytest.mark.parametrize("menu, law, before_w, hertz, flows_w", OVER)
def test_high_frequency_takes_power_from_what_there_was(
    supported, menu, law, before_w, hertz, flows_w
):
    """CH5.8-GSP-013"""
    house = supported(law, grid_hz_high=55.0, **menu)
    house.run(before_w, 5.0)
    assert house.run(before_w, 1.0, hertz=hertz)[0] == pytest.approx(flows_w, abs=1e-6)
    if flows_w < before_w:
        # Sun that comes meanwhile finds no way out.
        assert house.run(8800.0, 1.0, hertz=hertz)[0] == pytest.approx(flows_w, abs=1e-6)


UNDER = [
    # before    hertz     flows: raised by 3200 W a hertz beyond the band
    (4000.0,   49.964,    4000.0),
    (4000.0,   49.464,    5600.0),
    (7000.0,   48.714,    8000.0),
    (-4000.0,  49.464,   -2400.0),
    (-4000.0,  48.464,     800.0),
]  # fmt: skip


@pytest.mark.parametrize("before_w, hertz, flows_w", UNDER)
def test_low_frequency_asks_for_more_and_charges_less(supported, before_w, hertz, flows_w):
    house = supported(DROOP)
    house.run(before_w, 5.0)
    assert house.run(before_w, 1.0, hertz=hertz)[0] == pytest.approx(flows_w)


def test_a_droop_answers_with_its_lag_and_goes_back_with_it(supported):
    house = supported(DROOP | {"support_droop_response_s": 5.0})
    house.run(8000.0, 5.0)
    # 6400 W are asked: after five seconds nine tenths of the way.
    assert house.run(8000.0, 5.0, hertz=50.536)[0] == pytest.approx(6560.0)
    house.run(8000.0, 60.0, hertz=50.536)
    assert house.run(8000.0, 5.0)[0] == pytest.approx(7840.0)
    # The power of before is the end of the event; more may follow it.
    house.run(8000.0, 10.0)
    assert house.run(8800.0, 1.0)[0] == pytest.approx(8800.0)


def test_fw_may_hold_the_lowest_power_until_the_frequency_is_well_back(supported):
    house = supported({"support_fw_return_hz": 50.1}, **FW)
    house.run(8000.0, 2.0)
    told = [(50.7, 4000.0), (50.4, 4000.0), (50.15, 4000.0), (50.9, 2400.0), (50.1, 8000.0)]
    for hertz, flows_w in told:
        assert house.run(8000.0, 2.0, hertz=hertz)[0] == pytest.approx(flows_w)


def test_a_power_limit_moves_over_the_rating_in_its_time_and_leaves_charging_alone(supported):
    house = supported({"support_limit_on": 1.0, "support_limit": 0.5})
    # A new machine stands at its limit.
    assert house.run(8000.0, 1.0)[0] == pytest.approx(4000.0)
    assert house.run(-8000.0, 1.0)[0] == pytest.approx(-8000.0)
    house.state = house.state._replace(limit=1.0)
    assert house.run(8000.0, 3.0)[0] == pytest.approx(6400.0)
    assert house.run(8000.0, 4.5, 0.5)[0] == pytest.approx(4000.0)


def test_a_lagging_volt_watt_reaches_nine_tenths_in_its_time_and_lets_go_at_the_end(supported):
    house = supported({"support_vw_response_s": 10.0}, **VW)
    assert house.run(8800.0, 10.0, 0.1, volts=245.0)[0] == pytest.approx(4400.0)
    house.run(8800.0, 100.0, volts=245.0)
    assert house.run(8800.0, 10.0)[0] == pytest.approx(7600.0)
    assert house.run(8800.0, 60.0)[0] == 8800.0
    assert house.bounds.feed_max_w == pytest.approx(8800.0)


RAMPS = [
    # wish       after 10 s and after 20 s at 2 % of 8000 W a second
    (8000.0,     1600.0,  3200.0),
    (-8000.0,   -1600.0, -3200.0),
]  # fmt: skip


@pytest.mark.parametrize("wish_w, after_10_w, after_20_w", RAMPS)
def test_only_rises_are_ramped(supported, wish_w, after_10_w, after_20_w):
    """CH5.8-GSP-015"""
    house = supported(normal_ramp_pct_s=2.0)
    assert house.run(wish_w, 10.0)[0] == pytest.approx(after_10_w)
    assert house.run(wish_w, 10.0)[0] == pytest.approx(after_20_w)
    assert house.run(0.0, 1.0)[0] == pytest.approx(0.0)
    # From feeding to drawing the way down to nothing is free.
    house.run(wish_w, 20.0)
    assert house.run(-wish_w, 1.0)[0] == pytest.approx(-wish_w / 50.0)


def test_the_bounds_of_a_machine_that_asks_nothing_are_none(supported):
    house = supported()
    before = house.state
    assert house.run(8800.0, 1.0) == (8800.0, 0.0)
    assert house.state is before
    assert house.bounds.feed_max_w == house.bounds.charge_max_w == NO_LIMIT_W
