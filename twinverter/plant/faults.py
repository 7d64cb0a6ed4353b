"""What a defect does to the flows: strings that give nothing, a creeping leak, a hot sink.

Kernel functions that the plant calls only where something is broken (`Defects.any`). What a
defect does to the sensors is in `plant/sensors.py`. Shorted switches and a shorted link are seen
there alone: protection opens their circuit before the energy counts, so no balance holds it.
"""

from twinverter.core.blocks import Phases, low_pass
from twinverter.core.kernel import kernel

# Damp creeps in over minutes: the time constant of its leakage (assumed).
DAMP_S = 600.0
# What of the heat loss is left to a sink whose fan stands: free convection (assumed).
STILL_AIR = 0.25


@kernel
def gives_nothing(reversed_on, short_a):
    """Return whether a string's power is lost: against the input's diode, or into a short."""
    return reversed_on > 0.0 or short_a > 0.0


@kernel
def crept_a(defects, leak_a, dt_s):
    """Return the creeping leakage after a step; where the damp is gone it is gone at once."""
    if defects.damp_leak_a <= 0.0:
        return 0.0
    return low_pass(leak_a, defects.damp_leak_a, DAMP_S, dt_s)


@kernel
def cooling(defects):
    """Return the share of its heat loss that the sink keeps."""
    return STILL_AIR if defects.fan_blocked > 0.0 else 1.0


@kernel
def bypass_w(defects, grid_on, voltage_v):
    """Return what the circuit wired past the LOAD sensor draws from L1.

    It is taken to drop out with the GRID relay, as behind a contactor (assumed): off grid the
    machine carries only what its sensor sees.
    """
    return defects.bypass_a * voltage_v * grid_on


@kernel
def on_l1(phases, power_w):
    """Return a quantity with some more on L1."""
    return Phases(phases.l1 + power_w, phases.l2, phases.l3)
