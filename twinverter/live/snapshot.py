"""One moment of the device as plain data, ready for JSON: what panel and ports show.

SI units, powers in W and energies in Wh, ratios 0 to 1; three figures stand for L1, L2 and L3.
Sources are positive. The fields of `bms` bear the keys of the Li-BMS page's rows.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from twinverter.catalog import alarms
from twinverter.catalog.advice import ADVICE
from twinverter.catalog.choices import LITHIUM
from twinverter.catalog.row import Value
from twinverter.catalog.settings import Settings
from twinverter.catalog.states import (
    GEN,
    OFF_GRID,
    ON_GRID,
    RELAY_LOAD,
    STAGES,
    STANDBY,
    STATES,
    relay_names,
)
from twinverter.core.blocks import Phases, total
from twinverter.inverter import Flows, Inputs, Site, State, sensed
from twinverter.live import why
from twinverter.live.memory import Energies, Registers, energies
from twinverter.words import figures
from twinverter.words.orders import row_at
from twinverter.words.wording import PHASES

# How the table says that an alarm leaves the lamps alone, and that it puts that of work out.
UNLIT, DIMMED = "no LED change", "Normal LED off"
WORKING = (ON_GRID, GEN, OFF_GRID, STANDBY)
# Meters shown: name on the panel, line of the curves.
# fmt: off
COUNTERS = (
    ("pv",             "solar_wh"),
    ("load",           "load_wh"),
    ("home",           "home_wh"),
    ("smart_load",     "smart_load_wh"),
    ("buy",            "buy_wh"),
    ("sell",           "sell_wh"),
    ("charge",         "charge_wh"),
    ("discharge",      "discharge_wh"),
    ("generator",      "generator_wh"),
    ("micro_inverter", "micro_inverter_wh"),
)
# How much a code matters when several stand: the centre of the home page shows the first.
RANKS = ("fault", "fault (informative)", "fault (grid side only)", "fault (battery only)",
         "fault (generator only)", "warning")
# fmt: on


class Scene(NamedTuple):
    """Everything a snapshot is made of; `alarms` maps standing codes to when they rose."""

    clock_s: float
    site: Site
    settings: Settings
    values: Mapping[str, Value]
    state: State
    inputs: Inputs
    flows: Flows
    alarms: Mapping[str, float]
    today: Energies
    registers: Registers = Registers()


def snapshot(scene: Scene) -> dict[str, Any]:
    """Return the parts of a snapshot that the machine itself gives."""
    seen = sensed(scene.site, scene.state, scene.inputs)
    flows = _flows(scene, seen)
    return {
        "clock_s": round(scene.clock_s, 3),
        "clock": f"{figures.moment(scene.clock_s):%m/%d/%Y %H:%M:%S}",
        "lamps": lamps(
            scene.site, scene.settings, scene.state, scene.inputs, scene.flows, scene.alarms
        ),
        "centre": _centre(scene),
        "flows": flows,
        "bms": _bms(scene, seen),
        "energy": _energy(scene),
        "gauges": _gauges(scene),
        "tou_row": row_at(scene.settings, scene.clock_s),
        "reasons": why.reasons(scene.flows.reasons, scene.settings, scene.values, _moment(scene)),
        "alarms": _alarms(scene),
    }


def _flows(scene: Scene, seen: Any) -> dict[str, Any]:
    flow, relays = scene.flows, relay_names(scene.flows.relays)
    served = [load - short for load, short in zip(flow.load_w, flow.load_unserved_w, strict=True)]
    home = [home - short for home, short in zip(flow.home_w, flow.home_unserved_w, strict=True)]
    grid_v = [max(0.0, voltage_v) for voltage_v in seen.ac.grid_v]
    gen_v = seen.ac.gen_v
    found: dict[str, Any] = {
        "pv1_w": flow.pv1_w,
        "pv1_v": flow.pv1_v if flow.pv1_a > 0.0 else seen.pv.voltage1_v,
        "pv1_a": flow.pv1_a,
        "pv2_w": flow.pv2_w,
        "pv2_v": flow.pv2_v if flow.pv2_a > 0.0 else seen.pv.voltage2_v,
        "pv2_a": flow.pv2_a,
        "pv_w": flow.pv1_w + flow.pv2_w,
        "pv_available_w": flow.pv_available_w,
        "battery_w": flow.battery_w,
        "battery_v": flow.battery_v,
        "battery_a": flow.battery_a,
        "battery_c": flow.battery_c,
        "grid_w": list(flow.grid_w),
        "ld_w": list(flow.ld_w),
        "inverter_w": list(flow.inverter_w),
        "load_w": served,
        "home_w": home,
        "smart_load_w": list(flow.smart_load_w),
        "gen_w": list(flow.gen_w),
        "micro_inverter_w": flow.micro_inverter_w,
        "load_unserved_w": list(flow.load_unserved_w),
        "loss_w": flow.loss_w,
        "sink_c": flow.sink_c,
        "grid_v": grid_v,
        "load_v": _load_v(scene, grid_v, gen_v),
        "gen_v": [gen_v, gen_v, gen_v],
    }
    found = {name: _rounded(value, 2) for name, value in found.items()}
    return found | {
        "soc": round(flow.soc, 4),
        "soh": round(flow.soh, 4),
        "frequency_hz": round(flow.frequency_hz, 3),
        "grid_there": _mains_there(scene, seen),
        "grid_hz": round(seen.ac.grid_hz, 3),
        "gen_hz": round(seen.ac.gen_hz, 3),
        "gen_running": scene.state.plant.genset.running > 0.0,
        "stage": STAGES[int(flow.stage)].lower(),
        "state": STATES[int(flow.state)].lower(),
        "relays": relays,
    }


def _load_v(scene: Scene, grid_v: list[float], gen_v: float) -> list[float]:
    """Return the voltage at the LOAD terminals: whoever carries the bus gives it."""
    flow = scene.flows
    if not int(flow.relays) & int(RELAY_LOAD):
        return [0.0, 0.0, 0.0]
    if flow.state in (ON_GRID, STANDBY):
        return grid_v
    if flow.state == GEN:
        return [gen_v, gen_v, gen_v] if gen_v > 0.0 else grid_v
    return [scene.settings.grid.nominal_v] * len(PHASES)


def lamps(
    site: Site,
    settings: Settings,
    state: State,
    inputs: Inputs,
    flows: Flows,
    codes: Mapping[str, float],
) -> dict[str, int]:
    """Return the four indicators (manual 4.2): sun, mains, work, something wrong."""
    seen = sensed(site, state, inputs)
    law: Any = settings.law
    sun_v = max(seen.pv.voltage1_v, seen.pv.voltage2_v)
    mains = max(seen.ac.grid_v) >= law.grid.dead_v
    return {
        "dc": int(sun_v >= law.pv.start_v),
        "ac": int(mains and state.control.grid.qualified > 0.0),
        "normal": int(flows.state in WORKING and not _stopping(codes)),
        "alarm": int(any(not row.effect.startswith(UNLIT) for row in _ranked(codes))),
    }


def _mains_there(scene: Scene, seen: Any) -> bool:
    """Return whether any phase of the mains is above a dead line's voltage."""
    law: Any = scene.settings.law
    return bool(max(seen.ac.grid_v) >= law.grid.dead_v)


def _stopping(codes: Mapping[str, float]) -> bool:
    """Return whether one of these puts the lamp of work out."""
    return any(DIMMED in alarms.find_alarm(code).effect for code in codes)


def _ranked(codes: Mapping[str, float]) -> list[alarms.Alarm]:
    rows = [alarms.find_alarm(code) for code in codes]
    return sorted(rows, key=lambda row: RANKS.index(row.severity))


def _centre(scene: Scene) -> dict[str, str]:
    """Return what stands in the middle of the home page: ON, OFF, or a fault's code."""
    rows = _ranked(scene.alarms)
    row = rows[0] if rows else None
    if scene.settings.button.power_button == 0.0:
        return {"kind": "off", "code": "", "text": "OFF", "message": ""}
    if row is None:
        return {"kind": "on", "code": "", "text": "ON", "message": ""}
    if row.severity in (alarms.FAULT, alarms.GRID_FAULT) or row.code == "F13":
        return {"kind": "fault", "code": row.code, "text": row.code, "message": row.name}
    return {"kind": "on", "code": row.code, "text": "ON", "message": row.name}


def _bms(scene: Scene, seen: Any) -> dict[str, Any]:
    """Return the Li-BMS page; what a silent or absent management says is not known."""
    bank, bms = scene.site.battery, seen.bms
    speaks = scene.settings.battery.batt_mode == LITHIUM and bms.silent == 0.0
    if not speaks:
        return {"speaks": False}
    return {
        "speaks": True,
        "bms_voltage_v": round(seen.battery.voltage_v, 2),
        "bms_current_a": round(seen.battery.current_a, 2),
        "bms_temp_c": round(seen.battery.temp_c, 1),
        "bms_soc_pct": round(bms.soc * 100.0, 1),
        "bms_charge_v": round(bms.charge_v, 2),
        "bms_discharge_v": round(bank.bms_discharge_v, 2),
        "bms_charge_limit_a": round(bms.charge_a, 1),
        "bms_discharge_limit_a": round(bms.discharge_a, 1),
        "bms_force_charge": bms.force_charge > 0.0,
        "dump_energy_ah": round(bms.soc * bank.capacity_ah * scene.flows.soh, 1),
    }


def _energy(scene: Scene) -> dict[str, dict[str, float]]:
    counted = energies(scene.state.meters)
    return {
        name: {
            "today_wh": round(max(0.0, getattr(scene.today, line)), 1),
            "total_wh": round(getattr(counted, line), 1),
        }
        for name, line in COUNTERS
    }


def _gauges(scene: Scene) -> dict[str, dict[str, float]]:
    """Return each gauge's power and its full scale: rating or setting, whichever is lower."""
    flow, settings, battery = scene.flows, scene.settings, scene.settings.battery
    rating: Any = settings.law.rating
    limit_a = battery.max_charge_a if flow.battery_w < 0.0 else battery.max_discharge_a
    gauges = {
        "pv": (flow.pv1_w + flow.pv2_w, min(rating.pv_w, settings.work_mode.max_solar_power_w)),
        "battery": (flow.battery_w, min(limit_a, rating.battery_a) * flow.battery_v),
        "grid": (total(flow.grid_w), rating.ac_max_w),
        "load": (total(flow.load_w) - total(flow.load_unserved_w), rating.ac_rated_w),
        "gen": (total(flow.gen_w), settings.gen_port.gen_rated_w),
    }
    return {
        name: {"w": round(power_w, 1), "limit_w": round(limit_w, 1)}
        for name, (power_w, limit_w) in gauges.items()
    }


def _alarms(scene: Scene) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": row.name,
            "severity": row.severity,
            "since": f"{figures.moment(scene.alarms[row.code]):%Y-%m-%d %H:%M}",
            "since_s": scene.alarms[row.code],
            "message": row.message,
            "advice": ADVICE[row.code],
        }
        for row in _ranked(scene.alarms)
    ]


def _moment(scene: Scene) -> dict[str, float]:
    """Return the columns that a reason's sentence may show."""
    moment = {"clock_s": scene.clock_s}
    for name in ("soc", "battery_w", "battery_v", "battery_a", "battery_c", "frequency_hz"):
        moment[name] = getattr(scene.flows, name)
    moment["stage"] = scene.flows.stage
    for name in ("grid_w", "load_w", "inverter_w"):
        phases: Phases = getattr(scene.flows, name)
        moment |= {f"{name}_{phase}": value for phase, value in zip(PHASES, phases, strict=True)}
    return moment


def _rounded(value: Any, decimals: int) -> Any:
    if isinstance(value, list):
        return [round(part, decimals) for part in value]
    return round(value, decimals)
