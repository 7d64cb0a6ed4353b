"""Trips that are tried again: after a pause, so many times an hour, then not by itself (C-64).

Who trips keeps four floats: time since the trip, tries, the hour they are counted in, and whether
they are used up. What used up its tries, or may not be tried at all, waits for somebody who
switches off and on. Source: manual 7; pause and tries are law rows.
"""

from twinverter.catalog import alarms
from twinverter.core.kernel import kernel

HOUR_S = 3600.0


@kernel
def is_final(code):
    """Return whether a trip with this code is never tried again by itself."""
    return code == alarms.F22 or code == alarms.F63 or code == alarms.F05 or code == alarms.F06


@kernel
def tripped(settings, code, tries, hour_s):
    """Return tries, hour and whether they are used up, after one more trip."""
    if is_final(code):
        return tries, hour_s, 1.0
    used_up = tries + 1.0 > settings.law.overload.retries
    # The hour of the tries begins with the first of them.
    return tries + 1.0, hour_s if tries > 0.0 else 0.0, 1.0 if used_up else 0.0


@kernel
def is_due(settings, code, off_s, latched, dt_s):
    """Return whether the pause ends within this step; one that somebody had to end needs none."""
    if latched > 0.0:
        return False
    return is_final(code) or off_s + dt_s >= settings.law.overload.retry_s


@kernel
def waited(off_s, tries, hour_s, latched, dt_s):
    """Return time since the trip, tries and hour after a step of waiting."""
    off_s += dt_s
    hour_s += dt_s
    if hour_s >= HOUR_S and latched == 0.0:
        return off_s, 0.0, 0.0
    return off_s, tries, hour_s


@kernel
def worked(tries, hour_s, dt_s):
    """Return tries and hour after a step without a trip."""
    if tries == 0.0 or hour_s + dt_s >= HOUR_S:
        return 0.0, 0.0
    return tries, hour_s + dt_s
