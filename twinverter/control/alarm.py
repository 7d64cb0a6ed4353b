"""What stops the whole machine by itself, and which alarms are shown (C-42, C-46, C-64, C-65)."""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.catalog.choices import LITHIUM, NO_BATT, ZERO_EXPORT_CT
from twinverter.catalog.states import BATSHUT, GEN, SELFTEST
from twinverter.control import guards, peers
from twinverter.control.clamps import MISSING, TURNED
from twinverter.control.level import Latch, switched
from twinverter.core.blocks import held_for, latch
from twinverter.core.kernel import kernel

# How far a silent management has got: it is told (W31), it stops the machine (F58).
WARNED, STOPPED = 1.0, 2.0


class FaultState(NamedTuple):
    """Self-test, the silence of the battery's management, dead sensor, battery voltage, heat."""

    selftest_s: float
    bms: Latch
    sensor_s: float
    high: Latch
    warm: float


@kernel
def step(settings, fault, measurements, silent_s, dt_s):
    """Return the fault state after this step."""
    law = settings.law
    button = settings.button.power_button > 0.0
    selftest_s = fault.selftest_s + dt_s if button else 0.0
    voltage_v = measurements.battery.voltage_v
    ambient_c = measurements.stage.ambient_c
    warm_c = law.heat.derate_from_c
    warm = latch(fault.warm, ambient_c > warm_c, ambient_c <= warm_c - law.heat.derate_clear_k)
    calm = measurements.loads.ct_ok > 0.0 and voltage_v <= law.battery.over_v and warm == fault.warm
    settled = fault.selftest_s >= law.overload.selftest_s and button
    waits = fault.bms.on + fault.bms.timer_s + fault.sensor_s + fault.high.on + fault.high.timer_s
    if calm and settled and waits == 0.0 and measurements.bms.silent == 0.0:
        return fault
    return FaultState(
        min(selftest_s, law.overload.selftest_s),
        bms_silence(settings, fault.bms, measurements.bms.silent > 0.0, silent_s + dt_s, dt_s),
        held_for(fault.sensor_s, measurements.loads.ct_ok == 0.0, dt_s),
        battery_high(settings, fault.high, voltage_v, dt_s),
        warm,
    )


@kernel
def bms_silence(settings, was, silent, silent_s, dt_s):
    """Return how far a silent management has got, and for how long it has spoken again (C-46)."""
    if settings.battery.batt_mode != LITHIUM:
        return Latch(0.0, 0.0)
    warn_s = settings.law.bms.warn_s
    stops = settings.advanced.bms_err_stop > 0.0
    stopped = stops and (was.on == STOPPED or silent_s >= settings.installer.bms_timeout_s)
    timer_s = 0.0
    if silent:
        if was.on == 0.0 and silent_s < warn_s and not stopped:
            return Latch(0.0, 0.0)
    else:
        timer_s = was.timer_s + dt_s
        stopped = stops and was.on == STOPPED
        if was.on == 0.0 or timer_s >= warn_s:
            return Latch(0.0, 0.0)
    return Latch(STOPPED if stopped else WARNED, timer_s)


@kernel
def battery_high(settings, high, voltage_v, dt_s):
    """Return the latch of a battery voltage that stops the machine: two levels, each its time."""
    law = settings.law
    hold_s = law.battery.over_s
    if high.on > 0.0:
        hold_s = law.protect.battery_over_clear_s
    elif voltage_v > law.protect.battery_over_v:
        hold_s = law.protect.battery_over_s
    over = voltage_v > law.battery.over_v
    return switched(high, over, voltage_v < law.battery.high_clear_v, hold_s, dt_s)


@kernel
def is_stopped(fault, limit_state):
    """Return whether a fault that clears by itself stops the machine: F55, F58, F64."""
    return limit_state.stage.sink_stopped + fault.high.on > 0.0 or fault.bms.on == STOPPED


@kernel
def rests_battery(settings, guard, measurements):
    """Return whether an alarm of its own rests the battery: F46, F51."""
    flagged = guards.is_flagged(settings, measurements)
    return flagged or (settings.battery.batt_mode != NO_BATT and guard.hot > 0.0)


@kernel
def battery_bits(settings, fault, measurements, guard, tripped):
    """Return the bit sum of the battery's alarms; `tripped` is what keeps the output off."""
    shown = 0.0
    if fault.bms.on == STOPPED:
        shown += alarms.F58
    elif fault.bms.on == WARNED:
        shown += alarms.W31
    if guards.is_flagged(settings, measurements):
        shown += alarms.F46
    if settings.battery.batt_mode != NO_BATT:
        if guard.hot > 0.0:
            shown += alarms.F51
        if guard.low == guards.TOLD_LOW and tripped != alarms.F56:
            shown += alarms.F56
        if guard.cold > 0.0:
            shown += alarms.COLDCHG
    return shown


@kernel
def voltage_bits(settings, fault, input1, input2):
    """Return the bit sum of voltages that are too high, or the wrong way round: F01, F55."""
    shown = 0.0
    if input1.blocked + input2.blocked > 0.0:
        if input1.blocked == guards.REVERSED or input2.blocked == guards.REVERSED:
            shown += alarms.F01
        if guards.is_over(settings, input1) or guards.is_over(settings, input2):
            return shown + alarms.F55
    return shown + (alarms.F55 if fault.high.on > 0.0 else 0.0)


@kernel
def parallel_bits(settings, protection, state):
    """Return the bit sum of the alarms of a parallel system: F29, F41, F61, W32."""
    if settings.button.power_button == 0.0:
        return alarms.F61
    if protection.holds > 0.0:
        return protection.holds
    # As long as this unit is not on, not all of them are.
    if state == SELFTEST:
        return alarms.F29
    return alarms.W32 if peers.is_poor(settings, protection.peers) else 0.0


@kernel
def sensor_bits(settings, fault, clamps):
    """Return the bit sum of the measuring point: a silent meter, clamps dead or wrongly placed."""
    if settings.advanced.ex_meter_for_ct > 0.0:
        return alarms.W04 if fault.sensor_s >= settings.law.protect.meter_s else 0.0
    shown = 0.0
    if clamps.shown == TURNED or clamps.shown == TURNED + MISSING:
        shown += alarms.W05
    dead = fault.sensor_s >= settings.law.grid.sensor_s
    if clamps.shown >= MISSING or (dead and settings.work_mode.work_mode == ZERO_EXPORT_CT):
        shown += alarms.W06
    return shown


@kernel
def bits(
    settings, fault, protection, measurements, state, watch, outcome, gen, limit_state, latches,
    throttled,
):  # fmt: skip
    """Return the bit sum of all alarms that stand now; `throttled`: volt-watt takes power away."""
    guard = limit_state.guard
    tripped = outcome.output.tripped
    # A generator at the GRID terminals has a wide window of its own (C-33).
    by_engine = state == GEN and settings.gen_port.gen_on_grid_port > 0.0
    shown = 0.0 if by_engine else watch.code
    # A battery that rests by its own alarm is the one cause of the shortage it leaves.
    if tripped != alarms.F56 or not rests_battery(settings, guard, measurements):
        shown += tripped
    shown += battery_bits(settings, fault, measurements, guard, tripped)
    shown += voltage_bits(settings, fault, limit_state.input1, limit_state.input2)
    shown += sensor_bits(settings, fault, protection.clamps)
    if limit_state.stage.sink_stopped > 0.0:
        shown += alarms.F64
    if protection.strings.tripped != tripped:
        shown += protection.strings.tripped
    if protection.fan_s > 0.0 and protection.fan_s >= settings.law.protect.fan_s:
        shown += alarms.W02
    if gen.fault > 0.0:
        shown += alarms.F60
    if latches.low.on > 0.0:
        shown += alarms.LOWBAT
    if state == BATSHUT:
        shown += alarms.BATSHUT_ALARM
    if fault.warm > 0.0:
        shown += alarms.DERATE
    if watch.order_s >= settings.law.grid.order_s:
        shown += alarms.W03
    if throttled:
        shown += alarms.W10
    if peers.is_parallel(settings):
        return shown + parallel_bits(settings, protection, state)
    return shown + (alarms.OFF_SHOWN if settings.button.power_button == 0.0 else 0.0)
