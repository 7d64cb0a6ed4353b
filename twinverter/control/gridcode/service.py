"""How fast power may rise: after connecting, after a cessation, and at any time (C-49).

Only rises are held, of feeding and of charging alike; whatever reduces power acts at once.
Sources: IEEE 1547-2018, 4.10.3 (enter service), 6.4.2 (recovery); manual 5.8 (ramp rates).
"""

from twinverter.core.kernel import kernel


@kernel
def service_share(settings, last, dt_s):
    """Return the share of the rating allowed after connecting; 1.0 once the ramp is over."""
    per_s = settings.support.service_per_s
    if last >= 1.0 or per_s <= 0.0:
        return 1.0
    return min(1.0, last + per_s * dt_s)


@kernel
def recovered_share(settings, last, ceased, dt_s):
    """Return the share of the rating allowed after a cessation; 1.0 once it is over."""
    if ceased > 0.0:
        return 0.0
    recover_s = settings.law.ride.recover_s
    if last >= 1.0 or recover_s <= 0.0:
        return 1.0
    return min(1.0, last + dt_s / recover_s)


@kernel
def risen_w(settings, power_w, dt_s):
    """Return the most that may be fed, or drawn, one step after `power_w` was."""
    rise_w = settings.grid.normal_ramp_per_s * settings.law.rating.ac_rated_w * dt_s
    return max(0.0, power_w) + rise_w
