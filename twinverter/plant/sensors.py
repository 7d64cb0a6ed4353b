"""What the sensors read at a site where something is broken or wrongly wired.

Only called where `Defects.any` says so; a sound machine reads `control.signals.HEALTHY`. Currents
through a defect flow while what feeds them worked in the last step: damp and arcs need a current
of the strings, a bypass the GRID relay, other leaks and shorts any converter or relay, so a trip
ends them and a new try finds them as a new jump. A short at the output is read before voltage is
put on it, as the demand of a load is. Each defect moves its own sensor and no other.
"""

from typing import NamedTuple

from twinverter.core.blocks import Phases
from twinverter.core.kernel import kernel
from twinverter.plant import pv
from twinverter.plant.grid import ALIVE_V
from twinverter.plant.lines import less
from twinverter.plant.plant import input_v

# The sound link, as control knows it, and one whose pre-charge path is open.
LINK_V = 650.0
OPEN_LINK_V = 0.0
# What a shorted output draws at the first crest: the stage's own chokes hold it there (assumed).
SHORT_PEAK_A = 200.0
# A neutral that nothing ties to earth floats between line and earth (assumed: half of 230 V).
FLOATING_V = 115.0


class Felt(NamedTuple):
    """Readings of PV inputs, battery current, clamps, and the protective sensors.

    `ct_w` is what the clamps read of the last step, `home_w` the home load that follows from it.
    From `residual_a` on the fields are those of control's `SafetySense`.
    """

    voltage1_v: float
    voltage2_v: float
    current1_a: float
    current2_a: float
    battery_a: float
    ct_w: Phases
    home_w: Phases
    residual_a: float
    insulation_ohm: float
    arc: float
    peak_a: float
    link_v: float
    link_a: float
    unbalance_v: float
    neutral_v: float
    bond_open: float
    stray_a: float
    fan: float
    estop: float
    memory_unreadable: float
    memory_unwritable: float
    peers_heard: float
    peer_off: float
    peer_clash: float


@kernel
def string_v(offer, state, reversed_on, short_a):
    """Return the voltage at a PV input: turned round, pulled down by a short, or its own."""
    if reversed_on > 0.0:
        return -pv.open_circuit_v(offer.curve) if offer.curve.light_current_a > 0.0 else 0.0
    return 0.0 if short_a > 0.0 else input_v(state, offer)


@kernel
def string_a(offer, state, reversed_on, short_a):
    """Return the current of a PV input; a shorted one carries its short while the string is lit."""
    if reversed_on > 0.0:
        return 0.0
    if short_a > 0.0:
        return short_a if offer.curve.light_current_a > 0.0 else 0.0
    return state.current_a


@kernel
def clamp_w(defects, power_w):
    """Return what the clamps read of a power per phase; L1's may be exchanged with L2's."""
    l1 = power_w.l1
    l2 = power_w.l2
    if defects.ct_swapped > 0.0:
        l1, l2 = l2, l1
    if defects.ct_reversed > 0.0:
        l1 = -l1
    if defects.ct_off > 0.0:
        l1 = 0.0
    return Phases(l1, l2, power_w.l3)


@kernel
def home_w(defects, state, inputs, ct_w):
    """Return the home load that control finds: what the clamps read less what the port carried."""
    if defects.ct_reversed + defects.ct_off + defects.ct_swapped == 0.0:
        return inputs.home_w
    return less(ct_w, state.ld_w)


@kernel
def felt(site, state, inputs, seen):
    """Return what every sensor reads at this moment."""
    broken = site.defects
    tracker1 = state.tracker1
    tracker2 = state.tracker2
    working = state.working
    ct_w = clamp_w(broken, state.grid_w)
    mains = seen.mains_v
    sunny = tracker1.current_a + tracker2.current_a > 0.0
    damp_a = state.leak_a if sunny else 0.0
    islanded = max(mains.l1, mains.l2, mains.l3) < ALIVE_V
    return Felt(
        string_v(seen.string1, tracker1, broken.pv1_reversed, broken.input1_short_a),
        string_v(seen.string2, tracker2, broken.pv2_reversed, broken.input2_short_a),
        string_a(seen.string1, tracker1, broken.pv1_reversed, broken.input1_short_a),
        string_a(seen.string2, tracker2, broken.pv2_reversed, broken.input2_short_a),
        state.battery.current_a + broken.battery_short_a * working,
        ct_w,
        home_w(broken, state, inputs, ct_w),
        broken.earth_leak_a * working + damp_a,
        broken.pv_insulation_ohm,
        broken.pv_arc if sunny else 0.0,
        SHORT_PEAK_A * broken.load_short,
        OPEN_LINK_V if broken.link_open > 0.0 else LINK_V,
        broken.link_short_a * working,
        broken.link_unbalance_v,
        FLOATING_V * broken.bond_open * working if islanded else 0.0,
        broken.bond_open,
        broken.bypass_a * state.grid_on if mains.l1 >= ALIVE_V else 0.0,
        0.0 if broken.fan_blocked > 0.0 else 1.0,
        broken.estop,
        broken.memory_unreadable,
        broken.memory_unwritable,
        1.0 - broken.peers_loss,
        broken.peer_off,
        broken.peer_clash,
    )
