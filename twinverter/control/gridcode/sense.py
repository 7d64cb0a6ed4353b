"""What grid support measures: the voltage its functions follow, and the worst phase.

Sources: IEEE 1547-2018, 4.3 (applicable voltages); Fortescue's symmetrical components. Phases
stand 120 degrees apart; `grid_angle_rad` is how far each is from its place.
"""

import math

from twinverter.core.blocks import total
from twinverter.core.kernel import kernel

THIRD = 1.0 / 3.0
APART_RAD = 2.0 * math.pi / 3.0
ROOT_3 = math.sqrt(3.0)


@kernel
def positive_sequence_v(volts, angle_rad):
    """Return the size of the positive sequence, of phase voltages and angles out of place."""
    if angle_rad.l1 == angle_rad.l2 == angle_rad.l3:
        return total(volts) * THIRD
    along_v = volts.l1 * math.cos(angle_rad.l1)
    along_v += volts.l2 * math.cos(angle_rad.l2) + volts.l3 * math.cos(angle_rad.l3)
    across_v = volts.l1 * math.sin(angle_rad.l1)
    across_v += volts.l2 * math.sin(angle_rad.l2) + volts.l3 * math.sin(angle_rad.l3)
    return math.sqrt(along_v * along_v + across_v * across_v) * THIRD


@kernel
def applicable_v(settings, ac):
    """Return the voltage that the voltage functions follow: mean or positive sequence."""
    if settings.law.support.positive_sequence > 0.0:
        return positive_sequence_v(ac.grid_v, ac.grid_angle_rad)
    return total(ac.grid_v) * THIRD


@kernel
def line_v(ahead_v, behind_v, wider_rad):
    """Return the voltage between two phases as the phase voltage of an even three-phase mains."""
    between = math.cos(APART_RAD + wider_rad)
    square_v2 = ahead_v * ahead_v + behind_v * behind_v - 2.0 * ahead_v * behind_v * between
    return math.sqrt(max(0.0, square_v2)) / ROOT_3


@kernel
def worst_v(settings, ac):
    """Return the lowest and the highest voltage that windows and trip levels judge."""
    volts = ac.grid_v
    low_v = min(volts.l1, volts.l2, volts.l3)
    high_v = max(volts.l1, volts.l2, volts.l3)
    if settings.law.ride.line_volts > 0.0:
        angle_rad = ac.grid_angle_rad
        line1_v = line_v(volts.l1, volts.l2, angle_rad.l1 - angle_rad.l2)
        line2_v = line_v(volts.l2, volts.l3, angle_rad.l2 - angle_rad.l3)
        line3_v = line_v(volts.l3, volts.l1, angle_rad.l3 - angle_rad.l1)
        low_v = min(low_v, line1_v, line2_v, line3_v)
        high_v = max(high_v, line1_v, line2_v, line3_v)
    return low_v, high_v
