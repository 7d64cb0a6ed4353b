"""Who carries the bus: mains, generator or the machine itself (C-10, C-11, C-43, C-47, C-55).

The mains is qualified by the window, left after its time outside, and taken again after the
reconnection time inside the narrower window. Where trip levels are used they replace the window on
their side (C-52). Two sources that are not in step never share the bus. Source: manual 4.1, 5.8, 7;
the assumed figures are rows of `catalog/law.py`.
"""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.control.gridcode import ride, sense
from twinverter.control.gridcode.ride import RideState
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
    ride: RideState


def initial(inside_s: float) -> GridWatch:
    """Return the watch over a mains that has been healthy for `inside_s`."""
    return GridWatch(1.0, 0.0, 0.0, inside_s, 0.0, 0.0, ride.RESTED)


@kernel
def window_code(settings, low_v, high_v, frequency_hz):
    """Return the alarm bit that says how the mains is outside its window, 0 when inside."""
    grid = settings.grid
    if high_v < settings.law.grid.dead_v:
        return alarms.F35
    if low_v < grid.grid_low_v:
        return alarms.F42
    if high_v > grid.grid_high_v:
        return alarms.F45
    if frequency_hz > grid.grid_high_hz:
        return alarms.F47
    if frequency_hz < grid.grid_low_hz:
        return alarms.F48
    return 0.0


@kernel
def plain_code(settings, low_v, high_v, frequency_hz):
    """Return the same, for the sides only that no trip level has taken over (C-52)."""
    grid = settings.grid
    asked = settings.support
    if asked.ride_low_v == 0.0:
        if high_v < settings.law.grid.dead_v:
            return alarms.F35
        if low_v < grid.grid_low_v:
            return alarms.F42
    if asked.ride_high_v == 0.0 and high_v > grid.grid_high_v:
        return alarms.F45
    if asked.ride_high_hz == 0.0 and frequency_hz > grid.grid_high_hz:
        return alarms.F47
    if asked.ride_low_hz == 0.0 and frequency_hz < grid.grid_low_hz:
        return alarms.F48
    return 0.0


@kernel
def may_reconnect(settings, ac, low_v, high_v):
    """Return whether the mains is inside the narrower window and of the chosen type."""
    grid = settings.grid
    type_v = grid.nominal_v * settings.law.grid.type_window
    return (
        low_v >= grid.reconnect_low_v
        and high_v <= grid.reconnect_high_v
        and grid.reconnect_low_hz <= ac.grid_hz <= grid.reconnect_high_hz
        and low_v >= grid.nominal_v - type_v
        and high_v <= grid.nominal_v + type_v
        and ac.order_ok > 0.0
        and settings.law.ride.permit > 0.0
    )


@kernel
def watch_grid(settings, watch, ac, lost, dt_s):
    """Return the watch over the mains after this step (C-47, C-48, C-52, C-55).

    `lost` says that the mains is gone although a voltage stands at the terminals (C-53).
    """
    law = settings.law.grid
    rides = settings.support.ride > 0.0
    low_v = min(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
    high_v = max(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
    if rides:
        low_v, high_v = sense.worst_v(settings, ac)
    code = window_code(settings, low_v, high_v, ac.grid_hz)
    order_s = 0.0
    if ac.order_ok == 0.0 and code != alarms.F35:
        order_s = watch.order_s + dt_s
    if watch.qualified > 0.0 and not lost:
        if rides:
            return ridden(settings, watch, ac, low_v, high_v, order_s, dt_s)
        if code == 0.0 and order_s < law.order_s:
            if watch.outside_s + watch.dip_s + watch.order_s + order_s + watch.code == 0.0:
                return watch
            return GridWatch(1.0, 0.0, 0.0, watch.inside_s, order_s, 0.0, watch.ride)
    outside_s = held_for(watch.outside_s, code != 0.0, dt_s)
    # A dip opens the relay at once; the code follows when the fault has lasted its own time.
    named = code if outside_s >= (law.dead_s if code == alarms.F35 else law.open_s) else watch.code
    if lost:
        return GridWatch(0.0, outside_s, 0.0, 0.0, order_s, alarms.F35, ride.RESTED)
    if watch.qualified > 0.0:
        dip_s = held_for(watch.dip_s, low_v < law.dip_ratio * settings.grid.nominal_v, dt_s)
        left = outside_s >= law.open_s or dip_s >= law.dip_s or order_s >= law.order_s
        return GridWatch(0.0 if left else 1.0, outside_s, dip_s, 0.0, order_s, named, watch.ride)
    if not may_reconnect(settings, ac, low_v, high_v):
        return GridWatch(0.0, outside_s, 0.0, 0.0, order_s, named, ride.RESTED)
    inside_s = watch.inside_s + dt_s
    # The time has passed where the step begins after it; a step as long as it does not jump it.
    ready = inside_s > settings.support.wait_s
    return GridWatch(
        1.0 if ready else 0.0,
        0.0,
        0.0,
        inside_s,
        order_s,
        0.0 if ready else watch.code,
        ride.RESTED,
    )


@kernel
def ridden(settings, watch, ac, low_v, high_v, order_s, dt_s):
    """Return the watch over a mains that is taken, where the ride-through has a say (C-52)."""
    law = settings.law.grid
    riding = ride.step(settings, watch.ride, ac, low_v, high_v, dt_s)
    code = plain_code(settings, low_v, high_v, ac.grid_hz)
    outside_s = held_for(watch.outside_s, code != 0.0, dt_s)
    dips = settings.support.ride_low_v == 0.0 and low_v < law.dip_ratio * settings.grid.nominal_v
    dip_s = held_for(watch.dip_s, dips, dt_s)
    passed = ride.due(settings, watch.ride, riding, high_v < law.dead_v)
    if passed != 0.0 or outside_s >= law.open_s:
        return GridWatch(
            0.0, outside_s, dip_s, 0.0, order_s, passed if passed != 0.0 else code, ride.RESTED
        )
    if dip_s >= law.dip_s or order_s >= law.order_s or settings.law.ride.permit == 0.0:
        return GridWatch(0.0, outside_s, dip_s, 0.0, order_s, watch.code, ride.RESTED)
    return GridWatch(1.0, outside_s, dip_s, watch.inside_s, order_s, 0.0, riding)


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


@kernel
def withheld(watch):
    """Return the watch over a mains that the network operator's signal takes away (C-54, F62)."""
    code = watch.code if watch.outside_s > 0.0 else alarms.F62
    return GridWatch(0.0, watch.outside_s, 0.0, 0.0, watch.order_s, code, ride.RESTED)
