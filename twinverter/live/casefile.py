"""The case file: the evidence of each alarm, beside its entry in the journal.

Evidence is written in the transaction that writes the entry, and again while it grows. The newest
cases of each code are kept, so that one that comes every hour drives no other out: fifty codes
with twenty cases of a few kilobytes each are some megabytes at most.
"""

import sqlite3
from collections.abc import Sequence

from twinverter.live import evidence as cases
from twinverter.live.memory import AlarmEntry, Evidence

KEPT_PER_CODE = 20

_ENTRY = "SELECT clock_s, code, raised, seq FROM alarms"
_KEEP = (
    "INSERT OR REPLACE INTO evidence SELECT seq, code, ? FROM alarms"
    " WHERE code = ? AND clock_s = ? AND raised = 1 ORDER BY seq DESC LIMIT 1"
)
_TRIM = (
    "DELETE FROM evidence WHERE code = ? AND alarm <= (SELECT alarm FROM evidence"
    " WHERE code = ? ORDER BY alarm DESC LIMIT 1 OFFSET ?)"
)
_ORPHANS = "DELETE FROM evidence WHERE alarm < (SELECT min(seq) FROM alarms)"


def keep(database: sqlite3.Connection, evidence: Sequence[Evidence]) -> None:
    """Write evidence beside the entries it belongs to, which are in the journal already."""
    for one in evidence:
        database.execute(_KEEP, (cases.packed(one), one.code, one.clock_s))
        database.execute(_TRIM, (one.code, one.code, KEPT_PER_CODE))
    if evidence:
        database.execute(_ORPHANS)


def entry(database: sqlite3.Connection, seq: int) -> AlarmEntry | None:
    """Return the entry of the journal with this number."""
    return _entry(database.execute(f"{_ENTRY} WHERE seq = ?", (seq,)).fetchone())


def end(database: sqlite3.Connection, rose: AlarmEntry) -> AlarmEntry | None:
    """Return the entry that says that an alarm which rose was over."""
    row = database.execute(
        f"{_ENTRY} WHERE code = ? AND seq > ? ORDER BY seq LIMIT 1", (rose.code, rose.seq)
    ).fetchone()
    found = _entry(row)
    return found if found and not found.raised else None


def evidence(database: sqlite3.Connection, rose: AlarmEntry) -> Evidence | None:
    """Return what was measured around an alarm, if kept; ValueError if damaged."""
    row = database.execute("SELECT readings FROM evidence WHERE alarm = ?", (rose.seq,)).fetchone()
    return cases.unpacked(rose.code, rose.clock_s, row[0]) if row else None


def first_on_grid(database: sqlite3.Connection) -> int | None:
    """Return the ordinal of the first day on which the sun gave power and the mains stood."""
    row = database.execute(
        "SELECT min(day) FROM days WHERE solar_wh > 0.0 AND grid_s > 0.0"
    ).fetchone()
    return None if row[0] is None else int(row[0])


def _entry(row: tuple[float, str, int, int] | None) -> AlarmEntry | None:
    return AlarmEntry(row[0], row[1], bool(row[2]), row[3]) if row else None
