"""The store's tables, its versions, and the way from each older version to this one.

The file says what it is by SQLite's own two numbers: `application_id` (ours) and `user_version`
(the version of the tables). The texts of a version never change once stores of it exist; a new
version gets new texts and a step that leads to it. A step runs inside one transaction, so a store
is of the old version or of the new one, never between.
"""

import json
import sqlite3
import struct
import zlib
from collections.abc import Callable, Mapping

APPLICATION_ID = 0x54574E56  # "TWNV"
VERSION = 3

ENERGY_COLUMNS = """
    solar_wh REAL NOT NULL, load_wh REAL NOT NULL, home_wh REAL NOT NULL,
    smart_load_wh REAL NOT NULL, buy_wh REAL NOT NULL, sell_wh REAL NOT NULL,
    charge_wh REAL NOT NULL, discharge_wh REAL NOT NULL, generator_wh REAL NOT NULL,
    micro_inverter_wh REAL NOT NULL
"""
SPAN_COLUMNS = "span_s REAL NOT NULL, grid_s REAL NOT NULL, soc REAL NOT NULL"

# A slot is the device's clock at the begin of the minute or of the five minutes, a day the
# proleptic ordinal of the device's own date. The rowid of slots tells the order of recording.
JOURNALS = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, clock_s REAL NOT NULL, by TEXT NOT NULL,
    key TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
);
CREATE TABLE alarms (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, clock_s REAL NOT NULL, code TEXT NOT NULL,
    raised INTEGER NOT NULL
);
"""
DAYS = f"CREATE TABLE days (day INTEGER PRIMARY KEY, {SPAN_COLUMNS}, {ENERGY_COLUMNS});"
MINUTES = f"CREATE TABLE minutes (slot INTEGER NOT NULL UNIQUE, {SPAN_COLUMNS}, {ENERGY_COLUMNS});"
FIVES = f"CREATE TABLE fives (slot INTEGER NOT NULL UNIQUE, {SPAN_COLUMNS}, {ENERGY_COLUMNS});"
HELD = """
CREATE TABLE layouts (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE);
CREATE TABLE held (
    id INTEGER PRIMARY KEY CHECK (id = 1), layout INTEGER NOT NULL REFERENCES layouts,
    floats BLOB NOT NULL, crc INTEGER NOT NULL
);
"""
# What was measured around an alarm of the journal, by that entry's number.
EVIDENCE = """
CREATE TABLE evidence (
    alarm INTEGER PRIMARY KEY, code TEXT NOT NULL, readings BLOB NOT NULL
);
CREATE INDEX evidence_code ON evidence (code, alarm);
"""
TABLES = JOURNALS + HELD + DAYS + MINUTES + FIVES + EVIDENCE


def statements(script: str) -> list[str]:
    """Return the statements of a script; no comment or literal in it holds a semicolon."""
    return [text.strip() for text in script.split(";") if text.strip()]


def create(database: sqlite3.Connection) -> None:
    """Make the tables of this version in an empty file."""
    for statement in statements(TABLES):
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {VERSION}")


def packed(floats: list[float]) -> tuple[bytes, int]:
    """Return floats as the store keeps them: little-endian doubles, and their checksum."""
    blob = struct.pack(f"<{len(floats)}d", *floats)
    return blob, zlib.crc32(blob)


def unpacked(blob: bytes, crc: int, count: int) -> list[float]:
    """Return the floats of a row; ValueError where they are not what was written."""
    if len(blob) != 8 * count or zlib.crc32(blob) != crc:
        raise ValueError("the device's state is damaged")
    return list(struct.unpack(f"<{count}d", blob))


def layout_id(database: sqlite3.Connection, names: list[str]) -> int:
    """Return the number under which these names are recorded, recording them where they are new."""
    text = json.dumps(names, separators=(",", ":"))
    database.execute("INSERT OR IGNORE INTO layouts (names) VALUES (?)", (text,))
    row = database.execute("SELECT id FROM layouts WHERE names = ?", (text,)).fetchone()
    return int(row[0])


def migrate(database: sqlite3.Connection, version: int) -> None:
    """Lead the tables from `version` to this one, in one transaction."""
    database.execute("BEGIN IMMEDIATE")
    try:
        for step in range(version, VERSION):
            STEPS[step](database)
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def _floats_into_one_row(database: sqlite3.Connection) -> None:
    """Lead from 1, which held the floats one row a name and knew no five minutes, to 2."""
    for statement in statements(HELD + FIVES):
        database.execute(statement)
    rows = database.execute("SELECT name, value FROM floats ORDER BY rowid").fetchall()
    if rows:
        blob, crc = packed([value for _, value in rows])
        layout = layout_id(database, [name for name, _ in rows])
        database.execute("INSERT INTO held VALUES (1, ?, ?, ?)", (layout, blob, crc))
    database.execute("DROP TABLE floats")
    names = _energy_names(database)
    sums = ", ".join(f"sum({name}) AS {name}" for name in names)
    # Beside one max() SQLite takes the plain column, soc, from the row that holds the maximum.
    database.execute(
        f"INSERT INTO fives SELECT five, span_s, grid_s, soc, {', '.join(names)} FROM ("
        "SELECT slot / 300 * 300 AS five, sum(span_s) AS span_s, sum(grid_s) AS grid_s, soc,"
        f" max(slot), {sums} FROM minutes GROUP BY five) ORDER BY five"
    )


def _energy_names(database: sqlite3.Connection) -> list[str]:
    columns = [row[1] for row in database.execute("PRAGMA table_info(minutes)")]
    return [name for name in columns if name.endswith("_wh")]


def _evidence_beside_alarms(database: sqlite3.Connection) -> None:
    """Lead from 2, which kept nothing of the moments around an alarm, to 3."""
    for statement in statements(EVIDENCE):
        database.execute(statement)


STEPS: Mapping[int, Callable[[sqlite3.Connection], None]] = {
    1: _floats_into_one_row,
    2: _evidence_beside_alarms,
}
