"""One step with the machine alone on the bus, or with its output off (C-36, C-43, C-45, C-57)."""

from twinverter.catalog import alarms
from twinverter.catalog.choices import SMART_LOAD_OUTPUT
from twinverter.catalog.reasons import (
    BATT_ABSENT,
    BATT_EMPTY,
    LOAD_INVERTER,
    LOAD_OFF,
    LOAD_SHUT_DOWN,
    PV_NO_USE,
    SMART_DROPPED,
)
from twinverter.catalog.states import BATSHUT, FAULT, OFF_GRID
from twinverter.control import auxport, island, output, why
from twinverter.control.auxport import MicroState, SunState
from twinverter.control.outcome import DEAD, Outcome, charge_ac_w, demand_of, nothing
from twinverter.control.shares import NOTHING_W
from twinverter.core.blocks import Phases, total
from twinverter.core.kernel import kernel
from twinverter.core.lines import Reasons


@kernel
def served_share(settings, level, battery_w, dt_s):
    """Return the share of the step after which the battery has passed Shutdown (C-05a, C-43).

    The threshold is judged after its persistence, so that long the battery may go below it.
    """
    if level.capacity_ws <= 0.0 or battery_w <= 0.0:
        return 1.0
    past_w = battery_w * min(1.0, settings.law.battery.hold_s / dt_s)
    until_w = max(0.0, (level.lev - level.shutdown) * level.capacity_ws / dt_s) + past_w
    return until_w / battery_w if until_w < battery_w else 1.0


@kernel
def alone(
    settings, state, measurements, level, latches, limits, on_share, grid_reason, gen_reason, dt_s
):
    """Return the outcome while the machine alone carries the bus, or has to switch it off.

    `on_share` is the part of the step left after the change of sources (C-55).
    """
    stage = measurements.stage
    loads = measurements.loads
    waiting = state.output
    if waiting.tripped > 0.0:
        waiting = output.waiting(settings, waiting, dt_s)
    if latches.wait_restart > 0.0:
        return charging_only(
            settings, state, measurements, BATSHUT, limits, waiting, LOAD_SHUT_DOWN, grid_reason,
            gen_reason,
        )  # fmt: skip
    if level.present == 0.0 and settings.installer.offgrid_no_battery == 0.0:
        return charging_only(
            settings, state, measurements, OFF_GRID, limits, waiting, LOAD_OFF, grid_reason,
            gen_reason,
        )  # fmt: skip
    if waiting.tripped > 0.0:
        why_off = output.reason_of(waiting.tripped)
        return nothing(
            settings, state, measurements, FAULT, waiting, why_off, grid_reason, gen_reason
        )

    smart, smart_on, aux_reason = auxport.smart_load(
        settings, state.smart, state.sun, level, False, dt_s
    )
    micro = MicroState(0.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz)
    mi_w = 0.0
    frequency_hz = settings.grid.grid_frequency_hz
    if auxport.is_micro(settings):
        load_w = total(loads.load_w)
        micro, mi_w, frequency_hz, aux_reason = auxport.micro_in_island(
            settings, state.micro, measurements, level, load_w, charge_ac_w(stage, limits), dt_s
        )
    demand = demand_of(loads, smart_on, mi_w, 0.0)
    balance = island.balanced(limits, stage, total(demand))
    if smart_on > 0.0:
        short = balance.battery_w > limits.discharge_w + NOTHING_W
        if short or output.beyond(settings, demand, limits):
            smart, smart_on, aux_reason = auxport.smart_shed(settings, smart)
            demand = demand_of(loads, smart_on, mi_w, 0.0)
            balance = island.balanced(limits, stage, total(demand))

    carried = demand_of(loads, smart_on, 0.0, 0.0)
    code, heat, phase_heat = output.overload_code(
        settings, waiting, carried, limits.derate, limits.ac_w, dt_s
    )
    falls_short, shortage_s = output.shortage(settings, waiting, limits, balance.battery_w, dt_s)
    if code == 0.0 and falls_short:
        code = alarms.F56
    if code > 0.0:
        tripped = output.tripped(settings, waiting, code, heat, phase_heat, shortage_s)
        why_off = output.reason_of(code)
        return nothing(
            settings, state, measurements, FAULT, tripped, why_off, grid_reason, gen_reason
        )
    share = on_share * served_share(settings, level, balance.battery_w, dt_s)
    own_w = stage.own_running_w
    if level.present == 0.0:
        own_w, sun_share = island.sun_alone(limits, stage, total(demand))
        share = min(share, sun_share)
    if share < 1.0:
        demand = Phases(demand.l1 * share, demand.l2 * share, demand.l3 * share)
        balance = island.balanced(limits, stage, total(demand))
    held_off = balance.spare_link_w > NOTHING_W
    return Outcome(
        OFF_GRID,
        demand,
        balance.pv_w,
        own_w,
        share,
        smart_on,
        1.0 if mi_w > 0.0 else 0.0,
        frequency_hz,
        smart,
        micro,
        output.carried(waiting, heat, phase_heat, shortage_s, 0.0, dt_s),
        SunState(balance.pv_w, 1.0 if held_off else 0.0),
        Reasons(
            why.island_battery(limits, balance),
            grid_reason,
            PV_NO_USE if held_off else limits.pv_reason,
            gen_reason,
            LOAD_INVERTER,
            aux_reason,
        ),
        0.0,
    )


@kernel
def charging_only(
    settings, state, measurements, code, limits, output_state, load_reason, grid_reason, gen_reason
):
    """Return the outcome with the output off while sun may still charge the battery (C-43)."""
    stage = measurements.stage
    balance = island.balanced(limits, stage, 0.0)
    own_w = stage.own_running_w if limits.pv_w > 0.0 else stage.own_idle_w
    if code == OFF_GRID:
        own_w, _ = island.sun_alone(limits, stage, 0.0)
    held_off = balance.spare_link_w > NOTHING_W
    battery_reason = BATT_EMPTY if code == BATSHUT else BATT_ABSENT
    return Outcome(
        code,
        DEAD,
        balance.pv_w,
        own_w,
        0.0,
        0.0,
        0.0,
        0.0,
        auxport.smart_dropped(settings, state.smart),
        MicroState(1.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz),
        output_state,
        SunState(balance.pv_w, 1.0 if held_off else 0.0),
        Reasons(
            battery_reason,
            grid_reason,
            PV_NO_USE if held_off else limits.pv_reason,
            gen_reason,
            load_reason,
            SMART_DROPPED if settings.gen_port.gen_port_mode == SMART_LOAD_OUTPUT else 0.0,
        ),
        0.0,
    )
