"""The store: one folder with one SQLite file that holds all a device must not forget.

Each call that saves is one transaction in the write-ahead log with `synchronous = FULL`: when it
returns, the entry is on disk, and a process or a machine that dies at any moment leaves the last
such moment, whole (SQLite, "Write-Ahead Logging" and "Atomic Commit In SQLite").

What a pass of the runner changes is one row of 1.4 kB, rewritten: one page of 4 kB into the log a
commit, about 350 MB a day at a commit a second. Rare things are written when they differ.

A store is created under another name and renamed when it is whole, so a file of the store's own
name that is empty or foreign is damage or a mistake, and is left as it is.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from twinverter.catalog.errors import SettingError
from twinverter.catalog.row import Value
from twinverter.core import records
from twinverter.inverter import State
from twinverter.live import casefile, curves, filing, journals, schema
from twinverter.live.folder import Folder, StoreError
from twinverter.live.layout import LayoutError, carried, known, nominal
from twinverter.live.memory import (
    AlarmEntry,
    Change,
    Curve,
    Device,
    Energies,
    Evidence,
    Held,
    Memory,
    Moment,
    Registers,
    Spans,
)

__all__ = ["Store", "StoreError"]

KEPT_ENTRIES = 20_000
NAMES = list(records.leaves(Held))


class Store:
    """The memory of one device; every method may be called from any thread."""

    def __init__(self, folder: Folder, database: sqlite3.Connection) -> None:
        self._folder = folder
        self._database = database
        self._turn = threading.Lock()
        self._layout = 0
        self._written: dict[str, str] = {}
        self._registers: Registers | None = None

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """Return the store of a folder, made where there is none.

        StoreError where the folder cannot be written or is in use, or where the file is damaged,
        foreign, or of a version this one cannot read.
        """
        with ExitStack() as undo:
            place = Folder(folder)
            undo.callback(place.free)
            database = place.connect()
            undo.callback(database.close)
            store = cls(place, database)
            undo.pop_all()
        return store

    def close(self) -> None:
        """Close the file and give the folder free."""
        with self._turn:
            self._database.close()
            self._folder.free()

    # ---- what the device remembers ------------------------------------------------------------

    def load(self) -> Memory | None:
        """Return where the device left off, None where it has never been saved.

        StoreError where something is kept that this version has no rule for.
        """
        with self._reading():
            row = self._database.execute(
                "SELECT names, floats, crc FROM held JOIN layouts ON layouts.id = held.layout"
            ).fetchone()
            if row is None:
                self._check_unsaved()
                return None
            settings = dict(self._database.execute("SELECT key, value FROM settings"))
            kept = dict(self._database.execute("SELECT key, value FROM kept"))
        try:
            names = json.loads(row[0])
            floats = dict(zip(names, schema.unpacked(row[1], row[2], len(names)), strict=True))
            values = known(settings)
            held: Held = records.build(Held, carried(floats, NAMES, figures=nominal(values)))
            return Memory(
                values,
                held.state,
                held.clock_s,
                held.course_s,
                held.running,
                Device(**json.loads(kept["device"])),
                json.loads(kept["world"]),
                _registers(kept.get("registers", "{}")),
            )
        except (SettingError, LayoutError) as error:
            raise self._folder.refusal(
                str(error), "run the version that wrote it, or give another folder with --data"
            ) from None
        except (KeyError, TypeError, ValueError) as error:
            raise self._folder.damaged(str(error)) from None

    def save_tick(self, state: State, moment: Moment) -> None:
        """Keep a moment whole: state, clocks, entries, new alarms, minutes; on disk on return."""
        held = Held(moment.clock_s, moment.course_s, moment.count, state)
        blob, crc = schema.packed(list(records.values(held)))
        kept = {"device": _text(asdict(moment.device)), "world": _text(dict(moment.world))}
        if moment.registers is not self._registers:
            kept["registers"] = _text(asdict(moment.registers))
        fresh = {key: text for key, text in kept.items() if self._written.get(key) != text}
        with self._saving():
            layout = self._layout or schema.layout_id(self._database, NAMES)
            self._database.execute(
                "INSERT OR REPLACE INTO held VALUES (1, ?, ?, ?)", (layout, blob, crc)
            )
            for row in fresh.items():
                self._database.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", row)
            if moment.alarms:
                rows = [(one.clock_s, one.code, int(one.raised)) for one in moment.alarms]
                self._database.executemany(
                    "INSERT INTO alarms (clock_s, code, raised) VALUES (?, ?, ?)", rows
                )
                self._trim("alarms")
            casefile.keep(self._database, moment.evidence)
            if moment.samples:
                filing.file(self._database, moment.samples)
            if moment.settings:
                self._keep_entries(moment.settings, moment.changes)
        if not self._layout:
            # A log that somebody loses later costs what came after this, never the device.
            with self._reading():
                self._database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        self._layout = layout
        self._written |= fresh
        self._registers = moment.registers

    # ---- journals, curves, strip --------------------------------------------------------------

    def journal(self, limit: int = 200) -> list[AlarmEntry]:
        """Return the alarm journal, newest first."""
        with self._reading():
            return journals.newest_alarms(self._database, limit)

    def alarms_after(self, seq: int, limit: int) -> list[AlarmEntry]:
        """Return the lines of the alarm journal after one, oldest first."""
        with self._reading():
            return journals.alarms_after(self._database, seq, limit)

    def alarm(self, seq: int) -> tuple[AlarmEntry, AlarmEntry | None, Evidence | None] | None:
        """Return an alarm that rose, the entry of its end, and its evidence; None for no such."""
        with self._reading():
            rose = casefile.entry(self._database, seq)
            if rose is None or not rose.raised:
                return None
            try:
                evidence = casefile.evidence(self._database, rose)
            except ValueError as error:
                raise self._folder.damaged(str(error)) from None
            return rose, casefile.end(self._database, rose), evidence

    def first_on_grid(self) -> date | None:
        """Return the first day on which the sun gave power and the mains stood."""
        with self._reading():
            day = casefile.first_on_grid(self._database)
        return None if day is None else date.fromordinal(day)

    def changes(self, limit: int = 200) -> list[Change]:
        """Return the journal of changes, newest first."""
        with self._reading():
            return journals.newest_changes(self._database, limit)

    def changes_after(self, seq: int, limit: int) -> list[Change]:
        """Return the lines of the journal of changes after one, oldest first."""
        with self._reading():
            return journals.changes_after(self._database, seq, limit)

    def life(self, renew: bool = False) -> str:
        """Return the life in which the journals are numbered, a new one where none was begun."""
        with self._saving():
            found = None if renew else journals.life(self._database)
            return found or journals.begin_life(self._database)

    def filed(self, day: int) -> Energies:
        """Return the energies filed under a date's ordinal, up to the last finished minute."""
        with self._reading():
            return filing.filed(self._database, day)

    def spans(self, day: int) -> Spans:
        """Return the times filed under a date's ordinal, and its year's loads up to that day."""
        with self._reading():
            return filing.spans(self._database, day)

    def curve(self, line: str, period: str, day: date) -> Curve:
        """Return a line's curve over the day, month, year or total that holds `day`.

        KeyError for a line that is not of `curves.LINES`, or another period.
        """
        with self._reading():
            return curves.curve(self._database, line, period, day)

    def strip(self, until_clock_s: float, hours: float = 24.0) -> list[dict[str, float]]:
        """Return the five-minute means of the hours before, oldest first."""
        with self._reading():
            return curves.strip(self._database, until_clock_s, hours)

    # ---- the file -----------------------------------------------------------------------------

    @contextmanager
    def _saving(self) -> Iterator[None]:
        """Make what is executed inside one transaction; StoreError where it cannot be kept."""
        with self._turn, self._named():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._turn, self._named():
            yield

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Say of SQLite's errors which file they are about."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._folder.failure(error) from error

    def _keep_entries(self, values: Mapping[str, Value], changes: Sequence[Change]) -> None:
        """Write settings by their bare keys, and who changed what."""
        # What stands there already is not written again.
        self._database.executemany(
            "INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE"
            " SET value = excluded.value WHERE value != excluded.value",
            [(key, json.dumps(value)) for key, value in values.items()],
        )
        self._database.executemany(
            "INSERT INTO changes (clock_s, by, key, before, after) VALUES (?, ?, ?, ?, ?)",
            [
                (one.clock_s, one.by, one.key, json.dumps(one.before), json.dumps(one.after))
                for one in changes
            ],
        )
        self._trim("changes")

    def _trim(self, journal: str) -> None:
        self._database.execute(
            f"DELETE FROM {journal} WHERE seq <= (SELECT max(seq) FROM {journal}) - ?",
            (KEPT_ENTRIES,),
        )

    def _check_unsaved(self) -> None:
        """Raise StoreError where somebody has lived here and left no state."""
        if self._database.execute("SELECT 1 FROM changes LIMIT 1").fetchone():
            raise self._folder.damaged("the device's state is missing")


def _registers(text: str) -> Registers:
    """Return kept registers, none from an older program; JSON makes texts of the addresses."""
    kept = json.loads(text)
    wear = {int(address): int(count) for address, count in kept.get("wear", {}).items()}
    return Registers(kept.get("held", {}), wear)


def _text(kept: Any) -> str:
    return json.dumps(kept, sort_keys=True, separators=(",", ":"))
