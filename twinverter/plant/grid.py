"""The public supply at the house: source voltage, and what its impedance adds (C-47).

The feeder is a resistance per phase to a stiff network, its reactance is neglected; import pulls
the terminal voltage down, export lifts it. The power is that of the last step.
"""

from twinverter.core.blocks import Phases
from twinverter.core.kernel import kernel
from twinverter.plant import genset

# Below this a phase is dead: no load works on it (manual 5.8: windows begin far above).
ALIVE_V = 50.0


@kernel
def phase_v(source_v, power_w, feeder_ohm):
    """Return one phase's terminal voltage behind the feeder."""
    if source_v < ALIVE_V:
        return source_v
    return source_v - feeder_ohm * power_w / source_v


@kernel
def mains_v(site, state, inputs):
    """Return the phase voltages at the GRID terminals; a generator wired there gives them."""
    if site.genset.on_grid_port > 0.0:
        gen_v, _ = genset.terminal(site.genset, state.genset)
        return Phases(gen_v, gen_v, gen_v)
    ohm = site.feeder.resistance_ohm
    return Phases(
        phase_v(inputs.grid_v.l1, state.grid_w.l1, ohm),
        phase_v(inputs.grid_v.l2, state.grid_w.l2, ohm),
        phase_v(inputs.grid_v.l3, state.grid_w.l3, ohm),
    )
