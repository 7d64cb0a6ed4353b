"""The store's folder: its lock, its file, and the one line said of each where it is refused."""

import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from twinverter.live import schema

FILE, LOCK, NEW = "twin.sqlite", "twin.lock", "twin.sqlite.new"
ELSEWHERE = "give another folder with --data"
# Another program that reads the file (a backup, a query) holds a writer up for moments only.
PATIENCE_S = 5.0


class StoreError(Exception):
    """A store that cannot be used: `str` is one line with the file, what is wrong, what to do."""


class Folder:
    """A folder held by this process until `free`, or until the process ends in whatever way."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE
        self._lock = self._held(folder)

    def free(self) -> None:
        """Let others have the folder; does nothing where it is free already."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def connect(self) -> sqlite3.Connection:
        """Return the file, sound and of this version, open for writing; StoreError else."""
        try:
            if not self.file.exists():
                self._create()
            version = self._inspected()
            database = sqlite3.connect(
                self.file, isolation_level=None, check_same_thread=False, timeout=PATIENCE_S
            )
        except (OSError, sqlite3.DatabaseError) as error:
            raise self.failure(error) from error
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            # Only macOS asks for more than fsync before a disk's own cache is written.
            database.execute("PRAGMA fullfsync = ON")
            if version != schema.VERSION:
                self._copy(database, version)
                schema.migrate(database, version)
        except BaseException as error:
            database.close()
            if isinstance(error, (OSError, sqlite3.DatabaseError)):
                raise self.failure(error) from error
            raise
        return database

    def refusal(self, what: str, remedy: str) -> StoreError:
        """Return the error that names the file."""
        return StoreError(f"{self.file}: {what}; {remedy}")

    def damaged(self, what: str) -> StoreError:
        """Return the error of a file that is not what was written."""
        return self.refusal(
            f"is damaged ({what}) and was left as it is", f"put a copy back, or {ELSEWHERE}"
        )

    def failure(self, error: Exception) -> StoreError:
        """Return the error of a file that the disk or SQLite refuses."""
        text = str(error)
        if isinstance(error, OSError):
            return self.refusal(f"cannot be used ({error.strerror})", ELSEWHERE)
        if any(word in text for word in ("malformed", "not a database", "corrupt")):
            return self.damaged(text)
        return self.refusal(
            f"cannot be used ({text})", f"see to its disk and rights, or {ELSEWHERE}"
        )

    def _held(self, folder: Path) -> int | None:
        """Return the lock file, locked; it holds the number of the process for the next one."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(
                f"{folder}: cannot be written ({error.strerror}); {ELSEWHERE}"
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.pread(lock, 20, 0).decode(errors="replace").strip()
            os.close(lock)
            raise StoreError(
                f"{folder}: is in use by another twinverter (process {owner or 'unknown'});"
                f" stop it, or {ELSEWHERE}"
            ) from None
        try:
            os.ftruncate(lock, 0)
            os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            os.close(lock)
            raise StoreError(
                f"{folder}: cannot be written ({error.strerror}); {ELSEWHERE}"
            ) from None
        return lock

    def _create(self) -> None:
        """Make an empty store under another name, and give it its own when it is whole."""
        log = self.file.with_name(FILE + "-wal")
        if log.exists():
            raise self.refusal(
                f"is missing, but its log {log.name} is there", f"put the file back, or {ELSEWHERE}"
            )
        new = self.file.with_name(NEW)
        new.unlink(missing_ok=True)
        with closing(sqlite3.connect(new, isolation_level=None)) as database:
            # No journal beside it: what is not whole is thrown away.
            database.execute("PRAGMA journal_mode = MEMORY")
            database.execute("BEGIN")
            schema.create(database)
            database.execute("COMMIT")
        new.rename(self.file)
        place = os.open(self.file.parent, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)

    def _inspected(self) -> int:
        """Return the version of the file, read without writing to it; StoreError where unfit."""
        name = quote(str(self.file.resolve()))
        with closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True)) as database:
            (owner,) = database.execute("PRAGMA application_id").fetchone()
            (version,) = database.execute("PRAGMA user_version").fetchone()
            faults = [row[0] for row in database.execute("PRAGMA quick_check(1)")]
        if faults != ["ok"]:
            raise self.damaged(" ".join(faults[0].split()))
        if owner != schema.APPLICATION_ID:
            raise self.refusal("is no store of a twinverter and was left as it is", ELSEWHERE)
        if version > schema.VERSION:
            raise self.refusal(
                f"was written by a newer twinverter (store version {version}, this one reads up to"
                f" {schema.VERSION})",
                f"update twinverter, or {ELSEWHERE}",
            )
        if version not in (schema.VERSION, *schema.STEPS):
            raise self.refusal(f"is of the unknown store version {version}", ELSEWHERE)
        return int(version)

    def _copy(self, database: sqlite3.Connection, version: int) -> None:
        """Keep the store as it was beside the new one, for whoever wants to go back."""
        copy = self.file.with_name(f"twin-v{version}.sqlite")
        unfinished = copy.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as target:
            target.execute("PRAGMA journal_mode = MEMORY")
            database.backup(target)
        unfinished.replace(copy)
