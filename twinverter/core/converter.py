"""Losses of a power converter and their inverses, in closed form.

A converter that carries `p_w` loses `linear * p_w + per_w * p_w**2`: the linear part stands for
switching and forward drops, the square for resistance. What does not depend on power is own
consumption of the machine and is counted there, so every function here is continuous at zero.
"""

import math
from typing import NamedTuple

from twinverter.core.kernel import kernel


class Loss(NamedTuple):
    """Loss coefficients of one converter: a ratio, and one per watt."""

    linear: float
    per_w: float


@kernel
def loss_w(loss, power_w):
    """Return what is lost while `power_w` passes, in either direction."""
    size_w = abs(power_w)
    return (loss.linear + loss.per_w * size_w) * size_w


@kernel
def taken_w(loss, out_w):
    """Return what the input side gives (negative: gets) when the output side gets `out_w`.

    The loss is that of the power on the output side.
    """
    return out_w + loss_w(loss, out_w)


@kernel
def given_w(loss, in_w):
    """Return what the output side gets when the input side gives `in_w`: inverse of `taken_w`."""
    if in_w >= 0.0:
        b = 1.0 + loss.linear
        return 2.0 * in_w / (b + math.sqrt(b * b + 4.0 * loss.per_w * in_w))
    b = 1.0 - loss.linear
    return 2.0 * in_w / (b + math.sqrt(max(0.0, b * b + 4.0 * loss.per_w * in_w)))


@kernel
def passed_w(loss, in_w):
    """Return what the output side gets when the input side gives `in_w` (negative: takes back)."""
    return in_w - loss_w(loss, in_w)


@kernel
def source_w(loss, out_w):
    """Return what the input side gives when the output side gets `out_w`: inverse of `passed_w`."""
    return -given_w(loss, -out_w)
