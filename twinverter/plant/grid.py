"""The public supply at the house: source voltage, and what its impedance adds (C-47).

The feeder is an impedance per phase to a stiff network. Import pulls the terminal voltage down and
export lifts it, by R P / V for active and X Q / V for reactive power. What stands across the source
voltage adds less than 0.2 V up to 50 A and is neglected. Both powers are those of the last step.
"""

from twinverter.core.blocks import Phases
from twinverter.core.kernel import kernel
from twinverter.plant import genset

# Below this a phase is dead: no load works on it (manual 5.8: windows begin far above).
ALIVE_V = 50.0


@kernel
def phase_v(source_v, power_w, feeder_ohm, reactive_v2):
    """Return one phase's terminal voltage behind the feeder.

    `reactive_v2` is reactance times the phase's reactive import.
    """
    if source_v < ALIVE_V:
        return source_v
    return source_v - (feeder_ohm * power_w + reactive_v2) / source_v


@kernel
def is_cut(site, inputs):
    """Return whether the source is gone from a mains that a resonant load may keep alive."""
    if site.rlc.power_w <= 0.0 or site.genset.on_grid_port > 0.0:
        return False
    return max(inputs.grid_v.l1, inputs.grid_v.l2, inputs.grid_v.l3) < ALIVE_V


@kernel
def mains_hz(site, state, inputs):
    """Return the frequency at the GRID terminals: the source's, or that of a circuit on its own."""
    return state.rlc.frequency_hz if is_cut(site, inputs) else inputs.grid_hz


@kernel
def mains_v(site, state, inputs):
    """Return the phase voltages at the GRID terminals; a generator wired there gives them."""
    if site.genset.on_grid_port > 0.0:
        gen_v, _ = genset.terminal(site.genset, state.genset)
        return Phases(gen_v, gen_v, gen_v)
    if is_cut(site, inputs):
        return Phases(state.rlc.voltage_v, state.rlc.voltage_v, state.rlc.voltage_v)
    ohm = site.feeder.resistance_ohm
    reactive_v2 = site.feeder.reactance_ohm * state.grid_var * (1.0 / 3.0)
    return Phases(
        phase_v(inputs.grid_v.l1, state.grid_w.l1, ohm, reactive_v2),
        phase_v(inputs.grid_v.l2, state.grid_w.l2, ohm, reactive_v2),
        phase_v(inputs.grid_v.l3, state.grid_w.l3, ohm, reactive_v2),
    )
