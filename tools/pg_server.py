"""A PostgreSQL server of one's own, from installed programs, on a socket in its own folder."""

import os
import shutil
import subprocess
import uuid
from pathlib import Path

import psycopg

FAST = "-c shared_buffers=128MB -c max_connections=20 -c jit=off"
PATIENCE_S = 120


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL's programs, Debian's or those of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=version)
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    return Path(path).parent if path else None


def version(path: Path) -> float:
    """Return the version in the path of Debian's programs."""
    return float(path.parts[-3])


class Server:
    """A PostgreSQL of its own on a socket in a folder of its own."""

    def __init__(self, binaries: Path, folder: Path, options: str = "") -> None:
        self.binaries, self.folder, self.data = binaries, folder, folder / "data"
        # The server refuses to run as root.
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(folder, "postgres")
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        self.options = f"{FAST} {options}"
        self.start()

    def run(self, program: str, *words: object) -> None:
        """Run one of its programs to its good end."""
        command = [*self.user, str(self.binaries / program), *map(str, words)]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE_S
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start it; it takes connections when this returns."""
        options = f"-c listen_addresses='' -k {self.folder} {self.options}"
        # The server keeps the pipes of whoever starts it, so it writes to a file.
        self.run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: `immediate` is a crash, `fast` an orderly end."""
        self.run("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def fresh(self) -> str:
        """Return the URL of a new empty database."""
        name = f"h{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)
