"""Samples as columns of bytes: little-endian whole numbers of 8 bytes, figures of 4.

Every column is as long as that of the numbers. What is no finite figure was not measured; whole
numbers are those that a device can have.
"""

from typing import Any

import numpy as np

from twinverter.catalog.errors import shown
from twinverter.monitor.batch import Batch
from twinverter.monitor.columns import KEYS, PLACE, SUMS

# An hour of seconds.
MOST_SAMPLES = 3600
# The year 2200: a device's calendar ends before.
MOST_CLOCK_S = 7_258_118_400
# A sample may carry what a year of a full disk has counted: thousandths of 1 GWh.
MOST_SUM = 10**12
MOST_NUMBER = 2**53


def packed(rows: Batch) -> dict[str, Any]:
    """Return samples as columns of bytes; figures that nobody measured are left out."""
    figures = {
        key: rows.figures[:, place].astype("<f4").tobytes()
        for place, key in enumerate(KEYS)
        if not np.isnan(rows.figures[:, place]).all()
    }
    sums = {name: _whole(rows.sums[:, place]) for place, name in enumerate(SUMS)}
    return {
        "number": _whole(rows.number),
        "start_ms": _whole(rows.start_ms),
        "span_ms": _whole(rows.span_ms),
        "figures": figures,
        "sums": {name: column for name, column in sums.items() if any(column)},
    }


def _whole(column: np.ndarray) -> bytes:
    return column.astype("<i8").tobytes()


def unpacked(device: str, columns: Any) -> Batch:
    """Return samples as a batch; ValueError where the columns are none, or nothing a device has."""
    if not isinstance(columns, dict):
        raise ValueError("samples: are no columns")
    number = _column(columns, "number", "<i8", MOST_NUMBER)
    start_ms = _column(columns, "start_ms", "<i8", MOST_CLOCK_S * 1000, len(number))
    span_ms = _column(columns, "span_ms", "<i8", MOST_CLOCK_S * 1000, len(number))
    if not 1 <= len(number) <= MOST_SAMPLES:
        raise ValueError(f"samples: there are {len(number)} (allowed: 1 to {MOST_SAMPLES})")
    figures = np.full((len(number), len(KEYS)), np.nan, np.float32)
    for key in _names(columns, "figures") & PLACE.keys():
        column = _column(columns["figures"], key, "<f4", None, len(number))
        figures[:, PLACE[key]] = np.where(np.isfinite(column), column, np.nan)
    sums = np.zeros((len(number), len(SUMS)), np.int64)
    for place, name in enumerate(SUMS):
        if name in _names(columns, "sums"):
            sums[:, place] = _column(columns["sums"], name, "<i8", MOST_SUM, len(number))
    return Batch(device, number, start_ms, span_ms, figures, sums)


def _names(columns: dict[str, Any], part: str) -> set[Any]:
    found = columns.get(part, {})
    if not isinstance(found, dict):
        raise ValueError(f"samples.{part}: are no columns")
    return set(found)


def _column(
    columns: dict[str, Any], name: str, kind: str, most: int | None, rows: int | None = None
) -> np.ndarray:
    data = columns.get(name)
    size = np.dtype(kind).itemsize
    if not isinstance(data, bytes) or len(data) % size:
        raise ValueError(f"samples.{shown(name)}: is no column")
    column = np.frombuffer(data, kind)
    if rows is not None and len(column) != rows:
        raise ValueError(f"samples.{shown(name)}: has {len(column)} rows, number has {rows}")
    if most is not None and ((column < 0) | (column > most)).any():
        raise ValueError(f"samples.{shown(name)}: is out of range (0 to {most})")
    return column
