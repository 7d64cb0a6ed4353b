"""Why each line carries what it carries: the last rule that bound it.

A reason is true when changing the setting or the cause it names changes the action. Codes and
sentences are rows of `catalog/reasons.py`.
"""

from twinverter.catalog.choices import LATER, SELLING_FIRST, ZERO_EXPORT_LOAD
from twinverter.catalog.reasons import (
    BATT_ABSENT,
    BATT_BELOW_FLOOR,
    BATT_BELOW_TARGET,
    BATT_CHARGING_GEN,
    BATT_CHARGING_GRID,
    BATT_CHARGING_MI,
    BATT_CHARGING_PV,
    BATT_FORCED_CHARGE,
    BATT_IDLE,
    BATT_KEPT_FULL,
    BATT_PV_FIRST,
    BATT_ROW_POWER,
    BATT_SELLS,
    BATT_SERVES_LOAD,
    BATT_SHAVES_PEAK,
    BATT_TOU_OFF,
    BATT_WAIT_RESTART,
    GEN_RATED,
    GRID_DEMAND_RESPONSE,
    GRID_MAX_SELL,
    GRID_PEAK_EXCEEDED,
    GRID_PEAK_LIMIT,
    GRID_REST,
    GRID_SELLS_BATTERY,
    GRID_SELLS_PV,
    GRID_SENSOR_LOST,
    GRID_SETPOINT,
    GRID_TAKES_MI,
    GRID_WEAK_PHASE,
    HEAT_DERATING,
    PV_AC_LIMIT,
    PV_NO_USE,
)
from twinverter.control.dispatch import surplus_floor_w
from twinverter.control.response import NO_LIMIT_W
from twinverter.control.shares import NOTHING_W
from twinverter.core.kernel import kernel

# A limit counts as reached within this: dispatch figures carry rounding of a few microwatts.
NEAR_W = 1.0e-3


@kernel
def battery_held(settings, latches, level, slot):
    """Return why the battery may not serve loads while the mains is there."""
    if level.present == 0.0:
        return BATT_ABSENT
    if latches.wait_restart > 0.0:
        return BATT_WAIT_RESTART
    if latches.discharge.on == 0.0:
        if slot.row > 0.0 and slot.target > level.base:
            return BATT_BELOW_TARGET
        return BATT_BELOW_FLOOR
    selling = settings.work_mode.work_mode == SELLING_FIRST
    if slot.row == 0.0 and (selling or settings.installer.firmware == LATER):
        return BATT_TOU_OFF
    return BATT_KEPT_FULL


@kernel
def battery_charging(settings, limits, allowed, charge, latches, plan, room_bound, plain):
    """Return why the battery is charged, and by whom."""
    shares = plan.shares
    if shares.source_charge_w > NOTHING_W:
        # What the source may give anyway needs nobody's wish.
        if latches.forced_charge > 0.0 and charge.by_wish > 0.0:
            return BATT_FORCED_CHARGE
        return limits.charge_reason if room_bound else plain
    if room_bound:
        return limits.charge_reason
    if shares.mi_charge_w > NOTHING_W:
        scope = plan.scope
        surplus_w = surplus_floor_w(settings, allowed, scope.set_point_w) - scope.demand_w
        left = shares.mi_charge_w < min(surplus_w, scope.mi_w, limits.ac_w) - NEAR_W
        return limits.charge_reason if left else BATT_CHARGING_MI
    return BATT_CHARGING_PV


@kernel
def battery(settings, limits, allowed, charge, latches, level, slot, plan, on_generator):
    """Return the battery line's reason while a source carries the bus."""
    shares = plan.shares
    bounds = plan.bounds
    if shares.discharge_w > NOTHING_W:
        if bounds.shaved_w > NEAR_W:
            return BATT_SHAVES_PEAK
        if bounds.by_row > 0.0:
            return BATT_ROW_POWER
        if bounds.by_limit > 0.0:
            return limits.discharge_reason
        if allowed.sell_battery > 0.0 and plan.measured_w < -NEAR_W:
            return BATT_SELLS
        return BATT_SERVES_LOAD
    taken_w = shares.pv_charge_w + shares.mi_charge_w + shares.source_charge_w
    unplaced_w = shares.spare_link_w + shares.export_w
    if taken_w > NOTHING_W:
        first = allowed.batt_first > 0.0 and shares.load_w < plan.scope.need_w - NEAR_W
        if first and shares.source_charge_w <= NOTHING_W:
            # The sun beyond its limit goes to the house, whatever the pattern.
            at_limit = shares.pv_charge_w + shares.mi_charge_w >= limits.charge_w - NEAR_W
            return limits.charge_reason if at_limit else BATT_PV_FIRST
        by_source = charge.wanted > 0.0 and charge.battery_w >= limits.charge_w - NEAR_W
        room_bound = unplaced_w > NEAR_W or (
            shares.source_charge_w > NOTHING_W and by_source and bounds.charge_cut == 0.0
        )
        plain = BATT_CHARGING_GEN if on_generator else BATT_CHARGING_GRID
        return battery_charging(settings, limits, allowed, charge, latches, plan, room_bound, plain)
    if unplaced_w > NEAR_W:
        return limits.charge_reason
    if allowed.batt_first > 0.0 and shares.load_w > NOTHING_W:
        return BATT_SHAVES_PEAK if bounds.shaved_w > NEAR_W else limits.charge_reason
    if charge.wanted > 0.0 and limits.charge_w <= NOTHING_W:
        return limits.charge_reason
    if plan.measured_w > plan.scope.set_point_w + NEAR_W and not on_generator:
        if allowed.discharge == 0.0:
            return battery_held(settings, latches, level, slot)
        if bounds.by_row > 0.0:
            return BATT_ROW_POWER
        if bounds.by_limit > 0.0:
            return limits.discharge_reason
    if level.present == 0.0:
        return BATT_ABSENT
    offered = limits.pv_available_w > 0.0 or plan.scope.mi_w > 0.0
    return HEAT_DERATING if offered and limits.charge_reason == HEAT_DERATING else BATT_IDLE


@kernel
def responds(settings, plan, answer, feed_max_w):
    """Return whether a demand-response signal binds what charges, or what leaves the terminals."""
    if answer.active == 0.0:
        return False
    shares = plan.shares
    fed_w = shares.load_w + shares.export_w + shares.discharge_w
    if plan.bounds.charge_cut > 0.0 and shares.source_charge_w >= answer.charge_w - NEAR_W:
        return True
    if answer.no_sell > 0.0:
        mode = settings.work_mode
        other = mode.work_mode != ZERO_EXPORT_LOAD or mode.solar_sell > 0.0
        at_set_point = plan.measured_w <= plan.scope.set_point_w + NEAR_W
        return other and (shares.spare_link_w > NEAR_W or (fed_w > NOTHING_W and at_set_point))
    return answer.sell_w < NO_LIMIT_W and fed_w >= feed_max_w - NEAR_W


@kernel
def grid(settings, limits, allowed, plan, sensor_lost, answer, feed_max_w):
    """Return the grid line's reason while the mains carries the bus."""
    scope = plan.scope
    bounds = plan.bounds
    shares = plan.shares
    fed_w = shares.load_w + shares.export_w + shares.discharge_w
    if bounds.peak_over_w > NEAR_W:
        return GRID_PEAK_EXCEEDED
    if bounds.shaved_w > NEAR_W:
        return GRID_PEAK_LIMIT
    if responds(settings, plan, answer, feed_max_w):
        return GRID_DEMAND_RESPONSE
    if plan.measured_w < -NEAR_W:
        if allowed.sell_w + plan.measured_w < NEAR_W and (
            shares.spare_link_w > NEAR_W or shares.discharge_w > NOTHING_W
        ):
            return GRID_MAX_SELL
        if shares.export_w > NOTHING_W:
            return GRID_SELLS_PV
        return GRID_SELLS_BATTERY if shares.discharge_w > NOTHING_W else GRID_TAKES_MI
    if sensor_lost:
        return GRID_SENSOR_LOST
    if fed_w >= scope.zero_room_w - NEAR_W:
        at_set_point = plan.measured_w <= scope.set_point_w + NEAR_W
        if fed_w > NOTHING_W and at_set_point and allowed.pv_export == 0.0:
            return GRID_SETPOINT
        willing = shares.spare_link_w > NEAR_W or (
            allowed.discharge > 0.0 and bounds.by_limit == 0.0 and limits.discharge_w > NOTHING_W
        )
        phase_bound = scope.demand_w - scope.set_point_w > scope.zero_room_w + NEAR_W
        if willing and phase_bound and scope.zero_room_w < limits.ac_w - NEAR_W:
            return GRID_WEAK_PHASE
    return GRID_REST


@kernel
def supports(limits, allowed, charge, plan, bounds):
    """Return whether grid support holds what the machine feeds or draws (C-49 to C-52)."""
    willing = allowed.discharge > 0.0 and limits.discharge_w > NOTHING_W
    shares = plan.shares
    fed_w = shares.load_w + shares.export_w + shares.discharge_w
    wanted = plan.scope.demand_w > plan.scope.set_point_w + fed_w
    if bounds.ceased > 0.0:
        charges = charge.wanted > 0.0 and limits.charge_w > NOTHING_W
        return charges or limits.pv_available_w > NEAR_W or (willing and wanted)
    if bounds.floor_w > -NO_LIMIT_W and abs(plan.inverter_w - bounds.floor_w) <= NEAR_W:
        return True
    if shares.source_charge_w > NOTHING_W:
        drawn_w = shares.source_charge_w - shares.load_w - shares.export_w + shares.mi_charge_w
        cut = plan.bounds.charge_cut > 0.0 and drawn_w >= bounds.charge_max_w - NEAR_W
        return cut or bounds.feed_max_w < 0.0
    if bounds.feed_max_w >= limits.ac_w or fed_w < bounds.feed_max_w - NEAR_W:
        return False
    return shares.spare_link_w > NEAR_W or (willing and wanted)


@kernel
def pv(limits, allowed, plan):
    """Return the PV line's reason while a source carries the bus."""
    shares = plan.shares
    if shares.spare_link_w <= NOTHING_W:
        return limits.pv_reason
    fed_w = shares.load_w + shares.export_w + shares.discharge_w
    if fed_w >= limits.ac_w - NEAR_W:
        return PV_AC_LIMIT
    if allowed.pv_export > 0.0 and fed_w >= plan.scope.sell_room_w - NEAR_W:
        return GRID_MAX_SELL
    return PV_NO_USE


@kernel
def generator(settings, gen, plan):
    """Return the generator line's reason while it carries the bus."""
    shares = plan.shares
    power_w = plan.scope.demand_w - shares.load_w - shares.discharge_w + shares.source_charge_w
    rated = power_w >= settings.gen_port.gen_rated_w - NEAR_W
    return GEN_RATED if rated and plan.bounds.charge_cut > 0.0 else gen.reason


@kernel
def island_battery(limits, balance):
    """Return the battery line's reason in an island."""
    if balance.battery_w > NOTHING_W:
        if balance.battery_w > limits.discharge_w + NOTHING_W:
            return limits.discharge_reason
        return BATT_SERVES_LOAD
    if balance.spare_link_w > NEAR_W:
        return limits.charge_reason
    if balance.mi_charge_w > NOTHING_W:
        return BATT_CHARGING_MI
    if balance.pv_charge_w > NOTHING_W:
        return BATT_CHARGING_PV
    return BATT_IDLE
