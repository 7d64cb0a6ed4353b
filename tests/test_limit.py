"""A test that hangs is ended, whatever it waits for, and whatever it forgives."""

import asyncio
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.limit import limited

SHORT_S, HANGS_S = 0.1, 60.0
MUTE = (sys.executable, "-c", f"import time; time.sleep({HANGS_S})")


def waits_for_a_word():
    with subprocess.Popen(MUTE, stdout=subprocess.PIPE) as process:
        try:
            process.stdout.readline()
        finally:
            process.kill()


def waits_for_a_thread():
    thread = threading.Thread(target=time.sleep, args=(HANGS_S,), daemon=True)
    thread.start()
    thread.join()


def waits_in_an_event_loop():
    async def wait():
        await asyncio.Event().wait()

    asyncio.run(wait())


def forgives_every_error():
    for _ in range(round(HANGS_S)):
        try:
            time.sleep(1.0)
        except Exception:
            continue


# fmt: off
@pytest.mark.parametrize("hang", [
    waits_for_a_word, waits_for_a_thread, waits_in_an_event_loop, forgives_every_error,
])
# fmt: on
def test_what_hangs_fails_when_its_time_is_over(hang):
    began_s = time.monotonic()
    with pytest.raises(pytest.fail.Exception, match="not over after 0.1 s"), limited(SHORT_S):
        hang()
    assert time.monotonic() - began_s < HANGS_S / 2


def test_one_that_hangs_on_its_way_out_fails_there_too(monkeypatch):
    monkeypatch.setattr("tests.limit.AGAIN_S", SHORT_S)
    with pytest.raises(pytest.fail.Exception), limited(SHORT_S):
        try:
            time.sleep(HANGS_S)
        finally:
            time.sleep(HANGS_S)


def test_what_is_in_time_is_left_alone_and_so_is_what_comes_after_it():
    before = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
    with limited(SHORT_S):
        pass
    assert signal.getsignal(signal.SIGALRM) is before[0]
    time.sleep(2 * SHORT_S)
