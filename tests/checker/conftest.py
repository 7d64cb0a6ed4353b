"""Houses for the checker's tests."""

import random

import pytest

from tests.checker.installations import KINDS, house_text, sound
from twinverter.scenario.house import load_house


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    """Return a maker of houses from tables."""
    path = tmp_path_factory.mktemp("checker") / "house.toml"

    def load(house):
        path.write_text(house_text(house), encoding="utf-8")
        return load_house(path)

    return load


@pytest.fixture
def base():
    """Return one fully told sound house of each kind, the same ones every time."""
    return {kind: sound(kind, random.Random(place)) for place, kind in enumerate(KINDS)}
