"""Which source fed which sink: cases for the head, and the closing of every path."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinverter.batch.paths import PATHS, path_powers_w

NAMES = {"pv": "pv1_w", "mi": "micro_inverter_w", "battery": "battery_w", "loss": "loss_w"}


def paths_of(rows, **power):
    """Return the paths of one step; grid, ld and gen stand for phase L1."""
    columns = {NAMES.get(name, f"{name}_w_l1"): value for name, value in power.items()}
    found = path_powers_w(rows.flows(1, **columns))
    return {path: round(float(values[0]), 6) for path, values in found.items() if values[0]}


# fmt: off
CASES = [
    # what                             powers                                                paths
    ("sun alone feeds the house",      dict(pv=1000),                                        {("sun", "loads"): 1000}),
    ("the sun charges first",          dict(pv=3000, battery=-2000),                         {("sun", "battery"): 2000, ("sun", "loads"): 1000}),
    ("the mains feeds and charges",    dict(grid=3000, ld=3000, battery=-1000),              {("grid", "battery"): 1000, ("grid", "loads"): 2000}),
    ("what is sold is the sun's",      dict(pv=3000, grid=-1000, ld=-1000),                  {("sun", "grid"): 1000, ("sun", "loads"): 2000}),
    ("sun and battery share the house",dict(pv=1000, battery=3000),                          {("sun", "loads"): 1000, ("battery", "loads"): 3000}),
    ("sun and battery share the sale", dict(pv=1000, battery=3000, grid=-2000, ld=-2000),    {("sun", "grid"): 500, ("sun", "loads"): 500, ("battery", "grid"): 1500, ("battery", "loads"): 1500}),
    ("both bear the loss",             dict(pv=1000, grid=1000, ld=1000, loss=200),          {("sun", "losses"): 100, ("sun", "loads"): 900, ("grid", "losses"): 100, ("grid", "loads"): 900}),
    ("the mains passes the machine by",dict(gen=2000, battery=-1000, grid=500),              {("generator", "battery"): 1000, ("generator", "loads"): 1000, ("grid", "loads"): 500}),
    ("the machine feeds before itself",dict(pv=2000, grid=100, ld=-1500),                    {("sun", "loads"): 2000, ("grid", "loads"): 100}),
    ("nothing flows",                  dict(),                                               {}),
]
# fmt: on


@pytest.mark.parametrize("what, power, expected", CASES, ids=[case[0] for case in CASES])
def test_energy_takes_the_path_that_was_told(rows, what, power, expected):
    assert paths_of(rows, **power) == pytest.approx(expected)


watts = st.floats(0.0, 10000.0)


@given(
    pv=watts,
    mi=watts,
    gen=watts,
    battery=st.floats(-8000.0, 8000.0),
    used=st.floats(0.0, 1.0),
    lost=st.floats(0.0, 0.2),
    ld=watts,
    home=watts,
)
def test_every_watt_of_a_source_arrives_and_no_path_is_negative(
    rows, pv, mi, gen, battery, used, lost, ld, home
):
    given_w = pv + mi + gen + max(0.0, battery) + ld
    loss_w = given_w * lost
    charge_w = min(max(0.0, -battery), given_w - loss_w)
    found = path_powers_w(
        rows.flows(
            1,
            pv1_w=pv,
            micro_inverter_w=mi,
            gen_w_l1=gen,
            battery_w=battery if battery > 0.0 else -charge_w,
            ld_w_l1=ld,
            grid_w_l1=ld + home,
            loss_w=loss_w,
        )
    )
    sums = {
        "losses": loss_w,
        "battery": charge_w,
        "grid": 0.0,
        "loads": given_w + home - loss_w - charge_w,
    }
    for sink, expected in sums.items():
        arrived = sum(float(found[path][0]) for path in PATHS if path[1] == sink)
        assert arrived == pytest.approx(expected, abs=1e-6)
    assert min(float(values[0]) for values in found.values()) >= -1e-9


def test_a_column_of_steps_is_worked_out_step_by_step(rows):
    found = path_powers_w(rows.flows(3, pv1_w=[0.0, 500.0, 900.0], battery_w=[0.0, -500.0, -300.0]))
    assert np.allclose(found["sun", "battery"], [0.0, 500.0, 300.0])
    assert np.allclose(found["sun", "loads"], [0.0, 0.0, 600.0])
