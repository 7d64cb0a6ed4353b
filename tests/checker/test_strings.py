"""String sizes of six sites: the checker, a calculation by hand, and pvlib's single diode."""

import pytest
from pvlib import pvsystem

from twinverter.catalog.modules import MODULES
from twinverter.checker import check_house
from twinverter.checker.strings import edges, hot_cell_c, longest

MODULE = MODULES["LONGi LR4-72HPH-450M"]
MOST_V = 800.0

# Record lows are given figures of the site, rounded. By hand: a module has 49.3 V and loses 0.27 %
# of it per kelvin, so at -26 degC it has 49.3 * (1 + 0.0027 * 51) = 56.09 V and 800 V hold 14.
# fmt: off
SITES = [
    # site           low_c   module_v  fit   string_v   one more
    ("Lagos",         13.0,  50.897,   15,   763.46,    814.36),
    ("Kano",           6.0,  51.829,   15,   777.44,    829.27),
    ("Lahore",        -2.0,  52.894,   15,   793.41,    846.30),
    ("Johannesburg",  -8.0,  53.693,   14,   751.70,    805.39),
    ("Berlin",       -26.0,  56.089,   14,   785.24,    841.33),
    ("Denver",       -34.0,  57.153,   13,   743.00,    800.15),
]
# fmt: on


@pytest.mark.parametrize(
    "site, low_c, module_v, fit, string_v, more_v", SITES, ids=[row[0] for row in SITES]
)
def test_the_longest_string_is_that_of_a_hand_calculation(
    site, low_c, module_v, fit, string_v, more_v
):
    """CH3.5.1-WIR-001, CH3.5.1-DAT-003, CH9-DAT-010: 800 V in the record cold."""
    assert edges(MODULE, 1, 1, low_c).open_v == pytest.approx(module_v, abs=0.001)
    assert longest(MODULE, low_c, MOST_V) == fit
    assert edges(MODULE, fit, 1, low_c).open_v == pytest.approx(string_v, abs=0.02)
    assert edges(MODULE, fit + 1, 1, low_c).open_v == pytest.approx(more_v, abs=0.02)
    assert string_v <= MOST_V < more_v


@pytest.mark.parametrize(
    "site, low_c, module_v, fit, string_v, more_v", SITES, ids=[row[0] for row in SITES]
)
def test_pvlib_comes_to_the_same_string(site, low_c, module_v, fit, string_v, more_v):
    """Its voltage lies up to 1.3 % higher: the fit moves the coefficient to meet the power's."""
    theirs_v = float(_pvlib(low_c)["v_oc"])
    assert int(MOST_V / theirs_v) == fit
    assert 1.0 <= theirs_v * fit / string_v <= 1.013


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("cell_c", [25.0, 50.0, 85.0])
def test_the_hot_edges_are_those_of_pvlib(name, cell_c):
    """CH3.5.1-DAT-004, CH9-DAT-011, CH3.5.1-WIR-002: voltages on a hot day."""
    ours, theirs = edges(MODULES[name], 1, 1, cell_c), _pvlib(cell_c, name)
    assert ours.open_v == pytest.approx(theirs["v_oc"], rel=0.04)
    # The lower voltage is the safe side of a limit from below.
    assert 0.967 <= ours.power_v / theirs["v_mp"] <= 1.0 + 1e-6
    assert ours.power_a == pytest.approx(theirs["i_mp"], rel=0.011)


def _pvlib(cell_c, name="LONGi LR4-72HPH-450M"):
    row = MODULES[name]
    fitted = row.desoto
    curve = pvsystem.calcparams_desoto(
        1000.0,
        cell_c,
        fitted.alpha_isc_a_per_k,
        fitted.ideality_ref_v,
        fitted.light_current_ref_a,
        fitted.saturation_current_ref_a,
        fitted.shunt_ref_ohm,
        fitted.series_ohm,
    )
    return pvsystem.singlediode(*curve)


def test_hot_cells_follow_king_by_their_mounting():
    """exp(-3.56 - 0.075) * 1000 = 26.4 K of the module and 3 K of the cell on a rack."""
    assert hot_cell_c(40.0, "rack") == pytest.approx(40.0 + 26.38 + 3.0, abs=0.01)
    assert hot_cell_c(40.0, "rack") < hot_cell_c(40.0, "roof") < hot_cell_c(40.0, "insulated")


def test_strings_side_by_side_add_their_currents():
    """CH9-DAT-013: 10.85 A and 11.60 A, twice that from two; hot the current grows by 0.048 %/K."""
    one, two = edges(MODULE, 9, 1, 25.0), edges(MODULE, 9, 2, 25.0)
    assert (one.power_a, one.short_a) == (10.85, 11.60)
    assert (two.power_a, two.short_a) == (21.70, 23.20)
    assert edges(MODULE, 9, 1, 75.0).short_a == pytest.approx(11.6 * 1.024)


@pytest.mark.parametrize("low_c, severity", [(-33.0, "fine"), (-34.0, "danger")])
def test_denver_has_its_edge_between_two_degrees(base, loaded, low_c, severity):
    """14 modules: 690.2 V at 25 degC and 1.8635 V more per kelvin pass 800 V at -33.92 degC."""
    house = base["plain"]
    house["site"]["pv"][0] |= {"module": MODULE.name, "modules_in_series": 14}
    house["site"]["pv"][1] |= {"module": MODULE.name, "modules_in_series": 9}
    house["site"]["wiring"]["record_low_c"] = low_c
    one = next(one for one in check_house(loaded(house)) if one.check.id == "pv-cold-voltage")
    assert one.severity == severity
    if severity == "danger":
        assert one.advice == "Take modules out of the string: 13 fit."
