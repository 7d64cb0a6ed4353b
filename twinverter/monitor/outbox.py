"""The outbox: samples on the device's disk until a history has acknowledged them.

A sample is on disk when `put` returns, together with the counters it leads up to, so a process
that dies at any moment neither loses energy nor counts it twice. Samples leave in the order of
their numbers, and only after the history's acknowledgement; one that was acknowledged just before
a crash is delivered again, and the history knows it by its number.
"""

import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from twinverter.monitor.batch import Batch, Sample, batch
from twinverter.monitor.columns import PLACE, SUMS
from twinverter.monitor.history import History, HistoryAway, HistoryError, check_name
from twinverter.monitor.meter import Counters

# A delivery holds so many samples at most: an hour of seconds.
MOST_DELIVERED = 3600
# Beyond it new samples wait in the meters: half a million are a year of minutes (assumed).
MOST_HELD = 525_600
LAYOUT = 1


class OutboxFull(HistoryError):  # noqa: N818
    """No sample can be put down now; what it counted goes into the next one that can."""


class Left(NamedTuple):
    """Where a recorder left off: the clock and the counters at the end of its last sample."""

    clock_s: float
    counters: Counters


class Outbox:
    """The samples of one device that wait for delivery; every method from any thread."""

    def __init__(
        self,
        path: Path,
        device: str,
        most: int = MOST_HELD,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        check_name(device)
        self.device = device
        self._path, self._most, self._now_s = path, most, now_s
        self._turn = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise HistoryError(f"outbox {path}: {error}") from None

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._database.close()

    def __len__(self) -> int:  # noqa: D105
        with self._turn:
            return int(self._database.execute("SELECT count(*) FROM samples").fetchone()[0])

    @property
    def left(self) -> Left | None:
        """Return where the last sample ended, None before the first."""
        with self._turn:
            row = self._database.execute("SELECT clock_s, counters FROM left_off").fetchone()
        if row is None or len(counters := json.loads(row[1])) != len(SUMS):
            return None
        return Left(row[0], tuple(counters))

    def put(self, sample: Sample, left: Left) -> int:
        """Keep a sample under a number of its own and return that; OutboxFull where it cannot.

        Numbers are milliseconds of the host's clock where that runs on, and one more than the last
        else: they grow whatever this clock does, and even where the file was lost.
        """
        text = json.dumps([sample.start_s, sample.span_s, dict(sample.figures),
                           dict(zip(SUMS, sample.sums, strict=True))])  # fmt: skip
        with self._turn:
            try:
                with self._database:
                    self._database.execute("BEGIN IMMEDIATE")
                    number = self._number()
                    self._database.execute(
                        "INSERT INTO samples VALUES (?, ?)", (number, zlib.compress(text.encode()))
                    )
                    self._database.execute(
                        "INSERT OR REPLACE INTO left_off VALUES (1, ?, ?, ?)",
                        (number, left.clock_s, json.dumps(left.counters)),
                    )
            except sqlite3.Error as error:
                raise OutboxFull(f"outbox {self._path}: {error}") from error
        return number

    def waiting(self, most: int = MOST_DELIVERED) -> Batch | None:
        """Return the oldest samples that wait, None where none do."""
        with self._turn:
            rows = self._database.execute(
                "SELECT number, body FROM samples ORDER BY number LIMIT ?", (most,)
            ).fetchall()
        return batch(self.device, [_sample(*row) for row in rows]) if rows else None

    def drop(self, delivered: Batch) -> None:
        """Forget samples that were acknowledged; HistoryAway where the disk takes nothing now."""
        with self._turn:
            try:
                self._database.execute(
                    "DELETE FROM samples WHERE number <= ?", (int(delivered.number[-1]),)
                )
            except sqlite3.Error as error:
                raise HistoryAway(f"outbox {self._path}: {error}") from error

    def deliver(self, history: History, most: int = MOST_DELIVERED) -> int:
        """Hand the oldest samples over and return how many were acknowledged, 0 where none wait.

        HistoryAway where the history cannot take them now: they wait on.
        """
        waiting = self.waiting(most)
        if waiting is None:
            return 0
        history.write([waiting])
        self.drop(waiting)
        return waiting.size

    def _number(self) -> int:
        count, last = self._database.execute(
            "SELECT (SELECT count(*) FROM samples), (SELECT number FROM left_off)"
        ).fetchone()
        if count >= self._most:
            raise sqlite3.OperationalError(f"holds {count} samples already")
        return max(round(self._now_s() * 1000.0), (last or 0) + 1)

    def _prepare(self) -> None:
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE IF NOT EXISTS samples (number INTEGER PRIMARY KEY, body BLOB NOT NULL)",
            "CREATE TABLE IF NOT EXISTS left_off (id INTEGER PRIMARY KEY, number INTEGER NOT NULL,"
            " clock_s REAL NOT NULL, counters TEXT NOT NULL)",
        ):
            self._database.execute(statement)
        found = self._database.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, LAYOUT):
            raise HistoryError(f"outbox {self._path}: is of version {found}, not {LAYOUT}")
        self._database.execute(f"PRAGMA user_version = {LAYOUT}")


def _sample(number: int, body: bytes) -> Sample:
    """Return a kept sample, without what only another version knows."""
    start_s, span_s, figures, sums = json.loads(zlib.decompress(body))
    known = {key: value for key, value in figures.items() if key in PLACE}
    return Sample(number, start_s, span_s, known, _summed(sums))


def _summed(sums: dict[str, int]) -> Sequence[int]:
    return [sums.get(name, 0) for name in SUMS]
