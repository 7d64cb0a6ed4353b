"""A step of a living system is the step that `simulate` compiles: the same states, bit for bit."""

import pytest

from tests.live.units import GROUP, Alive, group_house
from twinverter.batch.group import Coupled, parts_of
from twinverter.core.records import loader
from twinverter.inverter import State, initial, step
from twinverter.live.group_step import Coupling, Part
from twinverter.live.group_step import step as group_step
from twinverter.live.group_unit import badge_of

load_state = loader(State)
SECONDS = 90
PHASES = "".join(
    f'[[parallel.unit]]\naddress = {one}\nphase = "{phase}"\nsense_error_pct = {one / 10}\n'
    + ('role = "master"\n' if one == 2 else "")
    for one, phase in ((1, "A"), (2, "B"), (3, "C"), (4, "C"))
)
TROUBLE = """units = 3
[[parallel.trouble]]
unit = 2
cause = "switched_off"
at = 2023-01-02T12:00:10
lasts = "20 s"
[[parallel.trouble]]
unit = 3
cause = "setting"
setting = "battery.max_charge_a"
to = 60
at = 2023-01-02T12:00:50
lasts = "10 s"
[[parallel.trouble]]
unit = 1
cause = "setting"
setting = "battery.batt_capacity_ah"
to = 300
at = 2023-01-02T12:01:15
"""


def simulated(house):
    """Return the states of all units after the seconds, by the batch's own loop."""
    group = house.group
    coupled = Coupled(house, group, 1.0, True)
    days = SECONDS / 86400.0
    steps, parts = house.steps(None, days, 1.0), house.parts(None, days, 1.0)
    for inputs, suns, now in parts_of(house, group, steps, parts):
        coupled.be(now)
        coupled.step(inputs, suns)
    return [load_state(row) for row in coupled.states]


@pytest.mark.parametrize(
    "text",
    ["units = 3\n", 'units = 2\nbattery = "separate"\n', PHASES, TROUBLE],
    ids=["one bank", "separate banks", "single phases", "trouble"],
)
def test_living_units_go_where_simulated_ones_go(tmp_path, text):
    house = group_house(tmp_path, GROUP + text)
    alive = Alive(house, tmp_path / "memory", sun_w_m2=None)
    alive.run(SECONDS)
    found = [unit.state for unit in alive.system.units]
    alive.end()
    assert found == simulated(house)


def test_a_system_of_one_is_a_single_device_bit_for_bit(tmp_path):
    house = group_house(tmp_path, GROUP + "units = 1\n")
    alive = Alive(house, tmp_path / "memory", sun_w_m2=None)
    unit = alive.system.units[0]
    site, settings, world = unit.house.site, unit.life.machine.settings, unit.life.machine.inputs
    state = initial(site, settings, 0.6, world.ambient_c)
    badge = badge_of(unit.values, 1.0, 0.0)
    for _ in range(20):
        part = Part(site, settings, state, world, badge, 0.0)
        [done] = group_step(Coupling([part]), 1.0).done
        alone = step(site, settings, state, world, 1.0)
        assert (done.state, done.flows) == alone
        state = done.state
    alive.end()
