"""A history: samples of many devices on disk, and their roll-ups beside them.

`write` takes a delivery whole or not at all, and what it returns is durable. A sample that comes
again is counted once. Files and databases differ in how rows get in and out (`embedded`,
`postgres`); what is counted, and how often, is decided here.
"""

import contextlib
import threading
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from twinverter.catalog.errors import shown
from twinverter.monitor.batch import Batch, Rows, joined
from twinverter.monitor.errors import HistoryAway, HistoryError
from twinverter.monitor.levels import SAMPLES, Level, Plan
from twinverter.monitor.readings import Readings
from twinverter.monitor.rollup import Rollup, coarser, single
from twinverter.monitor.tables import LAYOUT

__all__ = ["MOST_NAME", "History", "HistoryAway", "HistoryError", "Receipt", "check_name"]

MOST_NAME = 120
# Numbers begin at 0; before the first sample there is none.
NOTHING = -1


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


class History(Readings):
    """A history of devices; every method may be called from any thread.

    One that exists already keeps its own tick, whatever the plan says.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._turn = threading.Lock()

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

    def devices(self) -> list[str]:
        """Return the names of all devices, in order."""
        with self._turn:
            return self.devices_named()

    def _adopt(self, layout: tuple[Any, ...] | None, place: object) -> bool:
        """Take over the tick of a history that exists; return whether this one is new."""
        if layout is None:
            return True
        if layout[0] != LAYOUT:
            raise HistoryError(f"history {place}: is of version {layout[0]}, not {LAYOUT}")
        self.plan = replace(self.plan, tick_s=layout[1])
        return False

    # ---- what each database does in its own way -----------------------------------------------

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


def check_name(device: str) -> None:
    """Raise HistoryError for what cannot name a device."""
    if not device or len(device) > MOST_NAME or not device.isprintable():
        raise HistoryError(
            f"device {shown(ascii(device))}: is no name (1 to {MOST_NAME} printable signs)"
        )
