"""A history in one DuckDB file, for a house or some of them on a small computer.

One process holds the file. A commit is in the write-ahead log on disk when it returns (DuckDB,
"Transaction Management"). Samples carry no index: they lie in the order in which they came, so the
block statistics of time and number find a span without one.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from twinverter.monitor import tables
from twinverter.monitor.batch import Rows
from twinverter.monitor.history import (
    NOTHING,
    History,
    HistoryAway,
    HistoryError,
    Known,
)
from twinverter.monitor.levels import Level, Plan
from twinverter.monitor.rollup import Rollup
from twinverter.monitor.tables import LAYOUT

# What a small computer can spare; DuckDB spills to disk beyond it.
MEMORY = "512MB"
# Up to so much log the file is not rewritten; while a year is loaded it is written once.
LOG, LOADING_LOG = "16MB", "1GB"


class EmbeddedHistory(History):
    """The history in a file; HistoryError where it cannot be opened or is of another version."""

    mark = "?"

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(plan)
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = duckdb.connect(str(path), config={"memory_limit": MEMORY})
            self._prepare()
            # A reader of its own sees what is committed while another delivery is written.
            self._reader = self._database.cursor()
        except (duckdb.Error, OSError) as error:
            raise HistoryError(f"history {path}: {_line(error)}") from None
        except HistoryError:
            self._database.close()
            raise

    def close(self) -> None:
        """Write the log into the file and let go of it."""
        with self._turn, self._reading, contextlib.suppress(duckdb.Error):
            self._reader.close()
            self._database.close()

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """Write the file once at the end, not over and over: half the time, and no empty blocks."""
        with self._turn, self._named():
            self._database.execute(f"SET checkpoint_threshold = '{LOADING_LOG}'")
        try:
            yield
        finally:
            with self._turn, self._named():
                self._database.execute(f"SET checkpoint_threshold = '{LOG}'")
                self._database.execute("CHECKPOINT")

    def devices_named(self) -> list[str]:
        """Return the names of all devices, in order."""
        return [row[0] for row in self._rows("SELECT name FROM devices ORDER BY name")]

    def _prepare(self) -> None:
        for statement in (
            tables.META,
            tables.DEVICES.format(identity=""),
            tables.SAMPLES.format(key=""),
            tables.ROLLUPS,
        ):
            self._database.execute(statement)
        found = self._database.execute("SELECT version, tick_s FROM layout").fetchone()
        if self._adopt(found, self._path):
            self._database.execute("INSERT INTO layout VALUES (?, ?)", (LAYOUT, self.plan.tick_s))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._named():
            self._database.execute("BEGIN")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                # A failed commit has ended the transaction already.
                with contextlib.suppress(duckdb.Error):
                    self._database.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except (duckdb.DataError, duckdb.IntegrityError) as error:
            raise HistoryError(f"history {self._path}: {_line(error)}") from error
        except (duckdb.Error, OSError) as error:
            raise HistoryAway(f"history {self._path}: {_line(error)}") from error

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._named():
            return self._database.execute(query, values).fetchall()

    def _known(self, names: Sequence[str]) -> dict[str, Known]:
        rows = self._rows("SELECT name, id, newest, floor FROM devices")
        known = {row[0]: Known(*row[1:]) for row in rows}
        for name in names:
            if name not in known:
                known[name] = Known(len(known) + 1, NOTHING, NOTHING)
                self._rows("INSERT INTO devices VALUES (?, ?, ?, ?)", known[name].id, name,
                           NOTHING, NOTHING)  # fmt: skip
        return {name: known[name] for name in names}

    def _found(self, device: str) -> int | None:
        found = self._table("SELECT id FROM devices WHERE name = ?", (device,))["id"].to_pylist()
        return found[0] if found else None

    def _numbers(self, device: int, first: int, last: int) -> np.ndarray:
        rows = self._rows(
            "SELECT number FROM samples WHERE device = ? AND number BETWEEN ? AND ?",
            device, first, last,
        )  # fmt: skip
        return np.array(rows, np.int64)

    def _number_at(self, device: int, rows: int) -> int | None:
        found = self._rows(
            "SELECT number FROM samples WHERE device = ? ORDER BY number DESC LIMIT 1 OFFSET ?",
            device, rows,
        )  # fmt: skip
        return int(found[0][0]) if found else None

    def _add(self, samples: Rows, rollups: Sequence[tuple[Level, Rollup]]) -> None:
        rows = tables.sample_table(samples)
        names = ", ".join(rows.column_names)
        with self._arriving(rows):
            self._database.execute(f"INSERT INTO samples ({names}) SELECT {names} FROM arriving")
        rows = tables.rollup_table(rollups)
        with self._arriving(rows):
            self._database.execute(tables.merging(rows.column_names, "arriving"))

    @contextlib.contextmanager
    def _arriving(self, rows: pa.Table) -> Iterator[None]:
        """Let statements read rows as the table `arriving`."""
        self._database.register("arriving", rows)
        try:
            yield
        finally:
            # A transaction that failed takes no more statements; the next rows replace these.
            with contextlib.suppress(duckdb.TransactionException):
                self._database.unregister("arriving")

    def _note(self, devices: Sequence[Known]) -> None:
        for one in devices:
            self._rows("UPDATE devices SET newest = ?, floor = ? WHERE id = ?",
                       one.newest, one.floor, one.id)  # fmt: skip

    def _drop_samples(self, device: int, last: int) -> None:
        self._rows("DELETE FROM samples WHERE device = ? AND number <= ?", device, last)

    def _sweep_level(self, device: int, level: Level, rows: int) -> None:
        self._rows(
            "DELETE FROM rollups WHERE device = ? AND level = ? AND slot <= (SELECT slot FROM"
            " rollups WHERE device = ? AND level = ? ORDER BY slot DESC LIMIT 1 OFFSET ?)",
            device, level.code, device, level.code, rows,
        )  # fmt: skip

    def _table(self, query: str, values: Sequence[Any]) -> pa.Table:
        # Measured a quarter faster than DuckDB's own way to Arrow.
        with self._reading, self._named():
            found = self._reader.execute(query, list(values)).fetchnumpy()
        return pa.table({name: pa.array(column) for name, column in found.items()})


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
