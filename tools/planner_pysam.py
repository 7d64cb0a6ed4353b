"""Tuned and factory settings once more through the battery of NREL's SAM, with the same powers.

    TWINVERTER_DATA=/path/to/data .venv/bin/python tools/planner_pysam.py HOUSE SETTINGS

HOUSE is a house file with an LFP bank, SETTINGS what `twinverter tune --settings` wrote. The house
lives through its year under the factory's settings, its own and the tuned ones; then each minute's
battery power is asked of SAM's LFP bank of the same capacity and resistance
(PySAM.BatteryStateful), and the energies that the two banks took and gave are set beside each
other. What SAM's bank cannot follow, because it is full or empty before ours, is what our own
battery would have to answer for.
"""

import argparse
from typing import Any

import numpy as np
import PySAM.BatteryStateful as BatteryStateful

from twinverter.batch.simulate import simulate
from twinverter.planner.compare import read_ways
from twinverter.planner.unseen import factory
from twinverter.scenario.house import House

HOURS = 1.0 / 60.0
POWER = 1.0


def sam_bank(house: House) -> Any:
    """Return SAM's LFP bank of the house's capacity, at its state of charge."""
    ours = house.site.battery
    nominal_v = ours.ocv_v[len(ours.ocv_v) // 2]
    bank = BatteryStateful.default("LFPGraphite")
    bank.value("control_mode", POWER)
    bank.value("dt_hr", HOURS)
    bank.value("input_power", 0.0)
    bank.value("nominal_voltage", nominal_v)
    bank.value("nominal_energy", nominal_v * ours.capacity_ah / 1e3)
    # SAM's own cell is all but lossless; with the resistance of our bank the models are compared.
    series = nominal_v / bank.value("Vnom_default")
    parallel = ours.capacity_ah / bank.value("Qfull")
    bank.value("resistance", ours.resistance_ohm * parallel / series)
    bank.value("initial_SOC", 100.0 * house.initial_soc)
    bank.value("minimum_SOC", 0.0)
    bank.value("maximum_SOC", 100.0)
    bank.setup()
    return bank


def restepped(house: House, asked_w: np.ndarray) -> tuple[np.ndarray, float]:
    """Return what SAM's bank gives (positive) or takes when it is asked for powers, and its SOC."""
    bank = sam_bank(house)
    given_w = np.empty(len(asked_w))
    for row, power_w in enumerate(asked_w):
        bank.value("input_power", float(power_w) / 1e3)
        bank.execute(0)
        given_w[row] = bank.StatePack.P * 1e3
    return given_w, bank.StatePack.SOC / 100.0


def main() -> None:
    """Print the energies of every way in both banks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("house")
    parser.add_argument("settings")
    parser.add_argument("--days", type=float)
    given = parser.parse_args()
    now, tuned = read_ways([given.house, given.settings])
    ways = {"factory": factory(now), "as it is set": now, "tuned": tuned}
    for name, house in ways.items():
        run = simulate(house, days=given.days)
        asked_w = np.array(run.flows["battery_w"], dtype=float)
        given_w, soc = restepped(house, asked_w)
        for what, sign in (("gave", 1.0), ("took", -1.0)):
            ours_kwh = np.maximum(sign * asked_w, 0.0).sum() * HOURS / 1e3
            sam_kwh = np.maximum(sign * given_w, 0.0).sum() * HOURS / 1e3
            apart = sam_kwh / ours_kwh - 1.0
            print(f"{name:14} {what} {ours_kwh:9.1f} kWh, SAM's {sam_kwh:9.1f} kWh ({apart:+.2%})")
        print(f"{name:14} ends at {run.soc_end:.1%}, SAM's at {soc:.1%}", flush=True)


if __name__ == "__main__":
    main()
