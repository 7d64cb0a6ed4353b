"""The GEN port as smart-load output or micro-inverter input (C-34 to C-37).

Source: manual 5.9 and 6. On grid the only means against a micro-inverter is the port relay, off
grid it is the frequency of the island.
"""

from typing import NamedTuple

from twinverter.catalog.choices import LATER, MICRO_INV_INPUT, SMART_LOAD_OUTPUT
from twinverter.catalog.reasons import (
    MI_NO_EXPORT,
    MI_SLOWED,
    MI_STOPPED,
    SMART_ALWAYS_ON,
    SMART_BATTERY_LOW,
    SMART_DROPPED,
    SMART_ON,
    SMART_SUN_LOW,
)
from twinverter.core.blocks import clamp, held_for, ramp
from twinverter.core.kernel import kernel


class SmartState(NamedTuple):
    """The smart-load latch, how long each condition has held, and the wait after a drop."""

    on: float
    high_s: float
    low_s: float
    sun_s: float
    dark_s: float
    barred_s: float
    dropped_s: float


class SunState(NamedTuple):
    """What the trackers did in the last step: their power, and whether nobody took more."""

    power_w: float
    held_off: float


class MicroState(NamedTuple):
    """The micro-inverter port: relay, latch of the stop level, timers, island frequency."""

    open: float
    stopped: float
    surplus_s: float
    open_s: float
    last_w: float
    frequency_hz: float


@kernel
def port_levels(settings, volts):
    """Return the ON and OFF levels of the page in the battery's basis."""
    port = settings.gen_port
    if volts > 0.0:
        return port.port_on_v, port.port_off_v
    return port.port_on_soc, port.port_off_soc


@kernel
def smart_load(settings, state, sun, level, on_grid, dt_s):
    """Return the smart-load state, whether the port is closed, and the reason (C-34)."""
    if settings.gen_port.gen_port_mode != SMART_LOAD_OUTPUT:
        return state, 0.0, 0.0
    law = settings.law
    sun_counts = settings.installer.firmware != LATER
    hold_s = settings.installer.smart_pv_hold_s if sun_counts else 0.0
    on_level, off_level = port_levels(settings, level.volts)
    power_w = settings.gen_port.smart_power_w
    barred_s = max(0.0, state.barred_s - dt_s)
    held_off = sun.held_off > 0.0 and barred_s <= 0.0
    bright = sun.power_w > power_w or held_off or not sun_counts
    dark = sun.power_w < power_w and sun.held_off == 0.0 and sun_counts
    present = level.present > 0.0
    high_s = held_for(state.high_s, present and level.lev >= on_level, dt_s)
    low_s = held_for(state.low_s, not present or level.lev < off_level, dt_s)
    sun_s = held_for(state.sun_s, bright, dt_s)
    dark_s = held_for(state.dark_s, dark, dt_s)
    on = state.on
    low = low_s >= law.battery.hold_s
    no_sun = dark_s >= hold_s and dark_s > 0.0
    if low or no_sun:
        if on > 0.0 and no_sun and not low:
            barred_s = law.aux.smart_bar_s
        on = 0.0
    elif high_s >= law.battery.hold_s and sun_s >= hold_s and sun_s > 0.0:
        on = 1.0
    dropped_s = max(0.0, state.dropped_s - dt_s)
    always = settings.gen_port.smart_on_grid_always > 0.0 and on_grid
    state = SmartState(on, high_s, low_s, sun_s, dark_s, barred_s, dropped_s)
    if dropped_s > 0.0:
        return state, 0.0, SMART_DROPPED
    if on > 0.0:
        return state, 1.0, SMART_ON
    if always:
        return state, 1.0, SMART_ALWAYS_ON
    # Below ON and above OFF the latch waits for the battery, not for the sun.
    sunless = sun_s < hold_s or not bright
    return state, 0.0, SMART_SUN_LOW if sunless and high_s > 0.0 else SMART_BATTERY_LOW


@kernel
def smart_shed(settings, state):
    """Return the state, port and reason of a smart load shed to save the backup loads."""
    wait_s = settings.law.aux.smart_back_s
    return (
        SmartState(
            state.on, state.high_s, state.low_s, state.sun_s, state.dark_s, state.barred_s, wait_s
        ),
        0.0,
        SMART_DROPPED,
    )


@kernel
def smart_dropped(settings, state):
    """Return the smart-load state after the output went off: it waits before it comes back."""
    back_s = settings.law.aux.smart_back_s
    return SmartState(state.on, 0.0, 0.0, 0.0, 0.0, state.barred_s, back_s)


@kernel
def island_target_hz(settings, level, stopped):
    """Return the island frequency that the level asks for (C-35)."""
    nominal_hz = settings.grid.grid_frequency_hz
    high_hz = settings.gen_port.ac_couple_freq_high_hz
    if stopped > 0.0:
        return high_hz
    on_level, off_level = port_levels(settings, level.volts)
    if level.present == 0.0 or off_level <= on_level:
        return nominal_hz
    share = clamp((level.lev - on_level) / (off_level - on_level), 0.0, 1.0)
    return nominal_hz + (high_hz - nominal_hz) * share


@kernel
def offered_w(settings, measurements, frequency_hz):
    """Return what the micro-inverters give at `frequency_hz`, by the line of C-35."""
    slow_hz = settings.grid.grid_frequency_hz + settings.law.aux.mi_slow_hz
    high_hz = settings.gen_port.ac_couple_freq_high_hz
    if frequency_hz <= slow_hz:
        return measurements.loads.mi_w
    if frequency_hz >= high_hz:
        return 0.0
    return measurements.loads.mi_w * (high_hz - frequency_hz) / (high_hz - slow_hz)


@kernel
def micro_on_source(settings, state, measurements, source_hz, level, room_w, patience_s, dt_s):
    """Return state, micro-inverter power and reason beside mains or generator (C-35, C-37).

    `room_w` is the most that loads, charging and permitted export can take, `patience_s` how long
    a surplus beyond it is borne; a fast source slows the micro-inverters as an island does.
    """
    nominal_hz = settings.grid.grid_frequency_hz
    law = settings.law.aux
    offer_w = offered_w(settings, measurements, source_hz)
    port = settings.gen_port
    on_level, off_level = port_levels(settings, level.volts)
    by_level = (
        port.mi_export_cutoff > 0.0 and settings.installer.firmware != LATER and level.present > 0.0
    )
    # An island's surplus (it alone leaves its timer in a stopped port) says nothing on grid.
    stopped = state.stopped if state.surplus_s <= 0.0 else 0.0
    if not by_level or level.lev < on_level:
        stopped = 0.0
    elif level.lev >= off_level:
        stopped = 1.0
    if stopped > 0.0:
        last_w = state.last_w if state.open > 0.0 else offer_w
        return MicroState(1.0, 1.0, 0.0, 0.0, last_w, nominal_hz), 0.0, MI_STOPPED
    by_level_before = state.stopped > 0.0 and state.surplus_s <= 0.0
    if state.open > 0.0 and not by_level_before:
        open_s = state.open_s + dt_s
        if open_s < law.mi_back_s or room_w <= state.last_w:
            return (
                MicroState(1.0, 0.0, 0.0, open_s, state.last_w, nominal_hz),
                0.0,
                MI_NO_EXPORT,
            )
    surplus_s = held_for(state.surplus_s, offer_w > room_w + 1.0e-9, dt_s)
    if surplus_s > 0.0 and surplus_s >= patience_s:
        return MicroState(1.0, 0.0, 0.0, 0.0, offer_w, nominal_hz), 0.0, MI_NO_EXPORT
    return MicroState(0.0, 0.0, surplus_s, 0.0, offer_w, nominal_hz), offer_w, 0.0


@kernel
def micro_in_island(settings, state, measurements, level, load_w, charge_w, dt_s):
    """Return state, micro-inverter power, frequency and reason in an island (C-35, C-36)."""
    law = settings.law.aux
    nominal_hz = settings.grid.grid_frequency_hz
    high_hz = settings.gen_port.ac_couple_freq_high_hz
    on_level, off_level = port_levels(settings, level.volts)
    room_w = load_w + charge_w
    by_level = level.present > 0.0 and off_level > on_level
    stopped, open_s = state.stopped, state.open_s
    surplus_s = state.surplus_s if stopped > 0.0 else 0.0
    if stopped > 0.0:
        open_s += dt_s
        again = by_level and level.lev < on_level
        if surplus_s > 0.0:
            # What could not be placed a moment ago needs its pause, at whatever level.
            room = room_w > state.last_w and (not by_level or level.lev < off_level)
            again = open_s >= law.mi_back_s and (again or room)
        if again:
            stopped, surplus_s, open_s = 0.0, 0.0, 0.0
    elif by_level and level.lev >= off_level:
        stopped, open_s = 1.0, 0.0
    target_hz = island_target_hz(settings, level, stopped)
    frequency_hz = ramp(state.frequency_hz, target_hz, law.mi_slew_hz_per_s, dt_s)
    given_w = offered_w(settings, measurements, frequency_hz)
    if given_w > room_w + 1.0e-9 and stopped == 0.0:
        # Nobody can take it: the frequency jumps at once, whatever the level says.
        return (
            MicroState(0.0, 1.0, dt_s, 0.0, given_w, high_hz),
            0.0,
            high_hz,
            MI_STOPPED,
        )
    if given_w > room_w + 1.0e-9:
        frequency_hz, given_w = high_hz, 0.0
    last_w = state.last_w if stopped > 0.0 else given_w
    opened = 0.0
    if stopped > 0.0 and surplus_s > 0.0 and open_s >= law.mi_open_s:
        opened = 1.0
    state = MicroState(opened, stopped, surplus_s, open_s, last_w, frequency_hz)
    if stopped > 0.0 and given_w <= 0.0:
        return state, 0.0, frequency_hz, MI_STOPPED
    slowed = frequency_hz > nominal_hz + law.mi_slow_hz
    return state, given_w, frequency_hz, MI_SLOWED if slowed else 0.0


@kernel
def is_micro(settings):
    """Return whether the GEN port takes micro-inverters."""
    return settings.gen_port.gen_port_mode == MICRO_INV_INPUT
