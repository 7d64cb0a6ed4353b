"""A bill is arithmetic that an owner could do."""

import numpy as np
import pytest

from twinverter.batch.simulate import simulate
from twinverter.planner.bill import Account, Calendar, bill, daily_money
from twinverter.planner.judge import World, trial_of
from twinverter.planner.years import as_it_is
from twinverter.scenario.tariff import Band, Costs, Demand, Tariff, Tier

ALL = (frozenset(range(1, 13)), frozenset(range(7)), ((0.0, 86400.0),))
PLAIN = Tariff("EUR", "UTC", (Band("flat", *ALL, 0.30, 0.10),))
# One "day" as long as a mean month, so that the sums are easy.
MONTH = Calendar(np.zeros(1, int), np.zeros(1, int), np.zeros(1, int), np.array([30.4375]))
NOTHING = Account(np.zeros((1, 1)), np.zeros((1, 1)), *(np.zeros(1) for _ in range(9)))


def changed(record, **changes):
    return type(record)(**{**record.__dict__, **changes})


def account(bought_kwh=0.0, sold_kwh=0.0, peak_kw=0.0, **counters):
    """Return a month's account at 0.30 and 0.10 a kWh."""
    return changed(
        NOTHING,
        bought_wh=np.array([[1e3 * bought_kwh]]),
        sold_wh=np.array([[1e3 * sold_kwh]]),
        bought_money=np.array([0.30 * bought_kwh]),
        sold_money=np.array([0.10 * sold_kwh]),
        peak_w=np.array([1e3 * peak_kw]),
        **{name: np.array([float(value)]) for name, value in counters.items()},
    )


COSTS = Costs(fuel_per_l=2.0, service_per_h=0.5, start=1.0, wear_per_wh=0.3, unserved_per_kwh=5.0)


@pytest.mark.parametrize(
    ("tariff", "lived", "line", "money"),
    # fmt: off
    [
        (PLAIN, dict(bought_kwh=100), "energy", 30.0),
        (PLAIN, dict(sold_kwh=100), "feed_in", -10.0),
        (changed(PLAIN, net_metering=True), dict(bought_kwh=100, sold_kwh=60), "energy", 12.0),
        (changed(PLAIN, net_metering=True), dict(bought_kwh=100, sold_kwh=60), "feed_in", 0.0),
        (changed(PLAIN, net_metering=True), dict(bought_kwh=60, sold_kwh=100), "feed_in", -4.0),
        (changed(PLAIN, tiers=(Tier(5e4, 0.2),)), dict(bought_kwh=100), "tiers", 10.0),
        (changed(PLAIN, tiers=(Tier(5e4, 0.2),)), dict(bought_kwh=40), "tiers", 0.0),
        (changed(PLAIN, demand=Demand(12.0, 1800.0)), dict(peak_kw=4), "demand", 48.0),
        (changed(PLAIN, per_day=0.5), dict(), "standing", 15.21875),
        (changed(PLAIN, per_month=8.0), dict(), "standing", 8.0),
        (changed(PLAIN, tax=0.075), dict(bought_kwh=100), "tax", 2.25),
        (changed(PLAIN, costs=COSTS), dict(fuel_l=10), "fuel", 20.0),
        (changed(PLAIN, costs=COSTS), dict(generator_s=7200), "service", 1.0),
        (changed(PLAIN, costs=COSTS), dict(generator_starts=3), "starts", 3.0),
        (changed(PLAIN, costs=COSTS), dict(wear_wh=100), "wear", 30.0),
        (changed(PLAIN, costs=COSTS), dict(unserved_wh=2000), "unserved", 10.0),
    ],
    # fmt: on
)
def test_each_line_of_a_bill(tariff, lived, line, money):
    made = bill(tariff, MONTH, account(**lived))
    assert getattr(made, line) == pytest.approx(money)


def test_wear_and_darkness_are_no_cash():
    made = bill(
        changed(PLAIN, costs=COSTS), MONTH, account(bought_kwh=10, wear_wh=10, unserved_wh=1000)
    )
    assert made.total == pytest.approx(3.0 + 3.0 + 5.0)
    assert made.cash == pytest.approx(3.0)


def test_a_month_of_two_days_has_one_peak_and_one_tier():
    days = Calendar(np.array([0, 1]), np.array([0, 1]), np.array([0, 0]), np.ones(2))
    tariff = changed(PLAIN, tiers=(Tier(5e4, 0.2),), demand=Demand(12.0, 1800.0))
    zero = np.zeros(2)
    lived = Account(
        np.array([[4e4], [6e4]]), np.zeros((2, 1)), np.array([12.0, 18.0]), zero,
        np.array([3e3, 4e3]), zero, zero, zero, zero, zero, zero,
    )  # fmt: skip
    made = bill(tariff, days, lived)
    assert (made.energy, made.tiers, made.demand) == pytest.approx((30.0, 10.0, 48.0))
    assert daily_money(tariff, lived) == pytest.approx([12.0, 18.0])


def test_the_judge_counts_what_a_simulation_does(tariff_house):
    world = World(as_it_is(tariff_house))
    verdict = world.judge([trial_of(tariff_house)])[0]
    run = simulate(tariff_house)
    assert verdict.account.bought_wh.sum() == pytest.approx(run.meters.grid_import_wh, rel=1e-9)
    assert verdict.account.sold_wh.sum() == pytest.approx(run.meters.grid_export_wh, rel=1e-9)
    assert verdict.soc == pytest.approx(run.soc_end, rel=1e-12)
    flows = run.flows
    grid_wh = np.array(sum(np.array(flows[f"grid_w_l{p}"]) for p in (1, 2, 3))) / 60.0
    hour = world.inputs["clock_s"] % 86400 // 3600
    dear = (hour >= 16) & (hour < 21)
    paid = np.maximum(grid_wh, 0) * np.where(dear, 0.6, 0.3) / 1e3
    assert verdict.bill.energy == pytest.approx(paid.sum(), rel=1e-6)
    by_day = np.bincount(world.calendar.day, weights=paid)
    assert verdict.account.bought_money == pytest.approx(by_day, rel=1e-6)
