"""The best plan with foresight: facts a head can check, and two ways that agree."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.core.converter import Loss, given_w, source_w
from twinverter.planner.bound import bound
from twinverter.planner.conversion import Curve, across, along, bank_curve, stage_curve
from twinverter.planner.foresight import optimum
from twinverter.planner.judge import World, trial_of
from twinverter.planner.menu import Menu
from twinverter.planner.moment import CORNERS, Course, Limits, corners, moment
from twinverter.planner.program import Engine, program
from twinverter.planner.seeds import policies
from twinverter.planner.years import as_it_is
from twinverter.scenario.house import load_house


def straight(charge_w, charge_share, give_w, give_share):
    """Return a curve of two straight lines; `charge_w` counts at the link, `give_w` outside."""
    return Curve(
        np.array([-charge_w, 0.0, give_w * give_share]),
        np.array([-charge_w * charge_share, 0.0, give_w]),
    )


# A lossless 10 kWh bank, half full, that moves 5 kW; an 8 kW inverter that may sell 8 kW.
PLAIN = Limits(
    1e4, 0.0, 5e3, straight(5e3, 1.0, 5e3, 1.0), straight(8e3, 1.0, 8e3, 1.0), 8e3, 6e3, 0.0, 0.0
)
LOSS = Loss(0.01, 4e-6)
BANK = load_house().site.battery
LOSSY = PLAIN._replace(
    floor_wh=1e3,
    bank=bank_curve(BANK, load_house().site.bridge, 5e3, 7e3),
    stage=stage_curve(LOSS, 8e3),
    running_w=60.0,
    resting_w=10.0,
)
FUEL, UNSERVED = 0.4e-3, 2.0e-3


def course(pv=0.0, load=0.0, buy=0.0, sell=0.0, mains=1.0, gen=0.0, standing=0.0, steps=2):
    """Return a course, prices per kWh; single figures hold in every step."""

    def row(values, factor=1.0):
        return np.broadcast_to(np.asarray(values, dtype=float) * factor, steps).copy()

    return Course(
        row(pv), row(load), row(buy, 1e-3), row(sell, 1e-3), row(mains), row(gen), row(standing)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("what", "cost"),
    # fmt: off
    [
        # an hour of 1 kW at 0.30, the bank must end as full as it began
        (dict(load=1000, buy=0.3), 0.60),
        # cheap first: charge 5 kWh at 0.10, serve 2 kW later, sell nothing
        (dict(load=[0, 2000], buy=[0.1, 0.3]), 0.20),
        # only 5 kW fit in an hour: of 7 kW two are bought dear
        (dict(load=[0, 7000], buy=[0.1, 0.3]), 1.10),
        # sun now, load later: the bank carries it over
        (dict(pv=[3000, 0], load=[0, 3000], buy=0.3), 0.00),
        # what does not fit is sold
        (dict(pv=[8000, 0], load=[0, 3000], buy=0.3, sell=0.05), -0.25),
        # buying to sell dearer
        (dict(buy=[0.1, 0.3], sell=[0.0, 0.2]), -0.50),
        # an outage: the bank serves, and is filled again
        (dict(load=[2000, 0], buy=0.3, mains=[0, 1]), 0.60),
        # an outage longer than the bank, with an engine of 6 kW for the second hour
        (dict(load=[5000, 5000], buy=0.3, mains=0, gen=[0, 1], steps=2), None),
    ],
    # fmt: on
)
def test_a_plan_costs_what_a_head_computes(what, cost):
    plan = bound(PLAIN, course(**what), FUEL, UNSERVED, 1.0)
    if cost is None:
        # 10 kWh of load, 6 from the engine, none net from the bank: 4 are missing.
        cost = 6000 * FUEL + 4000 * UNSERVED
    assert plan.cost == pytest.approx(cost, abs=1e-9)
    assert plan.stored_wh[-1] >= 5e3 - 1e-6


@pytest.mark.parametrize(
    ("what", "cost"),
    # fmt: off
    [
        # running takes 100 W: an hour of 100 W from the bank costs 200 W of it, resting buys 100 W
        (dict(load=100, buy=[0.5, 0.5]), 0.10),
        # dear now, cheap later: half an hour of running would do, so the 100 W are paid once
        (dict(load=[5000, 0], buy=[0.5, 0.1]), 0.50 * 0.1 + 0.51),
        # a contract that forbids feeding keeps 20 W bought though the sun shines
        (dict(pv=3000, load=1000, buy=0.5, standing=20), 0.02),
    ],
    # fmt: on
)
def test_a_stage_that_runs_takes_its_own(what, cost):
    limits = PLAIN._replace(sell_w=0.0, running_w=100.0)
    assert bound(limits, course(**what), FUEL, UNSERVED, 1.0).cost == pytest.approx(cost, abs=1e-9)


def test_a_curve_is_never_worse_than_the_converters_it_stands_for():
    stage, bank = LOSSY.stage, LOSSY.bank
    bridge = load_house().site.bridge
    for power_w in np.linspace(10.0, 4900.0, 60):
        assert along(stage, power_w) >= given_w(LOSS, power_w) - 1e-9
        assert along(stage, -power_w) >= -source_w(LOSS, power_w) - 1e-9
        assert across(stage, along(stage, power_w)) == pytest.approx(power_w)
        # The real bank at its middle voltage and 25 degC is worse, by 1.5 % at most.
        inner = Loss(0.0, BANK.resistance_ohm / BANK.ocv_v[10] ** 2)
        given_wh = source_w(inner, source_w(bridge.battery_loss, power_w))
        kept_wh = given_w(inner, given_w(bridge.battery_loss, power_w)) * BANK.coulomb_efficiency
        assert 0.985 * given_wh <= along(bank, power_w) <= given_wh
        assert 0.985 * -along(bank, -power_w) <= kept_wh <= -along(bank, -power_w)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_a_step_costs_is_convex_and_rests_for_nothing_more(seed):
    chance = np.random.default_rng(seed)
    made = course(
        pv=chance.uniform(0, 9000) * (chance.random() > 0.5), load=chance.uniform(0, 9000),
        buy=chance.uniform(0.1, 0.5), sell=chance.uniform(0.0, 0.1),
        mains=float(chance.random() > 0.3), gen=float(chance.random() > 0.5),
        standing=chance.choice([0.0, 20.0]), steps=1,
    )  # fmt: skip
    taken_wh, costs, missing_w = (np.zeros(CORNERS) for _ in range(3))
    now = moment(made, 0, FUEL, UNSERVED)
    count = corners(LOSSY, now, 0.25, taken_wh, costs, missing_w)
    assert count >= 2 and (np.diff(taken_wh[:count]) > 0.0).all()
    slopes = np.diff(costs[:count]) / np.diff(taken_wh[:count])
    assert (np.diff(slopes) >= -1e-9).all()
    rest = np.interp(0.0, taken_wh[:count], costs[:count])
    dark = now.mains == 0.0
    left_w = max(0.0, now.load_w - (LOSSY.gen_w * now.gen if dark else 0.0))
    price = UNSERVED if dark else now.buy
    fuel = FUEL * (now.load_w - left_w) if dark else now.buy * 10.2
    assert rest <= 0.25 * (price * left_w + fuel) + 1e-9


rows = st.integers(2, 40)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1), rows, st.sampled_from([PLAIN, LOSSY]), st.sampled_from([1.0, 0.25])
)
def test_both_ways_agree_on_any_course(seed, steps, limits, hours):
    chance = np.random.default_rng(seed)
    buy = chance.choice([0.1, 0.3, 0.5], steps)
    made = course(
        pv=chance.uniform(0, 9000, steps) * (chance.random(steps) > 0.4),
        load=chance.uniform(20, 6000, steps) * chance.choice([0.1, 1.0], steps),
        buy=buy,
        sell=buy * chance.choice([0.0, 0.2, 1.0]),
        mains=chance.random(steps) > 0.3,
        gen=chance.random(steps) > 0.5,
        standing=chance.choice([0.0, 20.0]),
        steps=steps,
    )
    limits = limits._replace(sell_w=chance.choice([0.0, 8e3]))
    fast = bound(limits, made, FUEL, UNSERVED, hours)
    judge = program(limits, made, FUEL, UNSERVED, hours)
    assert fast.cost == pytest.approx(judge.cost, rel=1e-6, abs=1e-9)


def test_the_plan_of_the_fast_way_costs_what_it_says():
    made = course(pv=[9000, 0, 0, 4000], load=[500, 3000, 4000, 1000], buy=[0.1, 0.5, 0.3, 0.1],
                  sell=0.05, mains=[1, 1, 0, 1], steps=4)  # fmt: skip
    plan = bound(LOSSY, made, FUEL, UNSERVED, 1.0)
    paid = np.maximum(plan.grid_w, 0) @ made.buy - np.maximum(-plan.grid_w, 0) @ made.sell
    paid += plan.gen_w.sum() * FUEL + plan.unserved_w.sum() * UNSERVED
    assert paid == pytest.approx(plan.cost, rel=1e-9)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (dict(buy=[-0.1, 0.3]), "a price is negative"),
        (dict(buy=0.1, sell=0.2), "earns more than it costs"),
    ],
)
def test_the_fast_way_says_when_it_does_not_apply(what, said):
    with pytest.raises(ValueError, match=said):
        bound(PLAIN, course(**what), FUEL, UNSERVED, 1.0)


def test_a_negative_price_fills_the_bank_and_empties_it_again():
    # Paid 0.10 for each of 5 kWh taken in; the second hour may sell for nothing.
    plan = program(PLAIN, course(buy=[-0.1, 0.3], sell=0.0), FUEL, UNSERVED, 1.0)
    assert plan.cost == pytest.approx(-0.5)
    assert plan.grid_w[0] == pytest.approx(5000.0)


def test_an_engine_with_a_price_of_its_own_runs_once_instead_of_twice():
    # 1 kW in three hours without mains, the bank full enough only to bridge the middle one.
    made = course(load=1000, mains=0, gen=1, steps=3)
    small = PLAIN._replace(capacity_wh=1e3, start_wh=0.0)
    free = program(small, made, FUEL, UNSERVED, 1.0)
    idle = program(small, made, FUEL, UNSERVED, 1.0, Engine(per_h=1.0, per_start=0.5))
    assert free.cost == pytest.approx(3000 * FUEL)
    # Two hours running at idle price, one start where the hours are neighbours.
    assert idle.cost == pytest.approx(3000 * FUEL + 2 * 1.0 + 0.5)


def test_what_is_relaxed_is_a_bound_of_what_is_not():
    """At a price below nothing a relaxed plan burns energy by charging and discharging at once."""
    made = course(buy=[-0.1, 0.3], sell=-0.02, load=[1000, 2000])
    strict = program(LOSSY, made, FUEL, UNSERVED, 1.0)
    relaxed = program(LOSSY, made, FUEL, UNSERVED, 1.0, relaxed=True)
    assert relaxed.cost <= strict.cost + 1e-9
    fair = course(buy=[0.1, 0.3], sell=0.02, load=[1000, 2000])
    assert program(LOSSY, fair, FUEL, UNSERVED, 1.0, relaxed=True).cost == pytest.approx(
        bound(LOSSY, fair, FUEL, UNSERVED, 1.0).cost
    )


@pytest.mark.parametrize("night", [0.30, -0.10])
def test_no_settings_beat_the_bound_at_any_price(tariff_house, night):
    """Of each way to run the house, the year's bill; negative prices are asked of HiGHS."""
    form = tariff_house.form.world.tariff
    bands = [form.band[0], form.band[1].model_copy(update={"buy": night})]
    forms = tariff_house.form.world.model_copy(
        update={"tariff": form.model_copy(update={"band": bands})}
    )
    world, _ = type(tariff_house.world).of(tariff_house.form.site, forms, "", Path())
    house = replace(tariff_house, world=world)
    lived = World(as_it_is(house), step_s=300.0)
    seen, plan = optimum(lived)
    menu = Menu(house)
    hands = policies(menu, menu.now)
    bills = [one.bill.total for one in lived.judge([trial_of(menu.house_of(h)) for h in hands])]
    # A run may end emptier than it began: the bank's energy at the dearest price.
    assert min(bills) > plan.cost + seen.unavoidable - 0.6 * seen.limits.start_wh / 1e3
    assert min(bills) < max(bills)
