"""Conversion curves of the bound: what comes out over what goes in, never worse than real.

Losses are those of `plant/bridge.py` and the bank's resistance, each of them convex. A curve is
made of tangents to the real one, so it lies on the side of smaller losses everywhere, and touches
it at `TOUCHED`. The bank's resistance counts at its warmest, its voltage at its highest.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from twinverter.core.converter import Loss
from twinverter.core.kernel import kernel
from twinverter.plant.site import Battery, Bridge

# Shares of the largest power at which a curve touches the real one; denser where homes live.
TOUCHED = (0.0, 0.1, 0.3, 0.65)
# The least that temperature makes of a bank's resistance: the parabola 1 + x + x^2 at its vertex.
WARMEST = 0.75


class Curve(NamedTuple):
    """Corners of a broken line through nothing: power at the link, and at the other side."""

    link_w: np.ndarray
    outer_w: np.ndarray


@kernel
def along(curve, link_w):
    """Return the power at the other side; beyond either end it is that of the end."""
    last = len(curve.link_w) - 1
    if link_w <= curve.link_w[0]:
        return curve.outer_w[0]
    if link_w >= curve.link_w[last]:
        return curve.outer_w[last]
    at = 1
    while link_w > curve.link_w[at]:
        at += 1
    share = (link_w - curve.link_w[at - 1]) / (curve.link_w[at] - curve.link_w[at - 1])
    return curve.outer_w[at - 1] + share * (curve.outer_w[at] - curve.outer_w[at - 1])


@kernel
def across(curve, outer_w):
    """Return the power at the link for one at the other side, within the curve's ends."""
    at = 1
    while outer_w > curve.outer_w[at] and at < len(curve.outer_w) - 1:
        at += 1
    share = (outer_w - curve.outer_w[at - 1]) / (curve.outer_w[at] - curve.outer_w[at - 1])
    return curve.link_w[at - 1] + share * (curve.link_w[at] - curve.link_w[at - 1])


def straight(charge_w: float, charge_share: float, give_w: float, give_share: float) -> Curve:
    """Return a curve of two straight lines: what comes out is a share of what goes in.

    `charge_w` counts at the link, `give_w` at the other side.
    """
    return Curve(
        np.array([-charge_w, 0.0, give_w * give_share]),
        np.array([-charge_w * charge_share, 0.0, give_w]),
    )


def touching(
    real: Callable[[float], float], slope: Callable[[float], float], most_w: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return corners, from nothing to `most_w`, of the tangents to a curve at `TOUCHED`."""
    at_w = [share * most_w for share in TOUCHED]
    corners_w = [0.0]
    for one_w, other_w in zip(at_w, at_w[1:], strict=False):
        bend = slope(other_w) - slope(one_w)
        middle_w = 0.5 * (one_w + other_w)
        if bend != 0.0:
            apart_w = real(one_w) - real(other_w)
            middle_w = (apart_w + slope(other_w) * other_w - slope(one_w) * one_w) / bend
        corners_w.append(middle_w)
    corners_w.append(most_w)
    sides_w = [
        real(touch_w) + slope(touch_w) * (corner_w - touch_w)
        for touch_w, corner_w in zip((0.0, *at_w), corners_w, strict=True)
    ]
    return np.array(corners_w), np.array(sides_w)


def _joined(
    charging: tuple[np.ndarray, np.ndarray], giving: tuple[np.ndarray, np.ndarray]
) -> Curve:
    """Return one curve of both directions, each given as link and outer power from nothing on."""
    return Curve(
        np.concatenate([-charging[0][::-1], giving[0][1:]]),
        np.concatenate([-charging[1][::-1], giving[1][1:]]),
    )


def bank_curve(bank: Battery, bridge: Bridge, charge_w: float, discharge_w: float) -> Curve:
    """Return the store's power over the link's; `charge_w`, `discharge_w` count at the store."""
    loss, coulomb = bridge.battery_loss, bank.coulomb_efficiency
    charge_per_w = WARMEST * bank.resistance_ohm / max(bank.ocv_v) ** 2
    least = min(1.0, bank.resistance_empty_factor)
    give_per_w = least * charge_per_w
    charge_per_w *= min(1.0, bank.resistance_full_factor)

    def taken_w(store_w: float) -> float:
        inner_w = store_w / coulomb
        terminal_w = inner_w + charge_per_w * inner_w * inner_w
        return terminal_w + (loss.linear + loss.per_w * terminal_w) * terminal_w

    def taken_slope(store_w: float) -> float:
        inner_w = store_w / coulomb
        terminal_w = inner_w + charge_per_w * inner_w * inner_w
        outer = 1.0 + loss.linear + 2.0 * loss.per_w * terminal_w
        return outer * (1.0 + 2.0 * charge_per_w * inner_w) / coulomb

    def given_w(store_w: float) -> float:
        terminal_w = store_w - give_per_w * store_w * store_w
        return terminal_w - (loss.linear + loss.per_w * terminal_w) * terminal_w

    def given_slope(store_w: float) -> float:
        terminal_w = store_w - give_per_w * store_w * store_w
        outer = 1.0 - loss.linear - 2.0 * loss.per_w * terminal_w
        return outer * (1.0 - 2.0 * give_per_w * store_w)

    stored_w, charging_w = touching(taken_w, taken_slope, charge_w)
    emptied_w, giving_w = touching(given_w, given_slope, discharge_w)
    return _joined((charging_w, stored_w), (giving_w, emptied_w))


def stage_curve(loss: Loss, ac_w: float) -> Curve:
    """Return the inverter's AC power over that at the link, up to `ac_w` in both directions."""
    outer_w, link_w = touching(
        lambda power_w: power_w + (loss.linear + loss.per_w * power_w) * power_w,
        lambda power_w: 1.0 + loss.linear + 2.0 * loss.per_w * power_w,
        ac_w,
    )
    taken_w, rectified_w = touching(
        lambda power_w: power_w - (loss.linear + loss.per_w * power_w) * power_w,
        lambda power_w: 1.0 - loss.linear - 2.0 * loss.per_w * power_w,
        ac_w,
    )
    return _joined((rectified_w, taken_w), (link_w, outer_w))
