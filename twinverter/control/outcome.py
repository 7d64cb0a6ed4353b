"""What one step asks for, whoever carries the bus, and the outcome of a machine that rests."""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.catalog.choices import NO_BATT, SMART_LOAD_OUTPUT
from twinverter.catalog.reasons import (
    GRID_ABSENT,
    GRID_OUTSIDE_WINDOW,
    GRID_RECONNECTING,
    LOAD_OFF,
    PV_DARK,
    SMART_DROPPED,
)
from twinverter.catalog.states import DARK, FAULT, OFF, SELFTEST
from twinverter.control import auxport, output
from twinverter.control.auxport import MicroState, SmartState, SunState
from twinverter.control.output import OutputState
from twinverter.control.stage import ac_from_link, link_for_charge
from twinverter.core.blocks import Phases
from twinverter.core.kernel import kernel
from twinverter.core.lines import Reasons

DEAD = Phases(0.0, 0.0, 0.0)


class Outcome(NamedTuple):
    """What one step asks of the stage and the relays, what it remembers, and why.

    `output_on` is the share of the step for which the backup output is on; `reactive_var` is what
    the inverter injects in all phases together (negative: absorbs).
    """

    state: float
    inverter: Phases
    pv_w: float
    own_w: float
    output_on: float
    smart_on: float
    mi_on: float
    frequency_hz: float
    smart: SmartState
    micro: MicroState
    output: OutputState
    sun: SunState
    reasons: Reasons
    reactive_var: float


@kernel
def demand_of(loads, smart_on, mi_w, with_home):
    """Return the demand per phase at the GRID terminals, or at the mains with the home load."""
    mi_third_w = mi_w * (1.0 / 3.0)
    home = with_home > 0.0
    return Phases(
        loads.load_w.l1
        + loads.smart_w.l1 * smart_on
        - mi_third_w
        + (loads.home_w.l1 if home else 0.0),
        loads.load_w.l2
        + loads.smart_w.l2 * smart_on
        - mi_third_w
        + (loads.home_w.l2 if home else 0.0),
        loads.load_w.l3
        + loads.smart_w.l3 * smart_on
        - mi_third_w
        + (loads.home_w.l3 if home else 0.0),
    )


@kernel
def charge_ac_w(stage, limits):
    """Return the AC power that would fill the charge limit."""
    return -ac_from_link(stage, -link_for_charge(stage, limits.charge_w))


@kernel
def forced_a(settings, latches):
    """Return the current of a charge that nobody has to allow: asked for, or to revive a bank."""
    if latches.wake.on > 0.0:
        return settings.installer.active_battery_a
    return settings.law.bms.force_charge_a if latches.forced_charge > 0.0 else 0.0


@kernel
def nothing(
    settings, state, measurements, code, output_state, load_reason, grid_reason, gen_reason
):
    """Return the outcome of a machine that converts nothing and passes nothing (C-65).

    What keeps the output off keeps battery and sun from working too.
    """
    smart_port = settings.gen_port.gen_port_mode == SMART_LOAD_OUTPUT
    idles = code != DARK and settings.battery.batt_mode != NO_BATT
    return Outcome(
        code,
        DEAD,
        0.0,
        measurements.stage.own_idle_w if idles else 0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        auxport.smart_dropped(settings, state.smart),
        MicroState(1.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz),
        output_state,
        SunState(0.0, 0.0),
        Reasons(
            load_reason,
            grid_reason,
            PV_DARK
            if measurements.pv.available1_w + measurements.pv.available2_w <= 0.0
            else load_reason,
            gen_reason,
            load_reason,
            SMART_DROPPED if smart_port else 0.0,
        ),
        0.0,
    )


@kernel
def tripped(settings, state, measurements, code, grid_reason, gen_reason):
    """Return the outcome of a machine that protection switches off with `code`."""
    was = state.output
    output_state = output.tripped(settings, was, code, was.heat, was.phase_heat, 0.0)
    reason = output.reason_of(code)
    return nothing(
        settings, state, measurements, FAULT, output_state, reason, grid_reason, gen_reason
    )


@kernel
def waits(settings, output_state, source, dt_s):
    """Return whether a trip keeps the whole machine off in this step.

    A mains or generator ends a shortage. Off grid the output counts the pause of its own trips.
    """
    code = output_state.tripped
    if code == 0.0 or (source and code == alarms.F56):
        return False
    if not source and output.reason_of(code) != LOAD_OFF:
        return False
    return not output.is_due(settings, output_state, dt_s)


@kernel
def stopped(settings, state, measurements, dark, alive, grid_reason, gen_reason, dt_s):
    """Return the outcome of a machine that is off, in self-test, stopped or waiting for a retry."""
    code = FAULT
    reason = LOAD_OFF
    output_state = state.output
    if dark or not alive:
        output_state = OutputState(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        code = OFF
        if dark:
            code = DARK
        elif settings.button.power_button > 0.0:
            code = SELFTEST
    elif output_state.tripped > 0.0:
        reason = output.reason_of(output_state.tripped)
        output_state = output.waiting(settings, output_state, dt_s)
    return nothing(
        settings, state, measurements, code, output_state, reason, grid_reason, gen_reason
    )


@kernel
def grid_reason_of(settings, watch):
    """Return why the mains does not carry the bus."""
    if watch.code == alarms.F35 and watch.inside_s <= 0.0:
        return GRID_ABSENT
    if watch.qualified > 0.0:
        return 0.0
    return GRID_RECONNECTING if watch.inside_s > 0.0 else GRID_OUTSIDE_WINDOW
