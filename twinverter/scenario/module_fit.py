"""From a module's datasheet to its De Soto parameters, and on to a string.

A datasheet prints three points of the curve at 1000 W/m2 and 25 degC, and how three figures move
with temperature. Four conditions are met to the last digit: the current at short circuit, none at
open circuit, the current at the maximum power point, and that it is a maximum. For a given
ideality and series resistance three of them are linear in light current, saturation current and
shunt conductance; the fourth fixes the series resistance.

The ideality comes from temperature, as in the CEC model (Dobos, "An improved coefficient
calculator for the California Energy Commission 6 parameter photovoltaic module model", Journal of
Solar Energy Engineering 134 (2012) 021011): one share is taken off the printed coefficient of the
current and added to that of the voltage, so that the power's is met. A datasheet without a power
coefficient gets its voltage's met. Where a printed curve is so flat towards short circuit that the
shunt would have to deliver power, it gets one that takes next to nothing, and the short-circuit
current comes out a little above its print.

pvlib's `fit_desoto` searches all five at once and finds no solution for most modules of today; its
`fit_cec_sam` needs SAM.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from twinverter.catalog.modules import DeSoto, Module
from twinverter.plant.pv import BOLTZMANN_EV_PER_K, REFERENCE_K
from twinverter.plant.site import PvString
from twinverter.scenario.error import HouseError

# Per cell: silicon lies near 1, thin film below 2; at 0.5 no coefficient of a real module is met.
IDEALITY_LOW, IDEALITY_HIGH = 0.5, 2.5
SHUNT_SHARE_MIN = 1.0e-6  # of the light current at open circuit; keeps the resistance finite
SERIES_SHARE_MAX = 0.999  # of the resistance that would move the maximum to open circuit
EXACT = 1.0e-14


class _Reference(NamedTuple):
    """The curve at reference conditions, by diode voltage, and what is wrong at its maximum."""

    light_a: float
    saturation_a: float
    series_ohm: float
    shunt_s: float
    ideality_v: float
    miss_a: float


def pv_string(module: Module, modules_in_series: int) -> PvString:
    """Return a string of equal modules; a row without parameters is fitted first."""
    fitted = module.desoto or fit_module(module)
    return PvString(
        modules=float(modules_in_series),
        light_current_ref_a=fitted.light_current_ref_a,
        saturation_current_ref_a=fitted.saturation_current_ref_a,
        series_ohm=fitted.series_ohm,
        shunt_ref_ohm=fitted.shunt_ref_ohm,
        ideality_ref_v=fitted.ideality_ref_v,
        alpha_isc_a_per_k=fitted.alpha_isc_a_per_k,
        band_gap_ref_ev=module.band_gap_ref_ev,
        band_gap_slope_per_k=module.band_gap_slope_per_k,
    )


def fit_module(module: Module) -> DeSoto:
    """Return the De Soto parameters of a datasheet; HouseError where no such curve exists."""
    _check(module)
    thermal_v = module.cells_in_series * BOLTZMANN_EV_PER_K * REFERENCE_K
    low_v, high_v = IDEALITY_LOW * thermal_v, IDEALITY_HIGH * thermal_v
    if _reference(module, low_v) is None:
        raise HouseError("no diode curve goes through its points", key="module", value=module.name)
    high_v = _last_true(lambda ideality_v: _reference(module, ideality_v), low_v, high_v)

    def miss_per_k(ideality_v: float) -> float:
        reference = _reference(module, ideality_v)
        assert reference is not None
        return _temperature_miss_per_k(module, reference)

    if not miss_per_k(high_v) < 0.0 < miss_per_k(low_v):
        raise HouseError(
            "no diode moves with temperature like this", key="module", value=module.name
        )
    reference = _reference(module, _root(miss_per_k, low_v, high_v))
    assert reference is not None
    return DeSoto(
        light_current_ref_a=reference.light_a,
        saturation_current_ref_a=reference.saturation_a,
        series_ohm=reference.series_ohm,
        shunt_ref_ohm=1.0 / reference.shunt_s,
        ideality_ref_v=reference.ideality_v,
        alpha_isc_a_per_k=(1.0 - _share(module, reference)) * _alpha_a_per_k(module),
    )


def _check(module: Module) -> None:
    """Raise HouseError for figures that no datasheet prints, units of percent among them."""
    # fmt: off
    rows = (
        ("cells_in_series",   module.cells_in_series,   1,      500),
        ("voc_v",             module.voc_v,             0.3,    400.0),
        ("isc_a",             module.isc_a,             0.1,    40.0),
        ("vmp_v",             module.vmp_v,             0.5 * module.voc_v, 0.95 * module.voc_v),
        ("imp_a",             module.imp_a,             0.5 * module.isc_a, 0.99 * module.isc_a),
        ("alpha_isc_per_k",   module.alpha_isc_per_k,   -0.002, 0.004),
        ("beta_voc_per_k",    module.beta_voc_per_k,    -0.01,  -0.0005),
        ("gamma_power_per_k", module.gamma_power_per_k, -0.01,  -0.0005),
    )
    # fmt: on
    for key, value, low, high in rows:
        if value is not None and not low <= value <= high:
            allowed = f"{low:.4g} to {high:.4g}"
            raise HouseError("no module has this", key=key, value=value, allowed=allowed)


def _reference(module: Module, ideality_v: float) -> _Reference | None:
    """Return the curve through the printed points, None where no series resistance does it."""
    reference = _with_maximum(module, lambda ohm: _through_three(module, ideality_v, ohm))
    least_s = SHUNT_SHARE_MIN * module.isc_a / module.voc_v
    if reference is None or reference.shunt_s >= least_s:
        return reference
    return _with_maximum(module, lambda ohm: _through_two(module, ideality_v, ohm, least_s))


def _with_maximum(module: Module, curve: Callable[[float], _Reference]) -> _Reference | None:
    """Return the `curve`, by series resistance, whose power has its maximum where it is printed."""
    most_ohm = SERIES_SHARE_MAX * (module.voc_v - module.vmp_v) / module.imp_a
    if curve(0.0).miss_a * curve(most_ohm).miss_a > 0.0:
        return None
    return curve(_root(lambda ohm: curve(ohm).miss_a, 0.0, most_ohm))


def _through_three(module: Module, ideality_v: float, series_ohm: float) -> _Reference:
    """Return the curve through short circuit, open circuit and maximum power point."""
    voc_v, isc_a, imp_a = module.voc_v, module.isc_a, module.imp_a
    short_v = isc_a * series_ohm
    top_v = module.vmp_v + imp_a * series_ohm
    # Diode currents as shares of the one at open circuit.
    short = math.exp((short_v - voc_v) / ideality_v)
    top = math.exp((top_v - voc_v) / ideality_v)
    determinant_v = (1.0 - short) * (top_v - short_v) - (top - short) * (voc_v - short_v)
    open_a = (isc_a * (top_v - short_v) - (isc_a - imp_a) * (voc_v - short_v)) / determinant_v
    shunt_s = ((1.0 - short) * (isc_a - imp_a) - (top - short) * isc_a) / determinant_v
    return _curve(module, ideality_v, series_ohm, shunt_s, open_a)


def _through_two(
    module: Module, ideality_v: float, series_ohm: float, shunt_s: float
) -> _Reference:
    """Return the curve with a given shunt through open circuit and maximum power point."""
    top_v = module.vmp_v + module.imp_a * series_ohm
    top = math.exp((top_v - module.voc_v) / ideality_v)
    open_a = (module.imp_a - shunt_s * (module.voc_v - top_v)) / (1.0 - top)
    return _curve(module, ideality_v, series_ohm, shunt_s, open_a)


def _curve(
    module: Module, ideality_v: float, series_ohm: float, shunt_s: float, open_a: float
) -> _Reference:
    """Return the curve with a diode current of `open_a` at open circuit."""
    zero = math.exp(-module.voc_v / ideality_v)
    drop_v = module.imp_a * series_ohm
    top_a = open_a * math.exp((module.vmp_v + drop_v - module.voc_v) / ideality_v)
    return _Reference(
        light_a=open_a * (1.0 - zero) + shunt_s * module.voc_v,
        saturation_a=open_a * zero,
        series_ohm=series_ohm,
        shunt_s=shunt_s,
        ideality_v=ideality_v,
        miss_a=module.imp_a - (module.vmp_v - drop_v) * (top_a / ideality_v + shunt_s),
    )


def _alpha_a_per_k(module: Module) -> float:
    return module.alpha_isc_per_k * module.isc_a


def _current_slope_a_per_k(
    module: Module, reference: _Reference, alpha_a_per_k: float, diode_v: float
) -> float:
    """Return how the current at a fixed diode voltage moves with temperature."""
    x = diode_v / reference.ideality_v
    gap_ev = module.band_gap_ref_ev * (1.0 - module.band_gap_slope_per_k * REFERENCE_K)
    growth_per_k = (3.0 + gap_ev / (BOLTZMANN_EV_PER_K * REFERENCE_K)) / REFERENCE_K
    diode_a = reference.saturation_a * math.exp(x)
    return (
        alpha_a_per_k
        - (diode_a - reference.saturation_a) * growth_per_k
        + diode_a * x / REFERENCE_K
    )


def _beta_per_k(module: Module, reference: _Reference, alpha_a_per_k: float) -> float:
    """Return the temperature coefficient of the open-circuit voltage."""
    x = module.voc_v / reference.ideality_v
    slope_s = reference.saturation_a * math.exp(x) / reference.ideality_v + reference.shunt_s
    slope_a_per_k = _current_slope_a_per_k(module, reference, alpha_a_per_k, module.voc_v)
    return slope_a_per_k / (slope_s * module.voc_v)


def _gamma_per_k(module: Module, reference: _Reference, alpha_a_per_k: float) -> float:
    """Return the temperature coefficient of the maximum power.

    At a maximum the point's own movement does not count, so the diode voltage may stand still.
    """
    drop_v = module.imp_a * reference.series_ohm
    slope_a_per_k = _current_slope_a_per_k(module, reference, alpha_a_per_k, module.vmp_v + drop_v)
    return slope_a_per_k * (module.vmp_v - drop_v) / (module.vmp_v * module.imp_a)


def _share(module: Module, reference: _Reference) -> float:
    """Return what is taken off alpha and added to beta so that this ideality meets both."""
    if module.gamma_power_per_k is None:
        return 0.0
    alpha_a_per_k = _alpha_a_per_k(module)
    none_per_k = _beta_per_k(module, reference, alpha_a_per_k)
    whole_per_k = _beta_per_k(module, reference, 0.0)
    # beta is linear in alpha: none + share * (whole - none) = beta * (1 + share).
    return (none_per_k - module.beta_voc_per_k) / (
        module.beta_voc_per_k - (whole_per_k - none_per_k)
    )


def _temperature_miss_per_k(module: Module, reference: _Reference) -> float:
    """Return by how much the power's (or else the voltage's) coefficient lies above its print."""
    alpha_a_per_k = (1.0 - _share(module, reference)) * _alpha_a_per_k(module)
    if module.gamma_power_per_k is None:
        return _beta_per_k(module, reference, alpha_a_per_k) - module.beta_voc_per_k
    return _gamma_per_k(module, reference, alpha_a_per_k) - module.gamma_power_per_k


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where `function` crosses zero between two places of different sign."""
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=EXACT))


def _last_true(found: Callable[[float], object], low: float, high: float) -> float:
    """Return the largest value up to `high` that is `found`, `low` being one."""
    if found(high):
        return high
    while high - low > EXACT * high:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if found(middle) else (low, middle)
    return low
