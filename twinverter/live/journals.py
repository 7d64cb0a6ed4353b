"""The journals of the store: alarms and changes, read from their newest line or after a line.

Lines are numbered in the order in which they were written, from 1 on in each life of the memory: a
memory that was lost, or put back from an older copy, goes on in another life.
"""

import json
import secrets
import sqlite3

from twinverter.live.memory import AlarmEntry, Change

LIFE = "life"
LIFE_BYTES = 8

_ALARMS = "SELECT clock_s, code, raised, seq FROM alarms"
_CHANGES = "SELECT clock_s, by, key, before, after, seq FROM changes"
_NEWEST = " ORDER BY seq DESC LIMIT ?"
_AFTER = " WHERE seq > ? ORDER BY seq LIMIT ?"


def newest_alarms(database: sqlite3.Connection, limit: int) -> list[AlarmEntry]:
    """Return lines of the alarm journal, newest first."""
    return [_alarm(*row) for row in database.execute(_ALARMS + _NEWEST, (max(0, limit),))]


def alarms_after(database: sqlite3.Connection, seq: int, limit: int) -> list[AlarmEntry]:
    """Return the lines of the alarm journal after one, oldest first."""
    return [_alarm(*row) for row in database.execute(_ALARMS + _AFTER, (seq, limit))]


def newest_changes(database: sqlite3.Connection, limit: int) -> list[Change]:
    """Return lines of the journal of changes, newest first."""
    return [_change(*row) for row in database.execute(_CHANGES + _NEWEST, (max(0, limit),))]


def changes_after(database: sqlite3.Connection, seq: int, limit: int) -> list[Change]:
    """Return the lines of the journal of changes after one, oldest first."""
    return [_change(*row) for row in database.execute(_CHANGES + _AFTER, (seq, limit))]


def life(database: sqlite3.Connection) -> str | None:
    """Return the life that was begun last, None before any."""
    row = database.execute("SELECT value FROM kept WHERE key = ?", (LIFE,)).fetchone()
    return None if row is None else str(row[0])


def begin_life(database: sqlite3.Connection) -> str:
    """Begin a life of its own and return it."""
    begun = secrets.token_hex(LIFE_BYTES)
    database.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (LIFE, begun))
    return begun


def _alarm(clock_s: float, code: str, raised: int, seq: int) -> AlarmEntry:
    return AlarmEntry(clock_s, code, bool(raised), seq)


def _change(clock_s: float, by: str, key: str, before: str, after: str, seq: int) -> Change:
    return Change(clock_s, by, key, json.loads(before), json.loads(after), seq)
