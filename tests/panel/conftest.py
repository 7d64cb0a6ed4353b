"""A living device for the panel's tests: the built-in house in an empty folder, no time passing."""

import pytest

from twinverter.live.clock import Clock
from twinverter.live.runner import Runner
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.scenario.house import load_house


@pytest.fixture(scope="session")
def house():
    return load_house()


@pytest.fixture
def twin(house, tmp_path):
    store = Store.open(tmp_path)
    twin = Twin(house, store, Clock(now=lambda: 0.0))
    yield twin
    twin.close()
    store.close()


@pytest.fixture
def runner(twin):
    return Runner(twin)
