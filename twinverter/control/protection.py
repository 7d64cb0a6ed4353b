"""What the protective sensors find, and whom it stops (C-64, C-65; manual 7).

Each code needs its own measurement for its own time, a row of group `protect` in
`catalog/law.py`; a step longer than that time has it within. Who is stopped depends on the code:

- the whole machine: F05 to F08, F18, F20 to F22, F26, F56 by a weak link. Protection only says
  `trip`; the output's own state (`control/output.py`) counts, waits and tries again.
- both PV inputs: F17, F24, F63, and F16, F23 as long as that ends the leakage; where it does not,
  the whole machine is tripped with the same code (`control/strings.py`).
- the stage, while the mains goes on passing through: F29, F41 (`control/peers.py`), and a link
  that is not built yet.
- nobody: the warnings of fan and heartbeats, and those of the clamps (`control/clamps.py`).

Of two conditions at once the one that needs less time is timed and told. The neutral current of
F26 is left out: that of loads in phase with their voltage never exceeds the largest phase, which
F15 watches with the same figure.
"""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.control import clamps, output, peers, strings
from twinverter.control.clamps import ClampTest
from twinverter.control.peers import PeerState
from twinverter.control.strings import StringState
from twinverter.core.blocks import held_for
from twinverter.core.kernel import kernel

# A grid type of this voltage bonds the neutral of the LOAD terminals always (manual 7, F08).
BONDED_TYPE_V = 120.0


class ProtectionState(NamedTuple):
    """What protection has found, and what it is still timing.

    `trip` is the alarm bit that switches the machine off in this step, `holds` the one that rests
    the stage; `code` is the condition of the whole machine that is being timed.
    """

    trip: float
    holds: float
    code: float
    timer_s: float
    fan_s: float
    strings: StringState
    peers: PeerState
    clamps: ClampTest


def initial(settings):
    """Return the state of a machine that has long been running with nothing wrong."""
    return ProtectionState(
        0.0, 0.0, 0.0, 0.0, 0.0, strings.initial(), PeerState(0.0, 0.0), clamps.initial(settings)
    )


@kernel
def acknowledged(state):
    """Return the state after somebody has switched off and on what had latched (C-64)."""
    return ProtectionState(
        state.trip,
        state.holds,
        state.code,
        state.timer_s,
        state.fan_s,
        strings.acknowledged(state.strings),
        state.peers,
        state.clamps,
    )


@kernel
def rests(state):
    """Return whether the stage rests while the mains may pass through."""
    return state.holds > 0.0 or state.code == alarms.F07


@kernel
def is_quiet(settings, state, measurements, begun):
    """Return whether every sensor reads well and nothing is being timed."""
    law = settings.law.protect
    safety = measurements.safety
    others = measurements.peers
    pv = measurements.pv
    lines = state.strings
    return (
        safety.residual_a
        + safety.arc
        + safety.unbalance_v
        + safety.neutral_v
        + safety.bond_open
        + safety.estop
        + safety.memory_unreadable
        + safety.memory_unwritable
        + safety.peer_off
        + safety.peer_clash
        + others.clash
        + others.starts
        + others.off
        + state.trip
        + state.holds
        + state.timer_s
        + state.fan_s
        + lines.timer_s
        + lines.tripped
        + lines.tries
        + lines.leak_a
        + state.peers.mute_s
        + state.peers.lost_s
        == 0.0
        and safety.fan >= law.fan_share
        and safety.peers_heard >= 1.0 - law.beats_clear
        and others.heard >= 1.0 - law.beats_clear
        and safety.link_v >= law.link_weak * law.link_v
        and safety.link_a <= law.link_a
        and safety.peak_a <= law.phase_peak_a
        and safety.insulation_ohm >= law.insulation_ohm
        and abs(measurements.battery.current_a) <= law.battery_long * settings.law.rating.battery_a
        and pv.current1_a <= law.input_a
        and pv.current2_a <= law.input_a
        and clamps.is_quiet(settings, state.clamps, measurements.loads.ct_ok, begun)
    )


@kernel
def stop_code(safety, reads):
    """Return the code that stops the machine at once and for good (0: none).

    `reads` says that the machine reads its stored settings now.
    """
    if safety.estop > 0.0:
        return alarms.F22
    if reads and safety.memory_unreadable > 0.0:
        return alarms.F05
    return alarms.F06 if safety.memory_unwritable > 0.0 else 0.0


@kernel
def condition(settings, state, measurements, output_state, island):
    """Return the code whose condition stands now (0: none), and how long it must.

    A battery current of an overload that the output is timing itself (C-57a) is none of the slow
    F20: that one takes longer.
    """
    law = settings.law.protect
    safety = measurements.safety
    battery_a = abs(measurements.battery.current_a)
    signals = settings.advanced.signal_island_mode > 0.0
    bonded = (island and signals) or settings.grid.nominal_v <= BONDED_TYPE_V
    built_v = law.link_built * law.link_v
    if bonded and safety.bond_open > 0.0:
        return alarms.F08, 0.0
    if safety.peak_a > law.phase_peak_a:
        return alarms.F18, law.phase_peak_s
    if battery_a > law.battery_peak_a:
        return alarms.F20, law.battery_peak_s
    if safety.link_a > law.link_a:
        return alarms.F21, law.link_a_s
    if island and built_v <= safety.link_v < law.link_weak * law.link_v:
        return alarms.F56, law.link_weak_s
    if strings.still_leaks(settings, state.strings, safety.residual_a):
        return state.strings.tripped, law.leak_s
    if safety.unbalance_v > law.link_unbalance_v:
        return alarms.F26, law.link_unbalance_s
    if bonded and safety.neutral_v > law.neutral_v:
        return alarms.F08, law.neutral_s
    if safety.link_v < built_v:
        return alarms.F07, law.link_built_s
    long_a = law.battery_long * settings.law.rating.battery_a
    if battery_a > long_a and output_state.shortage_s == 0.0:
        return alarms.F20, law.battery_long_s
    return 0.0, 0.0


@kernel
def found(settings, state, measurements, output_state, begun, island, free, dt_s):
    """Return the code that trips the machine now, and the condition timed with its time."""
    standing = output_state.tripped
    trip = stop_code(measurements.safety, begun or (free and standing == alarms.F05))
    if trip > 0.0 and (free or trip != standing):
        return trip, 0.0, 0.0
    if not free:
        return 0.0, 0.0, 0.0
    code, hold_s = condition(settings, state, measurements, output_state, island)
    timer_s = held_for(state.timer_s if code == state.code else 0.0, code > 0.0, dt_s)
    if code > 0.0 and timer_s >= hold_s:
        return code, 0.0, 0.0
    return 0.0, code, timer_s


@kernel
def step(
    settings, state, measurements, output_state, sensor_s, alive, begun, island, on_mains, dt_s
):
    """Return what protection finds in this step; `sensor_s`: how long the clamps have been dead.

    `alive` says that the machine is on and past its self-test, `begun` that this is the first such
    step; `island` that it carries the bus alone, `on_mains` that the mains does.
    """
    if is_quiet(settings, state, measurements, begun):
        return state
    safety = measurements.safety
    was_off = output_state.tripped > 0.0
    free = not was_off or output.is_due(settings, output_state, dt_s)
    trip, code, timer_s = 0.0, 0.0, 0.0
    if alive:
        trip, code, timer_s = found(
            settings, state, measurements, output_state, begun, island, free, dt_s
        )
    # While the whole machine is off the strings' own pause stands still.
    lines = state.strings
    if settings.button.power_button == 0.0:
        lines = strings.switched_off(lines)
    elif free and trip == 0.0:
        lines = strings.step(settings, lines, measurements, was_off, dt_s)
    others = peers.step(settings, state.peers, peers.heard_of(measurements), dt_s)
    turns = alive and settings.installer.fan_present > 0.0
    return ProtectionState(
        trip,
        peers.held_by(settings, others, measurements) if alive else 0.0,
        code,
        timer_s,
        held_for(state.fan_s, turns and safety.fan < settings.law.protect.fan_share, dt_s),
        lines,
        others,
        clamps.step(settings, state.clamps, measurements.loads, sensor_s, on_mains, begun, dt_s),
    )
