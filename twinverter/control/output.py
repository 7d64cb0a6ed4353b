"""The backup output: what it carries for how long, and how it comes back (C-57, C-57a, C-59).

What the stage, the sources or the relay cannot carry ends in F15, F33, F34 or F56; what protection
finds for the whole machine switches the output off in the same way. It is tried again after a
pause. Source: manual 2.3, 2.4, 7, 9; times without print are law rows.
"""

from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.catalog.reasons import (
    BATT_BMS_LIMIT,
    BATT_BMS_SILENT,
    BATT_EMPTY,
    BATT_FAULT,
    BATT_TEMPERATURE,
    LOAD_OFF,
    LOAD_OVERLOAD,
    LOAD_SHORTAGE,
)
from twinverter.control import retry
from twinverter.control.shares import NOTHING_W
from twinverter.core.blocks import total
from twinverter.core.kernel import kernel

# Ten tenths of a heating budget add up to a whole, less their rounding.
USED_UP = 1.0 - 1e-9


class OutputState(NamedTuple):
    """The backup output: heating budgets, shortage time, and the trips of this hour.

    `tripped` is the alarm bit that switched the output off (0: none), `latched` says that its
    tries are used up.
    """

    heat: float
    phase_heat: float
    shortage_s: float
    port_s: float
    tripped: float
    off_s: float
    tries: float
    hour_s: float
    latched: float


@kernel
def overload_code(settings, state, load, derate, ac_w, dt_s):
    """Return the alarm bit of an overload (0: none) and both heating budgets (C-57)."""
    law = settings.law
    over = law.overload
    load_w = total(load)
    heat = state.heat
    if load_w <= ac_w:
        heat = max(0.0, heat - dt_s / over.recover_s)
    elif load_w <= over.long_w * derate:
        heat += dt_s / over.long_s
    elif load_w <= over.short_w * derate:
        heat += dt_s / over.short_s
    else:
        heat += dt_s / over.trip_s
    phase_a = max(load.l1, load.l2, load.l3) / settings.grid.nominal_v
    phase_heat = state.phase_heat
    if phase_a <= law.rating.phase_a * derate:
        phase_heat = max(0.0, phase_heat - dt_s / over.recover_s)
    elif phase_a <= over.phase_short_a * derate:
        phase_heat += dt_s / over.phase_s
    else:
        phase_heat += dt_s / over.trip_s
    # A budget is used up once, however far a long step would overdraw it.
    heat = min(1.0, heat)
    phase_heat = min(1.0, phase_heat)
    if heat >= USED_UP:
        return alarms.F34, heat, phase_heat
    if phase_heat >= USED_UP:
        return alarms.F15, heat, phase_heat
    return 0.0, heat, phase_heat


@kernel
def shortage(settings, state, limits, battery_w, dt_s):
    """Return whether the sources have fallen short for too long, and for how long (C-57a)."""
    over = settings.law.overload
    if battery_w <= limits.discharge_w + NOTHING_W:
        return False, 0.0
    shortage_s = state.shortage_s + dt_s
    reason = limits.discharge_reason
    hard = (
        reason == BATT_BMS_LIMIT
        or reason == BATT_BMS_SILENT
        or reason == BATT_EMPTY
        or reason == BATT_TEMPERATURE
        or reason == BATT_FAULT
        or limits.discharge_w <= 0.0
        or battery_w > limits.grace_w + NOTHING_W
    )
    return shortage_s >= (over.short_of_s if hard else over.grace_s), shortage_s


@kernel
def tripped(settings, state, code, heat, phase_heat, shortage_s):
    """Return the output state after a trip with `code`, counted within the hour."""
    tries, hour_s, latched = retry.tripped(settings, code, state.tries, state.hour_s)
    return OutputState(heat, phase_heat, shortage_s, 0.0, code, 0.0, tries, hour_s, latched)


@kernel
def carried(state, heat, phase_heat, shortage_s, port_s, dt_s):
    """Return the output state while the output is on."""
    if state.tries + state.tripped + state.heat + state.phase_heat == 0.0:
        if heat + phase_heat + shortage_s + port_s + state.shortage_s + state.port_s == 0.0:
            return state
    tries, hour_s = retry.worked(state.tries, state.hour_s, dt_s)
    return OutputState(heat, phase_heat, shortage_s, port_s, 0.0, 0.0, tries, hour_s, 0.0)


@kernel
def is_due(settings, state, dt_s):
    """Return whether a tripped output is tried again in this step."""
    return retry.is_due(settings, state.tripped, state.off_s, state.latched, dt_s)


@kernel
def waiting(settings, state, dt_s):
    """Return the output state while the output is off, and whether it may be tried again."""
    over = settings.law.overload
    cool = max(0.0, state.heat - dt_s / over.recover_s)
    phase_cool = max(0.0, state.phase_heat - dt_s / over.recover_s)
    code = 0.0 if is_due(settings, state, dt_s) else state.tripped
    off_s, tries, hour_s = retry.waited(state.off_s, state.tries, state.hour_s, state.latched, dt_s)
    return OutputState(cool, phase_cool, 0.0, 0.0, code, off_s, tries, hour_s, state.latched)


@kernel
def reason_of(code):
    """Return why the loads are off after a trip with this code."""
    if code == alarms.F56:
        return LOAD_SHORTAGE
    if code == alarms.F15 or code == alarms.F33 or code == alarms.F34:
        return LOAD_OVERLOAD
    return LOAD_OFF


@kernel
def port_code(settings, load, port, stray_a):
    """Return the alarm bit of a pass-through current above its rating (0: none) (C-59).

    `stray_a` is what the GRID port carries besides, past the sensor of the LOAD terminals.
    """
    limit_w = settings.law.rating.port_a * settings.grid.nominal_v
    if max(load.l1, load.l2, load.l3) > limit_w:
        return alarms.F34
    if max(port.l1, port.l2, port.l3) + stray_a * settings.grid.nominal_v > limit_w:
        return alarms.F33
    return 0.0


@kernel
def beyond(settings, load, limits):
    """Return whether a load is more than the stage carries for good, in sum or on one phase."""
    return total(load) > limits.ac_w or max(load.l1, load.l2, load.l3) > limits.phase_w
