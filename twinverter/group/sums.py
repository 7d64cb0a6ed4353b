"""The flows of a whole group: the sum of its units, what is no sum of them, and its meters."""

from collections.abc import Callable
from typing import Any

from twinverter.core.blocks import Phases, total
from twinverter.core.kernel import kernel
from twinverter.core.records import leaves
from twinverter.group.bus import added
from twinverter.inverter import Flows, Meters, counted
from twinverter.plant.plant import Power
from twinverter.plant.pv import Point


def adder() -> Callable[[Any, Any], None]:
    """Return a kernel function: (row of flows, another) -> None, adding field by field.

    From row to row the compiler adds many neighbours at once, which it does not with tuples.
    """
    lines = [f"    row[{name!r}] += other[{name!r}]" for name in leaves(Flows)]
    scope: dict[str, Any] = {}
    exec("def add(row, other):\n" + "\n".join(lines) + "\n", scope)
    return kernel(scope["add"])


add = adder()


@kernel
def onto(phases, phase):
    """Return what a unit's three legs put on the three phases."""
    if phase == 0.0:
        return phases
    sum_w = total(phases)
    return Phases(
        sum_w if phase == 1.0 else 0.0,
        sum_w if phase == 2.0 else 0.0,
        sum_w if phase == 3.0 else 0.0,
    )


@kernel
def placed(flows, phase):
    """Return a unit's flows as they lie on the three phases of the house."""
    return Flows(
        flows.pv1_w,
        flows.pv1_v,
        flows.pv1_a,
        flows.pv2_w,
        flows.pv2_v,
        flows.pv2_a,
        flows.pv_available_w,
        flows.battery_w,
        flows.battery_v,
        flows.battery_a,
        flows.battery_c,
        flows.soc,
        flows.soh,
        onto(flows.grid_w, phase),
        onto(flows.ld_w, phase),
        onto(flows.inverter_w, phase),
        onto(flows.load_w, phase),
        onto(flows.home_w, phase),
        onto(flows.smart_load_w, phase),
        onto(flows.gen_w, phase),
        flows.micro_inverter_w,
        onto(flows.load_unserved_w, phase),
        onto(flows.home_unserved_w, phase),
        flows.loss_w,
        flows.reactive_var,
        flows.frequency_hz,
        flows.sink_c,
        flows.fuel_l,
        flows.state,
        flows.relays,
        flows.alarms,
        flows.stage,
        flows.reasons,
    )


@kernel
def joined(sum_of, flows, phase):
    """Return flows per phase of the house with those of another unit."""
    lies = placed(flows, phase)
    return Flows(
        sum_of.pv1_w + lies.pv1_w,
        sum_of.pv1_v,
        sum_of.pv1_a + lies.pv1_a,
        sum_of.pv2_w + lies.pv2_w,
        sum_of.pv2_v,
        sum_of.pv2_a + lies.pv2_a,
        sum_of.pv_available_w + lies.pv_available_w,
        sum_of.battery_w + lies.battery_w,
        sum_of.battery_v,
        sum_of.battery_a + lies.battery_a,
        sum_of.battery_c,
        sum_of.soc,
        sum_of.soh,
        added(sum_of.grid_w, lies.grid_w),
        added(sum_of.ld_w, lies.ld_w),
        added(sum_of.inverter_w, lies.inverter_w),
        added(sum_of.load_w, lies.load_w),
        added(sum_of.home_w, lies.home_w),
        added(sum_of.smart_load_w, lies.smart_load_w),
        added(sum_of.gen_w, lies.gen_w),
        sum_of.micro_inverter_w + lies.micro_inverter_w,
        added(sum_of.load_unserved_w, lies.load_unserved_w),
        added(sum_of.home_unserved_w, lies.home_unserved_w),
        sum_of.loss_w + lies.loss_w,
        sum_of.reactive_var + lies.reactive_var,
        sum_of.frequency_hz,
        sum_of.sink_c,
        sum_of.fuel_l + lies.fuel_l,
        sum_of.state,
        sum_of.relays,
        sum_of.alarms,
        sum_of.stage,
        sum_of.reasons,
    )


@kernel
def without_readings(flows):
    """Return a unit's flows without what is read of its bank: that of the one bank comes later."""
    return Flows(
        flows.pv1_w,
        flows.pv1_v,
        flows.pv1_a,
        flows.pv2_w,
        flows.pv2_v,
        flows.pv2_a,
        flows.pv_available_w,
        flows.battery_w,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        flows.grid_w,
        flows.ld_w,
        flows.inverter_w,
        flows.load_w,
        flows.home_w,
        flows.smart_load_w,
        flows.gen_w,
        flows.micro_inverter_w,
        flows.load_unserved_w,
        flows.home_unserved_w,
        flows.loss_w,
        flows.reactive_var,
        flows.frequency_hz,
        flows.sink_c,
        flows.fuel_l,
        flows.state,
        flows.relays,
        flows.alarms,
        flows.stage,
        flows.reasons,
    )


@kernel
def whole(sum_of, masters, shown, soc):
    """Return the sum of all units with what is none: what the master's own flows say of it.

    `shown` are the alarms of all, `soc` the mean charge.
    """
    return Flows(
        sum_of.pv1_w,
        masters.pv1_v,
        sum_of.pv1_a,
        sum_of.pv2_w,
        masters.pv2_v,
        sum_of.pv2_a,
        sum_of.pv_available_w,
        sum_of.battery_w,
        masters.battery_v,
        sum_of.battery_a,
        masters.battery_c,
        soc,
        masters.soh,
        sum_of.grid_w,
        sum_of.ld_w,
        sum_of.inverter_w,
        sum_of.load_w,
        sum_of.home_w,
        sum_of.smart_load_w,
        sum_of.gen_w,
        sum_of.micro_inverter_w,
        sum_of.load_unserved_w,
        sum_of.home_unserved_w,
        sum_of.loss_w,
        sum_of.reactive_var,
        masters.frequency_hz,
        masters.sink_c,
        sum_of.fuel_l,
        masters.state,
        masters.relays,
        shown,
        masters.stage,
        masters.reasons,
    )


@kernel
def metered(meters, flows, inputs, was_running, running, dt_s):
    """Return the meters of the whole group, which count what its units have in sum."""
    power = Power(
        Point(flows.pv1_w, 0.0, 0.0, 0.0),
        Point(flows.pv2_w, 0.0, 0.0, 0.0),
        flows.battery_w,
        flows.inverter_w,
        flows.smart_load_w,
        flows.gen_w,
        flows.micro_inverter_w,
        flows.ld_w,
        flows.grid_w,
        flows.home_w,
        flows.load_unserved_w,
        flows.home_unserved_w,
        flows.loss_w,
        flows.fuel_l,
    )
    return counted(meters, power, inputs, flows.pv_available_w, was_running, running, dt_s)


@kernel
def counted_on(meters, more):
    """Return meters after what one step has counted from nothing."""
    return Meters(
        meters.pv_available_wh + more.pv_available_wh,
        meters.pv_wh + more.pv_wh,
        meters.load_wh + more.load_wh,
        meters.home_wh + more.home_wh,
        meters.smart_load_wh + more.smart_load_wh,
        meters.load_unserved_wh + more.load_unserved_wh,
        meters.home_unserved_wh + more.home_unserved_wh,
        meters.grid_import_wh + more.grid_import_wh,
        meters.grid_export_wh + more.grid_export_wh,
        meters.buy_wh + more.buy_wh,
        meters.sell_wh + more.sell_wh,
        meters.generator_wh + more.generator_wh,
        meters.micro_inverter_wh + more.micro_inverter_wh,
        meters.battery_charge_wh + more.battery_charge_wh,
        meters.battery_discharge_wh + more.battery_discharge_wh,
        meters.losses_wh + more.losses_wh,
        meters.fuel_l + more.fuel_l,
        meters.generator_s + more.generator_s,
        meters.generator_starts + more.generator_starts,
        meters.unserved_s + more.unserved_s,
    )
