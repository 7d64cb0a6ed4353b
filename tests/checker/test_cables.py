"""Cables by hand: what they carry, drop and lose."""

import math

import pytest

from twinverter.catalog.cables import (
    AC_BREAKERS_A,
    CARRIED,
    CARRIED_AWG,
    DC_BREAKERS_A,
    MM2,
)
from twinverter.checker.cable import (
    AC,
    DC,
    ampacity,
    area_mm2,
    largest_breaker_a,
    one_way,
    resistance_ohm,
    there_and_back,
)
from twinverter.scenario.wiring_form import CableForm

# fmt: off
CARRIES = [
    # told                                                                   loaded amperes  table
    (dict(awg="1", method="conduit"),                                          DC,  130.0,   "NEC 310.16"),
    (dict(awg="1", method="free_air"),                                         DC,  195.0,   "NEC 310.17"),
    (dict(mm2=4.0, insulation="pvc", method="conduit"),                        AC,  27.0,    "IEC B.52.4, B2"),
    (dict(mm2=10.0, insulation="pvc", method="conduit"),                       AC,  46.0,    "IEC B.52.4, B2"),
    (dict(mm2=4.0, insulation="pvc", method="surface"),                        AC,  32.0,    "IEC B.52.4, C"),
    (dict(mm2=10.0, insulation="xlpe", method="surface"),                      AC,  71.0,    "IEC B.52.5, C"),
    (dict(mm2=50.0, insulation="xlpe", method="free_air"),                     DC,  242.0,   "IEC B.52.12, F"),
    # A size between two rows is read at the smaller one: 40 as 35.
    (dict(mm2=40.0, insulation="pvc", method="conduit"),                       DC,  125.0,   "IEC B.52.2, B1"),
    (dict(mm2=4.0, insulation="pv", method="surface"),                         DC,  44.0,    "EN 50618"),
    # 12 AWG has 3.31 mm2 and is read as 2.5.
    (dict(awg="12", insulation="pv", method="surface"),                        DC,  33.0,    "EN 50618"),
    # Half of the heat, sqrt(1/2) of the current: (70 - 50) / (70 - 30).
    (dict(mm2=10.0, insulation="pvc", method="surface", ambient_c=50.0),       AC,  57.0 * math.sqrt(0.5), "at 50 degC"),
    (dict(mm2=10.0, insulation="pvc", method="surface", ambient_c=75.0),       AC,  0.0,     "at 75 degC"),
]
# fmt: on


@pytest.mark.parametrize(
    "told, loaded, amperes, table", CARRIES, ids=[str(row[0]) for row in CARRIES]
)
def test_a_cable_carries_what_its_table_says(told, loaded, amperes, table):
    """CH1-WIR-008: cross-sections follow from ampacity tables, not from wishes."""
    found = ampacity(CableForm(length_m=1.0, **told), loaded)
    assert found.current_a == pytest.approx(amperes)
    assert table in found.source


# fmt: off
UNTOLD = [
    dict(mm2=4.0),
    dict(mm2=4.0, insulation="pvc"),
    dict(mm2=4.0, method="conduit"),
    dict(mm2=4.0, insulation="pvc", method="free_air"),   # no single cores so thin are in the table
    dict(mm2=0.75, insulation="pvc", method="conduit"),
]
# fmt: on


@pytest.mark.parametrize("told", UNTOLD, ids=map(str, UNTOLD))
def test_a_cable_without_a_row_has_no_ampacity(told):
    assert ampacity(CableForm(length_m=1.0, **told), DC) is None


# fmt: off
GUARDS = [
    # cable carries  breaker   sold as
    (27.0,           25.0,     AC_BREAKERS_A),
    (42.0,           40.0,     AC_BREAKERS_A),
    (50.0,           50.0,     AC_BREAKERS_A),
    (5.0,            0.0,      AC_BREAKERS_A),
    (130.0,          125.0,    DC_BREAKERS_A),
    (195.0,          160.0,    DC_BREAKERS_A),
    (400.0,          250.0,    DC_BREAKERS_A),
]
# fmt: on


@pytest.mark.parametrize("carried_a, breaker_a, sizes_a", GUARDS)
def test_the_advised_breaker_is_the_largest_sold_below_the_cable(carried_a, breaker_a, sizes_a):
    """CH3.3-WIR-002, CH3.10-WIR-002, CH3.4-WIR-006: 4 mm2 takes 25 A, not 80."""
    assert largest_breaker_a(carried_a, sizes_a) == breaker_a


def test_more_copper_carries_more_in_every_table():
    for row in (*CARRIED, *CARRIED_AWG):
        known = [amperes for amperes in row.amperes if amperes]
        assert known == sorted(known), row.source
    assert all(len(row.amperes) == len(MM2) for row in CARRIED)


def test_freer_air_and_better_sheath_carry_more():
    rows = {(row.insulation, row.method, row.loaded): row.amperes for row in CARRIED}
    for insulation in ("pvc", "xlpe"):
        for tighter, freer in (
            ("insulated_wall", "conduit"),
            ("conduit", "surface"),
            ("surface", "free_air"),
        ):
            low, high = rows[insulation, tighter, 3], rows[insulation, freer, 3]
            assert all(a <= b for a, b in zip(low, high, strict=True))
    for method in ("conduit", "surface", "free_air"):
        pairs = zip(rows["pvc", method, 2], rows["xlpe", method, 2], strict=True)
        assert all(a <= b for a, b in pairs)


def test_resistance_and_loss_by_hand():
    """50 mm2 of class 5: 0.386 ohm/km cold, 1 + 0.00393 * 50 K = 1.1965 times that at work."""
    cable = CableForm(length_m=2.0, mm2=50.0)
    assert resistance_ohm(cable) == pytest.approx(0.386e-3 * 2.0 * 1.1965)
    assert there_and_back(cable, 100.0, 50.0) == pytest.approx(
        2 * 0.386e-3 * 2.0 * 1.1965 * 100 / 50
    )
    assert one_way(cable, 100.0, 230.0) == pytest.approx(0.386e-3 * 2.0 * 1.1965 * 100 / 230)


def test_a_size_outside_the_table_follows_from_its_area():
    """17.241 ohm mm2/km over 42.41 mm2 is 0.40653 ohm/km."""
    cable = CableForm(length_m=1000.0, awg="1")
    assert area_mm2(cable) == 42.41
    assert resistance_ohm(cable) == pytest.approx(0.40653 * 1.1965, rel=1e-4)
