"""Samples in columns: what a device measured at a tick, and what it counted since the last one.

A sample is known by its device and its number. Numbers grow with every sample a device ever takes,
whatever its clock does, so a delivery may come late, twice or in any order.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from twinverter.monitor.columns import KEYS, PLACE, SUMS, rounded


class Sample(NamedTuple):
    """One tick: it began at `start_s` by the device's clock and lasted `span_s`.

    `figures` maps keys of `KEYS` to what stood at its end; what is not there was not measured.
    `sums` are whole thousandths of `SUMS`, counted over the span.
    """

    number: int
    start_s: float
    span_s: float
    figures: Mapping[str, float]
    sums: Sequence[int]


class Batch(NamedTuple):
    """Samples of one device: a row each; figures that were not measured are not-a-number."""

    device: str
    number: np.ndarray
    start_ms: np.ndarray
    span_ms: np.ndarray
    figures: np.ndarray
    sums: np.ndarray

    @property
    def size(self) -> int:
        """Return the number of rows."""
        return len(self.number)

    def rows(self, chosen: Any) -> "Batch":
        """Return some of the rows, by mask, by place or by slice."""
        return Batch(self.device, *(column[chosen] for column in self[1:]))


def batch(device: str, samples: Sequence[Sample]) -> Batch:
    """Return samples of a device as a batch; KeyError for a figure that no history knows."""
    figures = np.full((len(samples), len(KEYS)), np.nan)
    for place, sample in enumerate(samples):
        for key, value in sample.figures.items():
            figures[place, PLACE[key]] = value
    sums = [tuple(sample.sums) for sample in samples]
    return columns(
        device,
        np.array([sample.number for sample in samples], np.int64),
        np.array([sample.start_s for sample in samples], float),
        np.array([sample.span_s for sample in samples], float),
        figures,
        np.array(sums, np.int64).reshape(len(samples), len(SUMS)),
    )


def columns(
    device: str,
    number: np.ndarray,
    start_s: np.ndarray,
    span_s: np.ndarray,
    figures: np.ndarray,
    sums: np.ndarray,
) -> Batch:
    """Return a batch of columns; what is no finite number was not measured."""
    with np.errstate(invalid="ignore", over="ignore"):
        figures = rounded(figures)
    figures[~np.isfinite(figures)] = np.nan
    return Batch(device, number, _ms(start_s), _ms(span_s), figures, sums)


class Rows(NamedTuple):
    """Samples of several devices, a row each, with the id of the device in front."""

    device: np.ndarray
    number: np.ndarray
    start_ms: np.ndarray
    span_ms: np.ndarray
    figures: np.ndarray
    sums: np.ndarray

    @property
    def middle_s(self) -> np.ndarray:
        """Return the time under which each row is filed: a hair at a border moves nothing."""
        return (self.start_ms + self.span_ms // 2) / 1000.0


def joined(parts: Sequence[tuple[int, Batch]]) -> Rows:
    """Return the batches of devices, by their ids, as rows; there must be one batch at least."""
    device = np.repeat([one for one, _ in parts], [rows.size for _, rows in parts])
    columns = zip(*(rows[1:] for _, rows in parts), strict=True)
    return Rows(device, *(np.concatenate(column) for column in columns))


def _ms(times_s: np.ndarray) -> np.ndarray:
    return np.round(times_s * 1000.0).astype(np.int64)
