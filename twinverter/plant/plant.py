"""The plant as a whole: its state, its flows, and one step of it."""

from typing import NamedTuple

from twinverter.core.blocks import Phases, total
from twinverter.core.converter import given_w, loss_w, source_w, taken_w
from twinverter.core.kernel import kernel
from twinverter.plant import battery, bridge, faults, genset, pv, rlc
from twinverter.plant.grid import ALIVE_V, is_cut, mains_v
from twinverter.plant.loads import micro_inverter_share
from twinverter.plant.rlc import RlcState
from twinverter.plant.site import NO_PHASES
from twinverter.plant.state import PlantState, TrackerState
from twinverter.plant.tracker import available_w, drawn_point, held_point


class Offer(NamedTuple):
    """One string in this step: curve, maximum power point, and the point the input can hold."""

    curve: pv.Curve
    mpp: pv.Point
    best: pv.Point


NO_OFFER = Offer(pv.DARK, pv.NO_POINT, pv.NO_POINT)


class Terminals(NamedTuple):
    """What stands at the machine's terminals before it acts in this step."""

    string1: Offer
    string2: Offer
    bank: battery.Source
    mains_v: Phases


class Power(NamedTuple):
    """What every line carried in one step; the fields are those of `Flows`.

    `home` is the home load's demand, a circuit wired past the LOAD sensor included.
    """

    pv1: pv.Point
    pv2: pv.Point
    battery_w: float
    inverter: Phases
    smart_load: Phases
    gen: Phases
    micro_inverter_w: float
    ld: Phases
    grid: Phases
    home: Phases
    load_unserved: Phases
    home_unserved: Phases
    loss_w: float
    fuel_l: float


@kernel
def offered(tracker, string, state, irradiance_w_m2, cell_c):
    """Return what one string offers in this step."""
    if irradiance_w_m2 < pv.DAYLIGHT_W_M2 or string.modules <= 0.0:
        return NO_OFFER
    curve = pv.string_curve(string, irradiance_w_m2, cell_c)
    mpp = pv.max_power(curve, state.share)
    return Offer(curve, mpp, held_point(tracker, curve, mpp))


@kernel
def lost(offer, reversed_on, short_a):
    """Return the offer of a string that may be turned round or shorted: its curve, no power."""
    if faults.gives_nothing(reversed_on, short_a):
        return Offer(offer.curve, pv.NO_POINT, pv.NO_POINT)
    return offer


@kernel
def terminals(site, state, inputs):
    """Return what stands at the terminals in this step."""
    string1 = offered(
        site.tracker, site.pv1, state.tracker1, inputs.irradiance1_w_m2, inputs.cell1_c
    )
    string2 = offered(
        site.tracker, site.pv2, state.tracker2, inputs.irradiance2_w_m2, inputs.cell2_c
    )
    broken = site.defects
    if broken.any > 0.0:
        string1 = lost(string1, broken.pv1_reversed, broken.input1_short_a)
        string2 = lost(string2, broken.pv2_reversed, broken.input2_short_a)
    return Terminals(
        string1,
        string2,
        battery.source(site.battery, state.battery),
        mains_v(site, state, inputs),
    )


@kernel
def input_v(state, offer):
    """Return the voltage at a PV input: where it works, or open circuit while it is off."""
    if offer.curve.light_current_a <= 0.0:
        return 0.0
    if state.current_a <= 0.0:
        return pv.open_circuit_v(offer.curve)
    best_v = offer.best.voltage_v
    return state.voltage_v if state.voltage_v > best_v else best_v


@kernel
def drawn(tracker, offer, state, most_w, share):
    """Return where an input works that takes `share` of the `most_w` it could."""
    if most_w <= 0.0:
        return pv.NO_POINT
    return drawn_point(tracker, offer.curve, offer.mpp, offer.best, most_w * share, state.voltage_v)


@kernel
def tracked(offer, state, point):
    """Return what is remembered of a PV input that worked at `point`."""
    if offer.mpp.power_w <= 0.0:
        return TrackerState(0.0, 0.0, state.share)
    return TrackerState(point.voltage_v, point.current_a, pv.diode_share(offer.curve, offer.mpp))


@kernel
def scaled(phases, l1, l2, l3):
    """Return a quantity multiplied phase by phase."""
    return Phases(phases.l1 * l1, phases.l2 * l2, phases.l3 * l3)


@kernel
def less(phases, other):
    """Return what is left of a quantity phase by phase."""
    return Phases(phases.l1 - other.l1, phases.l2 - other.l2, phases.l3 - other.l3)


@kernel
def step(site, state, inputs, seen, commands, dt_s):
    """Return the plant's state and what every line carried while it followed `commands`.

    `seen` is what stood at the terminals at the start of the step.
    """
    string1 = seen.string1
    string2 = seen.string2
    most1_w = available_w(site.tracker, string1.best) * commands.pv1_on
    most2_w = available_w(site.tracker, string2.best) * commands.pv2_on
    most_w = most1_w + most2_w
    share = commands.pv_w / most_w if commands.pv_w < most_w else 1.0
    point1 = drawn(site.tracker, string1, state.tracker1, most1_w, share)
    point2 = drawn(site.tracker, string2, state.tracker2, most2_w, share)
    loss1_w = loss_w(site.tracker.loss, point1.power_w)
    loss2_w = loss_w(site.tracker.loss, point2.power_w)
    pv_link_w = point1.power_w + point2.power_w - loss1_w - loss2_w

    mains = seen.mains_v
    alive1 = 1.0 if mains.l1 >= ALIVE_V else 0.0
    alive2 = 1.0 if mains.l2 >= ALIVE_V else 0.0
    alive3 = 1.0 if mains.l3 >= ALIVE_V else 0.0
    on1 = on2 = on3 = commands.output_on
    if commands.grid_on > 0.0:
        on1, on2, on3 = on1 * alive1, on2 * alive2, on3 * alive3

    load = inputs.load_w
    served = scaled(load, on1, on2, on3)
    smart = NO_PHASES
    bus = served
    if commands.smart_on > 0.0:
        smart_on = commands.smart_on
        smart = scaled(inputs.smart_load_w, on1 * smart_on, on2 * smart_on, on3 * smart_on)
        bus = Phases(bus.l1 + smart.l1, bus.l2 + smart.l2, bus.l3 + smart.l3)
    mi_w = 0.0
    if commands.mi_on > 0.0:
        micro_share = micro_inverter_share(site.micro_inverters, commands.frequency_hz)
        mi_w = inputs.micro_inverter_w * commands.mi_on * micro_share * commands.output_on
        third_w = mi_w * (1.0 / 3.0)
        bus = Phases(bus.l1 - third_w, bus.l2 - third_w, bus.l3 - third_w)
    forming = commands.forming > 0.0
    inverter = bus if forming else scaled(commands.inverter_w, on1, on2, on3)
    inverter_w = total(inverter)
    own_w = commands.own_w
    injected_var = 0.0
    if commands.reactive_var != 0.0 and commands.grid_on > 0.0:
        injected_var = commands.reactive_var
        own_w += site.bridge.inverter_loss.per_w * injected_var * injected_var
    link_w = taken_w(site.bridge.inverter_loss, inverter_w) + own_w - pv_link_w
    battery_w = 0.0
    if commands.battery_on > 0.0:
        battery_w = source_w(site.bridge.battery_loss, link_w)
    elif forming or commands.grid_on + commands.gen_on == 0.0:
        # Nobody else takes or gives what the trackers missed by.
        own_w -= link_w
    else:
        # Without a battery the mains holds the link: what is left over flows through the inverter.
        left_w = given_w(site.bridge.inverter_loss, pv_link_w - own_w) - inverter_w
        third_w = left_w * (1.0 / 3.0)
        inverter = Phases(inverter.l1 + third_w, inverter.l2 + third_w, inverter.l3 + third_w)
        inverter_w += left_w

    fed = less(bus, inverter)
    ld = fed if commands.grid_on > 0.0 else NO_PHASES
    gen = fed if commands.gen_on > 0.0 else NO_PHASES
    wanted = inputs.home_w
    home = scaled(wanted, alive1, alive2, alive3)
    grid = Phases(ld.l1 + home.l1, ld.l2 + home.l2, ld.l3 + home.l3)
    leak_a = 0.0
    cooling = 1.0
    if site.defects.any > 0.0:
        broken = site.defects
        leak_a = faults.crept_a(broken, state.leak_a, dt_s)
        cooling = faults.cooling(broken)
        past_w = faults.bypass_w(broken, commands.grid_on * alive1, mains.l1)
        ld = faults.on_l1(ld, past_w)
        grid = faults.on_l1(grid, past_w)
        home = faults.on_l1(home, past_w)
        wanted = faults.on_l1(wanted, past_w)
    lost_w = (
        loss1_w
        + loss2_w
        + loss_w(site.bridge.inverter_loss, inverter_w)
        + loss_w(site.bridge.battery_loss, battery_w)
        + own_w
    )
    gen_w = total(ld) if site.genset.on_grid_port > 0.0 else total(gen)
    running = genset.step(
        site.genset,
        state.genset,
        commands.gen_start,
        inputs.gen_by_hand,
        inputs.gen_ready,
        gen_w,
        dt_s,
    )
    across = state.rlc
    if site.rlc.power_w > 0.0:
        if is_cut(site, inputs):
            across = rlc.step(site.rlc, across, -total(grid), injected_var, dt_s)
        else:
            across = RlcState(total(seen.mains_v) * (1.0 / 3.0), inputs.grid_hz)
    after = PlantState(
        tracked(string1, state.tracker1, point1),
        tracked(string2, state.tracker2, point2),
        battery.step(site.battery, state.battery, seen.bank, battery_w, inputs.ambient_c, dt_s),
        running,
        bridge.sink_step(site.bridge, state.sink_c, lost_w, inputs.ambient_c, dt_s, cooling),
        leak_a,
        grid,
        0.0 - injected_var,
        ld,
        across,
        1.0 if commands.output_on + commands.grid_on + commands.gen_on + most_w > 0.0 else 0.0,
        commands.grid_on,
    )
    return after, Power(
        point1,
        point2,
        battery_w,
        inverter,
        smart,
        gen,
        mi_w,
        ld,
        grid,
        wanted,
        less(load, served),
        less(wanted, home),
        lost_w,
        genset.fuel_l(site.genset, running, gen_w, dt_s),
    )
