"""What the master orders: which part of the common demand each unit answers for (C-60).

The sun of all units comes first. Where it is more than is needed, its units share alike as far as
theirs reaches; where it is less, each gives its sun at least, and the batteries raise all units to
one level. So AC power is shared alike within every unit's own limits, and what a limited unit
cannot give, the others do. What nobody can give stays with all alike: the mains has it, or an
island falls short. A set-point is handed on as a share of the demand, so that a unit's own law,
with its own reasons and timers, makes the power of it.

Units of one bank also get shares of what the bank allows: alike, unless one needs more of it.
"""

from typing import NamedTuple

from twinverter.core.blocks import clamp, total
from twinverter.core.kernel import kernel
from twinverter.group.bus import legs

# What a converter may lose on the way from AC to the bank, at most (assumed).
HEADROOM = 1.1
NOTHING_W = 1.0e-6
# What of the bank even a unit without a wish sees, so that nothing divides by zero.
LEAST = 1.0e-6


class Order(NamedTuple):
    """What one unit carries: its shares of the common demand and of the common bank."""

    demand: float
    bank: float


@kernel
def is_of(badges, unit, phase):
    """Return whether a unit belongs to the set on this phase (0: all three)."""
    return badges[unit]["phase"] == phase


@kernel
def at_level(badges, told, phase, level_w, by_sun):
    """Return what the set feeds where each feeds the level, within its limits."""
    sum_w = 0.0
    for unit in range(badges.shape[0]):
        if is_of(badges, unit, phase) and told[unit]["on"] > 0.0:
            sum_w += unit_at_level(badges, told, unit, level_w, by_sun)
    return sum_w


@kernel
def unit_at_level(badges, told, unit, level_w, by_sun):
    """Return what one unit feeds at this level: up to its sun, or from its sun to its most."""
    wanted_w = level_w * badges[unit]["gain"]
    sun_w = told[unit]["sun_w"]
    if by_sun:
        return min(wanted_w, sun_w)
    return clamp(wanted_w, sun_w, told[unit]["feed_w"])


@kernel
def level_for(badges, told, phase, need_w, units, gain, by_sun):
    """Return the level at which the set feeds `need_w`; it can."""
    level_w = need_w / gain
    inside = True
    for unit in range(badges.shape[0]):
        if is_of(badges, unit, phase) and told[unit]["on"] > 0.0:
            wanted_w = level_w * badges[unit]["gain"]
            if unit_at_level(badges, told, unit, level_w, by_sun) != wanted_w:
                inside = False
    if inside:
        return level_w
    # What is fed rises in straight lines with the level; each unit has an edge at both limits.
    level_w = 0.0
    for unit in range(badges.shape[0]):
        if is_of(badges, unit, phase) and told[unit]["on"] > 0.0:
            for edge_w in (told[unit]["sun_w"], told[unit]["feed_w"]):
                edge_w /= badges[unit]["gain"]
                if edge_w > level_w and at_level(badges, told, phase, edge_w, by_sun) <= need_w:
                    level_w = edge_w
    free = 0.0
    for unit in range(badges.shape[0]):
        if is_of(badges, unit, phase) and told[unit]["on"] > 0.0:
            wanted_w = level_w * badges[unit]["gain"]
            low_w = 0.0 if by_sun else told[unit]["sun_w"]
            high_w = told[unit]["sun_w"] if by_sun else told[unit]["feed_w"]
            if low_w <= wanted_w < high_w:
                free += badges[unit]["gain"]
    if free > 0.0:
        level_w += (need_w - at_level(badges, told, phase, level_w, by_sun)) / free
    return level_w


@kernel
def share_out(badges, told, orders, phase, demand_w):
    """Put every unit's share of a set's demand into `orders`; together they are 1."""
    units = on = gain = stand_w = sun_w = feed_w = 0.0
    for unit in range(badges.shape[0]):
        if is_of(badges, unit, phase):
            units += 1.0
            if told[unit]["on"] > 0.0:
                on += 1.0
                gain += badges[unit]["gain"]
                stand_w += told[unit]["stand_w"]
                sun_w += told[unit]["sun_w"]
                feed_w += told[unit]["feed_w"]
    need_w = demand_w - stand_w
    by_sun = sun_w >= need_w
    short_w = max(0.0, need_w - feed_w)
    level_w = 0.0
    if need_w > NOTHING_W and short_w == 0.0 and on > 1.0:
        level_w = level_for(badges, told, phase, need_w, on, gain, by_sun)
    for unit in range(badges.shape[0]):
        if is_of(badges, unit, phase):
            share = 0.0
            if on == 0.0:
                share = 1.0 / units
            elif told[unit]["on"] > 0.0:
                if on == 1.0:
                    share = 1.0
                elif need_w <= NOTHING_W:
                    share = badges[unit]["gain"] / gain
                elif short_w > 0.0:
                    share = told[unit]["feed_w"] + short_w / on
                    share = (share + told[unit]["stand_w"]) / demand_w
                else:
                    share = unit_at_level(badges, told, unit, level_w, by_sun)
                    share = (share + told[unit]["stand_w"]) / demand_w
            orders[unit]["demand"] = share


@kernel
def wanted_of_bank_w(told, unit, fed_w):
    """Return what a unit that feeds `fed_w` has to do with the bank, in either direction."""
    if fed_w > told[unit]["spare_w"]:
        return HEADROOM * (fed_w - told[unit]["spare_w"])
    return told[unit]["spare_w"] - fed_w + told[unit]["draw_w"]


@kernel
def share_bank(badges, told, orders, demand_w, charge_w, discharge_w):
    """Put every unit's share of the one bank into `orders`; together they are 1.

    `demand_w` is that of each phase's set (index 1 to 3), or of all (index 0); the last two are
    what the bank allows.
    """
    units = badges.shape[0]
    equal = 1.0 / units
    alike = True
    for unit in range(units):
        fed_w = orders[unit]["demand"] * demand_w[int(badges[unit]["phase"])]
        most_w = discharge_w if fed_w > told[unit]["spare_w"] else charge_w
        wanted_w = wanted_of_bank_w(told, unit, fed_w)
        orders[unit]["bank"] = min(1.0, wanted_w / most_w) if most_w > NOTHING_W else equal
        if orders[unit]["bank"] > equal:
            alike = False
    level = equal if alike else bank_level(orders)
    left = 1.0
    for unit in range(units):
        orders[unit]["bank"] = equal if alike else min(orders[unit]["bank"], level)
        left -= orders[unit]["bank"]
    if not alike:
        for unit in range(units):
            orders[unit]["bank"] += max(left * equal, LEAST)


@kernel
def bank_level(orders):
    """Return the level at which wishes cut to it add up to the whole bank."""
    units = orders.shape[0]
    level = 0.0
    for unit in range(units):
        edge = orders[unit]["bank"]
        sum_at = 0.0
        for other in range(units):
            sum_at += min(orders[other]["bank"], edge)
        if sum_at <= 1.0:
            level = max(level, edge)
    sum_at = above = 0.0
    for unit in range(units):
        sum_at += min(orders[unit]["bank"], level)
        if orders[unit]["bank"] > level:
            above += 1.0
    return level + (1.0 - sum_at) / above if above > 0.0 else level


@kernel
def demanded_w(world, phase, at_mains):
    """Return what units on a phase (0: all three) carry together, with the home at the clamps."""
    load_w = total(legs(world.load_w, phase, 1.0))
    return load_w + (total(legs(world.home_w, phase, 1.0)) if at_mains > 0.0 else 0.0)


@kernel
def order(badges, told, orders, world, shared, charge_w, discharge_w):
    """Put into `orders` what every unit is to carry, and its part of the one bank if `shared`."""
    at_mains = 0.0
    for unit in range(badges.shape[0]):
        if badges[unit]["master"] > 0.0:
            at_mains = told[unit]["at_mains"]
    demand_w = (
        demanded_w(world, 0.0, at_mains),
        demanded_w(world, 1.0, at_mains),
        demanded_w(world, 2.0, at_mains),
        demanded_w(world, 3.0, at_mains),
    )
    if badges[0]["phase"] == 0.0:
        share_out(badges, told, orders, 0.0, demand_w[0])
    else:
        for phase in range(1, 4):
            share_out(badges, told, orders, float(phase), demand_w[phase])
    if shared > 0.0:
        share_bank(badges, told, orders, demand_w, charge_w, discharge_w)
