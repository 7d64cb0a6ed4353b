"""Where a Chromium is: one that is installed, Playwright's own, or one fetched once."""

import functools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
FETCHING_S = 300


@functools.cache
def chromium(own: str) -> str:
    """Return the path of a Chromium: an installed one, Playwright's `own`, or one fetched now.

    Skips the test with the reason where none can be had.
    """
    installed = next(filter(None, map(shutil.which, NAMES)), "")
    for path in (installed, MAC, own):
        if path and Path(path).exists():
            return path
    fetch = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        told = subprocess.run(fetch, capture_output=True, text=True, timeout=FETCHING_S).stderr
    except subprocess.TimeoutExpired:
        told = f"nothing came in {FETCHING_S} s"
    if not Path(own).exists():
        reason = (told.strip().splitlines() or ["no reason given"])[-1]
        pytest.skip(f"no Chromium is installed and none could be fetched: {reason}")
    return own
