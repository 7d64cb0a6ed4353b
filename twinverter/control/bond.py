"""The ATS output, which holds the neutral-earth bond of the backup output open on grid (C-56).

With signal island mode on it is live as long as the grid relay is closed: it comes 0.1 s before
the relay closes and goes when the relay has opened, so that the neutral is never earthed twice,
and is earthed before the machine alone makes the voltage. Without the mode it stays dead.

What is remembered is one time: how long the output has been live, up to the lead it needs; below
zero, how long it still has to stay live after the relay has opened; 0 where it is dead.
"""

from twinverter.core.kernel import kernel


@kernel
def may_close(settings, live_s, dt_s):
    """Return whether the bond is open already, so that the grid relay may close in this step."""
    lead_s = settings.law.bond.lead_s
    return settings.advanced.signal_island_mode == 0.0 or live_s >= lead_s or dt_s >= lead_s


@kernel
def step(settings, live_s, closed, wanted, dt_s):
    """Return the time of the ATS output after this step.

    `closed` says that the grid relay is closed in it, `wanted` that it will be as soon as it may.
    """
    lead_s = settings.law.bond.lead_s
    if closed:
        return lead_s
    if wanted:
        return min(lead_s, max(0.0, live_s) + dt_s)
    left_s = settings.law.bond.lag_s if live_s >= lead_s else -live_s
    return -(left_s - dt_s) if left_s > dt_s else 0.0


@kernel
def ats_on(settings, live_s):
    """Return 1.0 where the ATS output is live."""
    return 1.0 if settings.advanced.signal_island_mode > 0.0 and live_s != 0.0 else 0.0
