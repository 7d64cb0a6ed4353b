"""Who feeds whom while the machine alone carries the bus (C-36, C-43, C-55).

PV serves the load, surplus charges, the battery covers the rest. Source: manual 2.3, 5.9, 6.
"""

from typing import NamedTuple

from twinverter.control.shares import NOTHING_W
from twinverter.control.stage import (
    ac_from_link,
    battery_for_link,
    charge_from_link,
    link_for_ac,
    link_for_charge,
    link_from_pv,
    pv_for_link,
)
from twinverter.core.kernel import kernel


class Island(NamedTuple):
    """The dispatch of one step in an island."""

    inverter_w: float
    pv_w: float
    battery_w: float
    pv_charge_w: float
    mi_charge_w: float
    spare_link_w: float
    need_w: float


@kernel
def balanced(limits, stage, demand_w):
    """Return who carries `demand_w` in an island; below 0 it is surplus of the micro-inverter."""
    pv_link_w = link_from_pv(stage, limits.pv_w)
    need_w = link_for_ac(stage, demand_w) + stage.own_running_w
    spare_w = pv_link_w - need_w
    if spare_w <= 0.0:
        battery_w = battery_for_link(stage, -spare_w)
        return Island(demand_w, limits.pv_w, battery_w, 0.0, 0.0, 0.0, need_w)
    charge_w = min(charge_from_link(stage, spare_w), limits.charge_w)
    left_w = spare_w - link_for_charge(stage, charge_w)
    mi_w = min(charge_w, charge_from_link(stage, max(0.0, -need_w)))
    pv_w = limits.pv_w
    if left_w > NOTHING_W:
        pv_w = max(0.0, min(pv_w, pv_for_link(stage, pv_link_w - left_w)))
    else:
        left_w = 0.0
    return Island(demand_w, pv_w, -charge_w, charge_w - mi_w, mi_w, left_w, need_w)


@kernel
def sun_alone(limits, stage, demand_w):
    """Return own consumption, and the share of a demand, that the sun carries alone (C-45).

    Without a battery the voltage gives way where it does not suffice; the machine comes first.
    """
    link_w = link_from_pv(stage, limits.pv_w)
    own_w = min(stage.own_running_w, link_w)
    if demand_w <= 0.0:
        return own_w, 1.0
    return own_w, min(1.0, ac_from_link(stage, link_w - own_w) / demand_w)
