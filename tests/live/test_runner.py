"""The runner: it lives in the loop, stores as it goes, tells who listens, and ends in order."""

import asyncio
import time

import pytest

from twinverter.live.runner import Runner
from twinverter.live.store import StoreError

SECONDS_AT_MOST = 5


def lived(device, script):
    """Run a device in a loop beside `script(runner)`; return what the script returned."""

    async def both():
        runner = Runner(device.twin)
        living = asyncio.create_task(runner.run())
        try:
            return await asyncio.wait_for(script(runner), 10.0)
        finally:
            runner.stop()
            await living

    return asyncio.run(both())


@pytest.fixture
def device(alive):
    """A device on the wall's own time."""
    made = alive()
    made.twin.clock.now = time.monotonic
    made.twin.clock.ask(1.0)
    return made


async def heard(runner, seconds):
    """Return the snapshots that come within so long."""
    snapshots, subscription = [], runner.subscribe()
    end_s = time.monotonic() + seconds
    try:
        while (left_s := end_s - time.monotonic()) > 0.0:
            snapshots.append(await asyncio.wait_for(anext(subscription), left_s))
    except TimeoutError:
        pass
    subscription.close()
    return snapshots


def test_at_a_speed_it_lives_so_many_seconds_and_stores_them(device):
    device.twin.clock.ask(600.0)
    # A machine that is busy elsewhere gets further seconds to show it.
    for _ in range(SECONDS_AT_MOST):
        began_s = device.twin.clock_s
        snapshots = lived(device, lambda runner: heard(runner, 1.0))
        lived_s = snapshots[-1]["clock_s"] - began_s
        if lived_s == pytest.approx(600.0, abs=200.0):
            break
    assert lived_s == pytest.approx(600.0, abs=200.0)
    assert snapshots[-1]["speed"]["held"] == pytest.approx(600.0, rel=0.2)
    assert device.store.load().clock_s == device.twin.clock_s >= snapshots[-1]["clock_s"]


def test_at_any_speed_a_listener_hears_four_times_a_second_at_most(device):
    device.twin.clock.ask(3600.0)
    snapshots = lived(device, lambda runner: heard(runner, 1.0))
    assert 3 <= len(snapshots) <= 6
    assert [shown["seq"] for shown in snapshots] == sorted({shown["seq"] for shown in snapshots})


def test_an_entry_is_heard_at_once_even_while_the_machine_is_held(device):
    async def script(runner):
        runner.pause()
        await asyncio.sleep(0.3)
        subscription = runner.subscribe()
        await anext(subscription)
        runner.twin.write({"max_charge_a": 55})
        began_s = time.monotonic()
        shown = await anext(subscription)
        return shown, time.monotonic() - began_s

    shown, seconds = lived(device, script)
    assert shown["settings_rev"] > 0 and shown["speed"]["paused"]
    assert seconds < 0.5


def test_a_held_machine_makes_single_steps(device):
    async def script(runner):
        runner.pause()
        clocks = [runner.twin.clock_s]
        for _ in range(2):
            runner.step()
            await asyncio.sleep(0.35)
            clocks.append(runner.twin.clock_s)
        await asyncio.sleep(0.3)
        return [*clocks, runner.twin.clock_s]

    first, second, third, last = lived(device, script)
    assert (second - first, third - second, last - third) == (1.0, 1.0, 0.0)


def test_a_slow_listener_gets_the_newest_and_ends_with_the_runner(device):
    async def script(runner):
        runner.speed(600.0)
        subscription = runner.subscribe()
        await asyncio.sleep(0.8)
        newest = await anext(subscription)
        runner.stop()
        rest = [shown async for shown in subscription]
        return newest, runner.twin.seq, rest

    newest, seq, _ = lived(device, script)
    assert seq - 2 <= newest["seq"] <= seq


def test_what_cannot_be_stored_ends_the_run_with_the_reason(device, monkeypatch):
    def full(state, moment):
        raise OSError("no space left")

    async def script(runner):
        monkeypatch.setattr(device.store, "save_tick", full)
        runner.speed(600.0)

    with pytest.raises(OSError, match="no space left"):
        lived(device, script)


def test_a_device_that_stands_still_ends_too_when_an_entry_cannot_be_stored(device, monkeypatch):
    def full(state, moment):
        raise StoreError("no space left")

    ended = []

    async def script(runner):
        runner.pause()
        await asyncio.sleep(0.3)
        subscription = runner.subscribe()
        monkeypatch.setattr(device.store, "save_tick", full)
        with pytest.raises(StoreError):
            runner.twin.write({"max_charge_a": 50})
        async for _ in subscription:
            pass
        ended.append("by itself")

    with pytest.raises(StoreError, match="no space left"):
        lived(device, script)
    assert ended == ["by itself"]
