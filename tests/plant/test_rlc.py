"""The resonant load that can hold up a cut mains: its own laws, and its place in the plant."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.catalog import installed
from twinverter.core.records import build
from twinverter.plant.grid import is_cut, mains_hz, mains_v
from twinverter.plant.rlc import Rlc, RlcState, quality, resonance_hz, step
from twinverter.plant.site import Site

# 3000 W and as much swinging to and fro, at 230 V and 50 Hz: V^2 moves with 1 / (100 pi) s.
EVEN = Rlc(3000.0, 3000.0, 3000.0, 230.0, 50.0)
CONSTANT_S = 1.0 / (100.0 * math.pi)
LONG_S = 1.0

SHAPES = [
    # inductor  capacitor  quality  resonance
    (3000.0,    3000.0,    1.0,      50.0),
    (6000.0,    6000.0,    2.0,      50.0),
    (3000.0,   12000.0,    2.0,      25.0),
    (12000.0,   3000.0,    2.0,     100.0),
]  # fmt: skip


@pytest.mark.parametrize("inductive_var, capacitive_var, factor, hz", SHAPES)
def test_a_circuit_has_its_quality_and_its_resonance(inductive_var, capacitive_var, factor, hz):
    load = Rlc(3000.0, inductive_var, capacitive_var, 230.0, 50.0)
    assert (quality(load), resonance_hz(load)) == pytest.approx((factor, hz))


SETTLED = [
    # fed W   fed var   volts  hertz
    ( 3000.0,     0.0,  230.0,  50.0),  # balanced: nothing moves
    (12000.0,     0.0,  460.0,  50.0),  # four times the power, twice the voltage
    (  750.0,     0.0,  115.0,  50.0),
    ( 3000.0,  4500.0,  230.0,  25.0),  # 3000 W (2 - 1/2) is 4500 var
    ( 3000.0, -4500.0,  230.0, 100.0),
    (12000.0, 18000.0,  460.0,  25.0),
]  # fmt: skip


@pytest.mark.parametrize("fed_w, fed_var, volts, hertz", SETTLED)
def test_power_sets_the_voltage_and_reactive_power_the_frequency(fed_w, fed_var, volts, hertz):
    after = step(EVEN, RlcState(230.0, 50.0), fed_w, fed_var, LONG_S)
    assert after == pytest.approx((volts, hertz))


def test_a_circuit_that_nobody_feeds_runs_down_within_milliseconds():
    was = RlcState(230.0, 50.0)
    assert step(EVEN, was, 0.0, 0.0, math.log(4.0) * CONSTANT_S) == pytest.approx((115.0, 50.0))
    assert step(EVEN, was, 0.0, 0.0, 0.04) == (0.0, 50.0)
    # What is taken out of it runs it down sooner, and never below nothing.
    assert step(EVEN, was, -3000.0, 0.0, math.log(2.0) * CONSTANT_S) == (0.0, 50.0)


@settings(max_examples=30, deadline=None)
@given(
    fed_w=st.floats(0.0, 9000.0),
    fed_var=st.floats(-4000.0, 4000.0),
    volts=st.floats(100.0, 300.0),
)
def test_ten_steps_are_one_and_the_circuit_takes_what_it_is_given(fed_w, fed_var, volts):
    parts = RlcState(volts, 50.0)
    for _ in range(10):
        parts = step(EVEN, parts, fed_w, fed_var, 0.001)
    whole = step(EVEN, RlcState(volts, 50.0), fed_w, fed_var, 0.01)
    assert whole == pytest.approx(parts)
    if whole.voltage_v > 0.0:
        turn = whole.frequency_hz / 50.0
        taken_var = 3000.0 * (whole.voltage_v / 230.0) ** 2 * (1.0 / turn - turn)
        assert taken_var == pytest.approx(fed_var, abs=1e-3)


def test_a_house_without_one_goes_dead_with_its_mains(machine):
    house = machine(soc=0.9, load=600, grid="off")
    assert house.site.rlc.power_w == 0.0 and not is_cut(house.site, house.inputs)
    assert mains_v(house.site, house.state.plant, house.inputs) == (0.0, 0.0, 0.0)


def test_at_the_terminals_stands_the_source_or_what_the_circuit_holds(machine):
    house = machine(soc=0.9, load=600)
    house.site = house.site._replace(rlc=EVEN)
    house.world(grid="231@50.2").run(1.0)
    plant = house.state.plant
    assert plant.rlc == pytest.approx((231.0, 50.2))
    assert mains_hz(house.site, plant, house.inputs) == 50.2
    house.world(grid="off")
    assert is_cut(house.site, house.inputs)
    assert mains_v(house.site, plant, house.inputs) == pytest.approx((231.0,) * 3)
    assert mains_hz(house.site, plant, house.inputs) == 50.2
    # A machine that draws does not feed it: it runs down, and the backup detector opens.
    assert house.run(0.05, 0.001).mode == "OFF_GRID"
    assert house.state.plant.rlc.voltage_v == 0.0


def test_a_generator_on_the_grid_port_has_no_mains_behind_it(machine):
    house = machine(soc=0.9, load=600, grid="off")
    genset = house.site.genset._replace(on_grid_port=1.0)
    assert not is_cut(house.site._replace(rlc=EVEN, genset=genset), house.inputs)


def test_a_house_file_may_have_one():
    values = installed.defaults() | {"rlc.power_w": 3000.0}
    assert build(Site, installed.flat(values)).rlc == Rlc(3000.0, 0.0, 0.0, 230.0, 50.0)
