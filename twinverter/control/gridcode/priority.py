"""Active and reactive power inside the apparent-power circle, and what Q may be at all (C-08).

Active power goes first, but for as much Q as `q_first_inject` and `q_first_absorb` grant before
it. Where P and Q hang together (power factor, watt-var) both shrink along their line until they
meet the circle. Source: IEEE 1547-2018, 4.7 and 5.2; powers are sizes, without sign.
"""

import math

from twinverter.core.blocks import clamp
from twinverter.core.kernel import kernel


@kernel
def claimed_var(settings, reactive_var):
    """Return how much of a reactive power goes before active power."""
    asked = settings.law.support
    rated_w = settings.law.rating.ac_rated_w
    return clamp(
        reactive_var,
        -rated_w * min(asked.q_first_absorb, asked.q_max_absorb),
        rated_w * min(asked.q_first_inject, asked.q_max_inject),
    )


@kernel
def beside(size_va, other):
    """Return what a circle of `size_va` leaves beside a power at a right angle."""
    return math.sqrt(max(0.0, size_va * size_va - other * other))


@kernel
def reach_w(settings, size_va, offset_var, slope):
    """Return the most active power whose reactive one, `offset_var` + `slope` * P, fits beside."""
    square = 1.0 + slope * slope
    half = slope * offset_var
    root = half * half - square * (offset_var * offset_var - size_va * size_va)
    power_w = max(0.0, (math.sqrt(max(0.0, root)) - half) / square)
    reactive_var = offset_var + slope * power_w
    claim_var = claimed_var(settings, reactive_var)
    return power_w if claim_var == reactive_var else beside(size_va, claim_var)


@kernel
def reach_on(settings, size_va, carry_var, share, p1, q1, p2, q2, p3, q3):
    """Return the most active power on a watt-var line through three points.

    `carry_var` is what a lag still holds of the past, `share` how much of the line it takes now.
    """
    rated_w = settings.law.rating.ac_rated_w
    last_w = reach_w(settings, size_va, carry_var + share * q3 * rated_w, 0.0)
    if last_w >= p3 * rated_w:
        return last_w
    if p3 > p2:
        slope = share * (q3 - q2) / (p3 - p2)
        offset_var = carry_var + share * q2 * rated_w - slope * p2 * rated_w
        power_w = reach_w(settings, size_va, offset_var, slope)
        if power_w >= p2 * rated_w:
            return min(power_w, p3 * rated_w)
    if p2 > p1:
        slope = share * (q2 - q1) / (p2 - p1)
        offset_var = carry_var + share * q1 * rated_w - slope * p1 * rated_w
        power_w = reach_w(settings, size_va, offset_var, slope)
        if power_w >= p1 * rated_w:
            return min(power_w, p2 * rated_w)
    return min(reach_w(settings, size_va, carry_var + share * q1 * rated_w, 0.0), p1 * rated_w)


@kernel
def given_var(settings, size_va, power_w, reactive_var):
    """Return the reactive power the machine gives of what is asked beside an active one."""
    asked = settings.law.support
    rated_w = settings.law.rating.ac_rated_w
    active_w = abs(power_w)
    if active_w < asked.q_from_p * rated_w:
        return 0.0
    share = 1.0
    if active_w < asked.q_full_p * rated_w:
        share = active_w / (asked.q_full_p * rated_w)
    room_var = beside(size_va, active_w)
    if settings.support.q_per_p_max > 0.0:
        room_var = min(room_var, active_w * settings.support.q_per_p_max)
    return clamp(
        reactive_var,
        -min(room_var, share * asked.q_max_absorb * rated_w),
        min(room_var, share * asked.q_max_inject * rated_w),
    )
