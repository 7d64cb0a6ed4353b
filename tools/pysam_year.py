"""A year of the built-in house at 60 s through PySAM's Pvsamv1, for `peers.py`.

    python tools/pysam_year.py [--limit S]

SAM prints how far it is, in percent; the last line is JSON, the seconds it took. After `--limit`
seconds an alarm ends the process, since SAM itself can not be asked to stop.
"""

import argparse
import json
import signal
import time
from typing import Any

import numpy as np
import PySAM.BatteryTools as BatteryTools
import PySAM.Pvsamv1 as Pvsamv1

from twinverter.catalog.modules import MODULES
from twinverter.scenario.house import House, load_house
from twinverter.scenario.sun import sun_path

STEP_S = 60.0
LOADS = ("load_w_l1", "load_w_l2", "load_w_l3")

# Pvsamv1 as near to the built-in house as it goes; a battery on the DC side takes no second
# tracker, so both strings lie in the plane of the first. Models 1 are the CEC's module and an
# inverter by its datasheet, choice 5 is self-consumption; no replacement, no lifetime.
SYSTEM = {
    "subarray1_modules_per_string": 9, "subarray1_nstrings": 2,
    "subarray1_tilt": 12, "subarray1_azimuth": 120, "system_capacity": 8.1,
    "module_model": 1, "inverter_model": 1, "inverter_count": 1,
    "inv_ds_paco": 8000, "inv_ds_eff": 97.0,
    "system_use_lifetime_output": 0, "analysis_period": 1, "save_full_lifetime_variables": 0,
    "en_batt": 1, "batt_ac_or_dc": 0, "batt_dispatch_choice": 5, "batt_minimum_SOC": 20,
    "batt_initial_SOC": 60, "batt_replacement_option": 0, "batt_minimum_modetime": 0,
    "batt_dispatch_auto_can_gridcharge": 0,
}  # fmt: skip
BATTERY_KW, BATTERY_KWH, BATTERY_V = 7.5, 10.24, 51.2
MODULE = "LONGi LR4-72HPH-450M"
# Datasheet LR4-72HPH 435-455M: 2094 by 1038 mm, NOCT 45 degC.
MODULE_M2, MODULE_NOCT_C = 2.174, 45.0


def system_of(house: House) -> Any:
    """Return Pvsamv1 with the modules, the battery, the sun and the loads of the house."""
    system = Pvsamv1.default("PVBatteryResidential")
    module = MODULES[MODULE]
    fitted = module.desoto
    assert fitted is not None
    cec = {
        "a_ref": fitted.ideality_ref_v, "adjust": 0.0, "alpha_sc": fitted.alpha_isc_a_per_k,
        "area": MODULE_M2, "beta_oc": module.beta_voc_per_k * module.voc_v,
        "i_l_ref": fitted.light_current_ref_a, "i_o_ref": fitted.saturation_current_ref_a,
        "i_mp_ref": module.imp_a, "i_sc_ref": module.isc_a,
        "v_mp_ref": module.vmp_v, "v_oc_ref": module.voc_v, "n_s": module.cells_in_series,
        "r_s": fitted.series_ohm, "r_sh_ref": fitted.shunt_ref_ohm, "t_noct": MODULE_NOCT_C,
    }  # fmt: skip
    for name, value in SYSTEM.items():
        system.value(name, value)
    for name, value in cec.items():
        system.value(f"cec_{name}", value)
    BatteryTools.battery_model_change_chemistry(system, "lfpgraphite")
    BatteryTools.battery_model_sizing(system, BATTERY_KW, BATTERY_KWH, BATTERY_V)
    sky, load_kw = world_of(house)
    system.value("solar_resource_data", sky)
    rows = len(load_kw)
    columns = {
        "load": load_kw, "crit_load": [0.0] * rows, "batt_target_power": [0.0] * rows,
        "grid_curtailment": [1e38] * rows, "batt_adjust_timeindex": [0.0] * rows,
    }  # fmt: skip
    for name, column in columns.items():
        system.value(name, column)
    return system


def world_of(house: House) -> tuple[dict[str, Any], list[float]]:
    """Return sun and air as SAM reads them, and the loads in kW, one value per step."""
    steps, world, place = house.steps(step_s=STEP_S), house.world, house.world.place
    stretch = world.weather.stretch(steps)
    sun = sun_path(place, stretch)
    sky = world.weather.sky(stretch, sun)
    # The sky is made for the minutes of whole solar days, which begin a little earlier.
    skipped = round((steps.start_s - stretch.start_s) / stretch.step_s)
    sky = sky.part(skipped, steps.count)
    rows = np.concatenate(list(house.chunks(step_s=STEP_S)))
    clock = rows["clock_s"].astype("datetime64[s]").tolist()
    columns = {
        "gh": sky.ghi_w_m2, "dn": sky.dni_w_m2, "df": sky.dhi_w_m2,
        "tdry": sky.air_c, "wspd": sky.wind_m_s,
    }  # fmt: skip
    data: dict[str, Any] = {name: values.tolist() for name, values in columns.items()}
    for part in ("year", "month", "day", "hour", "minute"):
        data[part] = [getattr(moment, part) for moment in clock]
    data |= {"lat": place.latitude, "lon": place.longitude, "elev": place.altitude_m}
    data["tz"] = float(rows["clock_s"][0] - steps.start_s) / 3600.0
    data["albedo"] = [place.albedo] * steps.count
    load_w = np.stack([rows[name] for name in LOADS]).sum(axis=0, dtype=np.float64)
    return data, (load_w / 1000.0).tolist()


def main() -> None:
    """Run the year against the clock."""
    parser = argparse.ArgumentParser(description="A year of Pvsamv1 with a battery, timed.")
    parser.add_argument("--limit", type=float, default=180.0, help="seconds")
    limit_s = parser.parse_args().limit
    system = system_of(load_house())
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    began = time.perf_counter()
    system.execute(1)
    seconds = time.perf_counter() - began
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
