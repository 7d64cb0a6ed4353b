"""Ageing: at rest, in use, and against the published lives."""

import math

import pytest

from twinverter.catalog.installed import CHEMISTRIES, bank, defaults, flat, site_defaults
from twinverter.core.kernel import compiled, kernel
from twinverter.core.records import build, replaced, values
from twinverter.plant import ageing, battery
from twinverter.plant.ideal import ideal
from twinverter.plant.site import Site


@kernel
def stepped(bank, state, power_w, ambient_c, dt_s):
    """Return the state after a step that begins from the bank as it is."""
    return battery.step(bank, state, battery.source(bank, state), power_w, ambient_c, dt_s)


HOUR_S = 3600.0

FLAT = ideal(build(Site, site_defaults())).battery


def made(chemistry):
    """Return a bank of the catalog."""
    return build(Site, flat(defaults() | bank(chemistry, 200.0))).battery


FADES = [
    # loss   order  stress  amount  loss after
    (0.0,    2.0,   0.01,   4.0,    0.02),
    (0.02,   2.0,   0.01,   5.0,    0.03),   # goes on from 4 to 9
    (0.02,   2.0,   0.0,    5.0,    0.02),
    (0.0,    1.0,   0.01,   4.0,    0.04),
    (0.02,   1.0,   0.01,   5.0,    0.07),
]  # fmt: skip


@pytest.mark.parametrize("loss, order, stress, amount, after", FADES)
def test_a_loss_goes_on_from_where_it_stands(loss, order, stress, amount, after):
    assert ageing.faded(loss, order, stress, amount) == pytest.approx(after)


def test_ageing_is_worked_out_once_an_hour():
    tested = made("lfp")
    state = battery.rested(tested, 0.5, 25.0)
    for minute in range(60):
        assert state.calendar_loss == 0.0, minute
        state = stepped(tested, state, 500.0, 25.0, 60.0)
    assert state.calendar_loss > 0.0
    assert state.cycle_loss > 0.0
    assert state.ageing_s == state.ageing_ah == state.ageing_soc_s == state.ageing_c_s == 0.0


def aged(tested, soc, temp_c, seconds_s):
    """Return the calendar loss of a bank that rests in a room, stepped by the hour."""
    state = battery.rested(tested, soc, temp_c)
    for _ in range(round(seconds_s / HOUR_S)):
        state = stepped(tested, state, 0.0, temp_c, HOUR_S)
    return state.calendar_loss


# Naumann et al. (2018): 1.2571e-5 per root of a second at 25 degC, times 0.60225 half full.
CALENDAR = [
    # soc   temp_c  loss after 3.6e7 s, 10,000 hours, root 6000
    (0.5,   25.0,   0.07543 * 0.60225),
    (1.0,   25.0,   0.07543 * (2.8575 / 8.0 + 0.60225)),
    (0.0,   25.0,   0.07543 * (-2.8575 / 8.0 + 0.60225)),
    (0.5,   40.0,   0.07543 * 0.60225 * math.exp(17126.0 / 8.31446 * (1 / 298.15 - 1 / 313.15))),
]  # fmt: skip


@pytest.mark.parametrize("soc, temp_c, loss", CALENDAR)
def test_a_resting_lithium_bank_ages_as_measured(soc, temp_c, loss):
    tested = replaced(made("lfp"), {"self_discharge_per_s": 0.0})
    assert aged(tested, soc, temp_c, 3.6e7) == pytest.approx(loss, rel=1e-3)


LIVES = [
    # chemistry  temp_c  years to 80 % at rest (Vader), twice as fast per 10 K
    ("agm",      25.0,   6.0),
    ("gel",      25.0,   11.0),
    ("flooded",  25.0,   7.0),
    ("agm",      35.0,   3.0),
]  # fmt: skip


@pytest.mark.parametrize("chemistry, temp_c, years", LIVES)
def test_a_resting_lead_acid_bank_lives_its_years(chemistry, temp_c, years):
    per_hour = aged(made(chemistry), 1.0, temp_c, 100.0 * HOUR_S) / 100.0
    assert 0.2 / per_hour / (24.0 * 365.25) == pytest.approx(years, rel=0.05)


def cycled(tested, depth, cycles, c_rate_per_h):
    """Return the cycle loss of a bank that went from full to `depth` and back so many times."""
    state = battery.rested(tested, 1.0, 25.0)._replace(depth=depth)
    power_w = 50.0 * tested.capacity_ah * c_rate_per_h
    for _ in range(cycles):
        for target_soc, sign in ((1.0 - depth, 1.0), (1.0, -1.0)):
            while abs(state.soc - target_soc) > 1e-9:
                left_w = abs(battery.reaching_w(tested, state, target_soc, 360.0))
                state = stepped(tested, state, sign * min(power_w, left_w), 25.0, 360.0)
    return state.cycle_loss


def lossless(chemistry):
    """Return the lossless bank that ages in use as this chemistry does, and not at rest."""
    law = made(chemistry).ageing._replace(calendar_rate=0.0)
    return FLAT._replace(ageing=law)


def test_a_cycled_lithium_bank_ages_as_measured():
    # Naumann et al. (2020), in %: (0.063 C + 0.0971) (4.0253 (depth - 0.6)^3 + 1.0923) root(cycles)
    expected = 0.01 * (0.0630 + 0.0971) * (4.0253 * 0.4**3 + 1.0923) * math.sqrt(25.0)
    assert cycled(lossless("lfp"), 1.0, 25, 1.0) == pytest.approx(expected, rel=0.02)


CYCLE_LIVES = [
    # depth  cycles to 80 % in the SAM library
    (1.0,    267.0),
    (0.5,    847.0),
    (0.3,    1345.0),
]  # fmt: skip


@pytest.mark.parametrize("depth, cycles", CYCLE_LIVES)
def test_a_cycled_lead_acid_bank_lives_about_its_cycles(depth, cycles):
    per_cycle = cycled(lossless("agm"), depth, 10, 0.2) / 10.0
    assert 0.2 / per_cycle == pytest.approx(cycles, rel=0.16)


TURNS = [
    # turn  peak  depth  soc    turn  peak  depth after
    (0.5,   0.5,  0.0,   0.4,   0.5,  0.4,  0.0),   # the first move gives the direction
    (0.5,   0.2,  0.0,   0.2,   0.5,  0.2,  0.0),
    (0.5,   0.2,  0.0,   0.24,  0.5,  0.2,  0.0),   # a small swing back
    (0.5,   0.2,  0.0,   0.3,   0.2,  0.3,  0.3),   # a turn closes half a cycle of 0.3
    (0.2,   1.0,  0.3,   1.0,   0.2,  1.0,  0.3),
    (0.2,   1.0,  0.3,   0.9,   1.0,  0.9,  0.8),
]  # fmt: skip


@pytest.mark.parametrize("turn, peak, depth, soc, turn_after, peak_after, depth_after", TURNS)
def test_turning_points_give_the_depth(turn, peak, depth, soc, turn_after, peak_after, depth_after):
    state = battery.rested(FLAT, soc, 25.0)._replace(turn_soc=turn, peak_soc=peak, depth=depth)
    found = ageing.half_cycle(state)
    assert found == pytest.approx((turn_after, peak_after, depth_after))


def test_an_aged_bank_holds_less_and_never_nothing():
    state = battery.rested(FLAT, 0.5, 25.0)._replace(calendar_loss=0.15, cycle_loss=0.05)
    assert battery.soh(state) == pytest.approx(0.8)
    after = stepped(FLAT, state, 2000.0, 25.0, HOUR_S)
    assert after.soc == pytest.approx(0.5 - 40.0 / 160.0)
    assert battery.soh(state._replace(cycle_loss=2.0)) > 0.0


def test_a_year_of_the_built_in_house_costs_a_few_percent():
    tested = made("lfp")
    state = battery.rested(tested, 0.9, 28.0)
    for hour in range(365 * 24):
        power_w = -1500.0 if hour % 24 in (9, 10, 11, 12) else 1450.0 if hour % 24 > 19 else 0.0
        state = stepped(tested, state, power_w, 28.0, HOUR_S)
    assert 0.90 < battery.soh(state) < 0.96


def lived(tested, state, count):
    """Return the state after so many hours of uneven days."""
    for hour in range(count):
        power_w = 1500.0 * math.sin(0.2618 * hour) + 300.0 * math.sin(0.7 * hour)
        state = stepped(tested, state, power_w, 20.0 + 10.0 * math.sin(0.001 * hour), HOUR_S)
    return state


@pytest.mark.compiled
@pytest.mark.parametrize("chemistry", CHEMISTRIES)
def test_compiled_equals_interpreted(chemistry):
    tested = made(chemistry)
    state = battery.rested(tested, 0.6, 25.0)
    fast, plain = compiled(lived)(tested, state, 3000), lived(tested, state, 3000)
    assert plain.cycle_loss > 0.0
    assert list(values(fast)) == pytest.approx(list(values(plain)), rel=1e-12)
