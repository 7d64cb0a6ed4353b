"""A string of PV modules: its single-diode curve, and any point on it.

The curve is that of De Soto et al., "Improvement and validation of a model for photovoltaic array
performance", Solar Energy 80 (2006) 78-88, for equal modules in series under the same light; the
CEC model is the same with its own short-circuit coefficient. As in pvlib, the shunt follows the
effective irradiance. Below `DAYLIGHT_W_M2` (assumed) a string is dark and gives nothing.

With the diode voltage vd as parameter, x = vd / ideality, current and voltage are explicit:

    I(x) = total - E - leak * x,  E = saturation * exp(x),  total = light + saturation
    V(x) = ideality * x - I * series,                       leak = ideality / shunt

(the parametrisation of Bishop, Solar Cells 25 (1988) 73-89), so a search costs one exponential a
round, and a given current or voltage is the Wright omega function of known terms.
"""

import math
from typing import NamedTuple

from twinverter.core.kernel import kernel

DAYLIGHT_W_M2 = 1.0
SUNS_PER_W_M2 = 1.0 / 1000.0
ZERO_CELSIUS_K = 273.15
REFERENCE_K = 298.15
BOLTZMANN_EV_PER_K = 8.617333262e-5  # CODATA 2018
PER_REFERENCE_EV = 1.0 / (BOLTZMANN_EV_PER_K * REFERENCE_K)

SERIES_MIN_OHM = 1.0e-9  # keeps a logarithm finite at no series resistance: 1e-8 V at 10 A
# Halley's rounds end after a step in x so small: its cube is what is left of the error.
TOP_STEP = 3.0e-3
POWER_STEP = 4.0e-4
ROUNDS = 8
CLEAR_OF_TOP = 0.95  # a demand below this share is far enough from where the slope is zero
SAME_POWER = 1.0 - 1.0e-12  # a demand above this share of the maximum is the maximum


class Curve(NamedTuple):
    """The current-voltage curve of one string at one moment."""

    light_current_a: float
    saturation_current_a: float
    series_ohm: float
    shunt_ohm: float
    ideality_v: float


class Point(NamedTuple):
    """One point of a curve: what the terminals see, and the voltage over the diode there."""

    power_w: float
    voltage_v: float
    current_a: float
    diode_v: float


DARK = Curve(0.0, 1.0, 0.0, 1.0, 1.0)
NO_POINT = Point(0.0, 0.0, 0.0, 0.0)


@kernel
def string_curve(string, irradiance_w_m2, cell_c):
    """Return the string's curve at an effective irradiance and a cell temperature.

    An input without modules is dark under any sun.
    """
    if irradiance_w_m2 < DAYLIGHT_W_M2 or string.modules <= 0.0:
        return DARK
    suns = irradiance_w_m2 * SUNS_PER_W_M2
    cell_k = cell_c + ZERO_CELSIUS_K
    rise_k = cell_k - REFERENCE_K
    ratio = cell_k * (1.0 / REFERENCE_K)
    # E_ref / kT_ref - E / kT with E = E_ref (1 + slope * rise), brought to one fraction.
    slope = string.band_gap_slope_per_k * REFERENCE_K
    gap = string.band_gap_ref_ev * PER_REFERENCE_EV * (1.0 - slope) * rise_k / cell_k
    modules = string.modules
    return Curve(
        suns * (string.light_current_ref_a + string.alpha_isc_a_per_k * rise_k),
        string.saturation_current_ref_a * (ratio * ratio * ratio) * math.exp(gap),
        modules * string.series_ohm,
        modules * string.shunt_ref_ohm / suns,
        modules * string.ideality_ref_v * ratio,
    )


@kernel
def max_power(curve, share=0.0):
    """Return the maximum power point, exact to rounding.

    `share` is a guess of the diode's share of the light current there, as `diode_share` gave it
    for a moment before; 0 is no guess. Halley's rounds triple the digits: such a share needs one,
    `_first_share` two.
    """
    light_a, saturation_a, series_ohm, shunt_ohm, ideality_v = curve
    if light_a <= 0.0:
        return NO_POINT
    total_a = light_a + saturation_a
    leak_a = ideality_v / shunt_ohm
    twice_r = 2.0 * series_ohm / ideality_v
    if share <= 0.0:
        share = _first_share(total_a, saturation_a, leak_a, twice_r)
    diode_a = share * total_a
    x = math.log(diode_a / saturation_a)
    for _ in range(ROUNDS):
        step = _step_to_top(total_a, leak_a, twice_r, diode_a, x)
        x += step
        if abs(step) < TOP_STEP:
            diode_a *= _grown(step)
            break
        diode_a *= math.exp(step)
    current_a = total_a - diode_a - leak_a * x
    voltage_v = ideality_v * x - current_a * series_ohm
    return Point(current_a * voltage_v, voltage_v, current_a, ideality_v * x)


@kernel
def _first_share(total_a, saturation_a, leak_a, twice_r):
    """Return about the share of the light current that the diode takes at maximum power.

    With r = series / ideality, dP/dx = 0 reads (total - E - leak x)(1 + 2r(E + leak)) =
    (E + leak) x. For a given x it is a quadratic in E, which brings a straight-line guess of x to
    within 0.1 or so.
    """
    lift = math.log(total_a / saturation_a)
    # Without resistances (1 + x) exp(x) = exp(lift); a line is within 0.8 of it from 3 to 44.
    x = max(0.935 * lift - 1.35, 0.5 * lift)
    source_a = total_a - leak_a * x
    linear = 1.0 + x + twice_r * (leak_a - source_a)
    free_a = max(source_a + leak_a * (twice_r * source_a - x), 0.1 * total_a)
    return 2.0 * free_a / (linear + math.sqrt(linear * linear + 4.0 * twice_r * free_a)) / total_a


@kernel
def diode_share(curve, point):
    """Return the share of the light current that the diode takes at a point of a lit curve."""
    total_a = curve.light_current_a + curve.saturation_current_a
    return (total_a - point.current_a - point.diode_v / curve.shunt_ohm) / total_a


@kernel
def _grown(step):
    """Return exp(step), to rounding for a last step."""
    return 1.0 + step * (1.0 + step * (0.5 + step * (1.0 / 6.0 + step * (1.0 / 24.0))))


@kernel
def _step_to_top(total_a, leak_a, twice_r, diode_a, x):
    """Return Halley's step in x towards dP/dx = 0."""
    slope_a = diode_a + leak_a
    current_a = total_a - diode_a - leak_a * x
    gain = 1.0 + twice_r * slope_a
    pull = twice_r * current_a - x
    rest_a = current_a * gain - slope_a * x
    rest_1_a = diode_a * pull - slope_a * (gain + 1.0)
    rest_2_a = diode_a * (pull - 3.0 * gain)
    return -rest_a * rest_1_a / (rest_1_a * rest_1_a - 0.5 * rest_a * rest_2_a)


@kernel
def at_power(curve, mpp, power_w, near_v=0.0):
    """Return the point right of the maximum power point `mpp` that gives `power_w`, or all of it.

    A demand of 0 or below is the open circuit. `near_v` is a guess of its voltage, of use where it
    is above that of `mpp`: the current hardly depends on it. The guess without it inverts a
    parabola that grows into an exponential. P(x) is concave from there to the open circuit, so
    Halley's rounds stay put.
    """
    if power_w >= mpp.power_w * SAME_POWER:
        return mpp
    if power_w <= 0.0:
        return at_current(curve, 0.0)
    light_a, saturation_a, series_ohm, shunt_ohm, ideality_v = curve
    total_a = light_a + saturation_a
    leak_a = ideality_v / shunt_ohm
    if near_v > mpp.voltage_v and power_w < CLEAR_OF_TOP * mpp.power_w:
        current_a = power_w / near_v
        diode_a = total_a - current_a - (near_v + current_a * series_ohm) / shunt_ohm
        x = math.log(diode_a / saturation_a)
    else:
        x = mpp.diode_v / ideality_v
        diode_a = total_a - mpp.current_a - leak_a * x
        slope_a = diode_a + leak_a
        inner_v = mpp.voltage_v - mpp.current_a * series_ohm
        bend_w = diode_a * inner_v + 2.0 * slope_a * (ideality_v + slope_a * series_ohm)
        reach = math.sqrt(2.0 * (mpp.power_w - power_w) / bend_w)
        growth = 1.0 + reach + reach * reach * (1.0 / 3.0)
        diode_a *= growth
        x += math.log(growth)
    for _ in range(ROUNDS):
        step = _step_to_power(curve, power_w, diode_a, x)
        x += step
        if abs(step) < POWER_STEP:
            diode_a *= _grown(step)
            break
        diode_a *= math.exp(step)
    current_a = total_a - diode_a - leak_a * x
    voltage_v = ideality_v * x - current_a * series_ohm
    return Point(power_w, voltage_v, power_w / voltage_v, ideality_v * x)


@kernel
def _step_to_power(curve, power_w, diode_a, x):
    """Return Halley's step in x towards P = `power_w`."""
    light_a, saturation_a, series_ohm, shunt_ohm, ideality_v = curve
    leak_a = ideality_v / shunt_ohm
    slope_a = diode_a + leak_a
    slope_v = ideality_v + slope_a * series_ohm
    current_a = light_a + saturation_a - diode_a - leak_a * x
    drop_v = current_a * series_ohm
    voltage_v = ideality_v * x - drop_v
    rest_w = current_a * voltage_v - power_w
    rest_1_w = current_a * slope_v - slope_a * voltage_v
    rest_2_w = diode_a * (drop_v - voltage_v) - 2.0 * slope_a * slope_v
    return -rest_w * rest_1_w / (rest_1_w * rest_1_w - 0.5 * rest_w * rest_2_w)


@kernel
def at_voltage(curve, voltage_v):
    """Return the point at a terminal voltage; beyond open circuit its current is negative."""
    light_a, saturation_a, series_ohm, shunt_ohm, ideality_v = curve
    series_ohm = max(series_ohm, SERIES_MIN_OHM)
    # V(x) = voltage is  linear * x + series * E = sum.
    sum_v = voltage_v + series_ohm * (light_a + saturation_a)
    linear_v = ideality_v * (1.0 + series_ohm / shunt_ohm)
    z = sum_v / linear_v + math.log(series_ohm * saturation_a / linear_v)
    over_series_v = linear_v * wright_omega(z)
    diode_v = ideality_v * (sum_v - over_series_v) / linear_v
    current_a = light_a + saturation_a - over_series_v / series_ohm - diode_v / shunt_ohm
    return Point(voltage_v * current_a, voltage_v, current_a, diode_v)


@kernel
def at_current(curve, current_a):
    """Return the point at a current; above short circuit its voltage is negative."""
    light_a, saturation_a, series_ohm, shunt_ohm, ideality_v = curve
    # I(x) = current is  leak * x + E = rest.
    leak_a = ideality_v / shunt_ohm
    rest_a = light_a + saturation_a - current_a
    omega = wright_omega(rest_a / leak_a + math.log(saturation_a / leak_a))
    # The same x twice: the logarithm keeps its digits where the shunt takes little.
    x = math.log(leak_a * omega / saturation_a) if omega > 1.0 else rest_a / leak_a - omega
    voltage_v = ideality_v * x - current_a * series_ohm
    return Point(current_a * voltage_v, voltage_v, current_a, ideality_v * x)


@kernel
def open_circuit_v(curve):
    """Return the open-circuit voltage; 0 in the dark."""
    return 0.0 if curve.light_current_a <= 0.0 else at_current(curve, 0.0).voltage_v


@kernel
def wright_omega(z):
    """Return the y with y + ln(y) = z, to rounding.

    Two fourth-order rounds of Fritsch, Shafer and Crowley (CACM 16 (1973) 123-124) from a guess
    within 26 %; below -40, y is exp(z) to the last digit.
    """
    if z < -40.0:
        return math.exp(max(z, -700.0))
    if z < 1.0:
        y = math.exp(z)
        y *= (1.0 + 0.5 * y) / (1.0 + 1.5 * y)
    else:
        log_z = math.log(z)
        y = z - log_z + log_z / z
    for _ in range(2):
        rest = z - y - math.log(y)
        above = 1.0 + y
        scale = 2.0 * above * (above + rest * (2.0 / 3.0))
        y *= 1.0 + rest / above * (scale - rest) / (scale - 2.0 * rest)
    return y
