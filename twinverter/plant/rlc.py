"""A resonant load that can hold the mains up when the source behind it is cut (C-53).

Resistor, inductor and capacitor in parallel between each phase and neutral, alike on the three
phases, on the mains before the house. While the source stands it sets voltage and frequency and
the load is outside the house's balances. When the source is cut and somebody still feeds, the
circuit runs free: its voltage follows the active power with the time constant of R and C, its
frequency settles where inductor and capacitor together take the reactive power it is given.

Both come from the envelope of a parallel RLC circuit fed with slowly varying P and Q: C du/dt =
P - G u for u = V^2, solved exactly over a step, and V^2 (1/(w L) - w C) = Q, which has no memory
at this order. Assumed: what feeds is spread evenly over the phases, and its phase lock is perfect.
Source of the circuit and of its quality factor, sqrt(QL QC) / P: IEC 62116.
"""

import math
from typing import NamedTuple

from twinverter.core.kernel import kernel

# Below this the circuit has run down: its frequency means nothing any more.
RUN_DOWN_V = 1.0
TURN_RAD = 2.0 * math.pi


class Rlc(NamedTuple):
    """What the load takes in all phases together at its voltage and frequency; 0 W: there is none.

    `voltage_v` is that of a phase. The inductor takes `inductive_var`, the capacitor gives
    `capacitive_var`; where they are equal the circuit resonates at `frequency_hz`.
    """

    power_w: float
    inductive_var: float
    capacitive_var: float
    voltage_v: float
    frequency_hz: float


class RlcState(NamedTuple):
    """What stands across the load at the end of the last step."""

    voltage_v: float
    frequency_hz: float


NO_RLC = Rlc(0.0, 0.0, 0.0, 230.0, 50.0)


@kernel
def quality(load):
    """Return how much more reactive than active power swings in the circuit at resonance."""
    return math.sqrt(load.inductive_var * load.capacitive_var) / load.power_w


@kernel
def resonance_hz(load):
    """Return the frequency at which inductor and capacitor cancel."""
    return load.frequency_hz * math.sqrt(load.inductive_var / load.capacitive_var)


@kernel
def step(load, state, fed_w, fed_var, dt_s):
    """Return what stands across the load after a step in which only `fed_w` and `fed_var` fed it.

    Both are those of all phases together; power taken from the circuit is negative.
    """
    own_hz = resonance_hz(load)
    factor = quality(load)
    rated_v2 = load.voltage_v * load.voltage_v
    end_v2 = rated_v2 * fed_w / load.power_w
    left = math.exp(-TURN_RAD * own_hz / factor * dt_s)
    now_v2 = end_v2 + (state.voltage_v * state.voltage_v - end_v2) * left
    if now_v2 < RUN_DOWN_V * RUN_DOWN_V:
        return RlcState(0.0, own_hz)
    # With x = f / resonance the circuit takes Q = V^2 G q (1/x - x).
    pull = fed_var * rated_v2 / (factor * load.power_w * now_v2)
    return RlcState(math.sqrt(now_v2), own_hz * 0.5 * (math.sqrt(pull * pull + 4.0) - pull))
