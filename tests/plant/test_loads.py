"""Micro-inverters listen to frequency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinverter.core.kernel import compiled
from twinverter.plant.loads import micro_inverter_share
from twinverter.plant.site import MicroInverters

MICRO = MicroInverters(slow_above_hz=50.2, stop_hz=52.0)

SHARES = [
    # frequency_hz  share (C-35)
    (47.00,         1.0),
    (50.00,         1.0),
    (50.20,         1.0),
    (50.65,         0.75),
    (51.00,         5.0 / 9.0),  # K12: 55.6 %
    (51.10,         0.5),
    (52.00,         0.0),
    (53.00,         0.0),
]  # fmt: skip


@pytest.mark.parametrize("frequency_hz, share", SHARES)
def test_they_give_less_as_frequency_rises(frequency_hz, share):
    assert micro_inverter_share(MICRO, frequency_hz) == pytest.approx(share)


@given(low_hz=st.floats(45.0, 55.0), high_hz=st.floats(45.0, 55.0))
def test_more_frequency_never_gives_more(low_hz, high_hz):
    low_hz, high_hz = sorted((low_hz, high_hz))
    shares = micro_inverter_share(MICRO, low_hz), micro_inverter_share(MICRO, high_hz)
    assert 1.0 >= shares[0] >= shares[1] >= 0.0


def test_a_hard_stop_is_possible():
    hard = MicroInverters(slow_above_hz=51.5, stop_hz=51.5)
    assert [micro_inverter_share(hard, hz) for hz in (51.5, 51.51)] == [1.0, 0.0]


def summed(micro, count):
    share = 0.0
    for index in range(count):
        share += micro_inverter_share(micro, 49.0 + 0.01 * index)
    return share


@pytest.mark.compiled
def test_compiled_equals_interpreted():
    assert compiled(summed)(MICRO, 400) == pytest.approx(summed(MICRO, 400), rel=1e-12)
