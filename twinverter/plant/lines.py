"""What the lines of the machine carry while it follows its commands: sun, loads, stage, mains."""

from typing import NamedTuple

from twinverter.core.blocks import Phases, total
from twinverter.core.converter import given_w, source_w, taken_w
from twinverter.core.kernel import kernel
from twinverter.plant import faults
from twinverter.plant.grid import ALIVE_V
from twinverter.plant.loads import micro_inverter_share
from twinverter.plant.site import NO_PHASES


class Bus(NamedTuple):
    """What hangs on the machine's AC side; `asked` is all of it together, per phase."""

    served: Phases
    smart: Phases
    micro_w: float
    asked: Phases


class Converted(NamedTuple):
    """What the stage carries: inverter, battery, and what it burns and injects besides."""

    inverter: Phases
    inverter_w: float
    battery_w: float
    own_w: float
    injected_var: float


class Mains(NamedTuple):
    """GRID terminals and mains, what the house wanted and got, and what defects do to the rest."""

    ld: Phases
    grid: Phases
    wanted: Phases
    home: Phases
    leak_a: float
    cooling: float


@kernel
def scaled(phases, l1, l2, l3):
    """Return a quantity multiplied phase by phase."""
    return Phases(phases.l1 * l1, phases.l2 * l2, phases.l3 * l3)


@kernel
def less(phases, other):
    """Return what is left of a quantity phase by phase."""
    return Phases(phases.l1 - other.l1, phases.l2 - other.l2, phases.l3 - other.l3)


@kernel
def alive_of(mains):
    """Return 1.0 on each phase of the mains that is alive."""
    return Phases(
        1.0 if mains.l1 >= ALIVE_V else 0.0,
        1.0 if mains.l2 >= ALIVE_V else 0.0,
        1.0 if mains.l3 >= ALIVE_V else 0.0,
    )


@kernel
def on_of(commands, alive):
    """Return the share of the step for which each phase of the backup output is on."""
    on = commands.output_on
    if commands.grid_on > 0.0:
        return Phases(on * alive.l1, on * alive.l2, on * alive.l3)
    return Phases(on, on, on)


@kernel
def bus_of(site, inputs, commands, on):
    """Return what hangs on the machine's AC side; micro-inverters take away from it."""
    served = scaled(inputs.load_w, on.l1, on.l2, on.l3)
    smart = NO_PHASES
    asked = served
    if commands.smart_on > 0.0:
        smart_on = commands.smart_on
        smart = scaled(inputs.smart_load_w, on.l1 * smart_on, on.l2 * smart_on, on.l3 * smart_on)
        asked = Phases(asked.l1 + smart.l1, asked.l2 + smart.l2, asked.l3 + smart.l3)
    micro_w = 0.0
    if commands.mi_on > 0.0:
        share = micro_inverter_share(site.micro_inverters, commands.frequency_hz)
        micro_w = inputs.micro_inverter_w * commands.mi_on * share * commands.output_on
        third_w = micro_w * (1.0 / 3.0)
        asked = Phases(asked.l1 - third_w, asked.l2 - third_w, asked.l3 - third_w)
    return Bus(served, smart, micro_w, asked)


@kernel
def converted(site, commands, bus, on, pv_link_w):
    """Return what the stage carries while the sun gives `pv_link_w` to its link."""
    bridge = site.bridge
    forming = commands.forming > 0.0
    wanted = commands.inverter_w
    inverter = bus if forming else scaled(wanted, on.l1, on.l2, on.l3)
    inverter_w = total(inverter)
    own_w = commands.own_w
    injected_var = 0.0
    if commands.reactive_var != 0.0 and commands.grid_on > 0.0:
        injected_var = commands.reactive_var
        own_w += bridge.inverter_loss.per_w * injected_var * injected_var
    link_w = taken_w(bridge.inverter_loss, inverter_w) + own_w - pv_link_w
    battery_w = 0.0
    if commands.battery_on > 0.0:
        battery_w = source_w(bridge.battery_loss, link_w)
    elif forming or commands.grid_on + commands.gen_on == 0.0:
        # Nobody else takes or gives what the trackers missed by.
        own_w -= link_w
    else:
        # Without a battery the mains holds the link: what is left over flows through the inverter.
        left_w = given_w(bridge.inverter_loss, pv_link_w - own_w) - inverter_w
        third_w = left_w * (1.0 / 3.0)
        inverter = Phases(inverter.l1 + third_w, inverter.l2 + third_w, inverter.l3 + third_w)
        inverter_w += left_w
    return Converted(inverter, inverter_w, battery_w, own_w, injected_var)


@kernel
def mains_of(site, was_leak_a, inputs, commands, mains, alive, fed, dt_s):
    """Return what passes GRID terminals and mains while `fed` flows to the machine's AC side."""
    ld = fed if commands.grid_on > 0.0 else NO_PHASES
    wanted = inputs.home_w
    home = scaled(wanted, alive.l1, alive.l2, alive.l3)
    grid = Phases(ld.l1 + home.l1, ld.l2 + home.l2, ld.l3 + home.l3)
    leak_a = 0.0
    cooling = 1.0
    if site.defects.any > 0.0:
        broken = site.defects
        leak_a = faults.crept_a(broken, was_leak_a, dt_s)
        cooling = faults.cooling(broken)
        past_w = faults.bypass_w(broken, commands.grid_on * alive.l1, mains.l1)
        ld = faults.on_l1(ld, past_w)
        grid = faults.on_l1(grid, past_w)
        home = faults.on_l1(home, past_w)
        wanted = faults.on_l1(wanted, past_w)
    return Mains(ld, grid, wanted, home, leak_a, cooling)
