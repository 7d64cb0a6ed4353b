"""The islanding bench: a reduced matrix, and that it would notice a machine that stays."""

import pytest

from twinverter.bench import islanding
from twinverter.bench.islanding import Cell
from twinverter.catalog.settings import find

POWERS, MISMATCHES = (0.33, 1.0), (-0.05, 0.0, 0.05)


@pytest.fixture(scope="module")
def cells():
    """Return the corners and the middle of the matrix."""
    return islanding.matrix(POWERS, MISMATCHES)


def test_every_cell_is_left_within_two_seconds_and_would_have_lived_on(cells):
    """CH9-PRO-031"""
    assert [(cell.power, cell.mismatch) for cell in cells] == [
        (power, mismatch) for power in POWERS for mismatch in MISMATCHES
    ]
    assert all(cell.run_on_s < islanding.ALLOWED_S for cell in cells)
    assert all(cell.at_rest_s is None for cell in cells)
    assert {cell.code for cell in cells} == {"F35"}
    assert islanding.passed(cells)


def test_what_is_fed_is_the_share_of_8000_w(cells):
    assert {cell.power: round(cell.fed_w) for cell in cells} == {0.33: 2640, 1.0: 8000}


def test_balance_is_the_hardest_cell_and_power_makes_no_difference(cells):
    by_cell = {(cell.power, cell.mismatch): cell.run_on_s for cell in cells}
    for power in POWERS:
        assert by_cell[power, 0.0] > max(by_cell[power, -0.05], by_cell[power, 0.05])
    assert by_cell[0.33, 0.0] == pytest.approx(by_cell[1.0, 0.0], abs=0.01)


def test_a_step_of_ten_milliseconds_finds_the_same(cells):
    (coarse,) = islanding.matrix((1.0,), (0.0,), dt_s=0.01)
    fine_s = next(cell.run_on_s for cell in cells if (cell.power, cell.mismatch) == (1.0, 0.0))
    assert coarse.run_on_s == pytest.approx(fine_s, abs=0.1) and coarse.passed


@pytest.mark.parametrize("mode", find("grid_mode").choices)
def test_under_every_grid_code_an_island_is_left_in_time(mode):
    """CH9-PRO-031: wide windows, long ride-through, droop and volt-var included."""
    ready = islanding.settled(1.0, {}, {"grid_mode": mode})
    for mismatch in MISMATCHES:
        run_on_s, code = islanding.run_on(ready, mismatch, islanding.QUALITY, 0.002)
        assert run_on_s is not None and run_on_s <= islanding.ALLOWED_S
        assert code == "F35"


def test_a_power_factor_is_tuned_away(cells):
    """What is fed reactive belongs to the balance, or the island would end by itself."""
    (cell,) = islanding.matrix((1.0,), (0.0,), power_factor=0.9)
    assert cell.passed and cell.fed_w == pytest.approx(7920.0, rel=0.02)


VERDICTS = [
    # run on   at rest  passed  word
    (0.2,      None,    True,   "200 ms"),
    (2.1,      None,    False,  "2100 ms"),
    (None,     None,    False,  "stays"),
    (0.2,      0.3,     False,  "no island"),
]  # fmt: skip


@pytest.mark.parametrize("run_on_s, at_rest_s, passed, word", VERDICTS)
def test_a_machine_that_stays_or_a_load_that_holds_nothing_fails(run_on_s, at_rest_s, passed, word):
    cell = Cell(1.0, 0.0, 8000.0, run_on_s, at_rest_s, "")
    assert cell.passed == passed and islanding.passed([cell]) == passed
    assert islanding.as_rows([cell])[0]["passed"] == passed
    assert islanding.table([cell])[-1].split(None, 1)[1].strip() == word


def test_an_unbalanced_load_is_seen_to_be_no_island():
    """A bench that tuned its load badly would measure nothing; the second run says so."""
    (cell,) = islanding.matrix((1.0,), (0.2,))
    assert cell.at_rest_s is not None and not cell.passed


def test_the_table_has_a_row_for_each_mismatch(cells):
    lines = islanding.table(cells)
    assert lines[0].split() == ["mismatch", "33%", "100%"]
    assert [line.split()[0] for line in lines[1:]] == ["-5%", "+0%", "+5%"]
