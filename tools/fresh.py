"""Fresh processes: each measurement in one of its own, with a compiler cache that begins empty."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).resolve().parent


class AbsentError(Exception):
    """A peer that is not installed; `str` is the name of its package."""


class Bench:
    """Starts the processes; `folder` is empty at first and holds their caches and results.

    `quick` asks for fewer repeats, `limit_s` bounds PySAM's year.
    """

    def __init__(self, folder: Path, quick: bool, limit_s: float) -> None:
        self.folder = folder
        self.quick = quick
        self.limit_s = limit_s

    def ask(self, script: str, *words: str, cache: str = "shared") -> dict[str, Any]:
        """Return what a script of this folder found.

        Raises AbsentError for a peer that is not there, RuntimeError where it failed.
        """
        command = [sys.executable, str(TOOLS / script), *words]
        process = subprocess.run(command, env=self._environment(cache), capture_output=True)
        if process.returncode:
            raise RuntimeError(last_line(process.stderr))
        found: dict[str, Any] = json.loads(last_line(process.stdout))
        if "missing" in found:
            raise AbsentError(found["missing"])
        return found

    def first_word_s(self, script: str, *words: str) -> float:
        """Return the seconds from the start of a script to the first line it prints."""
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, str(TOOLS / script), *words],
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            heard = process.stdout.readline()
            seconds = time.perf_counter() - began
            said = process.communicate()[1]
        if not heard or process.returncode:
            raise RuntimeError(last_line(said))
        return seconds

    def peak_mb(self, *words: str) -> float:
        """Return the largest resident memory of Python run with these words, in megabytes.

        A process inherits the peak of the one that started it, which therefore stays small.
        """
        with subprocess.Popen(
            [sys.executable, *words],
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stderr is not None
            said = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(last_line(said))
        # Linux counts in KiB, macOS in bytes.
        return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6

    def _environment(self, cache: str = "shared") -> dict[str, str]:
        return os.environ | {"TWINVERTER_CACHE": str(self.folder / cache)}


def last_line(text: bytes) -> str:
    """Return the last line of what a process said."""
    return (text.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
