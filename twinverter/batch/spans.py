"""Unbroken runs of a code, followed across chunks: how long which rule, state or alarm held."""

import numpy as np

SPAN = np.dtype(
    [
        ("code", np.int64),
        ("first", np.int64),
        ("steps", np.int64),
        ("start_s", np.float64),
        ("end_s", np.float64),
    ]
)


def changes(codes: np.ndarray) -> np.ndarray:
    """Return the places at which a new run begins, the first one included."""
    if not len(codes):
        return np.zeros(0, np.int64)
    return np.concatenate(([0], np.flatnonzero(codes[1:] != codes[:-1]) + 1))


class Spans:
    """The runs of one column, built chunk by chunk."""

    def __init__(self) -> None:
        self._codes: list[np.ndarray] = []
        self._firsts: list[np.ndarray] = []
        self._starts_s: list[np.ndarray] = []
        self._rows = 0
        self._end_s = 0.0

    def add(self, clock_s: np.ndarray, codes: np.ndarray, step_s: float) -> None:
        """Append one chunk of codes with the wall clock at the start of each step."""
        at = changes(codes)
        if self._rows and len(at) and self._codes[-1][-1] == codes[0]:
            at = at[1:]
        if len(at):
            self._codes.append(codes[at].astype(np.int64))
            self._firsts.append(at + self._rows)
            self._starts_s.append(clock_s[at])
        self._rows += len(codes)
        self._end_s = float(clock_s[-1]) + step_s

    def table(self) -> np.ndarray:
        """Return one `SPAN` record per run; it ends where the next one begins."""
        if not self._codes:
            return np.zeros(0, SPAN)
        codes = np.concatenate(self._codes)
        table = np.zeros(len(codes), SPAN)
        table["code"] = codes
        table["first"] = np.concatenate(self._firsts)
        table["steps"] = np.diff(np.append(table["first"], self._rows))
        table["start_s"] = np.concatenate(self._starts_s)
        table["end_s"] = np.append(table["start_s"][1:], self._end_s)
        return table


def bit_spans(table: np.ndarray, bit: int) -> np.ndarray:
    """Return the runs during which one bit of a bit sum was set."""
    on = table["code"] >> bit & 1 > 0
    at = changes(on)
    if not len(at):
        return table[:0]
    merged = table[at].copy()
    ends = np.append(at[1:], len(table))
    merged["code"] = on[at]
    merged["steps"] = np.add.reduceat(table["steps"], at)
    merged["end_s"] = table["end_s"][ends - 1]
    return merged[merged["code"] > 0]
