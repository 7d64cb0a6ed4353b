"""A generator set: an engine that cranks, catches, carries load with droop and burns fuel.

Voltage and frequency fall in a straight line with load, as a mechanical governor and a simple
regulator hold them; fuel is a straight line over load whose start is the idling engine. An
overload is not refused: frequency falls with it until whoever watches lets go.
"""

from twinverter.core.kernel import kernel
from twinverter.plant.state import GensetState


@kernel
def step(genset, state, start_contact, by_hand, ready, power_w, dt_s):
    """Return the state after a step in which the terminals gave `power_w`, if it runs.

    The start contact or a hand cranks the engine; it catches when it has cranked long enough and
    is ready (fuel, health), and runs until both have let go or it is no longer ready. Cranking
    shorter than the step is over within it.
    """
    if start_contact == 0.0 and by_hand == 0.0:
        return GensetState(0.0, 0.0, 0.0, 0.0)
    if ready == 0.0:
        return GensetState(0.0, 0.0 if state.running > 0.0 else state.crank_s + dt_s, 0.0, 0.0)
    if state.running > 0.0:
        return GensetState(1.0, 0.0, power_w, state.standing_s + dt_s)
    crank_s = state.crank_s + dt_s
    if crank_s >= genset.crank_s:
        return GensetState(1.0, 0.0, power_w, min(dt_s, crank_s - genset.crank_s))
    return GensetState(0.0, crank_s, 0.0, 0.0)


@kernel
def terminal(genset, state):
    """Return phase voltage and frequency at the terminals, both 0 while it stands."""
    if state.running == 0.0:
        return 0.0, 0.0
    return (
        max(0.0, genset.no_load_v - genset.droop_v_per_w * state.power_w),
        max(0.0, genset.no_load_hz - genset.droop_hz_per_w * state.power_w),
    )


@kernel
def fuel_l(genset, state, power_w, dt_s):
    """Return the fuel burnt in a step at `power_w`; driven backwards it burns as at idle."""
    if state.running == 0.0:
        return 0.0
    return (genset.fuel_idle_l_per_s + genset.fuel_l_per_ws * max(0.0, power_w)) * dt_s
