"""The figures of a run: energies, times, counts, why and what went wrong."""

from typing import TYPE_CHECKING, Any

import numpy as np

from twinverter.batch.paths import BATTERY, GENERATOR, GRID, LOADS, MICRO_INVERTER, SUN
from twinverter.batch.spans import bit_spans
from twinverter.batch.tally import LINES, PHASES, Tally
from twinverter.catalog.alarms import ALARMS
from twinverter.catalog.reasons import key_of
from twinverter.catalog.states import STATES
from twinverter.words import figures

if TYPE_CHECKING:
    from twinverter.batch.run import Run

HOUR_S = 3600.0


def summary_of(run: "Run") -> dict[str, Any]:
    """Return the summary of a run; energies in watt-hours, ratios 0 to 1, plain types only."""
    tally, meters, house = run.tally, run.meters, run.house
    states = tally.spans["state"].table()
    served_wh = meters.load_wh - meters.load_unserved_wh
    summed = {name: float(tally.hours[name].sum()) for name in tally.hours.dtype.names or ()}
    return {
        "house": house.name,
        "timezone": house.timezone,
        "start": _iso(states["start_s"][0]) if len(states) else None,
        "end": _iso(states["end_s"][-1]) if len(states) else None,
        "interrupted": run.interrupted,
        "steps": run.steps,
        "step_s": run.step_s,
        "stepping_seconds": run.stepping_seconds,
        "ns_per_step": run.ns_per_step,
        "balance_error_relative": run.balance_error,
        "pv_available_wh": meters.pv_available_wh,
        "pv_wh": meters.pv_wh,
        "curtailed_wh": max(0.0, meters.pv_available_wh - meters.pv_wh),
        "micro_inverter_wh": meters.micro_inverter_wh,
        "load_wh": meters.load_wh,
        "served_wh": served_wh,
        "unserved_wh": meters.load_unserved_wh,
        **{f"unserved_{phase}_wh": summed[f"unserved_{phase}_wh"] for phase in PHASES},
        "hours_unserved": summed["unserved_s"] / HOUR_S,
        **{f"hours_unserved_{phase}": summed[f"unserved_{phase}_s"] / HOUR_S for phase in PHASES},
        "home_wh": meters.home_wh,
        "home_unserved_wh": meters.home_unserved_wh,
        "smart_load_wh": meters.smart_load_wh,
        "grid_import_wh": meters.grid_import_wh,
        "grid_export_wh": meters.grid_export_wh,
        "hours_without_mains": summed["mains_gone_s"] / HOUR_S,
        "outages": int(tally.mains_gone.table()["code"].sum()),
        "generator_wh": meters.generator_wh,
        "fuel_l": meters.fuel_l,
        "generator_hours": meters.generator_s / HOUR_S,
        "generator_starts": int(meters.generator_starts),
        "battery_charge_wh": meters.battery_charge_wh,
        "battery_discharge_wh": meters.battery_discharge_wh,
        "battery_cycles": summed["discharge_as"] / HOUR_S / house.site.battery.capacity_ah,
        "battery_soh": run.soh,
        "soc_start": run.soc_start,
        "soc_end": run.soc_end,
        "losses_wh": meters.losses_wh,
        "self_consumption": self_consumption(tally),
        "self_sufficiency": self_sufficiency(tally),
        "paths": {f"{source}_to_{sink}_wh": wh for (source, sink), wh in tally.paths_wh.items()},
        "states": _seconds(states, run.step_s, lambda code: STATES[code].lower()),
        "reasons": {
            line: _seconds(tally.spans[line].table(), run.step_s, key_of) for line in LINES
        },
        "alarms": alarms_of(tally),
        "notes": list(house.notes),
    }


def self_consumption(tally: Tally) -> float | None:
    """Return the share of the sun that was not sold, None without sun."""
    suns = (SUN, MICRO_INVERTER)
    sun_wh = sum(wh for (source, _), wh in tally.paths_wh.items() if source in suns)
    sold_wh = tally.paths_wh[SUN, GRID] + tally.paths_wh[MICRO_INVERTER, GRID]
    return 1.0 - sold_wh / sun_wh if sun_wh > 0.0 else None


def self_sufficiency(tally: Tally) -> float | None:
    """Return the share of what the loads got that came from the sun, None without loads.

    What the battery gave counts as sun in the proportion in which the sun charged it; what it
    held at the beginning, where nothing charged it, counts as sun.
    """
    paths = tally.paths_wh
    got_wh = sum(wh for (_, sink), wh in paths.items() if sink == LOADS)
    charged_wh = sum(wh for (_, sink), wh in paths.items() if sink == BATTERY)
    bought_wh = paths[GRID, BATTERY] + paths[GENERATOR, BATTERY]
    bought_share = bought_wh / charged_wh if charged_wh > 0.0 else 0.0
    others_wh = paths[GRID, LOADS] + paths[GENERATOR, LOADS]
    others_wh += paths[BATTERY, LOADS] * bought_share
    return 1.0 - others_wh / got_wh if got_wh > 0.0 else None


def alarms_of(tally: Tally) -> dict[str, dict[str, Any]]:
    """Return code -> name, severity, how often and how long, of every alarm that was raised."""
    table = tally.spans["alarms"].table()
    raised = np.bitwise_or.reduce(table["code"]) if len(table) else 0
    found = {}
    for bit, row in enumerate(ALARMS):
        if int(raised) >> bit & 1:
            spans = bit_spans(table, bit)
            found[row.code] = {
                "name": row.name,
                "severity": row.severity,
                "count": len(spans),
                "seconds": float(spans["steps"].sum() * tally.step_s),
            }
    return found


def _seconds(table: np.ndarray, step_s: float, name: Any) -> dict[str, float]:
    """Return name -> seconds of every code that held, the longest first."""
    codes, where = np.unique(table["code"], return_inverse=True)
    seconds = np.bincount(where, weights=table["steps"]) * step_s
    order = np.argsort(-seconds)
    return {name(int(codes[at])): float(seconds[at]) for at in order if name(int(codes[at]))}


def _iso(clock_s: float) -> str:
    return figures.moment(float(clock_s)).isoformat(timespec="seconds")
