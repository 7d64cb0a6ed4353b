"""What stands at the terminals of each unit at the start of a step, as far as it is shared (C-60).

What a string offers follows from the sun, the string and where its curve was searched last, so it
is worked out once for all units under one sky that stand alike in these. The mains carries the
power of all units, and of one bank each sees the part that its share is.
"""

from typing import NamedTuple

from twinverter.core.blocks import Phases, total
from twinverter.core.kernel import kernel
from twinverter.plant import battery, plant
from twinverter.plant.battery import Source
from twinverter.plant.grid import mains_v
from twinverter.plant.plant import Offer, Terminals
from twinverter.plant.state import PlantState

__all__ = ["Sky", "Stands", "Terminals", "offered", "own_terminals", "seen", "standing"]


class Sky(NamedTuple):
    """What both strings offer in one step."""

    string1: Offer
    string2: Offer


class Stands(NamedTuple):
    """The other terminals of one unit: its bank, or the whole of the one bank, and the mains."""

    bank: Source
    mains_v: Phases


@kernel
def offered(site, state, world):
    """Return what both strings of a unit offer."""
    tracker = site.tracker
    string1 = plant.offered(
        tracker, site.pv1, state.tracker1, world.irradiance1_w_m2, world.cell1_c
    )
    string2 = plant.offered(
        tracker, site.pv2, state.tracker2, world.irradiance2_w_m2, world.cell2_c
    )
    broken = site.defects
    if broken.any > 0.0:
        string1 = plant.lost(string1, broken.pv1_reversed, broken.input1_short_a)
        string2 = plant.lost(string2, broken.pv2_reversed, broken.input2_short_a)
    return Sky(string1, string2)


@kernel
def on_common_mains(state, grid_w, grid_var):
    """Return the plant's state with the power of all units on the mains in place of its own."""
    return PlantState(
        state.tracker1,
        state.tracker2,
        state.battery,
        state.genset,
        state.sink_c,
        state.leak_a,
        grid_w,
        grid_var,
        state.ld_w,
        state.rlc,
        state.working,
        state.grid_on,
    )


@kernel
def felt_mains(grid_w, grid_var, phase):
    """Return what the units on a phase (0: all three) load the mains with, as each feels it."""
    if phase == 0.0:
        return grid_w, grid_var
    sum_w = total(grid_w)
    return Phases(sum_w, sum_w, sum_w), 3.0 * grid_var


@kernel
def standing(site, state, world, grid_w, grid_var):
    """Return bank and mains of a unit, where all units load the mains so."""
    loaded = on_common_mains(state, grid_w, grid_var)
    return Stands(battery.source(site.battery, state.battery), mains_v(site, loaded, world))


@kernel
def seen(sky, stands):
    """Return both together, as the step takes them."""
    return Terminals(sky.string1, sky.string2, stands.bank, stands.mains_v)


@kernel
def own_terminals(seen, share):
    """Return the same for a unit with a share of the bank: the smaller, the more it resists."""
    bank = seen.bank
    return Terminals(
        seen.string1,
        seen.string2,
        Source(bank.emf_v, bank.charge_ohm / share, bank.discharge_ohm / share),
        seen.mains_v,
    )
