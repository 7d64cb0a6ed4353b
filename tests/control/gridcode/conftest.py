"""What the tests of grid support share: settings in the menu's and the law's words, and a mains.

The machine is rated 8000 W at 230 V and 50 Hz, so 800 W or var are a tenth.
"""

from types import SimpleNamespace

import pytest

from twinverter.catalog.law import kernel_law
from twinverter.catalog.settings import full_values, kernel_settings
from twinverter.control import transfer
from twinverter.control.gridcode import gridcode
from twinverter.control.signals import AcSense
from twinverter.core.blocks import Phases


def settings(law=None, **menu):
    """Return the kernel's settings, some of the menu and some figures of the law changed."""
    return kernel_settings(full_values(menu), kernel_law(law))


def mains(volts=230.0, hertz=50.0, angle_rad=(0.0, 0.0, 0.0), order_ok=1.0):
    """Return what the machine sees of a mains; one voltage stands for all three phases."""
    phases = Phases(*volts) if isinstance(volts, tuple) else Phases(volts, volts, volts)
    return AcSense(phases, hertz, Phases(*angle_rad), order_ok, 0.0, 50.0, 0.0)


class Supported:
    """The law of grid support alone: a wish in watts, a mains, and what would flow."""

    def __init__(self, law=None, **menu):
        self.settings = settings(law, **menu)
        self.watch = transfer.initial(1.0e6)
        self.state = gridcode.initial(self.settings)
        self.power_w = self.reactive_var = 0.0

    def run(self, wish_w, seconds, dt_s=1.0, **seen):
        """Go on for some seconds with a wish; return active and reactive power."""
        ac = mains(**seen)
        for _ in range(max(1, round(seconds / dt_s))):
            self.watch = transfer.watch_grid(self.settings, self.watch, ac, False, dt_s)
            self.state, self.bounds = gridcode.before(
                self.settings,
                self.state,
                SimpleNamespace(ac=ac),
                self.watch.ride.ceased,
                self.connected,
                8800.0,
                dt_s,
            )
            self.power_w = self.reactive_var = 0.0
            if self.connected:
                self.power_w = gridcode.held_w(self.bounds, wish_w)
                self.state, self.reactive_var = gridcode.after(
                    self.settings, self.state, self.bounds, self.power_w, dt_s
                )
        return self.power_w, self.reactive_var

    @property
    def connected(self):
        """Return whether the grid relay may be closed."""
        return self.watch.qualified > 0.0


@pytest.fixture(scope="session")
def supported():
    """Return the class of machines of which only grid support runs."""
    return Supported


@pytest.fixture(scope="session")
def asked_of():
    """Return a maker of settings in the menu's and the law's words."""
    return settings


@pytest.fixture(scope="session")
def seen():
    """Return a maker of what the machine sees of a mains."""
    return mains
