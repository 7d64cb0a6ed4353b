"""What the batch tests share: hand-made rows, and one short run of the built-in house."""

import numpy as np
import pytest

from twinverter.core.records import dtype
from twinverter.inverter import Flows, Inputs
from twinverter.scenario.house import load_house

MIDNIGHT_S = 19358 * 86400.0  # 2023-01-01


class Rows:
    """Hand-made arrays of flows and inputs: zero where nothing is said."""

    midnight_s = MIDNIGHT_S

    def flows(self, count, **columns):
        rows = np.zeros(count, dtype(Flows))
        for name, values in columns.items():
            rows[name] = values
        return rows

    def inputs(self, count, step_s=60.0, start_s=MIDNIGHT_S, **columns):
        rows = np.zeros(count, dtype(Inputs))
        rows["clock_s"] = start_s + np.arange(count) * step_s
        for phase in ("l1", "l2", "l3"):
            rows[f"grid_v_{phase}"] = 230.0
        for name, values in columns.items():
            rows[name] = values
        return rows


class Shortened:
    """A house whose world breaks off after some chunks, as by Ctrl-C."""

    def __init__(self, house, chunks):
        self._house, self._chunks = house, chunks

    def __getattr__(self, name):
        return getattr(self._house, name)

    def chunks(self, *words):
        for place, chunk in enumerate(self._house.chunks(*words)):
            if place == self._chunks:
                raise KeyboardInterrupt
            yield chunk


@pytest.fixture(scope="session")
def rows():
    return Rows()


@pytest.fixture(scope="session")
def house():
    return load_house()


@pytest.fixture(scope="session")
def shortened():
    return Shortened


@pytest.fixture(scope="session")
def week(house, tmp_path_factory):
    """A week of the built-in house with an outage on most days."""
    from twinverter.batch.simulate import simulate

    return simulate(house, days=7, out=tmp_path_factory.mktemp("week"))
