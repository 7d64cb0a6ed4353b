"""What is kept of each unit of a group: its figures, its codes, and a short row of every step."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from twinverter.batch.spans import Spans, bit_spans
from twinverter.catalog.alarms import ALARMS
from twinverter.catalog.states import OFF_GRID, ON_GRID
from twinverter.inverter import Meters
from twinverter.scenario.group import Group

UNIT_SCHEMA = pa.schema(
    [
        ("clock_s", pa.float64()),
        ("unit", pa.int8()),
        ("state", pa.int8()),
        ("alarms", pa.int64()),
        ("pv_w", pa.float64()),
        ("battery_w", pa.float64()),
        ("inverter_w", pa.float64()),
        ("load_w", pa.float64()),
        ("load_unserved_w", pa.float64()),
        ("grid_w", pa.float64()),
        ("soc", pa.float64()),
    ]
)


@dataclass
class UnitRun:
    """One unit of a group at the end of its run."""

    address: int
    master: bool
    phase: str | None
    meters: Meters
    soc_end: float
    balance_error: float
    alarms: Spans

    def summary(self, step_s: float) -> dict[str, Any]:
        """Return the unit's figures, ready for JSON."""
        table = self.alarms.table()
        raised = int(np.bitwise_or.reduce(table["code"])) if len(table) else 0
        codes = {}
        for bit, row in enumerate(ALARMS):
            if raised >> bit & 1:
                spans = bit_spans(table, bit)
                codes[row.code] = {
                    "count": len(spans),
                    "seconds": float(spans["steps"].sum() * step_s),
                }
        meters = self.meters
        return {
            "address": self.address,
            "role": "master" if self.master else "slave",
            "phase": self.phase,
            "pv_wh": meters.pv_wh,
            "battery_charge_wh": meters.battery_charge_wh,
            "battery_discharge_wh": meters.battery_discharge_wh,
            "load_wh": meters.load_wh,
            "unserved_wh": meters.load_unserved_wh,
            "losses_wh": meters.losses_wh,
            "soc_end": self.soc_end,
            "balance_error_relative": self.balance_error,
            "alarms": codes,
        }


def unlikeness(flows: np.ndarray) -> float:
    """Return the largest distance of a unit's AC power from the mean, see `GroupRun.unlike`."""
    fed_w = ac_w(flows, "inverter_w")
    works = (flows["state"] == ON_GRID) | (flows["state"] == OFF_GRID)
    calm = (works & (flows["pv_available_w"] == 0.0)).all(axis=0)
    apart_w = np.abs(fed_w - fed_w.mean(axis=0)).max(axis=0)
    return float(apart_w[calm].max(initial=0.0))


def ac_w(flows: np.ndarray, name: str) -> np.ndarray:
    """Return the sum over the phases of a line of the flows."""
    total_w: np.ndarray = flows[f"{name}_l1"] + flows[f"{name}_l2"] + flows[f"{name}_l3"]
    return total_w


def units_table(group: Group, clock_s: np.ndarray, flows: np.ndarray) -> pa.Table:
    """Return the short rows of all units over one part, as they are stored."""
    columns = {
        "clock_s": np.tile(clock_s, len(flows)),
        "unit": np.repeat([unit.address for unit in group.units], len(clock_s)),
        "state": flows["state"].ravel(),
        "alarms": flows["alarms"].ravel(),
        "pv_w": (flows["pv1_w"] + flows["pv2_w"]).ravel(),
        "battery_w": flows["battery_w"].ravel(),
        "inverter_w": ac_w(flows, "inverter_w").ravel(),
        "load_w": ac_w(flows, "load_w").ravel(),
        "load_unserved_w": ac_w(flows, "load_unserved_w").ravel(),
        "grid_w": ac_w(flows, "grid_w").ravel(),
        "soc": flows["soc"].ravel(),
    }
    kinds = {name: UNIT_SCHEMA.field(name).type.to_pandas_dtype() for name in columns}
    return pa.table(
        {name: pa.array(values.astype(kinds[name])) for name, values in columns.items()},
        schema=UNIT_SCHEMA,
    )
