"""Who carries the bus in one step, and since when (C-10, C-11, C-48, C-53 to C-56)."""

from twinverter.catalog.reasons import (
    GRID_DEMAND_RESPONSE,
    GRID_FORCED_ISLAND,
    GRID_RECONNECTING,
    GRID_REST,
)
from twinverter.control import bond, islanding, outcome, response, transfer
from twinverter.control.state import Carrier
from twinverter.core.kernel import kernel


@kernel
def is_dark(settings, measurements, lev):
    """Return whether nothing feeds the machine: mains, generator, sun or battery (C-10)."""
    ac = measurements.ac
    pv = measurements.pv
    if max(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3, ac.gen_v) >= settings.law.grid.dead_v:
        return False
    if max(pv.voltage1_v, pv.voltage2_v) >= settings.law.pv.start_v:
        return False
    low_v = settings.law.battery.low_v
    return lev.present == 0.0 or lev.soc <= 0.0 or measurements.battery.voltage_v <= low_v


@kernel
def watched(settings, state, measurements, dt_s):
    """Return both watches over the mains, and whether the network operator withholds it."""
    on_port = settings.gen_port.gen_on_grid_port > 0.0
    held = state.grid.qualified > 0.0 and not on_port
    island = islanding.watched(settings, state.island, measurements.ac, held, dt_s)
    lost = held and islanding.is_proved(settings, island)
    watch = transfer.watch_grid(settings, state.grid, measurements.ac, lost, dt_s)
    withheld = settings.advanced.drm > 0.0 and response.is_active(measurements.drm, 0)
    if withheld:
        watch = transfer.withheld(watch)
    return island, watch, withheld


@kernel
def taken(settings, ats_live_s, gen, may_mains, alive, dt_s):
    """Return whether the mains, whether a generator carries the bus, and whether either waits.

    The earth bond of the output opens before the grid relay closes (C-56).
    """
    carries = gen.ready > 0.0 and not (may_mains and settings.installer.gen_with_grid == 0.0)
    if may_mains and carries and gen.relay == 0.0:
        carries = False
    on_mains = may_mains and not carries
    on_port = settings.gen_port.gen_on_grid_port > 0.0
    closes = alive and (on_mains or (carries and on_port))
    waits = closes and not bond.may_close(settings, ats_live_s, dt_s)
    if waits:
        on_mains = False
        carries = False
    return on_mains, carries, waits


@kernel
def changed_over(settings, carrier, source, dt_s):
    """Return the carrier, and the share of the step for which an island's output is on."""
    if source:
        return Carrier(1.0, 0.0), 1.0
    gap_s = carrier.gap_s
    if carrier.source > 0.0:
        gap_s = settings.installer.transfer_time_s
    passed_s = min(gap_s, dt_s)
    return Carrier(0.0, gap_s - passed_s), 1.0 - passed_s / dt_s


@kernel
def mains_reason(settings, measurements, answer, watch, withheld, on_mains, waits):
    """Return why the mains does not carry the bus; at rest where it does."""
    if on_mains:
        return GRID_REST
    if answer.island > 0.0 and (watch.qualified > 0.0 or (withheld and watch.outside_s == 0.0)):
        return GRID_FORCED_ISLAND if measurements.forced_island > 0.0 else GRID_DEMAND_RESPONSE
    return GRID_RECONNECTING if waits else outcome.grid_reason_of(settings, watch)
