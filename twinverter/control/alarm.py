"""What stops the whole machine, and which alarms are shown (C-42, C-46, C-64, C-65)."""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.catalog.choices import LITHIUM, NO_BATT, ZERO_EXPORT_CT
from twinverter.catalog.states import BATSHUT
from twinverter.control.level import Latch, switched
from twinverter.core.blocks import held_for
from twinverter.core.kernel import kernel


class FaultState(NamedTuple):
    """Self-test, the stop by a silent battery management, dead sensor, battery voltage."""

    selftest_s: float
    bms_stop: Latch
    sensor_s: float
    high_s: float


@kernel
def step(settings, fault, measurements, silent_s, dt_s):
    """Return the fault state after this step."""
    law = settings.law
    button = settings.button.power_button > 0.0
    selftest_s = fault.selftest_s + dt_s if button else 0.0
    seen = measurements.battery
    calm = measurements.loads.ct_ok > 0.0 and seen.voltage_v <= law.battery.over_v
    settled = fault.selftest_s >= law.overload.selftest_s and button
    waits = fault.bms_stop.on + fault.bms_stop.timer_s + fault.sensor_s + fault.high_s
    if calm and settled and waits == 0.0 and measurements.bms.silent == 0.0:
        return fault
    stops = settings.battery.batt_mode == LITHIUM and settings.advanced.bms_err_stop > 0.0
    silent = measurements.bms.silent > 0.0
    gone = stops and silent and silent_s + dt_s >= settings.installer.bms_timeout_s
    if gone:
        bms_stop = Latch(1.0, 0.0)
    else:
        bms_stop = switched(fault.bms_stop, False, not (stops and silent), law.bms.warn_s, dt_s)
    sensor_s = held_for(fault.sensor_s, measurements.loads.ct_ok == 0.0, dt_s)
    high_s = held_for(fault.high_s, seen.voltage_v > law.battery.over_v, dt_s)
    return FaultState(min(selftest_s, law.overload.selftest_s), bms_stop, sensor_s, high_s)


@kernel
def bits(settings, fault, measurements, state, watch, outcome, gen, limit_state, latches):
    """Return the bit sum of all alarms that stand now."""
    law = settings.law
    guard = limit_state.guard
    shown = outcome.output.tripped + watch.code
    if limit_state.input1.blocked + limit_state.input2.blocked > 0.0:
        shown += alarms.F55
    elif fault.high_s >= law.battery.over_s and fault.high_s > 0.0:
        shown += alarms.F55
    if limit_state.stage.sink_stopped > 0.0:
        shown += alarms.F64
    if fault.bms_stop.on > 0.0:
        shown += alarms.F58
    elif settings.battery.batt_mode == LITHIUM and guard.silent_s >= law.bms.warn_s:
        shown += alarms.W31
    present = settings.battery.batt_mode != NO_BATT
    if present and guard.hot > 0.0:
        shown += alarms.F51
    if present and guard.low > 0.0 and outcome.output.tripped != alarms.F56:
        shown += alarms.F56
    if gen.fault > 0.0:
        shown += alarms.F60
    if latches.low.on > 0.0:
        shown += alarms.LOWBAT
    if state == BATSHUT:
        shown += alarms.BATSHUT_ALARM
    if present and guard.cold > 0.0:
        shown += alarms.COLDCHG
    if measurements.stage.ambient_c > law.heat.derate_from_c:
        shown += alarms.DERATE
    if watch.order_s >= law.grid.order_s:
        shown += alarms.W03
    ct_mode = settings.work_mode.work_mode == ZERO_EXPORT_CT
    if ct_mode and fault.sensor_s >= law.grid.sensor_s:
        shown += alarms.W04 if settings.advanced.ex_meter_for_ct > 0.0 else alarms.W06
    if settings.button.power_button == 0.0:
        shown += alarms.OFF_SHOWN
    return shown
