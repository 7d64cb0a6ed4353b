"""The single-diode string against pvlib, against itself, and compiled."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pvlib import pvsystem
from scipy.special import wrightomega

from twinverter.catalog.modules import MODULES
from twinverter.core.kernel import compiled
from twinverter.plant.pv import (
    DARK,
    NO_POINT,
    Curve,
    at_current,
    at_power,
    at_voltage,
    max_power,
    open_circuit_v,
    string_curve,
    wright_omega,
)
from twinverter.plant.site import PvString
from twinverter.scenario.module_fit import pv_string

TYPES = list(MODULES.values())
CONDITIONS = [
    (irradiance_w_m2, cell_c)
    for irradiance_w_m2 in (1.0, 10.0, 100.0, 400.0, 800.0, 1000.0, 1500.0)
    for cell_c in (-20.0, 0.0, 25.0, 50.0, 90.0)
]
REFERENCE = (1000.0, 25.0)

lengths = st.integers(1, 20)
modules = st.sampled_from(TYPES)
suns_w_m2 = st.floats(1.0, 1500.0)
cells_c = st.floats(-20.0, 90.0)
shares = st.floats(0.0, 1.0)


def pvlib_parameters(string: PvString, irradiance_w_m2, cell_c):
    """Return pvlib's five parameters of the whole string."""
    light_a, saturation_a, series_ohm, shunt_ohm, ideality_v = pvsystem.calcparams_desoto(
        irradiance_w_m2,
        cell_c,
        alpha_sc=string.alpha_isc_a_per_k,
        a_ref=string.ideality_ref_v,
        I_L_ref=string.light_current_ref_a,
        I_o_ref=string.saturation_current_ref_a,
        R_sh_ref=string.shunt_ref_ohm,
        R_s=string.series_ohm,
        EgRef=string.band_gap_ref_ev,
        dEgdT=string.band_gap_slope_per_k,
    )
    n = string.modules
    return light_a, saturation_a, n * series_ohm, n * shunt_ohm, n * ideality_v


@pytest.mark.parametrize("module", TYPES, ids=lambda module: module.name)
def test_the_five_parameters_are_those_of_pvlib(module):
    string = pv_string(module, 9)
    for irradiance_w_m2, cell_c in CONDITIONS:
        ours = string_curve(string, irradiance_w_m2, cell_c)
        assert ours == pytest.approx(pvlib_parameters(string, irradiance_w_m2, cell_c), rel=1e-11)


def test_the_cec_model_is_the_same_with_its_adjusted_coefficient():
    cec = pvsystem.retrieve_sam("CECMod")["Jinko_Solar__Co___Ltd_JKM400M_72L"]
    figures = ("I_L_ref", "I_o_ref", "R_s", "R_sh_ref", "a_ref")
    alpha_a_per_k = cec["alpha_sc"] * (1.0 - cec["Adjust"] / 100.0)
    string = PvString(1.0, *(cec[name] for name in figures), alpha_a_per_k, 1.121, -0.0002677)
    for irradiance_w_m2, cell_c in CONDITIONS:
        theirs = pvsystem.calcparams_cec(
            irradiance_w_m2, cell_c, cec["alpha_sc"], cec["a_ref"], cec["I_L_ref"],
            cec["I_o_ref"], cec["R_sh_ref"], cec["R_s"], cec["Adjust"],
        )  # fmt: skip
        assert string_curve(string, irradiance_w_m2, cell_c) == pytest.approx(theirs, rel=1e-11)


@pytest.mark.parametrize("module", TYPES, ids=lambda module: module.name)
def test_the_maximum_power_point_is_that_of_pvlib(module):
    string = pv_string(module, 9)
    for irradiance_w_m2, cell_c in CONDITIONS:
        point = max_power(string_curve(string, irradiance_w_m2, cell_c))
        theirs = pvsystem.max_power_point(
            *pvlib_parameters(string, irradiance_w_m2, cell_c), method="newton"
        )
        assert point.power_w == pytest.approx(theirs["p_mp"], rel=1e-10)
        assert point.voltage_v == pytest.approx(theirs["v_mp"], rel=1e-9)
        assert point.current_a == pytest.approx(theirs["i_mp"], rel=1e-9)


def test_every_technology_of_the_cec_list_has_its_maximum_where_pvlib_finds_it():
    library = pvsystem.retrieve_sam("CECMod").T.iloc[::100]
    for _, cec in library.iterrows():
        for irradiance_w_m2, cell_c in (
            (1.0, 90.0),
            (1000.0, 25.0),
            (1500.0, -20.0),
            (1500.0, 90.0),
        ):
            curve = Curve(
                *pvsystem.calcparams_cec(
                    irradiance_w_m2, cell_c, cec["alpha_sc"], cec["a_ref"], cec["I_L_ref"],
                    cec["I_o_ref"], cec["R_sh_ref"], cec["R_s"], cec["Adjust"],
                )
            )  # fmt: skip
            theirs = pvsystem.max_power_point(*curve, method="brentq")
            assert max_power(curve).power_w == pytest.approx(theirs["p_mp"], rel=1e-10)


@pytest.mark.parametrize("module", TYPES, ids=lambda module: module.name)
def test_points_at_a_voltage_or_a_current_are_those_of_pvlib(module):
    string = pv_string(module, 9)
    for irradiance_w_m2, cell_c in CONDITIONS:
        curve = string_curve(string, irradiance_w_m2, cell_c)
        mpp = max_power(curve)
        assert open_circuit_v(curve) == pytest.approx(
            pvsystem.v_from_i(0.0, *curve, method="brentq"), rel=1e-9
        )
        for share in (0.3, 0.9, 1.0, 1.05):
            voltage_v = share * mpp.voltage_v
            theirs_a = pvsystem.i_from_v(voltage_v, *curve, method="brentq")
            ours = at_voltage(curve, voltage_v)
            assert ours.current_a == pytest.approx(theirs_a, rel=1e-9)
            assert ours.power_w == pytest.approx(voltage_v * theirs_a, rel=1e-9)
        for share in (0.2, 0.8, 1.0, 1.02):
            current_a = share * mpp.current_a
            theirs_v = pvsystem.v_from_i(current_a, *curve, method="brentq")
            assert at_current(curve, current_a).voltage_v == pytest.approx(theirs_v, rel=1e-9)


# fmt: off
PRINTED = [
    # in series, point,              volt,      ampere
    (1,          "open circuit",     49.3,      0.0),
    (1,          "maximum power",    41.5,      10.85),
    (1,          "short circuit",    0.0,       11.6),
    (10,         "open circuit",     493.0,     0.0),
    (10,         "maximum power",    415.0,     10.85),
    (10,         "short circuit",    0.0,       11.6),
]
# fmt: on


@pytest.mark.parametrize("in_series, point, volt, ampere", PRINTED)
def test_a_string_gives_what_the_datasheet_of_its_modules_prints(in_series, point, volt, ampere):
    curve = string_curve(pv_string(MODULES["LONGi LR4-72HPH-450M"], in_series), *REFERENCE)
    place = {
        "open circuit": lambda: at_current(curve, 0.0),
        "maximum power": lambda: max_power(curve),
        "short circuit": lambda: at_voltage(curve, 0.0),
    }[point]()
    assert place.voltage_v == pytest.approx(volt, rel=1e-7, abs=1e-9)
    assert place.current_a == pytest.approx(ampere, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(
    "irradiance_w_m2, dark", [(-5.0, True), (0.0, True), (0.99, True), (1.0, False)]
)
def test_below_one_watt_per_square_metre_a_string_is_dark(irradiance_w_m2, dark):
    curve = string_curve(pv_string(TYPES[0], 9), irradiance_w_m2, 20.0)
    assert (curve == DARK) == dark
    assert (max_power(curve) == NO_POINT) == dark
    assert (open_circuit_v(curve) == 0.0) == dark
    assert (at_power(curve, max_power(curve), 100.0).power_w == 0.0) == dark


def test_an_input_without_modules_is_dark_under_any_sun():
    string = pv_string(TYPES[0], 9)._replace(modules=0.0)
    assert string_curve(string, 1000.0, 25.0) == DARK


@settings(max_examples=60, deadline=None)
@given(modules, lengths, suns_w_m2, cells_c, shares)
def test_a_demand_below_the_maximum_is_met_exactly_and_right_of_it(
    module, in_series, irradiance_w_m2, cell_c, share
):
    curve = string_curve(pv_string(module, in_series), irradiance_w_m2, cell_c)
    mpp = max_power(curve)
    point = at_power(curve, mpp, share * mpp.power_w)
    on_curve = at_voltage(curve, point.voltage_v)
    assert point.power_w == pytest.approx(share * mpp.power_w, rel=2e-12)
    assert on_curve.power_w == pytest.approx(point.power_w, abs=1e-10 * mpp.power_w)
    assert on_curve.diode_v == pytest.approx(point.diode_v, rel=1e-9)
    assert mpp.voltage_v <= point.voltage_v <= open_circuit_v(curve) * (1.0 + 1e-12)
    assert point.current_a * point.voltage_v == pytest.approx(point.power_w, rel=1e-12)


def test_a_demand_at_or_above_the_maximum_gets_the_maximum_and_none_the_open_circuit():
    curve = string_curve(pv_string(TYPES[0], 9), *REFERENCE)
    mpp = max_power(curve)
    assert at_power(curve, mpp, mpp.power_w) == mpp
    assert at_power(curve, mpp, 1.0e6) == mpp
    for nothing_w in (0.0, -500.0):
        point = at_power(curve, mpp, nothing_w)
        assert point.voltage_v == pytest.approx(9 * 49.3, rel=1e-7)
        assert (point.current_a, point.power_w) == (0.0, 0.0)


@settings(max_examples=60, deadline=None)
@given(modules, lengths, suns_w_m2, cells_c, st.floats(1e-4, 0.3))
def test_no_neighbour_of_the_maximum_power_point_gives_more(
    module, in_series, irradiance_w_m2, cell_c, away
):
    curve = string_curve(pv_string(module, in_series), irradiance_w_m2, cell_c)
    mpp = max_power(curve)
    for factor in (1.0 - away, 1.0 + away):
        assert at_voltage(curve, factor * mpp.voltage_v).power_w < mpp.power_w


@settings(max_examples=60, deadline=None)
@given(modules, lengths, suns_w_m2, cells_c, st.floats(0.001, 1.0))
def test_current_of_a_voltage_and_voltage_of_a_current_are_inverse(
    module, in_series, irradiance_w_m2, cell_c, share
):
    curve = string_curve(pv_string(module, in_series), irradiance_w_m2, cell_c)
    current_a = share * at_voltage(curve, 0.0).current_a
    point = at_current(curve, current_a)
    assert at_voltage(curve, point.voltage_v).current_a == pytest.approx(current_a, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(modules, lengths, suns_w_m2, st.floats(1.001, 2.0), cells_c)
def test_more_light_is_more_power(module, in_series, irradiance_w_m2, factor, cell_c):
    string = pv_string(module, in_series)
    less = max_power(string_curve(string, irradiance_w_m2, cell_c))
    more = max_power(string_curve(string, factor * irradiance_w_m2, cell_c))
    assert more.power_w > less.power_w


@settings(max_examples=100, deadline=None)
@given(st.floats(-690.0, 1.0e9))
def test_the_omega_function_is_that_of_scipy(z):
    assert wright_omega(z) == pytest.approx(wrightomega(z), rel=1e-13)


def test_a_string_without_series_resistance_is_its_diode_alone():
    # ln(1 A / 1e-10 A) = 23.03 at 1 V each, and I = 2 A - 1e-10 A * (exp(V) - 1) - V / 1 Mohm.
    curve = Curve(2.0, 1.0e-10, 0.0, 1.0e6, 1.0)
    voltage_v = math.log(1.0e10 + 1.0)
    assert at_voltage(curve, voltage_v).current_a == pytest.approx(1.0 - 1e-6 * voltage_v, rel=1e-7)
    assert at_current(curve, 1.0 - 1e-6 * voltage_v).voltage_v == pytest.approx(
        voltage_v, rel=1e-12
    )


def _sweep(string, irradiance_w_m2, cell_c, points):
    for index in range(len(irradiance_w_m2)):
        curve = string_curve(string, irradiance_w_m2[index], cell_c[index])
        mpp = max_power(curve)
        some = at_power(curve, mpp, 0.6 * mpp.power_w)
        points[index, 0] = curve.saturation_current_a
        points[index, 1] = mpp.power_w
        points[index, 2] = mpp.voltage_v
        points[index, 3] = some.voltage_v
        points[index, 4] = at_voltage(curve, 0.8 * mpp.voltage_v).current_a
        points[index, 5] = at_current(curve, 0.8 * mpp.current_a).voltage_v
        points[index, 6] = open_circuit_v(curve)


@pytest.mark.compiled
def test_compiled_and_interpreted_agree():
    irradiance_w_m2, cell_c = np.array([(0.0, 20.0), *CONDITIONS]).T
    string = pv_string(TYPES[0], 9)
    plain, fast = np.empty((2, len(cell_c), 7))
    _sweep(string, irradiance_w_m2.tolist(), cell_c.tolist(), plain)
    compiled(_sweep)(string, irradiance_w_m2, cell_c, fast)
    assert fast == pytest.approx(plain, rel=1e-12)
