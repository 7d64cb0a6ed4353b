"""What the dispatch hands from line to line, and what a share of the battery is worth."""

from typing import NamedTuple

from twinverter.control.stage import ac_from_link, link_for_ac, link_from_battery
from twinverter.core.kernel import kernel

# Below this a share is rounding, not power.
NOTHING_W = 1.0e-6


class Scope(NamedTuple):
    """The figures every line of the dispatch asks for.

    `zero_room_w` is the feed that brings the measuring point to its set-point, `need_w` what PV
    may give to loads, `sell_room_w` the feed that reaches Max Sell Power (0 without the right),
    `own_rest_w` what of the machine's own consumption the sun does not cover.
    """

    demand_w: float
    set_point_w: float
    zero_room_w: float
    need_w: float
    sell_room_w: float
    own_rest_w: float
    mi_w: float
    dt_s: float


class Charge(NamedTuple):
    """What a grid or generator may charge: permission, battery power, and AC ceilings.

    `total_w` is the battery power up to which it fills what sun and micro-inverter give, `port_w`
    what its port leaves for charging before the stage feeds anything. `by_wish`: it would charge
    less, or not at all, if the battery had not asked for it.
    """

    wanted: float
    battery_w: float
    total_w: float
    ac_w: float
    port_w: float
    by_wish: float


class Shares(NamedTuple):
    """Who gives what: PV to loads and to the mains, battery to AC, grid and micro-inverter to
    the battery (all AC), PV to the battery (DC); `spare_link_w` is sun nobody takes."""

    load_w: float
    export_w: float
    discharge_w: float
    source_charge_w: float
    mi_charge_w: float
    pv_charge_w: float
    spare_link_w: float


class Bounds(NamedTuple):
    """What bound the battery and the measuring point, for the reasons."""

    by_limit: float
    by_row: float
    charge_cut: float
    shaved_w: float
    peak_over_w: float


class Plan(NamedTuple):
    """The dispatch of one step: shares, what bound them, and the stage's set-points.

    `idle` says that there is nothing to convert.
    """

    shares: Shares
    bounds: Bounds
    scope: Scope
    inverter_w: float
    pv_w: float
    own_w: float
    measured_w: float
    idle: float


@kernel
def battery_share(stage, shares, target_w, discharge_w, own_rest_w):
    """Return the battery's AC share up to a total feed of `target_w`, and whether it fell short."""
    base_w = shares.load_w + shares.export_w
    if target_w - base_w <= NOTHING_W:
        return 0.0, 0.0
    link_w = link_for_ac(stage, base_w) + link_from_battery(stage, discharge_w) - own_rest_w
    most_w = ac_from_link(stage, link_w) - base_w
    if discharge_w <= 0.0 or most_w < target_w - base_w:
        return max(0.0, most_w), 1.0
    return target_w - base_w, 0.0


@kernel
def with_battery(shares, discharge_w):
    """Return shares with another battery share."""
    return Shares(
        shares.load_w,
        shares.export_w,
        discharge_w,
        shares.source_charge_w,
        shares.mi_charge_w,
        shares.pv_charge_w,
        shares.spare_link_w,
    )


@kernel
def feed_w(stage, shares, own_rest_w):
    """Return the inverter's AC power, what the source gives for the machine itself included."""
    net_w = (
        shares.load_w
        + shares.export_w
        + shares.discharge_w
        - shares.source_charge_w
        - shares.mi_charge_w
    )
    if own_rest_w <= 0.0 or shares.discharge_w > 0.0:
        return net_w
    return ac_from_link(stage, link_for_ac(stage, net_w) - own_rest_w)
