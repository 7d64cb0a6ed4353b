"""The plant as a whole: its state, its flows, and one step of it."""

from typing import NamedTuple

from twinverter.core.blocks import Phases, total
from twinverter.core.converter import loss_w
from twinverter.core.kernel import kernel
from twinverter.plant import battery, bridge, faults, genset, lines, pv, rlc
from twinverter.plant.grid import is_cut, mains_v
from twinverter.plant.lines import less
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
def across_of(site, state, inputs, seen, grid, injected_var, dt_s):
    """Return what stands across a resonant load on the mains at the end of the step."""
    if site.rlc.power_w <= 0.0:
        return state.rlc
    if is_cut(site, inputs):
        return rlc.step(site.rlc, state.rlc, -total(grid), injected_var, dt_s)
    return RlcState(total(seen.mains_v) * (1.0 / 3.0), inputs.grid_hz)


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

    alive = lines.alive_of(seen.mains_v)
    on = lines.on_of(commands, alive)
    bus = lines.bus_of(site, inputs, commands, on)
    stage = lines.converted(site, commands, bus.asked, on, pv_link_w)
    fed = less(bus.asked, stage.inverter)
    gen = fed if commands.gen_on > 0.0 else NO_PHASES
    mains = lines.mains_of(site, state.leak_a, inputs, commands, seen.mains_v, alive, fed, dt_s)
    lost_w = (
        loss1_w
        + loss2_w
        + loss_w(site.bridge.inverter_loss, stage.inverter_w)
        + loss_w(site.bridge.battery_loss, stage.battery_w)
        + stage.own_w
    )
    gen_w = total(mains.ld) if site.genset.on_grid_port > 0.0 else total(gen)
    running = genset.step(
        site.genset, state.genset, commands.gen_start, inputs.gen_by_hand, inputs.gen_ready,
        gen_w, dt_s,
    )  # fmt: skip
    bank = battery.step(
        site.battery, state.battery, seen.bank, stage.battery_w, inputs.ambient_c, dt_s
    )
    working = commands.output_on + commands.grid_on + commands.gen_on + most_w > 0.0
    after = PlantState(
        tracked(string1, state.tracker1, point1),
        tracked(string2, state.tracker2, point2),
        bank,
        running,
        bridge.sink_step(site.bridge, state.sink_c, lost_w, inputs.ambient_c, dt_s, mains.cooling),
        mains.leak_a,
        mains.grid,
        0.0 - stage.injected_var,
        mains.ld,
        across_of(site, state, inputs, seen, mains.grid, stage.injected_var, dt_s),
        1.0 if working else 0.0,
        commands.grid_on,
    )
    return after, Power(
        point1,
        point2,
        stage.battery_w,
        stage.inverter,
        bus.smart,
        gen,
        bus.micro_w,
        mains.ld,
        mains.grid,
        mains.wanted,
        less(inputs.load_w, bus.served),
        less(mains.wanted, mains.home),
        lost_w,
        genset.fuel_l(site.genset, running, gen_w, dt_s),
    )
