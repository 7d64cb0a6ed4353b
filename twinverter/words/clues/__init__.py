"""Clues in the readings around an alarm: what a sentence says where one holds, nothing else.

A clue that is one figure against one limit is a row of `catalog/diagnosis.py`; one that needs more
is a function of this package, registered under its own name. That catalog says which causes each
speaks for or against. Every limit is assumed: wide enough that a sound house gives no clue.
"""

from twinverter.catalog.diagnosis import ABOVE, CLUES, LOW, MEAN, NOW, Clue
from twinverter.words.clues import battery, frequency, grid, loads, wiring
from twinverter.words.clues.clue import FINDERS
from twinverter.words.readings import Readings, told

__all__ = ["NAMES", "battery", "found", "frequency", "grid", "loads", "wiring"]

_ROWS = {row.key: row for row in CLUES}
NAMES = (*_ROWS, *FINDERS)


def found(key: str, readings: Readings) -> str:
    """Return the sentence of a clue where it holds, nothing where not or where nobody knows."""
    if key in FINDERS:
        return FINDERS[key](readings)
    return _compared(_ROWS[key], readings)


def _compared(row: Clue, readings: Readings) -> str:
    picks = {NOW: readings.now, MEAN: readings.mean, LOW: readings.low}
    value = picks.get(row.stretch, readings.high)(row.figure)
    holds = value > row.limit if row.sense == ABOVE else value < row.limit
    return row.told.format(value=told(row.figure, value)) if holds else ""
