"""From datasheet to De Soto parameters: the fitted curve does what was printed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pvlib import pvsystem

from twinverter.catalog.modules import MODULES, Module
from twinverter.plant.pv import at_voltage, max_power, open_circuit_v, string_curve
from twinverter.scenario.error import HouseError
from twinverter.scenario.module_fit import fit_module, pv_string

TYPES = list(MODULES.values())
M450 = MODULES["LONGi LR4-72HPH-450M"]


def printed_again(module: Module) -> Module:
    """Return the datasheet that the fitted parameters of `module` would print."""
    string = pv_string(module, 1)
    here = string_curve(string, 1000.0, 25.0)
    mpp = max_power(here)
    cold, warm = (string_curve(string, 1000.0, cell_c) for cell_c in (24.0, 26.0))
    short_a = at_voltage(here, 0.0).current_a
    return replace(
        module,
        voc_v=open_circuit_v(here),
        isc_a=short_a,
        vmp_v=mpp.voltage_v,
        imp_a=mpp.current_a,
        alpha_isc_per_k=string.alpha_isc_a_per_k / short_a,
        beta_voc_per_k=(open_circuit_v(warm) - open_circuit_v(cold)) / 2 / open_circuit_v(here),
        gamma_power_per_k=(max_power(warm).power_w - max_power(cold).power_w) / 2 / mpp.power_w,
    )


@pytest.mark.parametrize("module", TYPES, ids=lambda module: module.name)
def test_a_fitted_curve_passes_through_its_datasheet(module):
    again = printed_again(replace(module, desoto=None))
    for figure in ("voc_v", "isc_a", "vmp_v", "imp_a"):
        assert getattr(again, figure) == pytest.approx(getattr(module, figure), rel=1e-8), figure
    assert again.gamma_power_per_k == pytest.approx(module.gamma_power_per_k, rel=1e-4)


@pytest.mark.parametrize("module", TYPES, ids=lambda module: module.name)
def test_what_alpha_loses_beta_gains(module):
    again = printed_again(module)
    lost = 1.0 - again.alpha_isc_per_k / module.alpha_isc_per_k
    gained = again.beta_voc_per_k / module.beta_voc_per_k - 1.0
    assert lost == pytest.approx(gained, abs=2e-3)
    assert 0.0 < lost < 0.2


@pytest.mark.parametrize("module", TYPES, ids=lambda module: module.name)
def test_the_parameters_in_the_catalog_are_those_of_the_fit(module):
    fitted = fit_module(module)
    for figure in fitted.__slots__:
        assert getattr(module.desoto, figure) == pytest.approx(getattr(fitted, figure), rel=1e-9)


def test_without_a_power_coefficient_the_voltage_moves_as_printed():
    silent = replace(M450, gamma_power_per_k=None, desoto=None)
    again = printed_again(silent)
    assert again.beta_voc_per_k == pytest.approx(-0.0027, rel=1e-5)
    assert again.alpha_isc_per_k == pytest.approx(0.00048)
    assert again.imp_a == pytest.approx(10.85)


def test_a_curve_too_flat_for_a_shunt_keeps_its_power_and_gets_a_little_more_short_circuit():
    flat = replace(M450, isc_a=11.1, desoto=None)
    again = printed_again(flat)
    assert again.vmp_v * again.imp_a == pytest.approx(41.5 * 10.85)
    assert again.voc_v == pytest.approx(49.3)
    assert again.gamma_power_per_k == pytest.approx(-0.0035, rel=1e-4)
    assert 11.1 < again.isc_a < 1.04 * 11.1
    assert fit_module(flat).shunt_ref_ohm > 1.0e6


def test_measured_modules_get_the_power_that_the_cec_gives_them():
    library = pvsystem.retrieve_sam("CECMod").T
    silicon = library[library["Technology"].isin(["Mono-c-Si", "Multi-c-Si"])]
    for name, cec in silicon.iloc[::500].iterrows():
        module = Module(
            name, cec["Technology"], int(cec["N_s"]), cec["V_oc_ref"], cec["I_sc_ref"],
            cec["V_mp_ref"], cec["I_mp_ref"], cec["alpha_sc"] / cec["I_sc_ref"],
            cec["beta_oc"] / cec["V_oc_ref"], cec["gamma_r"] / 100.0, "CEC",
        )  # fmt: skip
        string = pv_string(module, 1)
        for irradiance_w_m2, cell_c in ((300.0, 20.0), (700.0, 40.0), (1000.0, 55.0)):
            theirs = pvsystem.max_power_point(
                *pvsystem.calcparams_cec(
                    irradiance_w_m2, cell_c, cec["alpha_sc"], cec["a_ref"], cec["I_L_ref"],
                    cec["I_o_ref"], cec["R_sh_ref"], cec["R_s"], cec["Adjust"],
                ),
                method="newton",
            )  # fmt: skip
            ours = max_power(string_curve(string, irradiance_w_m2, cell_c))
            assert ours.power_w == pytest.approx(theirs["p_mp"], rel=5e-3), name


@settings(max_examples=25, deadline=None)
@given(
    cells=st.integers(36, 78),
    cell_open_v=st.floats(0.62, 0.72),
    short_a=st.floats(5.0, 15.0),
    voltage_share=st.floats(0.81, 0.85),
    current_share=st.floats(0.92, 0.95),
    gamma_per_k=st.floats(-0.0042, -0.0030),
)
def test_any_plausible_datasheet_is_met(
    cells, cell_open_v, short_a, voltage_share, current_share, gamma_per_k
):
    module = Module(
        "any", "mono", cells, cells * cell_open_v, short_a, voltage_share * cells * cell_open_v,
        current_share * short_a, 0.0005, -0.0028, gamma_per_k, "drawn",
    )  # fmt: skip
    again = printed_again(module)
    assert again.voc_v == pytest.approx(module.voc_v, rel=1e-3)
    assert again.vmp_v == pytest.approx(module.vmp_v, rel=1e-3)
    assert again.imp_a == pytest.approx(module.imp_a, rel=1e-3)
    assert again.gamma_power_per_k == pytest.approx(gamma_per_k, rel=1e-3)


# fmt: off
REFUSED = [
    # figure,             value,          the line says
    ("vmp_v",             48.0,           "vmp_v = 48: no module has this (allowed: 24.65 to 46.83)"),
    ("imp_a",             11.7,           "imp_a = 11.7: no module has this (allowed: 5.8 to 11.48)"),
    ("voc_v",             float("nan"),   "voc_v = nan: no module has this (allowed: 0.3 to 400)"),
    ("cells_in_series",   0,              "cells_in_series = 0: no module has this (allowed: 1 to 500)"),
    ("alpha_isc_per_k",   0.048,          "alpha_isc_per_k = 0.048: no module has this (allowed: -0.002 to 0.004)"),
    ("beta_voc_per_k",    -0.27,          "beta_voc_per_k = -0.27: no module has this (allowed: -0.01 to -0.0005)"),
    ("gamma_power_per_k", -0.35,          "gamma_power_per_k = -0.35: no module has this (allowed: -0.01 to -0.0005)"),
    ("gamma_power_per_k", -0.009,         "module = 'LONGi LR4-72HPH-450M': no diode moves with temperature like this"),
    ("cells_in_series",   432,            "module = 'LONGi LR4-72HPH-450M': no diode curve goes through its points"),
]
# fmt: on


@pytest.mark.parametrize("figure, value, line", REFUSED)
def test_an_impossible_datasheet_is_refused_in_one_line(figure, value, line):
    with pytest.raises(HouseError) as refused:
        pv_string(replace(M450, desoto=None, **{figure: value}), 9)
    assert str(refused.value) == line


# fmt: off
RATED = [
    # module,                   watt, of the 12.5 A of an input
    ("LONGi LR4-72HPH-450M",    450,  "fits"),
    ("LONGi LR5-72HPH-550M",    550,  "is clipped"),
    ("Jinko JKM400M-72L",       400,  "fits"),
    ("Canadian Solar CS6U-330P", 330, "fits"),
]
# fmt: on


@pytest.mark.parametrize("name, watt, at_the_input", RATED)
def test_a_catalog_row_has_its_rated_power_and_a_source(name, watt, at_the_input):
    row = MODULES[name]
    assert row.vmp_v * row.imp_a == pytest.approx(watt, rel=2e-3)
    assert (row.imp_a > 12.5) == (at_the_input == "is clipped")
    assert row.source in ("maker", "CEC")


def test_every_catalog_row_is_named_above():
    assert list(MODULES) == [name for name, _, _ in RATED]
