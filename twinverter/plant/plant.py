"""The plant as a whole: its state, its flows, and one step of it."""

from typing import NamedTuple

from twinverter.core.blocks import Phases, total
from twinverter.core.converter import given_w, loss_w, source_w, taken_w
from twinverter.core.kernel import kernel
from twinverter.plant import battery, bridge, genset, pv
from twinverter.plant.grid import ALIVE_V, mains_v
from twinverter.plant.loads import micro_inverter_share
from twinverter.plant.site import NO_PHASES
from twinverter.plant.state import PlantState, TrackerState
from twinverter.plant.tracker import available_w, drawn_point, held_point


class Sun(NamedTuple):
    """Both strings in this step: curve, maximum power point, and the point the input can hold."""

    curve1: pv.Curve
    mpp1: pv.Point
    best1: pv.Point
    curve2: pv.Curve
    mpp2: pv.Point
    best2: pv.Point


class Power(NamedTuple):
    """What every line carried in one step; the fields are those of `Flows`."""

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
def sun(site, inputs):
    """Return what the strings offer in this step."""
    curve1 = pv.string_curve(site.pv1, inputs.irradiance1_w_m2, inputs.cell1_c)
    mpp1 = pv.max_power(curve1)
    curve2 = pv.string_curve(site.pv2, inputs.irradiance2_w_m2, inputs.cell2_c)
    mpp2 = pv.max_power(curve2)
    return Sun(
        curve1,
        mpp1,
        held_point(site.tracker, curve1, mpp1),
        curve2,
        mpp2,
        held_point(site.tracker, curve2, mpp2),
    )


@kernel
def input_v(state, curve, best):
    """Return the voltage at a PV input: where it works, or open circuit while it is off."""
    if curve.light_current_a <= 0.0:
        return 0.0
    if state.current_a <= 0.0:
        return pv.open_circuit_v(curve)
    return max(state.voltage_v, best.voltage_v)


@kernel
def drawn(site, sun, commands):
    """Return both operating points when the inputs shall take `commands.pv_w` together."""
    most1_w = available_w(site.tracker, sun.best1) * commands.pv1_on
    most2_w = available_w(site.tracker, sun.best2) * commands.pv2_on
    most_w = most1_w + most2_w
    if most_w <= 0.0:
        return pv.NO_POINT, pv.NO_POINT
    share = min(1.0, commands.pv_w / most_w)
    point1 = pv.NO_POINT
    point2 = pv.NO_POINT
    if most1_w > 0.0:
        point1 = drawn_point(site.tracker, sun.curve1, sun.mpp1, sun.best1, most1_w * share)
    if most2_w > 0.0:
        point2 = drawn_point(site.tracker, sun.curve2, sun.mpp2, sun.best2, most2_w * share)
    return point1, point2


@kernel
def scaled(phases, l1, l2, l3):
    """Return a quantity multiplied phase by phase."""
    return Phases(phases.l1 * l1, phases.l2 * l2, phases.l3 * l3)


@kernel
def step(site, state, inputs, sun, commands, dt_s):
    """Return the plant's state and what every line carried while it followed `commands`."""
    point1, point2 = drawn(site, sun, commands)
    loss1_w = loss_w(site.tracker.loss, point1.power_w)
    loss2_w = loss_w(site.tracker.loss, point2.power_w)
    pv_link_w = point1.power_w + point2.power_w - loss1_w - loss2_w

    mains = mains_v(site, state, inputs)
    alive1 = 1.0 if mains.l1 >= ALIVE_V else 0.0
    alive2 = 1.0 if mains.l2 >= ALIVE_V else 0.0
    alive3 = 1.0 if mains.l3 >= ALIVE_V else 0.0
    on1 = on2 = on3 = commands.output_on
    if commands.grid_on > 0.0:
        on1, on2, on3 = on1 * alive1, on2 * alive2, on3 * alive3

    micro_share = micro_inverter_share(site.micro_inverters, commands.frequency_hz)
    mi_w = inputs.micro_inverter_w * commands.mi_on * micro_share * commands.output_on
    mi_third_w = mi_w * (1.0 / 3.0)
    served = scaled(inputs.load_w, on1, on2, on3)
    smart = scaled(
        inputs.smart_load_w,
        on1 * commands.smart_on,
        on2 * commands.smart_on,
        on3 * commands.smart_on,
    )
    bus = Phases(
        served.l1 + smart.l1 - mi_third_w,
        served.l2 + smart.l2 - mi_third_w,
        served.l3 + smart.l3 - mi_third_w,
    )
    forming = commands.forming > 0.0
    inverter = bus if forming else scaled(commands.inverter_w, on1, on2, on3)
    inverter_w = total(inverter)
    link_w = taken_w(site.bridge.inverter_loss, inverter_w) + commands.own_w - pv_link_w
    battery_w = source_w(site.bridge.battery_loss, link_w)
    own_w = commands.own_w
    if commands.battery_on == 0.0:
        # Without a battery the mains holds the link: what is left over flows through the inverter.
        battery_w = 0.0
        if forming or commands.grid_on + commands.gen_on == 0.0:
            # Nobody else takes or gives what the trackers missed by.
            own_w -= link_w
        else:
            left_w = given_w(site.bridge.inverter_loss, pv_link_w - commands.own_w) - inverter_w
            third_w = left_w * (1.0 / 3.0)
            inverter = Phases(inverter.l1 + third_w, inverter.l2 + third_w, inverter.l3 + third_w)
            inverter_w += left_w

    fed = Phases(bus.l1 - inverter.l1, bus.l2 - inverter.l2, bus.l3 - inverter.l3)
    ld = fed if commands.grid_on > 0.0 else NO_PHASES
    gen = fed if commands.gen_on > 0.0 else NO_PHASES
    home = scaled(inputs.home_w, alive1, alive2, alive3)
    grid = Phases(ld.l1 + home.l1, ld.l2 + home.l2, ld.l3 + home.l3)
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
    after = PlantState(
        TrackerState(point1.voltage_v, point1.current_a),
        TrackerState(point2.voltage_v, point2.current_a),
        battery.step(site.battery, state.battery, battery_w, inputs.ambient_c, dt_s),
        running,
        bridge.sink_step(site.bridge, state.sink_c, lost_w, inputs.ambient_c, dt_s),
        grid,
    )
    load = inputs.load_w
    wanted = inputs.home_w
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
        home,
        Phases(load.l1 - served.l1, load.l2 - served.l2, load.l3 - served.l3),
        Phases(wanted.l1 - home.l1, wanted.l2 - home.l2, wanted.l3 - home.l3),
        lost_w,
        genset.fuel_l(site.genset, running, gen_w, dt_s),
    )
