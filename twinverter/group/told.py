"""What a unit tells the others before each step: who it is, how it is, and what it could give.

`Badge` changes only when somebody types; `Told` is worked out afresh from the same state and the
same moment as the step itself, so that no step length makes it stale. A unit's part of its law runs
twice for that: limits, timetable and rights here, everything in the step. The latches of its
thresholds are those of the step before. What the group itself keeps from working (F29, F41) does
not count: all begin again at once.
"""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.control import alarm, bus, level, limits, response, rights, schedule
from twinverter.control.stage import (
    ac_from_link,
    link_for_charge,
    link_from_battery,
    link_from_pv,
)
from twinverter.core.blocks import clamp
from twinverter.core.kernel import kernel


class Badge(NamedTuple):
    """Who a unit is, and a mark of what must be alike: equal marks, equal model or settings.

    `phase` is 1 to 3 for a single-phase unit, 0 for one on all three. `bank` marks what the battery
    is and its thresholds, `size` its capacity and currents. `gain` is the true power of the unit
    over what it measures: by it the sharing errs.
    """

    address: float
    master: float
    phase: float
    model: float
    bank: float
    size: float
    gain: float


class Told(NamedTuple):
    """How a unit is: at work, still starting, off, stopped by a fault of its own; flags.

    `sun_w` is what it can feed from the sun it need not store, `feed_w` what it can feed at all,
    both AC. `spare_w` is its sun on the DC link beyond its own consumption, `draw_w` what it wants
    from a source for its battery. `stand_w` is its part of the standing import, `at_mains` says
    that the clamps are its measuring point.
    """

    on: float
    starts: float
    off: float
    fault: float
    sun_w: float
    feed_w: float
    spare_w: float
    draw_w: float
    stand_w: float
    at_mains: float


@kernel
def is_alone(settings, state, measurements, answer):
    """Return whether the unit will find no mains to feed with in this step."""
    volts = measurements.ac.grid_v
    dead = max(volts.l1, volts.l2, volts.l3) < settings.law.grid.dead_v
    return dead or state.grid.qualified == 0.0 or answer.island > 0.0


@kernel
def has_fault(state):
    """Return whether a cause of its own keeps the unit from working: tripped, stopped, too hot."""
    stops = alarm.is_stopped(state.fault, state.limits)
    return stops or state.output.tripped + state.limits.stage.stopped > 0.0


@kernel
def told(settings, state, measurements, dt_s):
    """Return what a unit tells; `state` is that of its law at the start of the step."""
    stage = measurements.stage
    charged = state.charger.stage
    _, lev = level.measured(settings, state.level, measurements, charged, charged, dt_s)
    slot = schedule.slot_at(settings.time_of_use, lev, measurements.clock_s)
    answer = response.demanded(settings, measurements)
    alone = is_alone(settings, state, measurements, answer)
    _, limit = limits.step(
        settings, state.limits, state.charger, state.latches, measurements, lev, not alone,
        state.protection.strings.tripped > 0.0, state.protection.code == alarms.F07, dt_s,
    )  # fmt: skip
    sensor = measurements.loads.ct_ok > 0.0
    allowed = rights.rights(settings, lev, slot, state.latches, sensor, answer)
    discharge_w = limit.discharge_w
    kept_w = draw_w = stand_w = 0.0
    if alone:
        by_engine = state.carrier.source > 0.0 and state.grid.qualified == 0.0
        if by_engine or state.latches.wait_restart > 0.0:
            discharge_w = 0.0
    else:
        if allowed.discharge == 0.0:
            discharge_w = 0.0
        elif allowed.row_binds > 0.0:
            discharge_w = min(discharge_w, slot.power_w)
        if allowed.batt_first > 0.0:
            kept_w = link_for_charge(stage, limit.charge_w)
        if allowed.grid_charge > 0.0:
            draw_w = settings.battery.grid_charge_a * measurements.battery.voltage_v
        if allowed.pv_export == 0.0:
            stand_w = settings.work_mode.zero_export_power_w
    sun_w = link_from_pv(stage, limit.pv_w)
    spare_w = max(0.0, sun_w - stage.own_running_w)
    free_w = max(0.0, spare_w - kept_w)
    battery_w = link_from_battery(stage, discharge_w)
    given_w = max(free_w, sun_w - kept_w + battery_w - stage.own_running_w)
    button = settings.button.power_button > 0.0
    tested = state.fault.selftest_s + dt_s >= settings.law.overload.selftest_s
    lives = button and not bus.is_dark(settings, measurements, lev)
    fault = has_fault(state)
    works = lives and tested and not fault
    return Told(
        1.0 if works else 0.0,
        1.0 if lives and not tested else 0.0,
        0.0 if lives else 1.0,
        1.0 if fault else 0.0,
        min(ac_from_link(stage, free_w), limit.ac_w) if works else 0.0,
        clamp(ac_from_link(stage, given_w), 0.0, limit.ac_w) if works else 0.0,
        spare_w,
        draw_w,
        stand_w,
        allowed.at_mains,
    )
