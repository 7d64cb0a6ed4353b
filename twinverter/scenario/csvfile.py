"""Any CSV by a column map: where its times and values stand, in which zone and unit.

Every row is checked where it stands, so that an error names file and line.
"""

import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from twinverter.scenario.clock import zone
from twinverter.scenario.error import HouseError, brief, nearest
from twinverter.scenario.series import Rows

LABELS = ("start", "middle", "end")
UNREADABLE = (OSError, EOFError, UnicodeDecodeError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True)
class TimeColumn:
    """How a file writes its times: column, format, zone of times without one, what they label."""

    name: str
    zone: str
    format: str | None = None
    label: str = "start"
    shift_s: float = 0.0


def read_table(path: Path, key: str, words: Iterable[str] = ()) -> Any:
    """Return a CSV's cells (a pandas frame, row 0 being line 2), the columns `words` as text.

    Blank lines at the end are dropped. HouseError where there is no such file or no CSV in it.
    """
    import pandas as pd

    if not path.is_file():
        raise HouseError(f"no such file: {path}", key=key)
    try:
        cells = pd.read_csv(path, dtype=dict.fromkeys(words, str), skip_blank_lines=False)
    except (*UNREADABLE, ValueError) as error:
        raise HouseError(f"is no readable CSV ({brief(str(error))})", file=path.name) from None
    filled = np.flatnonzero(cells.notna().any(axis=1).to_numpy())
    return cells.iloc[: int(filled[-1]) + 1 if len(filled) else 0]


def column(cells: Any, name: str, source: str, key: str) -> Any:
    """Return one column; HouseError names the nearest column there is."""
    if name in cells.columns:
        return cells[name]
    known = [str(known) for known in cells.columns]
    reason = f"has no column {name!r}{nearest(name, known)}; it has {', '.join(known)}"
    raise HouseError(reason, file=source, key=key)


def numbers(cells: Any, name: str, source: str, key: str) -> np.ndarray:
    """Return one column as floats, NaN where a cell is empty; HouseError at any other text."""
    import pandas as pd

    given = column(cells, name, source, key)
    values = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    wrong = np.flatnonzero(~np.isfinite(values) & given.notna().to_numpy())
    if len(wrong):
        cell, line = str(given.iloc[wrong[0]]), int(wrong[0]) + 2
        raise HouseError("is not a number", file=source, line=line, key=name, value=cell)
    return values


def moments(cells: Any, name: str, form: str | None, source: str, key: str) -> Any:
    """Return one column as times (pandas, naive or UTC); HouseError at the first that is none."""
    import pandas as pd

    text = column(cells, name, source, key).fillna("")
    try:
        return _parsed(text, form)
    except (ValueError, TypeError):
        for index, cell in enumerate(text):
            try:
                _parsed(pd.Series([cell]), form)
            except (ValueError, TypeError):
                raise HouseError(
                    "is not a time", file=source, line=index + 2, key=name, value=cell,
                    allowed=form or "ISO 8601 as in 2022-03-27T14:00Z; else give time_format",
                ) from None  # fmt: skip
        reason = "mixes times with and without a time zone"
        raise HouseError(reason, file=source, key=name) from None


def _parsed(text: Any, form: str | None) -> Any:
    import pandas as pd

    if (text == "").any():
        raise ValueError("empty")
    zoned = "%z" in form if form else str(text.iloc[0])[10:].rstrip().endswith("Z")
    zoned = zoned or (not form and any(sign in str(text.iloc[0])[10:] for sign in "+-"))
    times = pd.to_datetime(text, format=form or "ISO8601", utc=zoned)
    if not zoned and times.dt.tz is not None:
        raise ValueError("mixed")
    return times


def seconds_of(times: Any) -> np.ndarray:
    """Return pandas times as seconds since 1970, by their own clock."""
    if times.dt.tz is not None:
        times = times.dt.tz_convert(None)
    return times.to_numpy(dtype="datetime64[us]").astype(np.int64) / 1e6


def read_rows(path: Path, time: TimeColumn, columns: Mapping[str, str], key: str) -> Rows:
    """Return the rows of a CSV: `columns` maps our names to the file's."""
    cells = read_table(path, f"{key}.file", [time.name])
    source = path.name
    times = moments(cells, time.name, time.format, source, f"{key}.time")
    values = {ours: numbers(cells, name, source, f"{key}.{ours}") for ours, name in columns.items()}
    lines = np.arange(2, len(cells) + 2)
    rows = Rows(source, seconds_of(times), values, lines, zone=time.zone)
    if times.dt.tz is None:
        rows = _from_wall(rows)
    _by_label(rows, time)
    return rows


def _from_wall(rows: Rows) -> Rows:
    """Return the rows with wall clock times turned into UTC."""
    clock = zone(rows.zone)
    skipped = clock.skips(rows.times_s)
    notes = list(rows.notes)
    if skipped.any():
        notes.append(
            f"{rows.source}: {int(skipped.sum())} rows of an hour that the clock of {rows.zone}"
            " skips are left out"
        )
    kept = ~skipped
    walls_s = rows.times_s[kept]
    utc_s = clock.utc_s(walls_s, _second_pass(walls_s, clock.repeats(walls_s)))
    columns = {name: values[kept] for name, values in rows.columns.items()}
    return Rows(rows.source, utc_s, columns, rows.lines[kept], rows.typical, rows.zone, notes)


def _second_pass(walls_s: np.ndarray, repeated: np.ndarray) -> np.ndarray:
    """Return which readings of a repeated hour come after the clock was put back."""
    second = np.zeros(len(walls_s), dtype=bool)
    places = np.flatnonzero(repeated)
    for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1):
        back = np.flatnonzero(np.diff(walls_s[run]) <= 0)
        if len(back):
            second[run[int(back[0]) + 1 :]] = True
    return second


def _by_label(rows: Rows, time: TimeColumn) -> None:
    """Move the times to the start of their intervals."""
    rows.times_s = rows.times_s + time.shift_s
    if time.label != "start" and len(rows.times_s) > 1:
        steps_s = np.diff(rows.times_s)
        interval_s = float(np.median(steps_s))
        rows.times_s = rows.times_s - interval_s * (1.0 if time.label == "end" else 0.5)
