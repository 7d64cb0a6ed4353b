"""What is read back from a history: rows of a level, sums of many devices, outages, spans.

A level that is stored is read as it stands, a finer one is rolled up from samples as it is read.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from twinverter.catalog.errors import shown
from twinverter.monitor import tables
from twinverter.monitor.columns import KEYS, SUMS
from twinverter.monitor.errors import HistoryError
from twinverter.monitor.levels import LEVEL, NAMES, SAMPLES, Plan

# Samples reach over a slot's border by half a span at most (a tick, assumed no longer than this).
REACH_MS = 3600 * 1000


class Readings(ABC):
    """The readings of a database; `mark` stands for a value in its statements."""

    mark: str

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._reading = threading.Lock()
        self._ids: dict[str, int] = {}

    def read(
        self,
        device: str,
        level: str,
        start_s: float,
        end_s: float,
        figures: Sequence[str] = KEYS,
        sums: Sequence[str] = SUMS,
    ) -> pa.Table:
        """Return a device's rows of a level that begin from `start_s` up to `end_s`, in order.

        Samples have a column per figure, roll-ups three: `_min`, `_mean` (by time) and `_max`.
        Sums are in Wh and s. HistoryError for a name that is none.
        """
        for name, allowed in ((level, NAMES), *((key, KEYS) for key in figures),
                              *((key, SUMS) for key in sums)):  # fmt: skip
            if name not in allowed:
                raise HistoryError(f"{shown(name)}: no history has this")
        number = self._id(device)
        mark, first_ms, end_ms = self.mark, round(start_s * 1000), round(end_s * 1000)
        if level == SAMPLES:
            query = tables.selection(mark, figures, sums, None)
            return self._table(query, (number, first_ms, end_ms))
        wanted = LEVEL[level]
        if wanted in self.plan.stored:
            query = tables.selection(mark, figures, sums, wanted)
            return self._table(query, (number, wanted.code, round(start_s), round(end_s)))
        query = tables.by_the_way(mark, figures, sums, wanted)
        found = self._table(query, (number, first_ms - REACH_MS, end_ms))
        inside = [start_s <= begin < end_s for begin in found["start_s"].to_pylist()]
        return found.filter(pa.array(inside, pa.bool_()))

    def across(
        self, devices: Sequence[str], level: str, start_s: float, end_s: float, sums: Sequence[str]
    ) -> dict[str, list[dict[str, Any]]]:
        """Return sums of many devices' slots, each with `start_s` and `span_s`, in order of time.

        One that is not known has none. HistoryError for a name of a sum or level that is none.
        """
        for name, allowed in ((level, LEVEL), *((key, SUMS) for key in sums)):
            if name not in allowed:
                raise HistoryError(f"{shown(name)}: no history has this")
        if any(one not in self._ids for one in devices):
            known = self._table("SELECT name, id FROM devices", ()).to_pylist()
            self._ids |= {row["name"]: row["id"] for row in known}
        names = {self._ids[one]: one for one in devices if one in self._ids}
        found: dict[str, list[dict[str, Any]]] = {one: [] for one in devices}
        if not names:
            return found
        wanted = LEVEL[level]
        is_stored = wanted in self.plan.stored
        query = tables.across(self.mark, len(names), sums, wanted, is_stored)
        if is_stored:
            values = [wanted.code, round(start_s), round(end_s)]
        else:
            values = [round(start_s * 1000) - REACH_MS, round(end_s * 1000)]
        for row in self._table(query, [*values, *names]).to_pylist():
            if start_s <= row["start_s"] < end_s:
                found[names[row.pop("device")]].append(row)
        return found

    def outages(
        self, device: str, level: str, start_s: float, end_s: float, dead_v: float
    ) -> list[dict[str, Any]]:
        """Return the runs of rows with and without mains, in order: `is_out`, or None for unknown.

        Each has `start_s`, `end_s`, `span_s`, `unserved_s`, `unserved_wh`, and the `lowest` state
        of charge in per cent. `level` is `samples` or one that is stored. HistoryError for a device
        that is not known.
        """
        wanted = None if level == SAMPLES else LEVEL[level]
        query = tables.outages(self.mark, wanted, ("unserved_s", "unserved_wh"))
        values: list[Any] = [dead_v] * len(tables.PHASES_V) + [self._id(device)]
        if wanted is None:
            values += [round(start_s * 1000), round(end_s * 1000)]
        else:
            values += [wanted.code, round(start_s), round(end_s)]
        return self._table(query, values).to_pylist()

    def knows(self, device: str) -> bool:
        """Return whether a device has ever delivered a sample."""
        return device in self._ids or self._found(device) is not None

    def span(self, device: str) -> tuple[float, float]:
        """Return where a device's samples begin and end by its clock; HistoryError without any."""
        found = self._table(
            f"SELECT min(start_ms) AS first, max(start_ms + span_ms) AS last FROM samples"
            f" WHERE device = {self.mark}",
            (self._id(device),),
        ).to_pylist()[0]
        if found["first"] is None:
            raise HistoryError(f"device {shown(device)}: has no samples")
        return found["first"] / 1000.0, found["last"] / 1000.0

    def _id(self, device: str) -> int:
        if device not in self._ids:
            found = self._found(device)
            if found is None:
                raise HistoryError(f"device {shown(device)}: is not known here")
            self._ids[device] = found
        return self._ids[device]

    # ---- what each database does in its own way -----------------------------------------------

    @abstractmethod
    def _found(self, device: str) -> int | None:
        """Return a device's id, None for one that is not known."""

    @abstractmethod
    def _table(self, query: str, values: Sequence[Any]) -> pa.Table:
        """Return what a query finds."""
