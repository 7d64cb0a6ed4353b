"""Riding through: which levels have been passed for how long, and when the stage must rest (C-52).

Trip levels and times are those of Grid 4; a side with a used level leaves the plain window to it.
Between window and trip the machine stays on (mandatory operation); below or above the cessation
levels it stays connected and gives nothing. Beyond the levels: the ten-minute mean, the rate of
change of frequency and the jump of a phase. Sources: IEEE 1547-2018, 6.4 and 6.5; manual 5.8.
"""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.control.gridcode.curves import followed
from twinverter.core.blocks import held_for, total
from twinverter.core.kernel import kernel


class RideState(NamedTuple):
    """Time beyond each trip level, and what the slower detectors remember.

    Frequency timers run below zero while the frequency is low. `cease_s` runs towards cessation,
    and while `ceased`, towards the return. A mean and a frequency of 0 have not begun.
    """

    hv2_s: float
    hv1_s: float
    lv1_s: float
    lv2_s: float
    lv3_s: float
    f2_s: float
    f1_s: float
    cease_s: float
    ceased: float
    mean_v: float
    last_hz: float
    rate_hz_per_s: float
    rate_s: float
    angle_rad: float


RESTED = RideState(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@kernel
def sided(timer_s, high, low, dt_s):
    """Return a timer that runs up while something is high and down while it is low."""
    if high:
        return max(0.0, timer_s) + dt_s
    if low:
        return min(0.0, timer_s) - dt_s
    return 0.0


@kernel
def ceasing(settings, state, low_v, high_v, dt_s):
    """Return the timer and the flag of momentary cessation, or of ceasing to energize."""
    ride = settings.law.ride
    nominal_v = settings.grid.nominal_v
    beyond = ride.cease_low > 0.0 and low_v <= ride.cease_low * nominal_v
    if ride.cease_high > 0.0 and high_v >= ride.cease_high * nominal_v:
        beyond = True
    if state.ceased > 0.0:
        back_s = held_for(state.cease_s, not beyond, dt_s)
        if not beyond and back_s >= ride.return_s:
            return 0.0, 0.0
        return back_s, 1.0
    cease_s = held_for(state.cease_s, beyond, dt_s)
    if beyond and cease_s >= ride.cease_s:
        return 0.0, 1.0
    return cease_s, 0.0


@kernel
def rate(settings, state, frequency_hz, dt_s):
    """Return the rate of change of frequency and the time it has been too fast."""
    ride = settings.law.ride
    if state.last_hz <= 0.0:
        return 0.0, 0.0
    rate_hz_per_s = followed(
        state.rate_hz_per_s, (frequency_hz - state.last_hz) / dt_s, ride.rocof_window_s, dt_s
    )
    too_fast = abs(rate_hz_per_s) > ride.rocof_hz_per_s
    return rate_hz_per_s, held_for(state.rate_s, too_fast, dt_s)


@kernel
def step(settings, state, ac, low_v, high_v, dt_s):
    """Return the state after a step on the mains."""
    grid = settings.grid
    ride = settings.law.ride
    asked = settings.support
    frequency_hz = ac.grid_hz
    high, low = asked.ride_high_v > 0.0, asked.ride_low_v > 0.0
    over, under = asked.ride_high_hz > 0.0, asked.ride_low_hz > 0.0
    cease_s, ceased = 0.0, 0.0
    if ride.cease_low + ride.cease_high > 0.0:
        cease_s, ceased = ceasing(settings, state, low_v, high_v, dt_s)
    mean_v = 0.0
    if ride.mean_high > 0.0:
        highest_v = max(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
        begun_v = state.mean_v if state.mean_v > 0.0 else highest_v
        mean_v = followed(begun_v, highest_v, 0.5 * ride.mean_s, dt_s)
    rate_hz_per_s, rate_s = 0.0, 0.0
    if ride.rocof_hz_per_s > 0.0:
        rate_hz_per_s, rate_s = rate(settings, state, frequency_hz, dt_s)
    return RideState(
        held_for(state.hv2_s, high and 0.0 < grid.vrt_hv2_v < high_v, dt_s),
        held_for(state.hv1_s, high and 0.0 < grid.vrt_hv1_v < high_v, dt_s),
        held_for(state.lv1_s, low and low_v < grid.vrt_lv1_v, dt_s),
        held_for(state.lv2_s, low and low_v < grid.vrt_lv2_v, dt_s),
        held_for(state.lv3_s, low and low_v < grid.vrt_lv3_v, dt_s),
        sided(
            state.f2_s,
            over and 0.0 < grid.frt_hf2_hz < frequency_hz,
            under and frequency_hz < grid.frt_lf2_hz,
            dt_s,
        ),
        sided(
            state.f1_s,
            over and 0.0 < grid.frt_hf1_hz < frequency_hz,
            under and frequency_hz < grid.frt_lf1_hz,
            dt_s,
        ),
        cease_s,
        ceased,
        mean_v,
        frequency_hz,
        rate_hz_per_s,
        rate_s,
        total(ac.grid_angle_rad),
    )


@kernel
def passed(timer_s, level, time_s):
    """Return whether a used level has been passed for its time."""
    return level > 0.0 and timer_s > 0.0 and timer_s >= time_s


@kernel
def due(settings, was, state, dead):
    """Return the alarm bit of the level or detector that opens the relay now, 0 for none."""
    grid = settings.grid
    ride = settings.law.ride
    if passed(state.lv1_s, grid.vrt_lv1_v, grid.vrt_lv1_s) or (
        passed(state.lv2_s, grid.vrt_lv2_v, grid.vrt_lv2_s)
        or passed(state.lv3_s, grid.vrt_lv3_v, grid.vrt_lv3_s)
    ):
        return alarms.F35 if dead else alarms.F42
    if passed(state.hv1_s, grid.vrt_hv1_v, grid.vrt_hv1_s) or passed(
        state.hv2_s, grid.vrt_hv2_v, grid.vrt_hv2_s
    ):
        return alarms.F45
    if passed(state.f1_s, grid.frt_hf1_hz, grid.frt_hf1_s) or passed(
        state.f2_s, grid.frt_hf2_hz, grid.frt_hf2_s
    ):
        return alarms.F47
    if passed(-state.f1_s, grid.frt_lf1_hz, grid.frt_lf1_s) or passed(
        -state.f2_s, grid.frt_lf2_hz, grid.frt_lf2_s
    ):
        return alarms.F48
    if ride.mean_high > 0.0 and state.mean_v > ride.mean_high * settings.grid.nominal_v:
        return alarms.F45
    if passed(state.rate_s, ride.rocof_hz_per_s, ride.rocof_s):
        return alarms.F47 if state.rate_hz_per_s > 0.0 else alarms.F48
    # Angles are summed over the phases; a common jump counts three times.
    jump_rad = abs(state.angle_rad - was.angle_rad)
    if ride.jump_rad > 0.0 and was.last_hz > 0.0 and jump_rad > 3.0 * ride.jump_rad:
        return alarms.F35
    return 0.0
