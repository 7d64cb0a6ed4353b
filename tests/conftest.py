"""What several rooms share: one machine driven by hand, its settings, its world and its clock."""

import functools
import os

import pytest

from tests.limit import limited
from twinverter.batch.situation import changed, mains, phases, quiet_inputs, with_sun
from twinverter.catalog import alarms, installed
from twinverter.catalog.reasons import key_of
from twinverter.catalog.settings import check_all, full_values, kernel_settings, parse_values
from twinverter.catalog.states import STAGES, STATES, relay_names
from twinverter.core.blocks import total
from twinverter.core.records import build
from twinverter.inverter import Site, ideal, initial, step

# Of the many processes that tests start only the first compiles the package's sources.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Monday, 2 January 2023, 00:00 on the wall.
MONDAY_S = 19359 * 86400.0
# With the bank of 200 Ah that the sites below have.
PLAIN = {"batt_mode": "lithium", "batt_capacity_ah": 200, "max_solar_power_w": 10400}


@functools.cache
def site_of(chemistry, lossless):
    """Return the default site with a 200 Ah bank of a chemistry, without losses where asked."""
    values = installed.defaults() | installed.bank(chemistry, 200.0)
    site = build(Site, installed.flat(values))
    return ideal(site) if lossless else site


@functools.cache
def sunny(site, sun_w):
    """Return irradiance and cell temperatures under which the strings offer `sun_w`."""
    lit = with_sun(site, quiet_inputs(0.0, 50.0), sun_w)
    return {key: getattr(lit, key) for key in lit._fields if key[:4] in ("irra", "cell")}


class Machine:
    """One device, its clock stepped by the test; reads like its panel.

    Settings are those of the panel, in the panel's units; the world is that of `Inputs`, with
    `sun`, `load`, `home` and `grid` as `ask` takes them.
    """

    def __init__(
        self, settings=None, *, soc=0.5, chemistry="lfp", lossless=True, at_h=12.0, **world
    ):
        self.site = site_of(chemistry, lossless)
        self.typed = dict(PLAIN)
        self.set(**(settings or {}))
        self.inputs = quiet_inputs(MONDAY_S + at_h * 3600.0, self.settings.grid.grid_frequency_hz)
        self.world(**world)
        self.state = initial(self.site, self.settings, soc, self.inputs.ambient_c)
        self.flows = None
        self.held_soc = None

    def set(self, **changes):
        """Change settings, as a page of the panel would take them."""
        self.typed |= parse_values(changes)
        values = full_values(self.typed)
        assert check_all(values) == []
        self.settings = kernel_settings(values)
        return self

    def world(self, sun=None, load=None, home=None, smart=None, grid=None, **fields):
        """Change the world from now on."""
        named = {"load_w": load, "home_w": home, "smart_load_w": smart}
        fields |= {key: phases(key, value) for key, value in named.items() if value is not None}
        if sun is not None:
            fields |= sunny(self.site, float(sun))
        if grid is not None:
            grid_v, grid_hz = mains(grid, self.settings.grid.nominal_v, 50.0)
            fields |= {"grid_v": grid_v, "grid_hz": grid_hz}
        self.inputs = self.inputs._replace(**fields)
        return self

    def change(self, **fields):
        """Change fields of the state, by any unambiguous end of their names."""
        self.state = changed(self.state, fields)
        return self

    def bank(self, **fields):
        """Change what the battery bank shows to the next step."""
        bank = self.state.plant.battery._replace(**fields)
        self.state = self.state._replace(plant=self.state.plant._replace(battery=bank))
        return self

    def at(self, soc):
        """Put the battery to a state of charge and hold it there; None lets it go."""
        self.held_soc = soc
        self._hold()
        return self

    def run(self, seconds, dt_s=1.0):
        """Go on for some seconds."""
        for _ in range(max(1, round(seconds / dt_s))):
            self._hold()
            self.state, self.flows = step(self.site, self.settings, self.state, self.inputs, dt_s)
            self.inputs = self.inputs._replace(clock_s=self.inputs.clock_s + dt_s)
        return self

    def until(self, condition, most_s, dt_s=1.0):
        """Go on until `condition(self)` holds; return the seconds it took."""
        for count in range(1, round(most_s / dt_s) + 1):
            if condition(self.run(dt_s, dt_s)):
                return count * dt_s
        raise AssertionError(f"not within {most_s} s: {self}")

    def _hold(self):
        if self.held_soc is not None:
            counted = self.state.control.level._replace(counted_soc=self.held_soc)
            control = self.state.control._replace(level=counted)
            self.state = self.state._replace(control=control)
            self.bank(soc=self.held_soc)

    def __repr__(self):
        """Return what the machine does, for a test that fails."""
        return f"{self.mode} {sorted(self.relays)} {self.why} {self.alarms} {self.flows}"

    # What the panel shows after the last step.
    @property
    def mode(self):
        return STATES[int(self.flows.state)]

    @property
    def stage(self):
        return STAGES[int(self.flows.stage)]

    @property
    def relays(self):
        return set(relay_names(self.flows.relays))

    @property
    def alarms(self):
        return set(alarms.names(self.flows.alarms))

    @property
    def why(self):
        return {line: key_of(code) for line, code in self.flows.reasons._asdict().items() if code}

    @property
    def pv_w(self):
        return self.flows.pv1_w + self.flows.pv2_w

    @property
    def soc(self):
        return self.flows.soc

    def __getattr__(self, name):
        """Return the sum over the phases, or the single figure, of a line of the flows."""
        if name.endswith(("_w", "_v", "_a", "_hz")) and self.flows is not None:
            value = getattr(self.flows, name)
            return total(value) if isinstance(value, tuple) else value
        raise AttributeError(name)


@pytest.fixture(scope="session")
def machine():
    """Return the class of machines that tests drive by hand."""
    return Machine


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call():
    """Let a test take so long at most, and its fixtures, each time."""
    with limited():
        return (yield)


pytest_runtest_setup = pytest_runtest_teardown = pytest_runtest_call
