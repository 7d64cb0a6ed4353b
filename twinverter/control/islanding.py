"""Whether the mains is still there, or only a load that our own feeding keeps alive (C-53).

Active frequency shift with positive feedback. A stiff mains does not care what reactive power is
fed into it; an island does: the frequency of its resonant load moves until the load takes what it
is given. So the machine answers a move of the frequency with the reactive power that moves it
further, in proportion to what it feeds, and the island runs out of the frequency window within a
fraction of a second. Two things more are needed for every case:

- At perfect balance nothing moves. While all is quiet a small reactive power of changing sign is
  fed, whose mean over a period is nothing; steps that hold half a period or more do not see it.
- A wide window or long ride-through times could keep a pushed island alive. A frequency that
  stays far from its own slow mean proves the island whatever the window says, and is lost mains.

Assumed throughout; figures are rows of group `islanding` in `catalog/law.py`. The gain there is
2.5 times what holds an island of quality factor 1 in balance (50 Hz of frequency per share of
active power, halved). The reactive power is that of a transient and is not cut to the circle of
apparent power: at full power it adds a fiftieth, until the island is left. A machine that feeds
nothing cannot hold an island and does not push.
"""

import math
from typing import NamedTuple

from twinverter.core.blocks import clamp, held_for, low_pass
from twinverter.core.kernel import kernel


class IslandWatch(NamedTuple):
    """Frequency as the phase lock sees it, its slow mean, and how long they are far apart."""

    seen_hz: float
    mean_hz: float
    apart_s: float


@kernel
def watched(settings, watch, ac, on_mains, dt_s):
    """Return the watch after this step; away from the mains it only follows the frequency."""
    grid_hz = ac.grid_hz
    if watch.seen_hz == grid_hz and watch.mean_hz == grid_hz and watch.apart_s == 0.0:
        return watch
    if not on_mains:
        return IslandWatch(grid_hz, grid_hz, 0.0)
    law = settings.law.islanding
    seen_hz = watch.seen_hz
    mean_hz = watch.mean_hz
    # Without a voltage the phase lock has nothing to follow and keeps what it had.
    if max(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3) >= settings.law.grid.dead_v:
        seen_hz = low_pass(seen_hz, grid_hz, law.lock_s, dt_s)
        mean_hz = low_pass(mean_hz, grid_hz, law.mean_s, dt_s)
    apart = abs(seen_hz - mean_hz) >= law.proof_hz
    return IslandWatch(seen_hz, mean_hz, held_for(watch.apart_s, apart, dt_s))


@kernel
def is_proved(settings, watch):
    """Return whether the frequency has shown that no mains holds it."""
    return watch.apart_s >= settings.law.islanding.proof_s


@kernel
def pushed_var(settings, watch, clock_s, feeding_w, dt_s):
    """Return the reactive power to inject on top of all else (negative: to absorb)."""
    if feeding_w <= 0.0:
        return 0.0
    law = settings.law.islanding
    moved_hz = watch.seen_hz - watch.mean_hz
    if abs(moved_hz) > law.quiet_hz:
        return -feeding_w * clamp(law.gain_per_hz * moved_hz, -law.most, law.most)
    half_s = 0.5 * law.swing_s
    if dt_s >= half_s:
        return 0.0
    periods = clock_s / law.swing_s
    first = periods - math.floor(periods) < 0.5
    return feeding_w * (law.swing if first else -law.swing)
