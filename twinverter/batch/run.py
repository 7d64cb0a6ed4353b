"""A finished run: its summary, its flows, and why each line did what it did."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from twinverter.batch import flow_file
from twinverter.batch.summary import summary_of
from twinverter.batch.tally import LINES, Tally
from twinverter.catalog.reasons import key_of
from twinverter.inverter import Meters
from twinverter.scenario.house import House
from twinverter.words import figures, wording

Columns = dict[str, np.ndarray]


@dataclass
class Run:
    """One device carried through its days.

    `path` is the Parquet file of the flows; where no folder was asked for it is a temporary one
    and lives as long as this object. `planned` is the number of steps that were wanted, `steps`
    how many were made before somebody interrupted.
    """

    house: House
    step_s: float
    planned: int
    steps: int
    meters: Meters
    soh: float
    soc_start: float
    soc_end: float
    balance_error: float
    stepping_seconds: float
    tally: Tally
    path: Path
    folder: TemporaryDirectory[str] | None = field(default=None, repr=False)

    @property
    def interrupted(self) -> bool:
        """Return whether the run ended before its time."""
        return self.steps < self.planned

    @property
    def ns_per_step(self) -> float:
        """Return the mean time one step took, in nanoseconds."""
        return self.stepping_seconds / max(1, self.steps) * 1e9

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Return energies, times and counts of the whole run, ready for JSON."""
        return summary_of(self)

    @property
    def flows(self) -> pa.Table:
        """Return the flows of all steps, read from the file."""
        return flow_file.read_flows(self.path)

    @cached_property
    def reasons(self) -> pa.Table:
        """Return one row per stretch during which a line was bound by one rule.

        Columns `line`, `reason` (key), `start`, `end` (wall clock), `seconds` and `sentence` with
        the values of the moment it began.
        """
        spans = {line: self.tally.spans[line].table() for line in LINES}
        spans = {line: table[table["code"] > 0] for line, table in spans.items()}
        firsts = np.unique(np.concatenate([table["first"] for table in spans.values()]))
        rows = flow_file.rows_at(self.path, firsts, wording.COLUMNS)
        moments = dict(zip(firsts.tolist(), rows, strict=True))
        settings = self.house.settings
        columns: dict[str, list[Any]] = {"line": [], "reason": [], "sentence": []}
        for line, table in spans.items():
            codes = table["code"].tolist()
            columns["line"] += [line] * len(codes)
            columns["reason"] += [key_of(code) for code in codes]
            columns["sentence"] += [
                wording.told(code, settings, moments[first])
                for code, first in zip(codes, table["first"].tolist(), strict=True)
            ]
        whole = np.concatenate(list(spans.values()))
        table = pa.table(
            {
                "line": columns["line"],
                "reason": columns["reason"],
                "start": _times(whole["start_s"]),
                "end": _times(whole["end_s"]),
                "seconds": whole["steps"] * self.step_s,
                "sentence": columns["sentence"],
            }
        )
        return table.sort_by([("start", "ascending")])

    def days(self, columns: Sequence[str]) -> Iterator[tuple[float, Columns]]:
        """Yield (midnight's wall clock, columns) of each day, in order, one row group in memory."""
        held: Columns = {}
        for group in flow_file.row_groups(self.path, dict.fromkeys(["clock_s", *columns])):
            read = {name: group[name].to_numpy() for name in group.column_names}
            held = {name: np.append(held[name], read[name]) for name in read} if held else read
            day = held["clock_s"] // figures.DAY_S
            cuts = np.flatnonzero(np.diff(day)) + 1
            for first, last in pairwise([0, *cuts]):
                yield day[first] * figures.DAY_S, _rows(held, slice(first, last))
            held = _rows(held, slice(cuts[-1] if len(cuts) else 0, None))
        if held and len(held["clock_s"]):
            yield held["clock_s"][0] // figures.DAY_S * figures.DAY_S, held

    def example(self, line: str, code: int) -> str:
        """Return the sentence of a reason with what the settings alone give, or where that is not
        enough with the values of the longest time it held."""
        settings = self.house.settings
        text = wording.told_at_all_times(float(code), settings)
        if wording.UNKNOWN not in text:
            return text
        spans = self.tally.spans[line].table()
        spans = spans[spans["code"] == code]
        first = spans["first"][[int(spans["steps"].argmax())]]
        moment = next(flow_file.rows_at(self.path, first, wording.COLUMNS))
        when = figures.moment(moment["clock_s"])
        told = wording.told(float(code), settings, moment)
        return f"{told} (as on {when.day} {when:%B}, {when:%H:%M})"


def _rows(columns: Columns, part: slice) -> Columns:
    return {name: values[part] for name, values in columns.items()}


def _times(clock_s: np.ndarray) -> pa.Array:
    milliseconds = np.round(clock_s * 1000.0).astype(np.int64)
    return pa.array(milliseconds.view("datetime64[ms]"))
