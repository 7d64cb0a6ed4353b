"""Who feeds whom while the mains or a generator carries the bus (C-20 to C-28, C-32, C-37).

The order is that of the law's last section: micro-inverter surplus, PV split, battery, grid or
generator charge, peak shaving. Later lines only reduce what earlier ones granted, except where
peak shaving raises the battery. Shares are AC figures; battery charge is at its terminals.
"""

from twinverter.catalog.choices import MANUAL, PEAK_FLOOR_SLOT_TARGET, SELLING_FIRST
from twinverter.control.latches import grid_goal
from twinverter.control.level import power_until
from twinverter.control.peak import peak_shaved
from twinverter.control.phases import room_to
from twinverter.control.response import NO_LIMIT_W
from twinverter.control.shares import (
    NOTHING_W,
    Bounds,
    Charge,
    Plan,
    Scope,
    Shares,
    battery_share,
    feed_w,
    with_battery,
)
from twinverter.control.stage import (
    ac_from_link,
    charge_from_link,
    link_for_ac,
    link_for_charge,
    link_from_pv,
    pv_for_link,
)
from twinverter.core.blocks import clamp, total
from twinverter.core.kernel import kernel


@kernel
def scope_on_grid(settings, limits, stage, allowed, demand, feed_max_w, mi_w, dt_s):
    """Return the scope while the mains carries the bus; `demand` is that at the measuring point.

    `feed_max_w` is the feed at which the most leaves the GRID terminals that may (DRM5 to 7).
    """
    demand_w = total(demand)
    export = allowed.pv_export > 0.0
    zero_w = settings.work_mode.zero_export_power_w
    set_room_w = room_to(settings, demand, zero_w, export, limits.phase_w)
    most_w = min(limits.ac_w, feed_max_w)
    zero_room_w = clamp(set_room_w, 0.0, most_w)
    return Scope(
        demand_w,
        zero_w,
        zero_room_w,
        clamp(demand_w, 0.0, most_w) if export else zero_room_w,
        clamp(demand_w + allowed.sell_w, 0.0, most_w) if export else 0.0,
        max(0.0, stage.own_running_w - link_from_pv(stage, limits.pv_w)),
        mi_w,
        dt_s,
    )


@kernel
def scope_on_generator(settings, limits, stage, demand, mi_w, dt_s):
    """Return the scope while a generator carries the bus: its terminals are the measuring point."""
    demand_w = total(demand)
    zero_w = settings.work_mode.zero_export_power_w
    room_w = clamp(demand_w - zero_w, 0.0, limits.ac_w)
    own_rest_w = max(0.0, stage.own_running_w - link_from_pv(stage, limits.pv_w))
    return Scope(demand_w, zero_w, room_w, room_w, 0.0, own_rest_w, mi_w, dt_s)


@kernel
def surplus_floor_w(settings, allowed, set_point_w):
    """Return the demand below which a micro-inverter has surplus for the battery (C-21b)."""
    if allowed.sell_battery > 0.0 and settings.gen_port.mi_export_cutoff == 0.0:
        return -allowed.sell_w
    return 0.0 if allowed.pv_export > 0.0 else set_point_w


@kernel
def micro_surplus(settings, limits, stage, allowed, scope):
    """Return the micro-inverter's surplus that the battery takes, AC and DC (C-21b)."""
    floor_w = surplus_floor_w(settings, allowed, scope.set_point_w)
    surplus_w = clamp(floor_w - scope.demand_w, 0.0, min(scope.mi_w, limits.ac_w))
    if surplus_w <= 0.0:
        return 0.0, 0.0
    charge_w = min(charge_from_link(stage, -link_for_ac(stage, -surplus_w)), limits.charge_w)
    return -ac_from_link(stage, -link_for_charge(stage, charge_w)), charge_w


@kernel
def pv_split(limits, stage, allowed, scope, mi_charge_w, charge_room_w):
    """Return shares with the sun given out: loads, battery, mains in the order of C-21."""
    link_w = max(0.0, link_from_pv(stage, limits.pv_w) - stage.own_running_w)
    if link_w <= 0.0:
        return Shares(0.0, 0.0, 0.0, 0.0, mi_charge_w, 0.0, 0.0)
    need_w = 0.0 if mi_charge_w > 0.0 else scope.need_w
    charge_w = 0.0
    # A row empties the bank only where something may be discharged (C-21a).
    batt_first = allowed.batt_first > 0.0 or (
        allowed.row_empties > 0.0 and limits.discharge_w <= 0.0
    )
    if batt_first:
        charge_w = min(charge_from_link(stage, link_w), charge_room_w)
        link_w -= link_for_charge(stage, charge_w)
    load_w = min(ac_from_link(stage, link_w), need_w)
    used_w = link_for_ac(stage, load_w)
    link_w -= used_w
    if not batt_first and allowed.sell_battery == 0.0:
        charge_w = min(charge_from_link(stage, link_w), charge_room_w)
        link_w -= link_for_charge(stage, charge_w)
    export_w = 0.0
    if scope.sell_room_w > load_w and link_w > NOTHING_W:
        export_w = min(ac_from_link(stage, used_w + link_w), scope.sell_room_w) - load_w
        link_w -= link_for_ac(stage, load_w + export_w) - used_w
    if allowed.sell_battery > 0.0 and link_w > NOTHING_W:
        charge_w = min(charge_from_link(stage, link_w), charge_room_w)
        link_w -= link_for_charge(stage, charge_w)
    return Shares(load_w, export_w, 0.0, 0.0, mi_charge_w, charge_w, max(0.0, link_w))


@kernel
def discharged(limits, stage, level, slot, allowed, scope, shares):
    """Return shares and bounds with the battery serving loads or being sold (C-22, C-24)."""
    nothing = Bounds(0.0, 0.0, 0.0, 0.0, 0.0)
    if allowed.discharge == 0.0 or shares.pv_charge_w + shares.mi_charge_w > NOTHING_W:
        return shares, nothing
    most_w = limits.discharge_w
    by_row = allowed.row_binds > 0.0 and slot.power_w < most_w
    if by_row:
        most_w = slot.power_w
    until_w = power_until(level, level.lev, slot.target, scope.dt_s)
    target_w = scope.sell_room_w if allowed.sell_battery > 0.0 else scope.zero_room_w
    discharge_w, short = battery_share(
        stage, shares, target_w, min(most_w, until_w), scope.own_rest_w
    )
    # The step that reaches the floor is cut by no limit.
    if until_w < most_w:
        short = 0.0
    return with_battery(shares, discharge_w), Bounds(short, short if by_row else 0.0, 0.0, 0.0, 0.0)


@kernel
def charged(limits, stage, charge, scope, shares, bounds, charge_room_w, mi_dc_w):
    """Return shares and bounds with grid or generator filling what PV leaves (C-28, C-32)."""
    already_w = shares.pv_charge_w + mi_dc_w
    wanted_w = min(charge.battery_w, charge_room_w - shares.pv_charge_w, charge.total_w - already_w)
    if charge.wanted == 0.0 or wanted_w <= NOTHING_W:
        return shares, bounds
    base_w = shares.load_w + shares.export_w - shares.mi_charge_w
    link_w = link_for_charge(stage, already_w + wanted_w) - link_for_charge(stage, already_w)
    taken_w = base_w - ac_from_link(stage, link_for_ac(stage, base_w) - link_w)
    # What the stage feeds besides leaves more room in the port and in the stage itself.
    most_w = max(0.0, min(charge.ac_w, limits.ac_w + base_w, charge.port_w + base_w))
    if most_w <= NOTHING_W:
        return shares, Bounds(bounds.by_limit, bounds.by_row, 1.0, 0.0, 0.0)
    cut = taken_w > most_w
    # One battery, one direction: while a source charges it, it serves nobody.
    return Shares(
        shares.load_w,
        shares.export_w,
        0.0,
        min(taken_w, most_w),
        shares.mi_charge_w,
        shares.pv_charge_w,
        shares.spare_link_w,
    ), Bounds(0.0, 0.0, 1.0 if cut else 0.0, 0.0, 0.0)


@kernel
def settled(limits, stage, scope, shares, bounds):
    """Return the plan that carries these shares out."""
    busy_w = (
        shares.load_w
        + shares.export_w
        + shares.discharge_w
        + shares.source_charge_w
        + shares.mi_charge_w
        + shares.pv_charge_w
    )
    if busy_w <= NOTHING_W and limits.pv_w <= 0.0:
        # Nothing to convert: the stage idles and the source feeds what little it takes.
        inverter_w = ac_from_link(stage, -stage.own_idle_w)
        measured_w = scope.demand_w - inverter_w
        return Plan(shares, bounds, scope, inverter_w, 0.0, stage.own_idle_w, measured_w, 1.0)
    inverter_w = feed_w(stage, shares, scope.own_rest_w)
    pv_w = limits.pv_w
    if shares.spare_link_w > NOTHING_W:
        used_w = link_for_ac(stage, shares.load_w + shares.export_w)
        used_w += link_for_charge(stage, shares.pv_charge_w) + stage.own_running_w
        pv_w = min(pv_w, pv_for_link(stage, used_w))
    measured_w = scope.demand_w - inverter_w
    return Plan(shares, bounds, scope, inverter_w, pv_w, stage.own_running_w, measured_w, 0.0)


@kernel
def passed_through(stage, scope):
    """Return the plan of a stopped power stage: the source carries everything (C-09)."""
    inverter_w = ac_from_link(stage, -stage.own_idle_w)
    return Plan(
        Shares(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        # Nothing of the battery is left to give: its limit says why.
        Bounds(1.0, 0.0, 0.0, 0.0, 0.0),
        scope,
        inverter_w,
        0.0,
        stage.own_idle_w,
        scope.demand_w - inverter_w,
        1.0,
    )


@kernel
def on_grid(settings, limits, stage, level, slot, allowed, charge, scope, may_shave, floor_w):
    """Return the plan while the mains carries the bus.

    `floor_w` is what a low frequency wants fed, as far as sun, battery and rights go (C-51).
    """
    mi_charge_w = 0.0
    mi_dc_w = 0.0
    if scope.mi_w > 0.0:
        mi_charge_w, mi_dc_w = micro_surplus(settings, limits, stage, allowed, scope)
    charge_room_w = max(0.0, limits.charge_w - mi_dc_w)
    shares = pv_split(limits, stage, allowed, scope, mi_charge_w, charge_room_w)
    shares, bounds = discharged(limits, stage, level, slot, allowed, scope, shares)
    if allowed.grid_charge > 0.0:
        # Within the step, too, the grid charges up to its goal and no further (C-05a).
        goal = grid_goal(settings, level, slot)
        until_w = power_until(level, goal, level.lev, scope.dt_s) - mi_dc_w
        charge_room_w = min(charge_room_w, until_w)
    shares, bounds = charged(limits, stage, charge, scope, shares, bounds, charge_room_w, mi_dc_w)
    mode = settings.work_mode
    if mode.grid_peak_shaving > 0.0:
        # In the zero-export modes shaving must not pass the standing import (C-27).
        limit_w = mode.grid_peak_shaving_w
        room_w = scope.need_w
        if mode.work_mode != SELLING_FIRST or allowed.pv_export == 0.0:
            limit_w = max(limit_w, scope.set_point_w)
            room_w = scope.zero_room_w
        floor = level.low
        if settings.installer.peak_shave_floor == PEAK_FLOOR_SLOT_TARGET:
            floor = slot.target
        shares, bounds = peak_shaved(
            limits, stage, level, scope, shares, bounds, limit_w, room_w, floor, may_shave
        )
    if floor_w > -NO_LIMIT_W:
        # What the mains should get more of is what it should give less of.
        room_w = scope.sell_room_w if allowed.sell_battery > 0.0 else scope.zero_room_w
        shares, raised = peak_shaved(
            limits,
            stage,
            level,
            scope,
            shares,
            bounds,
            scope.demand_w - floor_w,
            room_w,
            level.low,
            may_shave,
        )
        bounds = Bounds(
            raised.by_limit, raised.by_row, raised.charge_cut, bounds.shaved_w, bounds.peak_over_w
        )
    return settled(limits, stage, scope, shares, bounds)


@kernel
def on_generator(settings, limits, stage, level, allowed, charge, scope, may_shave):
    """Return the plan while a generator carries the bus: no export, PV first, soft limit (C-32)."""
    mi_charge_w = 0.0
    mi_dc_w = 0.0
    if scope.mi_w > 0.0:
        mi_charge_w, mi_dc_w = micro_surplus(settings, limits, stage, allowed, scope)
    charge_room_w = max(0.0, limits.charge_w - mi_dc_w)
    shares = pv_split(limits, stage, allowed, scope, mi_charge_w, charge_room_w)
    nothing = Bounds(0.0, 0.0, 0.0, 0.0, 0.0)
    load_share_w = scope.demand_w - shares.load_w + scope.own_rest_w
    most_w = charge.ac_w
    if settings.installer.firmware == MANUAL or settings.advanced.gen_peak_shaving > 0.0:
        most_w = min(most_w, settings.gen_port.gen_rated_w - load_share_w)
    capped = Charge(
        charge.wanted, charge.battery_w, charge.total_w, most_w, charge.port_w, charge.by_wish
    )
    shares, bounds = charged(limits, stage, capped, scope, shares, nothing, charge_room_w, mi_dc_w)
    if settings.advanced.gen_peak_shaving > 0.0:
        shares, bounds = peak_shaved(
            limits,
            stage,
            level,
            scope,
            shares,
            bounds,
            settings.gen_port.gen_rated_w,
            scope.zero_room_w,
            level.shutdown,
            may_shave,
        )
    return settled(limits, stage, scope, shares, bounds)
