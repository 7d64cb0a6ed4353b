"""Real clients, each in an environment of its own, made once and kept in a cache folder.

Their pins may contradict ours, so nothing of theirs is imported here: a test runs their Python.
"""

import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

READY = "ready"
# A registry that cannot be reached should cost a test run seconds, not minutes.
INSTALL = ("install", "--quiet", "--disable-pip-version-check", "--retries=0", "--timeout=15")
MOST_S = 600.0


class UnavailableError(Exception):
    """An environment that cannot be made here; `str` says why in a line."""


@pytest.fixture(scope="session")
def peer_environment():
    """Return a function: requirements, least Python version -> the Python that has them.

    It skips the test where such a Python, the network or the package cannot be had.
    """

    def having(*requirements, least=(3, 11)):
        try:
            return environment(requirements, least)
        except UnavailableError as why:
            pytest.skip(str(why))

    return having


def environment(requirements, least=(3, 11)):
    """Return the Python of the environment with these requirements; UnavailableError without one."""
    found = _environment(tuple(requirements), tuple(least))
    if isinstance(found, UnavailableError):
        raise found
    return found


@functools.cache
def _environment(requirements, least):
    """Return the Python, or the UnavailableError, so that one failure is waited for once."""
    python = interpreter(least)
    names = ", ".join(requirements)
    if python is None:
        version = ".".join(map(str, least))
        return UnavailableError(
            f"{names}: wants Python {version}, none here (PEER_PYTHON names one)"
        )
    version = _version(python)
    digest = hashlib.sha256(repr((requirements, version, sys.platform)).encode()).hexdigest()[:16]
    folder = platformdirs.user_cache_path("twinverter") / "peers" / digest
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Test processes side by side make it once.
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / READY).exists():
            shutil.rmtree(folder, ignore_errors=True)
            try:
                _make(python, folder, requirements)
            except (subprocess.SubprocessError, OSError) as error:
                return UnavailableError(f"{names}: no environment can be made here ({_why(error)})")
            (folder / READY).write_text(names, encoding="utf-8")
    return folder / "bin" / "python"


def interpreter(least):
    """Return a Python of at least that version: ours, a named one, or one the machine has."""
    beside = Path(sys.base_prefix).parent
    wanted = [os.environ.get("PEER_PYTHON", ""), sys.executable]
    for minor in range(least[1], 15):
        wanted.append(shutil.which(f"python3.{minor}") or "")
        wanted += map(str, sorted(beside.glob(f"*3.{minor}*/bin/python3.{minor}")))
    for python in filter(None, wanted):
        if (_version(python) or (0,)) >= tuple(least):
            return python
    return None


@functools.cache
def _version(python):
    """Return the version of a Python, None where it does not run."""
    ask = [python, "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        said = subprocess.run(ask, capture_output=True, text=True, timeout=30.0, check=True)
    except (subprocess.SubprocessError, OSError):
        return None
    return tuple(map(int, said.stdout.split()))


def _make(python, folder, requirements):
    run = functools.partial(subprocess.run, check=True, capture_output=True, timeout=MOST_S)
    run([python, "-m", "venv", str(folder)])
    run([str(folder / "bin" / "python"), "-m", "pip", *INSTALL, *requirements])


def _why(error):
    """Return the last line that a failed installation said, or the error."""
    said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip()
    return said.splitlines()[-1] if said else error
