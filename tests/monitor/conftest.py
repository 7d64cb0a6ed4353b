"""Both histories for the same tests; PostgreSQL is started here where its programs are."""

import tempfile
from pathlib import Path

import pytest

from tools.pg_server import Server, programs
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history

NO_SERVER = "PostgreSQL's initdb and postgres are not installed here"


@pytest.fixture(scope="session")
def server():
    """Return a running PostgreSQL; skip where there is none to run."""
    binaries = programs()
    if binaries is None:
        pytest.skip(NO_SERVER)
    # A socket's path has 107 bytes at most, so the folder is not that of the test.
    with tempfile.TemporaryDirectory(prefix="twinverter-pg-", dir="/tmp") as folder:
        # Killed processes lose nothing of what the system has; only a power cut would.
        running = Server(binaries, Path(folder), "-c fsync=off")
        yield running
        running.stop()


@pytest.fixture(params=["embedded", "postgres"])
def place(request, tmp_path):
    """Return where a new history may lie, on both kinds of database in turn."""
    if request.param == "embedded":
        return tmp_path / "history.duckdb"
    return request.getfixturevalue("server").fresh()


@pytest.fixture
def history(place):
    """Return a new history with samples a minute apart."""
    opened = open_history(place, Plan())
    yield opened
    opened.close()
