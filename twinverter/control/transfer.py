"""Who carries the bus: mains, generator or the machine itself (C-10, C-11, C-43, C-47, C-55).

The mains is qualified by the window, left after its time outside, and taken again after the
reconnection time inside the narrower window. Two sources that are not in step never share the
bus. Source: manual 4.1, 5.8, 7; the assumed figures are rows of `catalog/law.py`.
"""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.core.blocks import held_for
from twinverter.core.kernel import kernel

# Printed windows are those of 50 Hz; a 60 Hz machine shifts the generator's by this.
NOMINAL_HZ = 50.0


class GridWatch(NamedTuple):
    """The mains: relay permission, time outside and inside the window, and why it was left."""

    qualified: float
    outside_s: float
    dip_s: float
    inside_s: float
    order_s: float
    code: float


@kernel
def grid_code(settings, ac):
    """Return the alarm bit that says how the mains is outside its window, 0 when inside."""
    grid = settings.grid
    low_v = min(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
    high_v = max(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
    if high_v < settings.law.grid.dead_v:
        return alarms.F35
    if low_v < grid.grid_low_v:
        return alarms.F42
    if high_v > grid.grid_high_v:
        return alarms.F45
    if ac.grid_hz > grid.grid_high_hz:
        return alarms.F47
    if ac.grid_hz < grid.grid_low_hz:
        return alarms.F48
    return 0.0


@kernel
def may_reconnect(settings, ac):
    """Return whether the mains is inside the narrower window and of the chosen type."""
    grid = settings.grid
    low_v = min(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
    high_v = max(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
    type_v = grid.nominal_v * settings.law.grid.type_window
    return (
        low_v >= grid.reconnect_low_v
        and high_v <= grid.reconnect_high_v
        and grid.reconnect_low_hz <= ac.grid_hz <= grid.reconnect_high_hz
        and low_v >= grid.nominal_v - type_v
        and high_v <= grid.nominal_v + type_v
        and ac.order_ok > 0.0
    )


@kernel
def watch_grid(settings, watch, ac, dt_s):
    """Return the watch over the mains after this step (C-47, C-48, C-55)."""
    law = settings.law.grid
    code = grid_code(settings, ac)
    order_s = 0.0
    if ac.order_ok == 0.0 and code != alarms.F35:
        order_s = watch.order_s + dt_s
    if watch.qualified > 0.0 and code == 0.0 and order_s < law.order_s:
        if watch.outside_s + watch.dip_s + watch.order_s + order_s + watch.code == 0.0:
            return watch
        return GridWatch(1.0, 0.0, 0.0, watch.inside_s, order_s, 0.0)
    outside_s = held_for(watch.outside_s, code != 0.0, dt_s)
    # A dip opens the relay at once; the code follows when the fault has lasted its own time.
    named = code if outside_s >= law.open_s else watch.code
    if watch.qualified > 0.0:
        dip_v = law.dip_ratio * settings.grid.nominal_v
        low_v = min(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
        dip_s = held_for(watch.dip_s, low_v < dip_v, dt_s)
        left = outside_s >= law.open_s or dip_s >= law.dip_s or order_s >= law.order_s
        return GridWatch(0.0 if left else 1.0, outside_s, dip_s, 0.0, order_s, named)
    if not may_reconnect(settings, ac):
        return GridWatch(0.0, outside_s, 0.0, 0.0, order_s, named)
    inside_s = watch.inside_s + dt_s
    # The time has passed where the step begins after it; a step as long as it does not jump it.
    ready = inside_s > settings.grid.reconnection_time_s
    return GridWatch(
        1.0 if ready else 0.0, 0.0, 0.0, inside_s, order_s, 0.0 if ready else watch.code
    )


@kernel
def generator_good(settings, voltage_low_v, voltage_high_v, frequency_hz):
    """Return whether a generator's voltage and frequency are inside its wide window."""
    gen = settings.law.gen
    shift_hz = settings.grid.grid_frequency_hz - NOMINAL_HZ
    return (
        voltage_low_v >= gen.low_v
        and voltage_high_v <= gen.high_v
        and gen.low_hz + shift_hz <= frequency_hz <= gen.high_hz + shift_hz
    )
