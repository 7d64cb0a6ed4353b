"""A group of one is a single device, bit for bit; compiled equals interpreted."""

from datetime import datetime

import numpy as np
import pytest

from twinverter.batch import loop
from twinverter.batch.group import Coupled, parts_of, simulate_group
from twinverter.core.records import at_rest, dtype
from twinverter.inverter import Flows, Inputs, initial
from twinverter.scenario.house import load_house

WORLD = """
[[world.load.appliances]]
name = "house"
phase = "all"
power_w = 4000
duty = 0.6
[world.grid.outages]
hours_per_day = 8
"""
ONE = "[parallel]\nunits = 1\n"


@pytest.mark.parametrize("battery", ["shared", "separate"])
def test_a_group_of_one_equals_a_single_device_bit_for_bit(house_of, battery):
    house = house_of(f'{ONE}battery = "{battery}"\n{WORLD}', capacity_ah=200)
    run = simulate_group(house, days=0.25, interpreted=True)
    inputs = house.world.inputs(house.steps(days=0.25)).astype(dtype(Inputs))
    unit = house.group.units[0]
    settings = house.with_settings(unit.typed).settings
    first = at_rest(initial(unit.site, settings, house.initial_soc, float(inputs["ambient_c"][0])))
    flows = np.empty(len(inputs), dtype(Flows))
    error = loop.run((unit.site,), (settings,), first, inputs, flows, 60.0)
    assert run.balance_error == error
    columns = run.flows.to_pydict()
    for name in ("grid_w_l1", "battery_w", "soc", "loss_w", "pv1_w", "load_unserved_w_l1"):
        assert columns[name] == flows[name].tolist()
    for name in run.meters._fields:
        assert getattr(run.meters, name) == first[f"meters_{name}"][0]
    assert run.units[0].meters == run.meters


def test_compiled_equals_interpreted_and_all_balances_close(house_of):
    house = house_of(f"[parallel]\nunits = 3\n{WORLD}", capacity_ah=400)
    runs = [simulate_group(house, days=0.1, interpreted=slow) for slow in (True, False)]
    for run in runs:
        assert run.balance_error < 1e-9 and run.steps == 144
    slow, fast = (run.flows.to_pandas() for run in runs)
    assert np.allclose(
        slow.select_dtypes("float"), fast.select_dtypes("float"), rtol=1e-9, atol=1e-6
    )


@pytest.mark.parametrize("battery", ["shared", "separate"])
def test_units_that_follow_or_stand_under_one_sky_go_where_their_own_steps_would_lead(
    house_of, battery
):
    """What is worked out once for several units is what each would have worked out."""
    unit = "[[parallel.unit]]\naddress = {}\nsense_error_pct = {}\n"
    units = [unit.format(one, error) for one, error in ((1, 0.1), (2, 0.0), (3, 0.0))]
    units[0] += "role = 'master'\n"
    text = f'[parallel]\nbattery = "{battery}"\n' + "".join(units) + WORLD
    house = house_of(text, capacity_ah=200)
    steps = house.steps(datetime(2023, 1, 2, 5, 30), 0.1, 60.0)
    found = []
    for once in (True, False):
        coupled = Coupled(house, house.group, 60.0, interpreted=True)
        for inputs, suns, now in parts_of(house, house.group, steps, [steps]):
            coupled.be(now)
            assert coupled.whose["kin"].tolist() == [-1, -1, 1]
            assert coupled.whose["under"].tolist() == [0, 0, 0]
            if not once:
                coupled.whose["kin"], coupled.whose["under"] = -1, [0, 1, 2]
            flows, sums = coupled.step(inputs, suns)
        found.append((flows.tolist(), sums.tolist(), coupled.states.tolist()))
        assert max(row["pv_available_w"].max() for row in flows) > 100.0
    assert found[0] == found[1]


def test_the_group_counts_what_its_units_carry(house_of):
    house = house_of(f"[parallel]\nunits = 3\n{WORLD}", capacity_ah=400)
    run = simulate_group(house, days=0.1, interpreted=True)
    for name in ("load_wh", "pv_wh", "battery_discharge_wh", "losses_wh", "load_unserved_wh"):
        each = sum(getattr(unit.meters, name) for unit in run.units)
        assert getattr(run.meters, name) == pytest.approx(each, rel=1e-9)
    assert [unit["role"] for unit in run.summary["parallel"]["units"]] == [
        "master",
        "slave",
        "slave",
    ]


def test_the_example_of_six_units_is_a_house(request):
    house = load_house(request.config.rootpath / "examples" / "six_units.toml")
    assert len(house.group.units) == 6 and house.group.shared
