"""The tables of a history and the statements on them, one text for both databases.

    devices   a row a device: newest number taken, lowest number still known
    samples   a row a tick, by (device, number)
    rollups   a row a slot, by (device, level, slot)

Numbers up to `floor` have been thrown away: a sample that comes again from there cannot be told
from a new one, and is not counted again.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from twinverter.catalog.alarms import find_alarm
from twinverter.monitor.batch import Rows
from twinverter.monitor.columns import FIGURES, KEYS, SUMS
from twinverter.monitor.levels import Level
from twinverter.monitor.rollup import Rollup

LAYOUT = 1
PARTS = ("min", "mean", "max")
SOC = "battery_soc"
PHASES_V = ("grid_voltage_a", "grid_voltage_b", "grid_voltage_c")
# F35 says that no phase reaches the voltage of a living line: its word, and its bit as a number.
_ADDRESS, _BIT = find_alarm("F35").register_bit or (0, 0)
NO_GRID_WORD = next(one.key for one in FIGURES if one.row.address == _ADDRESS)
NO_GRID = 1 << _BIT
KEY = ("device", "level", "slot")

_SUMS = ", ".join(f"{name} BIGINT NOT NULL" for name in SUMS)
_FIGURES = ", ".join(f"{key} REAL" for key in KEYS)
_PARTS = ", ".join(f"{key}_{part} REAL" for key in KEYS for part in PARTS)

META = "CREATE TABLE IF NOT EXISTS layout (version INTEGER NOT NULL, tick_s REAL NOT NULL)"
DEVICES = (
    "CREATE TABLE IF NOT EXISTS devices (id INTEGER {identity} PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE, newest BIGINT NOT NULL, floor BIGINT NOT NULL)"
)
SAMPLES = (
    "CREATE TABLE IF NOT EXISTS samples (device INTEGER NOT NULL, number BIGINT NOT NULL,"
    f" start_ms BIGINT NOT NULL, span_ms BIGINT NOT NULL, {_SUMS}, {_FIGURES}{{key}})"
)
ROLLUPS = (
    "CREATE TABLE IF NOT EXISTS rollups (device INTEGER NOT NULL, level SMALLINT NOT NULL,"
    " slot BIGINT NOT NULL, span_ms BIGINT NOT NULL, samples BIGINT NOT NULL,"
    f" {_SUMS}, {_PARTS}, PRIMARY KEY (device, level, slot))"
)


def sample_table(rows: Rows) -> pa.Table:
    """Return samples as they are stored; figures that nobody measured are left out."""
    columns = {
        "device": pa.array(rows.device.astype(np.int32)),
        "number": pa.array(rows.number),
        "start_ms": pa.array(rows.start_ms),
        "span_ms": pa.array(rows.span_ms),
    }
    columns |= {name: pa.array(rows.sums[:, place]) for place, name in enumerate(SUMS)}
    for place in heard(rows.figures):
        columns[KEYS[place]] = pa.array(rows.figures[:, place], from_pandas=True)
    return pa.table(columns)


def rollup_table(parts: Sequence[tuple[Level, Rollup]]) -> pa.Table:
    """Return roll-ups as they are stored; figures that nobody measured are left out."""
    whole = Rollup(
        *(np.concatenate(part) for part in zip(*(rows for _, rows in parts), strict=True))
    )
    codes = np.repeat([level.code for level, _ in parts], [len(rows.device) for _, rows in parts])
    columns = {
        "device": pa.array(whole.device.astype(np.int32)),
        "level": pa.array(codes.astype(np.int16)),
        "slot": pa.array(whole.slot_s),
        "span_ms": pa.array(whole.span_ms),
        "samples": pa.array(whole.samples),
    }
    columns |= {name: pa.array(whole.sums[:, place]) for place, name in enumerate(SUMS)}
    three = [part.astype(np.float32) for part in (whole.low, whole.mean, whole.high)]
    for place in heard(whole.mean):
        for part, values in zip(PARTS, three, strict=True):
            columns[f"{KEYS[place]}_{part}"] = pa.array(values[:, place], from_pandas=True)
    return pa.table(columns)


def heard(figures: np.ndarray) -> list[int]:
    """Return the places of the figures that somebody measured."""
    return np.flatnonzero(~np.isnan(figures).all(axis=0)).tolist()


def merging(names: Sequence[str], source: str) -> str:
    """Return the statement that merges the roll-ups of `source` into those that stand."""
    listed = ", ".join(names)
    merged = ", ".join(f"{name} = {_merged(name)}" for name in names if name not in KEY)
    return (
        f"INSERT INTO rollups AS kept ({listed}) SELECT {listed} FROM {source}"
        f" ON CONFLICT (device, level, slot) DO UPDATE SET {merged}"
    )


def _merged(name: str) -> str:
    new = f"excluded.{name}"
    if name.endswith("_min"):
        return f"least(kept.{name}, {new})"
    if name.endswith("_max"):
        return f"greatest(kept.{name}, {new})"
    if name.endswith("_mean"):
        return (
            f"coalesce((kept.{name} * CAST(kept.span_ms AS DOUBLE PRECISION)"
            f" + {new} * CAST(excluded.span_ms AS DOUBLE PRECISION))"
            f" / nullif(kept.span_ms + excluded.span_ms, 0), kept.{name}, {new})"
        )
    return f"kept.{name} + {new}"


def selection(mark: str, figures: Sequence[str], sums: Sequence[str], level: Level | None) -> str:
    """Return the statement that reads a device's samples, or its slots of a stored level.

    Its parameters: device, [level,] first and end, in ms for samples and in s for slots.
    """
    summed = [_thousandths(name) for name in ("span_ms", *sums)]
    if level is None:
        chosen = [_thousandths("start_ms"), *summed, *figures]
        where = f"device = {mark} AND start_ms >= {mark} AND start_ms < {mark} ORDER BY number"
        return f"SELECT {', '.join(chosen)} FROM samples WHERE {where}"
    parts = [f"{figure}_{part}" for figure in figures for part in PARTS]
    chosen = ["CAST(slot AS DOUBLE PRECISION) AS start_s", *summed, "samples", *parts]
    where = f"device = {mark} AND level = {mark} AND slot >= {mark} AND slot < {mark} ORDER BY slot"
    return f"SELECT {', '.join(chosen)} FROM rollups WHERE {where}"


def by_the_way(mark: str, figures: Sequence[str], sums: Sequence[str], level: Level) -> str:
    """Return the statement that rolls samples up as it reads them, where a level is not stored.

    Its parameters: device, first and end in ms.
    """
    chosen = [f"{_slot_s(level)} AS start_s"]
    chosen += [_thousandths(f"sum({name})", name) for name in ("span_ms", *sums)]
    chosen.append("count(*) AS samples")
    for one in figures:
        span_ms = "CAST(span_ms AS DOUBLE PRECISION)"
        heard_ms = f"sum(CASE WHEN {one} IS NOT NULL THEN {span_ms} END)"
        mean = f"coalesce(sum({one} * {span_ms}) / nullif({heard_ms}, 0), avg({one}))"
        chosen += [f"min({one}) AS {one}_min", f"{mean} AS {one}_mean", f"max({one}) AS {one}_max"]
    where = f"device = {mark} AND start_ms >= {mark} AND start_ms < {mark}"
    return f"SELECT {', '.join(chosen)} FROM samples WHERE {where} GROUP BY 1 ORDER BY 1"


def across(mark: str, count: int, sums: Sequence[str], level: Level, is_stored: bool) -> str:
    """Return the statement that reads sums of so many devices' slots of a level, in order.

    Its parameters: [level,] first and end, in ms where the level is not stored, and the devices.
    """
    among = f"device IN ({', '.join([mark] * count)})"
    if is_stored:
        chosen = [_thousandths(name) for name in ("span_ms", *sums)]
        where = f"level = {mark} AND slot >= {mark} AND slot < {mark} AND {among}"
        slot_s = "CAST(slot AS DOUBLE PRECISION)"
        return (
            f"SELECT device, {slot_s} AS start_s, {', '.join(chosen)} FROM rollups"
            f" WHERE {where} ORDER BY device, slot"
        )
    chosen = [_thousandths(f"sum({name})", name) for name in ("span_ms", *sums)]
    where = f"start_ms >= {mark} AND start_ms < {mark} AND {among}"
    return (
        f"SELECT device, {_slot_s(level)} AS start_s, {', '.join(chosen)} FROM samples"
        f" WHERE {where} GROUP BY 1, 2 ORDER BY 1, 2"
    )


def _slot_s(level: Level) -> str:
    """Return the begin of the slot that holds the middle of a sample."""
    middle = "(start_ms + CAST((span_ms - mod(span_ms, 2)) / 2 AS BIGINT))"
    return f"CAST({middle} - mod({middle}, {level.step_s * 1000}) AS DOUBLE PRECISION) / 1000"


def outages(mark: str, level: Level | None, sums: Sequence[str]) -> str:
    """Return the statement that finds a device's runs of rows without mains, and those with it.

    Its parameters: the voltage of a dead line once a phase, device, [level,] first and end as in
    `selection`. `is_out` is null where neither a voltage nor, for samples, the alarm tells.
    """
    if level is None:
        source, place, begin_s, highest, low = "samples", "number", _seconds("start_ms"), "", SOC
        where = f"device = {mark} AND start_ms >= {mark} AND start_ms < {mark}"
    else:
        source, place, begin_s = "rollups", "slot", "CAST(slot AS DOUBLE PRECISION)"
        highest, low = "_max", f"{SOC}_min"
        where = f"device = {mark} AND level = {mark} AND slot >= {mark} AND slot < {mark}"
    is_out = " AND ".join(f"{phase}{highest} < {mark}" for phase in PHASES_V)
    if level is None:
        # Of a simulated run only the alarm is known.
        is_out = (
            f"coalesce({is_out}, mod(CAST(floor({NO_GRID_WORD} / {NO_GRID}) AS BIGINT), 2) = 1)"
        )
    kept = ", ".join(("span_ms", *sums))
    rows = (
        f"SELECT {begin_s} AS begin_s, {place} AS place, {kept}, {low} AS low,"
        f" ({is_out}) AS is_out FROM {source} WHERE {where}"
    )
    numbered = (
        "SELECT *, row_number() OVER (ORDER BY place)"
        f" - row_number() OVER (PARTITION BY is_out ORDER BY place) AS run FROM ({rows}) AS one"
    )
    summed = ", ".join(_thousandths(f"sum({name})", name) for name in ("span_ms", *sums))
    return (
        f"SELECT is_out, min(begin_s) AS start_s, max(begin_s + {_seconds('span_ms')}) AS end_s,"
        f" {summed}, min(low) AS lowest FROM ({numbered}) AS two"
        " GROUP BY is_out, run ORDER BY start_s"
    )


def _seconds(what: str) -> str:
    return f"CAST({what} AS DOUBLE PRECISION) / 1000"


def _thousandths(what: str, name: str = "") -> str:
    """Return the reading of a stored whole number of thousandths in its unit."""
    unit_name = (name or what).replace("_ms", "_s")
    return f"CAST({what} AS DOUBLE PRECISION) / 1000 AS {unit_name}"
