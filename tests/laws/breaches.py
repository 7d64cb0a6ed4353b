"""The laws that an ordeal keeps an eye on: limits, times, and what must never be (C-03 to C-59).

Each is worked out from settings, world and flows alone, with figures of its own, so that it does
not share a mistake with the law of the machine. Kernel functions, to run plain and compiled.
"""

from typing import NamedTuple

from twinverter.batch.loop import balance_error
from twinverter.catalog.choices import LITHIUM, NO_BATT, SELLING_FIRST, ZERO_EXPORT_CT
from twinverter.catalog.states import OFF_GRID, ON_GRID, RELAY_GEN, RELAY_GRID, RELAY_LOAD, STANDBY
from twinverter.core.blocks import held_for, total
from twinverter.core.kernel import kernel
from twinverter.plant.grid import ALIVE_V

# What has been broken, as the ordeal tells it; 0 is nothing.
LAWS = (
    "",
    "a figure is no number",
    "sources and sinks differ",
    "a meter ran backwards or the charge left its bank",
    "C-06: more sun than setting or rating",
    "C-07: charged with more than setting, rating or management allow",
    "C-07: charged although too cold",
    "C-07: discharged with more than setting, rating or management allow",
    "C-07: more than twice the limit, or longer than its peak",
    "C-08: the stage beyond its rating beside a source",
    "C-08: one phase of the stage beyond its rating beside a source",
    "C-57: an island beyond its overload times",
    "C-57: one phase of an island beyond its overload times",
    "C-08: apparent power beyond the stage",
    "C-09: works in a room too hot or too cold",
    "C-09: works with a sink too hot",
    "C-59: a port carries too much for too long",
    "C-20: zero export broken for more than a second",
    "C-29: power pushed into a generator",
    "C-56: an island with a bad neutral bond for more than a second",
    "C-10: two sources on one bus",
)
(
    _, NAN, BALANCE, METER, PV, CHARGE, COLD, DISCHARGE, PEAK, STAGE, PHASE, LOAD, LOAD_PHASE,
    CIRCLE, ROOM, SINK, PORT, EXPORT, ENGINE, BOND, SOURCES,
) = map(float, range(len(LAWS)))  # fmt: skip

NEAR_W, NEAR_A, NEAR_S = 0.01, 1e-6, 1e-6


class Watch(NamedTuple):
    """For how long each thing that is borne for a while has lasted."""

    island: float
    island_long: float
    island_short: float
    phase: float
    phase_short: float
    peak: float
    short: float
    sink: float
    port: float
    export: float
    bond: float


@kernel
def sum_of(flows):
    """Return a sum in which a figure that is no number shows."""
    return (
        flows.pv1_w + flows.pv2_w + flows.battery_w + flows.battery_v + flows.battery_a
        + flows.battery_c + flows.soc + total(flows.grid_w) + total(flows.ld_w)
        + total(flows.inverter_w) + total(flows.load_unserved_w) + total(flows.gen_w)
        + flows.loss_w + flows.reactive_var + flows.frequency_hz + flows.sink_c + flows.alarms
    )  # fmt: skip


@kernel
def fell(before, after):
    """Return whether a meter ran backwards, by more than its rounding."""
    return after < before - 1e-9 * max(1.0, before)


@kernel
def meters_fell(before, after):
    """Return whether any of the meters ran backwards."""
    return (
        fell(before.pv_wh, after.pv_wh)
        or fell(before.load_wh, after.load_wh)
        or fell(before.grid_import_wh, after.grid_import_wh)
        or fell(before.grid_export_wh, after.grid_export_wh)
        or fell(before.battery_charge_wh, after.battery_charge_wh)
        or fell(before.battery_discharge_wh, after.battery_discharge_wh)
        or fell(before.generator_wh, after.generator_wh)
        or fell(before.losses_wh, after.losses_wh)
        or fell(before.unserved_s, after.unserved_s)
        or fell(before.fuel_l, after.fuel_l)
    )


CALM = Watch(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@kernel
def feeds_the_dead(inputs, flows):
    """Return whether a phase of the mains is dead and the relay has not opened yet (0.16 s)."""
    on_mains = flows.state == ON_GRID or flows.state == STANDBY
    return on_mains and min(inputs.grid_v.l1, inputs.grid_v.l2, inputs.grid_v.l3) < ALIVE_V


@kernel
def derate_of(settings, ambient_c):
    """Return the share of the ratings that heat leaves (C-09)."""
    warm = min(1.0, max(0.0, (ambient_c - 45.0) / 15.0))
    return 1.0 - warm * (1.0 - settings.installer.derate_end)


@kernel
def largest(phases):
    """Return the largest size on any phase."""
    return max(abs(phases.l1), abs(phases.l2), abs(phases.l3))


@kernel
def switched(before, after):
    """Return whether a PV input went on or off: control knows its losses from the next step on."""
    was, now = before.control.limits, after.control.limits
    return was.input1.on != now.input1.on or was.input2.on != now.input2.on


@kernel
def unplanned_w(site, settings, flows):
    """Return the most that reactive power heats: it is planned for before Q is known."""
    var = settings.law.support.apparent_va
    if settings.support.active == 0.0:
        var = flows.reactive_var
    return site.bridge.inverter_loss.per_w * var * var


@kernel
def battery_law(site, settings, before, inputs, flows, derate):
    """Return the law of the battery that is broken now, and by how much discharge is too high.

    The latter is 0 within the limit, 1 within its peak, 2 beyond.
    """
    rating_a = 190.0 * derate
    charge_a = min(settings.battery.max_charge_a, rating_a)
    discharge_a = min(settings.battery.max_discharge_a, rating_a)
    peak_a = 2.0 * discharge_a
    lithium = settings.battery.batt_mode == LITHIUM
    if lithium and inputs.bms_silent == 0.0:
        charge_a = min(charge_a, inputs.bms_charge_max_a)
        discharge_a = min(discharge_a, inputs.bms_discharge_max_a)
        peak_a = min(peak_a, inputs.bms_discharge_max_a)
    if settings.battery.batt_mode == NO_BATT:
        charge_a = discharge_a = peak_a = 0.0
    near_w = NEAR_W + unplanned_w(site, settings, flows)
    near_a = NEAR_A + near_w / 40.0
    law = 0.0
    if flows.battery_w < -near_w:
        sensor = settings.installer.battery_temp_sensor * inputs.battery_sensor_ok > 0.0
        known = lithium or sensor
        if -flows.battery_a > charge_a + near_a:
            law = CHARGE
        elif known and before.plant.battery.temp_c <= settings.installer.min_charge_temp_c:
            law = COLD
    over = 0.0
    if flows.battery_w > near_w and flows.battery_a > discharge_a + near_a:
        over = 2.0 if flows.battery_a > peak_a + near_a else 1.0
    return law, over


@kernel
def export_floor_w(settings, inputs):
    """Return how low the measuring point may fall (C-20), and whether that is at the mains."""
    mode = settings.work_mode
    bits = int(inputs.drm) if settings.advanced.drm > 0.0 else 0
    no_sell = bits & 32 > 0
    selling = mode.work_mode == SELLING_FIRST
    at_mains = (selling or mode.work_mode == ZERO_EXPORT_CT) and not no_sell
    if (selling or mode.solar_sell > 0.0) and not no_sell:
        return -mode.max_sell_power_w, at_mains
    return 0.0, at_mains


@kernel
def exports(settings, site, inputs, flows, dt_s):
    """Return whether the inverter makes more leave the measuring point than it may."""
    defects = site.defects
    floor_w, at_mains = export_floor_w(settings, inputs)
    if at_mains and defects.ct_reversed + defects.ct_off + defects.ct_swapped > 0.0:
        return False
    measured_w = total(flows.grid_w) if at_mains else total(flows.ld_w)
    without_w = measured_w + total(flows.inverter_w)
    # A step longer than a second shows for its whole length what lasts one step only.
    near_w = NEAR_W + (unplanned_w(site, settings, flows) if dt_s > 1.0 else 0.0)
    return measured_w < min(floor_w, without_w) - near_w


@kernel
def port_a(settings, site, flows):
    """Return the current of the GRID port on its worst phase, a circuit past the sensor included."""
    if flows.state != ON_GRID and flows.state != STANDBY:
        return 0.0
    nominal_v = settings.grid.nominal_v
    micro_w = flows.micro_inverter_w / 3.0
    first_w = (
        flows.load_w.l1 - flows.load_unserved_w.l1 + flows.smart_load_w.l1
        - flows.inverter_w.l1 - micro_w
    )  # fmt: skip
    first_a = first_w / nominal_v + site.defects.bypass_a
    return max(first_a, flows.ld_w.l2 / nominal_v, flows.ld_w.l3 / nominal_v)


@kernel
def watched(site, settings, watch, before, after, inputs, flows, over, dt_s):
    """Return for how long everything that may be borne for a while has lasted now."""
    derate = derate_of(settings, inputs.ambient_c)
    nominal_v = settings.grid.nominal_v
    ac_w = 8800.0 if inputs.ambient_c <= 45.0 else 8000.0 * derate
    alone = flows.state == OFF_GRID
    load_w = total(flows.inverter_w) if alone else 0.0
    phase_a = max(flows.inverter_w.l1, flows.inverter_w.l2, flows.inverter_w.l3) / nominal_v
    phase_a = phase_a / derate if alone else 0.0
    bonded = settings.advanced.signal_island_mode > 0.0 or nominal_v <= 120.0
    bad_bond = site.defects.bond_open > 0.0 and bonded
    feeds = int(flows.relays) & int(RELAY_LOAD) > 0
    return Watch(
        held_for(watch.island, load_w > ac_w + NEAR_W, dt_s),
        held_for(watch.island_long, load_w > 12000.0 * derate + NEAR_W, dt_s),
        held_for(watch.island_short, load_w > 16000.0 * derate + NEAR_W, dt_s),
        held_for(watch.phase, phase_a > 18.0 + NEAR_A, dt_s),
        held_for(watch.phase_short, phase_a > 24.0 + NEAR_A, dt_s),
        held_for(watch.peak, alone and over > 0.0, dt_s),
        held_for(watch.short, alone and over > 1.0, dt_s),
        held_for(watch.sink, before.plant.sink_c >= 90.0, dt_s),
        # What flows past the sensor is known from the step after the relay has closed.
        held_for(
            watch.port,
            port_a(settings, site, flows) > 50.0 + NEAR_A and before.plant.grid_on > 0.0,
            dt_s,
        ),
        held_for(
            watch.export,
            exports_now(settings, site, inputs, flows, dt_s) and not switched(before, after),
            dt_s,
        ),
        held_for(watch.bond, alone and feeds and bad_bond, dt_s),
    )


@kernel
def exports_now(settings, site, inputs, flows, dt_s):
    """Return whether the mains carries the bus and gets more than it may."""
    on_mains = flows.state == ON_GRID or flows.state == STANDBY
    return on_mains and exports(settings, site, inputs, flows, dt_s)


@kernel
def worn_out(watch):
    """Return the law broken because something lasted too long (0: none)."""
    if watch.island > 60.0 + NEAR_S or watch.island_long > 10.0 + NEAR_S:
        return LOAD
    if watch.island_short > 0.1 + NEAR_S:
        return LOAD
    if watch.phase > 10.0 + NEAR_S or watch.phase_short > 0.1 + NEAR_S:
        return LOAD_PHASE
    if watch.peak > 10.0 + NEAR_S or watch.short > 0.2 + NEAR_S:
        return PEAK
    if watch.port > 5.0 + NEAR_S:
        return PORT
    if watch.export > 1.0 + NEAR_S:
        return EXPORT
    return BOND if watch.bond > 1.0 + NEAR_S else 0.0


@kernel
def stage_law(site, settings, inputs, flows, watch, derate):
    """Return the law of the power stage that is broken now (0: none)."""
    own_w = 1.1 * site.bridge.own_running_w
    given_w = total(flows.inverter_w)
    works = flows.pv1_w + flows.pv2_w > 0.0 or abs(given_w) > own_w + NEAR_W
    if works and (inputs.ambient_c > 60.0 or inputs.ambient_c < -25.0):
        return ROOM
    if works and watch.sink >= 3.0:
        return SINK
    if (
        flows.pv1_w + flows.pv2_w
        > min(settings.work_mode.max_solar_power_w, 10400.0 * derate) + NEAR_W
    ):
        return PV
    if flows.state == OFF_GRID:
        return 0.0
    ac_w = 8800.0 if inputs.ambient_c <= 45.0 else 8000.0 * derate
    # What the machine itself consumes comes in besides.
    if given_w > ac_w + NEAR_W or -given_w > ac_w + own_w + NEAR_W:
        return STAGE
    if largest(flows.inverter_w) > max(18.0 * derate * settings.grid.nominal_v, own_w) + NEAR_W:
        return PHASE
    size_va = settings.law.support.apparent_va + NEAR_W
    # The test for an island pushes a moving frequency on, over all limits, until it is proved.
    pushed_var = settings.law.islanding.most * abs(given_w)
    reactive_var = max(0.0, abs(flows.reactive_var) - pushed_var)
    if given_w * given_w + reactive_var * reactive_var > size_va * size_va:
        return CIRCLE
    return 0.0


@kernel
def broken_law(site, settings, before, after, inputs, flows, watch, over, battery):
    """Return the law that this step has broken (0: none)."""
    figure = sum_of(flows) + after.meters.losses_wh + after.meters.pv_wh + after.plant.sink_c
    if figure - figure != 0.0:
        return NAN
    if balance_error(flows) > 1e-9:
        return BALANCE
    if meters_fell(before.meters, after.meters) or not 0.0 <= flows.soc <= 1.0:
        return METER
    relays = int(flows.relays)
    if relays & int(RELAY_GRID) > 0 and relays & int(RELAY_GEN) > 0:
        return SOURCES
    late = worn_out(watch)
    if late > 0.0:
        return late
    if switched(before, after) or feeds_the_dead(inputs, flows):
        return 0.0
    on_port = settings.gen_port.gen_on_grid_port > 0.0
    if total(flows.gen_w) < -NEAR_W or (on_port and total(flows.ld_w) < -NEAR_W):
        return ENGINE
    if battery > 0.0:
        return battery
    if over > 0.0 and flows.state != OFF_GRID:
        if flows.battery_w > 1.1 * site.bridge.own_running_w:
            return DISCHARGE
    derate = derate_of(settings, inputs.ambient_c)
    return stage_law(site, settings, inputs, flows, watch, derate)
