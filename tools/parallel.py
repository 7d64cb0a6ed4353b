"""Several units side by side: sharing, limits, a year of them, and what a unit costs in a group.

    python tools/parallel.py [--units N] [--days N] [--json]

A group goes through modelled weather and loads that many times as large, with outages, once with
units alike and once with power sensors from end to end of their spread; one unit goes through the
same alone. Times are processor time of this thread in the same process, least of a few; a missed
goal is no error, but a balance that does not close is (status 1).
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import twinverter.batch.group as group_run
import twinverter.batch.simulate as single_run
from twinverter.group import droop
from twinverter.scenario.house import House, load_house

BALANCE, SHARING, COST = 1e-9, 0.02, 1.5
HOUSE = """
[site]
name = "units side by side"
latitude = 6.5
longitude = 3.4
timezone = "Africa/Lagos"
turbidity = 4
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 12
azimuth_deg = 120
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 12
azimuth_deg = 240
[site.battery]
chemistry = "lfp"
capacity_ah = {capacity_ah}
[settings.battery]
batt_mode = "lithium"
batt_capacity_ah = {typed_ah}
max_charge_a = 100
max_discharge_a = 150
gen_signal = false
[settings.work_mode]
work_mode = "zero_export_load"
max_solar_power_w = 8100
[world]
days = {days}
[[world.load.appliances]]
name = "all day"
phase = "all"
power_w = {base_w}
duty = 0.7
[[world.load.appliances]]
name = "evening"
phase = "all"
power_w = {evening_w}
hours = ["18:00-23:00"]
[world.grid.outages]
hours_per_day = 6
{parallel}
"""


def house(units: int, days: int, parallel: str = "") -> House:
    """Return a house of so many units, its loads and its bank that many times one unit's."""
    text = HOUSE.format(
        capacity_ah=200 * units,
        typed_ah=min(2000, 200 * units),
        days=days,
        base_w=1000 * units,
        evening_w=min(50000, 2000 * units),
        parallel=parallel,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "house.toml"
        path.write_text(text, encoding="utf-8")
        return load_house(path)


def alone_ns(days: int, repeats: int) -> float:
    """Return the least time of a lone unit's step."""
    lone = house(1, days)
    inputs = lone.world.inputs(lone.steps())
    device = single_run.Device(lone, 60.0, False)
    device.step(inputs[:10])
    found = []
    for _ in range(repeats):
        began = device.stepping_seconds
        device.step(inputs)
        found.append((device.stepping_seconds - began) / len(inputs) * 1e9)
    return min(found)


def figures(units: int, days: int, repeats: int) -> dict[str, Any]:
    """Return everything measured."""
    # Processor time: the machine may be busy with others.
    for module in (group_run, single_run):
        module.time.perf_counter = time.thread_time
    alike = house(units, days, f"[parallel]\nunits = {units}")
    own = [f"[[parallel.unit]]\naddress = {place + 1}" for place in range(units)]
    own[0] += '\nrole = "master"'
    own = [
        f"{text}\nsense_error_pct = {error}" for text, error in zip(own, spread(units), strict=True)
    ]
    made = house(units, days, "[parallel]\n" + "\n".join(own))
    runs = [group_run.simulate_group(made) for _ in range(repeats)]
    run = runs[0]
    alikes = [group_run.simulate_group(alike) for _ in range(repeats)]
    single = alone_ns(min(days, 60), repeats)
    grouped = min(one.ns_per_step for one in alikes) / units
    each = min(one.ns_per_step for one in runs) / units
    settings: Any = made.settings
    return {
        "units": units,
        "days": days,
        "steps": run.steps,
        "balance_error_relative": max(one.balance_error for one in runs + alikes),
        "sharing_apart": run.unlike,
        "sharing_bound": droop.unlike_most(settings),
        "circulating_a": droop.circulating_most_a(settings),
        "most_ac_w": most_w(run),
        "ns_per_unit_step": grouped,
        "ns_per_unlike_unit_step": each,
        "ns_per_step_alone": single,
        "cost": grouped / single,
        "cost_unlike": each / single,
        "alarms": {code: row["count"] for code, row in run.summary["alarms"].items()},
    }


def spread(units: int) -> list[float]:
    """Return errors of the power sensors in percent, from end to end of what is assumed."""
    return [float(error) for error in np.linspace(-0.5, 0.5, units)] if units > 1 else [0.0]


def most_w(run: group_run.GroupRun) -> float:
    """Return the largest AC power of any unit in any step."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(run.units_path, columns=["inverter_w"])
    return float(pc.max(pc.abs(table["inverter_w"])).as_py())


def main() -> int:
    """Print the figures and return 0, or 1 where a balance does not close."""
    parser = argparse.ArgumentParser(description="Units in parallel: sharing, limits, cost.")
    parser.add_argument("--units", type=int, default=16)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = figures(options.units, options.days, options.repeats)
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        told(found)
    return 0 if found["balance_error_relative"] <= BALANCE else 1


def told(found: dict[str, Any]) -> None:
    """Print the figures beside their goals."""
    print(f"{found['units']} units, {found['steps']:,} steps of 60 s")
    balance = found["balance_error_relative"]
    print(f"  balance of any unit and of all     {balance:.1e}  (goal {BALANCE:g})")
    apart, bound = found["sharing_apart"], found["sharing_bound"]
    print(f"  shares apart, of the rating        {apart:.3%}  (goal {SHARING:.0%})")
    print(f"  by their sensors, at most          {bound:.2%}")
    print(f"  circulating current, at most       {found['circulating_a']:.2f} A")
    print(f"  largest AC power of a unit         {found['most_ac_w']:.0f} W  (limit 8800 W)")
    print(f"  a unit's step, all units alike     {found['ns_per_unit_step']:.0f} ns")
    print(f"  a unit's step, all of them unlike  {found['ns_per_unlike_unit_step']:.0f} ns")
    print(f"  a step alone                       {found['ns_per_step_alone']:.0f} ns")
    print(f"  cost, units alike                  {found['cost']:.2f} times  (goal {COST:g})")
    print(f"  cost, units unlike                 {found['cost_unlike']:.2f} times  (goal {COST:g})")
    print(f"  alarms                             {found['alarms']}")


if __name__ == "__main__":
    raise SystemExit(main())
