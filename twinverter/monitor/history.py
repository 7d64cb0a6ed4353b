"""A history: samples of many devices on disk, their roll-ups beside them, and what is read back.

`write` takes a delivery whole or not at all, and what it returns is durable. A sample that comes
again is counted once. Files and databases differ in how rows get in and out (`embedded`,
`postgres`); what is counted, and how often, is decided here.
"""

import contextlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from twinverter.catalog.errors import shown
from twinverter.monitor import tables
from twinverter.monitor.batch import Batch, Rows, joined
from twinverter.monitor.columns import KEYS, SUMS
from twinverter.monitor.levels import LEVEL, NAMES, SAMPLES, Level, Plan
from twinverter.monitor.rollup import Rollup, coarser, single
from twinverter.monitor.tables import LAYOUT

MOST_NAME = 120
# Numbers begin at 0; before the first sample there is none.
NOTHING = -1
# Samples reach over a slot's border by half a span at most (a tick, assumed no longer than this).
REACH_MS = 3600 * 1000


class HistoryError(Exception):
    """What a history cannot do; `str` is one line."""


class HistoryAway(HistoryError):  # noqa: N818
    """The database cannot be reached or cannot write now; the same delivery may come again."""


class Receipt(NamedTuple):
    """What became of the samples of a batch: all of them need not come again.

    `repeated` were known already; `expired` are older than what is kept.
    """

    taken: int
    repeated: int
    expired: int


class Known(NamedTuple):
    """What the table of devices holds of one."""

    id: int
    newest: int
    floor: int


class History(ABC):
    """A history of devices; every method may be called from any thread.

    One that exists already keeps its own tick, whatever the plan says.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._turn, self._reading = threading.Lock(), threading.Lock()
        self._ids: dict[str, int] = {}

    # ---- writing ------------------------------------------------------------------------------

    def write(self, batches: Sequence[Batch]) -> list[Receipt]:
        """Take batches in one transaction and return what became of each, once it is durable.

        HistoryAway where the database cannot take them now: nothing of them is taken then.
        HistoryError, and nothing taken, for a name that is none, a device that comes twice, or sums
        that no database can hold.
        """
        for one in batches:
            check_name(one.device)
        wanted = sorted({one.device for one in batches})
        if len(wanted) < len(batches):
            raise HistoryError("a delivery holds one batch of each device")
        with self._turn, self._transaction():
            known = self._known(wanted)
            receipts, fresh = [], []
            for one in batches:
                device, newest, floor = known[one.device]
                rows, receipt = self._sifted(known[one.device], one)
                receipts.append(receipt)
                if rows.size:
                    fresh.append((device, rows))
                    last = max(newest, int(rows.number[-1]))
                    known[one.device] = Known(device, last, floor)
            if fresh:
                whole = joined(fresh)
                self._add(whole, list(self._rolled(whole)))
                self._note(list(known.values()))
        return receipts

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """Say that the deliveries inside are many and large."""
        yield

    def sweep(self, devices: Sequence[str] | None = None) -> None:
        """Throw away what is older than the plan keeps, of some devices or of all."""
        names = self.devices() if devices is None else devices
        with self._turn, self._transaction():
            for device in self._known(sorted(names)).values():
                self._sweep_samples(device)
                for level in self.plan.stored:
                    rows = self.plan.kept_rows(level.name)
                    if rows is not None:
                        self._sweep_level(device.id, level, rows)

    def _sifted(self, device: Known, rows: Batch) -> tuple[Batch, Receipt]:
        """Return the rows that are new, in order of their numbers, and the receipt."""
        _, places = np.unique(rows.number, return_index=True)
        fresh = rows.rows(places)
        late = fresh.number <= device.newest
        expired = fresh.number <= device.floor
        if late.any():
            first, last = int(fresh.number[late].min()), int(fresh.number[late].max())
            repeated = np.isin(fresh.number, self._numbers(device.id, first, last))
            fresh = fresh.rows(~(repeated | expired))
        gone = int(expired.sum())
        return fresh, Receipt(fresh.size, rows.size - fresh.size - gone, gone)

    def _rolled(self, fresh: Rows) -> Iterator[tuple[Level, Rollup]]:
        rolled = single(fresh)
        for level in self.plan.stored:
            rolled = coarser(rolled, level)
            yield level, rolled

    def _sweep_samples(self, device: Known) -> None:
        rows = self.plan.kept_rows(SAMPLES)
        if rows is None:
            return
        floor = self._number_at(device.id, rows)
        if floor is not None:
            self._drop_samples(device.id, floor)
            self._note([Known(device.id, device.newest, max(floor, device.floor))])

    # ---- reading ------------------------------------------------------------------------------

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

    def devices(self) -> list[str]:
        """Return the names of all devices, in order."""
        with self._turn:
            return self.devices_named()

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

    def _adopt(self, layout: tuple[Any, ...] | None, place: object) -> bool:
        """Take over the tick of a history that exists; return whether this one is new."""
        if layout is None:
            return True
        if layout[0] != LAYOUT:
            raise HistoryError(f"history {place}: is of version {layout[0]}, not {LAYOUT}")
        self.plan = replace(self.plan, tick_s=layout[1])
        return False

    # ---- what each database does in its own way -----------------------------------------------

    mark: str

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""

    @abstractmethod
    def devices_named(self) -> list[str]:
        """Return the names of all devices, in order, inside a transaction or outside."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[Any]:
        """Make what is done inside durable or undone; HistoryAway where it cannot be."""

    @abstractmethod
    def _known(self, names: Sequence[str]) -> dict[str, Known]:
        """Return what is known of devices, none of whom another writer touches meanwhile."""

    @abstractmethod
    def _found(self, device: str) -> int | None:
        """Return a device's id, None for one that is not known."""

    @abstractmethod
    def _numbers(self, device: int, first: int, last: int) -> np.ndarray:
        """Return the numbers of a device's samples from `first` to `last`."""

    @abstractmethod
    def _number_at(self, device: int, rows: int) -> int | None:
        """Return the number of the sample after the newest `rows`, None where there is none."""

    @abstractmethod
    def _add(self, samples: Rows, rollups: Sequence[tuple[Level, Rollup]]) -> None:
        """Add new samples and merge roll-ups."""

    @abstractmethod
    def _note(self, devices: Sequence[Known]) -> None:
        """Write back what is known of devices."""

    @abstractmethod
    def _drop_samples(self, device: int, last: int) -> None:
        """Throw away a device's samples up to a number."""

    @abstractmethod
    def _sweep_level(self, device: int, level: Level, rows: int) -> None:
        """Throw away a device's slots of a level but for the newest `rows`."""

    @abstractmethod
    def _table(self, query: str, values: Sequence[Any]) -> pa.Table:
        """Return what a query finds."""


def check_name(device: str) -> None:
    """Raise HistoryError for what cannot name a device."""
    if not device or len(device) > MOST_NAME or not device.isprintable():
        raise HistoryError(
            f"device {shown(ascii(device))}: is no name (1 to {MOST_NAME} printable signs)"
        )
