"""Chance that can be repeated: random generators keyed by seed, subject and day.

A day draws the same whatever the run's first day, step or length is.
"""

import zlib

import numpy as np


def draws(seed: int, subject: str, day: int) -> np.random.Generator:
    """Return the generator of one subject on one day (counted from 1970)."""
    return np.random.default_rng([seed, zlib.crc32(subject.encode()), day])
