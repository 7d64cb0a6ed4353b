"""Lines of the journals after one that somebody has, and the life in which they are numbered."""

import pytest

from twinverter.live.clock import Clock
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.scenario.house import load_house


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "memory")
    yield opened
    opened.close()


@pytest.fixture
def twin(store):
    living = Twin(load_house(), store, Clock(now=lambda: 0.0))
    yield living
    living.close()


def test_changes_go_on_after_the_last_one_known_oldest_first(twin, store):
    for limit_a in (31, 32, 33):
        twin.write({"max_charge_a": limit_a})
    assert [line.after for line in store.changes_after(0, 10)] == [31, 32, 33]
    assert [line.after for line in store.changes_after(1, 1)] == [32]
    assert store.changes_after(3, 10) == []
    assert store.changes_after(0, 10) == store.changes(10)[::-1]


def test_a_memory_has_one_life_until_another_is_begun(twin, store, tmp_path):
    first = store.life()
    assert store.life() == first
    twin.save()
    assert store.load() is not None
    second = store.life(renew=True)
    assert second != first
    assert store.life() == second


def test_a_life_begins_with_the_memory_and_is_kept_with_it(tmp_path):
    lives = []
    for folder in ("one", "one", "other"):
        store = Store.open(tmp_path / folder)
        lives.append(store.life())
        store.close()
    assert lives[0] == lives[1] != lives[2]
