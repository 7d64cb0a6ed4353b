"""The grid-support law by itself, step by step: interpreted for the bench, compiled for speed.

The watch over the mains, `gridcode.before`, the power that a wish becomes within its bounds, and
`gridcode.after`; nothing of battery, menus or heat. With sun the wish is what there is: more
cannot be had.
"""

from typing import NamedTuple

from twinverter.control import transfer
from twinverter.control.gridcode import gridcode
from twinverter.control.gridcode.gridcode import SupportState
from twinverter.control.signals import AcSense
from twinverter.control.transfer import GridWatch
from twinverter.core.blocks import Phases
from twinverter.core.kernel import kernel


class Seen(NamedTuple):
    """What grid support sees of the measurements."""

    ac: AcSense


class Driven(NamedTuple):
    """The law's memory, and what it gave in the last step."""

    watch: GridWatch
    support: SupportState
    power_w: float
    reactive_var: float


@kernel
def driven(settings, state, voltage_v, angle_rad, frequency_hz, wish_w, storage, dt_s):
    """Return the state after one step on a mains of three phases."""
    ac = AcSense(voltage_v, frequency_hz, angle_rad, 1.0, 0.0, 0.0, 0.0)
    watch = transfer.watch_grid(settings, state.watch, ac, False, dt_s)
    connected = watch.qualified > 0.0
    rated_w = settings.law.rating.ac_rated_w
    support, bounds = gridcode.before(
        settings, state.support, Seen(ac), watch.ride.ceased, connected, rated_w, dt_s
    )
    power_w = gridcode.held_w(bounds, wish_w) if connected else 0.0
    if storage == 0.0:
        power_w = max(0.0, min(power_w, wish_w))
    support, reactive_var = gridcode.after(settings, support, bounds, power_w, dt_s)
    return Driven(watch, support, power_w, reactive_var)


def run(settings, state, voltage_v, frequency_hz, wish_w, dt_s):
    """Return the sum of all powers over rows of an even mains; for measuring speed."""
    angle_rad = Phases(0.0, 0.0, 0.0)
    sum_va = 0.0
    for row in range(len(wish_w)):
        phases_v = Phases(voltage_v[row], voltage_v[row], voltage_v[row])
        state = driven(
            settings, state, phases_v, angle_rad, frequency_hz[row], wish_w[row], 1.0, dt_s
        )
        sum_va += state.power_w + state.reactive_var
    return sum_va
