"""A long ordeal: a machine whose world is thrown by dice, and the laws that must hold meanwhile.

`lives` is one loop for both ways to run it, plain and compiled, so that what a compiled run of
millions of steps finds can be gone through in the interpreter, step by step.
"""

from tests.laws.breaches import CALM, battery_law, broken_law, derate_of, watched
from tests.laws.dice import at, broken, step_length, stirred, thrown, with_defects
from twinverter.core.kernel import kernel
from twinverter.core.records import loader, storer
from twinverter.inverter import Inputs, Site, State, step

load_site = loader(Site)
load_state = loader(State)
load_inputs = loader(Inputs)
store_state = storer(State)

# In a step the world is stirred, and the step's length changed, as seldom as this.
STIR, CHANGE = 0.08, 0.02


@kernel
def life(site, settings, state, inputs, dice, steps, seen):
    """Go through one life; return the law it broke, at which step, its dice and its last state.

    `seen[0]` gathers the alarms as one whole number, `seen[1:]` counts the steps in each state.
    """
    nominal_v, nominal_hz = settings.grid.nominal_v, settings.grid.grid_frequency_hz
    here = site
    dt_s = 1.0
    watch = CALM
    law = 0.0
    for count in range(steps):
        dice, share = thrown(dice)
        if share < STIR:
            dice, inputs = stirred(dice, inputs, nominal_v, nominal_hz)
        elif share < STIR + CHANGE:
            dice, dt_s = step_length(dice)
        elif share < STIR + 2.0 * CHANGE:
            dice, defects = broken(dice)
            here = with_defects(site, defects)
        before, was = state, watch
        state, flows = step(here, settings, before, inputs, dt_s)
        derate = derate_of(settings, inputs.ambient_c)
        battery, over = battery_law(here, settings, before, inputs, flows, derate)
        watch = watched(here, settings, was, before, state, inputs, flows, over, dt_s)
        law = broken_law(here, settings, before, state, inputs, flows, watch, over, battery)
        seen[0] |= int(flows.alarms)
        seen[1 + int(flows.state)] += 1
        inputs = at(inputs, inputs.clock_s + dt_s)
        if law > 0.0:
            return law, count, dice, state
    return law, steps, dice, state


def lives(sites, settings, states, inputs, dice, steps, seen, broke):
    """Go through one life after the other, each `steps` long; `states` become their last ones.

    `broke` gets a row per life: the law it broke (0: none) and the step in which it did.
    """
    for number in range(len(dice)):
        law, count, _, state = life(
            load_site(sites[number]),
            settings[number],
            load_state(states[number]),
            load_inputs(inputs[number]),
            dice[number],
            steps,
            seen,
        )
        store_state(states[number], state)
        broke[number, 0] = law
        broke[number, 1] = count
