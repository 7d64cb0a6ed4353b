"""The peers that `make speed` runs beside this package, each in a process of its own.

    python tools/peers.py pvlib|bslib|pysam [--repeats N] [--limit S]

The same sun and the same loads go to both sides, and both are timed in turn in one process. The
last line of the output is JSON: lists of seconds, one per repeat, or what is missing.

pvlib (Holmgren, Hansen and Mikofski, JOSS 3 (2018) 884) is asked for maximum power by Newton's
method; bslib (HTW Berlin, RWTH Aachen, Forschungszentrum Juelich) for its measured DC-coupled
system S4; PySAM (NREL's System Advisor Model) for the year in `pysam_year.py`.
"""

import argparse
import json
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from ours import STEP_S, Device

from twinverter.core.kernel import compiled
from twinverter.plant.pv import DAYLIGHT_W_M2, max_power, string_curve
from twinverter.plant.pv_table import mpp_table, table_power
from twinverter.scenario.house import load_house

PACKAGES = {"pvlib": "pvlib", "bslib": "bslib", "pysam": "nrel-pysam"}
PYSAM_YEAR = Path(__file__).with_name("pysam_year.py")
BSLIB_SYSTEM = "S4"  # KOSTAL Plenticore plus 10 with BYD H11.5
LOADS = ("load_w_l1", "load_w_l2", "load_w_l3")


def seconds_of(work: Any) -> float:
    """Return how long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def pvlib(repeats: int) -> dict[str, Any]:
    """Return the seconds of all lit points of both strings, and how far the answers are apart."""
    from pvlib import pvsystem

    rows = np.concatenate(list(load_house().chunks(step_s=STEP_S)))
    string = load_house().site.pv1
    light = np.concatenate([rows["irradiance1_w_m2"], rows["irradiance2_w_m2"]]).astype(np.float64)
    cell = np.concatenate([rows["cell1_c"], rows["cell2_c"]]).astype(np.float64)
    lit = light >= DAYLIGHT_W_M2
    light_w_m2, cell_c = light[lit], cell[lit]
    parameters = pvsystem.calcparams_desoto(
        light_w_m2, cell_c, string.alpha_isc_a_per_k, string.ideality_ref_v,
        string.light_current_ref_a, string.saturation_current_ref_a, string.shunt_ref_ohm,
        string.series_ohm, string.band_gap_ref_ev, string.band_gap_slope_per_k,
    )  # fmt: skip
    table, exact_w, exact = mpp_table(string), np.empty(len(light_w_m2)), compiled(_exact)
    sides = {
        "pvlib": lambda: pvsystem.max_power_point(*parameters, method="newton"),
        "exact": lambda: exact(string, light_w_m2, cell_c, exact_w),
        "table": lambda: table_power(table, light_w_m2, cell_c),
    }
    answers = {name: side() for name, side in sides.items()}
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(repeats):
        for name, side in sides.items():
            seconds[name].append(seconds_of(side))
    theirs_w = string.modules * np.asarray(answers["pvlib"]["p_mp"])
    return {
        "version": version("pvlib"),
        "points": len(light_w_m2),
        "seconds": seconds,
        "exact_apart": float(np.max(np.abs(exact_w - theirs_w)) / np.max(theirs_w)),
        "table_energy_apart": abs(float(answers["table"].sum() / exact_w.sum()) - 1.0),
    }


def _exact(string, irradiance_w_m2, cell_c, power_w):
    for index in range(len(power_w)):
        curve = string_curve(string, irradiance_w_m2[index], cell_c[index])
        power_w[index] = max_power(curve).power_w


def bslib(repeats: int) -> dict[str, Any]:
    """Return the seconds of a year of their measured system and of ours, in turn."""
    from bslib import bslib as peer

    device = Device()
    rows = np.concatenate(device.chunks)
    pv_w = np.zeros(len(rows))
    for place, string in enumerate((device.house.site.pv1, device.house.site.pv2), start=1):
        table = mpp_table(string)
        pv_w += table_power(table, rows[f"irradiance{place}_w_m2"], rows[f"cell{place}_c"])
    load_w = np.stack([rows[name] for name in LOADS]).sum(axis=0, dtype=np.float64)
    moments = list(zip(load_w.tolist(), pv_w.tolist(), strict=True))

    def through() -> None:
        system, soc = peer.DCBatMod(system_id=BSLIB_SYSTEM), device.house.initial_soc
        for demand_w, sun_w in moments:
            soc = system.simulation(p_load=demand_w, p_pv=sun_w, soc=soc, dt=int(STEP_S)).soc

    device.step_through()
    ours, theirs = [], []
    for _ in range(repeats):
        ours.append(device.seconds())
        theirs.append(seconds_of(through))
    return {"version": version("bslib"), "ours": ours, "theirs": theirs}


def pysam(repeats: int, limit_s: float) -> dict[str, Any]:
    """Return the seconds of one year of theirs, and of ours before and after it.

    Pvsamv1 refuses a battery for less than a whole year. One that takes longer than `limit_s` is
    stopped, and `share` is how far it says it had come, 1 for a whole year.
    """
    device = Device()
    device.step_through()
    ours = [device.seconds() for _ in range(repeats)]
    words = [sys.executable, "-u", str(PYSAM_YEAR), "--limit", str(limit_s)]
    process = subprocess.run(words, capture_output=True, text=True)
    ours += [device.seconds() for _ in range(repeats)]
    found = {"version": version("nrel-pysam"), "ours": ours}
    if process.returncode == -signal.SIGALRM:
        percents = re.findall(r"([\d.]+) %", process.stdout)
        return found | {"theirs": [limit_s], "share": float(percents[-1]) / 100 if percents else 0}
    if process.returncode:
        raise SystemExit(process.stderr)
    return found | {"theirs": [json.loads(process.stdout.splitlines()[-1])["seconds"]], "share": 1}


def main() -> None:
    """Run one peer and print JSON."""
    parser = argparse.ArgumentParser(description="Run one peer beside this package.")
    parser.add_argument("peer", choices=PACKAGES)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--limit", type=float, default=180.0, help="seconds for PySAM's year")
    options = parser.parse_args()
    try:
        version(PACKAGES[options.peer])
    except PackageNotFoundError:
        print(json.dumps({"missing": PACKAGES[options.peer]}))
        return
    if options.peer == "pysam":
        found = pysam(options.repeats, options.limit)
    else:
        found = (pvlib if options.peer == "pvlib" else bslib)(options.repeats)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
