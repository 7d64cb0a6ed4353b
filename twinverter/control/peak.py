"""Peak shaving: holding the mains or a generator at a limit, softly (C-27, C-32)."""

from twinverter.control.level import power_until
from twinverter.control.shares import NOTHING_W, Bounds, Shares, battery_share, feed_w, with_battery
from twinverter.control.stage import ac_from_link, charge_from_link, link_for_ac, link_for_charge
from twinverter.core.kernel import kernel


@kernel
def peak_shaved(limits, stage, level, scope, shares, bounds, limit_w, room_w, floor, may_discharge):
    """Return shares and bounds with the source held at `limit_w` if possible (C-27, C-32).

    `room_w` is the feed that sun and battery may reach for it.
    """
    over_w = scope.demand_w - feed_w(stage, shares, scope.own_rest_w) - limit_w
    if over_w <= NOTHING_W:
        return shares, bounds
    cut_w = min(over_w, shares.source_charge_w)
    over_w -= cut_w
    load_w = shares.load_w
    pv_charge_w = shares.pv_charge_w
    if over_w > NOTHING_W and pv_charge_w > 0.0:
        base_w = load_w + shares.export_w
        link_w = link_for_ac(stage, base_w) + link_for_charge(stage, pv_charge_w)
        most_w = min(room_w, base_w + over_w, ac_from_link(stage, link_w))
        moved_w = max(0.0, most_w - base_w)
        left_w = max(0.0, link_w - link_for_ac(stage, base_w + moved_w))
        pv_charge_w = charge_from_link(stage, left_w)
        load_w += moved_w
        over_w -= moved_w
    shaved = Shares(
        load_w,
        shares.export_w,
        shares.discharge_w,
        shares.source_charge_w - cut_w,
        shares.mi_charge_w,
        pv_charge_w,
        shares.spare_link_w,
    )
    charging_w = pv_charge_w + shaved.source_charge_w + shaved.mi_charge_w
    short = bounds.by_limit
    by_row = bounds.by_row
    if over_w > NOTHING_W and may_discharge and level.lev > floor and charging_w <= NOTHING_W:
        # A battery that discharges also feeds the machine itself, so the target is the limit.
        base_w = load_w + shares.export_w
        target_w = min(room_w, scope.demand_w - limit_w)
        until_w = power_until(level, level.lev, floor, scope.dt_s)
        most_w = min(limits.discharge_w, until_w)
        raised_w, fell_short = battery_share(stage, shaved, target_w, most_w, scope.own_rest_w)
        if raised_w > shares.discharge_w:
            over_w = scope.demand_w - limit_w - base_w - raised_w
            shaved = with_battery(shaved, raised_w)
            short = 0.0 if until_w < limits.discharge_w else fell_short
            by_row = 0.0
    moved_w = load_w - shares.load_w + shaved.discharge_w - shares.discharge_w
    cut = 1.0 if cut_w > 0.0 else bounds.charge_cut
    return shaved, Bounds(short, by_row, cut, moved_w + cut_w, max(0.0, over_w))
