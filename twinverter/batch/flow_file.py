"""The flows of a run on disk: one Parquet file, a row group per chunk.

Powers, energies and states of charge are doubles, so that the balance of a stored row closes as
it did in the machine; what a display shows with three digits (volts, amperes, hertz, degrees) is
single, codes are small integers.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from twinverter.core.records import leaves
from twinverter.inverter import Flows

NAMES = tuple(leaves(Flows))
READ_WITH_THREE_DIGITS = re.compile(r"_(v|a|hz|c)$")
CODES = {"state": pa.int8(), "stage": pa.int8(), "relays": pa.int16(), "alarms": pa.int64()}


def column_type(name: str) -> pa.DataType:
    """Return the stored type of a column of the flows."""
    if name.startswith("reasons_"):
        return pa.int8()
    if name in CODES:
        return CODES[name]
    return pa.float32() if READ_WITH_THREE_DIGITS.search(name) else pa.float64()


SCHEMA = pa.schema(
    [
        pa.field("clock_s", pa.float64()),
        pa.field("time", pa.timestamp("ms")),
        *(pa.field(name, column_type(name)) for name in NAMES),
    ]
)


def as_table(clock_s: np.ndarray, flows: np.ndarray) -> pa.Table:
    """Return the rows of a chunk as they are stored; `flows` is an array of `Flows` records."""
    times = np.round(clock_s * 1000.0).astype(np.int64).view("datetime64[ms]")
    columns = [pa.array(clock_s, pa.float64()), pa.array(times)]
    for name in NAMES:
        kind = SCHEMA.field(name).type.to_pandas_dtype()
        columns.append(pa.array(flows[name].astype(kind)))
    return pa.Table.from_arrays(columns, schema=SCHEMA)


class FlowWriter:
    """A Parquet file that grows by one row group per chunk and is whole once it is closed."""

    def __init__(self, path: Path) -> None:
        floats = [field.name for field in SCHEMA if pa.types.is_floating(field.type)]
        self._writer = pq.ParquetWriter(
            path,
            SCHEMA,
            compression="zstd",
            compression_level=3,
            use_dictionary=False,
            use_byte_stream_split=floats,
        )

    def __enter__(self) -> "FlowWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()

    def write(self, clock_s: np.ndarray, flows: np.ndarray) -> None:
        """Append one chunk."""
        self._writer.write_table(as_table(clock_s, flows), row_group_size=len(clock_s))


def read_flows(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the stored flows, all columns or some."""
    return pq.ParquetFile(path).read(columns=None if columns is None else list(columns))


def row_groups(path: Path, columns: Iterable[str] | None = None) -> Iterator[pa.Table]:
    """Yield the stored flows one row group at a time, so that a year needs little memory."""
    file = pq.ParquetFile(path)
    for index in range(file.num_row_groups):
        yield file.read_row_group(index, columns=None if columns is None else list(columns))


def rows_between(path: Path, start_s: float, end_s: float, columns: Sequence[str]) -> pa.Table:
    """Return the stored rows whose wall clock lies from `start_s` up to `end_s`."""
    file = pq.ParquetFile(path)
    wanted = ["clock_s", *columns]
    found = [SCHEMA.empty_table().select(wanted)]
    for index in range(file.num_row_groups):
        known = file.metadata.row_group(index).column(0).statistics
        if known is None or (known.min < end_s and known.max >= start_s):
            group = file.read_row_group(index, columns=wanted)
            clock_s = group["clock_s"].to_numpy()
            found.append(group.filter(pa.array((clock_s >= start_s) & (clock_s < end_s))))
    return pa.concat_tables(found)


def rows_at(path: Path, places: np.ndarray, columns: Iterable[str]) -> Iterator[dict[str, float]]:
    """Yield single rows by their number, given in order; other row groups are not read."""
    file, begin = pq.ParquetFile(path), 0
    for index in range(file.num_row_groups):
        end = begin + file.metadata.row_group(index).num_rows
        inside = places[(places >= begin) & (places < end)] - begin
        if len(inside):
            group = file.read_row_group(index, columns=list(columns))
            yield from group.take(inside).to_pylist()
        begin = end
