"""Where finished minutes are filed: a row a minute, a row of five minutes, a row a day.

Minutes and fives are kept by their number, not by their date, so a clock set years ahead and back
again throws nothing away; days are kept for good.
"""

import sqlite3
from collections.abc import Sequence
from datetime import date

from twinverter.live.memory import DAY_S, NO_ENERGY, Energies, Sample, Spans
from twinverter.live.sampler import EPOCH_ORDINAL, ordinal

FIVE_S = 300
KEPT_MINUTES = 3 * 1440
KEPT_FIVES = 62 * 288

_ENERGIES = ", ".join(Energies._fields)
_COLUMNS = f"span_s, grid_s, soc, {_ENERGIES}"
_MARKS = ", ".join("?" * (4 + len(Energies._fields)))
_ADDED = ", ".join(
    f"{name} = {name} + excluded.{name}" for name in ("span_s", "grid_s", *Energies._fields)
)


def _filing(table: str, key: str) -> str:
    return (
        f"INSERT INTO {table} ({key}, {_COLUMNS}) VALUES ({_MARKS})"
        f" ON CONFLICT ({key}) DO UPDATE SET {_ADDED}, soc = excluded.soc"
    )


_INTO_MINUTES = _filing("minutes", "slot")
_INTO_FIVES = _filing("fives", "slot")
_INTO_DAYS = _filing("days", "day")


def file(database: sqlite3.Connection, samples: Sequence[Sample]) -> None:
    """Add finished minutes to what is filed, and drop what is older than is kept."""
    minutes, fives, days = [], [], []
    for sample in samples:
        slot = int(sample.minute_s)
        row = (sample.span_s, sample.grid_s, sample.soc, *sample.energy)
        minutes.append((slot, *row))
        fives.append((slot - slot % FIVE_S, *row))
        days.append((ordinal(sample.minute_s), *row))
    database.executemany(_INTO_MINUTES, minutes)
    database.executemany(_INTO_FIVES, fives)
    database.executemany(_INTO_DAYS, days)
    for table, kept in (("minutes", KEPT_MINUTES), ("fives", KEPT_FIVES)):
        database.execute(
            f"DELETE FROM {table} WHERE rowid <= (SELECT max(rowid) FROM {table}) - ?", (kept,)
        )


def filed(database: sqlite3.Connection, day: int) -> Energies:
    """Return what is filed under a day's ordinal."""
    row = database.execute(f"SELECT {_ENERGIES} FROM days WHERE day = ?", (day,)).fetchone()
    return Energies(*row) if row else NO_ENERGY


def spans(database: sqlite3.Connection, day: int) -> Spans:
    """Return what is filed of a day's times, and of its year's loads up to that day.

    A minute in which the generator fed counts whole.
    """
    start_s = (day - EPOCH_ORDINAL) * int(DAY_S)
    grid_s, generator_s = database.execute(
        "SELECT total(grid_s), total(span_s * (generator_wh > 0.0)) FROM minutes"
        " WHERE slot >= ? AND slot < ?",
        (start_s, start_s + int(DAY_S)),
    ).fetchone()
    first = date.fromordinal(day).replace(month=1, day=1).toordinal()
    (load_wh,) = database.execute(
        "SELECT total(load_wh + home_wh) FROM days WHERE day BETWEEN ? AND ?", (first, day)
    ).fetchone()
    return Spans(grid_s, generator_s, load_wh)


def slots(
    database: sqlite3.Connection, table: str, start_s: float, end_s: float
) -> list[tuple[int, float, float, float, Energies]]:
    """Return (slot, span_s, grid_s, soc, energy) of the slots from `start_s` up to `end_s`."""
    rows = database.execute(
        f"SELECT slot, {_COLUMNS} FROM {table} WHERE slot >= ? AND slot < ? ORDER BY slot",
        (start_s, end_s),
    )
    return [(*row[:4], Energies(*row[4:])) for row in rows]


def days(database: sqlite3.Connection, first: int, last: int) -> list[tuple[int, Energies]]:
    """Return (ordinal, energy) of the days filed from `first` to `last`, both included."""
    rows = database.execute(
        f"SELECT day, {_ENERGIES} FROM days WHERE day BETWEEN ? AND ? ORDER BY day", (first, last)
    )
    return [(row[0], Energies(*row[1:])) for row in rows]
