"""Units side by side: the manual's numbers, one set of clamps, each unit once."""

import re

import pytest

from tests.drawings.geometry import texts
from twinverter.drawings.parallel import breaker_numbers, home_number, pages


def test_the_breakers_of_three_units_have_the_numbers_of_the_manual():
    """CH3.11-PAR-002 CH3.11-PAR-003 CH3.11-PAR-004 CH3.11-PAR-005 CH3.11-WAR-001."""
    assert [breaker_numbers(3, unit) for unit in range(3)] == [(1, 4, 5), (2, 6, 7), (3, 8, 9)]
    assert home_number(3) == 10


@pytest.mark.parametrize("units", [2, 3, 6, 7, 16])
def test_every_breaker_of_a_group_has_one_number_and_every_unit_one_place(units):
    numbers = [one for unit in range(units) for one in breaker_numbers(units, unit)]
    assert sorted([*numbers, home_number(units)]) == list(range(1, 3 * units + 2))
    assert [unit for page in pages(units) for unit in page] == list(range(units))
    assert max(map(len, pages(units))) <= 6


@pytest.mark.parametrize(
    "variant, units, sheets", [("three units", 3, 1), ("six units", 6, 1), ("sixteen units", 16, 3)]
)
def test_a_group_has_one_master_one_set_of_clamps_and_every_unit_once(
    drawn, variant, units, sheets
):
    made = [one for name, one in drawn(variant).items() if name.startswith("parallel")]
    lines = [one.text for sheet in made for one in texts(sheet.svg)]
    assert len(made) == sheets
    for unit in range(1, units + 1):
        assert lines.count(f"Unit {unit}") == 1 and lines.count(f"Modbus DN {unit}") == 1
    assert (lines.count("master"), lines.count("slave")) == (1, units - 1)
    assert lines.count("CT") == (0 if variant == "sixteen units" else 1)
    assert lines.count("mains") == 1 and lines.count("home loads") == 1


def test_single_phase_units_stand_on_their_phases_and_a_shared_bank_is_drawn_once(drawn):
    three = [one.text for one in texts(drawn("three units")["parallel"].svg)]
    six = [one.text for one in texts(drawn("six units")["parallel"].svg)]
    assert [three.count(f"phase {name}") for name in ("L1", "L2", "L3")] == [1, 1, 1]
    assert six.count("one bank") == 1 and "one bank" not in three
    assert six.count("three phases") == 6


def test_the_sheets_of_one_unit_say_that_the_group_has_several(drawn):
    title = " ".join(one.text for one in texts(drawn("six units")["wiring-dc"].svg))
    assert re.search(r"each of 6 units", title)
