"""The other units of a parallel system, as far as one unit hears them (C-60, manual 3.11 and 7).

Without any heartbeat of one, with two units of one address, and while one is still starting it is
F29; with a unit that is off or stopped F41. Either rests the stage: on grid the mains goes on
passing through, off grid the output opens. A poor link is only told (W32), and battery settings
that differ rest the battery (F46, `control/guards.py`). Figures are law rows of group `protect`.
"""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.core.blocks import held_for
from twinverter.core.kernel import kernel


class PeerState(NamedTuple):
    """For how long no heartbeat has come, and for how long too many have got lost."""

    mute_s: float
    lost_s: float


@kernel
def is_parallel(settings):
    """Return whether the machine is one of a parallel system."""
    return settings.installer.parallel_feature * settings.parallel.parallel_enable > 0.0


@kernel
def heard_of(measurements):
    """Return the share of heartbeats that comes, through cable and plugs."""
    return min(measurements.safety.peers_heard, measurements.peers.heard)


@kernel
def step(settings, state, heard, dt_s):
    """Return the state after this step; `heard` is the share of heartbeats that came."""
    law = settings.law.protect
    parallel = is_parallel(settings)
    mute_s = held_for(state.mute_s, parallel and heard <= 0.0, dt_s)
    lost_s = held_for(state.lost_s, parallel and heard < 1.0 - law.beats_lost, dt_s)
    if lost_s == 0.0 and parallel and is_poor(settings, state) and heard < 1.0 - law.beats_clear:
        lost_s = state.lost_s
    return PeerState(mute_s, lost_s)


@kernel
def is_poor(settings, state):
    """Return whether the link is poor (W32)."""
    return state.lost_s >= settings.law.protect.beats_lost_s


@kernel
def held_by(settings, state, measurements):
    """Return the code that rests the stage (0: none)."""
    if not is_parallel(settings):
        return 0.0
    safety = measurements.safety
    peers = measurements.peers
    if safety.peer_clash + peers.clash + peers.starts > 0.0:
        return alarms.F29
    if heard_of(measurements) <= 0.0:
        return alarms.F29 if state.mute_s >= settings.law.protect.mute_s else 0.0
    return alarms.F41 if safety.peer_off + peers.off > 0.0 else 0.0
