"""A limit for every test: one that hangs fails by itself, and the others go on."""

import contextlib
import os
import signal

import pytest

# Several times what the longest test takes on a slow machine; a day for who asks for a million
# hostile inputs. From then on it fails again and again, in case it waits on its way out too.
LIMIT_S = 86400.0 if "TWINVERTER_HOSTILE_INPUTS" in os.environ else 600.0
AGAIN_S = 5.0


@contextlib.contextmanager
def limited(limit_s=LIMIT_S):
    """Let what is done in it take so long at most; it has to be done in the main thread."""

    def end(*_):
        # No `except Exception` on the way out takes this for one of its own.
        pytest.fail(f"not over after {limit_s:g} s")

    outer = signal.signal(signal.SIGALRM, end)
    left_s, again_s = signal.setitimer(signal.ITIMER_REAL, limit_s, AGAIN_S)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, outer)
        signal.setitimer(signal.ITIMER_REAL, left_s, again_s)
