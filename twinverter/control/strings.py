"""What protection finds on the PV side, and how long it keeps both inputs off (C-64, C-65).

F17 over-current, F23 and F16 sudden and standing residual current, F24 insulation, F63 arc. Each
needs its time; of two conditions the one that needs less is timed and told. What one input alone
suffers (F01, F55) is in `control/guards.py`.

A residual current that rises slowly creeps and counts by its height only. What has crept in is
followed while all is well and kept while something is off, so that a retry finds the same leak
under the same code. With steps of a minute a jump up to 90 mA cannot be told from creeping.
The insulation is tested while a string is lit. Source: manual 7 and 9; figures are law rows of
group `protect`.
"""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.control import retry
from twinverter.core.kernel import kernel

# No residual current is this large: whatever stands has crept in.
CREPT_A = 1.0e3


class StringState(NamedTuple):
    """The condition that is timed, and what keeps both PV inputs off (`tripped`, 0: nothing).

    `off_s`, `tries`, `hour_s` and `latched` are those of a trip that is tried again; `leak_a` is
    the residual current that counts as crept in.
    """

    code: float
    timer_s: float
    tripped: float
    off_s: float
    tries: float
    hour_s: float
    latched: float
    leak_a: float


@kernel
def initial():
    """Return the state of strings with nothing wrong."""
    return StringState(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@kernel
def acknowledged(state):
    """Return the state after somebody has switched off and on what had latched."""
    return StringState(
        state.code,
        state.timer_s,
        state.tripped,
        state.off_s,
        0.0,
        state.hour_s,
        0.0,
        state.leak_a,
    )


@kernel
def switched_off(state):
    """Return the state of a machine that is switched off: only an arc is not forgotten."""
    if state.tripped != alarms.F63:
        return StringState(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return state


@kernel
def condition(settings, state, measurements, dt_s):
    """Return the code whose condition stands now (0: none), and how long it must."""
    law = settings.law.protect
    safety = measurements.safety
    pv = measurements.pv
    jump_a = safety.residual_a - state.leak_a - law.creep_a_per_s * dt_s
    if jump_a >= law.jump_large_a:
        return alarms.F23, law.jump_large_s
    if max(pv.current1_a, pv.current2_a) > law.input_a:
        return alarms.F17, law.input_s
    if jump_a >= law.jump_a:
        return alarms.F23, law.jump_s
    if safety.arc > 0.0 and settings.advanced.solar_arc_fault_on > 0.0:
        return alarms.F63, law.arc_s
    if jump_a >= law.jump_small_a:
        return alarms.F23, law.jump_small_s
    if safety.residual_a > law.leak_a:
        return alarms.F16, law.leak_s
    if safety.insulation_ohm < law.insulation_ohm and is_lit(settings, pv):
        return alarms.F24, law.insulation_s
    return 0.0, 0.0


@kernel
def is_lit(settings, pv):
    """Return whether a string has enough voltage to test its insulation with."""
    return max(pv.voltage1_v, pv.voltage2_v) >= settings.law.pv.start_v


@kernel
def still_leaks(settings, state, residual_a):
    """Return whether the leakage stands although its trip has taken the PV inputs off."""
    law = settings.law.protect
    if state.tripped == alarms.F16:
        return residual_a > law.leak_a
    return state.tripped == alarms.F23 and residual_a >= law.jump_small_a


@kernel
def retested(settings, state, measurements, dt_s):
    """Return the state of a failed insulation test: a later one that passes ends it."""
    law = settings.law.protect
    off_s = state.off_s + dt_s
    kept = state.tripped
    if off_s >= law.insulation_again_s:
        off_s = 0.0
        sound = measurements.safety.insulation_ohm > law.insulation_clear_ohm
        if sound and is_lit(settings, measurements.pv):
            kept = 0.0
    return StringState(0.0, 0.0, kept, off_s, state.tries, state.hour_s, 0.0, state.leak_a)


@kernel
def timed(settings, state, code, dt_s):
    """Return the condition that is timed now and its time.

    An arc that dies and comes back within its window is one arc.
    """
    if code > 0.0:
        return code, (state.timer_s if code == state.code else 0.0) + dt_s
    law = settings.law.protect
    left_s = state.timer_s - dt_s * law.arc_s / law.arc_window_s
    if state.code == alarms.F63 and left_s > 0.0:
        return state.code, left_s
    return 0.0, 0.0


@kernel
def crept_a(settings, state, residual_a, dt_s):
    """Return the residual current that counts as crept in while nothing is off."""
    if state.timer_s > 0.0:
        return state.leak_a
    return min(residual_a, state.leak_a + settings.law.protect.creep_a_per_s * dt_s)


@kernel
def step(settings, state, measurements, was_off, dt_s):
    """Return the state after a step in which the machine works; `was_off`: not in the last one."""
    if state.tripped == alarms.F24:
        return retested(settings, state, measurements, dt_s)
    off_s, tries, hour_s, leak_a = state.off_s, state.tries, state.hour_s, state.leak_a
    if state.tripped > 0.0:
        due = retry.is_due(settings, state.tripped, off_s, state.latched, dt_s)
        off_s, tries, hour_s = retry.waited(off_s, tries, hour_s, state.latched, dt_s)
        if not due:
            return StringState(0.0, 0.0, state.tripped, off_s, tries, hour_s, state.latched, leak_a)
    found, hold_s = condition(settings, state, measurements, dt_s)
    code, timer_s = timed(settings, state, found, dt_s)
    if found > 0.0 and timer_s >= hold_s:
        latched = 0.0
        if code != alarms.F24:
            tries, hour_s, latched = retry.tripped(settings, code, tries, hour_s)
        if code == alarms.F16:
            leak_a = CREPT_A
        return StringState(0.0, 0.0, code, 0.0, tries, hour_s, latched, leak_a)
    if state.tripped == 0.0:
        tries, hour_s = retry.worked(tries, hour_s, dt_s)
        if not was_off:
            leak_a = crept_a(settings, state, measurements.safety.residual_a, dt_s)
    return StringState(code, timer_s, 0.0, 0.0, tries, hour_s, 0.0, leak_a)
