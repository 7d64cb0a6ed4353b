"""The reporter beside a living device: it records, delivers, waits, and catches up."""

import asyncio

import pytest

from twinverter.live.clock import Clock
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.monitor import reporter as reporting
from twinverter.monitor.history import HistoryAway
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history, told_place
from twinverter.monitor.outbox import Outbox
from twinverter.monitor.reporter import Archive, Reporter
from twinverter.scenario.house import load_house

ALL = (0, 1e10)
SOON_S = 0.01


@pytest.fixture
def twin(tmp_path, monkeypatch):
    monkeypatch.setattr(reporting, "LOOK_S", SOON_S)
    store = Store.open(tmp_path / "memory")
    living = Twin(load_house(), store, Clock(now=lambda: 0.0))
    yield living
    living.close()
    store.close()


def reporter(twin, folder, reach):
    outbox = Outbox(folder / "outbox.sqlite", "home")
    return Reporter(twin, outbox, Plan(10.0), dict, reach, "there", deliver_s=SOON_S)


async def until(condition):
    async with asyncio.timeout(30.0):
        while not condition():
            await asyncio.sleep(SOON_S)


async def live(twin, seconds):
    """Let the device live on, each second on disk for the reporter to see."""
    for _ in range(seconds):
        twin.tick()
        twin.save()
        await asyncio.sleep(3 * SOON_S)


def spans_s(path):
    history = open_history(path)
    found = history.read("home", "samples", *ALL, (), ())["span_s"].to_pylist()
    history.close()
    return found


def test_it_records_and_delivers_and_its_end_loses_nothing(twin, tmp_path):
    path = tmp_path / "history.duckdb"
    own = reporter(twin, tmp_path, lambda: Archive(open_history(path, Plan(10.0))))

    async def story():
        await own.start()
        await live(twin, 25)
        await until(lambda: own.told()["requests"] >= 2)
        assert own.told()["state"] == "open"
        await own.stop()

    asyncio.run(story())
    assert sum(spans_s(path)) == 25.0
    assert own.told()["requests"] == len(spans_s(path))
    assert own.told()["state"] == "closed"


def test_a_history_that_is_away_is_told_and_caught_up_with(twin, tmp_path):
    path, asked = tmp_path / "history.duckdb", []

    def reach():
        asked.append(1)
        if len(asked) < 3:
            raise HistoryAway("gone")
        return Archive(open_history(path, Plan(10.0)))

    own = reporter(twin, tmp_path, reach)

    async def story():
        await own.start()
        await until(lambda: own.told()["state"] == "searching")
        await live(twin, 12)
        await until(lambda: own.told()["state"] == "open")
        await own.stop()

    asyncio.run(story())
    assert own.told()["errors"] == 2
    assert sum(spans_s(path)) == 12.0


def test_what_is_older_than_kept_is_thrown_away_from_time_to_time(twin, tmp_path, monkeypatch):
    monkeypatch.setattr(reporting, "SWEEP_S", 0.0)
    path = tmp_path / "history.duckdb"
    history, swept = open_history(path, Plan(10.0)), []
    monkeypatch.setattr(history, "sweep", swept.append)
    own = reporter(twin, tmp_path, lambda: Archive(history))

    async def story():
        await own.start()
        await live(twin, 11)
        await until(lambda: swept)
        await own.stop()

    asyncio.run(story())
    assert swept[0] == ["home"]


# fmt: off
PLACES = [
    # place                                   as it is shown
    ("postgresql://me:secret@host:5432/db",   "postgresql://host:5432/db"),
    ("postgres://host/db",                    "postgres://host/db"),
    ("history.duckdb",                        "history.duckdb"),
]
# fmt: on


@pytest.mark.parametrize("place, shown", PLACES)
def test_a_password_is_never_shown(place, shown):
    assert told_place(place) == shown
