"""The figures behind the SunSpec points, all of one moment on disk.

SI units, ratios 0 to 1, states as the numbers of the models' own lists. What the snapshot does not
hold is derived here: apparent powers and currents (reactive power is the same on every phase), line
voltages of three phases 120 degrees apart, and the states that the models name.
"""

import math
from collections.abc import Mapping
from typing import Any

from twinverter.catalog import alarms
from twinverter.catalog.gridcodes import in_force
from twinverter.catalog.telemetry import MAIN, SERIAL
from twinverter.live.snapshot import Scene
from twinverter.live.twin import Twin
from twinverter.ports import sunspec_models as models
from twinverter.ports.image import Image
from twinverter.ports.sunspec_support import support_figures

Figure = float | str | None
Figures = dict[str, Figure]

MAKER, MODEL = "Twinverter", "JSO8048104"
WH_PER_KWH = 1000.0
# Below this the battery counts as resting (assumed).
RESTING_W = 10.0
# From here on a battery counts as full (assumed).
FULL_SOC = 0.995
# fmt: off
# State of the machine -> operating state of 103; 701 numbers the same list from 0.
STATES = {"dark": 1, "off": 1, "selftest": 3, "on_grid": 4, "gen": 4, "off_grid": 4,
          "batshut": 8, "standby": 8, "fault": 7}
# fmt: on
OFF, SLEEPING, WORKING, THROTTLED, FAULT, STANDBY = 1, 2, 4, 5, 7, 8
HELD_BACK = ("pv_max_solar", "pv_no_use", "pv_ac_limit")
FOLLOWING, FORMING, CLIPPED = 1, 2, 4
EMPTY, DISCHARGING, CHARGING, FULL, HOLDING = 2, 3, 4, 5, 6
LEAD_ACID, LITHIUM = 1, 4
DISCONNECTED, CONNECTED, SOC_PROTECTION, BANK_FAULT = 1, 3, 5, 99
STOPPED, STARTED = 1, 3
FINE, WARNED, FAILED = 0, 1, 2
# The words of the family's registers: faults F01 to F64 from 555 on, warnings from 553 on.
WARNINGS_AT, FAULTS_AT = 553, 555


def figures(twin: Twin, image: Image) -> Figures:
    """Return every figure that a SunSpec point shows, None where it is not known."""
    scene, snapshot = twin.scene, twin.shown
    flows = snapshot["flows"]
    codes = [alarm["code"] for alarm in snapshot["alarms"]]
    pv_reason = next((why["key"] for why in snapshot["reasons"] if why["line"] == "pv"), "")
    is_clipped = pv_reason in HELD_BACK
    return {
        **_identity(scene),
        **_ratings(scene),
        **support_figures(scene),
        **_ac(flows, scene.flows.reactive_var),
        **_dc(snapshot, is_clipped),
        **_machine(snapshot, codes, is_clipped),
        **_battery(scene, snapshot, codes),
        **_events(codes),
        "ac_total_wh": float(image.value("energy_active_total")) * WH_PER_KWH,
    }


def _identity(scene: Scene) -> Figures:
    return {
        "maker": MAKER,
        "model": MODEL,
        "version": MAIN,
        "serial": SERIAL,
        "address": float(scene.values["parallel_address"]),
    }


def _ratings(scene: Scene) -> Figures:
    """Return nameplate and limits; the settings that a point shows stand here under their keys."""
    values = in_force(scene.values)
    law: Any = scene.settings.law
    rating, battery_v = law.rating, _battery_nominal_v(scene)
    entered: Figures = {
        point.sets: float(values[point.sets])
        for model in models.MODELS
        for point in model.points
        if point.sets
    }
    return entered | {
        "rated_w": rating.ac_rated_w,
        "most_w": rating.ac_max_w,
        "rated_phases_a": 3.0 * rating.phase_a,
        "rated_battery_a": rating.battery_a,
        "rated_battery_w": rating.battery_a * battery_v,
        "set_charge_w": float(values["max_charge_a"]) * battery_v,
        "set_discharge_w": float(values["max_discharge_a"]) * battery_v,
        "nominal_v": scene.settings.grid.nominal_v,
        "grid_vol_high": float(values["grid_vol_high"]),
        "grid_vol_low": float(values["grid_vol_low"]),
    }


def _battery_nominal_v(scene: Scene) -> float:
    """Return the bank's open-circuit voltage at half charge."""
    ocv_v = scene.site.battery.ocv_v
    return float(ocv_v[len(ocv_v) // 2])


def _ac(flows: Mapping[str, Any], reactive_var: float) -> Figures:
    """Return the AC terminals: where nothing feeds LOAD, the voltage is the grid's."""
    phases_v = [
        load_v or grid_v for load_v, grid_v in zip(flows["load_v"], flows["grid_v"], strict=True)
    ]
    lines_v = [_line_v(phases_v[here], phases_v[(here + 1) % 3]) for here in range(3)]
    found: Figures = {
        **_powers("inverter", sum(flows["inverter_w"]), reactive_var),
        "frequency_hz": flows["frequency_hz"] or flows["grid_hz"],
        "phase_v": sum(phases_v) / 3.0,
        "line_v": sum(lines_v) / 3.0,
        "sink_c": flows["sink_c"],
    }
    phases_a = []
    for number in (1, 2, 3):
        here = number - 1
        power_w, voltage_v = flows["inverter_w"][here], phases_v[here]
        found |= _powers(f"inverter_l{number}", power_w, reactive_var / 3.0)
        apparent_va = math.hypot(power_w, reactive_var / 3.0)
        current_a = math.copysign(apparent_va, power_w) / voltage_v if voltage_v > 0.0 else 0.0
        phases_a.append(current_a)
        found[f"ac_l{number}_v"] = voltage_v
        found[f"ac_l{number}_a"] = current_a
        found[f"ac_l{number}l{number % 3 + 1}_v"] = lines_v[here]
    return found | {"ac_a": sum(phases_a)}


def _powers(name: str, power_w: float, reactive_var: float) -> Figures:
    """Return the three powers of a terminal and its power factor; without power it is 1."""
    apparent_va = math.hypot(power_w, reactive_var)
    return {
        f"{name}_w": power_w,
        f"{name}_var": reactive_var,
        f"{name}_va": apparent_va,
        f"{name}_pf": power_w / apparent_va if apparent_va > 0.0 else 1.0,
    }


def _line_v(one_v: float, other_v: float) -> float:
    """Return the voltage between two phases 120 degrees apart."""
    return math.sqrt(one_v * one_v + other_v * other_v + one_v * other_v)


def _dc(snapshot: Mapping[str, Any], is_clipped: bool) -> Figures:
    flows, energy = snapshot["flows"], snapshot["energy"]
    found: Figures = {
        "battery_name": "battery",
        "dc_w": flows["pv_w"] + flows["battery_w"],
        "battery_on": float("battery" in flows["relays"]),
        "charge_total_wh": energy["charge"]["total_wh"],
        "discharge_total_wh": energy["discharge"]["total_wh"],
    }
    for key in ("battery_w", "battery_v", "battery_a", "battery_c", "soc", "soh"):
        found[key] = flows[key]
    for line in ("pv1", "pv2"):
        works = flows[f"{line}_w"] > 0.0
        found |= {
            f"{line}_name": line.upper(),
            f"{line}_w": flows[f"{line}_w"],
            f"{line}_v": flows[f"{line}_v"],
            f"{line}_a": flows[f"{line}_a"],
            f"{line}_on": float(works),
            f"{line}_state": float((THROTTLED if is_clipped else WORKING) if works else SLEEPING),
        }
    return found


def _machine(snapshot: Mapping[str, Any], codes: list[str], is_clipped: bool) -> Figures:
    flows = snapshot["flows"]
    state = STATES[flows["state"]]
    is_running = state == WORKING
    if is_running and is_clipped:
        state = THROTTLED
    mode = 0
    if is_running:
        mode = FORMING if flows["state"] == "off_grid" else FOLLOWING
    available_w = flows["pv_available_w"]
    return {
        "state": float(state),
        "der_state": float(state - 1),
        "run_state": float(list(STATES).index(flows["state"])),
        "running": float(is_running),
        "connected": float("grid" in flows["relays"]),
        "der_mode": float(mode | (CLIPPED if is_clipped else 0)),
        "throttled": max(0.0, 1.0 - flows["pv_w"] / max(available_w, flows["pv_w"], 1.0))
        if is_clipped
        else 0.0,
        "power_on": float(snapshot["power_on"]),
        "set_state": float(STARTED if snapshot["power_on"] else STOPPED),
        "alarm_codes": " ".join(codes),
    }


def _battery(scene: Scene, snapshot: Mapping[str, Any], codes: list[str]) -> Figures:
    bank, bms, flows, values = scene.site.battery, snapshot["bms"], snapshot["flows"], scene.values
    nominal_v = _battery_nominal_v(scene)
    capacity_wh = bank.capacity_ah * nominal_v
    set_charge_a, set_discharge_a = float(values["max_charge_a"]), float(values["max_discharge_a"])
    charge_a = min(set_charge_a, bms.get("bms_charge_limit_a", set_charge_a))
    discharge_a = min(set_discharge_a, bms.get("bms_discharge_limit_a", set_discharge_a))
    severe = {alarms.find_alarm(code).severity for code in codes if code in models.BANK_EVENTS}
    return {
        "capacity_ah": bank.capacity_ah,
        "capacity_wh": capacity_wh,
        "available_wh": capacity_wh * flows["soc"] * flows["soh"],
        "available_ah": bank.capacity_ah * flows["soc"] * flows["soh"],
        "depth": 1.0 - flows["soc"],
        "charge_limit_a": charge_a,
        "discharge_limit_a": discharge_a,
        "charge_w": bank.bms_charge_a * nominal_v,
        "discharge_w": bank.bms_discharge_a * nominal_v,
        "bms_charge_v": bms.get("bms_charge_v"),
        "bms_discharge_v": bms.get("bms_discharge_v"),
        "charge_state": float(_charge_state(flows, values)),
        "chemistry": float(LITHIUM if bank.lithium else LEAD_ACID),
        "bank_state": float(_bank_state(flows, severe)),
        "health": float(_health(severe)),
    }


def _charge_state(flows: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    if "battery" not in flows["relays"]:
        return OFF
    if flows["battery_w"] > RESTING_W:
        return DISCHARGING
    if flows["battery_w"] < -RESTING_W:
        return CHARGING
    if flows["soc"] >= FULL_SOC:
        return FULL
    return EMPTY if flows["soc"] * 100.0 <= values["shutdown_soc_pct"] else HOLDING


def _bank_state(flows: Mapping[str, Any], severe: set[str]) -> int:
    if any(severity.startswith("fault") for severity in severe):
        return BANK_FAULT
    if flows["state"] == "batshut":
        return SOC_PROTECTION
    return CONNECTED if "battery" in flows["relays"] else DISCONNECTED


def _health(severe: set[str]) -> int:
    if any(severity.startswith("fault") for severity in severe):
        return FAILED
    return WARNED if severe else FINE


def _events(codes: list[str]) -> Figures:
    """Return the bit fields of standing alarms."""
    words: dict[int, int] = {}
    events = der_events = bank_events = 0
    for code in codes:
        row = alarms.find_alarm(code)
        if row.register_bit:
            address, place = row.register_bit
            words[address] = words.get(address, 0) | 1 << place
        if code in models.EVENTS:
            events |= 1 << models.EVENTS[code]
        elif code in models.BANK_EVENTS:
            bank_events |= 1 << models.BANK_EVENTS[code]
        else:
            der_events |= 1 << models.OTHER_EVENT
    return {
        "events": float(events),
        "der_events": float(events | der_events),
        "bank_events": float(bank_events),
        "warnings": _pair(words, WARNINGS_AT),
        "faults_low": _pair(words, FAULTS_AT),
        "faults_high": _pair(words, FAULTS_AT + 2),
    }


def _pair(words: Mapping[int, int], first: int) -> float:
    return float(words.get(first, 0) | words.get(first + 1, 0) << 16)
