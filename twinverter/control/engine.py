"""One step with a generator on the bus (C-29 to C-33)."""

from twinverter.catalog.reasons import GRID_IS_GENERATOR, LOAD_GENERATOR
from twinverter.catalog.states import GEN
from twinverter.control import auxport, dispatch, output, phases, rights, why
from twinverter.control.auxport import MicroState, SunState
from twinverter.control.level import power_until
from twinverter.control.outcome import Outcome, charge_ac_w, demand_of, forced_a
from twinverter.control.response import NO_LIMIT_W
from twinverter.control.shares import NOTHING_W, Charge
from twinverter.core.blocks import total
from twinverter.core.kernel import kernel
from twinverter.core.lines import Reasons


@kernel
def on_generator(
    settings, state, measurements, level, slot, latches, limits, gen, grid_reason, dt_s
):
    """Return the outcome while a generator carries the bus."""
    stage = measurements.stage
    loads = measurements.loads
    allowed = rights.on_generator(settings, latches)
    on_port = settings.gen_port.gen_on_grid_port > 0.0
    source_hz = measurements.ac.grid_hz if on_port else measurements.ac.gen_hz
    smart, smart_on, aux_reason = auxport.smart_load(
        settings, state.smart, state.sun, level, False, dt_s
    )
    micro = MicroState(0.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz)
    mi_w = 0.0
    if auxport.is_micro(settings):
        room_w = total(demand_of(loads, smart_on, 0.0, 0.0)) + charge_ac_w(stage, limits)
        # An engine must not be driven, not for a moment.
        micro, mi_w, aux_reason = auxport.micro_on_source(
            settings, state.micro, measurements, source_hz, level, room_w, 0.0, dt_s
        )
    demand = demand_of(loads, smart_on, mi_w, 0.0)
    scope = dispatch.scope_on_generator(settings, limits, stage, demand, mi_w, dt_s)
    voltage_v = measurements.battery.voltage_v
    forced_w = forced_a(settings, latches) * voltage_v
    battery_w = total_w = forced_w
    own_w = gen.charge_a * voltage_v
    if gen.charge > 0.0 and own_w >= battery_w:
        battery_w = own_w
        total_w = max(total_w, power_until(level, gen.stop, level.lev, dt_s))
    wanted = 1.0 if battery_w > 0.0 else 0.0
    by_wish = 1.0 if total_w <= forced_w else 0.0
    charge = Charge(wanted, battery_w, total_w, limits.ac_w, NO_LIMIT_W, by_wish)
    may_shave = level.present > 0.0 and latches.wait_restart == 0.0
    plan = dispatch.on_generator(settings, limits, stage, level, allowed, charge, scope, may_shave)
    inverter = phases.split(settings, demand, plan.inverter_w, limits.phase_w)
    held_off = plan.shares.spare_link_w > NOTHING_W
    return Outcome(
        GEN,
        inverter,
        plan.pv_w,
        plan.own_w,
        1.0,
        smart_on,
        1.0 if mi_w > 0.0 else 0.0,
        source_hz,
        smart,
        micro,
        output.carried(state.output, 0.0, 0.0, 0.0, 0.0, dt_s),
        SunState(plan.pv_w, 1.0 if held_off else 0.0),
        Reasons(
            why.battery(settings, limits, allowed, charge, latches, level, slot, plan, True),
            GRID_IS_GENERATOR if on_port else grid_reason,
            why.pv(limits, allowed, plan),
            why.generator(settings, gen, plan),
            LOAD_GENERATOR,
            aux_reason,
        ),
        0.0,
    )
