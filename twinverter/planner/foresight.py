"""A world as the bound sees it: what the device can do, what happens, and what that costs at least.

The bank moves its rating's current at its highest voltage; the mains counts as there while a
phase is alive. A stretch shorter than a step is spread over it. A kWh costs the least that any
tier makes of it, one fed in under net metering is worth one bought, an engine burns and wears as
at full load; battery wear and demand charges cost nothing. All of it makes the bound lower.

Two things the bound leaves alone as the search does: the bank is not emptied below what its maker
advises, and a contract that forbids selling is kept by the smallest standing import that the
manual recommends (5.7), or the one that is set where that is smaller.
"""

from typing import Any

import numpy as np

from twinverter.planner.bill import HOUR_S, WH_PER_KWH, standing_charge
from twinverter.planner.bound import Plan, bound
from twinverter.planner.conversion import bank_curve, stage_curve
from twinverter.planner.judge import World
from twinverter.planner.moment import Course, Limits
from twinverter.planner.program import program
from twinverter.plant.site import Site
from twinverter.scenario.house import House

PHASES = (1, 2, 3)
# A step is dark when more than this is missing.
DARK_W = 1.0
HALF_HOUR_S = 1800.0
# Makers of lithium banks advise against emptying them further (assumed).
DEEPEST_PCT = 10.0
# Manual 5.7: 20 to 100 W, the import that is sure to feed nothing.
STANDING_W = 20.0


class Foreseen:
    """The perfect-foresight optimum of a world, in steps `every` times as long as its own."""

    def __init__(self, world: World, every: int = 1) -> None:
        self.world = world
        self.limits = limits_of(world)
        self.course = course_of(world, every)
        self.hours = every * world.steps.step_s / HOUR_S
        self.fuel_per_wh, self.fuel_l_per_wh = _engine(world)
        self.unserved_per_wh = world.tariff.costs.unserved_per_kwh / WH_PER_KWH

    def plan(self) -> Plan:
        """Return the best plan; ValueError where the fast way does not apply."""
        return bound(self.limits, self.course, self.fuel_per_wh, self.unserved_per_wh, self.hours)

    @property
    def unavoidable(self) -> float:
        """Return what is paid whatever anybody does: standing charges with their tax."""
        tariff = self.world.tariff
        return (1.0 + tariff.tax) * standing_charge(tariff, self.world.calendar.lived)

    def fuel_l(self, plan: Plan) -> float:
        """Return the fuel that a plan burns."""
        return float(plan.gen_w.sum()) * self.hours * self.fuel_l_per_wh

    def unserved_wh(self, plan: Plan) -> float:
        """Return what a plan leaves unserved."""
        return float(plan.unserved_w.sum()) * self.hours

    def dark_h(self, plan: Plan) -> float:
        """Return for how many hours, as shares of the load, a plan leaves the house dark."""
        wanted_w = np.maximum(self.course.load_w, DARK_W)
        return float(np.minimum(1.0, plan.unserved_w / wanted_w).sum()) * self.hours


def optimum(world: World, every: int = 1) -> tuple[Foreseen, Plan]:
    """Return the optimum of a world with its plan, by the fast way wherever that applies.

    Steps are `every` times as long as the world's: longer ones make the bound lower.

    Elsewhere (negative prices, feed-in that pays more than buying) HiGHS is asked at half hours,
    without forbidding that energy flows both ways at once: a bound all the more.
    """
    seen = Foreseen(world, every)
    try:
        return seen, seen.plan()
    except ValueError:
        slower = Foreseen(world, max(1, round(HALF_HOUR_S / world.steps.step_s)))
        return slower, program(
            slower.limits,
            slower.course,
            slower.fuel_per_wh,
            slower.unserved_per_wh,
            slower.hours,
            relaxed=True,
        )


def stored_wh(site: Site, soc: float) -> float:
    """Return the energy in the bank at `soc`, at its open-circuit voltage."""
    bank = site.battery
    points = np.linspace(0.0, 1.0, len(bank.ocv_v))
    below = np.append(points[points < soc], soc)
    volts = np.interp(below, points, bank.ocv_v)
    return float(np.trapezoid(volts, below)) * bank.capacity_ah


def deepest_soc(house: House) -> float:
    """Return how far the bank is emptied at most: as it is set, or as makers of banks advise."""
    return min(DEEPEST_PCT, float(house.values["shutdown_soc_pct"])) / 100.0


def limits_of(world: World) -> Limits:
    """Return what the device of a world can do at best."""
    house = world.house
    site, rating = house.site, _law(house).rating
    bank, bridge = site.battery, site.bridge
    highest_v = max(bank.ocv_v)
    charge_a, discharge_a = rating.battery_a, rating.battery_a
    if bank.lithium > 0.0:
        charge_a = min(charge_a, bank.bms_charge_a)
        discharge_a = min(discharge_a, bank.bms_discharge_a)
    start_wh = stored_wh(site, house.initial_soc)
    return Limits(
        capacity_wh=stored_wh(site, 1.0),
        floor_wh=min(start_wh, stored_wh(site, deepest_soc(house))),
        start_wh=start_wh,
        bank=bank_curve(bank, bridge, charge_a * highest_v, discharge_a * highest_v),
        stage=stage_curve(bridge.inverter_loss, rating.ac_max_w),
        sell_w=rating.ac_max_w if world.tariff.may_sell else 0.0,
        gen_w=0.0 if house.form.site.genset is None else site.genset.rated_w,
        running_w=bridge.own_running_w,
        resting_w=bridge.own_idle_w,
    )


def course_of(world: World, every: int = 1) -> Course:
    """Return what happens in a world, in steps `every` times as long as its own.

    Rows that do not fill the last step are left out.
    """
    house, inputs, tariff = world.house, world.inputs, world.tariff
    law = _law(house)
    on = np.max([inputs[f"grid_v_l{phase}"] for phase in PHASES], axis=0) >= law.grid.dead_v
    load_w = _sum(inputs, "load_w") + np.where(on, _sum(inputs, "home_w"), 0.0)
    load_w -= inputs["micro_inverter_w"]
    adds = np.cumsum([0.0, *(tier.adds for tier in tariff.tiers)]).min()
    buy = (1.0 + tariff.tax) * (world.buy + adds / WH_PER_KWH)
    least_w = min(STANDING_W, float(house.values["zero_export_power_w"]))
    standing_w = np.clip(load_w, 0.0, 0.0 if tariff.may_sell else least_w)
    columns = Course(
        sun_w=_sun_w(world),
        load_w=load_w,
        buy=buy,
        sell=np.maximum(buy, world.sell) if tariff.net_metering else world.sell,
        mains=on.astype(float),
        gen=inputs["gen_ready"].astype(float),
        standing_w=np.where(on, standing_w, 0.0),
    )
    return Course(*(_longer(column, every) for column in columns))


def _sun_w(world: World) -> np.ndarray:
    """Return what the strings give at the link at most."""
    tracker, most_w = world.house.site.tracker, _law(world.house).rating.pv_w
    sun_w: np.ndarray = np.zeros(len(world.offers))
    for string in ("string1", "string2"):
        watts = np.minimum(tracker.efficiency * world.offers[f"{string}_best_power_w"], most_w)
        sun_w += watts - (tracker.loss.linear + tracker.loss.per_w * watts) * watts
    return np.minimum(sun_w, most_w)


def _engine(world: World) -> tuple[float, float]:
    """Return what a Wh from the engine costs and burns at least: a share of its full load."""
    genset, costs = world.house.site.genset, world.tariff.costs
    if genset.rated_w <= 0.0:
        return 0.0, 0.0
    fuel_l_per_wh = HOUR_S * (genset.fuel_l_per_ws + genset.fuel_idle_l_per_s / genset.rated_w)
    return costs.fuel_per_l * fuel_l_per_wh + costs.service_per_h / genset.rated_w, fuel_l_per_wh


def _law(house: House) -> Any:
    return house.settings.law


def _sum(inputs: np.ndarray, name: str) -> np.ndarray:
    summed: np.ndarray = np.zeros(len(inputs))
    for phase in PHASES:
        summed += inputs[f"{name}_l{phase}"]
    return summed


def _longer(values: np.ndarray, every: int) -> np.ndarray:
    if every == 1:
        return values
    count = len(values) // every
    return values[: count * every].reshape(count, every).mean(axis=1)
