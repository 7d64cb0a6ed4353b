"""The moment of a parallel system as plain data: units in short, their sum, the alarms."""

from collections.abc import Sequence
from typing import Any

from twinverter.catalog import alarms
from twinverter.core.blocks import Phases, total
from twinverter.group import sums
from twinverter.group.orders import Order
from twinverter.inverter import Flows
from twinverter.live.group_step import Afar
from twinverter.live.group_unit import ENABLE_KEY, ROLE_KEY, Unit

PHASE_MODE, PHASE_KEY = "phase_mode", "parallel_phase"


def snapshot(
    units: Sequence[Unit], master: Unit, orders: Sequence[Order], others: Sequence[Afar]
) -> dict[str, Any]:
    """Return units, sum and alarms of the newest moment that is on disk, and who is heard."""
    shown = [unit.shown for unit in units]
    lines = [told(unit, order) for unit, order in zip(units, orders, strict=False)]
    return {
        "clock": master.shown["clock"],
        "clock_s": master.shown["clock_s"],
        "master": master.address,
        "units": lines,
        "sum": _sum(units),
        "heard": [heard(other) for other in others],
        "alarms": [
            {"address": line["address"], **alarm}
            for line, its in zip(lines, shown, strict=True)
            for alarm in its["alarms"]
        ],
    }


def told(unit: Unit, order: Order) -> dict[str, Any]:
    """Return one unit in short: who it is, how it is, its powers, its share of what is asked."""
    shown, values, flows = unit.shown, unit.values, unit.scene.flows
    single = values[PHASE_MODE] == "single"
    return {
        "address": unit.address,
        "role": values[ROLE_KEY],
        "phase": values[PHASE_KEY] if single else "",
        "enabled": values[ENABLE_KEY],
        "power_on": shown["power_on"],
        "state": shown["flows"]["state"],
        "centre": shown["centre"],
        "lamps": shown["lamps"],
        "alarms": _codes(unit),
        "loss": round(unit.loss, 2),
        "share": round(order.demand, 4),
        "inverter_w": round(total(flows.inverter_w), 1),
        **_lines(flows),
        "soc": round(flows.soc, 4),
        "battery_v": round(flows.battery_v, 2),
    }


def heard(other: Afar) -> dict[str, Any]:
    """Return what a unit in another process says of itself."""
    return {
        "address": int(other.badge.address),
        "role": "master" if other.badge.master > 0.0 else "slave",
        "loss": round(other.loss, 2),
        "on": other.told.on > 0.0,
        "fault": other.told.fault > 0.0,
        "grid_w": round(total(other.grid_w), 1),
        "battery_w": round(other.battery_w, 1),
    }


def _codes(unit: Unit) -> list[str]:
    """Return the codes at a unit, with the states that its list of alarms leaves out."""
    standing = [alarm["code"] for alarm in unit.shown["alarms"]]
    now = alarms.names(unit.scene.flows.alarms)
    states = [code for code in now if alarms.find_alarm(code).severity == alarms.STATE]
    return standing + states


def _sum(units: Sequence[Unit]) -> dict[str, Any]:
    """Return the powers of the whole system and, where they have one mean, its charge."""
    sum_of: Flows = sums.placed(units[0].scene.flows, units[0].badge.phase)
    for unit in units[1:]:
        sum_of = sums.joined(sum_of, unit.scene.flows, unit.badge.phase)
    whole_ah = sum(unit.scene.site.battery.capacity_ah for unit in units)
    charge_ah = sum(unit.scene.site.battery.capacity_ah * unit.scene.flows.soc for unit in units)
    return _lines(sum_of) | {
        "inverter_w": round(total(sum_of.inverter_w), 1),
        "soc": round(charge_ah / whole_ah if whole_ah else 0.0, 4),
        "grid_phases_w": [round(value_w, 1) for value_w in sum_of.grid_w],
        "load_phases_w": [round(value_w, 1) for value_w in _served(sum_of)],
    }


def _lines(flows: Flows) -> dict[str, float]:
    return {
        "pv_w": round(flows.pv1_w + flows.pv2_w, 1),
        "battery_w": round(flows.battery_w, 1),
        "grid_w": round(total(flows.grid_w), 1),
        "gen_w": round(total(flows.gen_w), 1),
        "load_w": round(sum(_served(flows)), 1),
        "unserved_w": round(total(flows.load_unserved_w), 1),
        "loss_w": round(flows.loss_w, 1),
    }


def _served(flows: Flows) -> Phases:
    return Phases(
        *(load - short for load, short in zip(flows.load_w, flows.load_unserved_w, strict=True))
    )
