"""mbpoll, Debian's Modbus client on libmodbus, run as a user would run it."""

import re
import shutil
import subprocess

import pytest

needs_mbpoll = pytest.mark.skipif(
    shutil.which("mbpoll") is None, reason="mbpoll is not installed (Debian package mbpoll)"
)


def mbpoll(*words):
    """Return the numbers it reads by their register; it fails where mbpoll shows an error."""
    told = subprocess.run(
        ["mbpoll", "-0", "-1", "-q", *words], capture_output=True, text=True, timeout=20.0
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return {int(at): int(word) for at, word in re.findall(r"\[(\d+)\]:\s+(\d+)", told.stdout)}
