"""A PV input of the inverter: the point of a string's curve that it holds, and what it gets.

Window, start-up voltage and current limit are those of the manual (ch. 9; rule C-06): maximum
power tracking from 200 to 650 V, operation from 150 to 800 V at a voltage that does not move,
12.5 A clipped. Opening the input above 800 V and the minute after start-up belong to control.
"""

from twinverter.core.converter import Loss
from twinverter.core.kernel import kernel
from twinverter.plant.pv import Point, at_current, at_power, at_voltage, max_power
from twinverter.plant.site import Tracker

NO_LIMITS = Tracker(
    start_v=0.0,
    track_low_v=0.0,
    track_high_v=1.0e6,
    current_max_a=1.0e6,
    efficiency=1.0,
    loss=Loss(0.0, 0.0),
)


@kernel
def held_point(tracker, curve, mpp):
    """Return the point of the curve that an input can hold, `mpp` being the curve's own.

    Inside its window the input follows `mpp`; outside it stays at the nearer edge, and a string
    that does not reach the lower edge rests at open circuit. The current limit comes last: a
    string with more to give moves up its curve, past the upper edge if it must.
    """
    if mpp.power_w <= 0.0:
        return mpp
    low_v = tracker.track_low_v if tracker.track_low_v > tracker.start_v else tracker.start_v
    point = mpp
    if mpp.voltage_v < low_v:
        point = at_voltage(curve, low_v)
        if point.current_a <= 0.0:
            point = at_current(curve, 0.0)
    elif mpp.voltage_v > tracker.track_high_v:
        point = at_voltage(curve, tracker.track_high_v)
    if point.current_a > tracker.current_max_a:
        point = at_current(curve, tracker.current_max_a)
    return point


@kernel
def best_point(tracker, curve):
    """Return the point at which an input gets the most out of a string, search losses apart."""
    return held_point(tracker, curve, max_power(curve))


@kernel
def available_w(tracker, best):
    """Return what an input gets at its best point: the search around it costs a little.

    The one place where the tracking efficiency (99.9 %, manual ch. 9) is applied.
    """
    return tracker.efficiency * best.power_w


@kernel
def drawn_point(tracker, curve, mpp, best, power_w, near_v=0.0):
    """Return where an input works that shall take `power_w`, as means over the step.

    While it takes all it can it dithers around `best`, so that its mean current is below the
    curve's by the tracking efficiency. Asked for less, it rests on the curve right of `mpp`,
    looked for from `near_v` on.
    """
    most_w = available_w(tracker, best)
    if power_w < most_w:
        return at_power(curve, mpp, power_w, near_v)
    if most_w <= 0.0:
        return best
    return Point(most_w, best.voltage_v, most_w / best.voltage_v, best.diode_v)
