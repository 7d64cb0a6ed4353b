"""What a history holds of a device as a file: CSV with a line per row, or Parquet.

Long spans are read and written in parts, so memory does not grow with the time. A file appears
whole under its name or not at all.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from twinverter.monitor.columns import KEYS, SUMS
from twinverter.monitor.history import History, HistoryError
from twinverter.monitor.levels import DAY_S, LEVEL, SAMPLES

PART_DAYS = 31
# Levels that a span of the clock does not cut: they are few rows and read at once.
WHOLE = ("month", "year", "total")
ENDINGS = (".csv", ".parquet")
ALL_TIME_S = (0.0, 1e10)


def export(
    history: History,
    device: str,
    level: str,
    path: Path,
    start_s: float | None = None,
    days: float | None = None,
    figures: Sequence[str] = KEYS,
    sums: Sequence[str] = SUMS,
) -> int:
    """Write a device's rows to a file and return their number; HistoryError where it cannot be.

    Rows begin from `start_s`, else the first, over `days`, else to the last. `time` is the device's
    local wall clock at the begin of a row, beside `start_s`, the same in seconds since 1970.
    """
    if path.suffix not in ENDINGS:
        raise HistoryError(f"{path}: the file's ending says its kind ({' or '.join(ENDINGS)})")
    count = 0
    try:
        with Draft(path) as draft:
            for part in parts(history, device, level, start_s, days, figures, sums):
                draft.write(part)
                count += part.num_rows
    except OSError as error:
        raise HistoryError(f"{path}: cannot be written ({error.strerror or error})") from None
    return count


def parts(
    history: History,
    device: str,
    level: str,
    start_s: float | None,
    days: float | None,
    figures: Sequence[str],
    sums: Sequence[str],
) -> Iterator[pa.Table]:
    """Yield a device's rows in order of time, a month at once; at least one table, maybe empty."""
    if level in WHOLE:
        first_s, last_s = ALL_TIME_S
    else:
        first_s, last_s = _held(history, device, level)
    first_s = first_s if start_s is None else max(first_s, start_s)
    last_s = last_s if days is None else min(last_s, first_s + days * DAY_S)
    step_s = last_s - first_s if level in WHOLE else PART_DAYS * DAY_S
    begin_s = first_s
    while True:
        found = history.read(device, level, begin_s, min(begin_s + step_s, last_s), figures, sums)
        yield _typed(found)
        begin_s += step_s
        if begin_s >= last_s:
            return


def _held(history: History, device: str, level: str) -> tuple[float, float]:
    """Return the span of a level that is held, cut at whole days."""
    if level == SAMPLES or LEVEL[level] not in history.plan.stored:
        first_s, last_s = history.span(device)
    else:
        rows = history.read(device, level, *ALL_TIME_S, figures=(), sums=())["start_s"]
        if not len(rows):
            return 0.0, 0.0
        first_s, last_s = rows[0].as_py(), rows[-1].as_py()
    return first_s - first_s % DAY_S, last_s - last_s % DAY_S + DAY_S


def _typed(rows: pa.Table) -> pa.Table:
    """Return rows with their time in front, every column of a type of its own."""
    start_s = rows["start_s"].cast(pa.float64())
    time = pa.array([round(one * 1000.0) for one in start_s.to_pylist()], pa.timestamp("ms"))
    columns = {"time": time, "start_s": start_s}
    for name in rows.column_names[1:]:
        columns[name] = rows[name].cast(pa.int64() if name == "samples" else pa.float64())
    return pa.table(columns)


class Draft:
    """A file beside its final name, moved there when it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: csv.CSVWriter | pq.ParquetWriter | None = None

    def __enter__(self) -> "Draft":
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}-")
        os.close(handle)
        self._draft = Path(name)
        return self

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        if self._writer is None:
            kind = csv.CSVWriter if self._path.suffix == ".csv" else pq.ParquetWriter
            self._writer = kind(str(self._draft), rows.schema)
        self._writer.write_table(rows)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.close()
        if error is None:
            self._draft.chmod(0o644)
            self._draft.replace(self._path)
        else:
            self._draft.unlink(missing_ok=True)
