"""Roll-ups of samples: lowest, mean and highest figure, and exact sums, per slot of a level.

Each level is rolled up from the one below, and roll-ups of the same slot may be merged in any
order. Means are weighted by time; a figure that was not heard throughout a slot has the mean of
the parts in which it was.
"""

from typing import NamedTuple

import numpy as np

from twinverter.monitor.batch import Rows
from twinverter.monitor.levels import Level, slots


class Rollup(NamedTuple):
    """A row per device's id and slot; the last four have a column per figure, or per sum."""

    device: np.ndarray
    slot_s: np.ndarray
    span_ms: np.ndarray
    samples: np.ndarray
    low: np.ndarray
    mean: np.ndarray
    high: np.ndarray
    sums: np.ndarray


def single(rows: Rows) -> Rollup:
    """Return samples as a roll-up of a row each, under the time of their middle."""
    figures = rows.figures.astype(float)
    samples = np.ones(len(rows.device), np.int64)
    return Rollup(
        rows.device, rows.middle_s, rows.span_ms, samples, figures, figures, figures, rows.sums
    )


def coarser(finer: Rollup, level: Level) -> Rollup:
    """Return the roll-up of a level from a finer one, in order of devices and slots."""
    slot_s = slots(level, finer.slot_s)
    order = np.lexsort((slot_s, finer.device))
    device, slot_s = finer.device[order], slot_s[order]
    is_first = np.ones(len(order), bool)
    is_first[1:] = (np.diff(device) != 0) | (np.diff(slot_s) != 0)
    firsts = np.flatnonzero(is_first)
    span_ms, mean = finer.span_ms[order], finer.mean[order]
    # A sample without a span still counts, a little, where nothing else was heard.
    weights = np.where(np.isnan(mean), 0.0, np.maximum(span_ms, 1e-3)[:, np.newaxis])
    weighed = np.add.reduceat(np.nan_to_num(mean) * weights, firsts)
    with np.errstate(invalid="ignore"):
        means = weighed / np.add.reduceat(weights, firsts)
    return Rollup(
        device[firsts],
        slot_s[firsts],
        np.add.reduceat(span_ms, firsts),
        np.add.reduceat(finer.samples[order], firsts),
        np.fmin.reduceat(finer.low[order], firsts),
        means,
        np.fmax.reduceat(finer.high[order], firsts),
        np.add.reduceat(finer.sums[order], firsts),
    )
