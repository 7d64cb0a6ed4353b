"""Samples for the tests, a minute each unless they say otherwise."""

import numpy as np

from twinverter.monitor.batch import Sample, batch
from twinverter.monitor.columns import SUMS

# Monday, 2 January 2023, 00:00 on the wall.
MONDAY_S = 19359 * 86400
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


def sample(number, start_s=None, *, span_s=60, solar=0, battery=None, **figures):
    """Return a sample that counted `solar` thousandths of a Wh."""
    if battery is not None:
        figures["battery_power"] = battery
    start_s = MONDAY_S + number * MINUTE_S if start_s is None else start_s
    return Sample(number, start_s, span_s, figures, [solar] + [0] * (len(SUMS) - 1))


def minutes(first, count, *, solar=1000, device="home", **figures):
    """Return a batch of minutes that each counted 1 Wh."""
    rows = [sample(number, solar=solar, **figures) for number in range(first, first + count)]
    return batch(device, rows)


def shuffled(rows, seed):
    """Return a batch in another order."""
    return rows.rows(np.random.default_rng(seed).permutation(rows.size))
