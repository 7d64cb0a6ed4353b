"""A simulated run as a history: the rows of `flows.parquet` as the samples of a device.

The file holds flows, so the figures are the telemetry rows that flows alone feed, and sums are
powers over the length of a step. It does not tell whether the clamps were valid: what was bought
and sold is what passed the mains (C-03). Numbers are those of the file's rows, so a run that is
loaded again is not counted again.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from twinverter.catalog.alarms import registers_of
from twinverter.catalog.telemetry import Telemetry
from twinverter.monitor.batch import Batch, columns
from twinverter.monitor.columns import FIGURES, SUMS, THOUSANDTHS
from twinverter.monitor.history import HistoryError

HOUR_S = 3600.0
PHASES = ("l1", "l2", "l3")
CLOCK = "clock_s"
NEEDED = {CLOCK, "alarms", "pv1_w", "battery_w", "grid_w_l1", "load_w_l1", "loss_w", "fuel_l"}


def step_of(path: Path) -> float:
    """Return the length of a run's steps; HistoryError where the file is none of `simulate`'s."""
    return _step_s(_opened(path))


def file_batches(path: Path, device: str) -> Iterator[tuple[float, Batch]]:
    """Yield a run's samples by row group, each with the share of the file done then, 0 to 1.

    HistoryError where the file is none of `simulate`'s.
    """
    file = _opened(path)
    first, counter = 0, np.zeros(len(SUMS))
    step_s = _step_s(file)
    for group in range(file.num_row_groups):
        table = file.read_row_group(group)
        flows = {name: table[name].to_numpy() for name in table.column_names}
        count = len(flows[CLOCK])
        rows, counter = _samples(device, flows, first, step_s, counter)
        first += count
        yield first / file.metadata.num_rows, rows


def _opened(path: Path) -> pq.ParquetFile:
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise HistoryError(f"{path}: {' '.join(str(error).split())}") from None
    missing = NEEDED - set(file.schema_arrow.names)
    if missing or file.metadata.num_rows < 2:
        raise HistoryError(f"{path}: holds no flows of a run")
    return file


def _step_s(file: pq.ParquetFile) -> float:
    """Return the length of a step: between the first two rows, whatever the clock does later."""
    clock_s = file.read_row_group(0, columns=[CLOCK])[CLOCK].to_numpy()
    if len(clock_s) < 2:
        raise HistoryError("a run of single rows in each group tells no step")
    return float(np.median(np.diff(clock_s)))


def _samples(
    device: str, flows: dict[str, np.ndarray], first: int, step_s: float, counter: np.ndarray
) -> tuple[Batch, np.ndarray]:
    """Return a row group as samples, and the counters at its end."""
    count = len(flows[CLOCK])
    figures = np.full((count, len(FIGURES)), np.nan)
    for place, figure in enumerate(FIGURES):
        value = _value(figure.row, flows)
        if value is not None:
            figures[:, place] = value
    per_step = np.stack([SUM_OF[name](flows, step_s) for name in SUMS], axis=1)
    counters = np.cumsum(np.vstack([counter, per_step]), axis=0)
    whole = np.round(counters * THOUSANDTHS).astype(np.int64)
    rows = columns(
        device,
        np.arange(first, first + count),
        flows[CLOCK],
        np.full(count, step_s),
        figures,
        np.diff(whole, axis=0),
    )
    return rows, counters[-1]


def _value(row: Telemetry, flows: dict[str, np.ndarray]) -> np.ndarray | None:
    """Return a telemetry row from flows, None where they do not feed it alone."""
    if row.source == "flows.alarms":
        return _words(row.address, flows["alarms"])
    if not row.source:
        return None
    total: Any = 0.0
    sign = 1.0
    for term in row.source.split():
        if term in "+-":
            sign = 1.0 if term == "+" else -1.0
            continue
        value = _field(term, flows)
        if value is None:
            return None
        total = total + sign * value
    return np.asarray(row.from_kernel(total))


def _words(address: int, bits: np.ndarray) -> np.ndarray:
    """Return a register of alarms a row from the kernel's bit sums, of which there are few."""
    kinds, places = np.unique(bits, return_inverse=True)
    return np.array([registers_of(one)[address] for one in kinds], float)[places]


def _field(term: str, flows: dict[str, np.ndarray]) -> np.ndarray | None:
    record, _, name = term.partition(".")
    name = name.replace(".", "_")
    if record != "flows":
        return None
    if name in flows:
        return flows[name].astype(float)
    return _phases(flows, name) if f"{name}_l1" in flows else None


def _phases(flows: dict[str, np.ndarray], name: str) -> np.ndarray:
    return flows[f"{name}_l1"] + flows[f"{name}_l2"] + flows[f"{name}_l3"]


Summed = Callable[[dict[str, np.ndarray], float], np.ndarray]


def _energy(power_w: Callable[[dict[str, np.ndarray]], np.ndarray]) -> Summed:
    return lambda flows, step_s: np.maximum(power_w(flows), 0.0) * (step_s / HOUR_S)


def _unserved_w(flows: dict[str, np.ndarray]) -> np.ndarray:
    return _phases(flows, "load_unserved_w") + _phases(flows, "home_unserved_w")


def _generator_s(flows: dict[str, np.ndarray], step_s: float) -> np.ndarray:
    return np.where(flows["fuel_l"] > 0.0, step_s, 0.0)


def _unserved_s(flows: dict[str, np.ndarray], step_s: float) -> np.ndarray:
    load_w, unserved_w = _phases(flows, "load_w"), _phases(flows, "load_unserved_w")
    share = np.divide(unserved_w, load_w, out=np.zeros_like(load_w), where=load_w > 0.0)
    return np.minimum(1.0, share) * step_s


# fmt: off
SUM_OF: dict[str, Summed] = {
    "solar_wh":          _energy(lambda f: f["pv1_w"] + f["pv2_w"]),
    "load_wh":           _energy(lambda f: _phases(f, "load_w") - _phases(f, "load_unserved_w")),
    "home_wh":           _energy(lambda f: _phases(f, "home_w") - _phases(f, "home_unserved_w")),
    "smart_load_wh":     _energy(lambda f: _phases(f, "smart_load_w")),
    "buy_wh":            _energy(lambda f: _phases(f, "grid_w")),
    "sell_wh":           _energy(lambda f: -_phases(f, "grid_w")),
    "charge_wh":         _energy(lambda f: -f["battery_w"]),
    "discharge_wh":      _energy(lambda f: f["battery_w"]),
    "generator_wh":      _energy(lambda f: _phases(f, "gen_w")),
    "micro_inverter_wh": _energy(lambda f: f["micro_inverter_w"]),
    "grid_import_wh":    _energy(lambda f: _phases(f, "grid_w")),
    "grid_export_wh":    _energy(lambda f: -_phases(f, "grid_w")),
    "unserved_wh":       _energy(_unserved_w),
    "losses_wh":         _energy(lambda f: f["loss_w"]),
    "generator_s":       _generator_s,
    "unserved_s":        _unserved_s,
}
# fmt: on
