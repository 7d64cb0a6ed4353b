"""Several units driven by hand: their buttons, plugs and settings, one world and one clock."""

import numpy as np
import pytest

from twinverter.batch.group import Coupled
from twinverter.batch.group_loop import Sun
from twinverter.batch.situation import mains, phases, quiet_inputs, with_sun
from twinverter.batch.unit_run import ac_w
from twinverter.catalog import alarms
from twinverter.catalog.settings import full_values
from twinverter.catalog.states import STATES, relay_names
from twinverter.core.records import at_rest, loader
from twinverter.inverter import Flows, State
from twinverter.live.snapshot import lamps
from twinverter.scenario.group import Now
from twinverter.scenario.house import load_house

MONDAY_S = 19359 * 86400.0
HOUSE = """
[site]
latitude = 6.5
longitude = 3.4
timezone = "Africa/Lagos"
turbidity = 3
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 12
azimuth_deg = 120
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 12
azimuth_deg = 240
[site.battery]
chemistry = "lfp"
capacity_ah = {capacity_ah}
[site.measuring]
ct = true
[settings.battery]
batt_mode = "lithium"
batt_capacity_ah = {capacity_ah}
max_charge_a = 100
max_discharge_a = 150
[settings.work_mode]
work_mode = "zero_export_ct"
max_solar_power_w = 10400
[world]
start = 2023-01-02
{parallel}
"""


class Units:
    """A group on its clock; the settings are those of the panel, by unit from 1."""

    def __init__(self, house, load=9000.0, home=0.0, sun=0.0, grid="on"):
        self.house = house
        self.coupled = Coupled(house, house.group, 1.0, interpreted=True)
        self.now = [Now(full_values(unit.typed), {}, 0.0) for unit in house.group.units]
        self.inputs = quiet_inputs(MONDAY_S + 12 * 3600.0, 50.0)
        self.suns = [sun] * len(house.group.roofs)
        self.world(load=load, home=home, grid=grid)
        self.flows = self.sums = None

    def world(self, load=None, home=None, grid=None, suns=None, **fields):
        """Change the world from now on; powers as `ask` takes them, suns a roof each."""
        named = {"load_w": load, "home_w": home}
        fields |= {key: phases(key, value) for key, value in named.items() if value is not None}
        if grid is not None:
            grid_v, grid_hz = mains(grid, 230.0, 50.0)
            fields |= {"grid_v": grid_v, "grid_hz": grid_hz}
        self.inputs = self.inputs._replace(**fields)
        self.suns = self.suns if suns is None else list(suns)
        return self

    def be(self, unit, loss=None, defects=None, **changes):
        """Change one unit: its settings, its defects, or what its plug loses."""
        was = self.now[unit - 1]
        self.now[unit - 1] = Now(
            full_values(dict(was.values) | changes),
            was.defects if defects is None else defects,
            was.loss if loss is None else loss,
        )
        return self

    def run(self, seconds, dt_s=1.0):
        """Go on for some seconds."""
        self.coupled.step_s = dt_s
        self.coupled.be(tuple(self.now))
        steps = max(1, round(seconds / dt_s))
        inputs = at_rest(self.inputs, steps)
        inputs["clock_s"] += dt_s * np.arange(steps)
        suns = np.zeros((len(self.suns), steps), np.dtype([(n, float) for n in Sun._fields]))
        for roof, sun_w in enumerate(self.suns):
            site = next(u.site for u in self.house.group.units if u.roof == roof)
            lit = with_sun(site, self.inputs, sun_w) if sun_w else self.inputs
            for name in Sun._fields:
                suns[roof][name] = getattr(lit, name)
        self.flows, self.sums = self.coupled.step(inputs, suns)
        self.inputs = self.inputs._replace(clock_s=self.inputs.clock_s + steps * dt_s)
        return self

    def within(self, condition, most_s, dt_s=1.0):
        """Go on until a condition holds; return the seconds."""
        for count in range(1, int(most_s / dt_s + 1.5)):
            if condition(self.run(dt_s, dt_s)):
                return count * dt_s
        raise AssertionError(f"not within {most_s} s: {self.codes}")

    def w(self, name):
        """Return a line of each unit after the last step, in all its phases."""
        if f"{name}_l1" in self.flows.dtype.names:
            return [float(value) for value in ac_w(self.flows, name)[:, -1]]
        return [float(value) for value in self.flows[name][:, -1]]

    @property
    def codes(self):
        """Return the codes that every unit shows."""
        return [set(alarms.names(float(rows["alarms"][-1]))) for rows in self.flows]

    @property
    def states(self):
        return [STATES[int(rows["state"][-1])] for rows in self.flows]

    @property
    def relays(self):
        return [set(relay_names(float(rows["relays"][-1]))) for rows in self.flows]

    @property
    def unserved_w(self):
        return sum(self.w("load_unserved_w"))

    def lamps(self, unit):
        """Return the initials of the lamps lit at one unit."""
        sites, settings = self.coupled.records
        flows = loader(Flows)(self.flows[unit - 1][-1])
        state = loader(State)(self.coupled.states[unit - 1])
        rows = (alarms.find_alarm(code) for code in self.codes[unit - 1])
        codes = {row.code: 0.0 for row in rows if row.severity != alarms.STATE}
        lit = lamps(sites[unit - 1], settings[unit - 1], state, self.inputs, flows, codes)
        return {name for name, on in lit.items() if on}


@pytest.fixture
def house_of(tmp_path):
    """Return a maker of houses from the text of their [parallel]."""

    def make(parallel, capacity_ah=600):
        path = tmp_path / "house.toml"
        path.write_text(HOUSE.format(parallel=parallel, capacity_ah=capacity_ah), "utf-8")
        return load_house(path)

    return make


@pytest.fixture
def units_of(house_of):
    """Return a maker of driven groups: the text of [parallel], and the world."""

    def make(parallel="[parallel]\nunits = 3", capacity_ah=600, **world):
        return Units(house_of(parallel, capacity_ah), **world)

    return make
